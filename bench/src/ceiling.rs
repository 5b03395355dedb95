//! What the machine can hash at all, in turns with what is measured beside it: a machine that others share is not equally fast all the
//! time, and one look at it before says little of the time after.

use std::{
    fmt,
    time::{Duration, Instant},
};

use argon2::{Algorithm, Argon2, Block, Params, Version};

use crate::{Failure, log_in::PASSWORD, start::to_f64};

/// How often what is measured has its turn; the ceiling has one more.
pub(crate) const TURNS: usize = 4;
/// How long the ceiling's last.
const ALONE: Duration = Duration::from_secs(5);

/// What each look at it said, in hashes a second.
#[derive(Default)]
pub(crate) struct Ceiling(Vec<f64>);

impl Ceiling {
    /// Looks at it once more.
    pub(crate) async fn take(&mut self) -> Result<(), Failure> {
        self.0.push(tokio::task::spawn_blocking(hashes_per_second).await??);
        Ok(())
    }

    /// Of all looks together; nothing to compare with before the first.
    pub(crate) fn a_second(&self) -> f64 {
        self.0.iter().sum::<f64>() / to_f64(self.0.len() as u64)
    }
}

impl fmt::Display for Ceiling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let looks: Vec<_> = self.0.iter().map(|look| format!("{look:.1}")).collect();
        f.write_str(&looks.join(" "))
    }
}

/// What was done in all turns, and how long they took.
#[derive(Default)]
pub(crate) struct Rate {
    done: u64,
    took: Duration,
}

impl Rate {
    pub(crate) fn add(&mut self, done: u64, took: Duration) {
        self.done += done;
        self.took += took;
    }

    pub(crate) fn a_second(&self) -> f64 {
        to_f64(self.done) / self.took.as_secs_f64()
    }
}

/// One thread a core, nothing but hashing, at the cost that the hub hashes with, in memory that is there already.
fn hashes_per_second() -> Result<f64, Failure> {
    let threads = std::thread::available_parallelism()?.get();
    let params = Params::new(19_456, 2, 1, Some(32)).map_err(|error| error.to_string())?;
    let began = Instant::now();
    let done: u64 = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                let params = params.clone();
                scope.spawn(move || {
                    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
                    let mut memory = vec![Block::new(); params.block_count()];
                    let (mut out, mut done) = ([0; 32], 0);
                    while began.elapsed() < ALONE {
                        let (password, salt) = (PASSWORD.as_bytes(), b"sixteen of bytes");
                        if argon2.hash_password_into_with_memory(password, salt, &mut out, &mut memory).is_err() {
                            return 0;
                        }
                        done += 1;
                    }
                    done
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap_or(0)).sum()
    });
    Ok(to_f64(done) / began.elapsed().as_secs_f64())
}
