//! An Aleph One guest: the shortest way into a room.

use std::net::{IpAddr, SocketAddr};

use metaserver_proto::{
    ClientPacket, Dialect, ServerPacket, Text,
    packet::{
        chat::Chat,
        login::{Login, Versions},
        player::PlayerData,
        room::RoomLogin,
    },
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::Failure;

const DIALECT: Dialect = Dialect::AlephOne;

/// Logs on as a guest and enters the first room; gives back the connection and the number the lobby gave the player.
pub(crate) async fn enter(lobby: SocketAddr, name: &str) -> Result<(TcpStream, u32), Failure> {
    let player = PlayerData { name: Text::new(name), ..PlayerData::default() };
    let mut login = connect(lobby).await?;
    let hello = Login {
        application: Text::new("MARATHON"),
        highest_method: 4,
        flags: 1,
        player: player.clone(),
        ..Login::default()
    };
    send(&mut login, &ClientPacket::Login(Box::new(hello))).await?;
    let ServerPacket::SendVersions = receive(&mut login).await? else { return Err("the lobby takes no guests".into()) };
    send(&mut login, &ClientPacket::Versions(Versions::default())).await?;
    let (mut token, mut room) = (None, None);
    while token.is_none() || room.is_none() {
        match receive(&mut login).await? {
            ServerPacket::LoginSuccess(success) => token = Some(success.token),
            ServerPacket::Rooms(rooms) => room = rooms.first().map(|room| (room.address, room.port)),
            _ => {}
        }
    }
    let ((host, port), token) = (room.ok_or("no room")?, token.ok_or("no token")?);
    drop(login);

    let mut stream = connect(SocketAddr::new(IpAddr::V4(host), port)).await?;
    send(&mut stream, &ClientPacket::RoomLogin(RoomLogin { token, user_name: Text::new("") })).await?;
    send(&mut stream, &ClientPacket::PlayerData(player)).await?;
    loop {
        if let ServerPacket::RoomLoginSuccess(welcome) = receive(&mut stream).await? {
            return Ok((stream, welcome.player_id));
        }
    }
}

/// A line of chat as the client packs it.
pub(crate) fn line(sender: u32, text: &str) -> Vec<u8> {
    let chat = Chat { sender_id: sender, message: Text::new(text), ..Chat::default() };
    ClientPacket::Chat(chat).pack(DIALECT).as_bytes().to_vec()
}

async fn connect(at: SocketAddr) -> Result<TcpStream, Failure> {
    let stream = TcpStream::connect(at).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn send(stream: &mut TcpStream, packet: &ClientPacket) -> Result<(), Failure> {
    Ok(stream.write_all(packet.pack(DIALECT).as_bytes()).await?)
}

async fn receive(stream: &mut TcpStream) -> Result<ServerPacket, Failure> {
    let mut head = [0; 8];
    stream.read_exact(&mut head).await?;
    let length = u32::from_be_bytes([head[4], head[5], head[6], head[7]]) as usize;
    let mut body = vec![0; length.checked_sub(8).ok_or("a frame shorter than its head")?];
    stream.read_exact(&mut body).await?;
    Ok(ServerPacket::decode(DIALECT, i16::from_be_bytes([head[2], head[3]]), &body)?)
}
