//! How many calls of one plugin are under way, how many wait, and how often whom.

use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use base::{Actor, OrgId, UserId, network_of};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::Error;

/// So many calls of one plugin wait for their turn.
const WAITING: usize = 64;
/// So many requests a minute from one person, and from all, in one organization.
const PER_PERSON: u32 = 120;
pub(crate) const PER_ORGANIZATION: u32 = 1_200;
/// So many pictures of other hosts a minute for one reader, in one place: many stand on one page. So many are fetched for all readers.
const IMAGES: u32 = 600;
const FETCHED: u32 = 60;
/// So many requests out a minute; so many notifications a minute for an organization.
const OUT: u32 = 60;
const NOTES: u32 = 30;
/// So many lines in the lobby a minute for an organization; so many acts.
const LINES: u32 = 10;
const ACTS: u32 = 30;
const MINUTE: Duration = Duration::from_mins(1);

/// The way to one plugin.
pub(crate) struct Lane {
    room: Semaphore,
    /// So many are under way at once.
    wide: u32,
    waiting: AtomicUsize,
    persons: Pace<(Option<OrgId>, UserId)>,
    organizations: Pace<Option<OrgId>>,
    images: Pace<(Option<OrgId>, Reader)>,
    fetched: Pace<()>,
    out: Pace<()>,
    notes: Pace<Option<OrgId>>,
    lines: Pace<Option<OrgId>>,
    acts: Pace<Option<OrgId>>,
}

impl Lane {
    /// For so many calls at once.
    pub(crate) fn of(at_once: usize) -> Self {
        Self {
            room: Semaphore::new(at_once),
            wide: u32::try_from(at_once).unwrap_or(u32::MAX),
            waiting: AtomicUsize::new(0),
            persons: Pace::default(),
            organizations: Pace::default(),
            images: Pace::default(),
            fetched: Pace::default(),
            out: Pace::default(),
            notes: Pace::default(),
            lines: Pace::default(),
            acts: Pace::default(),
        }
    }

    /// Waits for its turn; refused where too many wait already.
    pub(crate) async fn enter(&self) -> Result<SemaphorePermit<'_>, Error> {
        if let Ok(permit) = self.room.try_acquire() {
            return Ok(permit);
        }
        let _place =
            Waiting::take(&self.waiting).ok_or_else(|| Error::Away("too many calls of it are waiting".into()))?;
        self.room.acquire().await.map_err(|_closed| Error::Away("it is being replaced".into()))
    }

    /// Waits until nothing is under way, and keeps it so while the answer is held.
    pub(crate) async fn drained(&self, patience: Duration) -> Option<SemaphorePermit<'_>> {
        tokio::time::timeout(patience, self.room.acquire_many(self.wide)).await.ok()?.ok()
    }

    /// Counts a request from outside. `most`: so many a minute the organization allows, where it allows fewer than the hub.
    pub(crate) fn count(
        &self,
        organization: Option<OrgId>,
        person: Option<UserId>,
        most: Option<u32>,
    ) -> Result<(), Error> {
        let now = Instant::now();
        if let Some(person) = person {
            self.persons.take((organization, person), PER_PERSON, now).map_err(Error::TooMany)?;
        }
        let most = most.unwrap_or(PER_ORGANIZATION).min(PER_ORGANIZATION);
        self.organizations.take(organization, most, now).map_err(Error::TooMany)
    }

    /// Counts a picture that somebody is shown; else so many seconds to wait.
    pub(crate) fn count_image(&self, organization: Option<OrgId>, actor: &Actor) -> Result<(), u32> {
        let place = || Reader::Place(actor.address().map(network_of));
        let reader = actor.user().map_or_else(place, Reader::Person);
        self.images.take((organization, reader), IMAGES, Instant::now())
    }

    /// Counts a picture that is fetched for readers. Not with the requests out: readers would else use up what the plugin itself needs.
    pub(crate) fn count_fetched(&self) -> Result<(), u32> {
        self.fetched.take((), FETCHED, Instant::now())
    }

    /// Counts a request to outside; else so many seconds to wait.
    pub(crate) fn count_out(&self) -> Result<(), u32> {
        self.out.take((), OUT, Instant::now())
    }

    /// Counts a notification.
    pub(crate) fn count_note(&self, organization: Option<OrgId>) -> Result<(), u32> {
        self.notes.take(organization, NOTES, Instant::now())
    }

    /// Counts a line in the lobby.
    pub(crate) fn count_line(&self, organization: Option<OrgId>) -> Result<(), u32> {
        self.lines.take(organization, LINES, Instant::now())
    }

    /// Counts an act.
    pub(crate) fn count_act(&self, organization: Option<OrgId>) -> Result<(), u32> {
        self.acts.take(organization, ACTS, Instant::now())
    }
}

/// Who looks: somebody with an account, or whoever comes from one network.
#[derive(PartialEq, Eq, Hash)]
enum Reader {
    Person(UserId),
    Place(Option<IpAddr>),
}

struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn take(waiting: &'a AtomicUsize) -> Option<Self> {
        let place = Self(waiting);
        // Counted first, so that two can't take the last place; given back by the drop.
        (waiting.fetch_add(1, Ordering::Relaxed) < WAITING).then_some(place)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// How often something was done within the minute that runs.
pub(crate) struct Pace<K>(Mutex<(Option<Instant>, HashMap<K, u32>)>);

impl<K> Default for Pace<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Hash + Eq> Pace<K> {
    /// Once more; else so many seconds to wait.
    pub(crate) fn take(&self, key: K, most: u32, now: Instant) -> Result<(), u32> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (began, counts) = &mut *held;
        let start = *began.get_or_insert(now);
        let mut passed = now.saturating_duration_since(start);
        if passed >= MINUTE {
            // A minute is over for everybody at once, so what is remembered stays small.
            (*began, passed) = (Some(now), Duration::ZERO);
            counts.clear();
        }
        let count = counts.entry(key).or_default();
        if *count >= most {
            return Err(u32::try_from(MINUTE.saturating_sub(passed).as_secs()).unwrap_or(60).max(1));
        }
        *count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_holds_so_many() {
        let (pace, start) = (Pace::default(), Instant::now());
        assert!((0..3).all(|_| pace.take("a", 3, start).is_ok()));
        assert_eq!(pace.take("a", 3, start + Duration::from_secs(20)), Err(40));
        assert_eq!(pace.take("b", 3, start + Duration::from_secs(20)), Ok(()));
        assert_eq!(pace.take("a", 3, start + MINUTE), Ok(()));
    }

    #[tokio::test]
    async fn so_many_are_under_way_sixty_four_wait_and_the_next_is_refused() {
        let lane = std::sync::Arc::new(Lane::of(4));
        let mut under_way = Vec::new();
        for _ in 0..4 {
            under_way.push(lane.enter().await.unwrap());
        }
        let mut waiting = tokio::task::JoinSet::new();
        for _ in 0..WAITING {
            let lane = lane.clone();
            waiting.spawn(async move { lane.enter().await.map(drop).is_ok() });
        }
        while lane.waiting.load(Ordering::Relaxed) < WAITING {
            tokio::task::yield_now().await;
        }
        assert!(matches!(lane.enter().await, Err(Error::Away(_))));
        assert!(lane.drained(Duration::ZERO).await.is_none());
        drop(under_way);
        assert!(waiting.join_all().await.into_iter().all(|entered| entered));
        assert!(lane.drained(Duration::from_secs(5)).await.is_some());
    }
}
