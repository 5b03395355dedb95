//! The state machines, fed conversations: packets in order and out of it, changed, encrypted or
//! not, cut anywhere.

use super::Target;
use super::corpus::Corpus;
use super::decoders::{dialect_name, target};
use super::mutate::{change, changed};
use super::random::Random;
use crate::crypto::{Cipher, PrivateKey};
use crate::dialect::{Dialect, InClear};
use crate::frame::Packed;
use crate::login::{Login, LoginConfig, LoginRandom, LoginStep, Welcome};
use crate::packet::room_list::RoomEntry;
use crate::packet::{ServerPacket, kind};
use crate::refusal::Refusal;
use crate::room::{Room, RoomStep};

/// Steps a machine may ask for at each packet: the longest answer and the close.
const MOST_STEPS_A_PACKET: usize = 5;
/// The orders in which the packets of a visit are due.
const LOGIN_ORDER: [i16; 4] = [kind::LOGIN, kind::ANSWER, kind::VERSIONS, 122];
const ROOM_ORDER: [i16; 2] = [kind::ROOM_LOGIN, kind::PLAYER_DATA];

/// The Myths before 1.8.
const OLD_MYTHS: InClear = InClear { myth2: true, fallen_lords: true, myth3: true };

pub(super) fn targets() -> Vec<Target> {
    let each = [(Dialect::Myth2, InClear::default()), (Dialect::Myth2, OLD_MYTHS), (Dialect::AlephOne, OLD_MYTHS)];
    each.into_iter()
        .flat_map(|(dialect, in_clear)| {
            let clear = if in_clear.any() && dialect == Dialect::Myth2 { "-clear" } else { "" };
            let name = format!("{}{clear}", dialect_name(dialect));
            let tongue = Tongue { dialect, keyed: dialect == Dialect::Myth2 && !in_clear.any() };
            [
                target(format!("machine/login/{name}"), move |corpus, random| {
                    converse(login_machine(in_clear, random), tongue, &LOGIN_ORDER, corpus, random)
                }),
                target(format!("machine/room/{name}"), move |corpus, random| {
                    let room = Room::new(&random.bytes()).admitting(in_clear);
                    converse(room, tongue, &ROOM_ORDER, corpus, random)
                }),
            ]
        })
        .collect()
}

/// What a client speaks.
#[derive(Clone, Copy)]
struct Tongue {
    dialect: Dialect,
    /// Keys are exchanged first.
    keyed: bool,
}

fn login_machine(in_clear: InClear, random: &mut Random) -> Login {
    let config = LoginConfig { aleph_clear_text: random.once_in(2), in_clear, ..LoginConfig::default() };
    let random = LoginRandom { key: random.bytes(), salt: random.bytes() };
    Login::new(config, &random)
}

/// What a machine's step asks of its caller, the decisions taken at random.
enum Asked {
    Nothing,
    Welcomed,
    Send(Packed),
    Close,
}

/// What both machines have in common, seen from their caller.
trait Machine {
    fn next(&mut self, input: &mut &[u8], random: &mut Random) -> Option<Asked>;
    fn silence(&mut self);
    fn buffered_bytes(&self) -> usize;
    fn is_waiting(&self) -> bool;
    fn seal(&self, packet: &Packed, random: [u8; 8], out: &mut Vec<u8>);
}

impl Machine for Login {
    fn next(&mut self, input: &mut &[u8], random: &mut Random) -> Option<Asked> {
        Some(match self.step(input)? {
            LoginStep::Send(packet) => Asked::Send(packet),
            LoginStep::Check(_) if random.once_in(8) => {
                self.refuse(Refusal::BadLogin, None);
                Asked::Nothing
            }
            LoginStep::Check(request) => {
                self.accept(Welcome {
                    player_id: 1,
                    order: -1,
                    token: [1; 32],
                    player: request.player,
                    rooms: vec![RoomEntry::default()],
                });
                Asked::Welcomed
            }
            LoginStep::ListHubs(_) => {
                self.hubs(Vec::new());
                Asked::Nothing
            }
            LoginStep::Close(_) => Asked::Close,
        })
    }

    fn silence(&mut self) {
        self.on_silence();
    }

    fn buffered_bytes(&self) -> usize {
        self.buffered_bytes()
    }

    fn is_waiting(&self) -> bool {
        self.is_waiting()
    }

    fn seal(&self, packet: &Packed, random: [u8; 8], out: &mut Vec<u8>) {
        self.seal(packet, random, out);
    }
}

impl Machine for Room {
    fn next(&mut self, input: &mut &[u8], random: &mut Random) -> Option<Asked> {
        Some(match self.step(input)? {
            RoomStep::Send(packet) => Asked::Send(packet),
            RoomStep::Whose(_) => {
                self.belongs_to(random.pick(&[None, Some(Dialect::Myth2), Some(Dialect::AlephOne)]).copied().flatten());
                Asked::Nothing
            }
            RoomStep::Enter(_) if random.once_in(8) => {
                self.refuse(Refusal::NotLoggedIn, None);
                Asked::Nothing
            }
            RoomStep::Enter(_) => {
                self.admit(1, 100);
                Asked::Welcomed
            }
            RoomStep::Message(_) | RoomStep::Ignored(_) => Asked::Nothing,
            RoomStep::Close(_) => Asked::Close,
        })
    }

    fn silence(&mut self) {
        self.on_silence();
    }

    fn buffered_bytes(&self) -> usize {
        self.buffered_bytes()
    }

    fn is_waiting(&self) -> bool {
        self.is_waiting()
    }

    fn seal(&self, packet: &Packed, random: [u8; 8], out: &mut Vec<u8>) {
        self.seal(packet, random, out);
    }
}

/// One connection, from the first byte; whether the player got in.
fn converse(mut machine: impl Machine, tongue: Tongue, order: &[i16], corpus: &Corpus, random: &mut Random) -> bool {
    let Tongue { dialect, keyed } = tongue;
    let private_key = PrivateKey::from_lanes([5, 60, 700, 8000]);
    let mut cipher: Option<Cipher> = None;
    let mut welcomed = false;
    if random.once_in(16) {
        machine.silence();
    }
    if keyed {
        let mut input = Packed::new(kind::SESSION_KEY, &private_key.public()).as_bytes().to_vec();
        if random.once_in(32) {
            change(&mut input, &[], random);
        }
        let mut input = input.as_slice();
        while let Some(asked) = machine.next(&mut input, random) {
            match asked {
                Asked::Send(packet) => cipher = private_key.agree(packet.body()).ok(),
                Asked::Close => return false,
                Asked::Nothing | Asked::Welcomed => {}
            }
        }
    }
    let packets = order.len() + random.below(4);
    let stream = stream(dialect, order, packets, cipher.as_ref(), corpus, random);
    let (mut rest, mut steps, mut closed) = (stream.as_slice(), 0, false);
    let mut out = Vec::new();
    while !rest.is_empty() {
        let (mut piece, later) = rest.split_at(random.below(rest.len()) + 1);
        rest = later;
        while let Some(asked) = machine.next(&mut piece, random) {
            assert!(!closed, "it goes on after its close");
            steps += 1;
            match asked {
                Asked::Send(packet) => {
                    let read = ServerPacket::decode(dialect, packet.kind(), packet.body());
                    assert!(read.is_ok() || cipher.is_none(), "it sends nonsense");
                    out.clear();
                    machine.seal(&packet, random.bytes(), &mut out);
                    assert!(out.len() < 8096, "it sends too much");
                }
                Asked::Welcomed => welcomed = true,
                Asked::Close => closed = true,
                Asked::Nothing => {}
            }
        }
        assert!(machine.buffered_bytes() <= Dialect::AlephOne.longest_in());
        assert!(piece.is_empty() || closed || machine.is_waiting());
    }
    // Noise can hold more packets than were meant: each takes its header at least.
    let most = packets.max(stream.len() / crate::frame::HEADER_BYTES + 1) * MOST_STEPS_A_PACKET;
    assert!(steps <= most, "{steps} steps");
    welcomed
}

/// Packets one behind the other: mostly those that are due, mostly whole.
fn stream(
    dialect: Dialect,
    order: &[i16],
    packets: usize,
    cipher: Option<&Cipher>,
    corpus: &Corpus,
    random: &mut Random,
) -> Vec<u8> {
    let mut stream = Vec::new();
    for turn in 0..packets {
        let number = match order.get(turn) {
            Some(&due) if !random.once_in(16) => due,
            _ => i16::from(random.byte()),
        };
        let bodies = corpus.bodies(dialect, number);
        let plain = match random.pick(bodies) {
            Some(body) if !random.once_in(4) => body.clone(),
            _ => changed(bodies, random),
        };
        let mut body = Vec::new();
        match cipher {
            Some(cipher) if !random.once_in(32) => {
                cipher.encrypt(&plain, random.bytes(), &mut body);
            }
            _ => body = plain,
        }
        stream.extend_from_slice(Packed::new(number, &body).as_bytes());
    }
    if random.once_in(8) {
        change(&mut stream, corpus.wholes(), random);
    }
    stream
}
