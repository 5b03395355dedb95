//! The rooms' table, and those of the order that is kept in them.

pub(crate) mod keeping;

use base::{Millis, RoomId};
use contract::{
    film::RoomFilms,
    room::{LobbyRoom, RoomKind, SaveRoom},
};
use db::{Error, On, Tx, sql};

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    banner: i64,
    name: String,
    kind: String,
    capacity: i64,
    guests_allowed: bool,
    caste_least: Option<i64>,
    caste_most: Option<i64>,
    country: Option<String>,
    greeting: String,
    slow_secs: i64,
    films: String,
    plugins: bool,
}

impl Row {
    /// `None` for what this version knows nothing of.
    fn room(self, position: usize) -> Option<LobbyRoom> {
        let caste = |caste: Option<i64>| caste.map(u8::try_from).transpose().ok();
        Some(LobbyRoom {
            id: self.id.into(),
            position: u32::try_from(position).ok()?,
            banner: u8::try_from(self.banner).ok()?,
            name: self.name,
            kind: RoomKind::from_word(&self.kind)?,
            capacity: u16::try_from(self.capacity).ok()?,
            guests: self.guests_allowed,
            caste_least: caste(self.caste_least)?,
            caste_most: caste(self.caste_most)?,
            country: self.country,
            greeting: self.greeting,
            slow_secs: u16::try_from(self.slow_secs).ok()?,
            films: RoomFilms::from_word(&self.films)?,
            plugins: self.plugins,
        })
    }
}

/// The rooms that are open, in their order.
pub(crate) async fn list(on: impl Into<On<'_>>) -> Result<Vec<LobbyRoom>, Error> {
    let rows: Vec<Row> =
        sql("select id, banner, name, kind, capacity, guests_allowed, caste_least, caste_most, country, greeting, slow_secs, \
             films, plugins from rooms where closed_at is null order by position, id")
        .fetch_all(on)
        .await?;
    Ok(rows.into_iter().enumerate().filter_map(|(index, row)| row.room(index + 1)).collect())
}

/// One of them.
pub(super) async fn find(on: impl Into<On<'_>>, room: RoomId) -> Result<Option<LobbyRoom>, Error> {
    Ok(list(on).await?.into_iter().find(|one| one.id == room))
}

/// Opens a room as the last, or again; `None` where an open one has its banner.
pub(super) async fn open(tx: &mut Tx<'_>, room: &SaveRoom) -> Result<Option<RoomId>, Error> {
    let row: Option<(i64,)> =
        sql("insert into rooms (banner, name, kind, capacity, guests_allowed, caste_least, caste_most, country, greeting, slow_secs, films, \
             plugins, position) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, (select coalesce(max(position), 0) + 1 from rooms)) \
             on conflict (banner) do update set name = excluded.name, kind = excluded.kind, capacity = excluded.capacity, \
             guests_allowed = excluded.guests_allowed, caste_least = excluded.caste_least, caste_most = excluded.caste_most, \
             country = excluded.country, greeting = excluded.greeting, slow_secs = excluded.slow_secs, \
             films = excluded.films, plugins = excluded.plugins, position = excluded.position, closed_at = null where rooms.closed_at is not null returning id")
        .bind(i64::from(room.banner))
        .bind(room.name.as_str())
        .bind(room.kind.word())
        .bind(i64::from(room.capacity))
        .bind(room.guests)
        .bind(room.caste_least.map(i64::from))
        .bind(room.caste_most.map(i64::from))
        .bind(room.country.clone())
        .bind(room.greeting.as_str())
        .bind(i64::from(room.slow_secs))
        .bind(room.films.word())
        .bind(room.plugins)
        .fetch_optional(tx)
        .await?;
    Ok(row.map(|(id,)| id.into()))
}

/// Everything but the banner.
pub(super) async fn change(tx: &mut Tx<'_>, id: RoomId, room: &SaveRoom) -> Result<bool, Error> {
    let rows = sql(
        "update rooms set name = $2, kind = $3, capacity = $4, guests_allowed = $5, caste_least = $6, caste_most = $7, \
                    country = $8, greeting = $9, slow_secs = $10, films = $11, plugins = $12 where id = $1 and closed_at is null",
    )
    .bind(id)
    .bind(room.name.as_str())
    .bind(room.kind.word())
    .bind(i64::from(room.capacity))
    .bind(room.guests)
    .bind(room.caste_least.map(i64::from))
    .bind(room.caste_most.map(i64::from))
    .bind(room.country.clone())
    .bind(room.greeting.as_str())
    .bind(i64::from(room.slow_secs))
    .bind(room.films.word())
    .bind(room.plugins)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

/// Its slow mode alone.
pub(super) async fn slow(tx: &mut Tx<'_>, room: RoomId, secs: u16) -> Result<(), Error> {
    sql("update rooms set slow_secs = $2 where id = $1").bind(room).bind(i64::from(secs)).execute(tx).await?;
    Ok(())
}

/// The rooms stand in this order.
pub(super) async fn arrange(tx: &mut Tx<'_>, order: &[RoomId]) -> Result<(), Error> {
    for (place, room) in order.iter().enumerate() {
        sql("update rooms set position = $2 where id = $1")
            .bind(*room)
            .bind(i64::try_from(place + 1).unwrap_or(i64::MAX))
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Closes a room, unless it is the last one.
pub(super) async fn close(tx: &mut Tx<'_>, room: RoomId, at: Millis) -> Result<bool, Error> {
    let rows = sql("update rooms set closed_at = $2 where id = $1 and closed_at is null \
                    and exists (select 1 from rooms other where other.closed_at is null and other.id <> $1)")
    .bind(room)
    .bind(at)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}
