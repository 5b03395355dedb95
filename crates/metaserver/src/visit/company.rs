//! What a connection does about its player's company: friends and order, asked for, told and changed (spec section 19).
//!
//! Myth II has tables for both; Aleph One has none, and is told in lines.

use std::sync::Arc;

use base::UserId;
use contract::lobby::PlayerNumber;
use futures::future::BoxFuture;
use metaserver_proto::{Dialect, ServerPacket, Text, packet::social::UpdateBuddy};

use super::{Asking, Stay, Visit};
use crate::{
    circle::Circle,
    inquiry,
    passes::Passes,
    room::{Command, LONGEST_LINE},
};

/// Reads somebody's circle, while there is something to read.
pub(super) async fn learned(learning: Option<&mut BoxFuture<'static, Option<Circle>>>) -> Option<Circle> {
    match learning {
        Some(circle) => circle.await,
        None => std::future::pending().await,
    }
}

impl Visit {
    /// They are in: whom they keep company with is read beside everything else, so that a slow database keeps nobody out of a room.
    pub(super) fn begin_company(&mut self) {
        let Some((user, stay)) = self.account() else { return };
        let (room, visitor) = (self.door.room.facts().banner, Arc::clone(&stay.visitor));
        self.hub.circles.enter(user, stay.visit, visitor, room, self.outbox.clone());
        self.learning = Some(self.hub.logon.circle(user));
    }

    /// Somebody was put down to be told something.
    pub(super) fn hear_of_company(&mut self) {
        let Some((user, stay)) = self.account() else { return };
        let news = self.hub.circles.take_news(user, stay.visit);
        if self.dialect() == Dialect::AlephOne {
            for line in &news.lines {
                self.say_cut(line);
            }
        }
        if news.relearn {
            self.learning = Some(self.hub.logon.circle(user));
        } else if news.redraw {
            self.tell_company();
        }
    }

    /// The circle has been read.
    pub(super) fn learn(&mut self, circle: Option<Circle>) {
        self.learning = None;
        let (Some(circle), Some((user, stay))) = (circle, self.account()) else { return };
        let number = circle.order_number();
        let (visit, player, visitor) = (stay.visit, stay.number, Arc::clone(&stay.visitor));
        let Some(learned) = self.hub.circles.learn(user, visit, circle) else { return };
        if visitor.belongs_to(number) {
            let door = Arc::clone(&self.door);
            let show = Command::ShowAnew { number: player, visit };
            // Everybody's lists say which order they belong to. A busy room takes it when it can.
            self.hub.tasks.spawn(async move { door.inbox.send(show).await.ok() });
        }
        if self.dialect() == Dialect::AlephOne && !learned.friends_here.is_empty() {
            self.say_cut(&format!("Friends here: {}.", learned.friends_here.join(", ")));
        }
        for line in &learned.lines {
            self.say_cut(line);
        }
        self.tell_company();
    }

    /// Packets 19 and 20: the own buddies and the own order.
    pub(super) fn tell_company(&mut self) {
        let Some((user, _)) = self.account().filter(|_| self.dialect() == Dialect::Myth2) else { return };
        let Some((buddies, order)) = self.hub.circles.tables(user) else { return };
        self.tell(&ServerPacket::BuddyTable(Box::new(buddies)).pack());
        // Who has left an order is told of an empty one, once.
        let had_order = std::mem::replace(&mut self.has_order, order.is_some());
        if had_order || order.is_some() {
            self.tell(&ServerPacket::OrderTable(order.unwrap_or_default()).pack());
        }
    }

    /// Packet 118: which friends are here, and where.
    pub(super) fn find_friends(&mut self) {
        let found = self.account().map(|(user, _)| self.hub.circles.friends_in_rooms(user)).unwrap_or_default();
        self.tell(&ServerPacket::BuddiesOnline(inquiry::located(&found)).pack());
    }

    /// Packet 119: the same of the order.
    pub(super) fn find_order(&mut self) {
        let found = self.account().map(|(user, _)| self.hub.circles.order_in_rooms(user)).unwrap_or_default();
        self.tell(&ServerPacket::OrderOnline(inquiry::located(&found)).pack());
    }

    /// Packet 120: a buddy more, or one less. A buddy is a friend on the site, so it is asked for there.
    pub(super) fn befriend(&mut self, update: UpdateBuddy) {
        let Some((user, stay)) = self.account() else {
            return self.say_cut("Friends need an account: make one on the site.");
        };
        let role = stay.visitor.role;
        let other = u32::try_from(update.player_id).ok().and_then(|number| Passes::account(PlayerNumber(number)));
        match other {
            Some(other) => {
                let answer = self.hub.logon.befriend(user, role, other, update.add != 0);
                self.asking = Some(Asking::Befriending { answer });
            }
            None => self.say_cut("A guest can't be a friend: they have no account."),
        }
    }

    /// A line from the hub that may be too long for one.
    pub(super) fn say_cut(&mut self, line: &str) {
        self.say(Text::new(line).cut(LONGEST_LINE));
    }

    /// Whose account this is, and their place in the room.
    fn account(&self) -> Option<(UserId, &Stay)> {
        let stay = self.stay.as_ref()?;
        Some((stay.visitor.user?, stay))
    }
}

impl Stay {
    /// They are out of this room. Who does not come into another soon is gone, and their friends are told.
    pub(super) fn end_company(&self) {
        let Some(user) = self.visitor.user.filter(|user| self.hub.circles.leave(*user, self.visit)) else { return };
        let (hub, visit) = (Arc::clone(&self.hub), self.visit);
        self.hub.tasks.spawn(async move {
            tokio::select! {
                () = hub.stop.cancelled() => {}
                () = tokio::time::sleep(hub.config.away_after) => hub.circles.forget(user, visit),
            }
        });
    }
}
