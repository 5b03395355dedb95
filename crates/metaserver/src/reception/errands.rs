//! The side of the pages: which of this node's are open in rooms of other nodes, and what has been asked there and not been answered yet.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use base::{Clock, RoomId, UserId};
use contract::lobby::{Aside, Say};
use db::{Bulletins, Db, Error};
use tokio::{
    sync::{Notify, mpsc, oneshot},
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    message::{self, Answer, Errand, Listed},
    store,
};
use crate::{
    pages::{Heard, KEPT},
    unheard::{Unheard, Unseated},
    usher::Talker,
};

/// How long the other node may take to answer: longer than another takes to open the rooms of one that is gone.
const ANSWER: Duration = Duration::from_secs(10);
/// The same for what a page can do without.
const ASIDES: Duration = Duration::from_millis(500);
/// The least time between two looks.
pub(super) const PAUSE: Duration = Duration::from_millis(20);
/// How often a node looks although nothing has woken it.
pub(super) const PATROL: Duration = Duration::from_secs(1);
/// Where nodes list which of their pages are open in rooms of the others.
pub(super) const BULLETINS: &str = "pages_in_rooms";

/// What this node has in hand at the others.
pub(super) struct Errands {
    pub(super) db: Db,
    pub(super) clock: Arc<dyn Clock>,
    /// What they know this one by.
    pub(super) node: String,
    pub(super) tasks: TaskTracker,
    hand: Mutex<Hand>,
    changed: Notify,
}

#[derive(Default)]
struct Hand {
    open: BTreeMap<u64, Open>,
    asked: HashMap<u64, Asked>,
    /// The last number that was given to either.
    last: u64,
}

/// A page.
struct Open {
    room: RoomId,
    talker: Talker,
    told: mpsc::Sender<Heard>,
    /// Who waits for it to be shown to its place.
    seated: Option<oneshot::Sender<Result<(), Unseated>>>,
}

/// Who waits for an answer.
enum Asked {
    Said(oneshot::Sender<Result<(), Unheard>>),
    Asides(oneshot::Sender<Vec<Aside>>),
}

/// A page of this node in a room of another.
pub struct FarPage {
    errands: Arc<Errands>,
    number: u64,
    room: RoomId,
    told: mpsc::Receiver<Heard>,
}

impl FarPage {
    pub(super) const fn room(&self) -> RoomId {
        self.room
    }

    pub(super) async fn next(&mut self) -> Heard {
        self.told.recv().await.unwrap_or(Heard::Over(Unseated::Unavailable))
    }

    pub(super) fn leave(self) {
        let tasks = self.errands.tasks.clone();
        tasks.spawn(async move {
            // The page is listed until this is written, so that nobody takes it for one that comes back in a moment.
            self.errands.send(self.room, &Errand::Leave { page: self.number }).await;
            drop(self);
        });
    }
}

impl Drop for FarPage {
    fn drop(&mut self) {
        self.errands.hand().open.remove(&self.number);
        self.errands.changed.notify_one();
    }
}

impl Errands {
    pub(super) fn new(db: Db, clock: Arc<dyn Clock>, node: String, tasks: TaskTracker) -> Arc<Self> {
        let (hand, changed) = (Mutex::default(), Notify::new());
        Arc::new(Self { db, clock, node, tasks, hand, changed })
    }

    /// Whether there is such a room, as far as anybody can tell.
    pub(super) async fn is_open(&self, room: RoomId) -> bool {
        store::is_open(&self.db, room).await.unwrap_or(true)
    }

    pub(super) async fn sit(self: &Arc<Self>, talker: Talker, room: RoomId) -> Result<FarPage, Unseated> {
        let (tell, told) = mpsc::channel(KEPT);
        let (seated, is_seated) = oneshot::channel();
        let open = Open { room, talker, told: tell, seated: Some(seated) };
        let number = {
            let mut hand = self.hand();
            hand.last += 1;
            let number = hand.last;
            hand.open.insert(number, open);
            number
        };
        let page = FarPage { errands: Arc::clone(self), number, room, told };
        self.changed.notify_one();
        match timeout(ANSWER, is_seated).await {
            Ok(Ok(seated)) => seated.map(|()| page),
            _ => Err(Unseated::Unavailable),
        }
    }

    pub(super) async fn say(&self, talker: Talker, room: RoomId, say: Say) -> Result<(), Unheard> {
        let asks = |errand| Errand::Say { errand, talker, say };
        self.ask(room, asks, Asked::Said, ANSWER).await.unwrap_or(Err(Unheard::Busy))
    }

    pub(super) async fn asides(&self, user: UserId, room: RoomId) -> Vec<Aside> {
        let asks = |errand| Errand::Asides { errand, user };
        self.ask(room, asks, Asked::Asides, ASIDES).await.unwrap_or_default()
    }

    /// Lists the pages and takes the answers, until `stop`.
    pub(super) async fn keep(self: Arc<Self>, stop: CancellationToken) {
        let mut commits = self.db.commits();
        let mut bulletins = Bulletins::new(self.db.clone(), BULLETINS, self.node.clone());
        while !stop.is_cancelled() {
            commits.borrow_and_update();
            if let Err(error) = self.look(&mut bulletins).await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "what people say in rooms of other nodes can't be passed on; it is tried again"
                );
                sleep(PATROL).await;
            }
            let idle = !bulletins.is_up() && self.is_idle();
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.changed.notified() => {}
                changed = commits.changed(), if !idle => if changed.is_err() { return },
                () = sleep(PATROL), if !idle => {}
            }
            sleep(PAUSE).await;
        }
        let gone = async {
            bulletins.withdraw().await?;
            store::forget(&self.db, &self.node).await
        };
        if let Err(error) = gone.await {
            tracing::debug!(%error, "the other nodes find out by themselves that no page is open here any more");
        }
    }

    async fn look(&self, bulletins: &mut Bulletins) -> Result<(), Error> {
        let open = self.listed();
        if open.is_empty() {
            bulletins.withdraw().await?;
        } else {
            bulletins.tell(&message::write(&open)).await?;
        }
        if !self.is_idle() {
            let answers = store::take_answers(&self.db, &self.node).await?;
            answers.iter().filter_map(|answer| message::read(answer)).for_each(|answer| self.hand_out(answer));
        }
        Ok(())
    }

    fn hand_out(&self, answer: Answer) {
        let mut hand = self.hand();
        match answer {
            Answer::Seated { page } => {
                if let Some(seated) = hand.open.get_mut(&page).and_then(|open| open.seated.take()) {
                    seated.send(Ok(())).ok();
                }
            }
            Answer::Heard { page, heard } => {
                let Some(open) = hand.open.get_mut(&page) else { return };
                match (open.seated.take(), heard) {
                    (Some(seated), Heard::Over(why)) => drop(seated.send(Err(why))),
                    // A page that takes nothing more is far behind: it misses what comes.
                    (seated, heard) => {
                        open.seated = seated;
                        open.told.try_send(heard).ok();
                    }
                }
            }
            Answer::Said { errand, said } => {
                if let Some(Asked::Said(asked)) = hand.asked.remove(&errand) {
                    asked.send(said).ok();
                }
            }
            Answer::Asides { errand, asides } => {
                if let Some(Asked::Asides(asked)) = hand.asked.remove(&errand) {
                    asked.send(asides).ok();
                }
            }
        }
    }

    /// Asks the node that runs a room, and waits for its answer. `None`: there is none.
    async fn ask<T>(
        &self,
        room: RoomId,
        errand: impl FnOnce(u64) -> Errand,
        waits: impl FnOnce(oneshot::Sender<T>) -> Asked,
        patience: Duration,
    ) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        let number = {
            let mut hand = self.hand();
            hand.last += 1;
            let number = hand.last;
            hand.asked.insert(number, waits(answer));
            number
        };
        let _asked = Forgotten { errands: self, number };
        self.changed.notify_one();
        self.send(room, &errand(number)).await;
        timeout(patience, answered).await.ok()?.ok()
    }

    async fn send(&self, room: RoomId, errand: &Errand) {
        if let Err(error) = store::send(&self.db, &self.node, room, message::write(errand), self.clock.now()).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "another node can't be asked about a room of its");
        }
    }

    fn listed(&self) -> Vec<Listed> {
        let hand = self.hand();
        hand.open.iter().map(|(page, open)| Listed { page: *page, room: open.room, talker: open.talker }).collect()
    }

    fn is_idle(&self) -> bool {
        let hand = self.hand();
        hand.open.is_empty() && hand.asked.is_empty()
    }

    fn hand(&self) -> MutexGuard<'_, Hand> {
        self.hand.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nobody waits for an answer any more, when this goes.
struct Forgotten<'e> {
    errands: &'e Errands,
    number: u64,
}

impl Drop for Forgotten<'_> {
    fn drop(&mut self) {
        self.errands.hand().asked.remove(&self.number);
    }
}
