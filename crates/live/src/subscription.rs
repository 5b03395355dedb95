//! One reader of one topic: first what catches it up, then every change, or word that it has missed some.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use contract::live::{Position, Tell, Topic};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use crate::{
    board::Shared,
    feed::{Cursor, Found},
    frame::Frame,
};

/// How many times within [`FORGIVEN_WITHIN`] a reader may fall behind before it is given up.
const FORGIVEN: usize = 2;
const FORGIVEN_WITHIN: Duration = Duration::from_mins(1);

/// The reader has fallen behind for the third time in a minute. Its connection is closed with 1013, "try again later".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooSlow;

/// Follows one topic for one page.
#[derive(Debug)]
pub struct Subscription {
    shared: Arc<Shared>,
    topic: Topic,
    news: watch::Receiver<()>,
    /// Frames to hand out before reading on.
    first: VecDeque<Frame>,
    cursor: Cursor,
    lagged_at: VecDeque<Instant>,
}

impl Subscription {
    pub(crate) fn start(shared: Arc<Shared>, topic: Topic, after: Option<Position>) -> Self {
        let news = shared.news(topic);
        let now = shared.now();
        let (first, cursor) = shared.with(topic, |feed| {
            if let Some(cursor) = after.and_then(|after| feed.resume(after, now)) {
                return (None, cursor);
            }
            let (frame, cursor) = feed.snapshot();
            (Some(frame), cursor)
        });
        metrics::gauge!("guildhall_live_subscriptions", "topic" => topic_word(topic)).increment(1);
        Self { shared, topic, news, first: first.into_iter().collect(), cursor, lagged_at: VecDeque::new() }
    }

    /// Which topic it follows.
    pub const fn topic(&self) -> Topic {
        self.topic
    }

    /// The next frame for the page; waits until there is one. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Result<Frame, TooSlow> {
        loop {
            // Marked as seen before looking, so that news which arrives while looking wakes us again.
            self.news.borrow_and_update();
            if let Some(frame) = self.try_next()? {
                return Ok(frame);
            }
            let waited = match self.shared.next_due(self.topic) {
                Some(due) => tokio::select! {
                    news = self.news.changed() => news,
                    () = sleep_until(due) => Ok(()),
                },
                None => self.news.changed().await,
            };
            waited.expect("the sender lives in what this subscription shares");
        }
    }

    /// The next frame if there is one already: lets a socket write many frames in one go.
    pub fn try_next(&mut self) -> Result<Option<Frame>, TooSlow> {
        if let Some(frame) = self.first.pop_front() {
            return Ok(Some(frame));
        }
        self.shared.publish_presence_if_due(self.topic);
        match self.shared.with(self.topic, |feed| feed.read(&mut self.cursor)) {
            Found::Change(frame) => Ok(Some(frame)),
            Found::Nothing => Ok(None),
            Found::Lagged => self.start_over().map(Some),
        }
    }

    fn start_over(&mut self) -> Result<Frame, TooSlow> {
        let now = Instant::now();
        self.lagged_at.retain(|at| now.duration_since(*at) < FORGIVEN_WITHIN);
        metrics::counter!("guildhall_live_resyncs_total", "topic" => topic_word(self.topic)).increment(1);
        if self.lagged_at.len() >= FORGIVEN {
            return Err(TooSlow);
        }
        self.lagged_at.push_back(now);
        let (frame, cursor) = self.shared.with(self.topic, crate::feed::Feed::snapshot);
        self.first.push_back(frame);
        self.cursor = cursor;
        Ok(Frame::of(&Tell::Resync { topic: self.topic }))
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        metrics::gauge!("guildhall_live_subscriptions", "topic" => topic_word(self.topic)).decrement(1);
    }
}

pub(crate) const fn topic_word(topic: Topic) -> &'static str {
    match topic {
        Topic::Lobby => "lobby",
        Topic::Site => "site",
    }
}
