//! The table of users of Aleph One's metaserver. Its own program reads five columns of it and leaves the others to whoever runs the site
//! beside it (protocol §1), so a mailbox is there or not. Games and scores it keeps none.

use base::Secret;

use crate::{Error, Estate, Kept, KeptAs, Player, dump::each_row, row::Row};

const TABLE: &str = "user";
/// What sites call the column of the mailbox.
const MAILBOX: [&str; 4] = ["email", "mail", "email_address", "user_email"];

/// Reads a dump of the table, whose passwords are kept in that form: by its own program's rule [`KeptAs::Phpass`].
pub fn read(dump: &[u8], form: KeptAs) -> Result<Estate, Error> {
    let mut players = Vec::new();
    let found = each_row::<Error>(dump, &[TABLE], |table, columns, values| {
        let row = Row { table, columns, values };
        let (name, password) = (row.text("username")?, row.text("password")?);
        players.push(Player {
            // The name is what the program knows them by; the number beside it is only for sorting, and may be missing.
            number: name.clone(),
            types: Some(name.clone()).filter(|_| !password.is_empty()),
            name,
            password: Some(Kept { form, text: Secret::new(password) }).filter(|kept| !kept.text.expose().is_empty()),
            email: MAILBOX.iter().find_map(|column| row.perhaps(column)).filter(|email| !email.trim().is_empty()),
            since: None,
            ban: None,
            keeps_order: row.perhaps("moderator").is_some_and(|flag| !matches!(flag.as_str(), "" | "0" | "\0")),
        });
        Ok(())
    })?;
    if found.is_empty() {
        return Err(Error::NoTable(TABLE));
    }
    Ok(Estate { players, games: Vec::new() })
}
