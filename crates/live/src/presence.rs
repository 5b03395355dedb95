//! Who has a page of the site open, counted; published at most five times a second.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Duration,
};

use base::UserId;
use contract::live::Presence;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// Names shown at most.
const SHOWN: usize = 100;
/// The least time between two published changes.
const PAUSE: Duration = Duration::from_millis(200);

/// Who has a page open at one node.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visitors {
    /// Everybody who is logged in, by id; named is who wants to be listed.
    pub people: Vec<(UserId, Option<String>)>,
    /// How many strangers.
    pub strangers: u32,
}

/// The pages that are open.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    people: HashMap<UserId, Person>,
    /// The same people in the order they are shown; the id keeps equal names apart.
    by_name: BTreeMap<(String, UserId), String>,
    visitors: u32,
    /// Those at other nodes.
    elsewhere: Vec<Visitors>,
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

    /// Whether somebody has a page open, here or elsewhere.
    pub(crate) fn has(&self, user: UserId) -> bool {
        self.people.contains_key(&user) || self.abroad().any(|(other, _)| *other == user)
    }

    /// Who has one open here.
    pub(crate) fn here(&self) -> Visitors {
        let name = |user: UserId, person: &Person| self.by_name.get(&(person.key.clone(), user)).cloned();
        let mut people: Vec<_> = self.people.iter().map(|(user, person)| (*user, name(*user, person))).collect();
        people.sort_unstable();
        Visitors { people, strangers: self.visitors }
    }

    /// Who has one open at the other nodes, all of them.
    pub(crate) fn elsewhere(&mut self, elsewhere: Vec<Visitors>) {
        if self.elsewhere != elsewhere {
            self.elsewhere = elsewhere;
            self.dirty = true;
        }
    }

    fn abroad(&self) -> impl Iterator<Item = &(UserId, Option<String>)> {
        self.elsewhere.iter().flat_map(|visitors| &visitors.people)
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
        if self.elsewhere.is_empty() {
            return Presence {
                people: self.by_name.values().take(SHOWN).cloned().collect(),
                people_count: u32::try_from(self.people.len()).unwrap_or(u32::MAX),
                visitors: self.visitors,
            };
        }
        let here = self.here();
        let (mut everybody, mut unnamed, mut named) = (HashSet::new(), HashSet::new(), BTreeMap::new());
        for (user, name) in here.people.iter().chain(self.abroad()) {
            everybody.insert(*user);
            match name {
                Some(name) => drop(named.insert((name.to_lowercase(), *user), name)),
                // Wherever their newest page is: who doesn't want to be listed at one node is listed at none.
                None => drop(unnamed.insert(*user)),
            }
        }
        let listed = named.into_iter().filter(|((_, user), _)| !unnamed.contains(user));
        let strangers = self.elsewhere.iter().map(|visitors| visitors.strangers);
        Presence {
            people: listed.take(SHOWN).map(|(_, name)| name.clone()).collect(),
            people_count: u32::try_from(everybody.len()).unwrap_or(u32::MAX),
            visitors: strangers.fold(self.visitors, u32::saturating_add),
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
    fn people_at_other_nodes_are_counted_once_too() {
        let mut pages = Pages::default();
        pages.enter(Some(person(1, "Olga")), true);
        pages.enter(Some(person(2, "Balin")), true);
        pages.enter(None, true);
        let (olga, alric) = ((UserId::from(1), Some("Olga".to_owned())), (UserId::from(3), Some("alric".to_owned())));
        let there = Visitors { people: vec![olga, (UserId::from(2), None), alric], strangers: 2 };
        pages.elsewhere(vec![there.clone(), Visitors { people: vec![], strangers: 1 }]);
        let names = vec!["alric".to_owned(), "Olga".to_owned()];
        assert_eq!(pages.count(), Presence { people: names, people_count: 3, visitors: 4 });
        assert!(pages.has(UserId::from(3)));
        let here = Visitors {
            people: vec![(UserId::from(1), Some("Olga".into())), (UserId::from(2), Some("Balin".into()))],
            strangers: 1,
        };
        assert_eq!(pages.here(), here, "those elsewhere are not ours to tell");

        pages.elsewhere(Vec::new());
        assert_eq!((pages.count().people_count, pages.has(UserId::from(3))), (2, false));
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
