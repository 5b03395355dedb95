//! Somebody who is about to have an account: the form read and judged, whichever door it came through.

use base::{Role, Secret};
use contract::{Code, Field};

use crate::{
    Accounts,
    email::Email,
    error::Error,
    form::Wrong,
    name::Name,
    password,
    store::{self, NewUser},
};

/// A form in which nothing is wrong.
pub(crate) struct Candidate {
    name: Name,
    email: Option<Email>,
    password: Secret,
}

impl Candidate {
    /// The name, as others would see it.
    pub(crate) fn name(&self) -> &str {
        &self.name.shown
    }
}

impl Accounts {
    /// Reads the fields every new account has. `wrong` holds what was wrong before them in the form.
    ///
    /// That a name is taken is said here, with everything else: names are public. Whether an e-mail address is somebody's is not said at
    /// all: its owner is told by mail.
    pub(crate) async fn candidate(
        &self,
        mut wrong: Wrong,
        name: &str,
        email: &str,
        password: String,
    ) -> Result<Candidate, Error> {
        let parsed_name = wrong.check(Field::Name, self.free_name(name).await?);
        let parsed_email = wrong.check(Field::Email, Email::parse(email));
        let judged = self.judge_password(password.clone(), vec![name.to_owned(), email.to_owned()]).await?;
        wrong.check(Field::Password, judged);
        wrong.finish()?;
        let invariant = "a form with no wrong field has all of them";
        Ok(Candidate {
            name: parsed_name.expect(invariant),
            email: parsed_email.expect(invariant),
            password: Secret::new(password),
        })
    }

    /// Turns the candidate into what the store keeps.
    pub(crate) async fn new_user(&self, candidate: Candidate, role: Role) -> Result<NewUser, Error> {
        let password_hash = self.0.hasher.hash(candidate.password).await?;
        Ok(self.named(candidate.name, candidate.email, password_hash, role))
    }

    /// The same of somebody whose password opens the lobby and not the site.
    pub(crate) async fn new_player(&self, candidate: Candidate) -> Result<(NewUser, String), Error> {
        let game_hash = self.0.hasher.hash(candidate.password).await?;
        Ok((self.named(candidate.name, candidate.email, String::new(), Role::Member), game_hash))
    }

    fn named(&self, name: Name, email: Option<Email>, password_hash: String, role: Role) -> NewUser {
        NewUser { name, email, password_hash, role, locale: None, created_at: self.now() }
    }

    /// Whether a password may be somebody's, who is known by these words.
    pub(crate) async fn judge_password(
        &self,
        password: String,
        mut words: Vec<String>,
    ) -> Result<Result<(), Code>, Error> {
        words.push(self.site().await.name);
        let breached = self.0.settings.breached.clone();
        self.0
            .hasher
            .blocking(move || {
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                password::check(&password, &words)?;
                match breached.map(|list| list.holds(&password)) {
                    Some(Ok(true)) => Err(Code::CommonPassword),
                    Some(Err(error)) => {
                        // Nobody is kept from choosing a password by a list that has gone.
                        tracing::error!(
                            error = &error as &dyn std::error::Error,
                            "the list of stolen passwords can't be read"
                        );
                        Ok(())
                    }
                    _ => Ok(()),
                }
            })
            .await
    }

    pub(crate) async fn free_name(&self, typed: &str) -> Result<Result<Name, Code>, Error> {
        let name = match Name::parse(typed) {
            Ok(name) => name,
            Err(code) => return Ok(Err(code)),
        };
        Ok(match store::name_like(&self.0.db, &name).await? {
            None => Ok(name),
            Some(theirs) if Name::same_letters(&theirs, &name.shown) => Err(Code::Taken),
            Some(_) => Err(Code::Reserved),
        })
    }
}

/// The failure of an insert, where somebody else was quicker, in words for the form.
pub(crate) fn lost_race(error: db::Error) -> Error {
    let taken = |field| Error::field(field, Code::Taken);
    if error.violates("users_folded_name_key") || error.violates("users_folded_game_name_key") {
        taken(Field::Name)
    } else if error.violates("users_folded_email_key") {
        taken(Field::Email)
    } else {
        Error::Store(error)
    }
}
