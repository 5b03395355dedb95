//! What is said in a room: to everybody, to one player, or to the hub itself.

use std::time::Duration;

use contract::{
    lobby::{AsideFrom, Change, Line, Origin, PlayerNumber, Room as Shown},
    room::RestraintKind,
};
use metaserver_proto::{
    Dialect, Packed, ServerPacket, Text,
    packet::{
        chat::{Chat, PRIVATE, Whisper},
        server_message::code,
    },
};

use tokio::time::Instant;

use super::{
    Command, Room,
    aloud::{Aloud, Deed, begins_as_command},
};
use crate::{
    logon::{Speaker, Whisperer},
    names::readable,
    unheard::Unheard,
    visitor::Visitor,
};

/// The longest line passed on, in bytes; the clients' own fields hold fewer.
pub(crate) const LONGEST_LINE: usize = 511;

impl Room {
    /// A line for everybody, the speaker included. Why it is not heard, they alone are told.
    pub(super) fn chat(&mut self, number: PlayerNumber, chat: Chat) {
        if let Err(why) = self.speak(number, chat, None) {
            self.tell_line(number, &why.told());
        }
    }

    /// A line for one player in this room, and a copy for the speaker where the client asks for one (spec section 12.3).
    pub(super) fn whisper(&mut self, number: PlayerNumber, whisper: Whisper) {
        match self.speak_to(number, whisper, None) {
            Ok(()) => {}
            Err(why @ Unheard::NobodyThere) => {
                let dialect = self.members.get(&number).and_then(|member| member.visitor.dialect);
                if dialect == Some(Dialect::AlephOne) {
                    self.tell_code(number, code::NOT_IN_ROOM, &why.told());
                }
            }
            Err(why) => self.tell_line(number, &why.told()),
        }
    }

    /// The layout of a line is one for both dialects, so it is encoded once for all. `words`: what pages show in place of what games can.
    pub(super) fn speak(&mut self, number: PlayerNumber, chat: Chat, words: Option<&str>) -> Result<(), Unheard> {
        let Some(member) = self.members.get(&number) else { return Ok(()) };
        let Some(chat) = signed(&member.visitor, chat, 0) else { return Ok(()) };
        let text = readable(&chat.message);
        let typed = words.unwrap_or(&text);
        let mut aloud = None;
        if begins_as_command(&chat.message) {
            let may = |aloud: &Aloud| aloud.deed != Deed::Announces || self.keeps_order(number);
            aloud = Aloud::of(&chat.message, typed).filter(may);
            if aloud.is_none() {
                self.answer_command(number, &chat.message, None);
                return Ok(());
            }
        }
        self.is_heard(number)?;
        self.is_in_time(number)?;
        let facts = self.plan.facts();
        if facts.order.mutes(&text) || words.is_some_and(|words| facts.order.mutes(words)) {
            return Err(Unheard::MutedWord);
        }
        let Some(member) = self.members.get_mut(&number) else { return Ok(()) };
        member.spoke_at = Some(Instant::now());
        let name = member.visitor.name.clone();
        let origin = Some(if words.is_some() { Origin::Browser } else { member.visitor.origin() });
        let (packet, origin, text) = match aloud {
            None => (ServerPacket::Chat(chat).pack(), origin, typed.to_owned()),
            // The star keeps it apart from what the hub itself says in blue.
            Some(Aloud { deed: Deed::Does, text, .. }) => {
                (blue(&format!("* {name} {text}")), origin, format!("* {text}"))
            }
            Some(Aloud { deed: Deed::Announces, text, .. }) => {
                (blue(&format!("{name}: {text}")), None, text.to_owned())
            }
            Some(Aloud { deed: Deed::IsAway, text, .. }) => return self.be_away(number, text),
        };
        self.tell_all(|_| packet.clone());
        self.keep_line(Line { name, origin, text, at: self.plan.clock.now() });
        self.come_back(number);
        Ok(())
    }

    /// A line of a plugin's: a blue one under its name, as only those who keep order can say, and before pages one of the hub's own. Beyond what
    /// a room bears it is dropped.
    pub(super) fn announce(&mut self, from: String, text: String) {
        if !self.announcements.take(Instant::now()) {
            metrics::counter!("guildhall_lobby_lines_refused_total").increment(1);
            return;
        }
        let packet = blue(&format!("{from}: {text}"));
        self.tell_all(|_| packet.clone());
        self.keep_line(Line { name: from, origin: None, text, at: self.plan.clock.now() });
    }

    /// Keeps what was said for those who look later, and shows it to the site.
    fn keep_line(&mut self, line: Line) {
        self.meters.lines.increment(1);
        if self.lines.len() == Shown::LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(line.clone());
        self.show(Change::Said { room: self.plan.facts().id, line });
    }

    pub(super) fn speak_to(
        &mut self,
        number: PlayerNumber,
        whisper: Whisper,
        words: Option<&str>,
    ) -> Result<(), Unheard> {
        let Some(member) = self.members.get(&number) else { return Ok(()) };
        let name = member.visitor.name.clone();
        let Some(chat) = signed(&member.visitor, whisper.chat, PRIVATE) else { return Ok(()) };
        if begins_as_command(&chat.message) {
            self.answer_command(number, &chat.message, Some(PlayerNumber(whisper.target_id)));
            return Ok(());
        }
        self.is_heard(number)?;
        let target = PlayerNumber(whisper.target_id);
        let Some(toward) = self.members.get(&target) else { return Err(Unheard::NobodyThere) };
        let (toward, echo) = (toward.visitor.name.clone(), whisper.echo != 0 && target != number);
        let heard = self.would_hear(number, target);
        let text = words.map_or_else(|| readable(&chat.message), str::to_owned);
        // Nobody is to answer the copy with a copy, so neither asks for one.
        let packet = ServerPacket::Whisper(Whisper { target_id: target.0, echo: 0, chat }).pack();
        if heard {
            self.tell(target, std::slice::from_ref(&packet));
            self.note(target, AsideFrom::Player(name), &text);
        }
        if echo {
            self.tell(number, &[packet]);
            self.note(number, AsideFrom::Own(toward), &text);
        }
        self.come_back(number);
        Ok(())
    }

    /// Whether anybody may hear a player now: neither muted in the whole hub nor gagged in this room.
    pub(super) fn is_heard(&self, number: PlayerNumber) -> Result<(), Unheard> {
        let Some(member) = self.members.get(&number) else { return Ok(()) };
        if member.visitor.user.is_some_and(|user| !self.plan.logon.may_talk(user)) {
            return Err(Unheard::Muted);
        }
        let (facts, now) = (self.plan.facts(), self.plan.clock.now());
        match facts.order.holds(RestraintKind::Gag, &member.visitor, &self.held, now) {
            Some(gag) => Err(Unheard::gagged(gag.until, now, &gag.reason)),
            None => Ok(()),
        }
    }

    /// Whether slow mode lets a player speak. Those who keep order speak as ever.
    fn is_in_time(&self, number: PlayerNumber) -> Result<(), Unheard> {
        let Some(member) = self.members.get(&number) else { return Ok(()) };
        let facts = self.plan.facts();
        let pause = Duration::from_secs(facts.slow_secs.into());
        let wait = member.spoke_at.and_then(|at| (at + pause).checked_duration_since(Instant::now()));
        match wait.filter(|wait| !wait.is_zero() && !facts.order.is_kept_by(&member.visitor)) {
            Some(wait) => Err(Unheard::Slow { secs: wait.as_secs() + 1 }),
            None => Ok(()),
        }
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
    fn answer_command(&mut self, number: PlayerNumber, message: &Text, toward: Option<PlayerNumber>) {
        if self.takes_command(number, message, toward) {
            return;
        }
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

/// A line in blue, as games hear it from the hub.
fn blue(text: &str) -> Packed {
    ServerPacket::BlueLine(Text::new(text).cut(LONGEST_LINE)).pack()
}

/// Whether the hub alone hears it.
pub(crate) fn is_command(message: &Text) -> bool {
    begins_as_command(message) && Aloud::of(message, &readable(message)).is_none()
}
