//! Why somebody is not in a room, or is not heard in it: as games are told it, and as pages are.

use base::{Kind, Millis};
use contract::{Code, Field, FieldProblem, Problem};
use serde::{Deserialize, Serialize};

/// Why somebody who comes by pages is not in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Unseated {
    /// There is no such room, or it closes.
    #[error("this room closes")]
    Closed,
    /// It takes no more players.
    #[error("the room is full")]
    Full,
    /// It is for others: of another caste, another country.
    #[error("the room is not for them")]
    NotForYou,
    /// They are barred from it.
    #[error("they are barred from the room")]
    Barred {
        /// Why.
        reason: String,
    },
    /// They were sent out.
    #[error("they were sent out")]
    SentOut {
        /// Why.
        reason: String,
    },
    /// They may not come into the lobby at all.
    #[error("they are shut out of the lobby")]
    ShutOut,
    /// They are in another room, by a game or by a newer page.
    #[error("they are in another room")]
    Elsewhere,
    /// The login that the page lived by has ended, or they left.
    #[error("they left")]
    Left,
    /// Nobody can tell just now.
    #[error("the room does not answer")]
    Unavailable,
}

impl Unseated {
    /// As a game says it to somebody who is sent away. English: classic clients speak no language that they would tell.
    pub(crate) fn told(&self) -> String {
        let because = |reason: &str| if reason.is_empty() { String::new() } else { format!(": {reason}") };
        match self {
            Self::SentOut { reason } => format!("You were sent out of this room{}", because(reason)),
            Self::Barred { reason } => format!("You may not enter this room any more{}", because(reason)),
            Self::Closed => "This room closes. Choose another.".to_owned(),
            _ => "This room is not open to you any more. Choose another.".to_owned(),
        }
    }

    /// What kind of failure it is.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Closed => Kind::NotFound,
            Self::Full | Self::Elsewhere | Self::SentOut { .. } | Self::Left => Kind::Conflict,
            Self::NotForYou | Self::Barred { .. } | Self::ShutOut => Kind::Forbidden,
            Self::Unavailable => Kind::Unavailable,
        }
    }

    /// The same as a person may be told it.
    pub fn problem(&self) -> Problem {
        let code = match self {
            Self::Closed => Code::RoomClosed,
            Self::Full => Code::RoomFull,
            Self::NotForYou => Code::NotForYou,
            Self::Barred { .. } => Code::BarredHere,
            Self::SentOut { .. } => Code::SentOut,
            Self::ShutOut => Code::Barred,
            Self::Elsewhere => Code::Elsewhere,
            Self::Left => Code::Conflict,
            Self::Unavailable => Code::Busy,
        };
        let says = match self {
            Self::Barred { reason } | Self::SentOut { reason } => some(reason),
            _ => None,
        };
        Problem { says, ..Problem::new(self.kind(), code) }
    }
}

/// Why nobody hears what somebody says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Unheard {
    /// The actor may not talk.
    #[error("not allowed: {0:?}")]
    Refused(Kind),
    /// They are not in the room.
    #[error("not in the room")]
    Outside(#[from] Unseated),
    /// Nothing but blanks, or more than a line takes.
    #[error("no line")]
    NoLine(Code),
    /// Those who keep order in the hub have muted them.
    #[error("muted")]
    Muted,
    /// Nobody in this room hears them.
    #[error("gagged")]
    Gagged {
        /// For how long still, in seconds; absent: until it is lifted.
        secs: Option<u64>,
        /// Why.
        reason: String,
    },
    /// It has a word that nobody says there.
    #[error("a muted word")]
    MutedWord,
    /// The room has a pause between two lines of one player.
    #[error("the room is slow")]
    Slow {
        /// Seconds until they may speak again.
        secs: u64,
    },
    /// They talk too fast.
    #[error("too fast")]
    TooFast,
    /// The room has more to do than it can.
    #[error("the room is busy")]
    Busy,
    /// Somebody objects, in these words.
    #[error("objected to")]
    Objected(String),
    /// The player it is for is not in the room.
    #[error("nobody of that number is in the room")]
    NobodyThere,
}

impl Unheard {
    /// Gagged until then.
    pub(crate) fn gagged(until: Option<Millis>, now: Millis, reason: &str) -> Self {
        Self::Gagged { secs: until.map(|until| until.since(now).as_secs()), reason: reason.to_owned() }
    }

    /// As the hub says it in a room. English: classic clients speak no language that they would tell.
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Muted => "You are muted: nobody hears this. The site says why and until when.".to_owned(),
            Self::Gagged { secs, reason } => {
                let until = secs.map_or_else(String::new, |secs| format!(" for another {} min", secs.div_ceil(60)));
                let why = if reason.is_empty() { String::new() } else { format!(" {reason}") };
                format!("You are gagged in this room{until}: nobody hears this.{why}")
            }
            Self::MutedWord => "That has a word that nobody says here: nobody hears it.".to_owned(),
            Self::Slow { secs } => format!("This room is slow: nobody hears this. Speak again in {secs} s."),
            Self::TooFast => "You talk too fast; that was not passed on. Wait a moment.".to_owned(),
            Self::Busy => "The room is too busy; that was not passed on.".to_owned(),
            Self::Objected(says) => says.clone(),
            Self::NobodyThere => "That player is not in the room.".to_owned(),
            Self::Refused(_) | Self::Outside(_) | Self::NoLine(_) => "Nobody hears this.".to_owned(),
        }
    }

    /// What kind of failure it is.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Refused(kind) => *kind,
            Self::Outside(unseated) => unseated.kind(),
            Self::NoLine(_) | Self::MutedWord | Self::Objected(_) => Kind::Invalid,
            Self::Muted | Self::Gagged { .. } => Kind::Forbidden,
            Self::Slow { .. } | Self::TooFast => Kind::TooMany,
            Self::Busy => Kind::Unavailable,
            Self::NobodyThere => Kind::Conflict,
        }
    }

    /// The same as a person may be told it.
    pub fn problem(&self) -> Problem {
        let told = |code| Problem::new(self.kind(), code);
        match self {
            Self::Refused(kind) => (*kind).into(),
            Self::Outside(unseated) => unseated.problem(),
            Self::NoLine(code) => Problem::invalid(vec![FieldProblem { field: Field::Text, code: *code }]),
            Self::Muted => told(Code::Muted),
            Self::Gagged { reason, .. } => Problem { says: some(reason), ..told(Code::Gagged) },
            Self::MutedWord => told(Code::MutedWord),
            Self::Slow { secs } => {
                Problem { retry_after_secs: Some(u32::try_from(*secs).unwrap_or(u32::MAX)), ..told(Code::SlowRoom) }
            }
            Self::TooFast => Problem { retry_after_secs: Some(1), ..told(Code::TooMany) },
            Self::Busy => Problem { retry_after_secs: Some(1), ..told(Code::Busy) },
            Self::Objected(says) => Problem { says: some(says), ..told(Code::Objected) },
            Self::NobodyThere => Problem::invalid(vec![FieldProblem { field: Field::Player, code: Code::NobodyThere }]),
        }
    }
}

impl From<Kind> for Unheard {
    fn from(kind: Kind) -> Self {
        Self::Refused(kind)
    }
}

fn some(reason: &str) -> Option<String> {
    (!reason.is_empty()).then(|| reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gag_says_how_long_it_lasts_and_why() {
        let gag = Unheard::gagged(Some(Millis(61_000)), Millis(0), "Floods.");
        assert_eq!(gag.told(), "You are gagged in this room for another 2 min: nobody hears this. Floods.");
        let problem = gag.problem();
        assert_eq!((problem.code, problem.says.as_deref()), (Code::Gagged, Some("Floods.")));
        let lasting = Unheard::gagged(None, Millis(0), "");
        assert_eq!(lasting.told(), "You are gagged in this room: nobody hears this.");
        assert_eq!(lasting.problem().says, None);
    }

    #[test]
    fn whoever_is_sent_away_reads_why() {
        let out = Unseated::SentOut { reason: "Cool down".into() };
        assert_eq!(out.told(), "You were sent out of this room: Cool down");
        assert_eq!((out.problem().code, out.problem().says.as_deref()), (Code::SentOut, Some("Cool down")));
        assert_eq!(Unheard::Slow { secs: 5 }.problem().retry_after_secs, Some(5));
        assert_eq!(Unheard::from(Unseated::Closed).problem().kind, Kind::NotFound);
    }
}
