//! Vectors that are a whole packet: decoded, built from their fields, encoded.

use super::fields::Fields;
use super::{Check, Vector, compare, compare_bytes, from_client, from_server};
use crate::crypto::{Cipher, OVERHEAD};
use crate::dialect::Dialect;
use crate::frame::{Frames, Header};
use crate::game_port::{Capability, GamePortPacket, JoinerInfo};
use crate::packet::{ClientPacket, ServerPacket};
use crate::text::Text;

/// Checks a packet in every dialect and direction it is of.
pub(super) fn check(vector: &Vector<'_>) -> Check {
    if vector.name.starts_with("a1game/") {
        return game_port(vector);
    }
    for &dialect in vector.dialects {
        let body = body(vector, dialect)?;
        if vector.from_client {
            client(vector, dialect, &body)?;
        }
        if vector.from_server {
            server(vector, dialect, &body)?;
        }
    }
    if vector.from_client || vector.from_server { Ok(()) } else { Err("a packet has no direction".to_owned()) }
}

/// The plain body: cut out by the frame decoder, decrypted where the vector is of an encrypted
/// packet. The number in the header must be the vector's.
pub(super) fn body(vector: &Vector<'_>, dialect: Dialect) -> Result<Vec<u8>, String> {
    let mut frames = Frames::new();
    let mut input = vector.bytes.as_slice();
    let frame = frames
        .next(&mut input, dialect.longest_in())
        .map_err(|why| why.to_string())?
        .ok_or("the packet is not whole")?;
    if !input.is_empty() {
        return Err(format!("{} bytes follow the packet", input.len()));
    }
    if Some(frame.kind) != vector.number {
        return Err(format!("the packet's number is {}", frame.kind));
    }
    let fields = vector.fields();
    let Some(plain) = fields.get::<Vec<u8>>("plaintext_body_hex")? else {
        return Ok(frame.body.to_vec());
    };
    let (cipher, random) = sealing(&fields)?;
    let mut sealed = Header::bytes(frame.kind, plain.len() + OVERHEAD).to_vec();
    cipher.encrypt(&plain, random, &mut sealed);
    compare_bytes("encrypted", &sealed, &vector.bytes)?;
    let found = cipher.decrypt(frame.body).map_err(|why| why.to_string())?;
    compare_bytes("decrypted", found, &plain)?;
    Ok(plain)
}

/// Session key and random bytes, as a vector names them.
pub(super) fn sealing(fields: &Fields<'_>) -> Result<(Cipher, [u8; 8]), String> {
    let cipher = Cipher::from_key(fields.need("session_key_hex")?);
    let mut random = [0; 8];
    random[..4].copy_from_slice(&fields.need::<u32>("random0")?.to_le_bytes());
    random[4..].copy_from_slice(&fields.need::<u32>("random1")?.to_le_bytes());
    Ok((cipher, random))
}

/// The fields of a packet's body; those of its encryption have been looked at, and with them the
/// vector names only some of the body's.
fn body_fields<'a>(vector: &'a Vector<'_>) -> (Fields<'a>, bool) {
    let encrypted = vector.fields.contains_key("plaintext_body_hex");
    let partial = encrypted || vector.expects().is_some();
    (Fields::new(vector.fields, vector.file, partial), partial)
}

/// Both ways, as a client's packet.
pub(super) fn client(vector: &Vector<'_>, dialect: Dialect, body: &[u8]) -> Check {
    let number = vector.number.ok_or("the vector has no packet number")?;
    let blank = from_client::blank(dialect, number);
    let blank = blank.ok_or_else(|| format!("client packet {number} is unknown"))?;
    let decoded = ClientPacket::decode(dialect, number, body).map_err(|why| format!("decoding: {why}"))?;
    let (fields, partial) = body_fields(vector);
    let mut built = if partial { decoded.clone() } else { blank };
    from_client::overlay(dialect, &fields, body, &mut built)?;
    compare("decoded", &decoded, &built)?;
    if vector.expects().is_some() {
        // It may hold bytes that decoding passes over.
        return Ok(());
    }
    compare_bytes("encoded again", decoded.pack(dialect).body(), body)?;
    compare_bytes("built from the fields", built.pack(dialect).body(), body)
}

/// Both ways, as a server's packet.
pub(super) fn server(vector: &Vector<'_>, dialect: Dialect, body: &[u8]) -> Check {
    let number = vector.number.ok_or("the vector has no packet number")?;
    let blank = from_server::blank(dialect, number);
    let blank = blank.ok_or_else(|| format!("server packet {number} is unknown"))?;
    let decoded = ServerPacket::decode(dialect, number, body).map_err(|why| format!("decoding: {why}"))?;
    let (fields, partial) = body_fields(vector);
    let mut built = if partial { decoded.clone() } else { blank };
    from_server::overlay(dialect, &fields, &mut built)?;
    compare("decoded", &decoded, &built)?;
    compare_bytes("encoded again", decoded.pack().body(), body)?;
    compare_bytes("built from the fields", built.pack().body(), body)
}

fn game_port(vector: &Vector<'_>) -> Check {
    let body = body(vector, Dialect::AlephOne)?;
    let number = vector.number.ok_or("the vector has no packet number")?;
    let decoded = GamePortPacket::decode(number, &body).map_err(|why| format!("decoding: {why}"))?;
    let fields = vector.fields();
    let built = match &decoded {
        GamePortPacket::Hello(_) => GamePortPacket::Hello(fields.need("version")?),
        GamePortPacket::JoinerInfo(_) => GamePortPacket::JoinerInfo(JoinerInfo {
            stream_id: fields.need("stream_id")?,
            name: fields.need("name")?,
            version: fields.need("version")?,
            colour: fields.need("color")?,
            team: fields.need("team")?,
        }),
        GamePortPacket::Capabilities(found) => capabilities(&fields, found)?,
    };
    fields.finish()?;
    compare("decoded", &decoded, &built)?;
    compare_bytes("built from the fields", built.pack().as_bytes(), &vector.bytes)
}

/// An object has no order, so the packet's own is taken for the names both have.
fn capabilities(fields: &Fields<'_>, found: &[Capability]) -> Result<GamePortPacket, String> {
    let named = fields.object("capabilities")?.ok_or("field `capabilities` is missing")?;
    let mut all = Vec::new();
    for capability in found {
        let name: &Text = &capability.name;
        all.push(Capability { version: named.need(&name.to_string())?, name: name.clone() });
    }
    named.finish()?;
    Ok(GamePortPacket::Capabilities(all))
}
