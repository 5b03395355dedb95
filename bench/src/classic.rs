//! A classic client as far as a measurement needs one: the shortest way into a room, in either dialect.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use metaserver_proto::{
    ClientPacket, Dialect, ServerPacket, Text,
    crypto::{Cipher, PrivateKey},
    frame::Header,
    packet::{
        chat::Chat,
        kind,
        login::{Answer, Login, Versions},
        player::PlayerData,
        room::RoomLogin,
    },
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
};

use crate::Failure;

/// Bytes of a packet's head.
const HEAD: usize = 8;
/// Bytes of an Aleph One password.
const PASSWORD: usize = 16;

/// How somebody gets in.
#[derive(Clone, Copy)]
pub(crate) struct Way<'a> {
    pub(crate) lobby: SocketAddr,
    pub(crate) dialect: Dialect,
    /// The address of this machine to come from.
    pub(crate) from: Ipv4Addr,
    /// The room's port; the first room of the list where it is none.
    pub(crate) room: Option<u16>,
    /// The game password, in clear text; a guest has none.
    pub(crate) password: Option<&'a str>,
    /// The size of the kernel's buffer for what comes in, where a little is to be enough to fill it.
    pub(crate) receive_bytes: Option<u32>,
}

/// Somebody in a room.
pub(crate) struct Inside {
    pub(crate) stream: TcpStream,
    /// The number the lobby gave the player.
    pub(crate) number: u32,
}

impl Way<'_> {
    /// A guest of Aleph One's, into the first room.
    pub(crate) const fn to(lobby: SocketAddr) -> Self {
        let dialect = Dialect::AlephOne;
        Self { lobby, dialect, from: Ipv4Addr::LOCALHOST, room: None, password: None, receive_bytes: None }
    }

    /// Logs on and enters the room.
    pub(crate) async fn enter(&self, name: &str) -> Result<Inside, Failure> {
        let player = PlayerData { name: Text::new(name), ..PlayerData::default() };
        let (token, room) = self.log_on(name, &player).await?;
        let room = SocketAddr::new(room.ip(), self.room.unwrap_or(room.port()));
        let user_name = self.password.map_or_else(Text::default, |_| Text::new(name));
        let mut link = Link::open(self.dialect, connect_with(self.from, room, self.receive_bytes).await?).await?;
        link.send(&ClientPacket::RoomLogin(RoomLogin { token, user_name })).await?;
        link.send(&ClientPacket::PlayerData(player)).await?;
        loop {
            match link.receive().await? {
                ServerPacket::RoomLoginSuccess(welcome) => {
                    return Ok(Inside { stream: link.stream, number: welcome.player_id });
                }
                ServerPacket::Message(no) => return Err(format!("not let in: {}", no.text).into()),
                _ => {}
            }
        }
    }

    /// What rooms are shown, and where the first of them is.
    async fn log_on(&self, name: &str, player: &PlayerData) -> Result<([u8; 32], SocketAddr), Failure> {
        let mut link = Link::open(self.dialect, connect(self.from, self.lobby).await?).await?;
        let is_aleph_one = self.dialect == Dialect::AlephOne;
        let hello = Login {
            application: Text::new(if is_aleph_one { "MARATHON" } else { "MYTH2" }),
            // A client of Aleph One that knows of no log-on over HTTPS is asked for its password, where it may be.
            highest_method: if self.password.is_some() { 1 } else { 4 },
            flags: 1,
            user_name: if is_aleph_one && self.password.is_none() { Text::default() } else { Text::new(name) },
            player: player.clone(),
            ..Login::default()
        };
        link.send(&ClientPacket::Login(Box::new(hello))).await?;
        let (mut token, mut room) = (None, None);
        loop {
            match link.receive().await? {
                ServerPacket::Challenge(_) => {
                    let mut answer = self.password.unwrap_or_default().as_bytes().to_vec();
                    if is_aleph_one {
                        answer.resize(PASSWORD, 0);
                    }
                    link.send(&ClientPacket::Answer(Answer(answer))).await?;
                }
                ServerPacket::SendVersions => {
                    let versions = Versions { platform: 201, application_version: 2180, patch: 0, build: 430 };
                    link.send(&ClientPacket::Versions(versions)).await?;
                }
                ServerPacket::LoginSuccess(success) => token = Some(success.token),
                ServerPacket::Rooms(rooms) => room = rooms.first().map(|room| (room.address, room.port)),
                ServerPacket::Message(no) => return Err(format!("turned away: {}", no.text).into()),
                _ => {}
            }
            if let (Some(token), Some((address, port))) = (token, room) {
                let host = if address.is_unspecified() { self.lobby.ip() } else { IpAddr::V4(address) };
                return Ok((token, SocketAddr::new(host, port)));
            }
        }
    }
}

/// Logs on as a guest and enters the first room; gives back the connection and the number the lobby gave the player.
pub(crate) async fn enter(lobby: SocketAddr, name: &str) -> Result<(TcpStream, u32), Failure> {
    let inside = Way::to(lobby).enter(name).await?;
    Ok((inside.stream, inside.number))
}

/// A line of chat as Aleph One's client packs it.
pub(crate) fn line(sender: u32, text: &str) -> Vec<u8> {
    let chat = Chat { sender_id: sender, message: Text::new(text), ..Chat::default() };
    ClientPacket::Chat(chat).pack(Dialect::AlephOne).as_bytes().to_vec()
}

/// A connection from an address of this machine.
pub(crate) async fn connect(from: Ipv4Addr, at: SocketAddr) -> Result<TcpStream, Failure> {
    connect_with(from, at, None).await
}

async fn connect_with(from: Ipv4Addr, at: SocketAddr, receive_bytes: Option<u32>) -> Result<TcpStream, Failure> {
    let socket = TcpSocket::new_v4()?;
    if let Some(bytes) = receive_bytes {
        socket.set_recv_buffer_size(bytes)?;
    }
    if from != Ipv4Addr::LOCALHOST {
        // Without this every address and port of ours would serve one peer at a time.
        socket.set_reuseaddr(true)?;
        socket.bind(SocketAddr::new(from.into(), 0))?;
    }
    let stream = socket.connect(at).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// A connection with the packets and the cipher of its dialect.
struct Link {
    stream: TcpStream,
    dialect: Dialect,
    cipher: Option<Cipher>,
}

impl Link {
    async fn open(dialect: Dialect, stream: TcpStream) -> Result<Self, Failure> {
        let mut link = Self { stream, dialect, cipher: None };
        if dialect == Dialect::Myth2 {
            // A measurement has no secrets.
            let key = PrivateKey::from_random(&[7; 32]);
            link.send(&ClientPacket::SessionKey(key.public())).await?;
            let (number, theirs) = link.receive_raw().await?;
            if number != kind::SESSION_KEY {
                return Err(format!("packet {number} instead of a key").into());
            }
            link.cipher = Some(key.agree(&theirs)?);
        }
        Ok(link)
    }

    async fn send(&mut self, packet: &ClientPacket) -> Result<(), Failure> {
        let packed = packet.pack(self.dialect);
        let Some(cipher) = &self.cipher else { return Ok(self.stream.write_all(packed.as_bytes()).await?) };
        let mut body = Vec::new();
        cipher.encrypt(packed.body(), [3; 8], &mut body);
        let sealed = [&Header::bytes(packed.kind(), body.len())[..], &body].concat();
        Ok(self.stream.write_all(&sealed).await?)
    }

    async fn receive(&mut self) -> Result<ServerPacket, Failure> {
        let (number, body) = self.receive_raw().await?;
        Ok(ServerPacket::decode(self.dialect, number, &body)?)
    }

    async fn receive_raw(&mut self) -> Result<(i16, Vec<u8>), Failure> {
        let mut head = [0; HEAD];
        self.stream.read_exact(&mut head).await?;
        let length = u32::from_be_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let mut body = vec![0; length.checked_sub(HEAD).ok_or("a frame shorter than its head")?];
        self.stream.read_exact(&mut body).await?;
        let body = match &self.cipher {
            Some(cipher) => cipher.decrypt(&mut body)?.to_vec(),
            None => body,
        };
        Ok((i16::from_be_bytes([head[2], head[3]]), body))
    }
}
