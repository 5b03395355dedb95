//! The games listed in a room, from announcement to result (spec sections 13.1 and 14).

use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
    sync::Arc,
    time::Duration,
};

use base::Millis;
use contract::lobby::{Change, Game, PlayerNumber};
use metaserver_proto::{
    Announcement, Dialect, Packed, ServerPacket, Title,
    packet::{
        game::{Game as Fields, GameAux, GameDescription, GameEntry},
        player::Verb,
        score::PlayersInGame,
        server_message::code,
    },
};
use tokio::time::Instant;

use super::{Room, reports::Round};
use crate::{hosting::Lease, hubs::InUse, names::describe, outcome::Participant, record::Record, versions::Software};

/// Players a game may name; the report itself has room for sixteen teams.
const MOST_PLAYERS: usize = 64;
/// The bit of a Myth II description that says the game is cooperative (spec section 5).
const COOPERATIVE_OPTION: u32 = 1 << 7;

/// A game on the list.
pub(super) struct Listing {
    pub(super) round: Round,
    address: Ipv4Addr,
    port: u16,
    /// The remote hub that carries it.
    hub: Option<InUse>,
    /// The ports of this lobby by which players join it.
    pub(super) lease: Option<Lease>,
    description: GameDescription,
    pub(super) started: Option<Started>,
    /// The host has reported how it ended; the listing may stay for another round, which is another game to the record.
    pub(super) over: bool,
}

#[derive(Clone, Copy)]
pub(super) struct Started {
    at: Millis,
    length_secs: Option<u32>,
}

impl Started {
    fn ends_at(self) -> Option<Millis> {
        let length = Duration::from_secs(self.length_secs?.into());
        Some(self.at.plus(length))
    }
}

impl Room {
    /// Packet 104: a new game, or news of the one the player hosts.
    pub(super) fn announce_game(&mut self, number: PlayerNumber, announcement: Announcement) {
        if let Some(listing) = self.games.get_mut(&number) {
            let other_hub = announcement.hub_id.filter(|id| listing.hub.as_ref().is_none_or(|hub| hub.id != *id));
            match other_hub.map(|id| self.plan.hubs.take(id)) {
                Some(Ok((address, port, hub))) => {
                    (listing.address, listing.port, listing.hub) = (address, port, Some(hub));
                }
                Some(Err(no_hub)) => {
                    return self.tell_line(number, &format!("Your game stays as it is: {}.", no_hub.why()));
                }
                None if listing.hub.is_some() => {}
                None if listing.round.host.dialect == Some(Dialect::AlephOne) => listing.port = announcement.port,
                None => {}
            }
            listing.description = announcement.description;
            self.show_game(number);
            self.tell_game(number, Verb::Change);
            return;
        }
        let Some(member) = self.members.get_mut(&number) else { return };
        let host = Arc::clone(&member.visitor);
        let may_list = member.new_games.take(Instant::now());
        if !may_list {
            return self.tell_line(number, "Your game is not listed: you list games too often. Wait a moment.");
        }
        let lease =
            if announcement.hub_id.is_none() && self.starts_proxied(number) { self.lease(number) } else { None };
        let (address, port, hub) = match (announcement.hub_id.map(|id| self.plan.hubs.take(id)), host.address) {
            (Some(Ok((address, port, hub))), _) => (address, port, Some(hub)),
            (Some(Err(no_hub)), _) => {
                return self.tell_line(number, &format!("Your game is not listed: {}.", no_hub.why()));
            }
            (None, Some(address)) => (address, announcement.port, None),
            (None, None) if lease.is_some() => (Ipv4Addr::UNSPECIFIED, announcement.port, None),
            (None, None) => {
                return self.tell_line(number, "Your game is not listed: you came by IPv6, at which nobody can join.");
            }
        };
        let Some(game) = self.plan.numbers.next() else {
            return self.tell_line(number, "Your game is not listed: the lobby is busy. Try again in a moment.");
        };
        let round = Round { game, host, players: BTreeMap::new(), reported: BTreeSet::new() };
        let listing = Listing {
            round,
            address,
            port,
            hub,
            lease,
            description: announcement.description,
            started: None,
            over: false,
        };
        let (is_direct, is_proxied) = (listing.own_place().is_some(), listing.is_proxied());
        self.games.insert(number, listing);
        self.record_listed(number);
        self.show_game(number);
        self.tell_game(number, Verb::Add);
        self.count();
        metrics::counter!("guildhall_lobby_games_listed_total").increment(1);
        if is_proxied {
            self.tell_line(number, "Players join your game by way of this lobby.");
        } else if is_direct {
            self.test_listing(number);
        }
    }

    /// Packet 105, or the host has left.
    pub(super) fn remove_game(&mut self, number: PlayerNumber) {
        if !self.games.contains_key(&number) {
            return;
        }
        self.tell_game(number, Verb::Delete);
        if let Some(listing) = self.games.remove(&number) {
            self.plan.catalogue.remove(self.plan.room.id, number);
            self.show(Change::GameGone { room: self.plan.facts().id, game: listing.round.game });
            self.end_round(listing);
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
        if self.games.get(&number).is_none_or(|listing| listing.over) {
            return;
        }
        self.await_no_more(number);
        let at = self.plan.clock.now();
        let Some(listing) = self.games.get_mut(&number) else { return };
        listing.started = Some(Started { at, length_secs });
        let (game, description) = (listing.shown(), listing.description.clone());
        let dialect = listing.round.host.dialect;
        self.plan.recorder.note(Record::Started { game, description, at });
        self.show_game(number);
        // A Myth II host says so itself, with another 104 (spec section 13.1).
        if dialect == Some(Dialect::AlephOne) {
            self.tell_game(number, Verb::Change);
        }
        metrics::counter!("guildhall_lobby_games_started_total").increment(1);
    }

    /// Packet 111: before the start it replaces who is in the game, after it adds.
    pub(super) fn set_players(&mut self, number: PlayerNumber, named: &PlayersInGame) {
        let Some(listing) = self.games.get_mut(&number).filter(|_| named.game_id == number.0) else { return };
        if listing.started.is_none() {
            listing.round.players.clear();
        }
        for &player in &named.players {
            // Only who is here, by the same kind of client, can be in it: a host cannot put anybody else's name into a result.
            let member = self.members.get(&PlayerNumber(player)).map(|member| &member.visitor);
            if let Some(visitor) = member.filter(|visitor| visitor.software.plays_with(listing.round.host.software))
                && listing.round.players.len() < MOST_PLAYERS
            {
                listing.round.players.insert(player, Participant { user: visitor.user, name: visitor.name.clone() });
            }
        }
    }

    /// The hub stops: what is open ends.
    pub(super) fn end_all_games(&mut self) {
        self.plan.catalogue.clear(self.plan.room.id);
        for listing in std::mem::take(&mut self.games).into_values() {
            self.end_round(listing);
        }
        self.settle_all();
    }

    /// Every game that clients of this kind can join.
    pub(super) fn game_list(&self, asker: Software) -> Vec<Packed> {
        let now = self.plan.clock.now();
        let entries: Vec<GameEntry> = self
            .games
            .values()
            .filter(|listing| listing.round.host.software.plays_with(asker))
            .map(|listing| listing.entry(Verb::Add, now))
            .collect();
        ServerPacket::pack_list(&entries)
    }

    pub(super) fn begin_another_round(&mut self, number: PlayerNumber) {
        let Some(game) = self.plan.numbers.next() else {
            return self.tell_line(number, "No other round is begun: the lobby is busy. Try again in a moment.");
        };
        let Some(listing) = self.games.get_mut(&number) else { return };
        let host = Arc::clone(&listing.round.host);
        let next = Listing {
            round: Round { game, host, players: BTreeMap::new(), reported: BTreeSet::new() },
            address: listing.address,
            port: listing.port,
            hub: listing.hub.take(),
            lease: listing.lease.take(),
            description: listing.description.clone(),
            started: None,
            over: false,
        };
        let before = std::mem::replace(listing, next);
        self.show(Change::GameGone { room: self.plan.facts().id, game: before.round.game });
        self.end_round(before);
        self.record_listed(number);
        self.show_game(number);
    }

    fn record_listed(&self, number: PlayerNumber) {
        let Some(listing) = self.games.get(&number) else { return };
        self.plan.recorder.note(Record::Listed {
            game: listing.shown(),
            room: self.plan.facts().id,
            kind: self.plan.facts().kind,
            host: listing.round.host.user,
            description: listing.description.clone(),
            at: self.plan.clock.now(),
        });
    }

    pub(super) fn show_game(&self, number: PlayerNumber) {
        if let Some(listing) = self.games.get(&number) {
            let (room, ends_at) = (self.plan.room.id, listing.started.and_then(Started::ends_at));
            // Who searches plays Myth II.
            if listing.round.host.software.title == Some(Title::Myth2) {
                self.plan.catalogue.set(room, number, listing.entry(Verb::Add, self.plan.clock.now()), ends_at);
            }
            self.show(Change::Game { room, game: listing.shown() });
        }
    }

    pub(super) fn tell_game(&self, number: PlayerNumber, verb: Verb) {
        let Some(listing) = self.games.get(&number) else { return };
        let entry = listing.entry(verb, self.plan.clock.now());
        let packet = ServerPacket::Games(vec![entry]).pack();
        let players = listing.round.host.software;
        self.tell_where(|member| member.visitor.software.plays_with(players), |_| packet.clone());
    }
}

impl Listing {
    /// The host's own address and port, where that is what players reach it by, or would if it were not proxied.
    pub(super) fn own_place(&self) -> Option<(Ipv4Addr, u16)> {
        (self.hub.is_none() && !self.address.is_unspecified()).then_some((self.address, self.port))
    }

    pub(super) const fn is_proxied(&self) -> bool {
        self.lease.is_some()
    }

    pub(super) fn shown(&self) -> Game {
        let started_at = self.started.map(|started| started.at);
        let host = &self.round.host;
        let game = describe(self.round.game, host.number, &host.name, &self.description, started_at);
        Game { ends_at: self.started.and_then(Started::ends_at), ..game }
    }

    fn entry(&self, verb: Verb, now: Millis) -> GameEntry {
        let (address, port) = match &self.lease {
            Some(lease) => (*lease.place().ip(), lease.place().port()),
            None => (self.address, self.port),
        };
        let aux = GameAux {
            game_id: self.round.host.number.0,
            address,
            port,
            verb,
            seconds_remaining: self.seconds_remaining(now),
            host_id: self.round.host.number.0,
            ..GameAux::default()
        };
        GameEntry { aux, description: self.description.clone() }
    }

    /// Each client is told "not started" in its own way (spec section 21, U12). It goes below zero when time is up.
    fn seconds_remaining(&self, now: Millis) -> i32 {
        match (self.started, self.round.host.dialect) {
            (None, Some(Dialect::Myth2)) => 0,
            (None | Some(Started { length_secs: None, .. }), _) => -1,
            (Some(Started { at, length_secs: Some(length) }), _) => {
                let elapsed = i64::try_from(now.since(at).as_secs()).unwrap_or(i64::MAX);
                i32::try_from(i64::from(length).saturating_sub(elapsed)).unwrap_or(i32::MAX)
            }
        }
    }

    pub(super) fn is_cooperative(&self) -> bool {
        match self.description.fields() {
            Fields::Myth2(game) => game.options & COOPERATIVE_OPTION != 0,
            Fields::AlephOne(game) => game.game_type == 1,
        }
    }
}
