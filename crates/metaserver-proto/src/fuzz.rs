//! A seeded mutation fuzzer: the bytes of every vector, changed at random, fed to every decoder
//! and both state machines.
//!
//! A run is a number; the same number always makes the same bytes. What must hold is asserted, so
//! a run fails by panicking, as the code under it would: nothing panics, what was decoded comes
//! back from its own encoding, and no more memory is held than the limits allow.

mod corpus;
mod decoders;
mod machines;
mod mutate;
mod random;

use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

pub use corpus::Corpus;
pub use mutate::{change, changed};
pub use random::Random;

/// Something to feed.
pub struct Target {
    /// Its name, with the dialect and packet number where it has them.
    pub name: String,
    feed: Feed,
}

impl Target {
    /// Something of that name. `feed` makes and feeds one input, and says whether it was taken for well-formed; it panics where something that
    /// must hold does not.
    pub fn new(name: impl Into<String>, feed: impl Fn(&Corpus, &mut Random) -> bool + 'static) -> Self {
        Self { name: name.into(), feed: Box::new(feed) }
    }
}

/// Makes and feeds one input; whether it was taken for well-formed.
type Feed = Box<dyn Fn(&Corpus, &mut Random) -> bool>;

/// What a target's runs came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Inputs fed.
    pub runs: u64,
    /// Inputs taken for well-formed.
    pub well_formed: u64,
}

impl Tally {
    /// The line that a run is told by, given what it took.
    pub fn line<'a>(&'a self, target: &'a Target, took: Duration) -> impl fmt::Display + 'a {
        fmt::from_fn(move |f| {
            let per_second = u128::from(self.runs) * 1000 / took.as_millis().max(1);
            write!(
                f,
                "{:28} {:>9} runs, {:>8} well-formed, {per_second:>8} per second",
                target.name, self.runs, self.well_formed
            )
        })
    }
}

/// A run that panicked. The panic's own message has gone to standard error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{target} failed; feed it again with --seed {seed} --runs 1 {target}")]
pub struct Failure {
    /// The target.
    pub target: String,
    /// The number that makes the input.
    pub seed: u64,
}

/// The fuzzer with its corpus.
pub struct Fuzzer {
    corpus: Corpus,
}

impl Fuzzer {
    /// Reads the vectors that were compiled in.
    #[expect(clippy::new_without_default, reason = "reading the corpus is work, not a default")]
    pub fn new() -> Self {
        Self { corpus: Corpus::compiled_in() }
    }

    /// Everything there is to feed.
    pub fn targets() -> Vec<Target> {
        let mut targets = decoders::targets();
        targets.extend(machines::targets());
        targets
    }

    /// Feeds a target `runs` inputs, made from `seed`, `seed + 1`, ….
    pub fn run(&self, target: &Target, seed: u64, runs: u64) -> Result<Tally, Failure> {
        let current = Cell::new(seed);
        let feed = || {
            (0..runs)
                .filter(|run| {
                    current.set(seed.wrapping_add(*run));
                    (target.feed)(&self.corpus, &mut Random::new(current.get()))
                })
                .count()
        };
        match catch_unwind(AssertUnwindSafe(feed)) {
            Ok(well_formed) => Ok(Tally { runs, well_formed: u64::try_from(well_formed).unwrap_or(u64::MAX) }),
            Err(_) => Err(Failure { target: target.name.clone(), seed: current.get() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_takes_a_thousand_inputs() {
        let fuzzer = Fuzzer::new();
        for target in Fuzzer::targets() {
            let tally = fuzzer.run(&target, 1, 1000).unwrap();
            assert_eq!(tally.runs, 1000);
            assert!(tally.well_formed > 0, "{} never gets through", target.name);
        }
    }

    #[test]
    fn a_panic_names_the_input() {
        let target = Target {
            name: "glass".to_owned(),
            feed: Box::new(|_, random| {
                assert!(random.below(100) != 7, "broken");
                true
            }),
        };
        let fuzzer = Fuzzer::new();
        let failure = fuzzer.run(&target, 5, 10_000).unwrap_err();
        assert_eq!(failure.target, "glass");
        assert!(fuzzer.run(&target, failure.seed, 1).is_err());
    }
}
