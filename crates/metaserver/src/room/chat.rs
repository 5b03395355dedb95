//! What is said in a room: to everybody, to one player, or to the hub itself.

use std::time::Duration;

use contract::{
    lobby::{Change, Line, PlayerNumber, Room as Shown},
    room::RestraintKind,
};
use metaserver_proto::{
    Dialect, ServerPacket, Text,
    packet::{
        chat::{Chat, PRIVATE, Whisper},
        server_message::code,
    },
};

use tokio::time::Instant;

use super::{Command, Room};
use crate::{
    logon::{Speaker, Whisperer},
    names::readable,
    visitor::Visitor,
};

/// The longest line passed on, in bytes; the clients' own fields hold fewer.
pub(crate) const LONGEST_LINE: usize = 511;

impl Room {
    /// A line for everybody, the speaker included. The layout is one for both dialects, so it is encoded once for all.
    pub(super) fn chat(&mut self, number: PlayerNumber, chat: Chat) {
        let Some(member) = self.members.get(&number) else { return };
        let Some(chat) = signed(&member.visitor, chat, 0) else { return };
        if is_command(&chat.message) {
            self.answer_command(number, &chat.message, None);
            return;
        }
        if self.is_muted(number) || self.is_slowed(number) || self.has_muted_word(number, &chat.message) {
            return;
        }
        let Some(member) = self.members.get_mut(&number) else { return };
        member.spoke_at = Some(Instant::now());
        let line = Line {
            name: member.visitor.name.clone(),
            dialect: Some(member.visitor.kind()),
            text: readable(&chat.message),
            at: self.plan.clock.now(),
        };
        let packet = ServerPacket::Chat(chat).pack();
        self.tell_all(|_| packet.clone());
        self.meters.lines.increment(1);
        if self.lines.len() == Shown::LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(line.clone());
        self.show(Change::Said { room: self.plan.facts().id, line });
    }

    /// A line for one player in this room, and a copy for the speaker where the client asks for one (spec section 12.3).
    pub(super) fn whisper(&mut self, number: PlayerNumber, whisper: Whisper) {
        let Some(member) = self.members.get(&number) else { return };
        let dialect = member.visitor.dialect;
        let Some(chat) = signed(&member.visitor, whisper.chat, PRIVATE) else { return };
        if is_command(&chat.message) {
            self.answer_command(number, &chat.message, Some(PlayerNumber(whisper.target_id)));
            return;
        }
        if self.is_muted(number) {
            return;
        }
        let target = PlayerNumber(whisper.target_id);
        if !self.members.contains_key(&target) {
            if dialect == Dialect::AlephOne {
                self.tell_code(number, code::NOT_IN_ROOM, "That player is not in the room.");
            }
            return;
        }
        let echo = whisper.echo != 0 && target != number;
        let heard = self.would_hear(number, target);
        // Nobody is to answer the copy with a copy, so neither asks for one.
        let packet = ServerPacket::Whisper(Whisper { target_id: target.0, echo: 0, chat }).pack();
        if heard {
            self.tell(target, std::slice::from_ref(&packet));
        }
        if echo {
            self.tell(number, &[packet]);
        }
    }

    /// Whether those who keep order have muted a player, who is told so.
    fn is_muted(&self, number: PlayerNumber) -> bool {
        let user = self.members.get(&number).and_then(|member| member.visitor.user);
        let muted = user.is_some_and(|user| !self.plan.logon.may_talk(user));
        if muted {
            self.tell_line(number, "You are muted: nobody hears this. The site says why and until when.");
        }
        muted || self.is_gagged(number)
    }

    /// Whether nobody in this room is to hear a player, who is told so.
    fn is_gagged(&self, number: PlayerNumber) -> bool {
        let Some(member) = self.members.get(&number) else { return false };
        let (facts, now) = (self.plan.facts(), self.plan.clock.now());
        let Some(gag) = facts.order.holds(RestraintKind::Gag, &member.visitor, &self.held, now) else { return false };
        let minutes = gag.until.map(|until| until.since(now).as_secs().div_ceil(60));
        let until = minutes.map_or_else(String::new, |minutes| format!(" for another {minutes} min"));
        let why = if gag.reason.is_empty() { String::new() } else { format!(" {}", gag.reason) };
        self.tell_line(number, &format!("You are gagged in this room{until}: nobody hears this.{why}"));
        true
    }

    /// Whether a line has a word that nobody says here, which its speaker is told.
    fn has_muted_word(&self, number: PlayerNumber, message: &Text) -> bool {
        let muted = self.plan.facts().order.mutes(&readable(message));
        if muted {
            self.tell_line(number, "That has a word that nobody says here: nobody hears it.");
        }
        muted
    }

    /// Whether slow mode holds a line back, which its speaker is told. Those who keep order speak as ever.
    fn is_slowed(&self, number: PlayerNumber) -> bool {
        let Some(member) = self.members.get(&number) else { return false };
        let facts = self.plan.facts();
        let pause = Duration::from_secs(facts.slow_secs.into());
        let wait = member.spoke_at.and_then(|at| (at + pause).checked_duration_since(Instant::now()));
        let Some(wait) = wait.filter(|wait| !wait.is_zero() && !facts.order.is_kept_by(&member.visitor)) else {
            return false;
        };
        let secs = wait.as_secs() + 1;
        self.tell_line(number, &format!("This room is slow: nobody hears this. Speak again in {secs} s."));
        true
    }

    /// Whether a whisper reaches its target. Whoever is blocked is not told: their own copy looks as ever.
    fn would_hear(&self, from: PlayerNumber, to: PlayerNumber) -> bool {
        let user = |number: PlayerNumber| self.members.get(&number).and_then(|member| member.visitor.user);
        match (user(from), user(to)) {
            (Some(from), Some(to)) => self.plan.logon.may_whisper(from, to),
            _ => true,
        }
    }

    /// Hands a command on to whoever carries it out. The answer comes back through the room, so that it goes to whoever is still here, and
    /// not to the deaf.
    fn answer_command(&self, number: PlayerNumber, message: &Text, toward: Option<PlayerNumber>) {
        let Some(member) = self.members.get(&number) else { return };
        let speaker = Speaker {
            user: member.visitor.user,
            role: member.visitor.role,
            name: member.visitor.name.clone(),
            number: number.0,
            room: self.plan.room.id,
            keeps_order: self.plan.facts().order.is_kept_by(&member.visitor),
            toward: toward.filter(|them| *them != number && self.members.contains_key(them)).map(|them| them.0),
        };
        let (inbox, visit) = (self.plan.inbox.clone(), member.visit);
        let answer = Whisperer::new(move |line| {
            // A room that has more to do than it can has no time for it.
            if let Some(inbox) = inbox.upgrade() {
                drop(inbox.try_send(Command::Tell { number, visit, line: line.to_owned() }));
            }
        });
        self.plan.logon.command(speaker, &readable(message), answer);
    }
}

/// The line as the room passes it on: under the speaker's own number and name, in the colour they chose. `None` for a blank one.
fn signed(speaker: &Visitor, chat: Chat, flags: u16) -> Option<Chat> {
    let message = Text::from_bytes(chat.message.as_bytes().trim_ascii()).cut(LONGEST_LINE);
    if readable(&message).is_empty() {
        return None;
    }
    let mut chat = Chat {
        // Aleph One shows no other type.
        chat_type: 0,
        flags,
        padding: 0,
        sender_id: speaker.number.0,
        name: speaker.shown_name.clone(),
        message,
        ..chat
    };
    chat.length = chat.server_length();
    Some(chat)
}

/// A full stop and a letter; "…" and ".5" are talk.
pub(crate) fn is_command(message: &Text) -> bool {
    matches!(message.as_bytes(), [b'.', letter, ..] if letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_begin_with_a_full_stop_and_a_letter() {
        for (text, command) in
            [(".help", true), (".x", true), ("...", false), (".5 damage", false), (".", false), ("a.b", false)]
        {
            assert_eq!(is_command(&Text::new(text)), command, "{text}");
        }
    }
}
