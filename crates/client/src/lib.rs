#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod call;
mod connect;
mod door;
mod every;
mod operation;

mod account;
mod audit;
mod auth;
mod backups;
mod discord;
mod films;
mod jobs;
mod mails;
mod moderation;
mod orders;
mod organizations;
mod people;
mod plugins;
mod ranking;
mod rooms;
mod schedules;
mod settings;
mod system;
mod users;
mod webhooks;

use std::{fmt::Write as _, sync::Arc, time::Duration};

use base::Secret;
use contract::{FieldProblem, api::ProblemDetails};
use serde::Serialize;

pub use audit::AuditQuery;
pub use auth::GrantAnswer;
pub use backups::Download;
pub use door::{Answer, Asking, Broken, Door};
pub use every::Every;
pub use films::FilmQuery;
pub use jobs::JobQuery;
pub use mails::MailQuery;
pub use moderation::{AppealQuery, NamesQuery, ReportQuery, SanctionQuery};
pub use operation::Operation;
pub use orders::{OrderLadderQuery, OrderQuery};
pub use organizations::{OrganizationQuery, SurveyQuery};
pub use people::{PeopleQuery, Place};
pub use ranking::{ChoicesQuery, DisputeQuery, GameQuery, LadderQuery};
pub use users::{RecordQuery, UserQuery};

/// Everything that can be asked, in no order. What sends or answers no JSON stands in no table.
pub fn operations() -> impl Iterator<Item = Operation> {
    [
        account::OPERATIONS,
        audit::OPERATIONS,
        auth::OPERATIONS,
        backups::OPERATIONS,
        discord::OPERATIONS,
        films::OPERATIONS,
        jobs::OPERATIONS,
        mails::OPERATIONS,
        moderation::OPERATIONS,
        organizations::OPERATIONS,
        orders::OPERATIONS,
        people::OPERATIONS,
        ranking::OPERATIONS,
        plugins::OPERATIONS,
        rooms::OPERATIONS,
        schedules::OPERATIONS,
        settings::OPERATIONS,
        system::OPERATIONS,
        users::OPERATIONS,
        webhooks::OPERATIONS,
        &[
            Operation { name: "download_backup", method: "GET", path: "/api/v1/backups/{backup}/content" },
            Operation { name: "download_film", method: "GET", path: "/api/v1/films/{game}/content" },
            Operation { name: "set_avatar", method: "PUT", path: "/api/v1/me/avatar" },
            Operation { name: "upload_package", method: "PUT", path: "/api/v1/plugin-packages/upload" },
        ],
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// A hub, as a program reaches it.
#[derive(Clone)]
pub struct Client {
    door: Arc<dyn Door>,
    token: Option<Secret>,
    patience: Duration,
}

/// Which part of a list: all that most lists are asked with, and some that are filtered, too.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Onward {
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// The most to give, 200 at most.
    pub limit: Option<u32>,
}

impl Onward {
    /// The first so many.
    #[must_use]
    pub const fn first(at_most: u32) -> Self {
        Self { cursor: None, limit: Some(at_most) }
    }
}

/// Why something could not be asked of a hub.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address is none of a hub.
    #[error("{0} is no address of a hub: it looks like https://hub.example")]
    Address(String),
    /// The token would go out readable by anybody on the way.
    #[error("a token is only sent over https")]
    InClear,
    /// What is asked can't be written down as the API wants it.
    #[error("what is asked can't be sent")]
    Unwritable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Nobody is there, or not in time, or it broke off.
    #[error("the hub can't be reached")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The hub refused, and said why.
    #[error("{}", said(.0))]
    Refused(Box<ProblemDetails>),
    /// It answered something that is none of its own answers.
    #[error("whoever is there does not answer like a hub (status {status})")]
    Strange {
        /// The answer's status.
        status: u16,
    },
}

impl Error {
    /// What the hub said, where it refused.
    pub fn problem(&self) -> Option<&ProblemDetails> {
        match self {
            Self::Refused(problem) => Some(problem),
            _ => None,
        }
    }

    /// Whether what was asked for is not there, or not for whoever asks to know of.
    pub fn is_not_found(&self) -> bool {
        self.problem().is_some_and(|problem| problem.status == 404)
    }

    /// Whether no hub has answered at all.
    pub const fn is_about_the_way(&self) -> bool {
        !matches!(self, Self::Refused(_))
    }
}

/// What a hub said, in one line.
fn said(problem: &ProblemDetails) -> String {
    let mut line = match &problem.detail {
        Some(detail) => format!("{}: {detail}", problem.title),
        None => problem.title.clone(),
    };
    for FieldProblem { field, code } in &problem.fields {
        let _ = write!(line, "; {}: {}", word(field), word(code));
    }
    if let Some(secs) = problem.retry_after_secs {
        let _ = write!(line, "; worth another try in {secs} s");
    }
    if let Some(incident) = &problem.incident {
        let _ = write!(line, "; incident {incident}");
    }
    line
}

/// A field or a code as it travels, in words.
fn word(named: &impl Serialize) -> String {
    match serde_json::to_value(named) {
        Ok(serde_json::Value::String(word)) => word.replace('_', " "),
        _ => String::new(),
    }
}

impl Client {
    /// The hub at that address, asked with that token or as a stranger.
    pub fn new(hub: &str, token: Option<Secret>) -> Result<Self, Error> {
        let door = connect::Elsewhere::new(hub, token.is_some())?;
        Ok(Self { token, ..Self::at(Arc::new(door)) })
    }

    /// The hub behind that door.
    pub fn at(door: Arc<dyn Door>) -> Self {
        Self { door, token: None, patience: Duration::from_mins(1) }
    }
}

#[cfg(test)]
mod tests {
    use contract::{Code, Field};

    use super::*;

    #[test]
    fn a_token_is_not_sent_in_clear() {
        let open = |hub: &str, token: bool| Client::new(hub, token.then(|| Secret::new("gh_x"))).map(drop);
        assert!(open("https://hub.example", true).is_ok());
        assert!(open("http://127.0.0.1:3000", true).is_ok());
        assert!(open("http://hub.example", false).is_ok());
        assert!(matches!(open("http://hub.example", true), Err(Error::InClear)));
        for nothing in ["hub.example", "ftp://hub.example", "data:x", ""] {
            assert!(matches!(open(nothing, false), Err(Error::Address(_))), "{nothing}");
        }
    }

    #[test]
    fn what_a_hub_said_is_one_line() {
        let mut problem = ProblemDetails::new("too_many", 429);
        problem.retry_after_secs = Some(3);
        assert_eq!(Error::Refused(Box::new(problem)).to_string(), "too many; worth another try in 3 s");
        let mut problem = ProblemDetails::new("form", 422);
        problem.fields = vec![FieldProblem { field: Field::Name, code: Code::TooShort }];
        assert_eq!(Error::Refused(Box::new(problem)).to_string(), "form; name: too short");
    }
}
