//! Passwords that were stolen elsewhere: a list of the operator's own, which nobody may choose from.
//!
//! It is a file of lines in order, each the SHA-1 of a password in hexadecimal, with or without a count behind a colon: as "Have I Been
//! Pwned" hands its list out. That one has tens of gigabytes, so it is never read whole: some thirty looks find a line.

use std::{
    cmp::Ordering,
    fs::File,
    io::{self, ErrorKind},
    os::unix::fs::FileExt as _,
    path::PathBuf,
};

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

/// Letters of a hash.
const LETTERS: usize = 40;
/// Longer than any line.
const LONGEST_LINE: usize = 128;

/// The list. Opened for each password that is chosen: so a newer one takes the place of the old without a restart.
#[derive(Debug, Clone)]
pub struct Breached {
    path: PathBuf,
}

impl Breached {
    /// The list in that file.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Whether the file looks like such a list: says why where it does not. Looks at its ends and its middle.
    pub fn check(&self) -> io::Result<()> {
        let list = List::open(self)?;
        let last = list.bytes.saturating_sub(1);
        let mut before: Option<[u8; LETTERS]> = None;
        for part in 0..=4 {
            let (_, hash, _) = list.line_at(last / 4 * part)?.ok_or_else(|| odd("it is empty"))?;
            if before.is_some_and(|before| before > hash) {
                return Err(odd("its lines are not in order"));
            }
            before = Some(hash);
        }
        Ok(())
    }

    /// Whether a password is on it.
    pub(crate) fn holds(&self, password: &str) -> io::Result<bool> {
        let sum = digest(&SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes());
        let mut wanted = [0; LETTERS];
        for (letters, byte) in wanted.chunks_exact_mut(2).zip(sum.as_ref()) {
            letters.copy_from_slice(&[hex(byte >> 4), hex(byte & 15)]);
        }
        let list = List::open(self)?;
        let (mut from, mut to) = (0, list.bytes);
        while from < to {
            let Some((begin, hash, end)) = list.line_at(from + (to - from) / 2)? else { return Ok(false) };
            match hash.cmp(&wanted) {
                Ordering::Equal => return Ok(true),
                Ordering::Less => from = end,
                Ordering::Greater => to = begin,
            }
        }
        Ok(false)
    }
}

/// The file, open.
struct List {
    file: File,
    bytes: u64,
}

impl List {
    fn open(breached: &Breached) -> io::Result<Self> {
        let file = File::open(&breached.path)?;
        let bytes = file.metadata()?.len();
        Ok(Self { file, bytes })
    }

    /// The line in which that byte is: where it begins, its hash, and where the next one begins. `None` beyond the end.
    fn line_at(&self, at: u64) -> io::Result<Option<(u64, [u8; LETTERS], u64)>> {
        if at >= self.bytes {
            return Ok(None);
        }
        let from = at.saturating_sub(LONGEST_LINE as u64);
        let mut around = [0; 2 * LONGEST_LINE];
        let read = self.read(&mut around, from)?;
        let around = &around[..read];
        let here = usize::try_from(at - from).unwrap_or(LONGEST_LINE);
        let begin = around[..here].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        if begin == 0 && from > 0 {
            return Err(odd("a line is too long"));
        }
        let end = match around[here..].iter().position(|byte| *byte == b'\n') {
            Some(length) => here + length + 1,
            None if from + read as u64 == self.bytes => read,
            None => return Err(odd("a line is too long")),
        };
        let line = &around[begin..end];
        let (hash, rest) = line.split_first_chunk::<LETTERS>().ok_or_else(|| odd("a line is too short"))?;
        let well = hash.iter().all(u8::is_ascii_hexdigit) && matches!(rest.first(), None | Some(b':' | b'\r' | b'\n'));
        if !well {
            return Err(odd("a line is no SHA-1 in hexadecimal"));
        }
        Ok(Some((from + begin as u64, hash.map(|letter| letter.to_ascii_uppercase()), from + end as u64)))
    }

    fn read(&self, into: &mut [u8], from: u64) -> io::Result<usize> {
        let mut filled = 0;
        while filled < into.len() {
            match self.file.read_at(&mut into[filled..], from + filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }
}

const fn hex(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'A' + value - 10 }
}

fn odd(why: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, why)
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// A list of these passwords in the folder for passing things, gone when dropped.
    pub(crate) struct Listed(pub(crate) PathBuf);

    impl Drop for Listed {
        fn drop(&mut self) {
            drop(std::fs::remove_file(&self.0));
        }
    }

    pub(crate) fn write(name: &str, text: &str) -> Listed {
        let path = std::env::temp_dir().join(format!("guildhall-breached-{name}-{}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        Listed(path)
    }

    pub(crate) fn hash(password: &str) -> String {
        let sum = digest(&SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes());
        let bytes: Vec<String> = sum.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
        bytes.concat()
    }
}

#[cfg(test)]
mod tests {
    use super::{
        testing::{hash, write},
        *,
    };

    #[test]
    fn hashes_are_the_ones_that_are_handed_out() {
        // By `printf password | sha1sum`.
        assert_eq!(hash("password"), "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8");
    }

    #[test]
    fn every_password_on_a_list_is_found_and_no_other() {
        for count in [1, 2, 3, 7, 1_000] {
            let passwords: Vec<String> = (0..count).map(|number| format!("password {number}")).collect();
            let mut hashes: Vec<String> = passwords.iter().map(|password| hash(password)).collect();
            hashes.sort();
            let counted = |end: &str| {
                let line = |(at, hash): (usize, &String)| format!("{hash}:{}{end}", at * at * at);
                hashes.iter().enumerate().map(line).collect::<Vec<_>>().concat()
            };
            // As it comes by a download, as `sha1sum` and `sort` make it, and without a last end of a line.
            let bare = hashes.join("\n").to_lowercase() + "\n";
            for (name, text) in [
                ("crlf", counted("\r\n")),
                ("lf", counted("\n")),
                ("bare", bare.clone()),
                ("cut", bare.trim().to_owned()),
            ] {
                let listed = write(&format!("{name}-{count}"), &text);
                let list = Breached::new(&listed.0);
                list.check().unwrap();
                for password in &passwords {
                    assert!(list.holds(password).unwrap(), "{name}: {password} of {count}");
                }
                for other in ["", "Password 0", "correct horse battery staple"] {
                    assert!(!list.holds(other).unwrap(), "{name}: {other:?} of {count}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_such_list_is_said_to_be_none() {
        let long = "0".repeat(1_000);
        let unordered = format!("{}\n{}\n", "F".repeat(40), "0".repeat(40));
        for (name, text, why) in [
            ("empty", "", "it is empty"),
            ("words", "password\n123456\n", "a line is too short"),
            ("long", long.as_str(), "a line is too long"),
            ("letters", "this is a text of some forty letters, no hash\n", "a line is no SHA-1 in hexadecimal"),
            ("order", unordered.as_str(), "its lines are not in order"),
        ] {
            let listed = write(name, text);
            assert_eq!(Breached::new(&listed.0).check().unwrap_err().to_string(), why, "{name}");
        }
        assert_eq!(Breached::new("/nowhere").check().unwrap_err().kind(), ErrorKind::NotFound);
    }
}
