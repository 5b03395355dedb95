//! Somebody who has an account at the server that is left.

use base::{Millis, Secret};

/// How a password was kept there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptAs {
    /// As it is typed.
    Readable,
    /// Its MD5, as 32 hexadecimal digits.
    Md5,
    /// As phpass keeps it: by bcrypt, or by its own way with MD5.
    Phpass,
}

/// A password as it was kept.
#[derive(Debug, Clone)]
pub struct Kept {
    /// How.
    pub form: KeptAs,
    /// What stands there.
    pub text: Secret,
}

/// Somebody who is shut out there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ban {
    /// Until when.
    pub until: Millis,
    /// Why, as it was noted; may be empty.
    pub reason: String,
}

/// One account.
#[derive(Debug, Clone)]
pub struct Player {
    /// Who it is there: a number or, where there is none, the name.
    pub number: String,
    /// What others see.
    pub name: String,
    /// What they type as their name to log on; `None`: nothing, they never did.
    pub types: Option<String>,
    /// With which password.
    pub password: Option<Kept>,
    /// Their mailbox, where the table has one.
    pub email: Option<String>,
    /// Since when the account exists.
    pub since: Option<Millis>,
    /// Whether they are shut out.
    pub ban: Option<Ban>,
    /// Whether they keep order there. Nobody gets power here by that; those who run the hub are told.
    pub keeps_order: bool,
}
