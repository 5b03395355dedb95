//! The pages of somebody in a room: what they alone are told goes to all of them, and is kept for a page that is opened a little later.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use base::Millis;
use contract::lobby::{Aside, AsideFrom, PlayerNumber};
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, watch};

use crate::{unheard::Unseated, visitor::Visitor};

/// What is kept of what was told; a reader who is further behind than that misses the oldest.
pub(crate) const KEPT: usize = 50;

/// Both ends: the room tells, pages listen. Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct Pages(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    visit: u64,
    visitor: Arc<Visitor>,
    told: Mutex<Told>,
    news: watch::Sender<()>,
    /// Wakes whoever keeps the place.
    stirred: Notify,
}

#[derive(Debug, Default)]
struct Told {
    asides: VecDeque<Aside>,
    last: u64,
    over: Option<Unseated>,
}

/// What a page is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Heard {
    /// Something that they alone are told.
    Aside(Aside),
    /// They are not in the room any more.
    Over(Unseated),
}

impl Pages {
    /// Somebody's, who is to be in a room by the visit of that number.
    pub(crate) fn new(visit: u64, visitor: Arc<Visitor>) -> Self {
        let (told, news, stirred) = (Mutex::default(), watch::Sender::new(()), Notify::new());
        Self(Arc::new(Inner { visit, visitor, told, news, stirred }))
    }

    pub(crate) fn visit(&self) -> u64 {
        self.0.visit
    }

    /// Whose they are, as a room shows somebody who has no game open.
    pub(crate) fn visitor(&self) -> &Arc<Visitor> {
        &self.0.visitor
    }

    pub(crate) fn number(&self) -> PlayerNumber {
        self.0.visitor.number
    }

    /// Tells them something.
    pub(crate) fn tell(&self, at: Millis, from: AsideFrom, text: String) {
        let mut told = self.told();
        told.last += 1;
        let aside = Aside { n: told.last, at, from, text };
        if told.asides.len() == KEPT {
            told.asides.pop_front();
        }
        told.asides.push_back(aside);
        drop(told);
        self.0.news.send_replace(());
    }

    /// They are not in the room any more. The first reason given stands.
    pub(crate) fn end(&self, why: Unseated) {
        self.told().over.get_or_insert(why);
        self.0.news.send_replace(());
        self.stir();
    }

    pub(crate) fn is_over(&self) -> bool {
        self.told().over.is_some()
    }

    /// What was told lately.
    pub(crate) fn asides(&self) -> Vec<Aside> {
        self.told().asides.iter().cloned().collect()
    }

    /// Something about the place has changed: whoever keeps it looks.
    pub(crate) fn stir(&self) {
        self.0.stirred.notify_one();
    }

    pub(crate) async fn stirred(&self) {
        self.0.stirred.notified().await;
    }

    /// One page, which is first told what was told lately.
    pub(crate) fn reader(&self) -> Reader {
        Reader { pages: self.clone(), news: self.0.news.subscribe(), last: 0 }
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One page's end.
#[derive(Debug)]
pub(crate) struct Reader {
    pages: Pages,
    news: watch::Receiver<()>,
    last: u64,
}

impl Reader {
    /// What comes next; waits for it. After [`Heard::Over`] comes nothing but that.
    pub(crate) async fn next(&mut self) -> Heard {
        loop {
            self.news.borrow_and_update();
            if let Some(heard) = self.ready() {
                return heard;
            }
            // The sender lives in what this reader shares.
            if self.news.changed().await.is_err() {
                return Heard::Over(Unseated::Unavailable);
            }
        }
    }

    fn ready(&mut self) -> Option<Heard> {
        let told = self.pages.told();
        if let Some(aside) = told.asides.iter().find(|aside| aside.n > self.last) {
            self.last = aside.n;
            return Some(Heard::Aside(aside.clone()));
        }
        told.over.clone().map(Heard::Over)
    }
}

#[cfg(test)]
mod tests {
    use base::{Role, UserId};

    use super::*;
    use crate::{Account, Known};

    fn pages() -> Pages {
        let account = Account { user: UserId::from(7), name: "Olga".into(), role: Role::Member };
        let network = std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
        Pages::new(1, Arc::new(Visitor::by_page(PlayerNumber(7), &account, network, Known::default())))
    }

    fn text(heard: Heard) -> String {
        match heard {
            Heard::Aside(aside) => aside.text,
            Heard::Over(why) => format!("over: {why}"),
        }
    }

    #[tokio::test]
    async fn every_page_hears_the_same_and_a_later_one_what_is_kept() {
        let pages = pages();
        let mut first = pages.reader();
        for n in 0..60 {
            pages.tell(Millis(n), AsideFrom::Hub, n.to_string());
        }
        assert_eq!(text(first.next().await), "10", "the oldest made way");
        pages.end(Unseated::Closed);
        pages.end(Unseated::Full);
        let mut late = pages.reader();
        for n in 10..60 {
            assert_eq!(text(late.next().await), n.to_string());
        }
        assert_eq!(late.next().await, Heard::Over(Unseated::Closed), "the first reason stands");
    }
}
