//! Who a client says it is, as the accounts know it. The server fills this in.

use std::net::IpAddr;

use base::{Role, UserId};
use futures::future::BoxFuture;

/// What the lobby asks of the accounts.
pub trait Logon: Send + Sync + 'static {
    /// Whether guests may come in at all: the operator's switch, read at each login.
    fn guests_allowed(&self) -> bool;

    /// Checks an account's game password.
    fn check_game_password<'a>(
        &'a self,
        name: &'a str,
        password: &'a str,
        address: IpAddr,
    ) -> BoxFuture<'a, Result<Account, Denied>>;

    /// Takes the one-use token that Aleph One's client got over HTTPS.
    fn redeem_token<'a>(
        &'a self,
        name: &'a str,
        token: &'a [u8; 16],
        address: IpAddr,
    ) -> BoxFuture<'a, Result<Account, Denied>>;

    /// Whether an account has this name, or one that looks like it, so that no guest can pass for it.
    fn is_name_taken<'a>(&'a self, name: &'a str) -> BoxFuture<'a, bool>;

    /// Whether somebody may come in at all: those who keep order may have shut out the account, or the address. `None`: a guest.
    fn is_welcome(&self, user: Option<UserId>, address: IpAddr) -> BoxFuture<'_, bool> {
        let _ = (user, address);
        Box::pin(async { true })
    }

    /// Whether somebody may talk now. Asked for every line and never waited for, so it answers from memory.
    fn may_talk(&self, user: UserId) -> bool {
        let _ = user;
        true
    }

    /// Whether a whisper may go from one to the other; likewise from memory. The speaker is not told.
    fn may_whisper(&self, from: UserId, to: UserId) -> bool {
        let _ = (from, to);
        true
    }
}

/// An account that has proved itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Whose.
    pub user: UserId,
    /// Their name, as the site shows it.
    pub name: String,
    /// What they are to the hub.
    pub role: Role,
}

/// Why an account was not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// The name or the password is wrong, or it was tried too often; which of them is not said.
    WrongCredentials,
    /// The account is locked.
    Locked,
    /// We can't tell just now.
    Unavailable,
}
