//! What the operator decides about the lobby, and every limit it keeps.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use metaserver_proto::Dialect;

use crate::{hosting::Hosting, versions::Versions};

use crate::films::Films;

/// The operator's choices.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the login server listens. Port 0 is any free one.
    pub login_address: SocketAddr,
    /// The first room's port; each further room has the next one. `None`: any free ports.
    pub first_room_port: Option<u16>,
    /// The address clients are told to find the rooms at. `None`: the one their login connection came in on.
    pub public_ip: Option<Ipv4Addr>,
    /// Have Aleph One clients bring a token that they got by HTTPS for their game password.
    pub aleph_one_https: bool,
    /// Let an Aleph One client that knows no better send its game password in clear text.
    pub aleph_one_clear_text: bool,
    /// The lowest Myth II version let in; 2180 is 1.8.0.
    pub minimum_version: i32,
    /// The lowest Myth II build let in.
    pub minimum_build: i32,
    /// Films of games; `None`: none are taken, whatever rooms say.
    pub films: Option<Films>,
    /// Servers that carry games of Aleph One for hosts who cannot.
    pub remote_hubs: Vec<RemoteHub>,
    /// How long the other players' reports of a game are waited for once its host's is there.
    pub report_grace: Duration,
    /// How long somebody may be in no room before their friends take them for gone: players go from room to room.
    pub away_after: Duration,
    /// Which versions are let in beyond the usual ones.
    pub versions: Versions,
    /// How hosts are helped to be found.
    pub hosting: Hosting,
    /// Every limit.
    pub limits: Limits,
}

impl Config {
    /// Everything by default, with the login server at `login_address`.
    pub fn at(login_address: SocketAddr) -> Self {
        Self {
            login_address,
            first_room_port: None,
            public_ip: None,
            aleph_one_https: true,
            aleph_one_clear_text: false,
            minimum_version: 2180,
            minimum_build: 427,
            films: None,
            remote_hubs: Vec::new(),
            report_grace: Duration::from_secs(4),
            away_after: Duration::from_secs(30),
            versions: Versions::default(),
            hosting: Hosting::default(),
            limits: Limits::default(),
        }
    }
}

/// A server that carries games for hosts who cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteHub {
    /// What a host names it by. Not 0, and no other one's.
    pub id: u16,
    /// Its name or its address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// What it speaks, as the client says it: `Aleph One WonderNAT V2`.
    pub protocol: String,
}

/// Every limit of the lobby.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections at once, all ports together.
    pub connections: usize,
    /// Connections at once from one address (IPv6: one /64).
    pub connections_per_address: usize,
    /// The most players in each room, instead of what the room's own row says.
    pub room_capacity: Option<u16>,
    /// How long the first whole packet may take.
    pub first_packet: Duration,
    /// How long a login, or entering a room, may take as a whole.
    pub login: Duration,
    /// How long a peer may leave us unable to write.
    pub write_stall: Duration,
    /// Packets waiting for a client, at most; with one more, it is dropped.
    pub outbox_packets: usize,
    /// Bytes waiting for a client, at most.
    pub outbox_bytes: usize,
    /// Messages waiting for a room, at most; further ones are refused.
    pub inbox: usize,
    /// Lines a player may say at once …
    pub chat_burst: u32,
    /// … and how many a second after that.
    pub chat_per_second: u32,
    /// Lines somebody may say by pages at once …
    pub page_chat_burst: u32,
    /// … and how many a second after that.
    pub page_chat_per_second: u32,
    /// How long somebody stays in a room whose last page there is gone: as long as it takes to load it anew.
    pub page_grace: Duration,
    /// How long somebody stays who has no page open there and says something by a form.
    pub form_stay: Duration,
    /// Packets of any kind a client may send at once; more of them wait in its own connection …
    pub packet_burst: u32,
    /// … until their turn comes, so many a second.
    pub packets_per_second: u32,
    /// Players who have logged in and are in no room yet, at most.
    pub passes: usize,
    /// How Myth II's clients are kept alive.
    pub myth_keepalive: Keepalive,
    /// How Aleph One's are.
    pub aleph_one_keepalive: Keepalive,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 20_000,
            connections_per_address: 100,
            room_capacity: None,
            first_packet: Duration::from_secs(10),
            login: Duration::from_secs(30),
            write_stall: Duration::from_secs(10),
            outbox_packets: 256,
            outbox_bytes: 256 * 1024,
            inbox: 1_024,
            chat_burst: 20,
            chat_per_second: 5,
            page_chat_burst: 5,
            page_chat_per_second: 1,
            page_grace: Duration::from_secs(8),
            form_stay: Duration::from_mins(3),
            packet_burst: 256,
            packets_per_second: 64,
            passes: 20_000,
            myth_keepalive: Keepalive { ping_after: Duration::from_mins(3), gone_after: Duration::from_mins(10) },
            aleph_one_keepalive: Keepalive { ping_after: Duration::from_secs(10), gone_after: Duration::from_secs(20) },
        }
    }
}

/// How a dialect's clients are kept alive in a room (protocol §11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keepalive {
    /// A ping goes out when nothing has arrived for so long …
    pub ping_after: Duration,
    /// … and again after each further stretch of it, until at last the client is taken for gone.
    pub gone_after: Duration,
}

impl Limits {
    pub(crate) const fn keepalive(&self, dialect: Dialect) -> Keepalive {
        match dialect {
            Dialect::Myth2 => self.myth_keepalive,
            Dialect::AlephOne => self.aleph_one_keepalive,
        }
    }
}

/// Whether a deaf client is pinged, too: Aleph One answers during a game and says nothing by itself; Myth II speaks by itself and is to be
/// sent nothing.
pub(crate) const fn pings_deaf(dialect: Dialect) -> bool {
    matches!(dialect, Dialect::AlephOne)
}
