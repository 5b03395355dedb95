//! Clients that mean harm.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use metaserver_proto::{ClientPacket, Dialect, Packed, packet::room::RoomLogin};
use tokio::net::TcpStream;

use super::{address, ear::Ear};
use crate::{
    Failure,
    classic::{self, Inside, Way},
};

/// One byte so often is what a slow one reads.
const SLOWLY: Duration = Duration::from_millis(50);
/// What the kernel takes for one that does not read, about.
const NARROW_BYTES: u32 = 2_048;
/// What a flooding one has at hand: lines, one behind the other.
const FLOOD_LINES: usize = 200;

/// What it is that they do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Harm {
    /// Enter a room and read nothing any more.
    Silent,
    /// Read a byte now and then.
    Slow,
    /// Talk as fast as they are let.
    Flooding,
    /// Send what is no packet, or not their turn, or not theirs, and come back as soon as they are thrown out.
    Lying,
}

impl Harm {
    pub(super) const ALL: [Self; 4] = [Self::Silent, Self::Slow, Self::Flooding, Self::Lying];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Slow => "slow",
            Self::Flooding => "flooding",
            Self::Lying => "lying",
        }
    }

    /// Does it, as client of that number, until dropped.
    pub(super) async fn go_on(self, lobby: SocketAddr, number: usize) -> Result<(), Failure> {
        if self == Self::Lying {
            return lie(lobby, number).await;
        }
        let receive_bytes = matches!(self, Self::Silent | Self::Slow).then_some(NARROW_BYTES);
        let way = Way { from: address(7, number, 1), receive_bytes, ..Way::to(lobby) };
        loop {
            let Inside { stream, number: own } = way.enter(&format!("{} {number}", self.word())).await?;
            match self {
                Self::Silent | Self::Lying => std::future::pending().await,
                Self::Slow => read_slowly(&stream).await?,
                Self::Flooding => flood(&stream, own).await?,
            }
        }
    }
}

/// Until the connection ends.
async fn read_slowly(stream: &TcpStream) -> Result<(), Failure> {
    loop {
        tokio::time::sleep(SLOWLY).await;
        match stream.try_read(&mut [0]) {
            Ok(0) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(()),
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error.into()),
            _ => {}
        }
    }
}

/// Until the connection ends. It reads: who does not is another kind.
async fn flood(stream: &TcpStream, number: u32) -> Result<(), Failure> {
    let lines = classic::line(number, "buy gold at the sign of the lantern").repeat(FLOOD_LINES);
    let write = async {
        let mut at = 0;
        loop {
            stream.writable().await?;
            match stream.try_write(&lines[at..]) {
                Ok(count) => at = (at + count) % lines.len(),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_ended) => return Ok(()),
            }
        }
    };
    let listen = async { Ear::default().listen(stream, |_, _| {}).await.map(drop) };
    tokio::select! {
        ended = write => ended,
        ended = listen => ended,
    }
}

/// One lie after the other, each on a connection of its own, to the login server and to a room by turns.
async fn lie(lobby: SocketAddr, number: usize) -> Result<(), Failure> {
    let lies = lies();
    let mut turn = 0;
    loop {
        // A port that was just used is not to be had again at once, so they come from many addresses.
        let [.., high, low] = u32::try_from(number * 4_096 + turn / 16 % 4_096)?.to_be_bytes();
        let from = Ipv4Addr::new(127, 8, high, low.max(1));
        let lie = &lies[turn % lies.len()];
        if turn % 4 == 0 {
            let way = Way { from, ..Way::to(lobby) };
            let inside = way.enter(&format!("liar {number}")).await?;
            told(&inside.stream, lie).await?;
        } else {
            told(&classic::connect(from, lobby).await?, lie).await?;
        }
        turn += 1;
    }
}

/// Says it and waits to be thrown out, or not; then goes.
async fn told(stream: &TcpStream, lie: &[u8]) -> Result<(), Failure> {
    if stream.try_write(lie).is_ok() {
        // What is read over, as a keepalive would be, is no reason to stay.
        let thrown_out = Ear::default().listen(stream, |_, _| {});
        if let Ok(ended) = tokio::time::timeout(SLOWLY, thrown_out).await {
            ended?;
        }
    }
    Ok(())
}

fn lies() -> Vec<Vec<u8>> {
    let head = |number: i16, length: i32| [&[0xde, 0xad][..], &number.to_be_bytes(), &length.to_be_bytes()].concat();
    let stranger = RoomLogin { token: [0x5a; 32], user_name: "nobody".into() };
    vec![
        b"GET / HTTP/1.1\r\nhost: lobby\r\n\r\n".to_vec(),
        head(200, -1),
        head(100, i32::MAX),
        head(104, 10_241),
        Packed::new(100, &[0xff; 300]).as_bytes().to_vec(),
        Packed::new(112, &[0x7f; 900]).as_bytes().to_vec(),
        Packed::new(203, &[0; 8]).as_bytes().to_vec(),
        Packed::new(201, &[0; 40]).as_bytes().to_vec(),
        ClientPacket::RoomLogin(stranger).pack(Dialect::AlephOne).as_bytes().to_vec(),
    ]
}
