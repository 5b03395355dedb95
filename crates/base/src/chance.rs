//! Randomness as an argument, so that a test can decide what chance brings.

/// A source of unpredictable bytes: the system's generator in the server, a seeded one in tests.
pub trait Chance: Send + Sync + 'static {
    /// Fills `buffer` with random bytes, fit for secrets.
    fn fill(&self, buffer: &mut [u8]);
}

/// What callers usually want from [`Chance`].
pub trait ChanceExt: Chance {
    /// `N` random bytes.
    fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut buffer = [0; N];
        self.fill(&mut buffer);
        buffer
    }

    /// A number in `0..bound`, each equally likely (rejection sampling, no modulo bias). Zero when `bound` is zero.
    fn below(&self, bound: u32) -> u32 {
        if bound == 0 {
            return 0;
        }
        let zone = u32::MAX - u32::MAX % bound;
        loop {
            let draw = u32::from_le_bytes(self.bytes());
            if draw < zone {
                return draw % bound;
            }
        }
    }
}

impl<T: Chance + ?Sized> ChanceExt for T {}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::*;

    struct Counting(AtomicU8);
    impl Chance for Counting {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(self.0.fetch_add(1, Ordering::Relaxed));
        }
    }

    #[test]
    fn below_stays_below() {
        let chance = Counting(AtomicU8::new(250));
        assert!((0..300).all(|_| chance.below(26) < 26));
        assert_eq!(chance.below(0), 0);
    }
}
