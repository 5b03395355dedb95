//! The login connection, from the first byte to the room list, without a socket or a clock
//! (spec sections 4, 9 and 10.1–10.2).
//!
//! Feed it what arrives with [`Login::step`] and do what the steps say:
//!
//! ```text
//! Myth II     203 ⇄ 203   100 → 6   109 → 12   115 → Check → 7, 8, 0, close
//!             The Myths before 1.8 begin with 100, in clear.
//! Aleph One   100 (guest) → Check → 12   115 → 7, 0   [122 → ListHubs → 18]   client closes
//!             100 → 6   109 → Check → 12   115 → 7, 0   …
//! ```

use std::collections::VecDeque;
use std::sync::Arc;

use crate::dialect::{Dialect, InClear, Title};
use crate::frame::Packed;
use crate::link::{Incoming, Link, Trouble};
use crate::packet::challenge::{Challenge, LoginSuccess, method};
use crate::packet::hub::Hub;
use crate::packet::login::{Answer, REPLACE_PLAYER_DATA, Versions};
use crate::packet::notice::Url;
use crate::packet::player::{PlayerAux, PlayerData, PlayerEntry};
use crate::packet::room_list::RoomEntry;
use crate::packet::server_message::{ServerMessage, code};
use crate::packet::{self, ClientPacket, ServerPacket, kind};
use crate::refusal::Refusal;
use crate::text::Text;

/// The operator's choices that the machine needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoginConfig {
    /// The lowest Myth II application version let in; 2180 is 1.8.0.
    pub minimum_version: i32,
    /// The lowest Myth II build let in.
    pub minimum_build: i32,
    /// The Myths let in that know no encryption.
    pub in_clear: InClear,
    /// The lowest patch number of Myth II let in that talks in clear; Bungie's server asked for 3.
    pub myth_minimum_patch: i32,
    /// The lowest client version of Aleph One let in, as player data name it; its clients of today say 5000.
    pub aleph_minimum_version: i16,
    /// Whether an Aleph One client that knows HTTPS is to bring a token it got that way.
    pub aleph_https: bool,
    /// Whether an Aleph One client without HTTPS may send its password in clear text.
    pub aleph_clear_text: bool,
}

impl Default for LoginConfig {
    fn default() -> Self {
        Self {
            minimum_version: 2180,
            minimum_build: 427,
            in_clear: InClear::default(),
            myth_minimum_patch: 3,
            aleph_minimum_version: 0,
            aleph_https: true,
            aleph_clear_text: false,
        }
    }
}

/// What a client that is too old is told; where a text is empty, the usual sentence.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct TooOld {
    /// To the Myths.
    pub myth: Text,
    /// Where the Myths find a newer version: they are sent packet 4 as well. Empty: nowhere.
    pub myth_address: Text,
    /// To Aleph One.
    pub aleph_one: Text,
}

/// The random bytes a login connection needs, freshly drawn.
#[derive(Clone, Copy)]
pub struct LoginRandom {
    /// Becomes the private session key (Myth II).
    pub key: [u8; 32],
    /// Becomes the salt (Aleph One).
    pub salt: [u8; 16],
}

/// How the client proves who it is.
#[derive(Clone, PartialEq, Eq)]
pub enum Proof {
    /// It does not: a guest.
    Guest,
    /// The account's game password, in `MacRoman`.
    Password(Text),
    /// The one-use token the account got over HTTPS (Aleph One).
    HttpsToken([u8; 16]),
}

impl std::fmt::Debug for Proof {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Guest => "Guest",
            Self::Password(_) => "Password(…)",
            Self::HttpsToken(_) => "HttpsToken(…)",
        })
    }
}

/// Who wants in, for the service to decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginRequest {
    /// Which language it speaks.
    pub dialect: Dialect,
    /// Which game it plays.
    pub title: Title,
    /// Whether a Myth client talks in clear: one older than 1.8.
    pub in_clear: bool,
    /// The user name as typed, at most 32 bytes; [`Text::plain`] is what to compare by.
    pub user_name: Text,
    /// How the client proves it.
    pub proof: Proof,
    /// The salt of the challenge (Aleph One), as the HTTPS form repeats it.
    pub salt: [u8; 16],
    /// The player data the client sent, names cut to what fits.
    pub player: PlayerData,
    /// Whether it replaces what is stored (flag of packet 100).
    pub replace_player: bool,
    /// Platform number (spec section 5).
    pub platform: i16,
    /// Application version, 0 for Aleph One, whose version is in the player data.
    pub version: i32,
    /// Build number of Myth II 1.8 and its kin, 0 for everybody else.
    pub build: i32,
    /// Country code, 0 for Aleph One.
    pub country: i16,
}

/// What an accepted player is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Welcome {
    /// Below 2³¹.
    pub player_id: u32,
    /// The player's order: −1 for none in Myth II, 0 in Aleph One.
    pub order: i16,
    /// What the room connection will show; without a NUL at its end (spec section 9.7).
    pub token: [u8; 32],
    /// The player data as the server holds it; Myth II gets it back.
    pub player: PlayerData,
    /// The rooms; at least one, with real addresses, for Aleph One.
    pub rooms: Vec<RoomEntry>,
}

/// What the caller is to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoginStep {
    /// Write it, through [`Login::seal`].
    Send(Packed),
    /// Decide, then call [`Login::accept`] or [`Login::refuse`]. Until then no packet is read.
    Check(Box<LoginRequest>),
    /// Look up the hubs of this network protocol, then call [`Login::hubs`] (Aleph One).
    ListHubs(Text),
    /// Close, once everything sent so far is written. Nothing follows.
    Close(LoginEnd),
}

/// How a login connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoginEnd {
    /// The player is in and has all it needs.
    Welcomed,
    /// The client said goodbye.
    LoggedOut,
    /// The service refused.
    Refused(Refusal),
    /// The client did something wrong.
    Trouble(Trouble),
}

#[derive(Debug)]
enum State {
    /// Nothing has arrived.
    Hello,
    /// Packet 100 is due (Myth II).
    Login,
    /// Packet 109 is due.
    Answer(Box<packet::login::Login>),
    /// Packet 115 is due (Myth II).
    MythVersions(Box<packet::login::Login>, Answer),
    /// The service decides.
    Checking { build: i32 },
    /// Packet 115 is due (Aleph One).
    AlephVersions(Box<Welcome>),
    /// The lists are out; packet 122 may come (Aleph One).
    Welcomed,
    /// The hubs are looked up (Aleph One).
    ListingHubs,
    /// Closed.
    Done,
}

/// One login connection.
#[derive(Debug)]
pub struct Login {
    config: LoginConfig,
    link: Link,
    salt: [u8; 16],
    too_old: Arc<TooOld>,
    state: State,
    steps: VecDeque<LoginStep>,
}

impl Login {
    /// A connection that was just accepted.
    pub fn new(config: LoginConfig, random: &LoginRandom) -> Self {
        let mut link = Link::new(&random.key);
        link.admit(config.in_clear);
        Self {
            config,
            link,
            salt: https_salt(random.salt),
            too_old: Arc::default(),
            state: State::Hello,
            steps: VecDeque::new(),
        }
    }

    /// Tells clients that are too old this.
    #[must_use]
    pub fn telling(mut self, too_old: Arc<TooOld>) -> Self {
        self.too_old = too_old;
        self
    }

    /// Takes bytes from the front of `input` until there is something to do.
    ///
    /// `None` means: read more, or, while a decision is awaited, decide; what is left of `input`
    /// then is to be given again. At most one incomplete packet is kept inside.
    pub fn step(&mut self, input: &mut &[u8]) -> Option<LoginStep> {
        loop {
            if let Some(step) = self.steps.pop_front() {
                return Some(step);
            }
            if self.is_waiting() || matches!(self.state, State::Done) {
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

    /// Lets the player in. Only in answer to [`LoginStep::Check`].
    pub fn accept(&mut self, welcome: Welcome) {
        let State::Checking { .. } = self.state else {
            return;
        };
        if self.link.dialect() == Some(Dialect::AlephOne) {
            self.send(&ServerPacket::SendVersions);
            self.state = State::AlephVersions(Box::new(welcome));
            return;
        }
        self.send_success(&welcome);
        self.send(&ServerPacket::SetPlayerData(Box::new(PlayerEntry {
            aux: PlayerAux::default(),
            data: welcome.player,
        })));
        self.send(&ServerPacket::Rooms(welcome.rooms));
        self.close(LoginEnd::Welcomed);
    }

    /// Turns the player away. Only in answer to [`LoginStep::Check`]. `text` replaces the
    /// refusal's usual sentence.
    pub fn refuse(&mut self, refusal: Refusal, text: Option<Text>) {
        let State::Checking { build } = self.state else {
            return;
        };
        let dialect = self.link.dialect().unwrap_or(Dialect::Myth2);
        self.send(&ServerPacket::Message(refusal.message(dialect, build, text)));
        self.close(LoginEnd::Refused(refusal));
    }

    /// Answers [`LoginStep::ListHubs`].
    pub fn hubs(&mut self, hubs: Vec<Hub>) {
        if matches!(self.state, State::ListingHubs) {
            self.send(&ServerPacket::Hubs(hubs));
            self.state = State::Welcomed;
        }
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
        matches!(self.state, State::Checking { .. } | State::ListingHubs)
    }

    /// Whether the room list is out; an Aleph One client closes by itself soon after.
    pub const fn is_welcomed(&self) -> bool {
        matches!(self.state, State::Welcomed | State::ListingHubs)
    }

    /// Bytes held of an incomplete packet.
    pub const fn buffered_bytes(&self) -> usize {
        self.link.buffered_bytes()
    }

    fn take(&mut self, incoming: Incoming) {
        let packet = match incoming {
            Incoming::Keyed => {
                self.send_key();
                self.state = State::Login;
                return;
            }
            Incoming::Packet(ClientPacket::Keepalive) => return,
            Incoming::Packet(ClientPacket::Logout) => return self.close(LoginEnd::LoggedOut),
            Incoming::Packet(packet) => packet,
            Incoming::Unknown(number) => return self.give_up(Trouble::OutOfTurn(number)),
        };
        match (std::mem::replace(&mut self.state, State::Done), packet) {
            (State::Hello, ClientPacket::Login(login)) if self.link.is_clear_myth() => self.myth_login(login),
            (State::Hello, ClientPacket::Login(login)) => self.aleph_login(login),
            (State::Login, ClientPacket::Login(login)) => self.myth_login(login),
            (State::Answer(login), ClientPacket::Answer(answer)) => {
                if self.link.dialect() == Some(Dialect::AlephOne) {
                    self.aleph_answer(*login, &answer);
                } else {
                    self.send(&ServerPacket::SendVersions);
                    self.state = State::MythVersions(login, answer);
                }
            }
            (State::MythVersions(login, answer), ClientPacket::Versions(versions)) => {
                self.myth_versions(*login, &answer, versions);
            }
            (State::AlephVersions(welcome), ClientPacket::Versions(_)) => {
                self.send_success(&welcome);
                self.send(&ServerPacket::Rooms(welcome.rooms));
                self.state = State::Welcomed;
            }
            (State::Welcomed, ClientPacket::HubRequest(protocol)) => {
                self.state = State::ListingHubs;
                self.steps.push_back(LoginStep::ListHubs(protocol));
            }
            (_, packet) => self.give_up(Trouble::OutOfTurn(packet.kind())),
        }
    }

    fn myth_login(&mut self, login: Box<packet::login::Login>) {
        match Title::of(&login.application) {
            Some(title) if title != Title::AlephOne && self.config.in_clear.serves(title) => {}
            _ => return self.give_up(Trouble::Application(login.application)),
        }
        self.challenge(method::PLAIN, [0; 16]);
        self.state = State::Answer(login);
    }

    fn aleph_login(&mut self, login: Box<packet::login::Login>) {
        if login.player.version < self.config.aleph_minimum_version {
            return self.give_up(Trouble::Version { version: login.player.version.into(), build: 0 });
        }
        if is_aleph_guest(&login.user_name) {
            return self.check(*login, Proof::Guest, Versions::default());
        }
        let Some(method) = self.aleph_method(login.highest_method) else {
            return self.give_up(Trouble::Method { highest_method: login.highest_method });
        };
        self.challenge(method, self.salt);
        self.state = State::Answer(login);
    }

    /// 4 if the client knows it, else clear text; each if the operator wants it.
    fn aleph_method(&self, highest: i16) -> Option<i16> {
        if self.config.aleph_https && highest >= method::HTTPS_TOKEN {
            Some(method::HTTPS_TOKEN)
        } else {
            self.config.aleph_clear_text.then_some(method::PLAIN)
        }
    }

    fn aleph_answer(&mut self, login: packet::login::Login, answer: &Answer) {
        let proof = if self.aleph_method(login.highest_method) == Some(method::HTTPS_TOKEN) {
            answer.0.as_slice().try_into().map(Proof::HttpsToken).ok()
        } else {
            Some(Proof::Password(answer.text())).filter(|_| !answer.text().is_empty())
        };
        match proof {
            Some(proof) => self.check(login, proof, Versions::default()),
            None => self.give_up(Trouble::Answer),
        }
    }

    fn myth_versions(&mut self, login: packet::login::Login, answer: &Answer, versions: Versions) {
        if !self.is_new_enough(&login, &versions) {
            return self.give_up(Trouble::Version { version: versions.application_version, build: versions.build });
        }
        let password = answer.text();
        let proof = if password.is_empty() { Proof::Guest } else { Proof::Password(password) };
        if login.user_name.plain().is_empty() {
            return self.give_up(Trouble::Answer);
        }
        self.check(login, proof, versions);
    }

    /// Of Myth II's own versions something is known, of the other titles nothing (spec sections 8.2 and 10.1).
    fn is_new_enough(&self, login: &packet::login::Login, versions: &Versions) -> bool {
        let config = &self.config;
        match Title::of(&login.application) {
            Some(Title::Myth2) if self.link.is_clear_myth() => versions.patch >= config.myth_minimum_patch,
            Some(Title::Myth2) => {
                versions.plain_version() >= config.minimum_version && versions.build >= config.minimum_build
            }
            _ => true,
        }
    }

    fn check(&mut self, login: packet::login::Login, proof: Proof, versions: Versions) {
        let title = Title::of(&login.application).unwrap_or_default();
        let in_clear = self.link.is_clear_myth();
        // Builds are counted by each line anew: what a number means is known of 1.8's alone.
        let build = if title == Title::Myth2 && !in_clear { versions.build } else { 0 };
        self.state = State::Checking { build };
        self.steps.push_back(LoginStep::Check(Box::new(LoginRequest {
            dialect: self.link.dialect().unwrap_or(Dialect::Myth2),
            title,
            in_clear,
            user_name: login.user_name,
            proof,
            salt: self.salt,
            player: login.player.with_names_cut(),
            replace_player: login.flags & REPLACE_PLAYER_DATA != 0,
            platform: login.platform,
            version: versions.application_version,
            build,
            country: login.country,
        })));
    }

    fn challenge(&mut self, method: i16, salt: [u8; 16]) {
        self.send(&ServerPacket::Challenge(Challenge { method, salt }));
    }

    fn send_success(&mut self, welcome: &Welcome) {
        self.send(&ServerPacket::LoginSuccess(LoginSuccess {
            player_id: welcome.player_id,
            order: welcome.order,
            order_again: welcome.order,
            token: welcome.token,
        }));
    }

    fn send_key(&mut self) {
        if let Some(key) = self.link.own_key() {
            self.steps.push_back(LoginStep::Send(key));
        }
    }

    fn send(&mut self, packet: &ServerPacket) {
        self.steps.push_back(LoginStep::Send(packet.pack()));
    }

    fn close(&mut self, end: LoginEnd) {
        self.state = State::Done;
        self.steps.push_back(LoginStep::Close(end));
    }

    /// Tells the client what it can be told, then closes.
    fn give_up(&mut self, trouble: Trouble) {
        let refusal = match &trouble {
            Trouble::Frame(_) | Trouble::Crypto(_) | Trouble::Malformed { .. } => None,
            Trouble::OutOfTurn(_) | Trouble::Targets => {
                // Whoever sends its first packet wrong speaks neither dialect.
                let known = self.link.is_open();
                known.then(|| (code::SYNTAX, Text::new("That was not expected now.")))
            }
            Trouble::Application(name) => {
                let code = if Title::of(name).is_some() { code::NOT_ALLOWED } else { code::UNKNOWN_GAME };
                Some((code, Text::new("This game is not served here.")))
            }
            Trouble::Version { .. } | Trouble::InClear(_) => Some((code::VERSION, self.point_to_update())),
            Trouble::Method { .. } => {
                let text = "Your game cannot log in safely. Update it, or play as guest.";
                Some((code::NOT_ALLOWED, Text::new(text)))
            }
            Trouble::Answer => Some((code::BAD_LOGIN, Text::new(Refusal::BadLogin.sentence()))),
        };
        if let Some((code, text)) = refusal {
            self.send(&ServerPacket::Message(ServerMessage::new(code, text)));
        }
        self.close(LoginEnd::Trouble(trouble));
    }

    /// Shows a client that is too old where a newer one is; gives back what to tell it. Aleph One would take the address for the end of
    /// the login, so it gets the text alone.
    fn point_to_update(&mut self) -> Text {
        let too_old = Arc::clone(&self.too_old);
        let is_aleph = self.link.dialect() == Some(Dialect::AlephOne);
        let said = if is_aleph { &too_old.aleph_one } else { &too_old.myth };
        let said = if said.is_empty() { Text::new("Your game is too old. Update it.") } else { said.clone() };
        if !is_aleph && !too_old.myth_address.is_empty() {
            let (message, address) = (said.clone(), too_old.myth_address.clone());
            self.send(&ServerPacket::Url(Url { urgency: Url::REQUIRED, message, address }));
        }
        said
    }
}

/// Which packets may come in a state. Keepalives and goodbyes are taken once the dialect is known.
fn is_due(state: &State, number: i16) -> bool {
    let awaited = match state {
        State::Hello | State::Login => kind::LOGIN,
        State::Answer(_) => kind::ANSWER,
        State::MythVersions(..) | State::AlephVersions(_) => kind::VERSIONS,
        State::Welcomed => kind::OWN_TEXTS_OR_HUB_REQUEST,
        State::Checking { .. } | State::ListingHubs | State::Done => return false,
    };
    let courtesy = matches!(number, kind::LOGOUT | kind::KEEPALIVE);
    number == awaited || courtesy && !matches!(state, State::Hello)
}

/// Empty or `guest`, letter for letter as Aleph One's server has it (spec section 9.6).
fn is_aleph_guest(user_name: &Text) -> bool {
    user_name.is_empty() || user_name.as_bytes() == b"guest"
}

/// A salt the client reads whole: NUL in byte 15 and nowhere before (spec section 9.5).
fn https_salt(random: [u8; 16]) -> [u8; 16] {
    let mut salt = random.map(|byte| byte.max(1));
    salt[15] = 0;
    salt
}

#[cfg(test)]
mod tests;
