//! Joining an Aleph One host's game as a player would, as far as it takes to see that players can (spec section 13.4).

use std::{
    net::{Ipv4Addr, SocketAddrV4},
    time::Duration,
};

use metaserver_proto::{
    Dialect, Text,
    frame::Frames,
    game_port::{Capability, GamePortPacket, JoinerInfo, Ping},
    wire::DecodeError,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpStream, UdpSocket},
    time::timeout,
};

/// What the tester calls itself, so that hosts know it.
const NAME: &str = "joinerbot";
/// The most that is read of a host, in bytes.
const MOST_BYTES: usize = 64 * 1024;
/// Pings by UDP, and how long each is waited for.
const PINGS: u32 = 3;
const PING_WAIT: Duration = Duration::from_millis(350);

/// Greets the host, and gives back what it says it can do; `None`: it doesn't talk as hosts do.
pub(super) async fn greet(stream: TcpStream) -> Option<Vec<Capability>> {
    let mut host = Host { stream, frames: Frames::new(), unread: Vec::new(), left: MOST_BYTES };
    let version = loop {
        if let GamePortPacket::Hello(version) = host.next().await? {
            break version;
        }
    };
    let joiner = JoinerInfo { name: Text::new(NAME), version, ..JoinerInfo::default() };
    host.stream.write_all(GamePortPacket::JoinerInfo(joiner).pack().as_bytes()).await.ok()?;
    loop {
        if let GamePortPacket::Capabilities(all) = host.next().await? {
            return Some(all);
        }
    }
}

/// Whether the host answers a ping by UDP.
pub(super) async fn answers_pings(at: SocketAddrV4, id: u16) -> bool {
    let Ok(socket) = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).await else { return false };
    // From now on nobody else's datagrams are heard.
    if socket.connect(at).await.is_err() {
        return false;
    }
    for _ in 0..PINGS {
        // That an earlier one was turned back is told here; the next one may get through.
        socket.send(&Ping::Ask(id).to_bytes()).await.ok();
        if timeout(PING_WAIT, answer(&socket, id)).await.is_ok() {
            return true;
        }
    }
    false
}

async fn answer(socket: &UdpSocket, id: u16) {
    let mut datagram = [0; 16];
    loop {
        match socket.recv(&mut datagram).await {
            Ok(bytes) if Ping::parse(&datagram[..bytes]) == Some(Ping::Answer(id)) => return,
            Ok(_) => {}
            Err(_turned_back) => std::future::pending().await,
        }
    }
}

/// A host's game port.
struct Host {
    stream: TcpStream,
    frames: Frames,
    unread: Vec<u8>,
    /// Bytes that may still come.
    left: usize,
}

impl Host {
    /// The next packet that a test has a use for. `None`: what comes is not of a host, or is too much.
    async fn next(&mut self) -> Option<GamePortPacket> {
        loop {
            let mut input = self.unread.as_slice();
            let found = self.frames.next(&mut input, Dialect::AlephOne.longest_in()).ok()?;
            let packet = found.map(|frame| GamePortPacket::decode(frame.kind, frame.body));
            let used = self.unread.len() - input.len();
            self.unread.drain(..used);
            match packet {
                Some(Ok(packet)) => return Some(packet),
                // Hosts say more than a test wants to know.
                Some(Err(DecodeError::UnknownKind(_))) => {}
                Some(Err(_)) => return None,
                None => {
                    let read = self.stream.read_buf(&mut self.unread).await.ok()?;
                    self.left = self.left.checked_sub(read).filter(|_| read > 0)?;
                }
            }
        }
    }
}
