//! A room connection: entering, then packets both ways (spec sections 10.3–10.4 and 12).
//!
//! ```text
//! Myth II     203 ⇄ 203   101 → Enter → 9, 3 (code 8), messages; 103 is one of them
//!             The Myths before 1.8 begin with 101, in clear.
//! Aleph One   101, 103 → Enter → 9, 3 (code 8), messages
//! ```
//!
//! Lists, chat and everything else the room says are plain packets, encoded once for all and
//! written through [`Room::seal`]. Deafness (packet 107) is the room's business: a deaf client is
//! to be sent nothing.

use std::collections::VecDeque;

use crate::dialect::{Dialect, InClear};
use crate::frame::Packed;
use crate::link::{Incoming, Link, Trouble};
use crate::packet::challenge::RoomLoginSuccess;
use crate::packet::chat::{Chat, Whisper};
use crate::packet::film::FilmCommand;
use crate::packet::game::{AnnounceGame, GameDescription};
use crate::packet::player::PlayerData;
use crate::packet::room::RoomLogin;
use crate::packet::score::{GameScore, PlayersInGame};
use crate::packet::search::GameSearch;
use crate::packet::server_message::{ServerMessage, code};
use crate::packet::social::{OwnTexts, UpdateBuddy};
use crate::packet::{ClientPacket, ServerPacket, kind};
use crate::refusal::Refusal;
use crate::text::Text;

/// Who wants into the room, for the service to decide.
#[derive(Clone, PartialEq, Eq)]
pub struct EntryRequest {
    /// Which game.
    pub dialect: Dialect,
    /// As packet 7 gave it. Compare in constant time.
    pub token: [u8; 32],
    /// To be compared for Aleph One (empty or `guest` for guests), ignored for Myth II.
    pub user_name: Text,
    /// The player data (Aleph One), names cut to what fits.
    pub player: Option<PlayerData>,
}

impl std::fmt::Debug for EntryRequest {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("EntryRequest")
            .field("dialect", &self.dialect)
            .field("user_name", &self.user_name)
            .finish_non_exhaustive()
    }
}

/// What the caller is to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomStep {
    /// Write it, through [`Room::seal`].
    Send(Packed),
    /// Say at once with [`Room::belongs_to`] whose token this is: Aleph One and the Myths before 1.8 begin alike. Asked only where such
    /// Myths are let in.
    Whose([u8; 32]),
    /// Decide, then call [`Room::admit`] or [`Room::refuse`]. Until then no packet is read.
    Enter(Box<EntryRequest>),
    /// The player says or does something.
    Message(RoomMessage),
    /// A packet nobody acts on, by its number; for a counter.
    Ignored(i16),
    /// Close, once everything sent so far is written. Nothing follows.
    Close(RoomEnd),
}

/// How a room connection ended, where the machine ended it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomEnd {
    /// The client said goodbye.
    LoggedOut,
    /// The service refused.
    Refused(Refusal),
    /// The client did something wrong.
    Trouble(Trouble),
}

/// What a player in a room may say, with the dialects' differences resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomMessage {
    /// New player data. Names and colours stay those of the login; the state counts.
    PlayerData(PlayerData),
    /// The player hosts a game, or its description changed.
    AnnounceGame(Announcement),
    /// The player's game is withdrawn.
    RemoveGame,
    /// The player's game starts another round.
    ResetGame,
    /// The player's game starts; its length in seconds, `None` for an untimed one.
    StartGame {
        /// At least 0.
        length_secs: Option<u32>,
    },
    /// Who is in the player's game.
    PlayersInGame(PlayersInGame),
    /// How the game ended.
    Score(Box<GameScore>),
    /// The player wants nothing (deaf, in a game) or everything.
    Mode {
        /// Send it nothing while set.
        deaf: bool,
        /// Aleph One: the game session's id.
        session_id: Option<[u8; 16]>,
    },
    /// The full lists are wanted.
    FullUpdate,
    /// A line for the room.
    Chat(Chat),
    /// A line for one player.
    Whisper(Whisper),
    /// Nothing but a sign of life.
    Keepalive,
    /// A search over games (Myth II).
    GameSearch(GameSearch),
    /// A search over players, by part of a name (Myth II).
    PlayerSearch(Text),
    /// Where are my buddies (Myth II)?
    BuddiesQuery,
    /// Where are the members of my order (Myth II)?
    OrderQuery,
    /// Add or drop a buddy (Myth II).
    UpdateBuddy(UpdateBuddy),
    /// Tell me of this player (Myth II).
    ProfileQuery(u32),
    /// The texts of the player's own profile (Myth II).
    OwnTexts(OwnTexts),
    /// A piece of a film's header (Myth II).
    FilmHeader(Vec<u8>),
    /// A command of a film (Myth II).
    FilmCommand(FilmCommand),
    /// The film's end, in ticks of 1/30 s (Myth II).
    FilmEnd(i32),
}

/// Packet 104 with its second field resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// The port players join at.
    pub port: u16,
    /// A game between orders (Myth II).
    pub order_game: bool,
    /// To be listed at this remote hub instead of the host's address (Aleph One).
    pub hub_id: Option<u16>,
    /// What the host says of it.
    pub description: GameDescription,
}

#[derive(Debug)]
enum State {
    /// Nothing has arrived.
    Hello,
    /// Packet 101 is due (Myth II).
    Token,
    /// The caller says whose packet 101 it was.
    Asking(RoomLogin),
    /// Packet 103 is due (Aleph One).
    PlayerData(RoomLogin),
    /// The service decides.
    Checking,
    /// In the room.
    Inside,
    /// Closed.
    Done,
}

/// One room connection.
#[derive(Debug)]
pub struct Room {
    link: Link,
    state: State,
    steps: VecDeque<RoomStep>,
}

impl Room {
    /// A connection that was just accepted. `random` becomes the private session key.
    pub fn new(random: &[u8; 32]) -> Self {
        Self { link: Link::new(random), state: State::Hello, steps: VecDeque::new() }
    }

    /// Lets these Myths talk in clear.
    #[must_use]
    pub const fn admitting(mut self, in_clear: InClear) -> Self {
        self.link.admit(in_clear);
        self
    }

    /// Takes bytes from the front of `input` until there is something to do.
    ///
    /// `None` means: read more, or, while a decision is awaited, decide; what is left of `input`
    /// then is to be given again. At most one incomplete packet is kept inside.
    pub fn step(&mut self, input: &mut &[u8]) -> Option<RoomStep> {
        loop {
            if let Some(step) = self.steps.pop_front() {
                return Some(step);
            }
            if matches!(self.state, State::Checking | State::Asking(_) | State::Done) {
                return None;
            }
            let state = &self.state;
            match self.link.next(input, |number| is_due(state, number)) {
                Ok(Some(incoming)) => self.take(incoming),
                Ok(None) => return None,
                Err(trouble) => self.give_up(trouble),
            }
        }
    }

    /// Call when nothing has arrived for about a second: some Myth II clients may wait for the
    /// server's key (spec section 4). Does nothing once a packet has arrived.
    pub fn on_silence(&mut self) {
        if !self.link.is_open() && self.link.buffered_bytes() == 0 {
            self.send_key();
        }
    }

    /// Says whose the token is; `None`: nobody's. Only in answer to [`RoomStep::Whose`].
    pub fn belongs_to(&mut self, dialect: Option<Dialect>) {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Asking(login) => {
                // Nobody's is turned away as Aleph One's is, which must not be told anything.
                let dialect = dialect.unwrap_or(Dialect::AlephOne);
                self.link.belongs_to(dialect);
                match dialect {
                    Dialect::Myth2 => self.enter(dialect, login, None),
                    Dialect::AlephOne => self.state = State::PlayerData(login),
                }
            }
            state => self.state = state,
        }
    }

    /// Lets the player in. Only in answer to [`RoomStep::Enter`]. Send the lists after the steps
    /// this brings, never before.
    pub fn admit(&mut self, player_id: u32, max_players: i16) {
        if !matches!(self.state, State::Checking) {
            return;
        }
        self.state = State::Inside;
        let max_players = match self.link.dialect() {
            Some(Dialect::AlephOne) => 0,
            _ => max_players,
        };
        self.send(&ServerPacket::RoomLoginSuccess(RoomLoginSuccess { player_id, max_players, unused: 0 }));
        self.send(&ServerPacket::Message(ServerMessage::new(code::LOGGED_IN, "")));
    }

    /// Turns the player away. Only in answer to [`RoomStep::Enter`]. Myth II is told why; an
    /// Aleph One client would take any packet 3 for a welcome, so it only sees the close. The
    /// build is not known on this connection, so the codes are those every build knows.
    pub fn refuse(&mut self, refusal: Refusal, text: Option<Text>) {
        if !matches!(self.state, State::Checking) {
            return;
        }
        if self.link.dialect() == Some(Dialect::Myth2) {
            let message = refusal.message(Dialect::Myth2, 0, text);
            self.send(&ServerPacket::Message(message));
        }
        self.close(RoomEnd::Refused(refusal));
    }

    /// Appends a packet to `out` as the peer reads it; `random` is fresh for each packet.
    pub fn seal(&self, packet: &Packed, random: [u8; 8], out: &mut Vec<u8>) {
        self.link.seal(packet, random, out);
    }

    /// Known from the first packet on.
    pub const fn dialect(&self) -> Option<Dialect> {
        self.link.dialect()
    }

    /// Whether a decision of the caller's is awaited and no packet is read.
    pub const fn is_waiting(&self) -> bool {
        matches!(self.state, State::Checking | State::Asking(_))
    }

    /// Whether the player is in the room.
    pub const fn is_inside(&self) -> bool {
        matches!(self.state, State::Inside)
    }

    /// Bytes held of an incomplete packet.
    pub const fn buffered_bytes(&self) -> usize {
        self.link.buffered_bytes()
    }

    fn take(&mut self, incoming: Incoming) {
        let packet = match incoming {
            Incoming::Keyed => {
                self.send_key();
                self.state = State::Token;
                return;
            }
            Incoming::Packet(ClientPacket::Logout) => return self.close(RoomEnd::LoggedOut),
            Incoming::Packet(packet) => packet,
            Incoming::Unknown(number) => return self.unknown(number),
        };
        if matches!(self.state, State::Inside) {
            return self.inside(packet);
        }
        match (std::mem::replace(&mut self.state, State::Done), packet) {
            (State::Hello, ClientPacket::RoomLogin(login)) if self.link.dialect().is_none() => {
                self.steps.push_back(RoomStep::Whose(login.token));
                self.state = State::Asking(login);
            }
            (State::Hello, ClientPacket::RoomLogin(login)) => {
                self.state = State::PlayerData(login);
            }
            (State::Token, ClientPacket::RoomLogin(login)) => {
                self.enter(Dialect::Myth2, login, None);
            }
            (State::PlayerData(login), ClientPacket::PlayerData(player)) => {
                self.enter(Dialect::AlephOne, login, Some(player.with_names_cut()));
            }
            (state, ClientPacket::Keepalive) => self.state = state,
            (_, packet) => self.give_up(Trouble::OutOfTurn(packet.kind())),
        }
    }

    fn enter(&mut self, dialect: Dialect, login: RoomLogin, player: Option<PlayerData>) {
        self.state = State::Checking;
        self.steps.push_back(RoomStep::Enter(Box::new(EntryRequest {
            dialect,
            token: login.token,
            user_name: login.user_name,
            player,
        })));
    }

    fn inside(&mut self, packet: ClientPacket) {
        let dialect = self.link.dialect().unwrap_or(Dialect::Myth2);
        let number = packet.kind();
        match resolve(dialect, packet) {
            Resolved::Message(message) => self.steps.push_back(RoomStep::Message(message)),
            Resolved::Ignored => self.steps.push_back(RoomStep::Ignored(number)),
            Resolved::Trouble(trouble) => self.give_up(trouble),
        }
    }

    /// Unknown numbers are read over in the room (spec section 3); before, nothing is.
    fn unknown(&mut self, number: i16) {
        let forbidden = number == kind::SESSION_KEY;
        if self.is_inside() && !forbidden {
            self.steps.push_back(RoomStep::Ignored(number));
        } else {
            self.give_up(Trouble::OutOfTurn(number));
        }
    }

    fn send_key(&mut self) {
        if let Some(key) = self.link.own_key() {
            self.steps.push_back(RoomStep::Send(key));
        }
    }

    fn send(&mut self, packet: &ServerPacket) {
        self.steps.push_back(RoomStep::Send(packet.pack()));
    }

    fn close(&mut self, end: RoomEnd) {
        self.state = State::Done;
        self.steps.push_back(RoomStep::Close(end));
    }

    /// Tells the client what it can be told, then closes. Before the welcome an Aleph One client
    /// must not be told anything.
    fn give_up(&mut self, trouble: Trouble) {
        let code = match &trouble {
            Trouble::OutOfTurn(kind::ROOM_LOGIN) if self.is_inside() => Some(code::ALREADY_ON),
            Trouble::OutOfTurn(_) | Trouble::Targets => Some(code::SYNTAX),
            _ => None,
        };
        if let Some(code) = code
            && (self.is_inside() || self.link.dialect() == Some(Dialect::Myth2))
        {
            let message = ServerMessage::new(code, "That was not expected now.");
            self.send(&ServerPacket::Message(message));
        }
        self.close(RoomEnd::Trouble(trouble));
    }
}

/// Which packets may come in a state; inside, any number is at least looked at.
fn is_due(state: &State, number: i16) -> bool {
    match state {
        State::Hello => number == kind::ROOM_LOGIN,
        State::Token => matches!(number, kind::ROOM_LOGIN | kind::KEEPALIVE | kind::LOGOUT),
        State::PlayerData(_) => {
            matches!(number, kind::PLAYER_DATA | kind::KEEPALIVE | kind::LOGOUT)
        }
        State::Checking | State::Asking(_) | State::Done => false,
        State::Inside => {
            !matches!(number, kind::LOGIN | kind::ROOM_LOGIN | kind::ANSWER | kind::VERSIONS | kind::SESSION_KEY)
        }
    }
}

enum Resolved {
    Message(RoomMessage),
    Ignored,
    Trouble(Trouble),
}

fn resolve(dialect: Dialect, packet: ClientPacket) -> Resolved {
    use Resolved::Message;
    match packet {
        ClientPacket::PlayerData(player) => Message(RoomMessage::PlayerData(player)),
        ClientPacket::AnnounceGame(game) => Message(RoomMessage::AnnounceGame(announcement(dialect, game))),
        ClientPacket::RemoveGame => Message(RoomMessage::RemoveGame),
        ClientPacket::ResetGame => Message(RoomMessage::ResetGame),
        ClientPacket::StartGame(start) => Message(RoomMessage::StartGame { length_secs: start.seconds(dialect) }),
        ClientPacket::PlayersInGame(players) => Message(RoomMessage::PlayersInGame(players)),
        ClientPacket::Score(score) => Message(RoomMessage::Score(score)),
        ClientPacket::PlayerMode(mode) => {
            Message(RoomMessage::Mode { deaf: mode.mode == 1, session_id: mode.session_id })
        }
        ClientPacket::FullUpdate => Message(RoomMessage::FullUpdate),
        ClientPacket::Chat(chat) => Message(RoomMessage::Chat(chat)),
        ClientPacket::Whisper(whisper) => {
            // Aleph One's client always names one target twice; its server insists on it.
            if dialect == Dialect::AlephOne && whisper.chat.selected_id != whisper.target_id {
                Resolved::Trouble(Trouble::Targets)
            } else {
                Message(RoomMessage::Whisper(whisper))
            }
        }
        ClientPacket::Keepalive => Message(RoomMessage::Keepalive),
        packet if dialect == Dialect::Myth2 => resolve_myth_only(packet),
        _ => Resolved::Ignored,
    }
}

fn resolve_myth_only(packet: ClientPacket) -> Resolved {
    Resolved::Message(match packet {
        ClientPacket::GameSearch(search) => RoomMessage::GameSearch(search),
        ClientPacket::PlayerSearch(part) => RoomMessage::PlayerSearch(part),
        ClientPacket::BuddiesQuery => RoomMessage::BuddiesQuery,
        ClientPacket::OrderQuery => RoomMessage::OrderQuery,
        ClientPacket::UpdateBuddy(update) => RoomMessage::UpdateBuddy(update),
        ClientPacket::ProfileQuery(player_id) => RoomMessage::ProfileQuery(player_id),
        ClientPacket::OwnTexts(texts) => RoomMessage::OwnTexts(texts),
        ClientPacket::FilmHeader(data) => RoomMessage::FilmHeader(data),
        ClientPacket::FilmCommand(command) => RoomMessage::FilmCommand(command),
        ClientPacket::FilmEnd(time) => RoomMessage::FilmEnd(time),
        _ => return Resolved::Ignored,
    })
}

fn announcement(dialect: Dialect, game: AnnounceGame) -> Announcement {
    Announcement {
        port: game.port,
        order_game: dialect == Dialect::Myth2 && game.order_or_hub != 0,
        hub_id: Some(game.order_or_hub).filter(|&hub| dialect == Dialect::AlephOne && hub != 0),
        description: game.description,
    }
}

#[cfg(test)]
mod tests;
