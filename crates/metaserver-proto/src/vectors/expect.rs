//! Vectors that say what a server answers: fed to the machine a connection uses.

use serde_json::Value;

use super::stage::Stage;
use super::{Check, Vector, packet};
use crate::dialect::Dialect;
use crate::frame::{HEADER_BYTES, Header};
use crate::game_port::{GamePortPacket, Ping};
use crate::packet::{ClientPacket, ServerPacket};

/// What was seen of the machine's answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    /// The packet did what it is for.
    pub(super) acted: bool,
    /// The connection is closed.
    pub(super) closed: bool,
    /// Bytes of an incomplete packet are kept, for more to come.
    pub(super) waits: bool,
    /// Codes of the server messages sent, welcomes left out.
    pub(super) codes: Vec<i32>,
}

impl Answer {
    /// Whether it is one of the answers wanted, joined by `-or-`.
    pub(super) fn check(&self, wanted: &Value) -> Check {
        let wanted = wanted.as_str().ok_or("field `expect` is not a text")?;
        let mut answered = false;
        for alternative in wanted.split("-or-") {
            answered |= self.is(alternative)?;
        }
        if answered { Ok(()) } else { Err(format!("wanted {wanted}, found {self:?}")) }
    }

    fn is(&self, wanted: &str) -> Result<bool, String> {
        let untouched = !self.acted && !self.closed && self.codes.is_empty();
        if let Some(code) = wanted.strip_prefix("refuse-") {
            let code = code.parse::<i32>().map_err(|_| "`expect` has no code")?;
            return Ok(!self.acted && self.closed && self.codes == [code]);
        }
        match wanted {
            "accept" => Ok(self.acted && self.codes.is_empty()),
            "reject" => Ok(!self.acted),
            "ignore" => Ok(untouched && !self.waits),
            "wait" => Ok(untouched && self.waits),
            other => Err(format!("`expect` is `{other}`, which is unknown")),
        }
    }
}

/// Checks what the fields say of the bytes, then the answer.
pub(super) fn check(vector: &Vector<'_>) -> Check {
    let wanted = vector.expects().ok_or("field `expect` is missing")?;
    stated_length(vector)?;
    for &dialect in vector.dialects {
        stated_fields(vector, dialect)?;
        answer(vector, dialect, wanted)?.check(wanted)?;
    }
    Ok(())
}

/// `length` is that of the body, of the whole, or the one the header claims.
fn stated_length(vector: &Vector<'_>) -> Check {
    let Some(length) = vector.fields().get::<i32>("length")? else {
        return Ok(());
    };
    let whole = vector.bytes.len();
    let claimed = vector.bytes.get(4..HEADER_BYTES).and_then(|bytes| bytes.try_into().ok()).map(i32::from_be_bytes);
    let is = |size: Option<usize>| size.and_then(|size| i32::try_from(size).ok()) == Some(length);
    if is(Some(whole)) || is(whole.checked_sub(HEADER_BYTES)) || claimed == Some(length) {
        Ok(())
    } else {
        Err(format!("field `length` is {length}, found {whole} bytes"))
    }
}

/// The fields named must be those of the packet, where it can be read at all.
fn stated_fields(vector: &Vector<'_>, dialect: Dialect) -> Check {
    let (Some(number), Ok(body)) = (vector.number, packet::body(vector, dialect)) else {
        return same_number(vector);
    };
    if vector.from_client && ClientPacket::decode(dialect, number, &body).is_ok() {
        packet::client(vector, dialect, &body)?;
    }
    if vector.from_server && ServerPacket::decode(dialect, number, &body).is_ok() {
        packet::server(vector, dialect, &body)?;
    }
    Ok(())
}

/// A packet that is not whole still has its number, once the header is there.
fn same_number(vector: &Vector<'_>) -> Check {
    let header = vector.bytes.first_chunk::<HEADER_BYTES>().map(|&header| Header::parse(header, usize::MAX));
    match (vector.number, header) {
        (Some(number), Some(Ok(header))) if header.kind != number => {
            Err(format!("the packet's number is {}", header.kind))
        }
        _ => Ok(()),
    }
}

fn answer(vector: &Vector<'_>, dialect: Dialect, wanted: &Value) -> Result<Answer, String> {
    let judged = |acted| Answer { acted, closed: !acted, ..Answer::default() };
    if vector.name.starts_with("a1game/udp/") {
        return Ok(judged(Ping::parse(&vector.bytes).is_some()));
    }
    let game_port = vector.name.starts_with("a1game/");
    if game_port || vector.from_server && !vector.from_client {
        let number = vector.number.ok_or("the vector has no packet number")?;
        let decodes = |body: Vec<u8>| {
            if game_port {
                GamePortPacket::decode(number, &body).is_ok()
            } else {
                ServerPacket::decode(dialect, number, &body).is_ok()
            }
        };
        return Ok(judged(packet::body(vector, dialect).is_ok_and(decodes)));
    }
    let stage = Stage::reach(vector, dialect, wanted)?;
    Ok(stage.answer(vector))
}
