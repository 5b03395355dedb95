//! What a client asks that is found out beside the room, and what becomes of the answer.

use std::sync::Arc;

use contract::lobby::PlayerNumber;
use futures::future::BoxFuture;
use metaserver_proto::{
    Announcement, RoomMessage, ServerPacket, Text,
    packet::{chat::Chat, search::GameSearch},
};

use super::Visit;
use crate::{
    films::{Filming, Unfilmed},
    inquiry::{self, Career},
    logon::{Heard, Reader, Said},
    names::readable,
    passes::Passes,
    room::{Aloud, LONGEST_LINE, is_command},
    visitor::Visitor,
};

/// Something that is being found out.
pub(super) enum Asking {
    /// What becomes of a line.
    Line { chat: Chat, answer: BoxFuture<'static, Heard> },
    /// What somebody has done, who may be in a room.
    Career { seen: Option<Arc<Visitor>>, number: PlayerNumber, answer: BoxFuture<'static, Option<Career>> },
    /// What becomes of a friendship.
    Befriending { answer: BoxFuture<'static, String> },
    /// Whether what they write of themselves is kept.
    Writing { answer: BoxFuture<'static, Result<(), String>> },
    /// Where a remote hub is that a game is to be listed at.
    Hub { announcement: Announcement, answer: BoxFuture<'static, ()> },
    /// Whether a film is taken that begins with this piece.
    Film { header: Vec<u8>, answer: BoxFuture<'static, Result<Box<Filming>, Unfilmed>> },
}

/// What was found out.
pub(super) enum Answer {
    Heard(Heard),
    Career(Option<Box<Career>>),
    Told(String),
    Written(Result<(), String>),
    Sought,
    Film(Result<Box<Filming>, Unfilmed>),
}

impl Asking {
    /// The answer, as soon as there is one.
    pub(super) async fn answer(asking: Option<&mut Self>) -> Answer {
        match asking {
            Some(Self::Line { answer, .. }) => Answer::Heard(answer.as_mut().await),
            Some(Self::Career { answer, .. }) => Answer::Career(answer.as_mut().await.map(Box::new)),
            Some(Self::Befriending { answer }) => Answer::Told(answer.as_mut().await),
            Some(Self::Writing { answer }) => Answer::Written(answer.as_mut().await),
            Some(Self::Hub { answer, .. }) => {
                answer.as_mut().await;
                Answer::Sought
            }
            Some(Self::Film { answer, .. }) => Answer::Film(answer.as_mut().await),
            None => std::future::pending().await,
        }
    }
}

impl Visit {
    /// Asks those who want to be asked, unless the line would reach nobody anyway.
    pub(super) fn ask_about(&mut self, chat: Chat) {
        let Some(stay) = &self.stay else { return };
        let visitor = &stay.visitor;
        let muted = visitor.user.is_some_and(|user| !self.hub.logon.may_talk(user));
        let text = readable(&chat.message);
        if muted || text.is_empty() || is_command(&chat.message) {
            return self.forward(RoomMessage::Chat(chat));
        }
        let said_aloud = Aloud::of(&chat.message, &text).map(|aloud| aloud.text.to_owned());
        let text = said_aloud.unwrap_or(text);
        let line =
            Said { user: visitor.user, role: visitor.role, name: visitor.name.clone(), room: self.door.room.id, text };
        self.asking = Some(Asking::Line { chat, answer: self.hub.logon.before_line(line) });
    }

    /// Packet 117: who has that in their name, wherever in the lobby they are.
    pub(super) fn find_players(&mut self, text: &Text) {
        let mut found = self.hub.passes.find(&readable(text), inquiry::MOST_FOUND);
        let elsewhere = self.hub.nodes.as_ref().map(|nodes| nodes.find(&readable(text))).unwrap_or_default();
        for (one, room) in self.hub.seats.find(&readable(text)).into_iter().chain(elsewhere) {
            if !found.iter().any(|(other, _)| other.number == one.number) {
                found.push((one, room));
            }
        }
        found.truncate(inquiry::MOST_FOUND);
        self.tell(&ServerPacket::PlayersFound(inquiry::located(&found)).pack());
    }

    /// Packet 116: games in all rooms they may enter.
    pub(super) fn find_games(&mut self, search: &GameSearch) {
        let Some(stay) = &self.stay else { return };
        let rooms = self.hub.directory.rooms();
        let open = rooms.iter().filter(|room| room.facts().admits(&stay.visitor)).map(|room| room.id);
        let found = self.hub.catalogue.find(search, &open.collect::<Vec<_>>(), self.hub.clock.now());
        self.tell(&ServerPacket::GamesFound(found).pack());
    }

    /// Packet 104 with a hub: the room decides, with its address at hand.
    pub(super) fn look_for_hub(&mut self, announcement: Announcement) {
        let (hubs, id) = (self.hub.hubs.clone(), announcement.hub_id.unwrap_or_default());
        self.asking = Some(Asking::Hub { announcement, answer: Box::pin(async move { hubs.look_for(id).await }) });
    }

    /// Packet 121: what somebody has done, here or not. An account's number in the lobby is its own id.
    pub(super) fn look_up(&mut self, number: PlayerNumber) {
        let Some(stay) = &self.stay else { return };
        let reader = Reader { user: stay.visitor.user, role: stay.visitor.role };
        let elsewhere = || self.hub.nodes.as_ref()?.seen(number);
        let seen = self.hub.passes.seen(number).or_else(elsewhere);
        let user = seen.as_ref().map_or_else(|| Passes::account(number), |visitor| visitor.user);
        if let Some(user) = user {
            self.asking = Some(Asking::Career { seen, number, answer: self.hub.logon.career(user, reader) });
        } else {
            let texts = seen.as_deref().map(Visitor::written).unwrap_or_default();
            self.show_career(seen.as_deref(), number, Some(&Career { texts, ..Career::default() }));
        }
    }

    /// Nobody of that number has no profile; the client gets none, as from the server in daily use.
    fn show_career(&mut self, seen: Option<&Visitor>, number: PlayerNumber, career: Option<&Career>) {
        if let Some(profile) = career.and_then(|career| inquiry::profile(seen, number, career)) {
            self.tell(&ServerPacket::Profile(Box::new(profile)).pack());
        }
    }

    /// Does with what was found out what it was asked for, and goes on.
    pub(super) fn go_on_with(&mut self, answer: Answer) {
        match (self.asking.take(), answer) {
            (Some(Asking::Line { chat, .. }), Answer::Heard(heard)) => self.speak(chat, heard),
            (Some(Asking::Career { seen, number, .. }), Answer::Career(career)) => {
                self.show_career(seen.as_deref(), number, career.as_deref());
            }
            (Some(Asking::Befriending { .. }), Answer::Told(line)) => self.say_cut(&line),
            (Some(Asking::Writing { .. }), Answer::Written(Err(why))) => self.say_unwritten(&why),
            (Some(Asking::Hub { announcement, .. }), Answer::Sought) => {
                self.forward(RoomMessage::AnnounceGame(announcement));
            }
            (Some(Asking::Film { header, .. }), Answer::Film(judged)) => self.film_is_judged(header, judged),
            _ => {}
        }
        if self.paused_until.is_none() {
            self.go_on();
        }
    }

    fn speak(&mut self, chat: Chat, heard: Heard) {
        match heard {
            Heard::Fine => self.forward(RoomMessage::Chat(chat)),
            // Never a command: nobody gives one in another's name.
            Heard::Instead(text) => {
                let message = Text::new(&Aloud::instead(&chat.message, &readable(&chat.message), &text));
                self.forward(RoomMessage::Chat(Chat { message, ..chat }));
            }
            Heard::Not(why) => {
                metrics::counter!("guildhall_lobby_lines_objected_total").increment(1);
                self.say(Text::new(&why).cut(LONGEST_LINE));
            }
        }
    }
}
