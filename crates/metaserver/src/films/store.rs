//! The films' table. Of the lobby's others it reads games that are settled, and who played them.

use base::{GameId, Millis, UserId};
use contract::film::Film;
use db::{Db, Error, Tx, sql};

/// A film that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewFilm {
    pub(crate) host: Option<UserId>,
    pub(crate) file: String,
    pub(crate) size_bytes: u64,
    pub(crate) sha256: String,
    pub(crate) at: Millis,
}

#[derive(sqlx::FromRow)]
struct Row {
    game_id: i64,
    name: String,
    map: String,
    scoring: String,
    host_name: String,
    file: String,
    size_bytes: i64,
    sha256: String,
    created_at: i64,
}

impl Row {
    fn film(self, players: Vec<(String,)>) -> Film {
        Film {
            game: GameId::from(self.game_id),
            name: self.name,
            map: self.map,
            kind: self.scoring,
            host: self.host_name,
            players: players.into_iter().map(|(name,)| name).collect(),
            file: self.file,
            size_bytes: self.size_bytes.unsigned_abs(),
            sha256: self.sha256,
            at: Millis(self.created_at),
        }
    }
}

/// Writes a film down. A game has one: a second one is none, and neither is one of a game that is not remembered.
pub(crate) async fn create(tx: &mut Tx<'_>, game: GameId, film: &NewFilm) -> Result<(), Error> {
    sql("insert into films (game_id, host_user_id, file, size_bytes, sha256, created_at) \
         select id, (select id from users where id = $2), $3, $4, $5, $6 from games where id = $1 \
         on conflict (game_id) do nothing")
    .bind(game)
    .bind(film.host)
    .bind(film.file.as_str())
    .bind(super::saturated(film.size_bytes))
    .bind(film.sha256.as_str())
    .bind(film.at)
    .execute(tx)
    .await?;
    Ok(())
}

/// Films of games whose results stand, the newest first; an empty pattern is all.
pub(super) async fn list(db: &Db, pattern: &str, before: Option<GameId>, at_most: u32) -> Result<Vec<Film>, Error> {
    let rows: Vec<Row> =
        sql(r"select f.game_id, g.name, g.map, g.scoring, g.host_name, f.file, f.size_bytes, f.sha256, f.created_at
         from films f join games g on g.id = f.game_id
         where g.settled_at is not null and f.game_id < $1
           and ($2 = '' or lower(g.map) like $2 escape '\' or lower(g.name) like $2 escape '\'
             or exists (select 1 from game_players p where p.game_id = g.id and lower(p.name) like $2 escape '\'))
         order by f.game_id desc limit $3")
        .bind(before.map_or(i64::MAX, GameId::get))
        .bind(pattern)
        .bind(at_most)
        .fetch_all(db)
        .await?;
    let mut films = Vec::with_capacity(rows.len());
    for row in rows {
        let players = players(db, row.game_id).await?;
        films.push(row.film(players));
    }
    Ok(films)
}

/// The film of one of them.
pub(super) async fn find(db: &Db, game: GameId) -> Result<Option<Film>, Error> {
    let row: Option<Row> =
        sql("select f.game_id, g.name, g.map, g.scoring, g.host_name, f.file, f.size_bytes, f.sha256, f.created_at \
         from films f join games g on g.id = f.game_id where f.game_id = $1 and g.settled_at is not null")
        .bind(game)
        .fetch_optional(db)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let players = players(db, row.game_id).await?;
    Ok(Some(row.film(players)))
}

async fn players(db: &Db, game: i64) -> Result<Vec<(String,)>, Error> {
    sql("select name from game_players where game_id = $1 \
         order by case when place is null then 1 else 0 end, place, team, seat limit 64")
    .bind(game)
    .fetch_all(db)
    .await
}

/// How long all films are together, and those of one host.
pub(super) async fn kept_bytes(db: &Db, host: Option<UserId>) -> Result<(u64, u64), Error> {
    let (all, hosts): (i64, i64) = sql("select cast(coalesce(sum(size_bytes), 0) as bigint), \
         cast(coalesce(sum(case when coalesce(host_user_id, 0) = $1 then size_bytes else 0 end), 0) as bigint) from films")
    .bind(host.map_or(0, UserId::get))
    .fetch_one(db)
    .await?;
    Ok((all.unsigned_abs(), hosts.unsigned_abs()))
}

/// Takes a film away.
pub(super) async fn remove(tx: &mut Tx<'_>, game: GameId) -> Result<bool, Error> {
    Ok(sql("delete from films where game_id = $1").bind(game).execute(tx).await? == 1)
}

/// Takes away films from before `too_old`, those from before `unsettled` whose games have no result, and the oldest of what is more than
/// `most` bytes. Gives back their files.
pub(super) async fn expire(
    tx: &mut Tx<'_>,
    too_old: Millis,
    unsettled: Millis,
    most: i64,
) -> Result<Vec<String>, Error> {
    let gone: Vec<(String,)> = sql("delete from films where created_at < $1 \
         or (created_at < $2 and game_id in (select id from games where settled_at is null)) \
         or game_id in (select running.game_id from (select game_id, \
         sum(size_bytes) over (order by created_at desc, game_id desc) as bytes from films) running where running.bytes > $3) \
         returning file")
    .bind(too_old)
    .bind(unsettled)
    .bind(most)
    .fetch_all(tx)
    .await?;
    Ok(gone.into_iter().map(|(file,)| file).collect())
}

/// Every file that there is a film in.
pub(super) async fn files(db: &Db) -> Result<Vec<String>, Error> {
    let all: Vec<(String,)> = sql("select file from films").fetch_all(db).await?;
    Ok(all.into_iter().map(|(file,)| file).collect())
}
