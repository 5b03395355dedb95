//! The games listed in a room, from announcement to result (spec sections 13.1 and 14).

use std::{collections::BTreeMap, net::Ipv4Addr, sync::Arc, sync::atomic::Ordering};

use base::{GameId, Millis};
use contract::lobby::{Change, Game, PlayerNumber};
use metaserver_proto::{
    Announcement, Dialect, Packed, ServerPacket,
    packet::{
        game::{Game as Fields, GameAux, GameDescription, GameEntry},
        player::Verb,
        score::{GameScore, PlayersInGame},
        server_message::code,
    },
};
use tokio::time::Instant;

use super::Room;
use crate::{
    names::describe,
    outcome::{self, Participant},
    record::Record,
    visitor::Visitor,
};

/// Players a game may name; the report itself has room for sixteen teams.
const MOST_PLAYERS: usize = 64;
/// The bit of a Myth II description that says the game is cooperative (spec section 5).
const COOPERATIVE_OPTION: u32 = 1 << 7;

/// A game on the list.
pub(super) struct Listing {
    id: GameId,
    host: Arc<Visitor>,
    address: Ipv4Addr,
    port: u16,
    description: GameDescription,
    started: Option<Started>,
    /// The host has reported how it ended; the listing may stay for another round, which is another game to the record.
    over: bool,
    players: BTreeMap<u32, Participant>,
}

#[derive(Clone, Copy)]
struct Started {
    at: Millis,
    length_secs: Option<u32>,
}

impl Room {
    /// Packet 104: a new game, or news of the one the player hosts.
    pub(super) fn announce_game(&mut self, number: PlayerNumber, announcement: Announcement) {
        if announcement.hub_id.is_some() {
            return self.tell_line(number, "Your game is not listed: this lobby has no remote hubs.");
        }
        if let Some(listing) = self.games.get_mut(&number) {
            listing.description = announcement.description;
            if listing.host.dialect == Dialect::AlephOne {
                listing.port = announcement.port;
            }
            self.show_game(number);
            self.tell_game(number, Verb::Change);
            return;
        }
        let Some(member) = self.members.get_mut(&number) else { return };
        let host = Arc::clone(&member.visitor);
        let may_list = member.new_games.take(Instant::now());
        let Some(address) = host.address else {
            return self.tell_line(number, "Your game is not listed: you came by IPv6, at which nobody can join.");
        };
        if !may_list {
            return self.tell_line(number, "Your game is not listed: you list games too often. Wait a moment.");
        }
        let listing = Listing {
            id: self.next_game_id(),
            host,
            address,
            port: announcement.port,
            description: announcement.description,
            started: None,
            over: false,
            players: BTreeMap::new(),
        };
        self.games.insert(number, listing);
        self.record_listed(number);
        self.show_game(number);
        self.tell_game(number, Verb::Add);
        self.count();
        metrics::counter!("guildhall_lobby_games_listed_total").increment(1);
    }

    /// Packet 105, or the host has left.
    pub(super) fn remove_game(&mut self, number: PlayerNumber) {
        if !self.games.contains_key(&number) {
            return;
        }
        self.tell_game(number, Verb::Delete);
        if let Some(listing) = self.games.remove(&number) {
            self.record_ended(&listing);
            self.show(Change::GameGone { room: self.plan.facts().id, game: listing.id });
            self.count();
        }
    }

    /// Packet 113: the same listing, another round.
    pub(super) fn reset_game(&mut self, number: PlayerNumber) {
        let Some(listing) = self.games.get(&number) else { return };
        if listing.over || listing.started.is_some() {
            self.begin_another_round(number);
            self.tell_game(number, Verb::Change);
        }
    }

    /// Packet 114.
    pub(super) fn start_game(&mut self, number: PlayerNumber, length_secs: Option<u32>) {
        match self.games.get(&number) {
            None => return self.tell_code(number, code::SYNTAX, "You have no game to start."),
            Some(listing) if listing.over => self.begin_another_round(number),
            Some(_) => {}
        }
        let at = self.plan.clock.now();
        let Some(listing) = self.games.get_mut(&number) else { return };
        listing.started = Some(Started { at, length_secs });
        let (game, description) = (listing.shown(), listing.description.clone());
        let dialect = listing.host.dialect;
        self.plan.recorder.note(Record::Started { game, description, at });
        self.show_game(number);
        // A Myth II host says so itself, with another 104 (spec section 13.1).
        if dialect == Dialect::AlephOne {
            self.tell_game(number, Verb::Change);
        }
        metrics::counter!("guildhall_lobby_games_started_total").increment(1);
    }

    /// Packet 111: before the start it replaces who is in the game, after it adds.
    pub(super) fn set_players(&mut self, number: PlayerNumber, named: &PlayersInGame) {
        let Some(listing) = self.games.get_mut(&number).filter(|_| named.game_id == number.0) else { return };
        if listing.started.is_none() {
            listing.players.clear();
        }
        for &player in &named.players {
            // Only who is here, by the same kind of client, can be in it: a host cannot put anybody else's name into a result.
            let member = self.members.get(&PlayerNumber(player)).map(|member| &member.visitor);
            if let Some(visitor) = member.filter(|visitor| visitor.dialect == listing.host.dialect)
                && listing.players.len() < MOST_PLAYERS
            {
                listing.players.insert(player, Participant { user: visitor.user, name: visitor.name.clone() });
            }
        }
    }

    /// Packet 112: how it ended, as its host saw it. Anybody else's report is not asked for.
    pub(super) fn score_game(&mut self, number: PlayerNumber, report: &GameScore) {
        let Some(listing) = self.games.get_mut(&number).filter(|_| report.game_id == number.0) else { return };
        if listing.started.is_none() || listing.over {
            return;
        }
        let host = Participant { user: listing.host.user, name: listing.host.name.clone() };
        if !listing.players.is_empty() {
            listing.players.entry(number.0).or_insert(host);
        }
        let outcome = outcome::file(report, &listing.players, number.0, listing.is_cooperative());
        listing.over = true;
        listing.started = None;
        let ended = Record::Ended {
            game: listing.id,
            host: listing.host.user,
            at: self.plan.clock.now(),
            outcome: Some(Box::new(outcome)),
        };
        self.plan.recorder.note(ended);
        self.show_game(number);
        metrics::counter!("guildhall_lobby_games_scored_total").increment(1);
    }

    /// The hub stops: what is open ends.
    pub(super) fn end_all_games(&mut self) {
        for listing in std::mem::take(&mut self.games).values() {
            self.record_ended(listing);
        }
    }

    /// Every game that clients of this dialect can join.
    pub(super) fn game_list(&self, dialect: Dialect) -> Vec<Packed> {
        let now = self.plan.clock.now();
        let entries: Vec<GameEntry> = self
            .games
            .values()
            .filter(|listing| listing.host.dialect == dialect)
            .map(|listing| listing.entry(Verb::Add, now))
            .collect();
        ServerPacket::pack_list(&entries)
    }

    fn begin_another_round(&mut self, number: PlayerNumber) {
        let id = self.next_game_id();
        let Some(listing) = self.games.get_mut(&number) else { return };
        let before = std::mem::replace(&mut listing.id, id);
        let was_over = std::mem::replace(&mut listing.over, false);
        listing.started = None;
        listing.players.clear();
        let host = listing.host.user;
        if !was_over {
            let at = self.plan.clock.now();
            self.plan.recorder.note(Record::Ended { game: before, host, at, outcome: None });
        }
        self.record_listed(number);
        self.show(Change::GameGone { room: self.plan.facts().id, game: before });
        self.show_game(number);
    }

    fn record_listed(&self, number: PlayerNumber) {
        let Some(listing) = self.games.get(&number) else { return };
        self.plan.recorder.note(Record::Listed {
            game: listing.shown(),
            room: self.plan.facts().id,
            host: listing.host.user,
            description: listing.description.clone(),
            at: self.plan.clock.now(),
        });
    }

    fn record_ended(&self, listing: &Listing) {
        if !listing.over {
            let at = self.plan.clock.now();
            self.plan.recorder.note(Record::Ended { game: listing.id, host: listing.host.user, at, outcome: None });
        }
    }

    fn show_game(&self, number: PlayerNumber) {
        if let Some(listing) = self.games.get(&number) {
            self.show(Change::Game { room: self.plan.facts().id, game: listing.shown() });
        }
    }

    fn tell_game(&self, number: PlayerNumber, verb: Verb) {
        let Some(listing) = self.games.get(&number) else { return };
        let entry = listing.entry(verb, self.plan.clock.now());
        let packet = ServerPacket::Games(vec![entry]).pack();
        self.tell_where(|member| member.visitor.dialect == listing.host.dialect, |_| packet.clone());
    }

    fn next_game_id(&self) -> GameId {
        GameId::from(self.plan.game_ids.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

impl Listing {
    fn shown(&self) -> Game {
        let started_at = self.started.map(|started| started.at);
        describe(self.id, self.host.number, &self.host.name, &self.description, started_at)
    }

    fn entry(&self, verb: Verb, now: Millis) -> GameEntry {
        let aux = GameAux {
            game_id: self.host.number.0,
            address: self.address,
            port: self.port,
            verb,
            seconds_remaining: self.seconds_remaining(now),
            host_id: self.host.number.0,
            ..GameAux::default()
        };
        GameEntry { aux, description: self.description.clone() }
    }

    /// Each client is told "not started" in its own way (spec section 21, U12). It goes below zero when time is up.
    fn seconds_remaining(&self, now: Millis) -> i32 {
        match (self.started, self.host.dialect) {
            (None, Dialect::Myth2) => 0,
            (None, Dialect::AlephOne) | (Some(Started { length_secs: None, .. }), _) => -1,
            (Some(Started { at, length_secs: Some(length) }), _) => {
                let elapsed = i64::try_from(now.since(at).as_secs()).unwrap_or(i64::MAX);
                i32::try_from(i64::from(length).saturating_sub(elapsed)).unwrap_or(i32::MAX)
            }
        }
    }

    fn is_cooperative(&self) -> bool {
        match self.description.fields() {
            Fields::Myth2(game) => game.options & COOPERATIVE_OPTION != 0,
            Fields::AlephOne(game) => game.game_type == 1,
        }
    }
}
