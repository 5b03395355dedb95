//! Accounts without a database, which answer at once or late.

use std::{net::IpAddr, time::Duration};

use base::{Role, UserId};
use contract::people::GameTexts;
use futures::future::BoxFuture;
use tokio::time::sleep;

use crate::{Account, Career, Denied, Heard, Logon, Reader, Said};

/// The names there are; the number of each is its place, from one.
pub(super) const NAMES: [&str; 3] = ["olga", "balin", "alric"];
/// The password of all.
pub(super) const PASSWORD: &str = "opensesame";

/// The accounts.
pub(super) struct Desk {
    /// How long an answer takes.
    pub(super) takes: Duration,
    /// Whether lines are asked about.
    pub(super) asks: bool,
    /// Whether guests may come in.
    pub(super) guests: bool,
}

impl Desk {
    fn account(name: &str) -> Result<Account, Denied> {
        let place = NAMES.iter().position(|one| *one == name).ok_or(Denied::WrongCredentials)?;
        let user = UserId::from(i64::try_from(place + 1).unwrap_or(1));
        // One of them keeps order.
        let role = if place == 2 { Role::Moderator } else { Role::Member };
        Ok(Account { user, name: name.to_owned(), role })
    }

    fn late<T: Send + 'static>(&self, answer: T) -> BoxFuture<'static, T> {
        let takes = self.takes;
        Box::pin(async move {
            if !takes.is_zero() {
                sleep(takes).await;
            }
            answer
        })
    }
}

impl Logon for Desk {
    fn guests_allowed(&self) -> bool {
        self.guests
    }

    fn check_game_password<'a>(
        &'a self,
        name: &'a str,
        password: &'a str,
        _: IpAddr,
    ) -> BoxFuture<'a, Result<Account, Denied>> {
        let right = password == PASSWORD;
        self.late(if right { Self::account(name) } else { Err(Denied::WrongCredentials) })
    }

    fn redeem_token<'a>(
        &'a self,
        name: &'a str,
        token: &'a [u8; 16],
        _: IpAddr,
    ) -> BoxFuture<'a, Result<Account, Denied>> {
        let right = token.starts_with(PASSWORD.as_bytes());
        self.late(if right { Self::account(name) } else { Err(Denied::WrongCredentials) })
    }

    fn is_name_taken<'a>(&'a self, name: &'a str) -> BoxFuture<'a, bool> {
        self.late(NAMES.contains(&name))
    }

    fn career(&self, user: UserId, _: Reader) -> BoxFuture<'static, Option<Career>> {
        let known = usize::try_from(user.get()).is_ok_and(|user| (1..=NAMES.len()).contains(&user));
        self.late(known.then(Career::default))
    }

    fn keep_texts(&self, _: UserId, _: Role, _: GameTexts) -> BoxFuture<'static, Result<(), String>> {
        self.late(Ok(()))
    }

    fn hears_lines_first(&self) -> bool {
        self.asks
    }

    fn before_line(&self, line: Said) -> BoxFuture<'static, Heard> {
        self.late(match line.text.len() % 3 {
            0 => Heard::Fine,
            1 => Heard::Instead(line.text.to_uppercase()),
            _ => Heard::Not("Mind your words.".to_owned()),
        })
    }
}
