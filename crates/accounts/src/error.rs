//! What can go wrong with an account.

use std::time::Duration;

use base::Kind;
use contract::{Code, Field, FieldProblem, Problem};

/// Why an account's method could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The actor may not do that.
    #[error(transparent)]
    Refused(#[from] Kind),
    /// Fields of the form are wrong; all of them, in the form's order.
    #[error("the form has {} wrong fields", .0.len())]
    Fields(Vec<FieldProblem>),
    /// The form is none that a browser would send.
    #[error("the form is malformed")]
    Malformed,
    /// Name or password is wrong; which of them is not said.
    #[error("name or password is wrong")]
    WrongCredentials,
    /// The link has been used, or has run out.
    #[error("the link is worth nothing any more")]
    LinkGone,
    /// The log-in took too long, or too many tries: it begins anew.
    #[error("the log-in has run out")]
    LogInGone,
    /// The sign-in at another service came back twice, too late, or where it did not begin.
    #[error("the sign-in did not come back as it began")]
    SignInGone,
    /// That identity is linked to another account.
    #[error("the identity is another account's")]
    IdentityTaken,
    /// One person has as many of them as one may have.
    #[error("there is no room for more")]
    Full,
    /// The password was right, and the account is locked.
    #[error("the account is locked")]
    Locked,
    /// Those who keep order have shut out the account, or where it is tried from.
    #[error("shut out")]
    Barred {
        /// With it they read why, and appeal; only to who proved that the account is theirs.
        pass: Option<base::Secret>,
    },
    /// A plugin objects to the name.
    #[error("somebody objects")]
    Objected {
        /// What it says to the newcomer.
        says: String,
    },
    /// Too often.
    #[error("too many attempts, worth another in {retry_after:?}")]
    TooMany {
        /// When it is worth trying again.
        retry_after: Duration,
    },
    /// More passwords to hash than the machine can.
    #[error("the hashing queue is full")]
    Busy {
        /// When it is worth trying again.
        retry_after: Duration,
    },
    /// The operator has closed registration.
    #[error("registration is closed")]
    RegistrationClosed,
    /// That step of the first start is gone, or not yet due.
    #[error("the setup is not at this step")]
    NotThisStep,
    /// There is nobody, or no session, of that id.
    #[error("not found")]
    NotFound,
    /// It would leave the hub without an owner who can log in.
    #[error("the hub needs an owner")]
    LastOwner,
    /// The hub has no address that browsers make passkeys for, or the account has no passkey.
    #[error("there are no passkeys")]
    NoPasskeys,
    /// The device's answer is none to what it was asked, or a wrong one.
    #[error("the passkey's answer is wrong")]
    PasskeyRefused,
    /// Nobody could log in to the account any more.
    #[error("it is the last way into the account")]
    LastWayIn,
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] db::Error),
    /// What was sealed does not open: by a key that this machine has not, or it was changed.
    #[error(
        "what is sealed can't be opened with the keys in data/secrets/accounts.key: is it the file that all nodes have?"
    )]
    Sealed,
    /// The keys can't be read or kept.
    #[error("the keys in data/secrets/accounts.key can't be read or written")]
    Keys(#[source] std::io::Error),
    /// A password could not be hashed.
    #[error("a password could not be hashed")]
    Hashing(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database holds something this crate never wrote.
    #[error("the database holds an unknown {what}")]
    Corrupt {
        /// What it is.
        what: &'static str,
    },
}

impl Error {
    /// One wrong field.
    pub(crate) fn field(field: Field, code: Code) -> Self {
        Self::Fields(vec![FieldProblem { field, code }])
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Refused(kind) => *kind,
            Self::Fields(_) | Self::Objected { .. } | Self::Malformed | Self::PasskeyRefused => Kind::Invalid,
            Self::WrongCredentials | Self::LogInGone | Self::SignInGone => Kind::Unauthenticated,
            Self::Locked | Self::Barred { .. } | Self::RegistrationClosed => Kind::Forbidden,
            Self::TooMany { .. } => Kind::TooMany,
            Self::Busy { .. } => Kind::Unavailable,
            Self::NotThisStep | Self::NotFound | Self::LinkGone | Self::NoPasskeys => Kind::NotFound,
            Self::LastOwner | Self::LastWayIn | Self::IdentityTaken | Self::Full => Kind::Conflict,
            Self::Store(error) => error.kind(),
            Self::Sealed | Self::Keys(_) | Self::Hashing(_) | Self::Corrupt { .. } => Kind::Internal,
        }
    }

    /// The same as a person may be told it. Our own faults carry no incident id yet: whoever logs them gives one.
    pub fn problem(&self) -> Problem {
        let kind = self.kind();
        match self {
            Self::Fields(fields) => Problem::invalid(fields.clone()),
            Self::Objected { says } => {
                let fields = vec![FieldProblem { field: Field::Name, code: Code::Objected }];
                Problem { says: Some(says.clone()), ..Problem::invalid(fields) }
            }
            Self::Malformed => Problem::new(kind, Code::Malformed),
            Self::WrongCredentials => Problem::new(kind, Code::WrongCredentials),
            Self::LinkGone => Problem::new(kind, Code::LinkGone),
            Self::LogInGone => Problem::new(kind, Code::LogInGone),
            Self::SignInGone => Problem::new(kind, Code::SignInGone),
            Self::IdentityTaken => Problem::new(kind, Code::IdentityTaken),
            Self::Full => Problem::new(kind, Code::Full),
            Self::LastOwner => Problem::new(kind, Code::LastOwner),
            Self::LastWayIn => Problem::new(kind, Code::LastWayIn),
            Self::NoPasskeys => Problem::new(kind, Code::NoPasskeys),
            Self::PasskeyRefused => Problem::new(kind, Code::PasskeyRefused),
            Self::Locked => Problem::new(kind, Code::Locked),
            Self::Barred { .. } => Problem::new(kind, Code::Barred),
            Self::RegistrationClosed => Problem::new(kind, Code::RegistrationClosed),
            Self::TooMany { retry_after } | Self::Busy { retry_after } => {
                Problem { retry_after_secs: Some(whole_secs(*retry_after)), ..Problem::from(kind) }
            }
            _ => Problem::from(kind),
        }
    }
}

/// Rounded up, and never zero: who comes back then is not sent away again.
fn whole_secs(span: Duration) -> u32 {
    u32::try_from(span.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_to_come_back_is_rounded_up() {
        let problem = Error::TooMany { retry_after: Duration::from_millis(11_001) }.problem();
        assert_eq!((problem.kind, problem.code, problem.retry_after_secs), (Kind::TooMany, Code::TooMany, Some(12)));
        assert_eq!(whole_secs(Duration::ZERO), 1);
    }
}
