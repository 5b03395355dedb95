//! Vectors that are computations, film files or datagrams.

use serde_json::Value;

use super::fields::{Fields, ListOf};
use super::packet::sealing;
use super::{Check, Vector, compare, compare_bytes, expect};
use crate::auth;
use crate::crypto::{Cipher, PrivateKey};
use crate::film;
use crate::game_port::Ping;
use crate::packet::film::FilmCommand;
use crate::wire::{Reader, Wire};

/// Names starting with `crypto/`.
pub(super) fn crypto(vector: &Vector<'_>) -> Check {
    let name = vector.name.trim_start_matches("crypto/");
    let fields = vector.fields();
    match vector.expects() {
        Some(wanted) => crypto_answer(vector, &fields, wanted),
        None if name.starts_with("dh/public") => public_key(vector, &fields),
        None if name.starts_with("dh/session") => session_key(vector, &fields),
        None if name.starts_with("encrypt/") => encryption(vector, &fields),
        None => Err("this kind of vector is unknown".to_owned()),
    }
}

fn private_key(bytes: [u8; 8]) -> PrivateKey {
    PrivateKey::from_lanes(lanes(bytes))
}

/// Lanes are little-endian.
fn lanes(bytes: [u8; 8]) -> [u16; 4] {
    let (pairs, _) = bytes.as_chunks::<2>();
    std::array::from_fn(|lane| u16::from_le_bytes(pairs[lane]))
}

fn same_lanes(fields: &Fields<'_>, name: &str, bytes: [u8; 8]) -> Check {
    match fields.get::<ListOf<u16>>(name)? {
        Some(ListOf(named)) => compare(name, &lanes(bytes).to_vec(), &named),
        None => Ok(()),
    }
}

fn public_key(vector: &Vector<'_>, fields: &Fields<'_>) -> Check {
    let private: [u8; 8] = fields.need("private_hex")?;
    same_lanes(fields, "private_lanes", private)?;
    let public = private_key(private).public();
    same_lanes(fields, "public_lanes", public)?;
    fields.finish()?;
    compare_bytes("public key", &public, &vector.bytes)
}

fn session_key(vector: &Vector<'_>, fields: &Fields<'_>) -> Check {
    let key = |side: &str| -> Result<(PrivateKey, [u8; 8]), String> {
        let private = private_key(fields.need(&format!("{side}_private_hex"))?);
        let public: [u8; 8] = fields.need(&format!("{side}_public_hex"))?;
        compare_bytes("public key", &private.public(), &public)?;
        Ok((private, public))
    };
    let ((a_private, a_public), (b_private, b_public)) = (key("a")?, key("b")?);
    for cipher in [a_private.agree(&b_public), b_private.agree(&a_public)] {
        let session = cipher.map_err(|why| why.to_string())?.key();
        compare_bytes("session key", &session, &vector.bytes)?;
        same_lanes(fields, "session_lanes", session)?;
    }
    fields.finish()
}

fn encryption(vector: &Vector<'_>, fields: &Fields<'_>) -> Check {
    let (cipher, random) = sealing(fields)?;
    let plain: Vec<u8> = fields.need("plaintext_hex")?;
    fields.finish()?;
    let mut sealed = Vec::new();
    cipher.encrypt(&plain, random, &mut sealed);
    compare_bytes("encrypted", &sealed, &vector.bytes)?;
    let found = cipher.decrypt(&mut sealed).map_err(|why| why.to_string())?;
    compare_bytes("decrypted", found, &plain)
}

/// A body that decryption must judge, or a public key that the exchange must.
fn crypto_answer(vector: &Vector<'_>, fields: &Fields<'_>, wanted: &Value) -> Check {
    let accepted = if vector.name.starts_with("crypto/dh/") {
        PrivateKey::from_lanes([1; 4]).agree(&vector.bytes).is_ok()
    } else {
        let cipher = Cipher::from_key(fields.need("session_key_hex")?);
        let whole = |mut bytes: Vec<u8>| cipher.decrypt(&mut bytes).is_ok();
        if let Some(at) = fields.get::<usize>("flipped_byte")? {
            flipped(&vector.bytes, at, whole)?;
        }
        whole(vector.bytes.clone())
    };
    fields.same("length", &vector.bytes.len())?;
    let found = expect::Answer { acted: accepted, closed: !accepted, ..expect::Answer::default() };
    found.check(wanted)
}

/// The byte named as changed must be what stands between the bytes and a whole body.
fn flipped(bytes: &[u8], at: usize, whole: impl Fn(Vec<u8>) -> bool) -> Check {
    let mends = (1..=u8::MAX).any(|change| {
        let mut changed = bytes.to_vec();
        changed.get_mut(at).is_some_and(|byte| {
            *byte ^= change;
            true
        }) && whole(changed)
    });
    if mends { Ok(()) } else { Err(format!("byte {at} is not the one that was changed")) }
}

/// Everything else that is no packet.
pub(super) fn other(vector: &Vector<'_>) -> Check {
    let fields = vector.fields();
    let name = vector.name;
    if name.starts_with("auth/a1-simple") {
        let key = auth::simple_key(&fields.need("password")?, fields.need("salt_hex")?);
        fields.finish()?;
        compare_bytes("key", &key, &vector.bytes)
    } else if name.starts_with("auth/a1-https") {
        let (user, password) = (fields.need("username")?, fields.need("password")?);
        let form = auth::https_form(&user, &password, fields.need("salt_hex")?);
        fields.finish()?;
        compare_bytes("form", form.as_bytes(), &vector.bytes)
    } else if name.starts_with("m2/film/") {
        film_file(vector, &fields)
    } else if name.starts_with("a1game/udp/") {
        let id = fields.need("ping_id")?;
        let ping = if name.starts_with("a1game/udp/pong") { Ping::Answer(id) } else { Ping::Ask(id) };
        fields.finish()?;
        compare_bytes("datagram", &ping.to_bytes(), &vector.bytes)?;
        compare("parsed", &Ping::parse(&vector.bytes), &Some(ping))
    } else {
        Err("this kind of vector is unknown".to_owned())
    }
}

fn film_file(vector: &Vector<'_>, fields: &Fields<'_>) -> Check {
    let commands = match fields.get::<ListOf<Vec<u8>>>("commands_hex")? {
        Some(ListOf(bodies)) => bodies
            .iter()
            .map(|body| FilmCommand::read(&mut Reader::new(body)))
            .collect::<Result<_, _>>()
            .map_err(|why| why.to_string())?,
        None => uniform_commands(fields)?,
    };
    let header: Vec<u8> = fields.need("header_hex")?;
    let file = film::film_file(
        &fields.need("tag_name")?,
        fields.need("subgroup_tag")?,
        &header,
        &commands,
        fields.need("end_time")?,
    )
    .map_err(|why| why.to_string())?;
    fields.finish()?;
    compare_bytes("film", &file, &vector.bytes)
}

/// So many commands of one size, each filled with its index, which is also its time.
fn uniform_commands(fields: &Fields<'_>) -> Result<Vec<FilmCommand>, String> {
    let count: u8 = fields.need("command_count")?;
    let size: usize = fields.need("command_size")?;
    let details = size.checked_sub(8).ok_or("the commands are too short")?;
    let (verb, player_index) = (fields.need("verb")?, fields.need("player_index")?);
    fields.same("time", &"index".to_owned())?;
    fields.same("fill", &format!("{details} bytes of the index"))?;
    Ok((0..count)
        .map(|index| FilmCommand { verb, player_index, time_ticks: index.into(), details: vec![index; details] })
        .collect())
}
