//! Encryption, where the operator wants it: age, with a passphrase or for recipients, both read from files.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Seek as _, SeekFrom, Write},
    path::Path,
};

use age::{Decryptor, Encryptor, Identity, Recipient, secrecy::SecretString, stream::StreamWriter};

use crate::error::Error;

/// How every file of age's begins.
const MAGIC: &[u8] = b"age-encryption.org/";

/// For whom a backup is encrypted.
#[derive(Clone)]
pub struct Seal(Locked);

#[derive(Clone)]
enum Locked {
    Passphrase(SecretString),
    Recipients(Vec<age::x25519::Recipient>),
}

/// What opens an encrypted backup.
#[derive(Clone)]
pub struct Key(Opens);

#[derive(Clone)]
enum Opens {
    Passphrase(SecretString),
    Identities(Vec<age::x25519::Identity>),
}

impl Seal {
    /// By the passphrase in the first line of a file.
    pub fn with_passphrase(file: &Path) -> Result<Self, Error> {
        passphrase(file).map(Locked::Passphrase).map(Self)
    }

    /// For the recipients in a file, one `age1…` a line; `#` begins a remark. Who can make backups then still can't read them.
    pub fn for_recipients(file: &Path) -> Result<Self, Error> {
        let found = lines(file, |line| line.parse().ok())?;
        let recipients = found.ok_or_else(|| wanted(file, "recipient of age's (age1…)"))?;
        Ok(Self(Locked::Recipients(recipients)))
    }

    fn encryptor(&self) -> Result<Encryptor, io::Error> {
        match &self.0 {
            Locked::Passphrase(passphrase) => Ok(Encryptor::with_user_passphrase(passphrase.clone())),
            Locked::Recipients(recipients) => {
                Encryptor::with_recipients(recipients.iter().map(|recipient| recipient as &dyn Recipient))
                    .map_err(io::Error::other)
            }
        }
    }
}

impl Key {
    /// The passphrase in the first line of a file.
    pub fn passphrase(file: &Path) -> Result<Self, Error> {
        passphrase(file).map(Opens::Passphrase).map(Self)
    }

    /// The keys in a file, one `AGE-SECRET-KEY-1…` a line, as `age-keygen` writes it.
    pub fn identities(file: &Path) -> Result<Self, Error> {
        let found = lines(file, |line| line.parse().ok())?;
        let identities = found.ok_or_else(|| wanted(file, "key of age's (AGE-SECRET-KEY-1…)"))?;
        Ok(Self(Opens::Identities(identities)))
    }
}

fn wanted(file: &Path, wanted: &'static str) -> Error {
    Error::KeyFile { path: file.to_owned(), wanted }
}

fn passphrase(file: &Path) -> Result<SecretString, Error> {
    let text = std::fs::read_to_string(file).map_err(Error::file(file))?;
    let line = text.lines().next().unwrap_or_default().trim_end();
    if line.is_empty() {
        return Err(wanted(file, "passphrase in its first line"));
    }
    Ok(SecretString::from(line.to_owned()))
}

/// Every line that is no remark, read; `None` where there is none, or one can't be read.
fn lines<T>(file: &Path, read: impl Fn(&str) -> Option<T>) -> Result<Option<Vec<T>>, Error> {
    let text = std::fs::read_to_string(file).map_err(Error::file(file))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let found: Option<Vec<T>> = lines.map(read).collect();
    Ok(found.filter(|found| !found.is_empty()))
}

/// A file being written, encrypted or not.
pub(crate) enum Output {
    Plain(BufWriter<File>),
    Sealed(Box<StreamWriter<BufWriter<File>>>),
}

impl Output {
    pub(crate) fn new(file: File, seal: Option<&Seal>) -> io::Result<Self> {
        let file = BufWriter::new(file);
        Ok(match seal {
            None => Self::Plain(file),
            Some(seal) => Self::Sealed(Box::new(seal.encryptor()?.wrap_output(file)?)),
        })
    }

    /// Writes what is left and gives back the file.
    pub(crate) fn finish(self) -> io::Result<File> {
        let file = match self {
            Self::Plain(file) => file,
            Self::Sealed(stream) => stream.finish()?,
        };
        file.into_inner().map_err(io::IntoInnerError::into_error)
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.write(bytes),
            Self::Sealed(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(file) => file.flush(),
            Self::Sealed(stream) => stream.flush(),
        }
    }
}

/// Whether a file is encrypted, going by how it begins.
pub(crate) fn is_sealed(path: &Path) -> Result<bool, Error> {
    let mut file = File::open(path).map_err(Error::file(path))?;
    sealed(&mut file).map_err(Error::file(path))
}

fn sealed(file: &mut File) -> io::Result<bool> {
    let mut begins = Vec::new();
    Read::by_ref(file).take(MAGIC.len() as u64).read_to_end(&mut begins)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(begins == MAGIC)
}

/// A backup to read, decrypted where it has to be.
pub(crate) fn open(path: &Path, key: Option<&Key>) -> Result<Box<dyn Read + Send>, Error> {
    let mut file = File::open(path).map_err(Error::file(path))?;
    if !sealed(&mut file).map_err(Error::file(path))? {
        return Ok(Box::new(BufReader::with_capacity(1 << 16, file)));
    }
    let key = key.ok_or(Error::NeedsKey)?;
    let decryptor = Decryptor::new_buffered(BufReader::with_capacity(1 << 16, file)).map_err(refused)?;
    let stream = match &key.0 {
        Opens::Passphrase(passphrase) => {
            let identity = age::scrypt::Identity::new(passphrase.clone());
            decryptor.decrypt(std::iter::once(&identity as &dyn Identity))
        }
        Opens::Identities(identities) => decryptor.decrypt(identities.iter().map(|identity| identity as &dyn Identity)),
    };
    Ok(Box::new(stream.map_err(refused)?))
}

fn refused(error: age::DecryptError) -> Error {
    use age::DecryptError as Age;
    match error {
        Age::DecryptionFailed | Age::KeyDecryptionFailed | Age::NoMatchingKeys => Error::WrongKey,
        Age::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Error::Truncated { part: "the header of the encryption".to_owned() }
        }
        _ => Error::damaged("the header of the encryption"),
    }
}
