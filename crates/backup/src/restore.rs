//! Restoring a backup: all of it, or nothing at all.

use std::{
    collections::HashMap,
    fs::{DirBuilder, File, OpenOptions},
    io::Write as _,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Component, Path, PathBuf},
};

use base::Clock;
use db::{Cell, Db, Filling, Migrated, Options, Table, WholeError};
use futures::{TryStreamExt as _, stream::BoxStream};
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

use crate::{
    archive::Reader,
    check::{check, rows, unpack},
    error::Error,
    make::stays_empty,
    manifest::{FilePart, HEAD, Manifest, TablePart},
    own,
    row::{self, RowSum},
    seal::{self, Key},
};

/// Where a restore collects files before they get their place.
const COLLECTED: &str = ".restoring";

/// What was restored.
#[derive(Debug)]
pub struct Restored {
    /// What the backup said of itself; its checksums are also those of the rows that were read back.
    pub manifest: Manifest,
    /// From its schema to this program's.
    pub migrated: Migrated,
}

/// What a thread that reads the backup hands on.
enum Piece {
    /// Rows of the table of that number.
    Rows(usize, Vec<Vec<Cell>>),
    /// A damaged place, or the end of all rows.
    End(Result<(), Error>),
}

/// Whether a restore would begin: the backup is whole and the place is empty. Changes nothing; gives back what would be restored.
pub async fn foresee(db: &Db, path: &Path, key: Option<Key>, data_dir: Option<&Path>) -> Result<Manifest, Error> {
    refuse_filled(db).await?;
    let manifest = check(path, key).await?;
    let program = db.newest_migration();
    if manifest.head.schema > program {
        return Err(WholeError::Newer { version: manifest.head.schema, program }.into());
    }
    if let Some(data_dir) = data_dir {
        refuse_occupied(data_dir, &manifest)?;
    }
    Ok(manifest)
}

/// Restores a backup into an empty database and, where `data_dir` is given, its files into that directory.
///
/// Everything is compared with its checksums before anything is written; rows are read back and compared again before they are kept.
pub async fn restore(
    db: &Db,
    path: &Path,
    key: Option<Key>,
    data_dir: Option<&Path>,
    clock: &dyn Clock,
) -> Result<Restored, Error> {
    let manifest = foresee(db, path, key.clone(), data_dir).await?;
    let mut filling = db.fill(manifest.head.schema, clock).await?;
    let tables = matching(&filling, &manifest)?;

    let collected = data_dir.map(|data_dir| Collected(data_dir.join(COLLECTED)));
    let (sender, mut pieces) = mpsc::channel(2);
    let reading = {
        let (path, manifest) = (path.to_owned(), manifest.clone());
        let collected = collected.as_ref().map(|collected| collected.0.clone());
        tokio::task::spawn_blocking(move || {
            let end = read(&path, key.as_ref(), &manifest, collected.as_deref(), &sender);
            // Whoever gave up listening knows why.
            drop(sender.blocking_send(Piece::End(end)));
        })
    };
    let ended = loop {
        match pieces.recv().await {
            Some(Piece::Rows(number, rows)) => filling.insert(&tables[number], rows).await?,
            Some(Piece::End(end)) => break end,
            None => break Err(Error::Interrupted),
        }
    };
    ended?;
    reading.await.map_err(|_| Error::Interrupted)?;

    for (part, table) in manifest.tables.iter().zip(&tables) {
        filling.set_next_id(table, part.next_id).await?;
        if add_up(filling.rows(table)).await? != part.sum {
            return Err(Error::Unlike(part.name.clone()));
        }
    }
    let placed = match (&collected, data_dir) {
        (Some(collected), Some(data_dir)) => place(&collected.0, data_dir, &manifest)?,
        _ => Vec::new(),
    };
    match filling.finish().await {
        Ok(migrated) => Ok(Restored { manifest, migrated }),
        Err(error) => {
            for folder in placed {
                drop(std::fs::remove_dir_all(folder));
            }
            Err(error.into())
        }
    }
}

/// Proves a backup: every byte against its checksum, then restored to a scratch place and compared row by row.
pub async fn verify(
    path: &Path,
    key: Option<Key>,
    scratch: Option<&Path>,
    clock: &dyn Clock,
) -> Result<Restored, Error> {
    let mut folder = tempfile::Builder::new();
    folder.prefix("guildhall-verify-");
    let folder = match scratch {
        Some(scratch) => folder.tempdir_in(scratch).map_err(Error::file(scratch))?,
        None => folder.tempdir().map_err(Error::file(&std::env::temp_dir()))?,
    };
    let file = folder.path().join("scratch.db");
    let address = format!("sqlite:{}", file.display());
    let tasks = TaskTracker::new();
    let db = Db::open(&address, Options::default(), &tasks).await?;
    let restored = restore(&db, path, key, Some(folder.path()), clock).await;
    db.close().await;
    restored
}

/// Files are not written over, nor put beside others of another hub.
fn refuse_occupied(data_dir: &Path, manifest: &Manifest) -> Result<(), Error> {
    for folder in top_folders(manifest)? {
        let place = data_dir.join(folder);
        if std::fs::read_dir(&place).is_ok_and(|mut entries| entries.next().is_some()) || place.is_file() {
            return Err(Error::NotEmpty(place));
        }
    }
    Ok(())
}

/// The folders that the backup's files go to.
fn top_folders(manifest: &Manifest) -> Result<Vec<String>, Error> {
    let mut folders: Vec<String> = Vec::new();
    for file in &manifest.files {
        let (folder, _) = safe(file)?;
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    Ok(folders)
}

/// The first folder of a file's path, and the whole of it. A path that would lead elsewhere is no path of ours.
fn safe(file: &FilePart) -> Result<(String, PathBuf), Error> {
    let path = PathBuf::from(&file.path);
    let plain = path.components().all(|part| matches!(part, Component::Normal(_))) && path.components().count() > 1;
    match file.path.split_once('/') {
        Some((folder @ ("files" | "secrets" | own::FOLDER), _)) if plain => Ok((folder.to_owned(), path)),
        _ => Err(Error::damaged(format!("the path of a file, {:?}", file.path))),
    }
}

/// The tables to fill, in the order of the backup's, which must be the same tables with the same columns.
fn matching(filling: &Filling, manifest: &Manifest) -> Result<Vec<Table>, Error> {
    let mut known: HashMap<&str, &Table> = filling.tables().iter().map(|table| (table.name(), table)).collect();
    let mut tables = Vec::new();
    for part in &manifest.tables {
        match known.remove(&*part.name) {
            Some(table) if table.columns() == part.columns => tables.push(table.clone()),
            _ => return Err(Error::OtherSchema(part.name.clone())),
        }
    }
    match known.keys().min() {
        None => Ok(tables),
        Some(missing) => Err(Error::OtherSchema((*missing).to_owned())),
    }
}

/// Reads the whole backup in its order, on a thread of its own, and never more than a few pieces ahead.
fn read(
    path: &Path,
    key: Option<&Key>,
    manifest: &Manifest,
    collected: Option<&Path>,
    sender: &mpsc::Sender<Piece>,
) -> Result<(), Error> {
    let mut reader = Reader::new(seal::open(path, key)?);
    debug_assert_eq!(manifest.head_member.name, HEAD);
    unpack(&mut reader, &manifest.head_member)?;
    for (number, TablePart { members, .. }) in manifest.tables.iter().enumerate() {
        for member in members {
            let content = unpack(&mut reader, member)?;
            let piece = Piece::Rows(number, rows(member, &content)?);
            if sender.blocking_send(piece).is_err() {
                return Err(Error::Interrupted);
            }
        }
    }
    let Some(collected) = collected else { return Ok(()) };
    for file in &manifest.files {
        let (_, path) = safe(file)?;
        let path = collected.join(path);
        let folder = path.parent().unwrap_or(collected);
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(Error::file(folder))?;
        let mode = if file.private { 0o600 } else { 0o640 };
        let mut written =
            OpenOptions::new().write(true).create_new(true).mode(mode).open(&path).map_err(Error::file(&path))?;
        for member in &file.members {
            written.write_all(&unpack(&mut reader, member)?).map_err(Error::file(&path))?;
        }
        written.sync_all().map_err(Error::file(&path))?;
    }
    Ok(())
}

/// Files on their way to their place; whatever is left of them is cleared away.
struct Collected(PathBuf);

impl Drop for Collected {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// Moves the collected folders to their place; gives back where they are now.
fn place(collected: &Path, data_dir: &Path, manifest: &Manifest) -> Result<Vec<PathBuf>, Error> {
    let mut placed = Vec::new();
    for folder in top_folders(manifest)? {
        let to = data_dir.join(&folder);
        // An empty one may be there.
        drop(std::fs::remove_dir(&to));
        std::fs::rename(collected.join(&folder), &to).map_err(Error::file(&to))?;
        placed.push(to);
    }
    File::open(data_dir).and_then(|folder| folder.sync_all()).map_err(Error::file(data_dir))?;
    Ok(placed)
}

async fn add_up(mut rows: BoxStream<'_, Result<Vec<Cell>, WholeError>>) -> Result<RowSum, Error> {
    let (mut sum, mut line) = (RowSum::default(), Vec::new());
    while let Some(row) = rows.try_next().await? {
        line.clear();
        row::write(&row, &mut line);
        sum.add(&line);
    }
    Ok(sum)
}

/// The checksums of a database's tables as it is now, without a backup of it: what `export` and `import` are compared by.
pub async fn table_sums(db: &Db) -> Result<Vec<(String, RowSum)>, Error> {
    let mut snapshot = db.snapshot().await?;
    let mut sums = Vec::new();
    for table in snapshot.tables().to_vec() {
        let sum = if stays_empty(table.name()) { RowSum::default() } else { add_up(snapshot.rows(&table)).await? };
        sums.push((table.name().to_owned(), sum));
    }
    snapshot.close().await?;
    Ok(sums)
}

/// Said before a backup is read, which may take long.
async fn refuse_filled(db: &Db) -> Result<(), Error> {
    match db.snapshot().await {
        Err(db::WholeError::Nothing) => Ok(()),
        Err(error) => Err(error.into()),
        Ok(snapshot) => {
            snapshot.close().await?;
            Err(db::WholeError::NotEmpty.into())
        }
    }
}
