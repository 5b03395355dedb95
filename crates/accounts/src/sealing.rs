//! What has to be read again, and so can be no hash, is sealed: encrypted with a key that lies beside the database and not in it.

use std::{
    io,
    sync::{Arc, PoisonError, RwLock},
};

use base::{Chance, ChanceExt as _, UserId};
use seal::{KEY_BYTES, Key};
use sha2::{Digest as _, Sha256};

use crate::error::Error;

/// Where the hub's keys lie, newest first. The wiring keeps them in a file.
pub trait SealKeys: Send + Sync + 'static {
    /// All there are. Where there is none yet, one is made.
    fn read(&self) -> io::Result<Vec<[u8; KEY_BYTES]>>;

    /// From now on exactly these.
    fn keep(&self, keys: &[[u8; KEY_BYTES]]) -> io::Result<()>;
}

/// Something sealed, as the database has it.
#[derive(Debug, Clone)]
pub(crate) struct Sealed {
    /// Which key it takes to open it. `None`: it was written before anything was sealed, and lies open.
    pub(crate) by: Option<String>,
    /// The nonce, then what is sealed with its tag.
    pub(crate) bytes: Vec<u8>,
}

/// A key, by its name.
#[derive(Debug, Clone)]
struct Named {
    id: String,
    key: Key,
}

impl Named {
    fn new(bytes: [u8; KEY_BYTES]) -> Self {
        // The first eight bytes tell two keys apart and tell nothing of either.
        let digest: [u8; 32] = Sha256::new().chain_update(b"guildhall seal key").chain_update(bytes).finalize().into();
        let mut id = hex::encode(digest);
        id.truncate(16);
        Self { id, key: Key::new(bytes) }
    }
}

/// Seals and opens.
pub(crate) struct Sealer {
    file: Arc<dyn SealKeys>,
    chance: Arc<dyn Chance>,
    /// Newest first; empty until somebody asks.
    known: RwLock<Vec<Named>>,
}

impl Sealer {
    pub(crate) fn new(file: Arc<dyn SealKeys>, chance: Arc<dyn Chance>) -> Self {
        Self { file, chance, known: RwLock::default() }
    }

    /// Reads the keys anew before the next use: another process may have made one.
    pub(crate) fn forget(&self) {
        self.known.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Seals something of somebody's with the newest key. What is one person's opens as nobody else's.
    pub(crate) fn seal(&self, user: UserId, plain: &[u8]) -> Result<Sealed, Error> {
        let Named { id, key } = self.newest()?;
        Ok(Sealed { by: Some(id), bytes: key.seal(&whose(user), plain, &*self.chance) })
    }

    /// What was sealed. A key that is not known is looked for in the file once more; without it nothing is opened.
    pub(crate) fn open(&self, user: UserId, sealed: &Sealed) -> Result<Vec<u8>, Error> {
        let Some(by) = &sealed.by else { return Ok(sealed.bytes.clone()) };
        let find = |keys: &[Named]| keys.iter().find(|key| key.id == *by).cloned();
        let named = match find(&self.keys()?) {
            Some(key) => key,
            None => find(&self.refresh()?).ok_or(Error::Sealed)?,
        };
        named.key.open(&whose(user), &sealed.bytes).ok_or(Error::Sealed)
    }

    /// Whether it is sealed with the newest key.
    pub(crate) fn is_current(&self, sealed: &Sealed) -> Result<bool, Error> {
        Ok(sealed.by.as_deref() == Some(self.newest()?.id.as_str()))
    }

    /// The name of the newest key.
    pub(crate) fn current(&self) -> Result<String, Error> {
        Ok(self.newest()?.id)
    }

    /// Puts a new key before all others.
    pub(crate) fn add_key(&self) -> Result<(), Error> {
        let mut keys = self.file.read().map_err(Error::Keys)?;
        keys.insert(0, self.chance.bytes());
        self.file.keep(&keys).map_err(Error::Keys)?;
        self.refresh().map(drop)
    }

    /// Keeps the newest key and the one before it, with which another process may have sealed something just now.
    pub(crate) fn drop_old_keys(&self) -> Result<(), Error> {
        let mut keys = self.file.read().map_err(Error::Keys)?;
        keys.truncate(2);
        self.file.keep(&keys).map_err(Error::Keys)?;
        self.refresh().map(drop)
    }

    fn newest(&self) -> Result<Named, Error> {
        self.keys()?.into_iter().next().ok_or(Error::Sealed)
    }

    fn keys(&self) -> Result<Vec<Named>, Error> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).clone();
        if known.is_empty() { self.refresh() } else { Ok(known) }
    }

    /// A few lines of a file: read where it is asked for, which is once after the start and once after each new key.
    fn refresh(&self) -> Result<Vec<Named>, Error> {
        let keys: Vec<Named> = self.file.read().map_err(Error::Keys)?.into_iter().map(Named::new).collect();
        self.known.write().unwrap_or_else(PoisonError::into_inner).clone_from(&keys);
        Ok(keys)
    }
}

/// Goes into the seal without being in it: moved to another row it does not open.
fn whose(user: UserId) -> Vec<u8> {
    [b"guildhall totp ".as_slice(), &user.get().to_be_bytes()].concat()
}

/// Keys in memory.
#[cfg(test)]
#[derive(Default)]
pub(crate) struct InMemory(pub(crate) std::sync::Mutex<Vec<[u8; KEY_BYTES]>>);

#[cfg(test)]
impl InMemory {
    pub(crate) fn with(keys: &[u8]) -> Arc<Self> {
        Arc::new(Self(std::sync::Mutex::new(keys.iter().map(|byte| [*byte; KEY_BYTES]).collect())))
    }
}

#[cfg(test)]
impl SealKeys for InMemory {
    fn read(&self) -> io::Result<Vec<[u8; KEY_BYTES]>> {
        Ok(self.0.lock().unwrap().clone())
    }

    fn keep(&self, keys: &[[u8; KEY_BYTES]]) -> io::Result<()> {
        *self.0.lock().unwrap() = keys.to_vec();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::testing::SeededChance;

    fn sealer(file: &Arc<InMemory>) -> Sealer {
        let file: Arc<dyn SealKeys> = Arc::clone(file) as _;
        Sealer::new(file, Arc::new(SeededChance::new(5)))
    }

    #[test]
    fn what_is_sealed_is_somebodys_and_nobody_elses() {
        let sealer = sealer(&InMemory::with(&[1]));
        let (olga, ida) = (UserId::from(1), UserId::from(2));
        let sealed = sealer.seal(olga, b"twenty bytes of hush").unwrap();
        assert_eq!(sealer.open(olga, &sealed).unwrap(), b"twenty bytes of hush");
        assert!(matches!(sealer.open(ida, &sealed), Err(Error::Sealed)), "moved to another row");
        let torn = Sealed { bytes: sealed.bytes[..20].to_vec(), ..sealed };
        assert!(matches!(sealer.open(olga, &torn), Err(Error::Sealed)));
    }

    #[test]
    fn a_key_of_another_process_is_found_and_an_old_one_goes_on_opening() {
        let file = InMemory::with(&[1]);
        let (here, there) = (sealer(&file), sealer(&file));
        let olga = UserId::from(1);
        let first = here.seal(olga, b"one").unwrap();
        there.add_key().unwrap();
        let second = there.seal(olga, b"two").unwrap();
        assert_ne!(first.by, second.by);
        assert_eq!(there.open(olga, &first).unwrap(), b"one");
        assert!(here.is_current(&first).unwrap(), "it has not heard yet");
        assert_eq!(here.open(olga, &second).unwrap(), b"two", "the file is read anew for a key that is not known");
        assert!(!here.is_current(&first).unwrap() && here.is_current(&second).unwrap());

        there.add_key().unwrap();
        there.drop_old_keys().unwrap();
        assert_eq!(file.0.lock().unwrap().len(), 2);
        assert_eq!(there.open(olga, &second).unwrap(), b"two", "the one before stays");
        assert!(matches!(there.open(olga, &first), Err(Error::Sealed)));
        here.forget();
        assert_eq!(here.current().unwrap(), there.current().unwrap());
    }

    #[test]
    fn what_lies_open_is_read_as_it_is() {
        let sealer = sealer(&InMemory::with(&[1]));
        let open = Sealed { by: None, bytes: b"as it is".to_vec() };
        assert_eq!(sealer.open(UserId::from(1), &open).unwrap(), b"as it is");
        assert!(!sealer.is_current(&open).unwrap());
    }
}
