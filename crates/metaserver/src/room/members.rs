//! Who is in a room: entering, leaving, and what the player lists say.

use std::sync::Arc;

use contract::{
    lobby::{Change, Player, PlayerNumber},
    room::RoomKind,
};
use metaserver_proto::{
    Dialect, Packed, Refusal, ServerPacket, Text,
    packet::{player::Verb, server::ListEntry},
    wire::{Wire as _, Writer},
};
use tokio::time::Instant;

use super::{LONGEST_LINE, Room, commands::away_name, hosting::Proxying};
use crate::{
    outbox::{End, Outbox},
    pace::Bucket,
    pages::Pages,
    unheard::Unseated,
    visitor::Visitor,
};

/// Games somebody may list at once, and how many a second after that.
const GAME_BURST: u32 = 10;
const GAMES_PER_SECOND: u32 = 1;

/// Somebody in the room.
pub(super) struct Member {
    pub(super) visitor: Arc<Visitor>,
    /// The connection of their game; `None`: they are here by pages alone.
    pub(super) game: Option<Outbox>,
    /// Their open pages, if they have any here.
    pub(super) pages: Option<Pages>,
    /// Which connection of theirs it is: a newer one may have taken its place.
    pub(super) visit: u64,
    /// In a game or away, as the lists show it.
    away: bool,
    /// Why they say that they are away, until they speak; `None`: they don't.
    pub(super) afk: Option<Text>,
    /// To be sent nothing at all.
    pub(super) deaf: bool,
    pub(super) new_games: Bucket,
    pub(super) proxying: Proxying,
    /// Its lists are due when it has said how it looks: a client of old.
    lists_due: bool,
    /// When they last said something to the room.
    pub(super) spoke_at: Option<Instant>,
}

/// A player entry that is written already.
struct Entry(Vec<u8>);

impl ListEntry for Entry {
    const KIND: i16 = metaserver_proto::packet::kind::PLAYER_LIST;

    fn write_entry(&self, to: &mut Writer) {
        to.bytes(&self.0);
    }
}

impl Room {
    pub(super) fn is_here(&self, number: PlayerNumber, visit: u64) -> bool {
        self.members.get(&number).is_some_and(|member| member.visit == visit)
    }

    /// May they come in?
    pub(super) fn admit(&self, visitor: &Visitor) -> Result<(), Refusal> {
        let facts = self.plan.facts();
        if self.bar(&facts, visitor, self.plan.clock.now()).is_some() || !facts.admits(visitor) {
            return Err(Refusal::NotForYou);
        }
        let is_full = self.members.len() >= usize::from(facts.capacity);
        if is_full && !self.members.contains_key(&visitor.number) {
            return Err(Refusal::Full);
        }
        Ok(())
    }

    /// Lets somebody in who was admitted. Their connection writes the welcome before anything that is queued here.
    pub(super) fn enter(&mut self, visitor: Arc<Visitor>, outbox: Outbox, visit: u64) {
        let number = visitor.number;
        let mut pages = None;
        if let Some(before) = self.members.get_mut(&number) {
            pages = before.pages.take();
            if let Some(outbox) = &before.game {
                outbox.end(End::Replaced);
            }
            self.leave(number);
        }
        self.come_in(visitor, Some(outbox), pages, visit);
    }

    /// Somebody is in the room from now on.
    pub(super) fn come_in(&mut self, visitor: Arc<Visitor>, game: Option<Outbox>, pages: Option<Pages>, visit: u64) {
        let number = visitor.number;
        let new_games = Bucket::new(GAME_BURST, GAMES_PER_SECOND, Instant::now());
        let lists_due = visitor.software.introduces_itself();
        let member = Member {
            visitor,
            game,
            pages,
            visit,
            away: false,
            afk: None,
            deaf: false,
            new_games,
            proxying: Proxying::default(),
            lists_due,
            spoke_at: None,
        };
        self.members.insert(number, member);
        self.show_player(number);
        self.tell_player(number, Verb::Add);
        if !lists_due {
            self.send_lists(number);
        }
        self.tell_notices(number);
        self.count();
        self.meters.players.increment(1);
    }

    /// Ends somebody's connection, and tells them why: Myth II has a packet for it, Aleph One shows a line of the hub.
    pub(super) fn send_away(&mut self, number: PlayerNumber, why: &Unseated) {
        let Some(member) = self.members.get(&number) else { return };
        let text = Text::new(&why.told()).cut(LONGEST_LINE);
        let packet = match member.visitor.dialect {
            Some(Dialect::Myth2) => ServerPacket::Kicked(text),
            _ => ServerPacket::BlueLine(text),
        };
        self.tell(number, &[packet.pack()]);
        if let Some(outbox) = &member.game {
            outbox.end(End::SentAway);
        }
        if let Some(pages) = &member.pages {
            pages.end(why.clone());
        }
        self.leave(number);
    }

    /// Somebody's connection is gone, and their game with it.
    pub(super) fn leave(&mut self, number: PlayerNumber) {
        self.remove_game(number);
        self.tell_player(number, Verb::Delete);
        if self.members.remove(&number).is_some() {
            self.show(Change::PlayerLeft { room: self.plan.facts().id, number });
            self.count();
            self.meters.players.decrement(1);
        }
    }

    /// Packet 103: of what it says only the state counts; names and colours stay those of the login.
    pub(super) fn set_state(&mut self, number: PlayerNumber, away: bool) {
        let Some(member) = self.members.get_mut(&number) else { return };
        if std::mem::take(&mut member.lists_due) {
            self.introduce(number);
        }
        let Some(member) = self.members.get_mut(&number) else { return };
        if member.away != away {
            member.away = away;
            self.show_player(number);
            self.tell_player(number, Verb::Change);
        }
    }

    /// A client of old has said how it looks: now it gets its lists, and learns how others see it, its caste above all (spec section 10.3).
    fn introduce(&self, number: PlayerNumber) {
        self.send_lists(number);
        let Some(member) = self.members.get(&number) else { return };
        let ranked = self.plan.facts().kind != RoomKind::Unranked;
        let entry = member.visitor.entry(Dialect::Myth2, Verb::Change, member.away, ranked);
        self.tell(number, &[ServerPacket::SetPlayerData(Box::new(entry)).pack()]);
    }

    /// Packet 107. In Aleph One it is also how one says that one is away (spec section 12.2).
    pub(super) fn set_deaf(&mut self, number: PlayerNumber, deaf: bool) {
        let Some(member) = self.members.get_mut(&number) else { return };
        if member.deaf == deaf {
            return;
        }
        member.deaf = deaf;
        self.hears_calls(number, deaf);
        let Some(member) = self.members.get_mut(&number) else { return };
        let away = if member.visitor.dialect == Some(Dialect::AlephOne) { deaf } else { member.away };
        let state_changes = member.away != away;
        member.away = away;
        self.show_player(number);
        if state_changes {
            self.tell_player(number, Verb::Change);
        }
    }

    /// Somebody says that they are away, or are back.
    pub(super) fn set_afk(&mut self, number: PlayerNumber, afk: Option<Text>) {
        if let Some(member) = self.members.get_mut(&number) {
            member.afk = afk;
            self.show_player(number);
            self.tell_player(number, Verb::Change);
        }
    }

    /// Everybody who is here and every game they could join, for somebody new or somebody who asks (packet 110).
    pub(super) fn send_lists(&self, number: PlayerNumber) {
        // Pages see everybody anyway.
        let Some(asker) = self.members.get(&number).map(|asker| &asker.visitor) else { return };
        let Some(dialect) = asker.dialect else { return };
        let ranked = self.plan.facts().kind != RoomKind::Unranked;
        let entries: Vec<Entry> =
            self.members.values().map(|member| member.entry(dialect, Verb::Add, ranked)).collect();
        self.tell(number, &ServerPacket::pack_list(&entries));
        self.tell(number, &self.game_list(asker.software));
    }

    fn show_player(&self, number: PlayerNumber) {
        if let Some(member) = self.members.get(&number) {
            let ranked = self.plan.facts().kind != RoomKind::Unranked;
            self.show(Change::Player { room: self.plan.room.id, player: member.shown(ranked) });
        }
    }

    /// Tells everybody else about one player. The player's own row comes with the full lists.
    pub(super) fn tell_player(&mut self, number: PlayerNumber, verb: Verb) {
        let Some(subject) = self.members.get(&number) else { return };
        let ranked = self.plan.facts().kind != RoomKind::Unranked;
        let entries = Dialect::ALL.map(|dialect| Packed::new(Entry::KIND, &subject.entry(dialect, verb, ranked).0));
        let is_news_to = |member: &Member| verb == Verb::Change || member.visitor.number != number;
        self.tell_soon(is_news_to, |dialect| entries[dialect.index()].clone());
    }
}

impl Member {
    /// As pages show them.
    pub(super) fn shown(&self, ranked: bool) -> Player {
        self.visitor.player(self.away || self.deaf || self.afk.is_some(), ranked)
    }

    fn entry(&self, reader: Dialect, verb: Verb, ranked: bool) -> Entry {
        let mut entry = self.visitor.entry(reader, verb, self.away || self.afk.is_some(), ranked);
        if let Some(why) = &self.afk {
            entry.data.name = away_name(why, &entry.data.name);
        }
        Entry(entry.to_bytes())
    }
}
