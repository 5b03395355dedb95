//! How an attempt failed, and whether another makes sense.

use std::error::Error;

use base::Millis;

/// The longest reason that is kept, in characters.
const LONGEST: usize = 1000;

/// Why an attempt failed. Any error becomes one that is worth another attempt, so `?` does in a handler what it should.
///
/// The reason is kept with the job and shown to those who run the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub(crate) reason: String,
    pub(crate) then: Then,
}

/// What becomes of the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// Another attempt after the kind's pause.
    Again,
    /// Another attempt not before this instant.
    NotBefore(Millis),
    /// As if it had never begun, and not before this instant.
    Postponed(Millis),
    /// No attempt will ever succeed.
    Never,
}

impl Failure {
    /// Another attempt may succeed.
    pub fn retry(reason: impl Into<String>) -> Self {
        Self { reason: cut(reason.into()), then: Then::Again }
    }

    /// No further attempt will succeed: to the dead letters.
    pub fn permanent(reason: impl Into<String>) -> Self {
        Self { reason: cut(reason.into()), then: Then::Never }
    }

    /// It is not its turn yet: tried again at that instant, and this attempt does not count. For whoever has to keep a pace.
    pub fn postponed(until: Millis) -> Self {
        Self { reason: String::new(), then: Then::Postponed(until) }
    }

    /// Why, in words for those who run the hub.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The next attempt is due at that instant, instead of after the kind's pause. It still counts against the kind's number.
    #[must_use]
    pub fn not_before(self, at: Millis) -> Self {
        Self { then: Then::NotBefore(at), ..self }
    }
}

impl<E: Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::retry(base::chain(&error))
    }
}

/// A text that stays readable: bounded, without characters that move a terminal's cursor.
fn cut(reason: String) -> String {
    reason.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the letter could not be sent")]
    struct Outer(#[source] std::io::Error);

    #[test]
    fn an_error_becomes_a_reason_with_its_causes() {
        let failure = Failure::from(Outer(std::io::Error::other("refused\nby the host")));
        assert_eq!(failure, Failure::retry("the letter could not be sent: refused by the host"));
        assert_eq!(Failure::permanent("x".repeat(5000)).reason.len(), LONGEST);
    }
}
