//! What the system tells of a process's memory, as `/proc/self/smaps` writes it.

use std::ops::Range;

/// Where `program` is mapped and holds nothing but what stands in its file: code and read-only data, but not the part that the loader has
/// filled in with addresses. That part is read-only too, and has pages of its own (`Anonymous`).
pub(crate) fn as_in_the_file(smaps: &str, program: &str) -> Vec<Range<usize>> {
    let (mut found, mut open) = (Vec::new(), None);
    for line in smaps.lines() {
        if let Some(Mapping { range, rights, file }) = Mapping::begun_by(line) {
            open = (matches!(rights, "r-xp" | "r--p") && file == program).then_some(range);
        } else if line.split_whitespace().eq(["Anonymous:", "0", "kB"]) {
            found.extend(open.take());
        }
    }
    found
}

/// One mapping, as its first line tells it.
struct Mapping<'a> {
    range: Range<usize>,
    rights: &'a str,
    file: &'a str,
}

impl<'a> Mapping<'a> {
    fn begun_by(line: &'a str) -> Option<Self> {
        // address, rights, offset, device, inode; then, after blanks, the file, which may have blanks of its own.
        let mut words = line.splitn(6, ' ');
        let (start, end) = words.next()?.split_once('-')?;
        let address = |hex| usize::from_str_radix(hex, 16).ok();
        let range = address(start)?..address(end)?;
        let rights = words.next()?;
        Some(Self { range, rights, file: words.nth(3).unwrap_or_default().trim_start() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMAPS: &str = "\
55d000000000-55d000200000 r--p 00000000 fe:00 10518550                   /opt/guild hall/guildhall
Rss:                  64 kB
Anonymous:             0 kB
55d000200000-55d002000000 r-xp 00200000 fe:00 10518550                   /opt/guild hall/guildhall
Rss:                8000 kB
Anonymous:             0 kB
VmFlags: rd ex mr mw me
55d002000000-55d002100000 r--p 02000000 fe:00 10518550                   /opt/guild hall/guildhall
Anonymous:          1024 kB
55d002100000-55d002110000 rw-p 02100000 fe:00 10518550                   /opt/guild hall/guildhall
Anonymous:             0 kB
55d003000000-55d003600000 rw-p 00000000 00:00 0                          [heap]
Anonymous:          6000 kB
7f0000000000-7f0000100000 r-xp 00026000 fe:00 326279                     /usr/lib/libc.so.6
Anonymous:             0 kB
7f0000200000-7f0000201000 r-xp 00000000 00:00 0
Anonymous:             0 kB
7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0                          [vdso]
Anonymous:             0 kB
";

    #[test]
    fn only_what_stands_in_the_programs_own_file() {
        let found = as_in_the_file(SMAPS, "/opt/guild hall/guildhall");
        assert_eq!(found, [0x55d0_0000_0000..0x55d0_0020_0000, 0x55d0_0020_0000..0x55d0_0200_0000]);
        assert_eq!(as_in_the_file(SMAPS, "/usr/lib/libc.so.6").len(), 1);
        assert_eq!(as_in_the_file(SMAPS, "/opt/guild"), []);
        assert_eq!(as_in_the_file("nonsense\n1-2", "/opt/guild"), []);
    }
}
