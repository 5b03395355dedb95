//! A connection to a room: one task that reads, writes, keeps the client alive and knows when to give it up.

mod asking;
mod company;
mod entering;
mod film;
mod timing;
mod writing;

use std::{sync::Arc, time::Duration};

use base::ChanceExt as _;
use contract::lobby::PlayerNumber;
use futures::future::BoxFuture;
use metaserver_proto::{
    Dialect, EntryRequest, Packed, Room, RoomMessage, RoomStep, ServerPacket, Text,
    packet::server_message::{ServerMessage, code},
};
use tokio::{
    sync::mpsc::error::TrySendError,
    time::{Instant, sleep_until},
};

use asking::Asking;

use crate::{
    circle::Circle,
    ended::{Ended, dialect_word},
    hub::Hub,
    outbox::{End, Outbox},
    pace::Bucket,
    passes::Token,
    room::{Command, Door},
    socket::{Read, Socket, read_buffer},
    stream::Stream,
    visitor::Visitor,
};

/// A full room is asked again after so long.
const ROOM_BUSY: Duration = Duration::from_millis(20);
/// Who talks too fast is told so, at most so often.
const WARN_EVERY: Duration = Duration::from_secs(5);

/// One room connection.
struct Visit {
    hub: Arc<Hub>,
    door: Arc<Door>,
    socket: Socket,
    machine: Room,
    outbox: Outbox,
    /// Its place in the room, given back when dropped.
    stay: Option<Stay>,
    question: Option<Box<EntryRequest>>,
    /// A pass that is not at hand: another node may have issued it.
    sought: Option<Box<Token>>,
    unread: Vec<u8>,
    /// What a busy room could not take yet.
    held: Option<RoomMessage>,
    /// What is being found out for this client. Nothing is read meanwhile, so that what it says next comes after it.
    asking: Option<Asking>,
    /// Whom they keep company with, while that is read. Nothing waits for it.
    learning: Option<BoxFuture<'static, Option<Circle>>>,
    /// Whether they were told last that they belong to an order.
    has_order: bool,
    /// What it streams of a film.
    film: film::Film,
    /// Nothing is read before then.
    paused_until: Option<Instant>,
    began: Instant,
    /// When the last whole packet came: a client that dribbles bytes is as silent as one that sends none.
    heard_at: Instant,
    pings: u32,
    deaf: bool,
    silence_over: bool,
    chat: Bucket,
    packets: Bucket,
    warned_at: Option<Instant>,
    ended: Option<Ended>,
}

/// Somebody's place in a room, and what it takes to leave it.
struct Stay {
    hub: Arc<Hub>,
    door: Arc<Door>,
    token: Token,
    visit: u64,
    number: PlayerNumber,
    visitor: Arc<Visitor>,
}

impl Drop for Stay {
    fn drop(&mut self) {
        self.hub.passes.left(&self.token, self.visit);
        if let Some(nodes) = &self.hub.nodes {
            nodes.leave_pass(&self.token, self.visit);
        }
        self.end_company();
        let leave = Command::Leave { number: self.number, visit: self.visit };
        if let Err(TrySendError::Full(leave)) = self.door.inbox.try_send(leave) {
            let door = Arc::clone(&self.door);
            // The room is busy, but it must be told: until then it counts and lists a player who is gone.
            self.hub.tasks.spawn(async move { door.inbox.send(leave).await.ok() });
        }
    }
}

/// Serves a connection to its end; says which dialect it spoke and why it ended.
pub(crate) async fn serve(hub: Arc<Hub>, door: Arc<Door>, stream: Stream) -> (Option<Dialect>, Ended) {
    let mut visit = Visit::new(hub, door, stream);
    let ended = visit.run().await;
    let Visit { socket, machine, stay, .. } = visit;
    drop(stay);
    if !matches!(ended, Ended::TooSlow | Ended::Silent | Ended::Network(_)) {
        socket.close(!matches!(ended, Ended::Stopped | Ended::Left)).await;
    }
    (machine.dialect(), ended)
}

impl Visit {
    fn new(hub: Arc<Hub>, door: Arc<Door>, stream: Stream) -> Self {
        let now = Instant::now();
        let limits = &hub.config.limits;
        Self {
            machine: Room::new(&hub.chance.bytes()).admitting(hub.config.versions.in_clear()),
            socket: Socket::new(stream, hub.grain()),
            outbox: Outbox::new(limits.outbox_packets, limits.outbox_bytes),
            stay: None,
            question: None,
            sought: None,
            unread: Vec::new(),
            held: None,
            asking: None,
            learning: None,
            has_order: false,
            film: film::Film::default(),
            paused_until: None,
            began: now,
            heard_at: now,
            pings: 0,
            deaf: false,
            silence_over: false,
            chat: Bucket::new(limits.chat_burst, limits.chat_per_second, now),
            packets: Bucket::new(limits.packet_burst, limits.packets_per_second, now),
            warned_at: None,
            ended: None,
            hub,
            door,
        }
    }

    async fn run(&mut self) -> Ended {
        let stop = self.hub.stop.clone();
        let outbox = self.outbox.clone();
        // One timer for the connection's life. It is moved when a deadline comes nearer; when it rings too early, it is set again.
        let mut alarm = std::pin::pin!(sleep_until(self.began));
        loop {
            if let Some(ended) = self.ended.take() {
                return ended;
            }
            if let Some(question) = self.question.take() {
                self.enter(*question).await;
                continue;
            }
            if let Some(token) = self.sought.take() {
                self.seek(&token).await;
                continue;
            }
            match self.socket.pump(&self.machine, &outbox) {
                Ok(Some(end)) => return self.bid_farewell(end),
                Ok(None) => {}
                Err(error) => return error.into(),
            }
            // After what the room has to say: a table names nobody whom the lists don't have yet.
            if outbox.was_nudged() {
                self.hear_of_company();
                continue;
            }
            self.set(alarm.as_mut());
            let reading = self.paused_until.is_none() && self.asking.is_none();
            tokio::select! {
                ready = self.socket.ready(reading) => {
                    if let Err(error) = ready.and_then(|()| self.read(reading)) {
                        return error.into();
                    }
                }
                () = outbox.news() => {}
                answer = Asking::answer(self.asking.as_mut()), if self.asking.is_some() => self.go_on_with(answer),
                circle = company::learned(self.learning.as_mut()), if self.learning.is_some() => self.learn(circle),
                () = alarm.as_mut() => {
                    if let Some(ended) = self.ring() {
                        return ended;
                    }
                    let next = self.next_deadline();
                    alarm.as_mut().reset(next);
                }
                () = stop.cancelled() => {
                    self.say_line("The lobby is restarting. Come back in a moment.");
                    return Ended::Stopped;
                }
            }
        }
    }

    fn dialect(&self) -> Dialect {
        self.machine.dialect().unwrap_or(Dialect::Myth2)
    }

    fn read(&mut self, reading: bool) -> std::io::Result<()> {
        if !reading {
            return Ok(());
        }
        let mut buffer = read_buffer();
        match self.socket.read(&mut buffer)? {
            Read::Some(count) => self.digest(&mut &buffer[..count]),
            Read::Nothing => {}
            Read::End => self.ended = Some(Ended::Left),
        }
        Ok(())
    }

    /// Does what the machine says until it wants more bytes or an answer, or the client is to wait.
    fn digest(&mut self, input: &mut &[u8]) {
        while self.paused_until.is_none() && self.asking.is_none() {
            let Some(step) = self.machine.step(input) else { break };
            match step {
                RoomStep::Send(packet) => self.socket.queue(&self.machine, &packet),
                RoomStep::Whose(token) => match self.hub.passes.dialect(&token) {
                    None if self.hub.nodes.is_some() => {
                        self.sought = Some(Box::new(token));
                        break;
                    }
                    dialect => self.machine.belongs_to(dialect),
                },
                RoomStep::Enter(request) => self.question = Some(request),
                RoomStep::Message(message) => {
                    self.heard(film::is_of_film(&message));
                    self.take(message);
                }
                RoomStep::Ignored(number) => {
                    self.heard(false);
                    tracing::debug!(packet.number = number, "a packet nobody acts on");
                    metrics::counter!("guildhall_lobby_packets_ignored_total", "dialect" => dialect_word(self.machine.dialect()))
                        .increment(1);
                }
                RoomStep::Close(end) => self.ended = Some(end.into()),
            }
        }
        self.unread = input.to_vec();
    }

    /// Goes on with what had to wait.
    fn go_on(&mut self) {
        self.hand_film_on();
        if let Some(message) = self.held.take() {
            self.forward(message);
        }
        let unread = std::mem::take(&mut self.unread);
        self.digest(&mut unread.as_slice());
    }

    fn heard(&mut self, of_film: bool) {
        let now = Instant::now();
        self.heard_at = now;
        self.pings = 0;
        let pace = if of_film { self.film.pace() } else { None };
        if let Some(wait) = pace.unwrap_or(&mut self.packets).owe(now) {
            metrics::counter!("guildhall_lobby_floods_total").increment(1);
            self.paused_until = Some(now + wait);
        }
    }

    fn take(&mut self, message: RoomMessage) {
        let labels = [("packet", message_word(&message)), ("dialect", dialect_word(self.machine.dialect()))];
        metrics::counter!("guildhall_lobby_packets_total", &labels).increment(1);
        match &message {
            RoomMessage::Keepalive => return,
            RoomMessage::Chat(_)
            | RoomMessage::Whisper(_)
            | RoomMessage::GameSearch(_)
            | RoomMessage::PlayerSearch(_)
            | RoomMessage::ProfileQuery(_)
            | RoomMessage::BuddiesQuery
            | RoomMessage::OrderQuery
            | RoomMessage::UpdateBuddy(_)
            | RoomMessage::OwnTexts(_)
                if !self.chat.take(Instant::now()) =>
            {
                return self.warn();
            }
            RoomMessage::Mode { deaf, .. } => self.deaf = *deaf,
            _ => {}
        }
        match message {
            RoomMessage::Chat(chat) if self.hub.logon.hears_lines_first() => self.ask_about(chat),
            RoomMessage::PlayerSearch(text) => self.find_players(&text),
            RoomMessage::GameSearch(search) => self.find_games(&search),
            RoomMessage::AnnounceGame(announcement) if announcement.hub_id.is_some() => self.look_for_hub(announcement),
            message if film::is_of_film(&message) => self.film(message),
            RoomMessage::ProfileQuery(number) => self.look_up(PlayerNumber(number)),
            RoomMessage::BuddiesQuery => self.find_friends(),
            RoomMessage::OrderQuery => self.find_order(),
            RoomMessage::UpdateBuddy(update) => self.befriend(update),
            RoomMessage::OwnTexts(texts) => self.write_texts(&texts),
            RoomMessage::FullUpdate => {
                self.forward(RoomMessage::FullUpdate);
                // Whoever asks for everything missed what was told meanwhile.
                self.tell_company();
            }
            message => self.forward(message),
        }
    }

    /// A packet for this client alone. A deaf one gets none.
    fn tell(&mut self, packet: &Packed) {
        if self.machine.is_inside() && !self.deaf {
            self.socket.queue(&self.machine, packet);
        }
    }

    /// Passes a message to the room. Talk that a busy room cannot take is refused; everything else waits, and the client with it.
    fn forward(&mut self, message: RoomMessage) {
        let Some(stay) = &self.stay else { return };
        match self.door.inbox.try_send(Command::Act { number: stay.number, visit: stay.visit, message }) {
            Ok(()) => {}
            Err(TrySendError::Full(Command::Act { message, .. })) => {
                metrics::counter!("guildhall_lobby_inbox_refusals_total").increment(1);
                if matches!(message, RoomMessage::Chat(_) | RoomMessage::Whisper(_)) {
                    self.say_line("The room is too busy; that was not passed on.");
                } else {
                    self.held = Some(message);
                    self.paused_until = Some(Instant::now() + ROOM_BUSY);
                }
            }
            Err(_closed) => self.ended = Some(Ended::Stopped),
        }
    }

    fn warn(&mut self) {
        let now = Instant::now();
        metrics::counter!("guildhall_lobby_lines_refused_total").increment(1);
        if self.warned_at.is_none_or(|at| now >= at + WARN_EVERY) {
            self.warned_at = Some(now);
            self.say_line("You talk too fast; that was not passed on. Wait a moment.");
        }
    }

    /// A line from the hub. A deaf client gets none, like everything else.
    fn say_line(&mut self, text: &str) {
        self.say(Text::new(text));
    }

    fn say(&mut self, text: Text) {
        self.tell(&ServerPacket::BlueLine(text).pack());
    }

    fn bid_farewell(&mut self, end: End) -> Ended {
        let farewell = match end {
            End::Replaced => Some((code::ALREADY_ON, "Your account has logged in from somewhere else.")),
            End::Removed => {
                Some((code::LOCKED, "Your account may not come in. The site says why when you log in there."))
            }
            End::Moved | End::SentAway | End::TooSlow | End::RoomFailed => None,
        };
        if let Some((code, text)) = farewell
            && !self.deaf
        {
            let message = ServerMessage::new(code, text);
            self.socket.queue(&self.machine, &ServerPacket::Message(message).pack());
        }
        end.into()
    }
}

/// The label of a message.
const fn message_word(message: &RoomMessage) -> &'static str {
    match message {
        RoomMessage::PlayerData(_) => "player_data",
        RoomMessage::AnnounceGame(_) => "announce_game",
        RoomMessage::RemoveGame => "remove_game",
        RoomMessage::ResetGame => "reset_game",
        RoomMessage::StartGame { .. } => "start_game",
        RoomMessage::PlayersInGame(_) => "players_in_game",
        RoomMessage::Score(_) => "score",
        RoomMessage::Mode { .. } => "mode",
        RoomMessage::FullUpdate => "full_update",
        RoomMessage::Chat(_) => "chat",
        RoomMessage::Whisper(_) => "whisper",
        RoomMessage::Keepalive => "keepalive",
        RoomMessage::GameSearch(_) => "game_search",
        RoomMessage::PlayerSearch(_) => "player_search",
        RoomMessage::BuddiesQuery => "buddies_query",
        RoomMessage::OrderQuery => "order_query",
        RoomMessage::UpdateBuddy(_) => "update_buddy",
        RoomMessage::ProfileQuery(_) => "profile_query",
        RoomMessage::OwnTexts(_) => "own_texts",
        RoomMessage::FilmHeader(_) => "film_header",
        RoomMessage::FilmCommand(_) => "film_command",
        RoomMessage::FilmEnd(_) => "film_end",
    }
}
