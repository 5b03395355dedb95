#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

use std::{io, ops::Range};

/// Lets go of the program's code that is in memory. What goes on running comes back piece by piece. Answers how many bytes of code there are.
#[cfg(target_os = "linux")]
pub fn let_go_of_code() -> io::Result<usize> {
    use rustix::mm::{Advice, madvise};

    let program = std::fs::read_link("/proc/self/exe")?;
    let mut bytes = 0;
    for Range { start, end } in code(&std::fs::read_to_string("/proc/self/maps")?, &program.to_string_lossy()) {
        #[expect(
            unsafe_code,
            reason = "the pages hold what the program's file holds, and nothing has ever written to them: r-xp, so they are read anew when touched"
        )]
        // SAFETY: the range is one whole mapping of this very process, private, executable and not writable, of the file it runs from.
        unsafe {
            madvise(std::ptr::with_exposed_provenance_mut(start), end - start, Advice::LinuxDontNeed)?;
        }
        bytes += end - start;
    }
    Ok(bytes)
}

/// There is nothing to let go of that this system would tell of.
#[cfg(not(target_os = "linux"))]
pub fn let_go_of_code() -> io::Result<usize> {
    Ok(0)
}

/// Where the code of `program` lies, as `/proc/self/maps` tells it.
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
fn code(maps: &str, program: &str) -> Vec<Range<usize>> {
    maps.lines()
        .filter_map(|line| {
            // address, rights, offset, device, inode; then, after blanks, the file, which may have blanks of its own.
            let mut words = line.splitn(6, ' ');
            let (range, rights) = (words.next()?, words.next()?);
            let file = words.nth(3)?.trim_start();
            let (start, end) = range.split_once('-')?;
            let address = |hex| usize::from_str_radix(hex, 16).ok();
            (rights == "r-xp" && file == program).then_some(address(start)?..address(end)?)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAPS: &str = "\
55d000000000-55d000200000 r--p 00000000 fe:00 10518550                   /opt/guild hall/guildhall
55d000200000-55d002000000 r-xp 00200000 fe:00 10518550                   /opt/guild hall/guildhall
55d002000000-55d002100000 r--p 02000000 fe:00 10518550                   /opt/guild hall/guildhall
55d002100000-55d002110000 rw-p 02100000 fe:00 10518550                   /opt/guild hall/guildhall
55d003000000-55d003600000 rw-p 00000000 00:00 0                          [heap]
7f0000000000-7f0000100000 r-xp 00026000 fe:00 326279                     /usr/lib/libc.so.6
7f0000200000-7f0000201000 r-xp 00000000 00:00 0
7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0                          [vdso]
";

    #[test]
    fn only_the_programs_own_code_is_let_go() {
        assert_eq!(code(MAPS, "/opt/guild hall/guildhall"), vec![0x55d0_0020_0000..0x55d0_0200_0000; 1]);
        assert_eq!(code(MAPS, "/opt/guild"), []);
        assert_eq!(code("nonsense\n1-2", "/opt/guild"), []);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_program_goes_on_as_if_nothing_had_happened() {
        for _ in 0..3 {
            assert!(let_go_of_code().unwrap() > 0);
            assert_eq!(code(MAPS, "/usr/lib/libc.so.6").len(), 1);
        }
    }
}
