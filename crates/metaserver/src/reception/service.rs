//! The side of the rooms: shows people of other nodes' pages to their places in rooms of this one, and does what those nodes ask.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use base::RoomId;
use db::{Bulletins, Error};
use tokio::{
    sync::watch,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

use super::{
    errands::{BULLETINS, Errands, PATROL, PAUSE},
    message::{self, Answer, Errand, Listed},
    store,
};
use crate::{pages::Heard, unheard::Unseated, usher::Usher};

/// An errand that nobody did in that time is not done any more: whoever asked has given up.
const STALE: Duration = Duration::from_secs(30);
/// How often what nodes have left that are gone is cleared away.
const SWEEP: Duration = Duration::from_secs(30);
/// After so long.
const LEFT: Duration = Duration::from_mins(1);

/// Of this node's rooms, for the others.
pub(super) struct Service {
    errands: Arc<Errands>,
    usher: Usher,
    bulletins: Bulletins,
    /// The other nodes' lists of pages.
    lists: Vec<(String, Vec<Listed>)>,
    attended: HashMap<Key, watch::Sender<Stay>>,
    swept: Instant,
}

/// A page: whose, and which of theirs.
type Key = (String, u64);

/// Whether somebody's page is open still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stay {
    Open,
    /// It is not, but may be again in a moment.
    Closed,
    /// Nobody waits for them.
    Left,
}

impl Service {
    pub(super) fn new(errands: Arc<Errands>, usher: Usher) -> Self {
        let bulletins = Bulletins::new(errands.db.clone(), BULLETINS, errands.node.clone());
        Self { errands, usher, bulletins, lists: Vec::new(), attended: HashMap::new(), swept: Instant::now() }
    }

    /// Serves until `end`.
    pub(super) async fn keep(mut self, end: CancellationToken) {
        let mut commits = self.errands.db.commits();
        while !end.is_cancelled() {
            // Nobody asks who is in this process: a node that is alone never looks for its own commits.
            let seen = commits.borrow_and_update().elsewhere;
            if let Err(error) = self.look(&end).await {
                tracing::debug!(%error, "what other nodes ask can't be read; it is tried again");
            }
            tokio::select! {
                () = end.cancelled() => {}
                changed = commits.wait_for(|commits| commits.elsewhere != seen) => if changed.is_err() { return },
                () = sleep(PATROL) => {}
            }
            sleep(PAUSE).await;
        }
    }

    async fn look(&mut self, end: &CancellationToken) -> Result<(), Error> {
        self.read_lists().await?;
        let (usher, db) = (self.usher.clone(), &self.errands.db);
        for room in store::asked_of(db).await?.into_iter().filter(|room| usher.runs(*room)) {
            let since = self.errands.clock.now().minus(STALE);
            for (node, errand) in store::take_errands(db, room, since).await? {
                if let Some(errand) = message::read(&errand) {
                    self.run(node, room, errand);
                }
            }
        }
        self.attend(end);
        if self.swept.elapsed() >= SWEEP {
            self.swept = Instant::now();
            store::sweep(&self.errands.db, self.errands.clock.now().minus(LEFT)).await?;
        }
        Ok(())
    }

    async fn read_lists(&mut self) -> Result<(), Error> {
        if !self.bulletins.hear().await? {
            return Ok(());
        }
        let read = |told| message::read(told).unwrap_or_default();
        self.lists = self.bulletins.others().map(|(node, told)| (node.to_owned(), read(told))).collect();
        Ok(())
    }

    /// Shows to their places who has come, and lets go who went, or whose room has.
    fn attend(&mut self, end: &CancellationToken) {
        let mut listed = HashSet::new();
        for (node, pages) in &self.lists {
            for page in pages.iter().filter(|page| self.usher.runs(page.room)) {
                let key = (node.clone(), page.page);
                if !self.attended.contains_key(&key) {
                    let (stay, stays) = watch::channel(Stay::Open);
                    self.attended.insert(key.clone(), stay);
                    let (errands, usher) = (Arc::clone(&self.errands), self.usher.clone());
                    let attendant = Attendant { errands, usher, node: node.clone(), listed: *page };
                    self.errands.tasks.spawn(attendant.attend(stays, end.clone()));
                }
                listed.insert(key);
            }
        }
        self.attended.retain(|key, stay| {
            let stays = listed.contains(key);
            if !stays {
                stay.send_if_modified(|stay| std::mem::replace(stay, Stay::Closed) == Stay::Open);
            }
            stays
        });
    }

    /// Does what a node asks, beside everything else.
    fn run(&self, node: String, room: RoomId, errand: Errand) {
        let (errands, usher) = (Arc::clone(&self.errands), self.usher.clone());
        match errand {
            Errand::Leave { page } => {
                if let Some(stay) = self.attended.get(&(node, page)) {
                    stay.send_replace(Stay::Left);
                }
            }
            Errand::Asides { errand, user } => {
                let answer = Answer::Asides { errand, asides: usher.asides(user, room) };
                self.errands.tasks.spawn(async move { reply(&errands, &node, &answer).await });
            }
            Errand::Say { errand, talker, say } => {
                self.errands.tasks.spawn(async move {
                    let said = usher.say(talker, room, &say).await;
                    reply(&errands, &node, &Answer::Said { errand, said }).await;
                });
            }
        }
    }
}

/// Keeps one page of another node in its place.
struct Attendant {
    errands: Arc<Errands>,
    usher: Usher,
    node: String,
    listed: Listed,
}

impl Attendant {
    async fn attend(self, mut stays: watch::Receiver<Stay>, end: CancellationToken) {
        let Listed { page: number, room, talker } = self.listed;
        let mut page = match self.usher.sit(talker, room).await {
            Ok(page) => page,
            Err(why) => return self.over(why).await,
        };
        self.reply(Answer::Seated { page: number }).await;
        loop {
            let heard = tokio::select! {
                biased;
                // Another node opens the room, and shows them to a place there.
                () = end.cancelled() => return,
                stay = stays.wait_for(|stay| *stay != Stay::Open) => {
                    if stay.is_ok_and(|stay| *stay == Stay::Left) {
                        page.leave();
                    }
                    return;
                }
                heard = page.next() => heard,
            };
            match heard {
                Heard::Over(why) => return self.over(why).await,
                heard @ Heard::Aside(_) => self.reply(Answer::Heard { page: number, heard }).await,
            }
        }
    }

    /// They are not in the room any more; unless it is another node's by now, which shows them to a place there.
    async fn over(&self, why: Unseated) {
        let room = self.listed.room;
        let closed = matches!(why, Unseated::Closed | Unseated::Unavailable) && !self.usher.runs(room);
        if !closed || !self.errands.is_open(room).await {
            self.reply(Answer::over(self.listed.page, why)).await;
        }
    }

    async fn reply(&self, answer: Answer) {
        reply(&self.errands, &self.node, &answer).await;
    }
}

async fn reply(errands: &Errands, node: &str, answer: &Answer) {
    if let Err(error) = store::reply(&errands.db, node, message::write(answer), errands.clock.now()).await {
        tracing::warn!(error = &error as &dyn std::error::Error, "another node can't be answered");
    }
}
