//! A client whose packets are the vectors' own bytes, and which looks at each byte of what comes.

use std::collections::BTreeSet;

use metaserver_proto::{Dialect, Packed, ServerPacket, packet::player::Verb};
use serde_json::Value;

use crate::testing::Link;

/// The vectors, by name.
pub(super) struct Vectors(Vec<Value>);

impl Vectors {
    fn read() -> Self {
        let file = include_str!("../../../../tests/fixtures/metaserver/vectors.json");
        Self(serde_json::from_str(file).expect("the fixture is a list"))
    }

    /// A packet of a client.
    pub(super) fn packet(&self, name: &str) -> (i16, Vec<u8>) {
        let vector = self.0.iter().find(|vector| vector["name"] == name).unwrap_or_else(|| panic!("no vector {name}"));
        let number = vector["type"].as_i64().and_then(|number| i16::try_from(number).ok()).expect("a packet");
        let digits = vector["hex"].as_str().expect("bytes");
        let bytes: Vec<u8> = (0..digits.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal"))
            .collect();
        (number, bytes[8..].to_vec())
    }

    /// The packets that have a vector in that direction.
    fn numbers(&self, dialect: Dialect, direction: &str) -> BTreeSet<i16> {
        let word = if dialect == Dialect::Myth2 { "myth2" } else { "alephone" };
        let is_theirs = |vector: &&Value| {
            [word, "both"].iter().any(|one| vector["dialect"] == *one)
                && [direction, "both"].iter().any(|one| vector["direction"] == *one)
        };
        let number = |vector: &Value| i16::try_from(vector["type"].as_i64()?).ok();
        self.0.iter().filter(is_theirs).filter_map(number).collect()
    }
}

/// A connection whose packets are looked at byte by byte, both ways.
pub(super) struct Scribe {
    pub(super) link: Link,
    pub(super) vectors: Vectors,
    sent: BTreeSet<i16>,
    pub(super) heard: BTreeSet<i16>,
}

impl Scribe {
    pub(super) fn on(link: Link, before: Option<Self>) -> Self {
        match before {
            Some(before) => Self { link, ..before },
            None => Self { link, vectors: Vectors::read(), sent: BTreeSet::new(), heard: BTreeSet::new() },
        }
    }

    /// Sends the vector of that name, its body changed.
    pub(super) async fn send(&mut self, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let (number, mut body) = self.vectors.packet(name);
        change(&mut body);
        self.sent.insert(number);
        self.link.send_packed(&Packed::new(number, &body)).await.expect("sent");
    }

    /// Sends the vector of that name.
    pub(super) async fn send_as_is(&mut self, name: &str) {
        self.send(name, |_| {}).await;
    }

    /// The next packet. Keepalives are answered, and passed over.
    pub(super) async fn receive(&mut self) -> ServerPacket {
        loop {
            let (number, body) = self.link.receive_raw().await.expect("a packet");
            let dialect = self.link.dialect();
            let packet = ServerPacket::decode(dialect, number, &body).expect("a packet that the client reads");
            assert_eq!(packet.pack().body(), body, "packet {number} is laid out otherwise than the vectors have it");
            self.heard.insert(number);
            if packet != ServerPacket::Keepalive {
                return packet;
            }
            self.send_as_is("both/both/keepalive").await;
        }
    }

    /// Passes over packets until one is wanted.
    pub(super) async fn until<T>(&mut self, mut wanted: impl FnMut(ServerPacket) -> Option<T>) -> T {
        loop {
            if let Some(found) = wanted(self.receive().await) {
                return found;
            }
        }
    }

    /// Passes over packets until one of that number comes.
    pub(super) async fn hear(&mut self, number: i16) -> ServerPacket {
        self.until(|packet| (packet.kind() == number).then_some(packet)).await
    }

    /// Passes over packets until one of each of those numbers has come, in whatever order.
    pub(super) async fn hear_all(&mut self, numbers: &[i16]) {
        let mut missing: BTreeSet<i16> = numbers.iter().copied().collect();
        while !missing.is_empty() {
            missing.remove(&self.receive().await.kind());
        }
    }

    /// Passes over lists until a game is on one by that verb.
    pub(super) async fn game(&mut self, verb: Verb) {
        self.until(|packet| match packet {
            ServerPacket::Games(games) => games.iter().any(|game| game.aux.verb == verb).then_some(()),
            _ => None,
        })
        .await;
    }

    /// Whatever was sent or came has a vector; and these were, and came.
    pub(super) fn has(&self, sent: &[i16], heard: &[i16]) {
        let dialect = self.link.dialect();
        for (what, passed, direction, wanted) in
            [("sent", &self.sent, "c2s", sent), ("heard", &self.heard, "s2c", heard)]
        {
            let known = self.vectors.numbers(dialect, direction);
            let strange: Vec<_> = passed.difference(&known).collect();
            assert!(strange.is_empty(), "{what} without a vector: {strange:?}");
            let wanted: BTreeSet<i16> = wanted.iter().copied().collect();
            let missing: Vec<_> = wanted.difference(passed).collect();
            assert!(missing.is_empty(), "not {what}: {missing:?}");
        }
    }
}

pub(super) fn put(body: &mut [u8], at: usize, bytes: &[u8]) {
    body[at..at + bytes.len()].copy_from_slice(bytes);
}

/// A text in a field of 32.
pub(super) fn put_name(body: &mut [u8], at: usize, name: &str) {
    body[at..at + 32].fill(0);
    put(body, at, name.as_bytes());
}
