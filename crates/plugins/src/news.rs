//! What has happened lately, for pages that wait for it.
//!
//! A page with live parts names the events that change them. Whoever looks at it asks for it again and waits here until one of them has
//! happened where the page is, for as long as a request may take. Nothing is promised that a page can't do without: whoever waits in vain
//! asks again, and whoever was not there when it happened is told by the number they have seen.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use base::{Action, Actor, EventId, OrgId};
use contract::Event;
use events::Delivery;
use tokio::sync::{Semaphore, watch};

use crate::{Error, Place, Plugins, hearing};

/// So many events are remembered; whoever has seen less than the oldest of them is told that something has happened.
const REMEMBERED: usize = 1_000;
/// So many wait at once in this process; who comes then asks again later.
const MOST_WAITING: usize = 500;
/// Well below the shortest time a request of a page may take.
const PATIENCE: Duration = Duration::from_secs(8);
/// As many as a page's parts may name, and a few of them.
const MOST_NAMES: usize = 64;

/// One event, as far as pages are concerned.
struct Item {
    id: EventId,
    name: String,
    organization: Option<OrgId>,
}

#[derive(Default)]
struct Lately {
    items: VecDeque<Item>,
    /// The newest there was, also where it concerns no page.
    newest: i64,
    /// What lies at this one or before is not remembered.
    forgotten: i64,
}

/// What has happened lately, and who waits for more.
pub(crate) struct News {
    lately: Mutex<Lately>,
    more: watch::Sender<bool>,
    places: Semaphore,
}

impl Default for News {
    fn default() -> Self {
        Self { lately: Mutex::default(), more: watch::Sender::new(true), places: Semaphore::new(MOST_WAITING) }
    }
}

impl News {
    fn lately(&self) -> MutexGuard<'_, Lately> {
        self.lately.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of what was delivered to this process.
    pub(crate) fn hear(&self, delivery: &Delivery) {
        match delivery {
            Delivery::Event { id, event, .. } => self.note(*id, event),
            Delivery::Lagged => {
                let mut lately = self.lately();
                // Nobody knows what it was, so it may have been anything.
                lately.forgotten = lately.newest;
                lately.items.clear();
            }
        }
        self.more.send_modify(|_| {});
    }

    fn note(&self, id: EventId, event: &Event) {
        let mut lately = self.lately();
        lately.newest = lately.newest.max(id.get());
        if lately.forgotten == 0 {
            // The first this process hears: what was before it is not known here.
            lately.forgotten = id.get() - 1;
        }
        let Some((name, organization)) = hearing::named(event) else { return };
        if lately.items.len() >= REMEMBERED
            && let Some(oldest) = lately.items.pop_front()
        {
            lately.forgotten = oldest.id.get();
        }
        lately.items.push_back(Item { id, name, organization });
    }

    /// The number of the newest event this process has heard of.
    pub(crate) fn newest(&self) -> i64 {
        self.lately().newest
    }

    /// Whether one of those has happened there since. What happens to the hub itself happens everywhere, and to the hub's pages everything
    /// happens.
    fn has_happened(&self, organization: Option<OrgId>, names: &[&str], since: i64) -> bool {
        let lately = self.lately();
        let here =
            |item: &Item| organization.is_none() || item.organization.is_none() || item.organization == organization;
        since < lately.forgotten
            || lately
                .items
                .iter()
                .rev()
                .take_while(|item| item.id.get() > since)
                .any(|item| here(item) && names.contains(&item.name.as_str()))
    }

    /// Nobody waits any more.
    pub(crate) fn close(&self) {
        self.more.send_replace(false);
    }
}

impl Plugins {
    /// What a page that is drawn now has seen: to wait from.
    pub fn seen(&self) -> i64 {
        self.0.news.newest()
    }

    /// Waits until one of those events has happened since, where the page is; false: none has for as long as one may wait.
    ///
    /// `TooMany` where too many wait already.
    pub async fn wait(
        &self,
        actor: &Actor,
        place: Place,
        id: &str,
        path: &str,
        names: &[&str],
        since: i64,
    ) -> Result<bool, Error> {
        // Nothing of it is drawn, so it is in no language.
        self.may_see(actor, place, id, path, Action::UsePlugins, "").await?;
        if names.len() > MOST_NAMES {
            return Err(Error::wrong("events", format!("are at most {MOST_NAMES}")));
        }
        let news = &self.0.news;
        let Ok(_place) = news.places.try_acquire() else { return Err(Error::TooMany(5)) };
        let mut more = news.more.subscribe();
        let happened = async {
            loop {
                if news.has_happened(place.organization(), names, since) {
                    return true;
                }
                // Closed: the hub stops, and nobody is to be waited for.
                if !*more.borrow_and_update() || more.changed().await.is_err() {
                    return false;
                }
            }
        };
        Ok(tokio::time::timeout(PATIENCE, happened).await.unwrap_or(false))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use base::Millis;

    use super::*;

    fn told(id: i64, name: &str, organization: Option<i64>) -> Delivery {
        let event = Event::PluginTold {
            plugin: "poll".into(),
            organization: organization.map(OrgId::from),
            name: name.into(),
            version: 1,
            depth: 1,
            user: None,
            payload: "{}".into(),
        };
        Delivery::Event { id: id.into(), at: Millis(0), event: Arc::new(event) }
    }

    #[test]
    fn what_has_happened_is_told_from_a_number_on_and_by_place() {
        let news = News::default();
        news.hear(&told(10, "poll.voted", Some(1)));
        news.hear(&told(11, "poll.closed", None));
        let has = |org: Option<i64>, name: &str, since: i64| news.has_happened(org.map(OrgId::from), &[name], since);
        assert_eq!(news.newest(), 11);
        assert!(has(Some(1), "poll.voted", 9) && !has(Some(1), "poll.voted", 10));
        assert!(!has(Some(2), "poll.voted", 9), "another organization's");
        assert!(has(None, "poll.voted", 9) && has(Some(2), "poll.closed", 10));
        assert!(!has(Some(1), "poll.opened", 9));
        assert!(has(Some(1), "poll.opened", 8), "what was before the first is not known");
        news.hear(&Delivery::Lagged);
        assert!(has(Some(1), "poll.opened", 10), "nor is what was missed");
        assert!(!has(Some(1), "poll.opened", 11));
    }

    #[test]
    fn only_so_much_is_remembered() {
        let news = News::default();
        for id in 1..=1_500 {
            news.hear(&told(id, "poll.voted", Some(1)));
        }
        let has = |since: i64| news.has_happened(Some(OrgId::from(1)), &["poll.opened"], since);
        assert!(has(499) && !has(500));
        assert_eq!(news.lately().items.len(), REMEMBERED);
    }
}
