//! The folder of films: those under way apart from those that are whole, so that no half film is ever taken for one.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use base::Millis;
use sha2::{Digest as _, Sha256};

/// Films under way.
const UNDER_WAY: &str = "in_progress";
/// Films that are whole.
const KEPT: &str = "public";

/// The folder.
pub(super) struct Shelf(PathBuf);

/// A film's file while it is written.
pub(super) struct Unfinished {
    pub(super) file: tokio::fs::File,
    name: String,
    path: PathBuf,
    to: PathBuf,
}

/// A film's file once it is whole.
pub(super) struct Kept {
    pub(super) file: String,
    pub(super) size_bytes: u64,
    pub(super) sha256: String,
}

impl Shelf {
    pub(super) const fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Where a whole film is.
    pub(super) fn kept(&self, file: &str) -> PathBuf {
        self.0.join(KEPT).join(file)
    }

    /// Begins a file. There must be none of that name, under way or whole.
    pub(super) async fn begin(&self, name: &str) -> io::Result<Unfinished> {
        for folder in [UNDER_WAY, KEPT] {
            tokio::fs::create_dir_all(self.0.join(folder)).await?;
        }
        let (path, to) = (self.0.join(UNDER_WAY).join(name), self.kept(name));
        if tokio::fs::try_exists(&to).await? {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let file = tokio::fs::File::create_new(&path).await?;
        Ok(Unfinished { file, name: name.to_owned(), path, to })
    }

    /// Takes away what was under way, or of it what was written last before `until`.
    pub(super) async fn clear_unfinished(&self, until: Option<Millis>) {
        let folder = self.0.join(UNDER_WAY);
        told(
            "films that were not finished stay",
            blocking(move || {
                for file in entries(&folder)?.into_iter().map(|file| folder.join(file)) {
                    if until.is_none_or(|until| is_before(&file, until)) {
                        std::fs::remove_file(file)?;
                    }
                }
                Ok(())
            })
            .await,
        );
    }

    /// Takes whole films away. A file that is not there, or elsewhere, is none that stays.
    pub(super) async fn remove(&self, files: &[String]) {
        for file in files {
            match tokio::fs::remove_file(self.kept(file)).await {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    told("a film's file stays", Err(error));
                }
                _ => {}
            }
        }
    }

    /// Takes away whole files from before `until` that are none of the `known`.
    pub(super) async fn sweep(&self, known: &HashSet<String>, until: Millis) {
        let folder = self.0.join(KEPT);
        let found = blocking({
            let folder = folder.clone();
            move || entries(&folder)
        });
        let unnamed: Vec<String> = match found.await {
            Ok(found) => found.into_iter().filter(|file| !known.contains(file)).collect(),
            Err(error) => return told("the folder of films can't be read", Err(error)),
        };
        let old =
            blocking(move || Ok(unnamed.into_iter().filter(|file| is_before(&folder.join(file), until)).collect()));
        match old.await {
            Ok::<Vec<String>, _>(old) => self.remove(&old).await,
            Err(error) => told("the folder of films can't be read", Err(error)),
        }
    }
}

impl Unfinished {
    /// It is whole and on the disk: it gets its place among the others.
    pub(super) async fn keep(self) -> io::Result<Kept> {
        let Self { file, name, path, to } = self;
        drop(file);
        blocking(move || {
            let (size_bytes, sha256) = look_through(&path)?;
            std::fs::rename(&path, &to)?;
            for folder in [&path, &to] {
                File::open(folder.parent().unwrap_or(Path::new(".")))?.sync_all()?;
            }
            Ok(Kept { file: name, size_bytes, sha256 })
        })
        .await
    }

    /// It is none.
    pub(super) async fn throw_away(self) {
        drop(self.file);
        told("an interrupted film stays", tokio::fs::remove_file(&self.path).await);
    }
}

fn told(what: &'static str, result: io::Result<()>) {
    if let Err(error) = result {
        tracing::warn!(%error, "{what}");
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

/// The names in a folder; none where there is no such folder.
fn entries(folder: &Path) -> io::Result<Vec<String>> {
    match std::fs::read_dir(folder) {
        Ok(read) => read.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn is_before(path: &Path, until: Millis) -> bool {
    let modified = std::fs::metadata(path).and_then(|about| about.modified());
    let age = modified.ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    age.is_some_and(|age| i64::try_from(age.as_millis()).is_ok_and(|at| at < until.0))
}

/// How long a file is, and its SHA-256.
fn look_through(path: &Path) -> io::Result<(u64, String)> {
    let (mut file, mut hash, mut size) = (File::open(path)?, Sha256::new(), 0);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((size, hex::encode(hash.finalize()))),
            count => {
                hash.update(&buffer[..count]);
                size += count as u64;
            }
        }
    }
}
