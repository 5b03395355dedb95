//! Games that were played elsewhere, taken into the record.

use std::collections::{BTreeMap, BTreeSet};

use audit::Entry;
use base::{Action, Actor, Millis, UserId};
use contract::{Event, lobby::Dialect, ranking::Fate as Told};
use db::Db;
use heritage::{Game, Seat};
use metaserver_proto::{
    Text,
    packet::{game::GameDescription, myth_game::MythGame},
};

use crate::{
    names::readable,
    outcome::{Fate, Participant, Placed},
    rooms::Error,
    store::past,
};

/// So many are written in one transaction.
const AT_ONCE: usize = 50;

/// The record of what was played before there was this hub. Clones are the same.
#[derive(Debug, Clone)]
pub struct Past(Db);

/// A game as it is written down.
#[derive(Clone)]
pub(crate) struct PastGame {
    pub(crate) number: String,
    pub(crate) class: &'static str,
    pub(crate) host: Option<UserId>,
    pub(crate) host_name: String,
    pub(crate) name: String,
    pub(crate) map: String,
    pub(crate) scoring: String,
    pub(crate) type_number: i64,
    pub(crate) max_players: i64,
    pub(crate) description: Vec<u8>,
    pub(crate) began_at: Option<Millis>,
    pub(crate) ended_at: Millis,
    pub(crate) end_code: i64,
    pub(crate) played_ms: i64,
    pub(crate) players: Vec<Placed>,
}

impl Past {
    /// Kept in `db`, whose migrations have been applied.
    pub const fn new(db: Db) -> Self {
        Self(db)
    }

    /// Which games of that server are here already.
    pub async fn known(&self, actor: &Actor, source: &str) -> Result<BTreeSet<String>, Error> {
        actor.may(Action::ManageRooms)?;
        Ok(past::imported(&self.0, source).await?)
    }

    /// Takes games over that are not here yet, and says how many. `people`: who of that server is who here. They count in statistics at once,
    /// and in ladders as soon as those are worked out anew. Nothing is announced, for nothing happens now. `told` hears how many are done.
    pub async fn import(
        &self,
        actor: &Actor,
        (source, games): (&str, &[Game]),
        people: &BTreeMap<String, Option<UserId>>,
        at: Millis,
        told: &(dyn Fn(usize) + Send + Sync),
    ) -> Result<usize, Error> {
        actor.may(Action::ManageRooms)?;
        let known = past::imported(&self.0, source).await?;
        let fresh: Vec<&Game> = games.iter().filter(|game| !known.contains(&game.number)).collect();
        let mut done = 0;
        for some in fresh.chunks(AT_ONCE) {
            let some: Vec<PastGame> = some.iter().map(|game| written(game, people)).collect();
            done += some.len();
            let source = source.to_owned();
            self.0
                .write(move |tx| {
                    let (source, some) = (source.clone(), some.clone());
                    Box::pin(async move {
                        for game in &some {
                            past::create(tx, &source, game).await?;
                        }
                        Ok::<_, Error>(())
                    })
                })
                .await?;
            told(done);
        }
        // Also where nothing was new: an import that was broken off may have left the ladders behind.
        if !games.is_empty() {
            let (acting, source) = (actor.clone(), source.to_owned());
            self.0
                .write(move |tx| {
                    let (acting, source) = (acting.clone(), source.clone());
                    Box::pin(async move {
                        if done > 0 {
                            let entry = Entry::new("games.imported", "lobby", &source)
                                .changing((), serde_json::json!({ "games": done }));
                            audit::record(tx, at, &acting, &entry).await?;
                        }
                        events::record(tx, at, &Event::LaddersStale { dialect: Dialect::Myth2 }).await?;
                        Ok::<_, Error>(())
                    })
                })
                .await?;
        }
        Ok(done)
    }
}

fn written(game: &Game, people: &BTreeMap<String, Option<UserId>>) -> PastGame {
    let players: Vec<Placed> = game.seats.iter().enumerate().map(|(at, seat)| placed(at, seat, people)).collect();
    let host = players.iter().find(|placed| placed.host).map(|placed| placed.who.clone());
    let count = players.len();
    // As much of the host's description as was kept.
    let description = GameDescription::from(&MythGame {
        scoring: game.scoring,
        difficulty: game.difficulty,
        time_limit_ticks: game.time_limit_ticks,
        planning_time_ticks: game.planning_time_ticks,
        max_players: i16::try_from(count).unwrap_or(i16::MAX),
        players: i8::try_from(count).unwrap_or(i8::MAX),
        name: Text::new(&game.name).cut(31),
        map: Text::new(&game.map).cut(63),
        ..MythGame::default()
    });
    PastGame {
        number: game.number.clone(),
        class: game.class.word(),
        host: host.as_ref().and_then(|host| host.user),
        host_name: host.map(|host| host.name).unwrap_or_default(),
        name: readable(&Text::new(&game.name)),
        map: readable(&Text::new(&game.map)),
        scoring: description.summary().kind_name.unwrap_or("Unknown").to_owned(),
        type_number: game.scoring.into(),
        max_players: i64::try_from(count).unwrap_or(i64::MAX),
        description: description.as_bytes().to_vec(),
        began_at: game.began_at,
        ended_at: game.ended_at,
        end_code: game.end_code.into(),
        played_ms: game.played_ms,
        players,
    }
}

fn placed(at: usize, seat: &Seat, people: &BTreeMap<String, Option<UserId>>) -> Placed {
    let user = seat.player.as_ref().and_then(|number| people.get(number).copied().flatten());
    Placed {
        seat: at,
        who: Participant { user, name: readable(&Text::new(&seat.name)) },
        team: seat.team,
        place: seat.place,
        fate: match seat.fate {
            Told::Win => Fate::Win,
            Told::Tie => Fate::Tie,
            Told::Loss => Fate::Loss,
            Told::Spectator => Fate::Spectator,
            Told::Cooperative => Fate::Cooperative,
        },
        host: seat.host,
        captain: seat.captain,
        dropped: seat.dropped,
        units_killed: seat.units_killed,
        units_lost: seat.units_lost,
        damage_given: seat.damage_given,
        damage_taken: seat.damage_taken,
    }
}
