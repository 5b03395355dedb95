//! What has to be read again, and so can be no hash, is sealed: encrypted with a key that lies beside the database and not in it.

use std::{
    fmt, io,
    sync::{Arc, PoisonError, RwLock},
};

use base::{Chance, ChanceExt as _, UserId};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sha2::{Digest as _, Sha256};

use crate::error::Error;

/// Bytes of a key.
const KEY_BYTES: usize = 32;

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
#[derive(Clone)]
struct Named {
    id: String,
    bytes: [u8; KEY_BYTES],
}

impl fmt::Debug for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} •••", self.id)
    }
}

impl Named {
    fn new(bytes: [u8; KEY_BYTES]) -> Self {
        // The first eight bytes tell two keys apart and tell nothing of either.
        let digest: [u8; 32] = Sha256::new().chain_update(b"guildhall seal key").chain_update(bytes).finalize().into();
        let mut id = hex::encode(digest);
        id.truncate(16);
        Self { id, bytes }
    }

    fn cipher(&self) -> Result<LessSafeKey, Error> {
        let key = UnboundKey::new(&CHACHA20_POLY1305, &self.bytes).map_err(|_| Error::Corrupt { what: "key" })?;
        Ok(LessSafeKey::new(key))
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
        let key = self.newest()?;
        let nonce = self.chance.bytes::<NONCE_LEN>();
        let mut text = plain.to_vec();
        let sealed =
            key.cipher()?.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), whose(user), &mut text);
        sealed.map_err(|_| Error::Corrupt { what: "key" })?;
        Ok(Sealed { by: Some(key.id), bytes: [nonce.as_slice(), &text].concat() })
    }

    /// What was sealed. A key that is not known is looked for in the file once more; without it nothing is opened.
    pub(crate) fn open(&self, user: UserId, sealed: &Sealed) -> Result<Vec<u8>, Error> {
        let Some(by) = &sealed.by else { return Ok(sealed.bytes.clone()) };
        let find = |keys: &[Named]| keys.iter().find(|key| key.id == *by).cloned();
        let key = match find(&self.keys()?) {
            Some(key) => key,
            None => find(&self.refresh()?).ok_or(Error::Sealed)?,
        };
        let (nonce, text) = sealed.bytes.split_first_chunk::<NONCE_LEN>().ok_or(Error::Sealed)?;
        let mut text = text.to_vec();
        let cipher = key.cipher()?;
        let opened = cipher.open_in_place(Nonce::assume_unique_for_key(*nonce), whose(user), &mut text);
        opened.map(|plain| plain.to_vec()).map_err(|_| Error::Sealed)
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
fn whose(user: UserId) -> Aad<Vec<u8>> {
    Aad::from([b"guildhall totp ".as_slice(), &user.get().to_be_bytes()].concat())
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
        assert!(!sealed.bytes.windows(4).any(|four| four == b"hush"));
        assert_eq!(sealed.bytes.len(), 12 + 20 + 16);
        assert_eq!(sealer.open(olga, &sealed).unwrap(), b"twenty bytes of hush");
        assert!(matches!(sealer.open(ida, &sealed), Err(Error::Sealed)), "moved to another row");
        assert_ne!(sealer.seal(olga, b"twenty bytes of hush").unwrap().bytes, sealed.bytes, "another nonce");
        for at in 0..sealed.bytes.len() {
            let mut changed = sealed.clone();
            changed.bytes[at] ^= 1;
            assert!(matches!(sealer.open(olga, &changed), Err(Error::Sealed)), "byte {at}");
        }
        for length in 0..28 {
            let torn = Sealed { bytes: sealed.bytes[..length].to_vec(), ..sealed.clone() };
            assert!(sealer.open(olga, &torn).is_err(), "{length} bytes");
        }
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
