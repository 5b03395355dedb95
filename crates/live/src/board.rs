//! Every topic behind one door: what publishers, pages and sockets hold.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base::{Clock, Millis, UserId};
use contract::{
    live::{Position, Presence, State, Step, Topic},
    lobby::{Change, Lobby},
};
use tokio::{sync::watch, time::Instant};

use crate::{
    feed::{Feed, Limits},
    presence::{Pages, Visitors},
    subscription::{Subscription, topic_word},
};

/// The present moment, shared. Cloning it copies a pointer.
#[derive(Debug, Clone)]
pub struct Board {
    shared: Arc<Shared>,
}

impl Board {
    /// An empty board. `epoch` must differ from that of every earlier run, so that pages which followed one start afresh; the
    /// start's instant in milliseconds does.
    pub fn new(clock: Arc<dyn Clock>, epoch: u64) -> Self {
        Self::with_limits(clock, epoch, Limits::default())
    }

    /// The same with limits of one's own.
    pub fn with_limits(clock: Arc<dyn Clock>, epoch: u64, limits: Limits) -> Self {
        let line = |state| Line { feed: Mutex::new(Feed::new(epoch, state, limits)), news: watch::Sender::new(()) };
        let shared = Shared {
            clock: Ticker(clock),
            lobby: line(State::Lobby(Lobby::default())),
            site: line(State::Site(Presence::default())),
            pages: Mutex::new(Pages::default()),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Takes one step of the lobby and tells every page that follows it.
    pub fn lobby_changed(&self, change: Change) {
        self.shared.publish(Topic::Lobby, Step::Lobby(change));
    }

    /// Where a topic stands: what a page is first drawn with.
    pub fn state(&self, topic: Topic) -> (Position, State) {
        self.shared.publish_presence_if_due(topic);
        self.shared.with(topic, |feed| (feed.position(), feed.state().clone()))
    }

    /// Follows a topic. A page that was connected before says how far it had come.
    pub fn subscribe(&self, topic: Topic, after: Option<Position>) -> Subscription {
        Subscription::start(Arc::clone(&self.shared), topic, after)
    }

    /// Whether somebody is here now: on a page of the site, or in a room of the lobby.
    pub fn is_here(&self, user: UserId) -> bool {
        let in_lobby = || {
            self.shared.with(Topic::Lobby, |feed| match feed.state() {
                State::Lobby(lobby) => {
                    lobby.rooms.iter().flat_map(|room| &room.players).any(|player| player.user == Some(user))
                }
                State::Site(_) => false,
            })
        };
        held(&self.shared.pages).has(user) || in_lobby()
    }

    /// Who has a page open here, at this node; where there are several, they tell each other.
    pub fn visitors(&self) -> Visitors {
        held(&self.shared.pages).here()
    }

    /// Who has one open at the other nodes, all of them.
    pub fn visitors_elsewhere(&self, elsewhere: Vec<Visitors>) {
        self.shared.pages_changed(|pages| pages.elsewhere(elsewhere));
    }

    /// Fires when pages have come or gone.
    pub fn visits(&self) -> watch::Receiver<()> {
        self.shared.news(Topic::Site)
    }

    /// Counts an open page until the guard is dropped; `person` is whoever is logged in there.
    ///
    /// Whoever is not `listed` is counted and not named.
    pub fn enter(&self, person: Option<(UserId, String)>, listed: bool) -> PageGuard {
        let user = person.as_ref().map(|(user, _)| *user);
        self.shared.pages_changed(|pages| pages.enter(person, listed));
        metrics::gauge!("guildhall_live_pages").increment(1);
        PageGuard { shared: Arc::clone(&self.shared), user }
    }
}

/// An open page, counted for as long as this lives.
#[derive(Debug)]
pub struct PageGuard {
    shared: Arc<Shared>,
    user: Option<UserId>,
}

impl Drop for PageGuard {
    fn drop(&mut self) {
        self.shared.pages_changed(|pages| pages.leave(self.user));
        metrics::gauge!("guildhall_live_pages").decrement(1);
    }
}

/// What the board, its subscriptions and its guards have in common.
#[derive(Debug)]
pub(crate) struct Shared {
    clock: Ticker,
    lobby: Line,
    site: Line,
    pages: Mutex<Pages>,
}

#[derive(Debug)]
struct Line {
    feed: Mutex<Feed>,
    news: watch::Sender<()>,
}

/// The clock, which has nothing to say in a debug print.
struct Ticker(Arc<dyn Clock>);

impl std::fmt::Debug for Ticker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

impl Shared {
    pub(crate) fn now(&self) -> Millis {
        self.clock.0.now()
    }

    pub(crate) fn news(&self, topic: Topic) -> watch::Receiver<()> {
        self.line(topic).news.subscribe()
    }

    /// Looks at a topic. Whatever is done there is done in microseconds.
    pub(crate) fn with<T>(&self, topic: Topic, look: impl FnOnce(&mut Feed) -> T) -> T {
        look(&mut held(&self.line(topic).feed))
    }

    /// When presence will have something to say; `None` for other topics, or when it has not.
    pub(crate) fn next_due(&self, topic: Topic) -> Option<Instant> {
        (topic == Topic::Site).then(|| held(&self.pages).next_due()).flatten()
    }

    pub(crate) fn publish_presence_if_due(&self, topic: Topic) {
        if topic != Topic::Site {
            return;
        }
        // Both locks are held over the publication, always in this order, so that two readers cannot publish out of turn.
        let mut pages = held(&self.pages);
        let mut feed = held(&self.site.feed);
        let State::Site(published) = feed.state() else { return };
        if let Some(present) = pages.due(published, Instant::now()) {
            feed.publish(Step::Site(present), self.now());
            drop((feed, pages));
            self.told(Topic::Site);
        }
    }

    fn publish(&self, topic: Topic, step: Step) {
        let now = self.now();
        self.with(topic, |feed| feed.publish(step, now));
        self.told(topic);
    }

    fn told(&self, topic: Topic) {
        metrics::counter!("guildhall_live_changes_total", "topic" => topic_word(topic)).increment(1);
        self.line(topic).news.send_replace(());
    }

    /// Only wakes the readers: the first of them publishes when it is time.
    fn pages_changed(&self, change: impl FnOnce(&mut Pages)) {
        change(&mut held(&self.pages));
        self.site.news.send_replace(());
    }

    const fn line(&self, topic: Topic) -> &Line {
        match topic {
            Topic::Lobby => &self.lobby,
            Topic::Site => &self.site,
        }
    }
}

/// A panic while a lock was held loses at most the step that was being taken; the next reader who finds a gap asks afresh.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "board_tests.rs"]
mod tests;
