//! A client's end of one connection: what is due next, and whether what comes can be read.

use metaserver_proto::{
    ClientPacket, Dialect, Packed, ServerPacket, Text,
    crypto::{Cipher, PrivateKey},
    frame::{Frames, Header},
    fuzz::Random,
    packet::{
        kind,
        login::{Answer, REPLACE_PLAYER_DATA, Versions},
        player::PlayerData,
        room::RoomLogin,
    },
};

use super::{
    desk::{NAMES, PASSWORD},
    pipe::ClientEnd,
};

/// No packet to a client of Myth II may be as long (protocol §3), sealed or not.
const MYTH_LIMIT: usize = 8096;
/// What Aleph One takes (protocol §3).
const ALEPH_LIMIT: usize = 4 << 20;

/// Where a connection leads.
#[derive(Debug, Clone)]
pub(super) enum Toward {
    /// The login server.
    Login,
    /// A room, by a token.
    Room([u8; 32]),
}

/// One client on one connection.
#[expect(clippy::struct_excessive_bools, reason = "each is a step of the way in, and most go together in no order")]
pub(super) struct Player {
    pub(super) dialect: Dialect,
    pub(super) end: ClientEnd,
    toward: Toward,
    /// As whom; `None`: as a guest.
    account: Option<&'static str>,
    key: PrivateKey,
    cipher: Option<Cipher>,
    frames: Frames,
    /// What was cut off the last packet, to be sent before the next.
    rest: Vec<u8>,
    /// Whether it has kept to the protocol until both sides knew which it is. Otherwise nobody can say what the server takes it for.
    plain: bool,
    sent_key: bool,
    sent_hello: bool,
    sent_more: bool,
    answered: bool,
    challenged: bool,
    wanted_versions: bool,
    sent_versions: bool,
    /// What rooms are shown, once it has logged in.
    pub(super) token: Option<[u8; 32]>,
    /// Its number, once it is in a room.
    pub(super) number: Option<u32>,
}

impl Player {
    pub(super) fn new(dialect: Dialect, toward: Toward, end: ClientEnd, random: &mut Random) -> Self {
        Self {
            dialect,
            end,
            toward,
            account: random.pick(&NAMES).copied().filter(|_| random.once_in(2)),
            key: PrivateKey::from_random(&random.bytes()),
            cipher: None,
            frames: Frames::new(),
            rest: Vec::new(),
            plain: true,
            sent_key: false,
            sent_hello: false,
            sent_more: false,
            answered: false,
            challenged: false,
            wanted_versions: false,
            sent_versions: false,
            token: None,
            number: None,
        }
    }

    /// As whom it logs in, for the room that asks.
    pub(super) const fn account(&self) -> Option<&'static str> {
        self.account
    }

    /// The same person on another connection.
    pub(super) const fn is(mut self, account: Option<&'static str>) -> Self {
        self.account = account;
        self
    }

    /// What a client sends next on its way in; `None` once it is in, or has to wait.
    pub(super) fn due(&mut self) -> Option<ClientPacket> {
        if self.dialect == Dialect::Myth2 && !self.sent_key {
            self.sent_key = true;
            return Some(ClientPacket::SessionKey(self.key.public()));
        }
        if self.dialect == Dialect::Myth2 && self.cipher.is_none() {
            return None;
        }
        let hello = !std::mem::replace(&mut self.sent_hello, true);
        match &self.toward {
            Toward::Login if hello => Some(ClientPacket::Login(Box::new(self.login()))),
            Toward::Login if self.challenged && !self.answered => {
                self.answered = true;
                Some(ClientPacket::Answer(self.answer()))
            }
            Toward::Login if self.wanted_versions && !self.sent_versions => {
                self.sent_versions = true;
                let versions = Versions { platform: 201, application_version: 2180, patch: 0, build: 430 };
                Some(ClientPacket::Versions(versions))
            }
            Toward::Login if self.dialect == Dialect::AlephOne && self.token.is_some() && !self.sent_more => {
                self.sent_more = true;
                Some(ClientPacket::HubRequest("Aleph One WonderNAT V2".into()))
            }
            Toward::Room(token) if hello => {
                let user_name = self.account.map_or_else(Text::default, Text::new);
                Some(ClientPacket::RoomLogin(RoomLogin { token: *token, user_name }))
            }
            Toward::Room(_) if !std::mem::replace(&mut self.sent_more, true) => {
                Some(ClientPacket::PlayerData(self.look()))
            }
            Toward::Login | Toward::Room(_) => None,
        }
    }

    fn login(&self) -> metaserver_proto::packet::login::Login {
        let (application, highest_method) = match self.dialect {
            Dialect::Myth2 => ("MYTH2", 1),
            Dialect::AlephOne => ("MARATHON", 4),
        };
        let guest = if self.dialect == Dialect::Myth2 { "Wanderer" } else { "" };
        metaserver_proto::packet::login::Login {
            flags: REPLACE_PLAYER_DATA,
            highest_method,
            application: application.into(),
            user_name: Text::new(self.account.unwrap_or(guest)),
            player: self.look(),
            ..metaserver_proto::packet::login::Login::default()
        }
    }

    fn look(&self) -> PlayerData {
        PlayerData { name: Text::new(self.account.unwrap_or("Wanderer")), ..PlayerData::default() }
    }

    fn answer(&self) -> Answer {
        let mut bytes = self.account.map_or(&b""[..], |_| PASSWORD.as_bytes()).to_vec();
        if self.dialect == Dialect::AlephOne {
            bytes.resize(16, 0);
        }
        Answer(bytes)
    }

    /// Sends a packet as its dialect does; now and then only the beginning of it, and the rest before the next.
    pub(super) fn send(&mut self, packed: &Packed, random: &mut Random) {
        let sealed = self.seal(packed, random);
        self.send_bytes(sealed, random);
    }

    /// Sends a packet in one piece.
    pub(super) fn send_whole(&self, packed: &Packed, random: &mut Random) {
        self.end.send(&self.seal(packed, random));
    }

    /// Sends a packet whose turn it may not be.
    pub(super) fn spoil_with(&mut self, packed: &Packed, random: &mut Random) {
        let sealed = self.seal(packed, random);
        self.spoil(sealed, random);
    }

    fn seal(&self, packed: &Packed, random: &mut Random) -> Vec<u8> {
        let Some(cipher) = &self.cipher else { return packed.as_bytes().to_vec() };
        let mut body = Vec::new();
        cipher.encrypt(packed.body(), random.bytes(), &mut body);
        [&Header::bytes(packed.kind(), body.len())[..], &body].concat()
    }

    /// Sends bytes that are nothing in particular.
    pub(super) fn spoil(&mut self, bytes: Vec<u8>, random: &mut Random) {
        // A key in it would be taken for this client's, which has not sent its own yet, although it may have had the server's.
        let known =
            if self.dialect == Dialect::Myth2 { self.cipher.is_some() && self.sent_key } else { self.wanted_versions };
        self.plain &= known || self.challenged || self.number.is_some();
        self.send_bytes(bytes, random);
    }

    fn send_bytes(&mut self, bytes: Vec<u8>, random: &mut Random) {
        let mut all = std::mem::take(&mut self.rest);
        all.extend(bytes);
        if random.once_in(4) {
            self.rest = all.split_off(random.below(all.len()));
        }
        self.end.send(&all);
    }

    /// Reads what has come, and looks whether a client could.
    pub(super) fn hear(&mut self) {
        let heard = self.end.take();
        let (mut input, longest) = (heard.as_slice(), if self.cipher.is_some() { MYTH_LIMIT - 1 } else { ALEPH_LIMIT });
        loop {
            let frame = match self.frames.next(&mut input, longest) {
                Ok(Some(frame)) => frame,
                Ok(None) => return,
                Err(error) => panic!("what is sent is no packet: {error}"),
            };
            if frame.kind == kind::SESSION_KEY {
                // Who says nothing for long is taken for Myth II: a client of Aleph One has lost its way, then (protocol §4).
                self.plain &= self.dialect == Dialect::Myth2;
                self.cipher = self.key.agree(frame.body).ok().filter(|_| self.dialect == Dialect::Myth2);
                continue;
            }
            let body = match &self.cipher {
                Some(cipher) => match cipher.decrypt(frame.body) {
                    Ok(body) => body,
                    Err(error) => {
                        assert!(!self.plain, "what is sent can't be read: {error}");
                        continue;
                    }
                },
                None => frame.body,
            };
            match ServerPacket::decode(self.dialect, frame.kind, body) {
                Ok(packet) => match packet {
                    ServerPacket::Challenge(_) => self.challenged = true,
                    ServerPacket::SendVersions => self.wanted_versions = true,
                    ServerPacket::LoginSuccess(success) => self.token = Some(success.token),
                    ServerPacket::RoomLoginSuccess(success) => self.number = Some(success.player_id),
                    _ => {}
                },
                Err(error) => assert!(!self.plain, "packet {} can't be read: {error}", frame.kind),
            }
        }
    }
}
