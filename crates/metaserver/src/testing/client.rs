//! What a player does with a client: log in, enter a room, talk, host.

use std::net::SocketAddr;

use metaserver_proto::{
    ClientPacket, Dialect, ServerPacket, Text,
    frame::FrameError,
    packet::{
        aleph_game::AlephGame,
        chat::{Chat, Whisper},
        film::FilmCommand,
        game::{AnnounceGame, GameDescription, GameEntry, StartGame},
        login::{Answer, Login, REPLACE_PLAYER_DATA, Versions},
        myth_game::MythGame,
        player::{Colour, PlayerData, PlayerEntry, Verb},
        profile::Profile,
        room::{PlayerMode, RoomLogin},
        room_list::RoomEntry,
        server_message::code,
    },
    wire::DecodeError,
};

use super::Link;

/// What went wrong for the client.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The server said no, with this code and text.
    #[error("refused with code {0}: {1}")]
    Refused(i32, String),
    /// Another packet was due.
    #[error("packet {0} came unexpectedly")]
    Unexpected(i16),
    /// The server closed the connection.
    #[error("the server closed the connection")]
    Closed,
    /// Nothing came for ten seconds.
    #[error("nothing came for ten seconds")]
    Silence,
    /// What came is no packet.
    #[error("what came is no packet")]
    Frame(#[from] FrameError),
    /// A packet cannot be read.
    #[error("a packet cannot be read")]
    Decode(#[from] DecodeError),
    /// The network failed.
    #[error("the network failed")]
    Network(#[from] std::io::Error),
}

/// How to log in.
#[derive(Debug, Clone)]
pub struct LogIn {
    /// By which dialect.
    pub dialect: Dialect,
    /// The user name; for a guest, the nick.
    pub name: String,
    /// The game password, or the one-use token of the HTTPS form (Aleph One); `None` for a guest.
    pub password: Option<String>,
    /// The highest method the client says it knows.
    pub highest_method: i16,
    /// The version and build it says it is (Myth II).
    pub version: (i32, i32),
    /// The patch number it says it has (Myth II).
    pub patch: i32,
    /// The application of a Myth before 1.8, which knows no encryption.
    pub in_clear: Option<&'static str>,
    /// The size of the kernel's buffer for what comes in from a room, where the script cares.
    pub receive_bytes: Option<u32>,
}

/// Logged in, with what it takes to enter a room.
#[derive(Debug, Clone)]
pub struct Entered {
    /// The own player id.
    pub player_id: u32,
    /// What rooms are shown.
    pub token: [u8; 32],
    /// The rooms.
    pub rooms: Vec<RoomEntry>,
    /// The own player data as the server holds it.
    pub player: PlayerData,
}

impl LogIn {
    /// A guest.
    pub fn guest(dialect: Dialect, name: &str) -> Self {
        Self {
            dialect,
            name: name.to_owned(),
            password: None,
            highest_method: 4,
            version: (2180, 430),
            patch: 0,
            in_clear: None,
            receive_bytes: None,
        }
    }

    /// A player with an account.
    pub fn player(dialect: Dialect, name: &str, password: &str) -> Self {
        Self { password: Some(password.to_owned()), ..Self::guest(dialect, name) }
    }

    /// Logs in at the login server.
    pub async fn at(&self, address: SocketAddr) -> Result<Entered, ClientError> {
        let mut link = self.connect(address).await?;
        link.send(&ClientPacket::Login(Box::new(self.login()))).await?;
        let is_aleph_guest = self.dialect == Dialect::AlephOne && self.password.is_none();
        if !is_aleph_guest {
            match link.receive().await? {
                ServerPacket::Challenge(_) => {}
                other => return Err(refused(other)),
            }
            link.send(&ClientPacket::Answer(self.answer())).await?;
        }
        match link.receive().await? {
            ServerPacket::SendVersions => {}
            other => return Err(refused(other)),
        }
        let (application_version, build) = self.version;
        let versions = match self.dialect {
            Dialect::Myth2 => Versions { platform: 201, application_version, patch: self.patch, build },
            Dialect::AlephOne => Versions { platform: 1, application_version: 2, patch: 3, build: 0 },
        };
        link.send(&ClientPacket::Versions(versions)).await?;
        let success = match link.receive().await? {
            ServerPacket::LoginSuccess(success) => success,
            other => return Err(refused(other)),
        };
        let mut player = self.look();
        if self.dialect == Dialect::Myth2 {
            match link.receive().await? {
                ServerPacket::SetPlayerData(entry) => player = entry.data,
                other => return Err(refused(other)),
            }
        }
        match link.receive().await? {
            ServerPacket::Rooms(rooms) => {
                Ok(Entered { player_id: success.player_id, token: success.token, rooms, player })
            }
            other => Err(refused(other)),
        }
    }

    /// Logs in and enters the first room of the list.
    pub async fn enter(&self, address: SocketAddr) -> Result<Client, ClientError> {
        let entered = self.at(address).await?;
        let room = entered.rooms.first().copied().ok_or(ClientError::Unexpected(0))?;
        let ip = if room.address.is_unspecified() { address.ip() } else { room.address.into() };
        self.enter_room(SocketAddr::new(ip, room.port), &entered).await
    }

    /// Enters the room at this address.
    pub async fn enter_room(&self, room: SocketAddr, entered: &Entered) -> Result<Client, ClientError> {
        let mut link = match self.receive_bytes {
            Some(bytes) => Link::connect_narrow(self.dialect, room, bytes).await?,
            None => self.connect(room).await?,
        };
        let user_name = if self.password.is_some() { Text::new(&self.name) } else { Text::default() };
        link.send(&ClientPacket::RoomLogin(RoomLogin { token: entered.token, user_name })).await?;
        link.send(&ClientPacket::PlayerData(self.look())).await?;
        match link.receive().await? {
            ServerPacket::RoomLoginSuccess(success) if success.player_id == entered.player_id => {}
            other => return Err(refused(other)),
        }
        match link.receive().await? {
            ServerPacket::Message(message) if message.code == code::LOGGED_IN => {}
            other => return Err(refused(other)),
        }
        Ok(Client { link, player_id: entered.player_id, name: self.name.clone() })
    }

    async fn connect(&self, address: SocketAddr) -> Result<Link, ClientError> {
        match self.in_clear {
            Some(_) => Link::connect_in_clear(self.dialect, address).await,
            None => Link::connect(self.dialect, address).await,
        }
    }

    /// Packet 100, as it would be sent.
    pub fn login(&self) -> Login {
        let application = match self.dialect {
            Dialect::Myth2 => self.in_clear.unwrap_or("MYTH2"),
            Dialect::AlephOne => "MARATHON",
        };
        let is_aleph_guest = self.dialect == Dialect::AlephOne && self.password.is_none();
        Login {
            platform: 1,
            flags: REPLACE_PLAYER_DATA,
            highest_method: if self.dialect == Dialect::Myth2 { 1 } else { self.highest_method },
            application: application.into(),
            build_date: "Aug 29 2025".into(),
            build_time: "10:11:12".into(),
            user_name: if is_aleph_guest { Text::default() } else { Text::new(&self.name) },
            player: self.look(),
            ..Login::default()
        }
    }

    fn look(&self) -> PlayerData {
        let primary = Colour { red: 0x2000, green: 0x8000, blue: 0xe000, flags: 0 };
        PlayerData { name: Text::new(&self.name), team_name: "Team".into(), primary, ..PlayerData::default() }
    }

    fn answer(&self) -> Answer {
        let mut bytes = Text::new(self.password.as_deref().unwrap_or_default()).as_bytes().to_vec();
        if self.dialect == Dialect::AlephOne {
            bytes.resize(16, 0);
        }
        Answer(bytes)
    }
}

fn refused(packet: ServerPacket) -> ClientError {
    match packet {
        ServerPacket::Message(message) => ClientError::Refused(message.code, message.text.to_string()),
        other => ClientError::Unexpected(other.kind()),
    }
}

/// In a room.
#[derive(Debug)]
pub struct Client {
    /// The connection, for whatever the script wants to do to it.
    pub link: Link,
    /// The own player id.
    pub player_id: u32,
    /// The name it logged in by.
    pub name: String,
}

impl Client {
    /// Says something to the room.
    pub async fn say(&mut self, message: &str) -> Result<(), ClientError> {
        let chat = Self::chat(message);
        self.link.send(&ClientPacket::Chat(chat)).await
    }

    /// Says something to one player, and asks for a copy.
    pub async fn whisper(&mut self, target_id: u32, message: &str) -> Result<(), ClientError> {
        let chat = Chat { selected_id: target_id, flags: 1, ..Self::chat(message) };
        self.link.send(&ClientPacket::Whisper(Whisper { target_id, echo: 1, chat })).await
    }

    /// Lists a game, or lists it anew.
    pub async fn host(&mut self, name: &str, map: &str) -> Result<(), ClientError> {
        self.host_at(4226, name, map).await
    }

    /// The same at a port of one's own choice.
    pub async fn host_at(&mut self, port: u16, name: &str, map: &str) -> Result<(), ClientError> {
        let description = match self.link.dialect() {
            Dialect::Myth2 => GameDescription::from(&MythGame {
                scoring: 0,
                max_players: 8,
                players: 1,
                name: name.into(),
                map: map.into(),
                ..MythGame::default()
            }),
            Dialect::AlephOne => GameDescription::from(&AlephGame {
                max_players: 8,
                players: 1,
                name: name.into(),
                map: map.into(),
                ..AlephGame::default()
            }),
        };
        self.link.send(&ClientPacket::AnnounceGame(AnnounceGame { port, order_or_hub: 0, description })).await
    }

    /// Starts the game; untimed.
    pub async fn start_game(&mut self) -> Result<(), ClientError> {
        self.link.send(&ClientPacket::StartGame(StartGame { length: 0, unused: [0; 8] })).await
    }

    /// Streams a film: its header in two pieces, its commands, and its end unless it is broken off.
    pub async fn film(
        &mut self,
        header: &[u8],
        commands: &[FilmCommand],
        end_ticks: Option<i32>,
    ) -> Result<(), ClientError> {
        for piece in header.chunks(header.len().div_ceil(2).max(1)) {
            self.link.send(&ClientPacket::FilmHeader(piece.to_vec())).await?;
        }
        for command in commands {
            self.link.send(&ClientPacket::FilmCommand(command.clone())).await?;
        }
        match end_ticks {
            Some(ticks) => self.link.send(&ClientPacket::FilmEnd(ticks)).await,
            None => Ok(()),
        }
    }

    /// Takes the game off the list.
    pub async fn remove_game(&mut self) -> Result<(), ClientError> {
        self.link.send(&ClientPacket::RemoveGame).await
    }

    /// Wants nothing to be sent, or everything again.
    pub async fn set_deaf(&mut self, deaf: bool) -> Result<(), ClientError> {
        let session_id = (self.link.dialect() == Dialect::AlephOne).then_some([0; 16]);
        self.link.send(&ClientPacket::PlayerMode(PlayerMode { mode: deaf.into(), session_id })).await
    }

    /// The next packet; keepalives are answered and passed over.
    pub async fn receive(&mut self) -> Result<ServerPacket, ClientError> {
        loop {
            match self.link.receive().await? {
                ServerPacket::Keepalive => self.link.send(&ClientPacket::Keepalive).await?,
                other => return Ok(other),
            }
        }
    }

    /// Passes over packets until one is what the script waits for, and gives back what it made of it.
    pub async fn until<T>(&mut self, mut wanted: impl FnMut(ServerPacket) -> Option<T>) -> Result<T, ClientError> {
        loop {
            if let Some(found) = wanted(self.receive().await?) {
                return Ok(found);
            }
        }
    }

    /// The next line said in the room.
    pub async fn line(&mut self) -> Result<Chat, ClientError> {
        self.until(|packet| if let ServerPacket::Chat(chat) = packet { Some(chat) } else { None }).await
    }

    /// The next private line.
    pub async fn private_line(&mut self) -> Result<Whisper, ClientError> {
        self.until(|packet| if let ServerPacket::Whisper(whisper) = packet { Some(whisper) } else { None }).await
    }

    /// The next line of the hub's own.
    pub async fn blue_line(&mut self) -> Result<String, ClientError> {
        self.until(|packet| if let ServerPacket::BlueLine(text) = packet { Some(text.to_string()) } else { None }).await
    }

    /// What the hub shows of somebody, once it answers.
    pub async fn profile(&mut self, number: u32) -> Result<Box<Profile>, ClientError> {
        self.link.send(&ClientPacket::ProfileQuery(number)).await?;
        self.until(|packet| if let ServerPacket::Profile(profile) = packet { Some(profile) } else { None }).await
    }

    /// The next news of a player, by verb and part of the name.
    pub async fn player(&mut self, verb: Verb, name: &str) -> Result<PlayerEntry, ClientError> {
        self.until(|packet| match packet {
            ServerPacket::Players(players) => players
                .into_iter()
                .find(|player| player.aux.verb == verb && player.data.name.plain().to_string().contains(name)),
            _ => None,
        })
        .await
    }

    /// The next news of a game, by verb.
    pub async fn game(&mut self, verb: Verb) -> Result<GameEntry, ClientError> {
        self.until(|packet| match packet {
            ServerPacket::Games(games) => games.into_iter().find(|game| game.aux.verb == verb),
            _ => None,
        })
        .await
    }

    fn chat(message: &str) -> Chat {
        let colour = Colour { red: 0xffff, green: 0x1234, blue: 0, flags: 0xd };
        // A claim the server does not believe.
        Chat { colour, sender_id: 1, name: "Somebody Else".into(), message: message.into(), ..Chat::default() }
    }
}
