//! Everything the hub keeps about somebody, as one archive they can take away.
//!
//! They ask for it, a job builds it from what each domain hands over, and for a week they alone can fetch it.

use std::{
    io::{Cursor, Write as _},
    sync::Arc,
    time::Duration,
};

use audit::Entry;
use base::{Action, Actor, Clock, Millis, UserId};
use contract::people::Archive;
use db::Db;
use futures::future::BoxFuture;
use jobs::{Kind, NewJob, Workers};
use serde::{Deserialize, Serialize};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::{error::Error, myself, store};

/// How long an archive can be fetched.
const KEPT: Duration = Duration::from_hours(7 * 24);
/// One a day is enough for anybody, and each reads a good part of the database.
const ONE_EACH: Duration = Duration::from_hours(24);
/// The most bytes of all documents together: what a row of the database and the memory of a small machine can hold.
const LARGEST: usize = 100 * 1024 * 1024;
const JOB: &str = "people.takeout";

/// A file in the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Where it stands in the archive: `accounts/logins.csv`.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Document {
    /// A JSON document, written for people too.
    pub fn json(path: &str, value: &impl Serialize) -> Self {
        Self { path: path.to_owned(), bytes: serde_json::to_vec_pretty(value).unwrap_or_default() }
    }
}

/// What a domain failed with.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What one domain keeps about somebody. The wiring fills it in for each.
pub trait Chapter: Send + Sync + 'static {
    /// Its documents about `user`.
    fn documents(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Document>, Failure>>;
}

/// The archives. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Takeouts(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    chapters: Vec<Arc<dyn Chapter>>,
}

#[derive(Serialize, Deserialize)]
struct Payload {
    takeout: i64,
}

impl Takeouts {
    /// Archives made of these chapters.
    pub fn new(db: Db, clock: Arc<dyn Clock>, chapters: Vec<Arc<dyn Chapter>>) -> Self {
        Self(Arc::new(Inner { db, clock, chapters }))
    }

    /// Asks for one's archive. Once a day, or again after one that could not be built: [`Error::Full`] for more.
    pub async fn ask(&self, actor: &Actor) -> Result<(), Error> {
        actor.may(Action::SecureOwnAccount)?;
        let (user, now, acting) = (myself(actor)?, self.0.clock.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    store::takeouts::delete_failed(tx, user).await?;
                    let made = store::takeouts::insert(tx, user, now, now.minus(ONE_EACH), now.plus(KEPT)).await?;
                    let takeout = made.ok_or(Error::Full)?;
                    jobs::enqueue(tx, now, &NewJob::new(JOB, &Payload { takeout }).once(takeout.to_string())).await?;
                    Ok(audit::record(tx, now, &acting, &Entry::new("takeout.asked", "user", user)).await?)
                })
            })
            .await
    }

    /// One's archives, the newest first.
    pub async fn mine(&self, actor: &Actor) -> Result<Vec<Archive>, Error> {
        actor.may(Action::ViewOwnAccount)?;
        let now = self.0.clock.now();
        let rows = store::takeouts::list(&self.0.db, myself(actor)?, now).await?;
        Ok(rows
            .into_iter()
            .map(|row| Archive {
                id: row.id,
                asked_at: Millis(row.asked_at),
                ready_at: row.ready_at.map(Millis),
                // A job that was taken out of the queue, or died each time, says nothing. After a day nobody waits for it any more.
                failed: row.ready_at.is_none()
                    && (row.failed_at.is_some() || now.since(Millis(row.asked_at)) >= ONE_EACH),
                ends_at: Millis(row.ends_at),
                size_bytes: row.size_bytes,
            })
            .collect())
    }

    /// The archive itself, to whoever asked for it and nobody else.
    pub async fn fetch(&self, actor: &Actor, takeout: i64) -> Result<Vec<u8>, Error> {
        actor.may(Action::SecureOwnAccount)?;
        let user = myself(actor)?;
        let archive =
            store::takeouts::archive(&self.0.db, user, takeout, self.0.clock.now()).await?.ok_or(Error::NotFound)?;
        let (now, acting) = (self.0.clock.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    let entry = Entry::new("takeout.fetched", "user", user);
                    Ok::<_, Error>(audit::record(tx, now, &acting, &entry).await?)
                })
            })
            .await?;
        Ok(archive)
    }

    /// Teaches the workers to build archives.
    pub fn register(&self, workers: &mut Workers) {
        let takeouts = self.clone();
        let kind = Kind::new(JOB).within(Duration::from_mins(10)).attempts(5);
        workers.handle(kind, move |run: jobs::Run| {
            let takeouts = takeouts.clone();
            async move {
                let payload: Payload = run.read()?;
                let Err(error) = takeouts.build(payload.takeout).await else { return Ok(()) };
                if run.is_last() {
                    takeouts.give_up(payload.takeout).await?;
                }
                Err(jobs::Failure::retry(error.to_string()))
            }
        });
    }

    /// Removes archives whose week is over. Can run twice without harm.
    pub async fn tidy(&self, actor: &Actor) -> Result<u64, Error> {
        actor.may(Action::ManageSystem)?;
        let now = self.0.clock.now();
        self.0
            .db
            .write(move |tx| Box::pin(async move { Ok::<_, Error>(store::takeouts::delete_old(tx, now).await?) }))
            .await
    }

    /// It will not be built, unless somebody who looks after the jobs has it tried once more.
    pub(crate) async fn give_up(&self, takeout: i64) -> Result<(), Error> {
        let now = self.0.clock.now();
        self.0
            .db
            .write(move |tx| Box::pin(async move { Ok::<_, Error>(store::takeouts::fail(tx, takeout, now).await?) }))
            .await
    }

    /// Builds one, unless it was built or taken away meanwhile.
    pub(crate) async fn build(&self, takeout: i64) -> Result<(), Failure> {
        let Some(user) = store::takeouts::open(&self.0.db, takeout).await? else { return Ok(()) };
        let mut documents = Vec::new();
        for chapter in &self.0.chapters {
            documents.extend(chapter.documents(user).await?);
        }
        let archive = tokio::task::spawn_blocking(move || pack(&documents)).await??;
        let now = self.0.clock.now();
        self.0
            .db
            .write(move |tx| {
                let archive = archive.clone();
                Box::pin(async move {
                    Ok::<_, Error>(store::takeouts::fill(tx, takeout, &archive, now, now.plus(KEPT)).await?)
                })
            })
            .await?;
        Ok(())
    }
}

/// The documents as a ZIP. Without times of day in it: the same documents are the same archive.
fn pack(documents: &[Document]) -> Result<Vec<u8>, Failure> {
    if documents.iter().map(|document| document.bytes.len()).sum::<usize>() > LARGEST {
        return Err("more than an archive can hold".into());
    }
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for document in documents {
        archive.start_file(document.path.as_str(), options)?;
        archive.write_all(&document.bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// A table as CSV (RFC 4180), with cells that a spreadsheet would take for a formula made harmless.
pub fn csv(head: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    let mut text = String::new();
    let head: Vec<String> = head.iter().map(|&cell| cell.to_owned()).collect();
    for row in std::iter::once(&head).chain(rows) {
        for (at, cell) in row.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
            text.push('"');
            text.push_str(guard);
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        }
        text.push_str("\r\n");
    }
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn a_table_is_safe_in_a_spreadsheet() {
        let rows = vec![vec!["=1+1".to_owned(), "say \"hi\", all".to_owned()]];
        assert_eq!(
            String::from_utf8(csv(&["a", "b"], &rows)).unwrap(),
            "\"a\",\"b\"\r\n\"'=1+1\",\"say \"\"hi\"\", all\"\r\n"
        );
    }

    #[test]
    fn documents_come_out_as_they_went_in() {
        let long = "all work and no play ".repeat(1000);
        let documents = [
            Document { path: "people/profile.json".into(), bytes: b"{}".to_vec() },
            Document { path: "b/long.txt".into(), bytes: long.clone().into_bytes() },
        ];
        let packed = pack(&documents).unwrap();
        assert!(packed.len() < long.len() / 10, "it is compressed");
        let mut archive = zip::ZipArchive::new(Cursor::new(packed)).unwrap();
        let mut text = String::new();
        archive.by_name("b/long.txt").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!((text, archive.len()), (long, 2));
    }
}
