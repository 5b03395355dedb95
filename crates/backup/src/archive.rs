//! The archive: a plain tar, read more strictly than tar asks for, so that no byte in it can change unnoticed.
//!
//! Every header is the one we would write for that name and length, padding is zero, and after the end there is nothing. What the members hold is
//! under the checksums of the manifest.

use std::io::{self, Read, Write};

use sha2::{Digest as _, Sha256};
use tar::{EntryType, Header};

use crate::{error::Error, manifest::Member};

const BLOCK: usize = 512;
/// The largest member taken in, 1 GiB: members are a few MiB, unless one row alone is larger.
const LARGEST: u64 = 1 << 30;

/// Writes an archive.
pub(crate) struct Writer<W> {
    out: W,
    made_at_secs: u64,
}

impl<W: Write> Writer<W> {
    pub(crate) fn new(out: W, made_at_secs: u64) -> Self {
        Self { out, made_at_secs }
    }

    /// Writes one member.
    pub(crate) fn append(&mut self, name: &str, content: &[u8]) -> io::Result<Member> {
        let bytes = content.len() as u64;
        self.out.write_all(header(name, bytes, self.made_at_secs)?.as_bytes())?;
        self.out.write_all(content)?;
        self.out.write_all(&[0; BLOCK][..padding(bytes)])?;
        Ok(Member { name: name.to_owned(), bytes, sha256: sha256(content) })
    }

    /// Writes the end.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        self.out.write_all(&[0; 2 * BLOCK])?;
        Ok(self.out)
    }
}

fn header(name: &str, bytes: u64, made_at_secs: u64) -> io::Result<Header> {
    let mut header = Header::new_ustar();
    header.set_path(name)?;
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(made_at_secs);
    header.set_entry_type(EntryType::Regular);
    header.set_cksum();
    Ok(header)
}

/// Zero bytes after a content of that length.
fn padding(bytes: u64) -> usize {
    let over = usize::try_from(bytes % BLOCK as u64).expect("less than a block");
    (BLOCK - over) % BLOCK
}

pub(crate) fn sha256(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content))
}

/// Reads an archive, member by member.
pub(crate) struct Reader<R> {
    input: R,
    /// The member read last, to say where something is damaged.
    last: String,
    ended: bool,
}

impl<R: Read> Reader<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input, last: "the beginning".to_owned(), ended: false }
    }

    /// The next member and its content; `None` after the last.
    pub(crate) fn next(&mut self) -> Result<Option<(String, Vec<u8>)>, Error> {
        if self.ended {
            return Ok(None);
        }
        let mut block = [0; BLOCK];
        self.fill(&mut block)?;
        if block == [0; BLOCK] {
            self.fill(&mut block)?;
            if block != [0; BLOCK] || self.input.read(&mut block[..1]).map_err(|error| self.unreadable(&error))? > 0 {
                return Err(Error::damaged("the end"));
            }
            self.ended = true;
            return Ok(None);
        }
        let Some((name, bytes)) = understood(&block) else {
            return Err(Error::damaged(format!("the header after {}", self.last)));
        };
        self.last.clone_from(&name);
        let mut content = Vec::new();
        let read = self.input.by_ref().take(bytes).read_to_end(&mut content);
        read.map_err(|error| self.unreadable(&error))?;
        if (content.len() as u64) < bytes {
            return Err(Error::Truncated { part: name });
        }
        let mut rest = [0; BLOCK];
        let rest = &mut rest[..padding(bytes)];
        self.fill(rest)?;
        if rest.iter().any(|byte| *byte != 0) {
            return Err(Error::damaged(name));
        }
        Ok(Some((name, content)))
    }

    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), Error> {
        self.input.read_exact(buffer).map_err(|error| self.unreadable(&error))
    }

    /// What a failed read means: the file ends early, or (where it is encrypted) what is here was changed.
    fn unreadable(&self, error: &io::Error) -> Error {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Error::Truncated { part: self.last.clone() },
            _ => Error::damaged(&*self.last),
        }
    }
}

/// Name and length, if the header is to the byte what we would write for them.
fn understood(block: &[u8; BLOCK]) -> Option<(String, u64)> {
    let found = Header::from_byte_slice(block);
    let name = String::from_utf8(found.path_bytes().into_owned()).ok()?;
    let (bytes, made_at_secs) = (found.size().ok()?, found.mtime().ok()?);
    let expected = header(&name, bytes, made_at_secs).ok()?;
    (expected.as_bytes() == block && bytes <= LARGEST).then_some((name, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        let mut writer = Writer::new(Vec::new(), 1_763_690_000);
        writer.append("one.json", b"{}").unwrap();
        writer.append("tables/users.00000.zst", &[7; 600]).unwrap();
        writer.append("empty", b"").unwrap();
        writer.finish().unwrap()
    }

    fn read_all(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Error> {
        let mut reader = Reader::new(bytes);
        let mut members = Vec::new();
        while let Some(member) = reader.next()? {
            members.push(member);
        }
        Ok(members)
    }

    #[test]
    fn what_was_written_is_read_and_any_tar_reads_it_too() {
        let bytes = sample();
        let members = read_all(&bytes).unwrap();
        assert_eq!(members[1], ("tables/users.00000.zst".to_owned(), vec![7; 600]));
        assert_eq!(members.len(), 3);
        let mut archive = tar::Archive::new(&*bytes);
        let names: Vec<_> =
            archive.entries().unwrap().map(|entry| entry.unwrap().path().unwrap().display().to_string()).collect();
        assert_eq!(names, ["one.json", "tables/users.00000.zst", "empty"]);
    }

    /// Every bit of everything that no checksum of the manifest covers: headers, padding, the end.
    #[test]
    fn every_flipped_bit_outside_the_members_is_refused_and_inside_is_seen() {
        let bytes = sample();
        let whole = read_all(&bytes).unwrap();
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut flipped = bytes.clone();
                flipped[at] ^= 1 << bit;
                if let Ok(members) = read_all(&flipped) {
                    assert_ne!(members, whole, "bit {bit} of byte {at} was not noticed");
                    assert_eq!(members.len(), whole.len(), "only content may differ");
                }
            }
        }
    }

    #[test]
    fn a_shorter_or_longer_one_is_refused() {
        let bytes = sample();
        for length in 0..bytes.len() {
            assert!(read_all(&bytes[..length]).is_err(), "cut at {length}");
        }
        let mut longer = bytes;
        longer.push(0);
        assert!(read_all(&longer).is_err());
    }
}
