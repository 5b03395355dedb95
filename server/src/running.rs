//! How the hub is doing: who is asked for the dashboard's numbers, and what is known of the machine.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use accounts::Accounts;
use audit::Trail;
use base::{Actor, Clock, Millis, UserId};
use contract::{
    live::{State, Topic},
    vitals::{At, Finding, Licence, Pair},
};
use db::Db;
use futures::future::BoxFuture;
use jobs::Jobs;
use live::Board;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use vitals::{Asked, Live, LogIns, Machine, SAMPLE_EVERY, Sources, Vitals};

use crate::{config, doctor, logs, site::Site};

/// What the hub is built on: a line each, name, version and licence. Written by `cargo xtask licences`.
const LICENCES: &str = include_str!("../licences.txt");

/// The trail, and how the hub is doing.
#[derive(Clone)]
pub(crate) struct Watch {
    pub(crate) trail: Trail,
    pub(crate) vitals: Vitals,
}

/// Both, on this database; nothing runs yet.
pub(crate) fn open(
    settings: &config::Settings,
    accounts: &Accounts,
    board: &Board,
    jobs: &Jobs,
    site: &Site,
    db: &Db,
    clock: &Arc<dyn Clock>,
) -> Watch {
    let hall = Hall { accounts: accounts.clone(), board: board.clone(), jobs: jobs.clone() };
    let machine =
        ThisMachine { settings: settings.clone(), db: db.clone(), build: site.build.clone(), clock: Arc::clone(clock) };
    Watch {
        trail: trail(accounts, db, clock),
        vitals: Vitals::new(db.clone(), Arc::clone(clock), Arc::new(hall), Arc::new(machine)),
    }
}

/// The audit trail alone: for an operator's command.
pub(crate) fn trail(accounts: &Accounts, db: &Db, clock: &Arc<dyn Clock>) -> Trail {
    Trail::new(db.clone(), Arc::clone(clock), Arc::new(NamesOfAccounts(accounts.clone())))
}

struct NamesOfAccounts(Accounts);

impl audit::Names for NamesOfAccounts {
    fn names(&self, users: BTreeSet<UserId>) -> BoxFuture<'_, Result<BTreeMap<UserId, String>, db::Error>> {
        Box::pin(async move {
            let users: Vec<_> = users.into_iter().collect();
            match self.0.names(&Actor::Job, &users).await {
                Ok(names) => Ok(names.into_iter().collect()),
                Err(accounts::Error::Store(error)) => Err(error),
                // The hub itself is refused nothing; numbers alone are better than no trail.
                Err(_) => Ok(BTreeMap::new()),
            }
        })
    }
}

/// Everybody who knows a number.
struct Hall {
    accounts: Accounts,
    board: Board,
    jobs: Jobs,
}

fn many(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn failed(error: accounts::Error) -> vitals::Error {
    let kind = error.problem().kind;
    vitals::Error::Source(error.into(), kind)
}

impl Sources for Hall {
    fn live(&self) -> Live {
        let mut live = Live { errors: logs::errors(), refused: audit::refusals(), ..Live::default() };
        if let (_, State::Lobby(lobby)) = self.board.state(Topic::Lobby) {
            live.players = many(lobby.player_count());
            live.rooms = many(lobby.rooms.len());
            live.games = many(lobby.game_count());
        }
        if let (_, State::Site(present)) = self.board.state(Topic::Site) {
            live.visitors = i64::from(present.people_count) + i64::from(present.visitors);
        }
        live
    }

    fn asked<'a>(&'a self, actor: &'a Actor) -> BoxFuture<'a, Result<Asked, vitals::Error>> {
        Box::pin(async move {
            let accounts = self.accounts.count(actor).await.map_err(failed)?;
            let jobs = self.jobs.overview(actor).await.map_err(|error| {
                let kind = error.problem().kind;
                vitals::Error::Source(error.into(), kind)
            })?;
            Ok(Asked {
                accounts,
                jobs_waiting: jobs.iter().map(|kind| i64::from(kind.waiting)).sum(),
                jobs_dead: jobs.iter().map(|kind| i64::from(kind.dead)).sum(),
            })
        })
    }

    fn registrations<'a>(&'a self, actor: &'a Actor, since: Millis) -> BoxFuture<'a, Result<Vec<At>, vitals::Error>> {
        Box::pin(async move { self.accounts.registrations_by_day(actor, since).await.map_err(failed) })
    }

    fn log_ins<'a>(&'a self, actor: &'a Actor, since: Millis) -> BoxFuture<'a, Result<LogIns, vitals::Error>> {
        Box::pin(async move {
            let (good, refused) = self.accounts.log_ins_by_day(actor, since).await.map_err(failed)?;
            Ok(LogIns { good, refused })
        })
    }
}

/// The machine this process runs on.
struct ThisMachine {
    settings: config::Settings,
    db: Db,
    build: String,
    clock: Arc<dyn Clock>,
}

impl Machine for ThisMachine {
    fn findings(&self) -> BoxFuture<'_, Vec<Finding>> {
        Box::pin(doctor::examine(&self.settings, doctor::From::Within(&self.db), &*self.clock))
    }

    fn versions(&self) -> Vec<Pair> {
        let version = |name: &str, value: &str| Pair { name: name.into(), value: value.into(), changed: false };
        vec![
            version("guildhall", env!("CARGO_PKG_VERSION")),
            version("site", &self.build),
            version("database", self.db.engine().name()),
            version("rust", env!("CARGO_PKG_RUST_VERSION")),
        ]
    }

    fn configuration(&self) -> Vec<Pair> {
        config::lines(&self.settings).into_iter().map(|(name, value, changed)| Pair { name, value, changed }).collect()
    }

    fn licences(&self) -> Vec<Licence> {
        let line = |line: &'static str| {
            let mut cells = line.split('\t').map(str::to_owned);
            Some(Licence { name: cells.next()?, version: cells.next()?, licence: cells.next()? })
        };
        LICENCES.lines().filter_map(line).collect()
    }
}

impl Watch {
    /// Takes samples.
    pub(crate) async fn keep(self, stop: CancellationToken) {
        let mut samples = interval(SAMPLE_EVERY);
        samples.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                _ = samples.tick() => {
                    if let Err(error) = self.vitals.sample(&Actor::Job).await {
                        tracing::warn!(error = &error as &dyn std::error::Error, "how the hub is doing can't be written down");
                    }
                }
            }
        }
    }
}
