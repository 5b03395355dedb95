//! What an operator, or a test, may turn.

use std::{num::NonZeroU32, time::Duration};

/// How accounts behave. The defaults are what the operator's chapter on safety promises.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The hashing of passwords.
    pub hashing: Hashing,
    /// How long logins last.
    pub sessions: Sessions,
    /// How often one may try.
    pub limits: Limits,
    /// Passwords that nobody may choose, because they were stolen elsewhere.
    pub breached: Option<crate::Breached>,
    /// The address people type, where the configuration says it. Else it is what the owner said.
    pub public_url: Option<String>,
}

/// Argon2id's cost, and how much of the machine it may take.
#[derive(Debug, Clone)]
pub struct Hashing {
    /// Memory of one hash in KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
    /// Lanes of one hash.
    pub lanes: u32,
    /// Hashes worked on at once.
    pub at_once: usize,
    /// Hashes waiting at most; one more is refused.
    pub queue: usize,
    /// How long one waits for its turn at most before it is refused.
    pub wait: Duration,
}

impl Default for Hashing {
    fn default() -> Self {
        Self {
            memory_kib: 19_456,
            passes: 2,
            lanes: 1,
            at_once: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            queue: 64,
            wait: Duration::from_secs(2),
        }
    }
}

/// How long a login lasts, unused and at all.
#[derive(Debug, Clone)]
pub struct Sessions {
    /// Ends when unused that long.
    pub idle: Duration,
    /// Ends that long after it began.
    pub absolute: Duration,
    /// The same, where "remember me" was ticked.
    pub remembered_idle: Duration,
    /// The same, where "remember me" was ticked.
    pub remembered_absolute: Duration,
    /// Logins of one person at the same time; one more ends the one longest unused.
    pub per_user: u32,
}

impl Default for Sessions {
    fn default() -> Self {
        const DAY: Duration = Duration::from_hours(24);
        Self { idle: DAY, absolute: DAY, remembered_idle: DAY * 7, remembered_absolute: DAY * 30, per_user: 50 }
    }
}

impl Sessions {
    pub(crate) const fn idle(&self, remember: bool) -> Duration {
        if remember { self.remembered_idle } else { self.idle }
    }

    pub(crate) const fn absolute(&self, remember: bool) -> Duration {
        if remember { self.remembered_absolute } else { self.absolute }
    }
}

/// How often one may try.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Log-ins from one address, and apart from them log-ons of game clients.
    pub log_in: Rate,
    /// Accounts made from one address.
    pub register: Rate,
    /// Letters for forgotten passwords asked for from one address.
    pub recover: Rate,
    /// The same for one mailbox within [`Limits::failure_window`].
    pub recover_mailbox: usize,
    /// Letters with a code for one account within [`Limits::failure_window`].
    pub letters: usize,
    /// Failures at one account within [`Limits::failure_window`] before only addresses it knows may go on trying.
    pub failures: usize,
    /// How long a failure counts.
    pub failure_window: Duration,
    /// Addresses, and accounts, remembered at most by each limit.
    pub remembered: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            log_in: Rate { burst: NonZeroU32::new(5).expect("five"), one_each: Duration::from_secs(12) },
            register: Rate { burst: NonZeroU32::new(3).expect("three"), one_each: Duration::from_mins(20) },
            recover: Rate { burst: NonZeroU32::new(3).expect("three"), one_each: Duration::from_mins(20) },
            recover_mailbox: 1,
            letters: 5,
            failures: 10,
            failure_window: Duration::from_hours(1),
            remembered: 50_000,
        }
    }
}

/// A rate: so many at once, then one each so often.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// So many at once.
    pub burst: NonZeroU32,
    /// Then one each so often; zero switches the limit off.
    pub one_each: Duration,
}

impl Rate {
    /// No limit: for stories that log in more often than people do.
    pub const UNLIMITED: Self = Self { burst: NonZeroU32::MAX, one_each: Duration::ZERO };
}
