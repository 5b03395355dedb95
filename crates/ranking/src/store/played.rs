//! What was played, read from the lobby's record.

use base::{GameId, Millis, UserId};
use contract::{
    lobby::Dialect,
    ranking::{Fared, Fate, HeadToHead, Played, Said, Share, Told, Verdict},
};
use db::{Db, Error, sql};
use serde::Deserialize;

use super::class;

#[derive(sqlx::FromRow)]
struct GameRow {
    id: i64,
    name: String,
    map: String,
    scoring: String,
    dialect: String,
    class: String,
    host_name: String,
    settled_at: i64,
    played_ms: Option<i64>,
    agreement: Option<String>,
    verdict: Option<String>,
}

#[derive(sqlx::FromRow)]
struct PlayerRow {
    user_id: Option<i64>,
    name: String,
    team: Option<i64>,
    place: Option<i64>,
    outcome: String,
    dropped: bool,
    units_killed: i64,
    units_lost: i64,
    damage_given: i64,
    damage_taken: i64,
}

/// As much of a kept report as is shown: see the lobby's `Outcome`.
#[derive(Deserialize)]
struct Filed {
    players: Vec<FiledPlayer>,
}

#[derive(Deserialize)]
struct FiledPlayer {
    who: Who,
    place: Option<i64>,
    fate: Fate,
    units_killed: i64,
    damage_given: i64,
}

#[derive(Deserialize)]
struct Who {
    name: String,
}

/// Games whose results stand, and which.
macro_rules! games_where {
    ($which:literal) => {
        concat!(
            "select g.id, g.name, g.map, g.scoring, g.dialect, g.class, g.host_name, g.settled_at, g.played_ms, g.agreement, j.verdict \
             from games g left join game_judgements j on j.game_id = g.id where g.settled_at is not null and ",
            $which
        )
    };
}

/// One game whose result stands.
pub(crate) async fn game(db: &Db, game: GameId) -> Result<Option<Played>, Error> {
    let row: Option<GameRow> = sql(games_where!("g.id = $1")).bind(game).fetch_optional(db).await?;
    match row {
        Some(row) => shown(db, row).await,
        None => Ok(None),
    }
}

/// Games whose results stand, the newest first: all, or those somebody was in.
pub(crate) async fn games(
    db: &Db,
    player: Option<UserId>,
    before: Option<GameId>,
    at_most: u32,
) -> Result<Vec<Played>, Error> {
    let before = before.map_or(i64::MAX, GameId::get);
    let rows: Vec<GameRow> = match player {
        None => {
            sql(games_where!("g.id < $1 order by g.id desc limit $2")).bind(before).bind(at_most).fetch_all(db).await?
        }
        Some(player) => sql(games_where!(
            "g.id < $1 and g.id in (select game_id from game_players where user_id = $3) order by g.id desc limit $2"
        ))
        .bind(before)
        .bind(at_most)
        .bind(player)
        .fetch_all(db)
        .await?,
    };
    all_shown(db, rows).await
}

/// The same: those with the pattern in their name, their map's or one of their players'.
pub(crate) async fn search(db: &Db, pattern: &str, before: Option<GameId>, at_most: u32) -> Result<Vec<Played>, Error> {
    let rows: Vec<GameRow> = sql(games_where!(
        r"g.id < $1 and (lower(g.name) like $2 escape '\' or lower(g.map) like $2 escape '\'
          or exists (select 1 from game_players p where p.game_id = g.id and lower(p.name) like $2 escape '\'))
          order by g.id desc limit $3"
    ))
    .bind(before.map_or(i64::MAX, GameId::get))
    .bind(pattern)
    .bind(at_most)
    .fetch_all(db)
    .await?;
    all_shown(db, rows).await
}

async fn all_shown(db: &Db, rows: Vec<GameRow>) -> Result<Vec<Played>, Error> {
    let mut games = Vec::with_capacity(rows.len());
    for row in rows {
        games.extend(shown(db, row).await?);
    }
    Ok(games)
}

async fn shown(db: &Db, row: GameRow) -> Result<Option<Played>, Error> {
    let players: Vec<PlayerRow> = sql(
        "select user_id, name, team, place, outcome, dropped, units_killed, units_lost, damage_given, damage_taken \
         from game_players where game_id = $1 order by case when place is null then 1 else 0 end, place, team, seat",
    )
    .bind(row.id)
    .fetch_all(db)
    .await?;
    let fared = |player: PlayerRow| {
        Some(Fared {
            fate: Fate::from_word(&player.outcome)?,
            user: player.user_id.map(UserId::from),
            name: player.name,
            team: player.team,
            place: player.place,
            dropped: player.dropped,
            units_killed: player.units_killed,
            units_lost: player.units_lost,
            damage_given: player.damage_given,
            damage_taken: player.damage_taken,
        })
    };
    let Some(dialect) = Dialect::from_word(&row.dialect) else { return Ok(None) };
    Ok(Some(Played {
        id: GameId::from(row.id),
        name: row.name,
        map: row.map,
        kind: row.scoring,
        dialect,
        class: class(&row.class),
        host: row.host_name,
        at: Millis(row.settled_at),
        played_ms: row.played_ms.unwrap_or_default(),
        disputed: row.agreement.as_deref() == Some("disputed"),
        verdict: row.verdict.as_deref().and_then(Verdict::from_word),
        players: players.into_iter().filter_map(fared).collect(),
    }))
}

/// What each player said of how it ended, the host first.
pub(crate) async fn reports(db: &Db, game: GameId) -> Result<Vec<Told>, Error> {
    let rows: Vec<(i64, String, bool, bool, String)> =
        sql("select reporter, name, host, agrees, filed from game_reports where game_id = $1 and agrees is not null \
         order by host desc, at, reporter")
        .bind(game)
        .fetch_all(db)
        .await?;
    let told = |(reporter, name, host, agrees, filed): (i64, String, bool, bool, String)| {
        let filed: Filed = serde_json::from_str(&filed).ok()?;
        let won = |player: &&FiledPlayer| matches!(player.fate, Fate::Win | Fate::Tie);
        let winners = filed.players.iter().filter(won).map(|player| player.who.name.clone()).collect();
        let players = filed.players.into_iter().map(said).collect();
        Some(Told { reporter: u32::try_from(reporter).ok()?, name, host, agrees, winners, players })
    };
    Ok(rows.into_iter().filter_map(told).collect())
}

fn said(player: FiledPlayer) -> Said {
    let FiledPlayer { who, place, fate, units_killed, damage_given } = player;
    Said { name: who.name, place, fate, units_killed, damage_given }
}

/// What somebody reported of games: which game, when, and the report as it was kept.
pub(crate) async fn reports_by(db: &Db, user: UserId) -> Result<Vec<(i64, i64, serde_json::Value)>, Error> {
    let rows: Vec<(i64, i64, String)> =
        sql("select game_id, at, filed from game_reports where user_id = $1 order by game_id")
            .bind(user)
            .fetch_all(db)
            .await?;
    let report = |(game, at, filed): (i64, i64, String)| Some((game, at, serde_json::from_str(&filed).ok()?));
    Ok(rows.into_iter().filter_map(report).collect())
}

/// How two fared against each other and together, in games that counted.
pub(crate) async fn head_to_head(db: &Db, one: UserId, other: UserId) -> Result<HeadToHead, Error> {
    let (against, wins, losses, together): (i64, i64, i64, i64) =
        sql("select coalesce(sum(case when a.team <> b.team then 1 else 0 end), 0), \
         coalesce(sum(case when a.team <> b.team and a.place < b.place then 1 else 0 end), 0), \
         coalesce(sum(case when a.team <> b.team and a.place > b.place then 1 else 0 end), 0), \
         coalesce(sum(case when a.team = b.team then 1 else 0 end), 0) \
         from game_players a join game_players b on b.game_id = a.game_id and b.user_id = $2 \
         where a.user_id = $1 and a.outcome in ('win', 'tie', 'loss') and b.outcome in ('win', 'tie', 'loss') \
         and not exists (select 1 from game_judgements j where j.game_id = a.game_id and j.verdict = 'voided')")
        .bind(one)
        .bind(other)
        .fetch_one(db)
        .await?;
    let count = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(HeadToHead {
        against: count(against),
        wins: count(wins),
        losses: count(losses),
        ties: count(against - wins - losses),
        together: count(together),
    })
}

/// What somebody has made of their games, put together by a column of them.
macro_rules! shares_by {
    ($column:literal) => {
        concat!(
            "select g.",
            $column,
            ", g.dialect, count(*), sum(case when p.outcome = 'win' then 1 else 0 end), \
             sum(case when p.outcome = 'tie' then 1 else 0 end) \
             from game_players p join games g on g.id = p.game_id and g.settled_at is not null \
             where p.user_id = $1 and p.outcome in ('win', 'tie', 'loss') \
             and not exists (select 1 from game_judgements j where j.game_id = g.id and j.verdict = 'voided') \
             group by g.",
            $column,
            ", g.dialect order by count(*) desc, g.",
            $column,
            ", g.dialect limit 20"
        )
    };
}

/// By map, those played most first.
pub(crate) async fn by_map(db: &Db, user: UserId) -> Result<Vec<Share>, Error> {
    shares(shares_by!("map"), db, user).await
}

/// By type of game, likewise.
pub(crate) async fn by_kind(db: &Db, user: UserId) -> Result<Vec<Share>, Error> {
    shares(shares_by!("scoring"), db, user).await
}

async fn shares(text: &'static str, db: &Db, user: UserId) -> Result<Vec<Share>, Error> {
    let rows: Vec<(String, String, i64, i64, i64)> = sql(text).bind(user).fetch_all(db).await?;
    let count = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    let share = |(name, dialect, games, wins, ties): (String, String, i64, i64, i64)| {
        let dialect = Dialect::from_word(&dialect)?;
        Some(Share { name, dialect, games: count(games), wins: count(wins), ties: count(ties) })
    };
    Ok(rows.into_iter().filter_map(share).collect())
}
