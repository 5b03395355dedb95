//! The task that tells the other nodes what is in this one's rooms, and hears what is in theirs.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use base::RoomId;
use db::{Bulletins, Error};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    Nodes, store,
    told::{By, Neighbour, Told, ToldGame, ToldPerson, ToldRoom},
};
use crate::{caretaker::Caretaker, game_numbers::GameNumbers, hub::Hub};

/// How often a node looks whether rooms are free.
const PATROL: Duration = Duration::from_secs(1);
/// How often passes that nobody can use any more are.
const SWEEP: Duration = Duration::from_secs(30);

struct Talking {
    hub: Arc<Hub>,
    nodes: Arc<Nodes>,
    caretaker: Caretaker,
    numbers: Arc<GameNumbers>,
    bulletins: Bulletins,
    /// Rooms of theirs whose games are in the catalogue.
    catalogued: BTreeSet<RoomId>,
    looked: Option<Instant>,
    swept: Instant,
}

/// Tells and hears, until `stop`.
pub(crate) async fn keep(
    hub: Arc<Hub>,
    nodes: Arc<Nodes>,
    bulletins: Bulletins,
    caretaker: Caretaker,
    numbers: Arc<GameNumbers>,
    stop: CancellationToken,
) {
    let mut counts = hub.directory.changes();
    let (catalogued, looked, swept) = (BTreeSet::new(), None, Instant::now());
    let mut talking = Talking { hub, nodes, caretaker, numbers, bulletins, catalogued, looked, swept };
    loop {
        if let Err(error) = talking.round().await {
            tracing::debug!(%error, "the nodes of the lobby can't hear of each other; it is tried again");
        }
        if !talking.bulletins.next_round(&mut counts, &stop).await {
            break;
        }
    }
    let Talking { caretaker, mut bulletins, .. } = talking;
    caretaker.let_go().await;
    if let Err(error) = bulletins.withdraw().await {
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
        let told = serde_json::to_string(&self.state()).expect("plain data");
        self.bulletins.tell(&told).await?;
        if self.bulletins.hear().await? {
            self.show().await;
        }
        if self.swept.elapsed() >= SWEEP {
            self.swept = Instant::now();
            let now = self.nodes.clock.now();
            store::sweep_passes(&self.nodes.db, now, now.plus(super::BETWEEN_ROOMS)).await?;
        }
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

    /// Makes known here what the others have told.
    async fn show(&mut self) {
        let others: Vec<_> = self.bulletins.others().map(|(_, told)| Arc::new(Neighbour::read(told))).collect();
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
