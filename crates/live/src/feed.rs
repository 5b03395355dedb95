//! One topic: its state, the numbers of its changes, and the recent ones as a log that all its readers share.

use std::{collections::VecDeque, time::Duration};

use base::Millis;
use contract::live::{Position, State, Step, Tell};

use crate::frame::Frame;

/// How much of the past a topic keeps, and how far behind a reader may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most changes kept for readers who come back.
    pub kept_changes: usize,
    /// How long a change is kept for them.
    pub kept_for: Duration,
    /// A reader further behind than this many messages has lagged.
    pub behind_messages: u64,
    /// A reader further behind than this many bytes has lagged.
    pub behind_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { kept_changes: 1_000, kept_for: Duration::from_mins(10), behind_messages: 256, behind_bytes: 256 * 1024 }
    }
}

/// An encoded snapshot is handed out until this many changes have followed it.
const SNAPSHOT_REUSE: u64 = 64;

/// A topic's state and its recent past.
#[derive(Debug)]
pub(crate) struct Feed {
    limits: Limits,
    epoch: u64,
    /// The number of the latest change; the state is as of this one.
    head: u64,
    /// Bytes of all changes ever published, so that the bytes between two of them are a subtraction.
    total_bytes: u64,
    state: State,
    log: VecDeque<Entry>,
    snapshot: Option<(u64, Frame)>,
}

#[derive(Debug)]
struct Entry {
    at: Millis,
    /// `total_bytes` before this change.
    starts_at: u64,
    frame: Frame,
}

/// Where a reader stands in a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// The number of the change to read next.
    pub(crate) next: u64,
    /// Being behind counts from here: what a reader is given to catch up with is not its fault.
    pub(crate) allowed: u64,
}

/// What a reader finds at its cursor.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Change(Frame),
    Nothing,
    Lagged,
}

impl Feed {
    pub(crate) fn new(epoch: u64, state: State, limits: Limits) -> Self {
        Self { limits, epoch, head: 0, total_bytes: 0, state, log: VecDeque::new(), snapshot: None }
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    pub(crate) fn position(&self) -> Position {
        Position { epoch: self.epoch, n: self.head }
    }

    /// Numbers a step, takes it, and keeps it for the readers.
    pub(crate) fn publish(&mut self, step: Step, now: Millis) {
        self.head += 1;
        let frame = Frame::of(&Tell::Change { position: self.position(), step: step.clone() });
        self.state.apply(step);

        let starts_at = self.total_bytes;
        self.total_bytes += frame.len() as u64;
        self.log.push_back(Entry { at: now, starts_at, frame });
        self.forget(now);
    }

    /// Where a reader starts who has seen everything up to `after`; `None` when it needs a snapshot.
    pub(crate) fn resume(&mut self, after: Position, now: Millis) -> Option<Cursor> {
        self.forget(now);
        let known = after.epoch == self.epoch && (self.oldest() - 1..=self.head).contains(&after.n);
        known.then(|| Cursor { next: after.n + 1, allowed: self.head + 1 })
    }

    /// A snapshot, and where its reader goes on from.
    pub(crate) fn snapshot(&mut self) -> (Frame, Cursor) {
        let reusable = match &self.snapshot {
            Some((n, frame)) if self.head - n <= SNAPSHOT_REUSE && n + 1 >= self.oldest() => Some((*n, frame.clone())),
            _ => None,
        };
        let (n, frame) = reusable.unwrap_or_else(|| {
            let fresh = Frame::of(&Tell::Snapshot { position: self.position(), state: self.state.clone() });
            self.snapshot = Some((self.head, fresh.clone()));
            (self.head, fresh)
        });
        (frame, Cursor { next: n + 1, allowed: self.head + 1 })
    }

    /// What comes next for a reader. Moves the cursor when there is something.
    pub(crate) fn read(&self, cursor: &mut Cursor) -> Found {
        if cursor.next > self.head {
            return Found::Nothing;
        }
        let counted_from = cursor.next.max(cursor.allowed);
        let lagged = self.head + 1 - counted_from.min(self.head + 1) > self.limits.behind_messages
            || self.bytes_from(counted_from) > self.limits.behind_bytes;
        match self.entry(cursor.next) {
            Some(entry) if !lagged => {
                cursor.next += 1;
                Found::Change(entry.frame.clone())
            }
            _ => Found::Lagged,
        }
    }

    /// The number of the oldest change still kept; the next one's when none is.
    fn oldest(&self) -> u64 {
        self.head + 1 - self.log.len() as u64
    }

    fn entry(&self, n: u64) -> Option<&Entry> {
        usize::try_from(n.checked_sub(self.oldest())?).ok().and_then(|index| self.log.get(index))
    }

    fn bytes_from(&self, n: u64) -> u64 {
        self.entry(n).map_or(0, |entry| self.total_bytes - entry.starts_at)
    }

    fn forget(&mut self, now: Millis) {
        let Limits { kept_changes, kept_for, .. } = self.limits;
        while self.log.len() > kept_changes || self.log.front().is_some_and(|entry| now.since(entry.at) > kept_for) {
            self.log.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use contract::live::Presence;

    use super::*;

    fn feed() -> Feed {
        Feed::new(7, State::Site(Presence::default()), Limits::default())
    }

    fn step(visitors: u32) -> Step {
        Step::Site(Presence { visitors, ..Presence::default() })
    }

    fn number(found: Found) -> u64 {
        match found {
            Found::Change(frame) => match frame.tell() {
                Ok(Tell::Change { position, .. }) => position.n,
                other => panic!("not a change: {other:?}"),
            },
            other => panic!("nothing to read: {other:?}"),
        }
    }

    #[test]
    fn a_reader_who_returns_gets_what_came_since() {
        let mut feed = feed();
        for n in 1..=10 {
            feed.publish(step(n), Millis(0));
        }
        let mut cursor = feed.resume(Position { epoch: 7, n: 8 }, Millis(1)).expect("still kept");
        assert_eq!(number(feed.read(&mut cursor)), 9);
        assert_eq!(number(feed.read(&mut cursor)), 10);
        assert_eq!(feed.read(&mut cursor), Found::Nothing);
    }

    #[test]
    fn a_reader_from_elsewhere_needs_a_snapshot() {
        let mut feed = feed();
        for n in 1..=2_000 {
            feed.publish(step(n), Millis(0));
        }
        for (after, why) in [
            (Position { epoch: 6, n: 1_999 }, "another epoch"),
            (Position { epoch: 7, n: 2_001 }, "a number not yet given"),
            (Position { epoch: 7, n: u64::MAX }, "a number that would overflow"),
            (Position { epoch: 7, n: 999 }, "older than the log"),
        ] {
            assert_eq!(feed.resume(after, Millis(0)), None, "{why}");
        }
        assert!(feed.resume(Position { epoch: 7, n: 1_000 }, Millis(0)).is_some(), "the oldest change kept is 1,001");
        assert_eq!(
            feed.resume(Position { epoch: 7, n: 1_999 }, Millis(0).plus(Limits::default().kept_for * 2)),
            None,
            "ten minutes on"
        );
    }

    #[test]
    fn too_many_messages_behind_is_lagging() {
        let mut feed = feed();
        let (_, start) = feed.snapshot();
        for n in 1..=256 {
            feed.publish(step(n), Millis(0));
        }
        assert_eq!(number(feed.read(&mut start.clone())), 1);
        feed.publish(step(257), Millis(0));
        assert_eq!(feed.read(&mut start.clone()), Found::Lagged);
    }

    #[test]
    fn too_many_bytes_behind_is_lagging() {
        let mut feed = feed();
        let (_, mut cursor) = feed.snapshot();
        for _ in 0..3 {
            let people = vec!["x".repeat(100 * 1024)];
            feed.publish(Step::Site(Presence { people, ..Presence::default() }), Millis(0));
        }
        assert_eq!(feed.read(&mut cursor), Found::Lagged);
    }

    #[test]
    fn catching_up_is_not_lagging() {
        let mut feed = feed();
        for n in 1..=900 {
            feed.publish(step(n), Millis(0));
        }
        let mut cursor = feed.resume(Position { epoch: 7, n: 0 }, Millis(0)).expect("still kept");
        for n in 1..=900 {
            assert_eq!(number(feed.read(&mut cursor)), n);
        }
    }

    #[test]
    fn snapshots_are_shared_while_they_are_fresh() {
        let mut feed = feed();
        let (first, _) = feed.snapshot();
        feed.publish(step(1), Millis(0));
        let (second, cursor) = feed.snapshot();
        assert_eq!(first, second);
        assert_eq!(cursor, Cursor { next: 1, allowed: 2 });
        for n in 0..64 {
            feed.publish(step(n), Millis(0));
        }
        let (third, cursor) = feed.snapshot();
        assert_ne!(first, third);
        assert_eq!(cursor, Cursor { next: 66, allowed: 66 });
    }
}
