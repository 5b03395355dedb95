#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod mappings;

use std::{io, mem::MaybeUninit};

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

/// Asks the system to lay memory that is about to be used in large pages, as far as whole ones fit into it. Work that jumps about in many
/// megabytes then waits less for where they lie. A wish and no more: where the system has none to give, small ones serve.
#[cfg(target_os = "linux")]
pub fn prefer_large_pages<T>(memory: &mut [MaybeUninit<T>]) {
    use rustix::mm::{Advice, madvise};

    /// Of the machines a hub runs on; where theirs are others, the range still begins and ends with a page.
    const LARGE: usize = 2 * 1024 * 1024;
    let start = memory.as_mut_ptr().addr();
    let (first, end) = (start.next_multiple_of(LARGE), (start + size_of_val(memory)) / LARGE * LARGE);
    if first >= end {
        return;
    }
    #[expect(unsafe_code, reason = "the system is told what its pages are for; what stands in them stays")]
    // SAFETY: the range lies within memory that the caller has borrowed for itself, and the advice changes no byte of it.
    let _unless_there_are_none = unsafe {
        madvise(memory.as_mut_ptr().cast::<u8>().wrapping_add(first - start).cast(), end - first, Advice::LinuxHugepage)
    };
}

/// Only Linux is asked this way.
#[cfg(not(target_os = "linux"))]
pub fn prefer_large_pages<T>(_memory: &mut [MaybeUninit<T>]) {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn memory_is_as_good_in_large_pages() {
        for length in [0, 1, 1000, 9 * 1024 * 1024] {
            let mut memory: Vec<u8> = Vec::with_capacity(length);
            prefer_large_pages(memory.spare_capacity_mut());
            memory.extend((0..length).map(|at| at.to_le_bytes()[0]));
            assert!(memory.iter().enumerate().all(|(at, byte)| *byte == at.to_le_bytes()[0]));
        }
    }

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
