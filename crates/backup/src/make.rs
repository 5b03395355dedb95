//! Making a backup, while everybody goes on writing.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use base::Clock;
use db::{Db, Snapshot, Table};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use crate::{
    archive::{Writer, sha256},
    error::Error,
    manifest::{FORMAT, FilePart, HEAD, Head, MANIFEST, Manifest, Member, SEAL, TablePart},
    own,
    row::{self, RowSum},
    seal::{Output, Seal},
};

/// Rows or content compressed together, 4 MiB: what is in memory at once, and what is lost sight of when a byte of it is damaged.
const CHUNK: usize = 4 << 20;
/// How hard to compress. Level 3 is zstd's own choice; what takes time is the disk.
const LEVEL: i32 = 3;
/// Folders of the data directory that are backed up, and whether only encrypted.
const FOLDERS: [(&str, bool); 2] = [("files", false), ("secrets", true)];

/// Tables that come along empty, and why.
const EMPTY: [(&str, &str); 3] = [
    (
        "films",
        "films are long and kept for a while only: their folder is not in a backup, and a row without its file is none",
    ),
    ("signing_keys", "a restored hub makes a key of its own, and access tokens are asked for anew"),
    ("idempotency_keys", "answers kept for a day"),
];

/// Whether a table's rows stay out of backups.
pub(crate) fn stays_empty(table: &str) -> bool {
    EMPTY.iter().any(|(name, _)| *name == table)
}

/// What to back up and for whom.
#[derive(Clone)]
pub struct Plan {
    /// The data directory, whose files belong to the backup.
    pub data_dir: PathBuf,
    /// For whom it is encrypted; in the clear where it is empty.
    pub seal: Option<Seal>,
    /// The version of the program.
    pub program: &'static str,
}

/// Makes a backup of `db` at `target`, which must not be there yet. It gets its name only when it is whole and on the disk.
pub async fn make(db: &Db, plan: &Plan, target: &Path, clock: &dyn Clock) -> Result<Manifest, Error> {
    make_telling(db, plan, target, clock, &|_, _| {}).await
}

/// How many tables and files are in, and of how many.
pub(crate) type Told<'a> = &'a (dyn Fn(usize, usize) + Send + Sync);

/// The same, telling how far it is.
pub(crate) async fn make_telling(
    db: &Db,
    plan: &Plan,
    target: &Path,
    clock: &dyn Clock,
    told: Told<'_>,
) -> Result<Manifest, Error> {
    if target.exists() {
        return Err(Error::NotEmpty(target.to_owned()));
    }
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    let partial = Partial(target.with_file_name(name));
    let manifest = write(db, plan, &partial.0, clock, told).await?;
    let (from, to) = (partial.0.clone(), target.to_owned());
    blocking(move || {
        // A name that is taken meanwhile is not overwritten.
        std::fs::hard_link(&from, &to).map_err(Error::file(&to))?;
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(Error::file(folder))
    })
    .await?;
    drop(partial);
    Ok(manifest)
}

/// A file that is not whole yet, taken away whatever happens.
pub(crate) struct Partial(pub(crate) PathBuf);

impl Drop for Partial {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

async fn write(db: &Db, plan: &Plan, path: &Path, clock: &dyn Clock, told: Told<'_>) -> Result<Manifest, Error> {
    let made_at = clock.now();
    let mut snapshot = db.snapshot().await?;
    let head = Head {
        format: FORMAT,
        program: plan.program.to_owned(),
        schema: snapshot.version(),
        made_at,
        engine: db.engine().name().to_owned(),
    };
    let mut pen = Pen::open(path, plan.seal.clone(), made_at.0.unsigned_abs() / 1000).await?;
    let head_member = pen.plain(HEAD, json(&head)).await?;

    let (mut tables, mut left_out) = (Vec::new(), Vec::new());
    let all = snapshot.tables().to_vec();
    // Only told: which files go in is decided when the rows are.
    let expected = all.len() + count_files(plan).await?;
    told(0, expected);
    for table in all {
        if let Some((name, why)) = EMPTY.iter().find(|(name, _)| *name == table.name()) {
            left_out.push(format!("rows of {name}: {why}"));
        }
        tables.push(write_table(&mut snapshot, &table, &mut pen).await?);
        told(tables.len(), expected);
    }
    snapshot.close().await?;

    // After the rows: a file is there before the row that names it, so every row of the moment finds its file.
    let mut files = Vec::new();
    for (folder, secret) in FOLDERS {
        let found = blocking({
            let folder = plan.data_dir.join(folder);
            move || list(&folder)
        })
        .await?;
        if secret && plan.seal.is_none() {
            if !found.is_empty() {
                left_out.push(format!("{folder}/: keys are kept in encrypted backups only"));
            }
            continue;
        }
        for path in found {
            let shown = format!("{folder}/{path}");
            let from = plan.data_dir.join(&shown);
            let number = files.len();
            files.push(pen.file(from, shown, secret, number).await?);
            let done = tables.len() + files.len();
            told(done, expected.max(done));
        }
    }
    for shown in own::databases(&plan.data_dir).await? {
        let copied = own::copy(plan.data_dir.join(&shown), path).await?;
        files.push(pen.file(copied.0.clone(), shown, true, files.len()).await?);
        let done = tables.len() + files.len();
        told(done, expected.max(done));
    }

    let manifest = Manifest { head, tables, files, left_out, head_member };
    let text = json(&manifest);
    let seal = format!("{}\n", sha256(&text));
    pen.plain(MANIFEST, text).await?;
    pen.plain(SEAL, seal.into_bytes()).await?;
    pen.finish(path).await?;
    Ok(manifest)
}

/// How many files there are to go in at this moment.
async fn count_files(plan: &Plan) -> Result<usize, Error> {
    let mut count = 0;
    for (folder, secret) in FOLDERS {
        if !secret || plan.seal.is_some() {
            let folder = plan.data_dir.join(folder);
            count += blocking(move || list(&folder)).await?.len();
        }
    }
    Ok(count + own::databases(&plan.data_dir).await?.len())
}

async fn write_table(snapshot: &mut Snapshot, table: &Table, pen: &mut Pen) -> Result<TablePart, Error> {
    let next_id = snapshot.next_id(table).await?;
    let (mut sum, mut members, mut chunk) = (RowSum::default(), Vec::new(), Vec::new());
    let mut rows = if stays_empty(table.name()) { stream::empty().boxed() } else { snapshot.rows(table) };
    while let Some(row) = rows.try_next().await? {
        let begins = chunk.len();
        row::write(&row, &mut chunk);
        sum.add(&chunk[begins..]);
        chunk.push(b'\n');
        if chunk.len() >= CHUNK {
            let name = format!("tables/{}.{:05}.zst", table.name(), members.len());
            members.push(pen.compressed(name, std::mem::take(&mut chunk)).await?);
        }
    }
    if !chunk.is_empty() {
        let name = format!("tables/{}.{:05}.zst", table.name(), members.len());
        members.push(pen.compressed(name, chunk).await?);
    }
    Ok(TablePart { name: table.name().to_owned(), columns: table.columns().to_vec(), sum, next_id, members })
}

/// Every file below a folder, by its path from there; none where there is no folder. Links are not followed: they may lead anywhere.
fn list(folder: &Path) -> Result<Vec<String>, Error> {
    fn visit(folder: &Path, prefix: &str, found: &mut Vec<String>) -> Result<(), Error> {
        let entries = match std::fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries.map_err(Error::file(folder))?,
        };
        for entry in entries {
            let entry = entry.map_err(Error::file(folder))?;
            let kind = entry.file_type().map_err(Error::file(&entry.path()))?;
            let name = entry
                .file_name()
                .into_string()
                .map_err(|_| Error::File { path: entry.path(), source: io::ErrorKind::InvalidFilename.into() })?;
            if kind.is_dir() {
                visit(&entry.path(), &format!("{prefix}{name}/"), found)?;
            } else if kind.is_file() {
                found.push(format!("{prefix}{name}"));
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    visit(folder, "", &mut found)?;
    found.sort();
    Ok(found)
}

fn json(value: &impl serde::Serialize) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(value).expect("texts and numbers are JSON");
    text.push(b'\n');
    text
}

/// Writes the archive on threads that may wait for the disk.
struct Pen(Option<Writer<Output>>);

impl Pen {
    async fn open(path: &Path, seal: Option<Seal>, made_at_secs: u64) -> Result<Self, Error> {
        let path = path.to_owned();
        blocking(move || {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
            }
            // What a killed hub left of one.
            drop(std::fs::remove_file(&path));
            let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
            let output = file.and_then(|file| Output::new(file, seal.as_ref())).map_err(Error::file(&path))?;
            Ok(Self(Some(Writer::new(output, made_at_secs))))
        })
        .await
    }

    async fn plain(&mut self, name: &str, content: Vec<u8>) -> Result<Member, Error> {
        let name = name.to_owned();
        self.with(move |writer| writer.append(&name, &content)).await
    }

    async fn compressed(&mut self, name: String, content: Vec<u8>) -> Result<Member, Error> {
        self.with(move |writer| writer.append(&name, &zstd::bulk::compress(&content, LEVEL)?)).await
    }

    async fn file(&mut self, from: PathBuf, path: String, private: bool, number: usize) -> Result<FilePart, Error> {
        let shown = from.clone();
        let done = self.with(move |writer| {
            let mut file = File::open(&from)?;
            let (mut members, mut bytes) = (Vec::new(), 0);
            loop {
                let mut chunk = Vec::new();
                file.by_ref().take(CHUNK as u64).read_to_end(&mut chunk)?;
                if chunk.is_empty() {
                    return Ok(FilePart { path, bytes, private, members });
                }
                bytes += chunk.len() as u64;
                let name = format!("files/{number:06}.{:05}.zst", members.len());
                members.push(writer.append(&name, &zstd::bulk::compress(&chunk, LEVEL)?)?);
            }
        });
        done.await.map_err(|error| match error {
            Error::File { source, .. } => Error::File { path: shown, source },
            other => other,
        })
    }

    async fn finish(mut self, path: &Path) -> Result<(), Error> {
        let (writer, path) = (self.0.take(), path.to_owned());
        blocking(move || {
            let writer = writer.ok_or(Error::Interrupted)?;
            let file = writer.finish().and_then(Output::finish).map_err(Error::file(&path))?;
            file.sync_all().map_err(Error::file(&path))
        })
        .await
    }

    async fn with<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Writer<Output>) -> io::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let mut writer = self.0.take().ok_or(Error::Interrupted)?;
        let (writer, done) = blocking(move || {
            let done = work(&mut writer);
            Ok((writer, done))
        })
        .await?;
        self.0 = Some(writer);
        done.map_err(|source| Error::File { path: PathBuf::from("the backup"), source })
    }
}

/// Runs work that waits for a disk, or computes for a while, off the runtime's own threads.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::Interrupted)?
}
