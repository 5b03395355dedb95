//! Keys that lie beside the database: a file of a few lines, newest first, for nobody but the hub's own user.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::PathBuf,
    sync::Arc,
};

use accounts::SealKeys;
use base::{Chance, ChanceExt as _};

/// A file of keys.
pub(crate) struct KeyFile {
    folder: PathBuf,
    name: &'static str,
    chance: Arc<dyn Chance>,
}

impl KeyFile {
    pub(crate) fn new(folder: PathBuf, name: &'static str, chance: Arc<dyn Chance>) -> Self {
        Self { folder, name, chance }
    }
}

impl SealKeys for KeyFile {
    fn read(&self) -> io::Result<Vec<[u8; 32]>> {
        let path = self.folder.join(self.name);
        let damaged = || io::Error::new(ErrorKind::InvalidData, format!("{} is damaged: restore it", path.display()));
        match fs::read_to_string(&path) {
            Ok(text) => {
                let key = |line: &str| hex::decode(line.trim()).ok()?.try_into().ok();
                let keys: Option<Vec<_>> = text.lines().map(key).collect();
                keys.filter(|keys| !keys.is_empty()).ok_or_else(damaged)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                crate::work::key(&self.folder, self.name, &*self.chance).map(|key| vec![key]).map_err(io::Error::other)
            }
            Err(error) => Err(error),
        }
    }

    /// Written whole under another name first, so that a crash leaves either the old keys or the new ones.
    fn keep(&self, keys: &[[u8; 32]]) -> io::Result<()> {
        let draft = self.folder.join(format!("{}.{}", self.name, hex::encode(self.chance.bytes::<8>())));
        let lines: Vec<String> = keys.iter().map(hex::encode).collect();
        let text = lines.join("\n") + "\n";
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, self.folder.join(self.name))?;
        File::open(&self.folder)?.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::system::SystemChance;

    #[test]
    fn a_file_of_keys_is_made_kept_private_and_replaced_whole() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("secrets");
        let file = KeyFile::new(folder.clone(), "test.key", Arc::new(SystemChance));
        let first = file.read().unwrap();
        assert_eq!((first.len(), file.read().unwrap()), (1, first.clone()));
        let both = [[7; 32], first[0]];
        file.keep(&both).unwrap();
        assert_eq!(file.read().unwrap(), both);
        let path = folder.join("test.key");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "no draft is left");
        for text in ["", "half", "00ff\n"] {
            fs::write(&path, text).unwrap();
            assert!(file.read().unwrap_err().to_string().contains("damaged"), "{text:?}");
        }
    }
}
