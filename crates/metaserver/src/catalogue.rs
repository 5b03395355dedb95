//! Every game of Myth II that is listed, in whatever room: what a search over games looks through (spec section 19).

use std::{
    collections::BTreeMap,
    sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use base::{Millis, RoomId};
use contract::lobby::PlayerNumber;
use metaserver_proto::packet::{
    game::{Game as Fields, GameEntry},
    search::GameSearch,
};

use crate::names::readable;

/// Games found at most, as the oldest server has it.
pub(crate) const MOST_FOUND: usize = 5;

/// What a preference says of an option.
mod wants {
    pub(super) const REQUIRED: i16 = 0;
    pub(super) const UNWANTED: i16 = 1;
}

/// The option bits that a search names (spec section 5).
mod option {
    pub(super) const TEAMS: u32 = 1 << 1;
    /// Enemies are seen only near one's own units.
    pub(super) const LIMITED_VISIBILITY: u32 = 1 << 2;
    pub(super) const UNIT_TRADING: u32 = 1 << 4;
    pub(super) const VETERANS: u32 = 1 << 5;
    pub(super) const ALLIANCES: u32 = 1 << 13;
}

/// The games, by their rooms and hosts. Rooms keep it up to date; whoever searches waits for no room.
#[derive(Debug, Default)]
pub(crate) struct Catalogue(RwLock<BTreeMap<(RoomId, PlayerNumber), Card>>);

/// A game, with what is looked for at hand.
#[derive(Debug)]
struct Card {
    entry: GameEntry,
    /// When its time is up, where it runs and has a limit.
    ends_at: Option<Millis>,
    scoring: i16,
    options: u32,
    name: String,
    map: String,
}

impl Catalogue {
    /// A game is listed, or is other than before. Games of other clients than Myth II's are none that anybody searches for.
    pub(crate) fn set(&self, room: RoomId, host: PlayerNumber, entry: GameEntry, ends_at: Option<Millis>) {
        let Fields::Myth2(game) = entry.description.fields() else { return };
        let [name, map] = [&game.name, &game.map].map(|text| readable(text).to_lowercase());
        let card = Card { entry, ends_at, scoring: game.scoring, options: game.options, name, map };
        self.write().insert((room, host), card);
    }

    /// The games of a room, each with its host and when its time is up.
    pub(crate) fn of_room(&self, room: RoomId) -> Vec<(PlayerNumber, GameEntry, Option<Millis>)> {
        let all = self.read();
        let games = all.range((room, PlayerNumber(0))..=(room, PlayerNumber(u32::MAX)));
        games.map(|((_, host), card)| (*host, card.entry.clone(), card.ends_at)).collect()
    }

    /// A game is no longer listed.
    pub(crate) fn remove(&self, room: RoomId, host: PlayerNumber) {
        self.write().remove(&(room, host));
    }

    /// A room has no games any more.
    pub(crate) fn clear(&self, room: RoomId) {
        self.write().retain(|(listed_in, _), _| *listed_in != room);
    }

    /// The first games of those rooms, in their order, that are as wanted.
    pub(crate) fn find(&self, search: &GameSearch, rooms: &[RoomId], now: Millis) -> Vec<GameEntry> {
        let wanted = Wanted::new(search);
        let all = self.read();
        let of_room = |room: &RoomId| all.range((*room, PlayerNumber(0))..=(*room, PlayerNumber(u32::MAX)));
        rooms
            .iter()
            .flat_map(of_room)
            .filter(|(_, card)| wanted.is_met_by(card))
            .take(MOST_FOUND)
            .map(|(_, card)| card.entry_at(now))
            .collect()
    }

    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<(RoomId, PlayerNumber), Card>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, BTreeMap<(RoomId, PlayerNumber), Card>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Card {
    fn entry_at(&self, now: Millis) -> GameEntry {
        let mut entry = self.entry.clone();
        if let Some(ends_at) = self.ends_at {
            let left = ends_at.0.saturating_sub(now.0).div_euclid(1_000);
            entry.aux.seconds_remaining = i32::try_from(left).unwrap_or(i32::MAX);
        }
        entry
    }
}

struct Wanted {
    scoring: Option<i16>,
    required: u32,
    unwanted: u32,
    name: String,
    map: String,
}

impl Wanted {
    fn new(search: &GameSearch) -> Self {
        let (mut required, mut unwanted) = (0, 0);
        for (preference, bit) in [
            (search.veterans, option::VETERANS),
            (search.unit_trading, option::UNIT_TRADING),
            (search.teams, option::TEAMS),
            (search.alliances, option::ALLIANCES),
        ] {
            match preference {
                wants::REQUIRED => required |= bit,
                wants::UNWANTED => unwanted |= bit,
                _ => {}
            }
        }
        // The option says the opposite: whoever wants to see enemies wants no limit to it.
        match search.enemy_visibility {
            wants::REQUIRED => unwanted |= option::LIMITED_VISIBILITY,
            wants::UNWANTED => required |= option::LIMITED_VISIBILITY,
            _ => {}
        }
        let [name, map] = [&search.game_name, &search.map_name].map(|text| readable(text).to_lowercase());
        Self { scoring: (search.scoring >= 0).then_some(search.scoring), required, unwanted, name, map }
    }

    fn is_met_by(&self, card: &Card) -> bool {
        self.scoring.is_none_or(|scoring| card.scoring == scoring)
            && card.options & self.required == self.required
            && card.options & self.unwanted == 0
            && card.name.contains(&self.name)
            && card.map.contains(&self.map)
    }
}

#[cfg(test)]
mod tests {
    use metaserver_proto::packet::{
        aleph_game::AlephGame,
        game::{GameAux, GameDescription},
        myth_game::MythGame,
    };

    use super::*;

    fn entry(game_id: u32, name: &str, map: &str, scoring: i16, options: u32) -> GameEntry {
        let game = MythGame { name: name.into(), map: map.into(), scoring, options, ..MythGame::default() };
        GameEntry { aux: GameAux { game_id, ..GameAux::default() }, description: GameDescription::from(&game) }
    }

    fn any() -> GameSearch {
        let either = 2;
        GameSearch {
            game_type: -1,
            scoring: -1,
            veterans: either,
            unit_trading: either,
            teams: either,
            alliances: either,
            enemy_visibility: either,
            ..GameSearch::default()
        }
    }

    #[test]
    fn games_are_found_by_what_they_are() {
        let all = Catalogue::default();
        let (arrival, tyr, now) = (RoomId::from(1), RoomId::from(6), Millis(0));
        all.set(arrival, PlayerNumber(1), entry(1, "|bCome|p and play", "Gonen's Bridge", 5, option::TEAMS), None);
        all.set(
            tyr,
            PlayerNumber(2),
            entry(2, "Duel", "Creep on the Borderlands", 0, option::LIMITED_VISIBILITY),
            None,
        );
        let found = |search: GameSearch, rooms: &[RoomId]| -> Vec<u32> {
            all.find(&search, rooms, now).iter().map(|game| game.aux.game_id).collect()
        };
        assert_eq!(found(any(), &[tyr, arrival]), [2, 1]);
        assert_eq!(found(any(), &[arrival]), [1], "not in rooms one may not enter");
        for (search, expected) in [
            (GameSearch { scoring: 5, ..any() }, vec![1]),
            (GameSearch { teams: 0, ..any() }, vec![1]),
            (GameSearch { teams: 1, ..any() }, vec![2]),
            (GameSearch { enemy_visibility: 0, ..any() }, vec![1]),
            (GameSearch { enemy_visibility: 1, ..any() }, vec![2]),
            (GameSearch { veterans: 0, ..any() }, vec![]),
            (GameSearch { game_name: "COME and".into(), ..any() }, vec![1]),
            (GameSearch { map_name: "creep".into(), ..any() }, vec![2]),
            (GameSearch { map_name: "creep".into(), scoring: 5, ..any() }, vec![]),
        ] {
            assert_eq!(found(search.clone(), &[arrival, tyr]), expected, "{search:?}");
        }
        all.remove(arrival, PlayerNumber(1));
        all.clear(tyr);
        assert!(found(any(), &[arrival, tyr]).is_empty());
    }

    #[test]
    fn five_are_enough_and_the_time_that_is_left_is_of_now() {
        let (all, arrival) = (Catalogue::default(), RoomId::from(1));
        for number in 1..=9 {
            all.set(arrival, PlayerNumber(number), entry(number, "Game", "Creep", 0, 0), Some(Millis(60_000)));
        }
        let aleph = GameEntry {
            aux: GameAux::default(),
            description: GameDescription::from(&AlephGame { name: "Game".into(), ..AlephGame::default() }),
        };
        all.set(arrival, PlayerNumber(0), aleph, None);
        let found = all.find(&any(), &[arrival], Millis(1_500));
        let told: Vec<_> = found.iter().map(|game| (game.aux.game_id, game.aux.seconds_remaining)).collect();
        assert_eq!(told, [(1, 58), (2, 58), (3, 58), (4, 58), (5, 58)]);
        assert_eq!(all.find(&any(), &[arrival], Millis(62_000))[0].aux.seconds_remaining, -2);
    }
}
