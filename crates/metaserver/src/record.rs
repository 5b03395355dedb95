//! What the lobby has to remember, and the task that writes it down without ever keeping a room waiting.

use std::{sync::Arc, time::Duration};

use base::{GameId, Kind, Millis, RoomId, UserId};
use contract::{
    lobby::{Game, PlayerNumber},
    room::RoomKind,
};
use db::Db;
use metaserver_proto::packet::game::GameDescription;
use tokio::sync::mpsc::{self, error::TrySendError};
use tokio_util::sync::CancellationToken;

use crate::{films::NewFilm, outcome::Outcome, store};

/// Records waiting at most. A record is small, and a room gives one a minute.
const QUEUE: usize = 4_096;
/// Records written in one transaction at most.
const BATCH: usize = 64;
/// How long to go on trying once the hub is stopping.
const LAST_TRIES: Duration = Duration::from_secs(5);

/// Something to be remembered. The game's id was given out already.
#[derive(Debug)]
pub(crate) enum Record {
    /// A game was listed.
    Listed {
        /// As the page shows it.
        game: Game,
        room: RoomId,
        /// What kind of play the room is for.
        kind: RoomKind,
        host: Option<UserId>,
        description: GameDescription,
        at: Millis,
    },
    /// It began; its host may have changed it since it was listed.
    Started { game: Game, description: GameDescription, at: Millis },
    /// It is over, or was taken off the list.
    Ended { game: GameId, at: Millis },
    /// Somebody who played said how it ended.
    Reported { game: GameId, at: Millis, report: Box<Report> },
    /// Its film is whole.
    Filmed { game: GameId, film: Box<NewFilm> },
    /// No more reports are waited for: those there are become its result.
    Settled { game: GameId, at: Millis },
}

/// What one player said of how a game ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) reporter: PlayerNumber,
    pub(crate) user: Option<UserId>,
    pub(crate) name: String,
    /// Whether they hosted it.
    pub(crate) host: bool,
    pub(crate) outcome: Outcome,
}

impl Record {
    /// Which game it is about.
    const fn game(&self) -> GameId {
        match self {
            Self::Listed { game, .. } | Self::Started { game, .. } => game.id,
            Self::Ended { game, .. }
            | Self::Reported { game, .. }
            | Self::Filmed { game, .. }
            | Self::Settled { game, .. } => *game,
        }
    }
}

/// Where rooms leave what is to be remembered.
#[derive(Debug, Clone)]
pub(crate) struct Recorder(mpsc::Sender<Record>);

impl Recorder {
    pub(crate) fn new() -> (Self, mpsc::Receiver<Record>) {
        let (sender, receiver) = mpsc::channel(QUEUE);
        (Self(sender), receiver)
    }

    /// For whoever does not keep the records open.
    pub(crate) fn downgrade(&self) -> WeakRecorder {
        WeakRecorder(self.0.downgrade())
    }

    /// Leaves a record. When the database has been away for so long that the queue is full, it is lost, and the log says so.
    pub(crate) fn note(&self, record: Record) {
        if let Err(TrySendError::Full(record) | TrySendError::Closed(record)) = self.0.try_send(record) {
            metrics::counter!("guildhall_lobby_records_lost_total").increment(1);
            tracing::error!(
                game.id = record.game().get(),
                "a record of the lobby is lost: the database does not keep up"
            );
        }
    }
}

/// Finds the recorder for as long as a room leaves records.
#[derive(Debug, Clone)]
pub(crate) struct WeakRecorder(mpsc::WeakSender<Record>);

impl WeakRecorder {
    pub(crate) fn upgrade(&self) -> Option<Recorder> {
        self.0.upgrade().map(Recorder)
    }
}

/// Writes records down in order until every room is gone.
pub(crate) async fn keep(db: Db, mut records: mpsc::Receiver<Record>, stop: CancellationToken) {
    let mut batch = Vec::new();
    while records.recv_many(&mut batch, BATCH).await > 0 {
        let records: Vec<Arc<Record>> = batch.drain(..).map(Arc::new).collect();
        metrics::gauge!("guildhall_lobby_records_waiting").set(u32::try_from(records.len()).unwrap_or(u32::MAX));
        // One that the database refuses must not take the others with it.
        if write(&db, &records, &stop).await.is_err() && records.len() > 1 {
            for record in records {
                write(&db, &[record], &stop).await.ok();
            }
        }
    }
}

/// Tries until the database takes them; an error means that it never will, and has been logged if it concerned one record alone.
async fn write(db: &Db, records: &[Arc<Record>], stop: &CancellationToken) -> Result<(), ()> {
    let mut pause = Duration::from_millis(100);
    let mut waited_since_stop = Duration::ZERO;
    loop {
        let Err(error) = store::write_records(db, records.to_vec()).await else {
            return Ok(());
        };
        let gives_up = error.kind() != Kind::Unavailable || waited_since_stop >= LAST_TRIES;
        if gives_up {
            if let [record] = records {
                metrics::counter!("guildhall_lobby_records_lost_total").increment(1);
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, game.id = record.game().get(), "a record of the lobby is lost");
            }
            return Err(());
        }
        tracing::warn!(error = &error as &dyn std::error::Error, "the lobby's records wait for the database");
        tokio::time::sleep(pause).await;
        if stop.is_cancelled() {
            waited_since_stop += pause;
        }
        pause = (pause * 2).min(Duration::from_secs(5));
    }
}

#[cfg(test)]
mod tests {
    use contract::lobby::Dialect;
    use db::{Engine, Options, sql, testing::Place};
    use metaserver_proto::packet::myth_game::MythGame;

    use super::*;

    fn listed(id: i64, room: i64) -> Record {
        let description = GameDescription::from(&MythGame::default());
        let game = Game {
            id: GameId::from(id),
            host: PlayerNumber(1),
            host_name: "Olga".into(),
            name: "Come".into(),
            map: "Creep".into(),
            scoring: "Body Count".into(),
            dialect: Dialect::Myth2,
            players: 1,
            max_players: 8,
            started_at: None,
            ends_at: None,
            terms: contract::lobby::Terms::default(),
        };
        let kind = RoomKind::Unranked;
        Record::Listed { game, room: RoomId::from(room), kind, host: None, description, at: Millis(1) }
    }

    #[tokio::test]
    async fn a_record_the_database_refuses_takes_no_other_with_it() {
        let place = Place::migrated(Engine::Sqlite).await.expect("SQLite is always there");
        let db = place.open(Options::default()).await.expect("a fresh file opens");
        let (recorder, records) = Recorder::new();
        for (id, room) in [(1, 1), (2, 404), (3, 1)] {
            recorder.note(listed(id, room));
        }
        drop(recorder);
        keep(db.clone(), records, CancellationToken::new()).await;
        let kept: Vec<(i64,)> = sql("select id from games order by id").fetch_all(&db).await.expect("the games");
        assert_eq!(kept, [(1,), (3,)]);
    }

    #[tokio::test]
    async fn a_room_never_waits_for_a_database_that_does_not_keep_up() {
        let (recorder, mut records) = Recorder::new();
        for id in 0..10_000 {
            recorder.note(listed(id, 1));
        }
        drop(recorder);
        let mut kept = 0;
        while records.recv().await.is_some() {
            kept += 1;
        }
        assert_eq!(kept, QUEUE, "the rest is counted as lost");
    }
}
