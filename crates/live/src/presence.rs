//! Who has a page of the site open, counted; published at most five times a second.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use base::UserId;
use contract::live::Presence;
use tokio::time::Instant;

/// Names shown at most.
const SHOWN: usize = 100;
/// The least time between two published changes.
const PAUSE: Duration = Duration::from_millis(200);

/// The pages that are open.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    people: HashMap<UserId, Person>,
    /// The same people in the order they are shown; the id keeps equal names apart.
    by_name: BTreeMap<(String, UserId), String>,
    visitors: u32,
    /// Something has changed since the last publication.
    dirty: bool,
    /// Nothing is published before this instant.
    quiet_until: Option<Instant>,
}

#[derive(Debug)]
struct Person {
    key: String,
    pages: u32,
}

impl Pages {
    /// One more open page. Whoever is not `listed` is counted and not named.
    pub(crate) fn enter(&mut self, person: Option<(UserId, String)>, listed: bool) {
        self.dirty = true;
        let Some((user, name)) = person else {
            self.visitors += 1;
            return;
        };
        let key = name.to_lowercase();
        // The choice may have changed since an earlier page was opened: the newest page decides.
        if listed {
            self.by_name.insert((key.clone(), user), name);
        } else {
            self.by_name.remove(&(key.clone(), user));
        }
        let known = self.people.entry(user).or_insert(Person { key, pages: 0 });
        known.pages += 1;
    }

    /// Whether somebody has a page open.
    pub(crate) fn has(&self, user: UserId) -> bool {
        self.people.contains_key(&user)
    }

    /// One open page less.
    pub(crate) fn leave(&mut self, user: Option<UserId>) {
        self.dirty = true;
        let Some(user) = user else {
            self.visitors = self.visitors.saturating_sub(1);
            return;
        };
        if let Some(person) = self.people.get_mut(&user) {
            person.pages -= 1;
            if person.pages == 0
                && let Some(gone) = self.people.remove(&user)
            {
                self.by_name.remove(&(gone.key, user));
            }
        }
    }

    /// What to publish now, if anything is due and differs from `published`.
    pub(crate) fn due(&mut self, published: &Presence, now: Instant) -> Option<Presence> {
        if !self.dirty || self.quiet_until.is_some_and(|until| now < until) {
            return None;
        }
        self.dirty = false;
        let present = self.count();
        if present == *published {
            return None;
        }
        self.quiet_until = Some(now + PAUSE);
        Some(present)
    }

    /// When to ask [`Pages::due`] again; `None` when nothing has changed.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.quiet_until.filter(|_| self.dirty)
    }

    fn count(&self) -> Presence {
        Presence {
            people: self.by_name.values().take(SHOWN).cloned().collect(),
            people_count: u32::try_from(self.people.len()).unwrap_or(u32::MAX),
            visitors: self.visitors,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: i64, name: &str) -> (UserId, String) {
        (UserId::from(id), name.to_owned())
    }

    #[test]
    fn people_are_counted_once_however_many_pages_they_have() {
        let mut pages = Pages::default();
        pages.enter(Some(person(1, "Olga")), true);
        pages.enter(Some(person(1, "Olga")), true);
        pages.enter(Some(person(2, "balin")), true);
        pages.enter(None, true);
        let names = |people: &[&str]| people.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(pages.count(), Presence { people: names(&["balin", "Olga"]), people_count: 2, visitors: 1 });

        pages.leave(Some(UserId::from(1)));
        pages.leave(None);
        assert_eq!(pages.count(), Presence { people: names(&["balin", "Olga"]), people_count: 2, visitors: 0 });
        pages.leave(Some(UserId::from(1)));
        assert_eq!(pages.count(), Presence { people: names(&["balin"]), people_count: 1, visitors: 0 });
    }

    #[test]
    fn who_does_not_want_to_be_listed_is_counted_and_not_named() {
        let mut pages = Pages::default();
        pages.enter(Some(person(1, "Olga")), true);
        pages.enter(Some(person(2, "Balin")), false);
        assert_eq!(pages.count(), Presence { people: vec!["Olga".into()], people_count: 2, visitors: 0 });
        assert!(pages.has(UserId::from(2)));
        pages.enter(Some(person(1, "Olga")), false);
        assert_eq!(pages.count(), Presence { people: vec![], people_count: 2, visitors: 0 });
        pages.leave(Some(UserId::from(2)));
        assert!(!pages.has(UserId::from(2)));
    }

    #[test]
    fn a_crowd_is_shown_in_part_and_counted_whole() {
        let mut pages = Pages::default();
        for id in 0..150 {
            pages.enter(Some(person(id, &format!("player {id:03}"))), true);
        }
        let present = pages.count();
        assert_eq!((present.people.len(), present.people_count), (100, 150));
        assert_eq!(present.people[99], "player 099");
    }

    #[test]
    fn a_burst_is_one_change_and_a_blink_is_none() {
        let (mut pages, mut published, start) = (Pages::default(), Presence::default(), Instant::now());
        pages.enter(None, true);
        published = pages.due(&published, start).expect("the first change is told at once");

        pages.enter(None, true);
        pages.enter(None, true);
        assert_eq!(pages.due(&published, start + PAUSE / 2), None);
        assert_eq!(pages.next_due(), Some(start + PAUSE));
        published = pages.due(&published, start + PAUSE).expect("due");
        assert_eq!(published.visitors, 3);

        pages.leave(None);
        pages.enter(None, true);
        assert_eq!(pages.due(&published, start + PAUSE * 3), None, "nothing is different");
        assert_eq!(pages.next_due(), None);
    }
}
