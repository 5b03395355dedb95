//! What each process on one database tells the others of itself: a bulletin on a board, good for as long as the process lives.
//!
//! A bulletin says how things are and not what happened, so nothing can be missed, and whatever it told of is gone when its node is. That a
//! node lives is seen by its beats, each by the clock of whoever looks: no two clocks have to agree.

use std::{collections::BTreeMap, time::Duration};

use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until},
};
use tokio_util::sync::CancellationToken;

use crate::{Commits, Db, Error, sql};

/// The least time between two rounds, in each of which a node tells and hears.
const PAUSE: Duration = Duration::from_millis(250);
/// The next one comes after so long although nothing has asked for it.
const PATROL: Duration = Duration::from_secs(1);

/// How often a node says that it lives, if it has nothing else to say.
const BEAT: Duration = Duration::from_secs(2);
/// A node that has not said so for so long is gone.
const GONE: Duration = Duration::from_secs(7);
/// Its bulletin is cleared away after so long.
const FORGOTTEN: Duration = Duration::from_mins(1);

/// One node's bulletin on a board, and what it has read of the others'.
#[derive(Debug)]
pub struct Bulletins {
    db: Db,
    board: &'static str,
    node: String,
    beat: i64,
    beaten: Option<Instant>,
    /// `None`: there is none.
    told: Option<String>,
    heard: BTreeMap<String, Heard>,
    /// Who was alive at the last look, each with the beat by which it told what it tells.
    alive: Vec<(String, i64)>,
    commits: watch::Receiver<Commits>,
    /// Before that there is no other round.
    paused_until: Instant,
}

/// Another node's.
#[derive(Debug)]
struct Heard {
    beat: i64,
    /// When that was new.
    at: Instant,
    /// The beat by which it told this.
    since: i64,
    told: String,
}

impl Bulletins {
    /// Those on `board` of the node that the others know as `node`: another word with each start.
    pub fn new(db: Db, board: &'static str, node: String) -> Self {
        let (commits, paused_until) = (db.commits(), Instant::now() + PAUSE);
        let (heard, alive) = (BTreeMap::new(), Vec::new());
        Self { db, board, node, beat: 0, beaten: None, told: None, heard, alive, commits, paused_until }
    }

    /// Waits between two rounds: until there is something to tell (`here` has changed) or, perhaps, to hear, and never longer than a
    /// second; a quarter of a second lies between any two. `false`: there is no next one, for it is `stop`.
    pub async fn next_round(&mut self, here: &mut watch::Receiver<()>, stop: &CancellationToken) -> bool {
        let asked = async {
            tokio::select! {
                _ = here.changed() => {}
                _ = self.commits.changed() => {}
                () = sleep(PATROL) => {}
            }
            sleep_until(self.paused_until).await;
        };
        if stop.run_until_cancelled(asked).await.is_none() {
            return false;
        }
        self.paused_until = Instant::now() + PAUSE;
        here.mark_unchanged();
        self.commits.mark_unchanged();
        true
    }

    /// Tells the others that, and wakes them; where it is what they were told before, says every two seconds that this node lives.
    pub async fn tell(&mut self, told: &str) -> Result<(), Error> {
        if self.told.as_deref() == Some(told) {
            if self.beaten.is_some_and(|beaten| beaten.elapsed() < BEAT) {
                return Ok(());
            }
            self.beat += 1;
            if self.live().await? {
                self.beaten = Some(Instant::now());
                return Ok(());
            }
            // Somebody has taken this node for dead.
        }
        self.beat += 1;
        self.write(told.to_owned()).await?;
        (self.told, self.beaten) = (Some(told.to_owned()), Some(Instant::now()));
        Ok(())
    }

    /// Takes the bulletin down.
    pub async fn withdraw(&mut self) -> Result<(), Error> {
        if self.told.is_some() {
            forget(&self.db, self.board, &self.node, self.beat).await?;
            (self.told, self.beaten) = (None, None);
        }
        Ok(())
    }

    /// Whether there is one.
    pub const fn is_up(&self) -> bool {
        self.told.is_some()
    }

    /// Looks at the others'. `true`: one is new, tells something new, or is gone. Those of nodes that are long dead are cleared away.
    pub async fn hear(&mut self) -> Result<bool, Error> {
        let rows: Vec<(String, i64, i64)> =
            sql("select node, beat, since from bulletins where board = $1 and node <> $2")
                .bind(self.board)
                .bind(self.node.as_str())
                .fetch_all(&self.db)
                .await?;
        let now = Instant::now();
        self.heard.retain(|node, _| rows.iter().any(|(other, ..)| other == node));
        for (node, beat, since) in rows {
            match self.heard.get_mut(&node) {
                Some(heard) if heard.beat == beat => {
                    if now.duration_since(heard.at) >= FORGOTTEN {
                        forget(&self.db, self.board, &node, beat).await?;
                    }
                }
                Some(heard) if heard.since == since => (heard.beat, heard.at) = (beat, now),
                _ => {
                    let Some((beat, since, told)) = self.read(&node).await? else { continue };
                    self.heard.insert(node, Heard { beat, at: now, since, told });
                }
            }
        }
        let alive: Vec<_> = self.heard.iter().filter(|(_, heard)| heard.lives(now)).collect();
        let alive: Vec<_> = alive.into_iter().map(|(node, heard)| (node.clone(), heard.since)).collect();
        let is_news = alive != self.alive;
        self.alive = alive;
        Ok(is_news)
    }

    /// The others that lived at the last look: which, and what each tells.
    pub fn others(&self) -> impl Iterator<Item = (&str, &str)> {
        self.alive.iter().filter_map(|(node, _)| Some((node.as_str(), self.heard.get(node)?.told.as_str())))
    }

    async fn read(&self, node: &str) -> Result<Option<(i64, i64, String)>, Error> {
        sql("select beat, since, told from bulletins where board = $1 and node = $2")
            .bind(self.board)
            .bind(node)
            .fetch_optional(&self.db)
            .await
    }

    async fn live(&self) -> Result<bool, Error> {
        let (board, node, beat) = (self.board, self.node.clone(), self.beat);
        let lives = self.db.write::<_, Error, _>(move |tx| {
            let update = sql("update bulletins set beat = $3 where board = $1 and node = $2");
            Box::pin(update.bind(board).bind(node.clone()).bind(beat).execute(tx))
        });
        Ok(lives.await? == 1)
    }

    async fn write(&self, told: String) -> Result<(), Error> {
        let (board, node, beat) = (self.board, self.node.clone(), self.beat);
        let write = self.db.write(move |tx| {
            let (node, told) = (node.clone(), told.clone());
            Box::pin(async move {
                sql("insert into bulletins (board, node, beat, since, told) values ($1, $2, $3, $3, $4) \
                     on conflict (board, node) do update set \
                     beat = excluded.beat, since = excluded.since, told = excluded.told")
                .bind(board)
                .bind(node)
                .bind(beat)
                .bind(told)
                .execute(&mut *tx)
                .await?;
                tx.wake();
                Ok(())
            })
        });
        write.await
    }
}

impl Heard {
    fn lives(&self, now: Instant) -> bool {
        now.duration_since(self.at) < GONE
    }
}

/// Takes down the bulletin of a node that has not lived since that beat.
async fn forget(db: &Db, board: &'static str, node: &str, beat: i64) -> Result<(), Error> {
    let node = node.to_owned();
    db.write(move |tx| {
        let node = node.clone();
        Box::pin(async move {
            let forgotten = sql("delete from bulletins where board = $1 and node = $2 and beat = $3");
            forgotten.bind(board).bind(node).bind(beat).execute(&mut *tx).await?;
            tx.wake();
            Ok(())
        })
    })
    .await
}
