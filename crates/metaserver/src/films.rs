//! Films of games: streamed by the host's client while it plays, kept in a folder, shown with the game's result (spec section 16).

mod filming;
mod shelf;
mod store;
#[cfg(test)]
mod stories;
mod writer;

use std::{
    collections::HashSet,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use audit::{Entry, Reason};
use base::{Action, Actor, Chance, ChanceExt as _, Clock, GameId, UserId, Utc};
use contract::{
    Code, Field,
    film::{Film, FilmPage},
};
use db::{Db, containing};
use metaserver_proto::Text;
use tokio_util::task::TaskTracker;

use self::shelf::Shelf;
pub(crate) use self::{
    filming::{Filming, Lost},
    store::{NewFilm, create},
};
use crate::{Error, record::Recorder};

/// Films on one page at most.
const LONGEST_PAGE: u32 = 100;
/// What is looked for, in letters.
const LONGEST_SEARCH: usize = 100;
/// A film whose game nobody reported is kept so long, in case its result only takes its time.
const UNSETTLED: Duration = Duration::from_hours(24);
/// A file that no row names is left alone for so long: its row may be on its way.
const UNNAMED: Duration = Duration::from_hours(1);

/// What the operator decides about films.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilmSettings {
    /// Where they lie.
    pub folder: PathBuf,
    /// The longest film, in bytes.
    pub largest_bytes: u64,
    /// All films of one host, in bytes; those of all guests are one host's.
    pub per_host_bytes: u64,
    /// All films, in bytes. Beyond that the oldest go.
    pub total_bytes: u64,
    /// How many days each is kept.
    pub days: u32,
}

/// The films. Clones are the same.
#[derive(Clone)]
pub struct Films(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    settings: FilmSettings,
    shelf: Shelf,
    /// Bytes that films under way may come to have.
    reserved: AtomicU64,
}

impl std::fmt::Debug for Films {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Films").field(&self.0.settings).finish()
    }
}

/// A host's game, as a film is begun of it.
#[derive(Debug)]
pub(crate) struct FilmedGame {
    pub(crate) game: GameId,
    pub(crate) host: Option<UserId>,
    /// The host's number in the lobby.
    pub(crate) number: u32,
    /// Where the film is noted when it is whole.
    pub(crate) recorder: Recorder,
}

/// Why no film is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unfilmed {
    /// The room takes none, or the hub doesn't.
    NotWanted,
    /// Whoever sends it hosts nothing.
    NoGame,
    /// As many are under way as may be.
    Busy,
    /// The host's own films take all the room there is for one.
    HostFull,
    /// It can't be written.
    Failed,
}

impl Films {
    /// The films of this database, whose migrations have been applied.
    pub fn new(db: Db, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>, settings: FilmSettings) -> Self {
        let shelf = Shelf::new(settings.folder.clone());
        Self(Arc::new(Inner { db, clock, chance, settings, shelf, reserved: AtomicU64::new(0) }))
    }

    /// Films of games whose results stand, the newest game first: all, or those whose map, name or players have that in their names.
    pub async fn list(
        &self,
        actor: &Actor,
        text: &str,
        before: Option<GameId>,
        at_most: u32,
    ) -> Result<FilmPage, Error> {
        actor.may(Action::ViewLive)?;
        let text: String = text.trim().chars().take(LONGEST_SEARCH).collect();
        let pattern = if text.is_empty() { String::new() } else { containing(&text.to_lowercase()) };
        let at_most = at_most.clamp(1, LONGEST_PAGE);
        let mut films = store::list(&self.0.db, &pattern, before, at_most + 1).await?;
        let more = films.len() > at_most as usize;
        films.truncate(at_most as usize);
        let next = films.last().filter(|_| more).map(|film| film.game);
        Ok(FilmPage { films, next })
    }

    /// The film of a game whose result stands.
    pub async fn find(&self, actor: &Actor, game: GameId) -> Result<Film, Error> {
        actor.may(Action::ViewLive)?;
        store::find(&self.0.db, game).await?.ok_or(Error::NotFound)
    }

    /// The same, and where its file is. On a node that does not share the folder with the one that runs the lobby there is none.
    pub async fn open(&self, actor: &Actor, game: GameId) -> Result<(Film, PathBuf), Error> {
        let film = self.find(actor, game).await?;
        let path = self.0.shelf.kept(&film.file);
        match tokio::fs::try_exists(&path).await {
            Ok(true) => Ok((film, path)),
            _ => Err(Error::NotFound),
        }
    }

    /// Takes a film away for good. `reason` stands in the audit trail, and may be empty.
    pub async fn remove(&self, actor: &Actor, game: GameId, reason: &str) -> Result<(), Error> {
        actor.may(Action::Moderate)?;
        let reason = Reason::read(reason).map_err(|code: Code| Error::field(Field::Reason, code))?;
        let film = store::find(&self.0.db, game).await?.ok_or(Error::NotFound)?;
        let (now, acting, before) = (self.0.clock.now(), actor.clone(), film.clone());
        self.0
            .db
            .write(move |tx| {
                let (acting, reason, before) = (acting.clone(), reason.clone(), before.clone());
                Box::pin(async move {
                    if !store::remove(tx, game).await? {
                        return Err(Error::NotFound);
                    }
                    let entry = Entry::new("film.removed", "film", game).changing(&before, ()).because(&reason);
                    Ok(audit::record(tx, now, &acting, &entry).await?)
                })
            })
            .await?;
        self.0.shelf.remove(&[film.file]).await;
        Ok(())
    }

    /// Takes away what is too old, of no game with a result, or beyond what all may have; then files that no film is in.
    pub async fn tidy(&self, actor: &Actor) -> Result<usize, Error> {
        actor.may(Action::ManageSystem)?;
        let gone = self.make_room().await?;
        let known: HashSet<String> = store::files(&self.0.db).await?.into_iter().collect();
        self.0.shelf.sweep(&known, self.0.clock.now().minus(UNNAMED)).await;
        Ok(gone)
    }

    /// What an earlier run of the hub did not finish is no film, and goes.
    ///
    /// Where other nodes share the folder, those that nobody has written to for an hour: the others may be under way there.
    pub(crate) async fn forget_unfinished(&self, shared: bool) {
        let until = shared.then(|| self.0.clock.now().minus(UNNAMED));
        self.0.shelf.clear_unfinished(until).await;
    }

    async fn make_room(&self) -> Result<usize, db::Error> {
        let (settings, now) = (&self.0.settings, self.0.clock.now());
        let too_old = now.minus(Duration::from_hours(24) * settings.days);
        let (unsettled, most) = (now.minus(UNSETTLED), saturated(settings.total_bytes));
        let gone =
            self.0.db.write::<_, db::Error, _>(move |tx| Box::pin(store::expire(tx, too_old, unsettled, most))).await?;
        self.0.shelf.remove(&gone).await;
        Ok(gone.len())
    }

    /// Begins a film of a host's game, where there is room for one. What it may come to have is set aside until it is over.
    pub(crate) async fn begin(&self, of: FilmedGame, tasks: &TaskTracker) -> Result<Box<Filming>, Unfilmed> {
        let settings = &self.0.settings;
        let reserved = self.reserve().ok_or(Unfilmed::Busy)?;
        let failed = |error: &(dyn std::error::Error + 'static)| {
            tracing::warn!(error, game.id = of.game.get(), "a film can't be begun");
            Unfilmed::Failed
        };
        let (all, hosts) = store::kept_bytes(&self.0.db, of.host).await.map_err(|error| failed(&error))?;
        if hosts.saturating_add(settings.largest_bytes) > settings.per_host_bytes {
            return Err(Unfilmed::HostFull);
        }
        if all > settings.total_bytes {
            self.make_room().await.map_err(|error| failed(&error))?;
        }
        let name = stamp(self.0.clock.now().into());
        let file = format!("{name}_{}.m2rec", of.number);
        let unfinished = self.0.shelf.begin(&file).await.map_err(|error| failed(&error))?;
        let random = u32::from_be_bytes(self.0.chance.bytes());
        let (filming, pieces) = Filming::begin(&Text::new(&name), random, settings.largest_bytes);
        let clock = Arc::clone(&self.0.clock);
        tasks.spawn(writer::write(unfinished, pieces, of, clock, reserved));
        Ok(Box::new(filming))
    }

    fn reserve(&self) -> Option<Reserved> {
        let FilmSettings { largest_bytes, total_bytes, .. } = self.0.settings;
        let more = |reserved: u64| Some(reserved + largest_bytes).filter(|reserved| *reserved <= total_bytes);
        let taken = self.0.reserved.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
        taken.ok().map(|_| Reserved(Arc::clone(&self.0)))
    }
}

/// What is set aside for one film, for as long as it is under way.
struct Reserved(Arc<Inner>);

impl Drop for Reserved {
    fn drop(&mut self) {
        self.0.reserved.fetch_sub(self.0.settings.largest_bytes, Ordering::Relaxed);
    }
}

fn saturated(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// The time stamp that a film is called by, in the file and as one.
fn stamp(at: Utc) -> String {
    let Utc { year, month, day, hour, minute, second } = at;
    format!("{year:04}_{month:02}_{day:02}__{hour:02}_{minute:02}_{second:02}")
}
