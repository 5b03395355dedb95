//! The task that tells the other nodes what is in this one's rooms, and hears what is in theirs.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use base::RoomId;
use db::Error;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::{
    Nodes, store,
    told::{By, Neighbour, Told, ToldGame, ToldPerson, ToldRoom},
};
use crate::{caretaker::Caretaker, game_numbers::GameNumbers, hub::Hub};

/// The least time between two rounds.
const PAUSE: Duration = Duration::from_millis(250);
/// How often a node looks although nothing has woken it: at what the others tell, and whether rooms are free.
const PATROL: Duration = Duration::from_secs(1);
/// How often it says that it lives, if it has nothing else to say.
const BEAT: Duration = Duration::from_secs(2);
/// A node that has not said so for so long is gone, and those in its rooms with it.
const GONE: Duration = Duration::from_secs(7);
/// What it wrote is cleared away after so long.
const FORGOTTEN: Duration = Duration::from_mins(1);
/// How often passes that nobody can use any more are.
const SWEEP: Duration = Duration::from_secs(30);

struct Talking {
    hub: Arc<Hub>,
    nodes: Arc<Nodes>,
    caretaker: Caretaker,
    numbers: Arc<GameNumbers>,
    beat: i64,
    beaten: Option<Instant>,
    told: String,
    /// The others. No two clocks have to agree.
    heard: HashMap<String, Heard>,
    /// Rooms of theirs whose games are in the catalogue.
    catalogued: BTreeSet<RoomId>,
    looked: Option<Instant>,
    swept: Instant,
}

/// Another node.
struct Heard {
    beat: i64,
    /// When that was new.
    at: Instant,
    is: Arc<Neighbour>,
}

/// Tells and hears, until `stop`.
pub(crate) async fn keep(
    hub: Arc<Hub>,
    nodes: Arc<Nodes>,
    caretaker: Caretaker,
    numbers: Arc<GameNumbers>,
    stop: CancellationToken,
) {
    let (mut counts, mut commits) = (hub.directory.changes(), nodes.db.commits());
    let (heard, catalogued) = (HashMap::new(), BTreeSet::new());
    let (beat, beaten, told, looked, swept) = (0, None, String::new(), None, Instant::now());
    let mut talking = Talking { hub, nodes, caretaker, numbers, beat, beaten, told, heard, catalogued, looked, swept };
    while !stop.is_cancelled() {
        counts.borrow_and_update();
        commits.borrow_and_update();
        let due = Instant::now() + PAUSE;
        if let Err(error) = talking.round().await {
            tracing::debug!(%error, "the nodes of the lobby can't hear of each other; it is tried again");
        }
        let woken = async {
            tokio::select! {
                _ = counts.changed() => {}
                _ = commits.changed() => {}
                () = sleep(PATROL) => {}
            }
            sleep_until(due).await;
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = woken => {}
        }
    }
    let Talking { nodes, caretaker, beat, .. } = talking;
    caretaker.let_go().await;
    let grace = nodes.clock.now().plus(super::BETWEEN_ROOMS);
    if let Err(error) = store::forget(&nodes.db, &nodes.name, beat, grace).await {
        tracing::debug!(%error, "the other nodes find out by themselves that this one is gone");
    }
}

impl Talking {
    async fn round(&mut self) -> Result<(), Error> {
        if self.looked.is_none_or(|looked| looked.elapsed() >= PATROL) {
            self.looked = Some(Instant::now());
            self.caretaker.look().await;
            self.nodes.supply(&self.numbers).await?;
        }
        self.tell().await?;
        self.hear().await?;
        if self.swept.elapsed() >= SWEEP {
            self.swept = Instant::now();
            store::sweep_passes(&self.nodes.db, self.nodes.clock.now()).await?;
        }
        Ok(())
    }

    async fn tell(&mut self) -> Result<(), Error> {
        let told = serde_json::to_string(&self.state()).expect("plain data");
        if self.told == told {
            if self.beaten.is_some_and(|beaten| beaten.elapsed() < BEAT) {
                return Ok(());
            }
            self.beat += 1;
            if store::live(&self.nodes.db, &self.nodes.name, self.beat).await? {
                self.beaten = Some(Instant::now());
                return Ok(());
            }
        }
        self.beat += 1;
        store::tell(&self.nodes.db, &self.nodes.name, self.beat, told.clone()).await?;
        (self.told, self.beaten) = (told, Some(Instant::now()));
        Ok(())
    }

    /// What is in the rooms of this node.
    fn state(&self) -> Told {
        let Hub { directory, passes, circles, seats, catalogue, .. } = &*self.hub;
        let rooms: Vec<_> = directory.rooms().into_iter().filter(|room| room.is_here()).collect();
        let game = |(visitor, room, stamp): (Arc<_>, _, _)| ToldPerson::new(&visitor, Some(room), By::Game(stamp));
        let page = |(visitor, room, since): (Arc<_>, _, _)| ToldPerson::new(&visitor, Some(room), By::Page(since));
        let mut people: Vec<ToldPerson> = passes.present().into_iter().map(game).collect();
        let walking = circles.between_rooms().into_iter();
        people.extend(walking.map(|visitor| ToldPerson::new(&visitor, None, By::Game(super::Stamp::default()))));
        people.extend(seats.everybody().into_iter().map(page));
        let games = rooms.iter().flat_map(|room| {
            let of_room = catalogue.of_room(room.id).into_iter();
            of_room.map(|(host, entry, ends_at)| ToldGame::new(room.id, host, &entry, ends_at))
        });
        let told = rooms.iter().map(|room| {
            let (players, games) = room.counts();
            ToldRoom { room: room.id, address: room.address_at(self.nodes.address), players, games }
        });
        Told { rooms: told.collect(), people, games: games.collect() }
    }

    async fn hear(&mut self) -> Result<(), Error> {
        let (db, now) = (&self.nodes.db, Instant::now());
        let others = store::others(db, &self.nodes.name).await?;
        let mut news = self.heard.len() != others.len();
        self.heard.retain(|node, _| others.iter().any(|(other, _)| other == node));
        for (node, beat) in others {
            if let Some(heard) = self.heard.get(&node).filter(|heard| heard.beat == beat) {
                let silent = now.duration_since(heard.at);
                if silent >= FORGOTTEN {
                    let grace = self.nodes.clock.now().plus(super::BETWEEN_ROOMS);
                    store::forget(db, &node, beat, grace).await?;
                }
                news |= silent >= GONE;
                continue;
            }
            let Some(told) = store::told(db, &node).await? else { continue };
            self.heard.insert(node, Heard { beat, at: now, is: Arc::new(Neighbour::read(&told)) });
            news = true;
        }
        if news {
            self.show().await;
        }
        Ok(())
    }

    /// Makes known here what the others have told.
    async fn show(&mut self) {
        let alive = self.heard.values().filter(|heard| heard.at.elapsed() < GONE);
        let others: Vec<Arc<Neighbour>> = alive.map(|heard| Arc::clone(&heard.is)).collect();
        let hub = &self.hub;
        let people = || others.iter().flat_map(|node| &node.people);
        hub.circles.elsewhere(people());
        hub.passes.elsewhere(people());
        for seat in hub.seats.elsewhere(people()) {
            seat.give_up(&hub.tasks, crate::unheard::Unseated::Elsewhere);
        }
        self.catalogue(&others);
        self.nodes.learn(others);
        self.caretaker.hear_of_rooms().await;
    }

    /// Whoever searches here finds their games, too.
    fn catalogue(&mut self, others: &[Arc<Neighbour>]) {
        let catalogue = &self.hub.catalogue;
        let ours: BTreeSet<RoomId> =
            self.hub.directory.rooms().iter().filter(|room| room.is_here()).map(|room| room.id).collect();
        for room in std::mem::take(&mut self.catalogued).difference(&ours) {
            catalogue.clear(*room);
        }
        for (game, entry) in others.iter().flat_map(|node| &node.games) {
            if !ours.contains(&game.room) {
                catalogue.set(game.room, game.host, entry.clone(), game.ends_at);
                self.catalogued.insert(game.room);
            }
        }
    }
}
