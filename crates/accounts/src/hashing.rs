//! Passwords become hashes here, a few at a time, so that a crowd logging in cannot take the machine from everybody else.

mod line;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Ident, Output, ParamsString, PasswordHash, Salt},
};
use base::{Chance, ChanceExt, Secret};
use subtle::ConstantTimeEq;

use self::line::{Line, Refused};
use crate::{error::Error, settings::Hashing};

const OUTPUT_BYTES: usize = 32;

/// Room asked for at least for one hash's memory, in KiB blocks: more than glibc's largest threshold (32 MiB) for taking
/// memory straight from the system. So every buffer goes back to the system when it is dropped, instead of staying in the
/// arena of whichever thread hashed last. The part beyond the hash's own is never touched and costs nothing.
const ROOM_BLOCKS: usize = 33 * 1024;

/// What a password was found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// It is the right one.
    pub(crate) right: bool,
    /// The hash was made at another cost than today's: make it anew, now that the password is at hand.
    pub(crate) outdated: bool,
}

/// The memory of one hash, left to the next one in line. With the line it goes back to the system.
type Memory = Vec<Block>;

/// The bounded pool. At most one hash a core at a time; the rest wait in line, not for long.
#[derive(Clone)]
pub(crate) struct Hasher {
    line: Arc<Line<Memory>>,
    cost: Arc<Cost>,
}

/// What a hash is made with.
struct Cost {
    params: Params,
    /// What the password of an account that does not exist is compared with: a hash nobody has a password for.
    decoy: PasswordHash,
    chance: Arc<dyn Chance>,
    hashes: AtomicU64,
}

impl Hasher {
    /// A pool with that cost. The cost must be one argon2 knows; the defaults are.
    pub(crate) fn new(settings: &Hashing, chance: Arc<dyn Chance>) -> Self {
        let params = Params::new(settings.memory_kib, settings.passes, settings.lanes, Some(OUTPUT_BYTES))
            .expect("the cost of hashing is one argon2 allows");
        let decoy =
            phc(&params, &chance.bytes::<16>(), &chance.bytes::<OUTPUT_BYTES>()).expect("the lengths are PHC's own");
        Self {
            line: Arc::new(Line::new(settings.at_once, settings.queue, settings.wait)),
            cost: Arc::new(Cost { params, decoy, chance, hashes: AtomicU64::new(0) }),
        }
    }

    /// The PHC string to store for a new password.
    pub(crate) async fn hash(&self, password: Secret) -> Result<String, Error> {
        self.run(move |cost, memory| {
            let salt = cost.chance.bytes::<16>();
            let output = cost.compute(&cost.params, &password, &salt, memory)?;
            Ok(phc(&cost.params, &salt, &output).map_err(hashing_error)?.to_string())
        })
        .await
    }

    /// Compares a password with a stored hash, or with the decoy where there is none: the same work, and never right.
    pub(crate) async fn verify(&self, password: Secret, stored: Option<String>) -> Result<Verdict, Error> {
        self.verify_as(|| Ok(password), stored).await
    }

    /// The same with work before it that belongs to the comparison, done in the same turn.
    pub(crate) async fn verify_as(
        &self,
        read: impl FnOnce() -> Result<Secret, Error> + Send + 'static,
        stored: Option<String>,
    ) -> Result<Verdict, Error> {
        self.run(move |cost, memory| {
            let password = read()?;
            let known = stored.is_some();
            let hash = match stored {
                Some(text) => PasswordHash::new(&text).map_err(hashing_error)?,
                None => cost.decoy.clone(),
            };
            let params = Params::try_from(&hash).map_err(hashing_error)?;
            let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else {
                return Err(Error::Corrupt { what: "password hash" });
            };
            let output = cost.compute(&params, &password, salt.as_ref(), memory)?;
            Ok(Verdict {
                right: known && bool::from(output.ct_eq(expected.as_bytes())),
                outdated: costs(&params) != costs(&cost.params),
            })
        })
        .await
    }

    /// Runs short work that blocks, such as judging a new password, in the same line as the hashes.
    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        self.run(move |_, _| Ok(work())).await
    }

    /// Hashes computed so far.
    #[cfg(test)]
    pub(crate) fn hashes(&self) -> u64 {
        self.cost.hashes.load(Ordering::SeqCst)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Cost, &mut Memory) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let cost = Arc::clone(&self.cost);
        match self.line.run(move |memory| work(&cost, memory)).await {
            Ok(done) => done,
            Err(Refused::Busy) => Err(Error::Busy { retry_after: self.line.wait() }),
            Err(panicked @ Refused::Panicked) => Err(hashing_error(panicked)),
        }
    }
}

impl Cost {
    fn compute(
        &self,
        params: &Params,
        password: &Secret,
        salt: &[u8],
        memory: &mut Memory,
    ) -> Result<[u8; OUTPUT_BYTES], Error> {
        let begun = Instant::now();
        let blocks = params.block_count();
        if memory.len() < blocks {
            memory.reserve_exact(blocks.max(ROOM_BLOCKS) - memory.len());
            let missing = blocks - memory.len();
            footprint::prefer_large_pages(&mut memory.spare_capacity_mut()[..missing]);
            memory.resize(blocks, Block::new());
        }
        let mut output = [0; OUTPUT_BYTES];
        let result = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone()).hash_password_into_with_memory(
            password.expose().as_bytes(),
            salt,
            &mut output,
            memory,
        );
        self.hashes.fetch_add(1, Ordering::SeqCst);
        metrics::histogram!("guildhall_hashing_duration_seconds").record(begun.elapsed().as_secs_f64());
        result.map(|()| output).map_err(hashing_error)
    }
}

/// `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`, as every library reads it.
fn phc(params: &Params, salt: &[u8], output: &[u8]) -> Result<PasswordHash, argon2::password_hash::phc::Error> {
    let mut costs = ParamsString::new();
    for (name, cost) in [("m", params.m_cost()), ("t", params.t_cost()), ("p", params.p_cost())] {
        costs.add_decimal(name, cost)?;
    }
    Ok(PasswordHash {
        algorithm: Ident::new("argon2id")?,
        version: Some(Version::V0x13.into()),
        params: costs,
        salt: Some(Salt::new(salt)?),
        hash: Some(Output::new(output)?),
    })
}

fn costs(params: &Params) -> (u32, u32, u32) {
    (params.m_cost(), params.t_cost(), params.p_cost())
}

fn hashing_error(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Hashing(Box::new(error))
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, time::Duration};

    use super::*;
    use base::testing::SeededChance;

    fn hasher(settings: &Hashing) -> Hasher {
        Hasher::new(settings, Arc::new(SeededChance::new(3)))
    }

    fn secret(text: &str) -> Secret {
        Secret::new(text)
    }

    #[tokio::test]
    async fn the_right_password_and_a_wrong_one() {
        let hasher = hasher(&Hashing::default());
        let stored = hasher.hash(secret("vrlq wopk")).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        let right = hasher.verify(secret("vrlq wopk"), Some(stored.clone())).await.unwrap();
        assert_eq!(right, Verdict { right: true, outdated: false });
        let wrong = hasher.verify(secret("vrlq wopk "), Some(stored.clone())).await.unwrap();
        assert_eq!(wrong, Verdict { right: false, outdated: false });
        assert_ne!(hasher.hash(secret("vrlq wopk")).await.unwrap(), stored, "salted");
    }

    #[tokio::test]
    async fn the_library_itself_agrees() {
        use argon2::PasswordVerifier;
        let stored = hasher(&Hashing::default()).hash(secret("vrlq wopk")).await.unwrap();
        Argon2::default().verify_password(b"vrlq wopk", &PasswordHash::new(&stored).unwrap()).unwrap();
    }

    #[tokio::test]
    async fn an_unknown_user_costs_one_hash_and_is_never_right() {
        let hasher = hasher(&Hashing::default());
        assert!(!hasher.verify(secret("anything"), None).await.unwrap().right);
        assert_eq!(hasher.hashes(), 1);
    }

    #[tokio::test]
    async fn a_hash_of_another_cost_is_still_checked_and_called_outdated() {
        let stored = hasher(&Hashing { memory_kib: 64, ..Hashing::default() }).hash(secret("vrlq wopk")).await.unwrap();
        let verdict = hasher(&Hashing::default()).verify(secret("vrlq wopk"), Some(stored)).await.unwrap();
        assert_eq!(verdict, Verdict { right: true, outdated: true });
    }

    #[tokio::test]
    async fn memory_another_hash_has_used_changes_nothing() {
        let settings = Hashing { memory_kib: 64, ..Hashing::default() };
        let stored = hasher(&settings).hash(secret("vrlq wopk")).await.unwrap();
        let hash = PasswordHash::new(&stored).unwrap();
        for blocks in [16, 64, 100] {
            let cost = hasher(&settings).cost;
            let mut used = Block::new();
            AsMut::<[u64]>::as_mut(&mut used).fill(0x5eed);
            let salt = hash.salt.as_ref().unwrap().as_ref();
            let output = cost.compute(&cost.params, &secret("vrlq wopk"), salt, &mut vec![used; blocks]).unwrap();
            assert_eq!(output.as_slice(), hash.hash.as_ref().unwrap().as_bytes(), "{blocks} blocks");
        }
    }

    /// Takes the only turn until the returned sender is dropped.
    async fn occupy(hasher: &Hasher) -> mpsc::Sender<()> {
        let (release, held) = mpsc::channel::<()>();
        let (begun, mut has_begun) = tokio::sync::mpsc::channel(1);
        let hasher = hasher.clone();
        let task = async move {
            hasher
                .blocking(move || {
                    begun.blocking_send(()).unwrap();
                    let _ = held.recv();
                })
                .await
        };
        tokio_spawn(task);
        has_begun.recv().await.unwrap();
        release
    }

    #[expect(clippy::disallowed_methods, reason = "a test's task ends with its runtime")]
    fn tokio_spawn<T: Send + 'static>(task: impl Future<Output = T> + Send + 'static) -> tokio::task::JoinHandle<T> {
        tokio::spawn(task)
    }

    #[tokio::test]
    async fn a_full_line_refuses_at_once() {
        let hasher = hasher(&Hashing { at_once: 1, queue: 1, memory_kib: 64, ..Hashing::default() });
        let release = occupy(&hasher).await;
        let second = tokio_spawn({
            let hasher = hasher.clone();
            async move { hasher.hash(secret("vrlq wopk")).await }
        });
        while hasher.line.waiting() == 0 {
            tokio::task::yield_now().await;
        }
        assert!(matches!(hasher.hash(secret("vrlq wopk")).await, Err(Error::Busy { .. })));
        drop(release);
        second.await.unwrap().unwrap();
        assert_eq!(hasher.line.waiting(), 0);
    }

    #[tokio::test]
    async fn who_gives_up_leaves_the_line_and_whoever_panics_leaves_it_whole() {
        let hasher = hasher(&Hashing { at_once: 1, queue: 1, memory_kib: 64, ..Hashing::default() });
        let release = occupy(&hasher).await;
        let given_up = tokio::time::timeout(Duration::from_millis(1), hasher.hash(secret("vrlq wopk"))).await;
        assert!(given_up.is_err(), "nobody had let it");
        assert_eq!(hasher.line.waiting(), 0);
        let panics = tokio_spawn({
            let hasher = hasher.clone();
            async move { hasher.blocking(|| panic!("as a test wants it")).await }
        });
        while hasher.line.waiting() == 0 {
            tokio::task::yield_now().await;
        }
        drop(release);
        assert!(matches!(panics.await.unwrap(), Err::<(), _>(Error::Hashing(_))));
        hasher.hash(secret("vrlq wopk")).await.unwrap();
    }

    #[tokio::test]
    async fn nobody_waits_longer_than_told() {
        let wait = Duration::from_millis(20);
        let hasher = hasher(&Hashing { at_once: 1, memory_kib: 64, wait, ..Hashing::default() });
        let release = occupy(&hasher).await;
        let Err(Error::Busy { retry_after }) = hasher.hash(secret("vrlq wopk")).await else { panic!("it got a turn") };
        assert_eq!(retry_after, wait);
        drop(release);
    }
}
