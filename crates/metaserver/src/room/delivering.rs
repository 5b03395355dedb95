//! What a room tells: players, by packets that are encoded once for each dialect, and the site.

use std::time::Duration;

use contract::lobby::{AsideFrom, Change, PlayerNumber};
use metaserver_proto::{
    Dialect, Packed, ServerPacket, Text,
    packet::{room_list::RoomEntry, server_message::ServerMessage},
};
use tokio::{sync::watch, time::Instant};

use super::{LONGEST_LINE, Room, members::Member};
use crate::outbox::Outbox;

/// How long what can wait does so at most. Who comes and goes is told to everybody, and where dozens do in a second, waking everybody for each would
/// cost more than all the rest.
const NEWS_PAUSE: Duration = Duration::from_millis(30);

impl Room {
    /// Tells the site.
    pub(super) fn show(&self, change: Change) {
        self.plan.audience.lobby_changed(change);
    }

    /// Sends a packet to everybody who listens, encoded once for each dialect.
    pub(super) fn tell_all(&self, packet: impl Fn(Dialect) -> Packed) {
        self.tell_where(|_| true, packet);
    }

    pub(super) fn tell_where(&self, wanted: impl Fn(&Member) -> bool, packet: impl Fn(Dialect) -> Packed) {
        self.deliver(wanted, packet, Outbox::push);
    }

    /// The same for what can wait a moment: it goes out with whatever else there is to tell, and in its order.
    pub(super) fn tell_soon(&mut self, wanted: impl Fn(&Member) -> bool, packet: impl Fn(Dialect) -> Packed) {
        self.deliver(wanted, packet, Outbox::put);
        self.news_due.get_or_insert_with(|| Instant::now() + NEWS_PAUSE);
    }

    /// What could wait has waited long enough.
    pub(super) fn wake_all(&mut self) {
        self.news_due = None;
        for outbox in self.members.values().filter_map(|member| member.game.as_ref()) {
            outbox.wake();
        }
    }

    fn deliver(
        &self,
        wanted: impl Fn(&Member) -> bool,
        packet: impl Fn(Dialect) -> Packed,
        queue: impl Fn(&Outbox, &Packed),
    ) {
        let mut encoded: [Option<Packed>; 2] = [None, None];
        let mut deliveries = 0;
        for member in self.members.values().filter(|member| !member.deaf && wanted(member)) {
            // Pages hear by way of the audience.
            let (Some(dialect), Some(outbox)) = (member.visitor.dialect, &member.game) else { continue };
            let packed = encoded[dialect.index()].get_or_insert_with(|| packet(dialect));
            queue(outbox, packed);
            deliveries += 1;
        }
        self.meters.deliveries.increment(deliveries);
    }

    /// Sends packets to one player, if they listen.
    pub(super) fn tell(&self, number: PlayerNumber, packets: &[Packed]) {
        let member = self.members.get(&number).filter(|member| !member.deaf);
        if let Some(outbox) = member.and_then(|member| member.game.as_ref()) {
            for packet in packets {
                outbox.push(packet);
            }
        }
    }

    /// A blue line for one player: how the hub itself speaks.
    pub(super) fn tell_line(&self, number: PlayerNumber, text: &str) {
        self.tell(number, &[ServerPacket::BlueLine(Text::new(text).cut(LONGEST_LINE)).pack()]);
        self.note(number, AsideFrom::Hub, text);
    }

    pub(super) fn tell_code(&self, number: PlayerNumber, code: i32, text: &str) {
        self.tell(number, &[ServerPacket::Message(ServerMessage::new(code, text)).pack()]);
    }

    /// Notes how full the room is, for every room's list.
    pub(super) fn count(&self) {
        self.plan.directory.count(&self.plan.room, self.members.len(), self.games.len());
    }

    /// Myth II clients are told in every room how full all rooms are (spec section 8.1); Aleph One's only ever read it at login.
    pub(super) fn tell_counts(&self, counts: &mut watch::Receiver<()>) {
        counts.borrow_and_update();
        let mut encoded: Vec<(Vec<RoomEntry>, Vec<Packed>)> = Vec::new();
        for member in self.members.values() {
            let myth = member.visitor.dialect == Some(Dialect::Myth2) && !member.deaf;
            let Some(outbox) = member.game.as_ref().filter(|_| myth) else { continue };
            // The same rooms are open to most of them, so there are few lists to encode.
            let entries = self.plan.directory.in_rooms(&member.visitor);
            let known = encoded.iter().position(|(known, _)| *known == entries).unwrap_or_else(|| {
                let packets = ServerPacket::pack_list(&entries);
                encoded.push((entries, packets));
                encoded.len() - 1
            });
            for packet in &encoded[known].1 {
                outbox.push(packet);
                self.meters.deliveries.increment(1);
            }
        }
    }
}
