//! Everything that turns bytes into something, one target a decoder.

use super::Target;
use super::corpus::Corpus;
use super::mutate::changed;
use super::random::Random;
use crate::crypto::{Cipher, OVERHEAD, PrivateKey};
use crate::dialect::Dialect;
use crate::frame::{Frames, HEADER_BYTES};
use crate::game_port::{GamePortPacket, Ping};
use crate::packet::game::{Game, GameDescription};
use crate::packet::{ClientPacket, ServerPacket, kind};
use crate::text::Text;

/// An encoding may be longer than what was decoded by fixed fields that were cut short in it, but
/// never by what a count or a length claims.
const GROWTH_BYTES: usize = 1024;

pub(super) fn targets() -> Vec<Target> {
    let mut targets = vec![
        target("frames", frames),
        target("crypto/decrypt", decrypt),
        target("crypto/key", key),
        target("text", text),
        target("game-port/packet", game_port),
        target("game-port/ping", ping),
    ];
    for dialect in Dialect::ALL {
        let name = dialect_name(dialect);
        targets.push(target(format!("description/{name}"), move |corpus, random| description(dialect, corpus, random)));
        for number in (100..=122).chain(200..=206) {
            if dialect == Dialect::AlephOne && number >= kind::SESSION_KEY {
                continue;
            }
            targets.push(target(format!("client/{name}/{number}"), move |corpus, random| {
                client(dialect, number, corpus, random)
            }));
        }
        for number in (0..=22).chain(200..=203) {
            if ServerPacket::decode(dialect, number, &[]) == Err(crate::wire::DecodeError::UnknownKind(number)) {
                continue;
            }
            targets.push(target(format!("server/{name}/{number}"), move |corpus, random| {
                server(dialect, number, corpus, random)
            }));
        }
    }
    targets
}

pub(super) fn target(name: impl Into<String>, feed: impl Fn(&Corpus, &mut Random) -> bool + 'static) -> Target {
    Target::new(name, feed)
}

pub(super) const fn dialect_name(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Myth2 => "myth2",
        Dialect::AlephOne => "alephone",
    }
}

fn client(dialect: Dialect, number: i16, corpus: &Corpus, random: &mut Random) -> bool {
    let body = changed(corpus.bodies(dialect, number), random);
    let Ok(packet) = ClientPacket::decode(dialect, number, &body) else {
        return false;
    };
    let packed = packet.pack(dialect);
    assert!(packed.body().len() <= body.len() + GROWTH_BYTES, "it grew");
    let again = ClientPacket::decode(dialect, number, packed.body());
    assert_eq!(again.as_ref(), Ok(&packet), "it does not come back");
    true
}

fn server(dialect: Dialect, number: i16, corpus: &Corpus, random: &mut Random) -> bool {
    let body = changed(corpus.bodies(dialect, number), random);
    let Ok(packet) = ServerPacket::decode(dialect, number, &body) else {
        return false;
    };
    let packed = packet.pack();
    assert!(packed.body().len() <= body.len() + GROWTH_BYTES, "it grew");
    let again = ServerPacket::decode(dialect, number, packed.body());
    assert_eq!(again.as_ref(), Ok(&packet), "it does not come back");
    true
}

fn description(dialect: Dialect, corpus: &Corpus, random: &mut Random) -> bool {
    let mut bytes = changed(corpus.bodies(dialect, kind::ANNOUNCE_GAME), random);
    bytes.drain(..bytes.len().min(4));
    let Ok(description) = GameDescription::parse(dialect, &bytes) else {
        return false;
    };
    assert!(bytes.starts_with(description.as_bytes()), "it was changed");
    let summary = description.summary();
    let fields = description.fields();
    let again = match &fields {
        Game::Myth2(game) => GameDescription::from(&**game),
        Game::AlephOne(game) => GameDescription::from(&**game),
    };
    assert_eq!(again.fields(), fields, "it does not come back");
    assert_eq!(again.summary(), summary, "it does not come back");
    true
}

/// A stream of packets, cut into pieces anywhere.
fn frames(corpus: &Corpus, random: &mut Random) -> bool {
    let longest = Dialect::ALL[random.below(2)].longest_in();
    let mut stream = Vec::new();
    for _ in 0..=random.below(3) {
        stream.extend(changed(corpus.wholes(), random));
    }
    let mut frames = Frames::new();
    let (mut rest, mut taken, mut whole) = (stream.as_slice(), 0, false);
    while !rest.is_empty() {
        let (mut piece, later) = rest.split_at(random.below(rest.len()) + 1);
        rest = later;
        loop {
            match frames.next(&mut piece, longest) {
                Ok(Some(frame)) => {
                    taken += HEADER_BYTES + frame.body.len();
                    whole = true;
                }
                Ok(None) => break,
                Err(_) => return whole,
            }
        }
        assert!(piece.is_empty(), "it left something");
        assert!(frames.buffered_bytes() <= longest, "it keeps too much");
        assert!(frames.capacity_bytes() <= 2 * longest, "it holds too much");
    }
    assert_eq!(taken + frames.buffered_bytes(), stream.len());
    whole
}

/// Something encrypted comes back; something else does not pass for it.
fn decrypt(corpus: &Corpus, random: &mut Random) -> bool {
    let cipher = Cipher::from_key(random.bytes());
    let mut input = changed(corpus.wholes(), random);
    if random.once_in(2) {
        return cipher.decrypt(&mut input).is_ok();
    }
    let mut sealed = Vec::new();
    cipher.encrypt(&input, random.bytes(), &mut sealed);
    assert_eq!(sealed.len(), input.len() + OVERHEAD);
    assert_eq!(cipher.decrypt(&mut sealed), Ok(&*input));
    true
}

fn key(corpus: &Corpus, random: &mut Random) -> bool {
    let ours = PrivateKey::from_random(&random.bytes());
    let theirs = changed(corpus.bodies(Dialect::Myth2, kind::SESSION_KEY), random);
    let other = PrivateKey::from_random(&random.bytes());
    assert_eq!(ours.agree(&other.public()), other.agree(&ours.public()));
    ours.agree(&theirs).is_ok()
}

fn text(corpus: &Corpus, random: &mut Random) -> bool {
    let bytes = changed(corpus.wholes(), random);
    let text = Text::from_bytes(&bytes);
    assert_eq!(Text::new(&text.to_string()), text, "it does not come back");
    assert!(text.plain().len() <= text.len());
    !text.is_empty()
}

fn game_port(corpus: &Corpus, random: &mut Random) -> bool {
    let number = [700, 701, 703, 704][random.below(4)];
    let body = changed(corpus.bodies(Dialect::AlephOne, number), random);
    let Ok(packet) = GamePortPacket::decode(number, &body) else {
        return false;
    };
    let packed = packet.pack();
    assert!(packed.body().len() <= body.len(), "it grew");
    assert_eq!(GamePortPacket::decode(number, packed.body()), Ok(packet));
    true
}

fn ping(_: &Corpus, random: &mut Random) -> bool {
    let [i0, i1] = random.bytes();
    let id = u16::from_be_bytes([i0, i1]);
    let ping = if random.once_in(2) { Ping::Ask(id) } else { Ping::Answer(id) };
    let input = changed(&[ping.to_bytes().to_vec()], random);
    match Ping::parse(&input) {
        Some(found) => {
            assert_eq!(found.to_bytes(), *input);
            true
        }
        None => false,
    }
}
