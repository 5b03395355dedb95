//! Looking at every byte of a backup, without a database.

use std::{io::Read, path::Path};

use crate::{
    archive::{Reader, sha256},
    error::Error,
    make::blocking,
    manifest::{FORMAT, HEAD, Head, MANIFEST, Manifest, Member, SEAL},
    row,
    seal::{self, Key},
};

/// The most a member may hold once it is unpacked, 1 GiB: as for the member itself.
const UNPACKED: u64 = 1 << 30;

/// Whether the file is encrypted, going by how it begins.
pub async fn is_encrypted(path: &Path) -> Result<bool, Error> {
    let path = path.to_owned();
    blocking(move || seal::is_sealed(&path)).await
}

/// Compares every byte of a backup with its checksums; gives back what it holds, or names what is damaged.
pub async fn check(path: &Path, key: Option<Key>) -> Result<Manifest, Error> {
    let path = path.to_owned();
    blocking(move || check_all(seal::open(&path, key.as_ref())?)).await
}

/// The same for anything that can be read.
pub(crate) fn check_all(input: impl Read) -> Result<Manifest, Error> {
    let mut reader = Reader::new(input);
    let first = reader.next();
    let Some((name, content)) = first.map_err(|error| match error {
        Error::Damaged { part } if part == "the header after the beginning" => Error::NotABackup,
        other => other,
    })?
    else {
        return Err(Error::NotABackup);
    };
    if name != HEAD {
        return Err(Error::NotABackup);
    }
    // The head is under the manifest's checksum, which comes last. A format that can't be read is said now, since what follows may differ.
    let head: Option<Head> = serde_json::from_slice(&content).ok();
    if let Some(head) = &head
        && head.format > FORMAT
    {
        return Err(Error::NewerFormat(head.format));
    }

    let mut found = vec![Member { bytes: content.len() as u64, sha256: sha256(&content), name }];
    let mut text = None;
    while let Some((name, content)) = reader.next()? {
        match &text {
            None if name == MANIFEST => text = Some(content),
            None => found.push(Member { bytes: content.len() as u64, sha256: sha256(&content), name }),
            Some(text) if name == SEAL => {
                if content != format!("{}\n", sha256(text)).as_bytes() {
                    return Err(Error::damaged(format!("{MANIFEST} or {SEAL}")));
                }
                let manifest = compare(text, &found)?;
                return match reader.next()? {
                    None => Ok(manifest),
                    Some(_) => Err(Error::damaged("the end")),
                };
            }
            Some(_) => return Err(Error::damaged(name)),
        }
    }
    Err(Error::Truncated { part: if text.is_some() { SEAL } else { MANIFEST }.to_owned() })
}

/// Compares what was found with what the manifest says.
fn compare(text: &[u8], found: &[Member]) -> Result<Manifest, Error> {
    let manifest: Manifest = serde_json::from_slice(text).map_err(|_| Error::damaged(MANIFEST))?;
    let mut found = found.iter();
    for expected in manifest.members() {
        match found.next() {
            Some(member) if member == expected => {}
            _ => return Err(Error::damaged(&*expected.name)),
        }
    }
    match found.next() {
        None => Ok(manifest),
        Some(member) => Err(Error::damaged(&*member.name)),
    }
}

/// Reads the next member of `reader`, which must be `expected`, and unpacks it.
pub(crate) fn unpack<R: Read>(reader: &mut Reader<R>, expected: &Member) -> Result<Vec<u8>, Error> {
    let (name, content) = reader.next()?.ok_or_else(|| Error::Truncated { part: expected.name.clone() })?;
    // It was compared before; who changes the file in between shall not be believed.
    if name != expected.name || sha256(&content) != expected.sha256 {
        return Err(Error::damaged(&*expected.name));
    }
    if name == HEAD {
        return Ok(content);
    }
    let mut unpacked = Vec::new();
    let read = zstd::stream::read::Decoder::new(&*content)
        .and_then(|decoder| decoder.take(UNPACKED + 1).read_to_end(&mut unpacked));
    match read {
        Ok(bytes) if bytes as u64 <= UNPACKED => Ok(unpacked),
        _ => Err(Error::damaged(name)),
    }
}

/// The rows in a table's member.
pub(crate) fn rows(member: &Member, content: &[u8]) -> Result<Vec<Vec<db::Cell>>, Error> {
    let mut rows = Vec::new();
    for line in content.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        rows.push(row::read(line).ok_or_else(|| Error::damaged(&*member.name))?);
    }
    Ok(rows)
}
