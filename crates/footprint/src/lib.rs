#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod mappings;

use std::io;

/// Lets go of the pages of the program's own file that are in memory: code and read-only data, which come back piece by piece where they
/// are used again. Answers how many bytes of the file were looked at.
#[cfg(target_os = "linux")]
pub fn let_go_of_code() -> io::Result<usize> {
    use std::ops::Range;

    use rustix::mm::{Advice, madvise};

    let program = std::fs::read_link("/proc/self/exe")?;
    let mappings = std::fs::read_to_string("/proc/self/smaps")?;
    let mut bytes = 0;
    for Range { start, end } in mappings::as_in_the_file(&mappings, &program.to_string_lossy()) {
        #[expect(
            unsafe_code,
            reason = "the pages hold what the program's file holds: they may not be written, and none ever was, so they are read anew when touched"
        )]
        // SAFETY: the range is one whole mapping of this very process, private, not writable, with no page of its own, of the file it
        // runs from.
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

/// Gives back what the allocator keeps of memory that is free. The start allocates and frees a great deal, in places too scattered for the
/// allocator to return them by itself.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn return_free_memory() {
    #[expect(unsafe_code, reason = "a function of the C library, which takes a number and touches only what is free")]
    // SAFETY: it may be called at any time from any thread, and moves nothing that is in use.
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Only the GNU C library has such a call.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn return_free_memory() {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// Read-only data spread over more than one page, so that some of it comes back only after it has been let go.
    static TABLE: [u32; 4096] = {
        let mut table = [0; 4096];
        let mut at = 0_u32;
        while at < 4096 {
            table[at as usize] = at.wrapping_mul(2_654_435_761);
            at += 1;
        }
        table
    };

    #[test]
    fn a_program_goes_on_as_if_nothing_had_happened() {
        let kept: Vec<String> = (0..1000).map(|number| format!("line {number}")).collect();
        for _ in 0..3 {
            return_free_memory();
            assert!(let_go_of_code().unwrap() > 0);
            assert!(kept.iter().enumerate().all(|(number, line)| *line == format!("line {number}")));
            assert!((0_u32..4096).zip(TABLE).all(|(at, value)| value == at.wrapping_mul(2_654_435_761)));
        }
    }
}
