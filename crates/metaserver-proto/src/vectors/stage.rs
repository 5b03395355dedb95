//! A connection led to the state in which a vector's packet is due, and what it answers there.

use serde_json::Value;

use super::expect::Answer;
use super::fields::unhex;
use super::{Vector, packet};
use crate::crypto::{Cipher, PrivateKey};
use crate::dialect::Dialect;
use crate::frame::{Frames, Packed};
use crate::login::{Login, LoginConfig, LoginEnd, LoginRandom, LoginStep, Proof, Welcome};
use crate::packet::challenge::method;
use crate::packet::player::PlayerData;
use crate::packet::room::RoomLogin;
use crate::packet::room_list::RoomEntry;
use crate::packet::server_message::code;
use crate::packet::{self as packets, ClientPacket, ServerPacket, kind};
use crate::refusal::Refusal;
use crate::room::{Room, RoomEnd, RoomStep};
use crate::text::Text;

/// The machine behind the port where the packet is due.
enum Machine {
    Login(Box<Login>),
    Room(Box<Room>),
}

/// A client's end of a connection to one of the machines.
pub(super) struct Stage {
    machine: Machine,
    dialect: Dialect,
    number: Option<i16>,
    private_key: PrivateKey,
    cipher: Option<Cipher>,
    service: Service,
    seen: Seen,
}

/// What the machine did so far.
#[derive(Default)]
struct Seen {
    sent: Vec<i16>,
    codes: Vec<i32>,
    messages: usize,
    closed: bool,
    logged_out: bool,
}

/// Stands in for the accounts: knows the secrets that the file's other vectors name.
struct Service {
    trusts_all: bool,
    known: Vec<Vec<u8>>,
}

impl Service {
    /// A secret is known where the file has it in a vector without `expect`; where the file has
    /// none, or the vector itself is to be accepted, every secret is.
    fn new(vector: &Vector<'_>, wanted: &Value) -> Self {
        let accepted = wanted.as_str().is_some_and(|wanted| wanted.split("-or-").any(|answer| answer == "accept"));
        let mut known = Vec::new();
        for other in vector.file {
            let fields = &other["fields"];
            if fields.get("expect").is_some() || other["dialect"] != dialect_name(vector) {
                continue;
            }
            let text = |name: &str| fields[name].as_str();
            match (other["type"].as_i64().and_then(|n| i16::try_from(n).ok()), vector.number) {
                (Some(kind::ANSWER), Some(kind::ANSWER)) => known.extend(
                    text("password").or_else(|| text("token")).map(|secret| Text::new(secret).as_bytes().to_vec()),
                ),
                (Some(kind::LOGIN_SUCCESS | kind::ROOM_LOGIN), Some(kind::ROOM_LOGIN)) => {
                    known.extend(text("token_hex").and_then(|hex| unhex(hex).ok()));
                }
                _ => {}
            }
        }
        Self { trusts_all: accepted || known.is_empty(), known }
    }

    fn knows(&self, secret: &[u8]) -> bool {
        self.trusts_all || self.known.iter().any(|known| known == secret)
    }
}

fn dialect_name(vector: &Vector<'_>) -> &'static str {
    match vector.dialects {
        [Dialect::Myth2] => "myth2",
        [Dialect::AlephOne] => "alephone",
        _ => "both",
    }
}

const RANDOM: LoginRandom = LoginRandom { key: [7; 32], salt: [9; 16] };

impl Stage {
    /// Leads a connection to where the vector's packet is due.
    pub(super) fn reach(vector: &Vector<'_>, dialect: Dialect, wanted: &Value) -> Result<Self, String> {
        let method = vector.fields().get::<i16>("authentication_type")?;
        let clear = method.is_some_and(|method| method != method::HTTPS_TOKEN);
        let at_login = match vector.number {
            Some(kind::LOGIN | kind::ANSWER | kind::VERSIONS) => true,
            Some(kind::SESSION_KEY) => dialect == Dialect::Myth2,
            Some(kind::OWN_TEXTS_OR_HUB_REQUEST) => dialect == Dialect::AlephOne,
            _ => false,
        };
        let mut stage = Self {
            machine: if at_login {
                let config = LoginConfig { aleph_clear_text: true, ..LoginConfig::default() };
                Machine::Login(Box::new(Login::new(config, &RANDOM)))
            } else {
                Machine::Room(Box::new(Room::new(&RANDOM.key)))
            },
            dialect,
            number: vector.number,
            private_key: PrivateKey::from_lanes([11, 222, 3333, 4444]),
            cipher: None,
            service: Service::new(vector, wanted),
            seen: Seen::default(),
        };
        for packet in stage.packets_before(clear) {
            stage.say(&packet);
        }
        if stage.seen.closed {
            return Err("the connection closed before the packet was due".to_owned());
        }
        stage.seen = Seen::default();
        Ok(stage)
    }

    /// What the client has said before the packet is due.
    fn packets_before(&self, clear: bool) -> Vec<ClientPacket> {
        let guest = match self.dialect {
            Dialect::Myth2 => vec![self.login(clear), ClientPacket::Answer(packets::login::Answer::default())],
            Dialect::AlephOne => vec![guest_login()],
        };
        let mut before = match self.number {
            Some(kind::SESSION_KEY) if self.dialect == Dialect::Myth2 => return Vec::new(),
            Some(kind::LOGIN | kind::ROOM_LOGIN) => Vec::new(),
            Some(kind::ANSWER) => vec![self.login(clear)],
            Some(kind::VERSIONS) => guest,
            Some(kind::OWN_TEXTS_OR_HUB_REQUEST) if self.dialect == Dialect::AlephOne => {
                vec![guest_login(), versions()]
            }
            Some(kind::PLAYER_DATA) if self.dialect == Dialect::AlephOne => vec![room_login()],
            _ => match self.dialect {
                Dialect::Myth2 => vec![room_login()],
                Dialect::AlephOne => vec![room_login(), player_data()],
            },
        };
        if self.dialect == Dialect::Myth2 {
            before.insert(0, ClientPacket::SessionKey(self.private_key.public()));
        }
        before
    }

    /// What the client says behind the packet, so that its effect can be seen.
    fn packet_after(&self) -> Option<ClientPacket> {
        match (self.number?, self.dialect) {
            (kind::ANSWER, Dialect::Myth2) => Some(versions()),
            (kind::ROOM_LOGIN, Dialect::AlephOne) => Some(player_data()),
            _ => None,
        }
    }

    fn login(&self, clear: bool) -> ClientPacket {
        let (application, highest_method) = match self.dialect {
            Dialect::Myth2 => ("MYTH2", 2),
            Dialect::AlephOne if clear => ("MARATHON", method::SIMPLE),
            Dialect::AlephOne => ("MARATHON", method::HTTPS_TOKEN),
        };
        ClientPacket::Login(Box::new(packets::login::Login {
            application: Text::new(application),
            user_name: Text::new("vector"),
            highest_method,
            ..Default::default()
        }))
    }

    /// Says the vector's packet and looks at what comes back.
    pub(super) fn answer(mut self, vector: &Vector<'_>) -> Answer {
        let wire = self.wire_form(vector);
        self.feed(&wire);
        if self.buffered_bytes() == 0
            && !self.seen.closed
            && let Some(packet) = self.packet_after()
        {
            self.say(&packet);
        }
        let seen = &self.seen;
        Answer { acted: self.acted(), closed: seen.closed, waits: self.buffered_bytes() > 0, codes: seen.codes.clone() }
    }

    /// The vector's bytes, each whole packet's body encrypted where the connection is.
    fn wire_form(&self, vector: &Vector<'_>) -> Vec<u8> {
        if self.cipher.is_none() {
            return vector.bytes.clone();
        }
        if let (Some(number), Ok(body)) = (vector.number, packet::body(vector, self.dialect)) {
            return self.sealed(&Packed::new(number, &body));
        }
        let (mut wire, mut rest) = (Vec::new(), vector.bytes.as_slice());
        loop {
            let mut input = rest;
            match Frames::new().next(&mut input, self.dialect.longest_in()) {
                Ok(Some(frame)) => {
                    wire.extend(self.sealed(&Packed::new(frame.kind, frame.body)));
                    rest = input;
                }
                _ => return [wire.as_slice(), rest].concat(),
            }
        }
    }

    fn acted(&self) -> bool {
        let sent = |number| self.seen.sent.contains(&number);
        match (self.number, self.dialect) {
            (Some(kind::SESSION_KEY), Dialect::Myth2) => !self.seen.closed && sent(kind::SESSION_KEY),
            (Some(kind::LOGIN), _) => sent(kind::CHALLENGE) || sent(kind::SEND_VERSIONS),
            (Some(kind::ANSWER), Dialect::AlephOne) => sent(kind::SEND_VERSIONS),
            (Some(kind::ANSWER | kind::VERSIONS), _) => sent(kind::LOGIN_SUCCESS),
            (Some(kind::OWN_TEXTS_OR_HUB_REQUEST), Dialect::AlephOne) => sent(kind::UPDATE_INFO_OR_HUBS),
            (Some(kind::ROOM_LOGIN), _) | (Some(kind::PLAYER_DATA), Dialect::AlephOne) => {
                sent(kind::ROOM_LOGIN_SUCCESS)
            }
            (Some(kind::LOGOUT), _) => self.seen.logged_out,
            _ => self.seen.messages > 0,
        }
    }

    fn say(&mut self, packet: &ClientPacket) {
        let packed = packet.pack(self.dialect);
        let wire = self.sealed(&packed);
        self.feed(&wire);
    }

    /// As the client's side of the link writes it.
    fn sealed(&self, packet: &Packed) -> Vec<u8> {
        let Some(cipher) = &self.cipher else {
            return packet.as_bytes().to_vec();
        };
        let mut body = Vec::new();
        cipher.encrypt(packet.body(), [3; 8], &mut body);
        Packed::new(packet.kind(), &body).as_bytes().to_vec()
    }

    fn buffered_bytes(&self) -> usize {
        match &self.machine {
            Machine::Login(login) => login.buffered_bytes(),
            Machine::Room(room) => room.buffered_bytes(),
        }
    }

    fn feed(&mut self, mut input: &[u8]) {
        loop {
            let (service, seen) = (&self.service, &mut self.seen);
            let sent = match &mut self.machine {
                Machine::Login(login) => match login.step(&mut input) {
                    Some(step) => login_step(login, service, seen, step),
                    None => return,
                },
                Machine::Room(room) => match room.step(&mut input) {
                    Some(step) => room_step(room, service, seen, step),
                    None => return,
                },
            };
            if let Some(packet) = sent {
                self.hear(&packet);
            }
        }
    }

    fn hear(&mut self, packet: &Packed) {
        self.seen.sent.push(packet.kind());
        match ServerPacket::decode(self.dialect, packet.kind(), packet.body()) {
            Ok(ServerPacket::Message(message)) if message.code != code::LOGGED_IN => {
                self.seen.codes.push(message.code);
            }
            Ok(ServerPacket::SessionKey(key)) => self.cipher = self.private_key.agree(&key).ok(),
            _ => {}
        }
    }
}

fn login_step(login: &mut Login, service: &Service, seen: &mut Seen, step: LoginStep) -> Option<Packed> {
    match step {
        LoginStep::Send(packet) => return Some(packet),
        LoginStep::Check(request) => {
            let known = match &request.proof {
                Proof::Guest => true,
                Proof::Password(password) => service.knows(password.as_bytes()),
                Proof::HttpsToken(token) => service.knows(token),
            };
            if known {
                login.accept(Welcome {
                    player_id: 1,
                    order: -1,
                    token: [b't'; 32],
                    player: request.player,
                    rooms: vec![RoomEntry::default()],
                });
            } else {
                login.refuse(Refusal::BadLogin, None);
            }
        }
        LoginStep::ListHubs(_) => login.hubs(Vec::new()),
        LoginStep::Close(end) => {
            seen.closed = true;
            seen.logged_out = end == LoginEnd::LoggedOut;
        }
    }
    None
}

fn room_step(room: &mut Room, service: &Service, seen: &mut Seen, step: RoomStep) -> Option<Packed> {
    match step {
        RoomStep::Send(packet) => return Some(packet),
        RoomStep::Whose(_) => room.belongs_to(None),
        RoomStep::Enter(request) if service.knows(&request.token) => room.admit(1, 100),
        RoomStep::Enter(_) => room.refuse(Refusal::NotLoggedIn, None),
        RoomStep::Message(_) => seen.messages += 1,
        RoomStep::Ignored(_) => {}
        RoomStep::Close(end) => {
            seen.closed = true;
            seen.logged_out = end == RoomEnd::LoggedOut;
        }
    }
    None
}

fn guest_login() -> ClientPacket {
    ClientPacket::Login(Box::new(packets::login::Login { application: Text::new("MARATHON"), ..Default::default() }))
}

fn versions() -> ClientPacket {
    ClientPacket::Versions(packets::login::Versions { platform: 201, application_version: 2180, patch: 3, build: 428 })
}

fn room_login() -> ClientPacket {
    ClientPacket::RoomLogin(RoomLogin { token: [b't'; 32], user_name: Text::new("vector") })
}

fn player_data() -> ClientPacket {
    ClientPacket::PlayerData(PlayerData::default())
}
