//! Who keeps order in rooms, about whom something is done there, and what nobody says.

use base::{Millis, RestraintId, Role, RoomId, UserId};
use contract::room::{HeldIn, MutedWords, RestraintKind, RoomModerator, RoomRestraint};
use db::{Db, Error, On, Tx, sql};
use serde_json::{Value, json};

use crate::{order::RoomOrder, rooms::meant::Whom};

/// A restraint to be written down.
pub(in crate::rooms) struct NewRestraint<'a> {
    pub(in crate::rooms) room: RoomId,
    pub(in crate::rooms) kind: RestraintKind,
    pub(in crate::rooms) whom: &'a Whom,
    pub(in crate::rooms) reason: &'a str,
    pub(in crate::rooms) by: Option<UserId>,
    pub(in crate::rooms) at: Millis,
    pub(in crate::rooms) until: Option<Millis>,
}

#[derive(sqlx::FromRow)]
struct RestraintRow {
    id: i64,
    kind: String,
    user_id: Option<i64>,
    guest: Option<i64>,
    name: String,
    reason: String,
    by_name: Option<String>,
    at: i64,
    until: Option<i64>,
}

impl From<RestraintRow> for RoomRestraint {
    fn from(row: RestraintRow) -> Self {
        Self {
            id: row.id.into(),
            // One of another version keeps whoever it is about out until somebody knows what it means.
            kind: RestraintKind::from_word(&row.kind).unwrap_or(RestraintKind::Bar),
            user: row.user_id.map(Into::into),
            guest: row.guest.and_then(|guest| u32::try_from(guest).ok()),
            name: row.name,
            reason: row.reason,
            by: row.by_name,
            at: Millis(row.at),
            until: row.until.map(Millis),
        }
    }
}

/// Those that hold in a room, the newest first.
pub(in crate::rooms) async fn restraints(
    on: impl Into<On<'_>>,
    room: RoomId,
    now: Millis,
) -> Result<Vec<RoomRestraint>, Error> {
    let rows: Vec<RestraintRow> =
        sql("select r.id, r.kind, r.user_id, r.guest, r.name, r.reason, b.name as by_name, r.at, r.until \
             from room_restraints r left join users b on b.id = r.by_id \
             where r.room_id = $1 and r.lifted_at is null and (r.until is null or r.until > $2) order by r.id desc")
        .bind(room)
        .bind(now)
        .fetch_all(on)
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

#[derive(sqlx::FromRow)]
struct HeldRow {
    room_id: i64,
    room: String,
    #[sqlx(flatten)]
    restraint: RestraintRow,
}

/// Those that hold in any room that is open, the newest first, before a number.
pub(in crate::rooms) async fn everywhere(
    db: &Db,
    before: Option<RestraintId>,
    at_most: u32,
    now: Millis,
) -> Result<Vec<HeldIn>, Error> {
    let rows: Vec<HeldRow> =
        sql("select o.id as room_id, o.name as room, r.id, r.kind, r.user_id, r.guest, r.name, r.reason, b.name as by_name, \
             r.at, r.until from room_restraints r join rooms o on o.id = r.room_id and o.closed_at is null \
             left join users b on b.id = r.by_id where r.id < $1 and r.lifted_at is null and (r.until is null or r.until > $2) \
             order by r.id desc limit $3")
        .bind(before.map_or(i64::MAX, RestraintId::get))
        .bind(now)
        .bind(at_most)
        .fetch_all(db)
        .await?;
    let held = |row: HeldRow| HeldIn { room: row.room_id.into(), name: row.room, restraint: row.restraint.into() };
    Ok(rows.into_iter().map(held).collect())
}

pub(in crate::rooms) async fn find(
    on: impl Into<On<'_>>,
    room: RoomId,
    id: RestraintId,
    now: Millis,
) -> Result<Option<RoomRestraint>, Error> {
    Ok(restraints(on, room, now).await?.into_iter().find(|one| one.id == id))
}

pub(in crate::rooms) async fn count(tx: &mut Tx<'_>, room: RoomId, now: Millis) -> Result<i64, Error> {
    let (count,): (i64,) = sql("select count(*) from room_restraints \
                                where room_id = $1 and lifted_at is null and (until is null or until > $2)")
    .bind(room)
    .bind(now)
    .fetch_one(tx)
    .await?;
    Ok(count)
}

pub(in crate::rooms) async fn insert(tx: &mut Tx<'_>, new: &NewRestraint<'_>) -> Result<RestraintId, Error> {
    let guest = new.whom.number.filter(|_| new.whom.user.is_none());
    let (id,): (i64,) =
        sql("insert into room_restraints (room_id, kind, user_id, guest, name, reason, by_id, at, until) \
                             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id")
        .bind(new.room)
        .bind(new.kind.word())
        .bind(new.whom.user)
        .bind(guest.map(|guest| i64::from(guest.0)))
        .bind(new.whom.name.as_str())
        .bind(new.reason)
        .bind(new.by)
        .bind(new.at)
        .bind(new.until)
        .fetch_one(tx)
        .await?;
    Ok(id.into())
}

/// What was done before about the same person ends: the newest stands.
pub(in crate::rooms) async fn lift_before(tx: &mut Tx<'_>, new: &NewRestraint<'_>) -> Result<u64, Error> {
    let guest = new.whom.number.filter(|_| new.whom.user.is_none());
    sql("update room_restraints set lifted_at = $5 \
         where room_id = $1 and kind = $2 and (user_id = $3 or guest = $4) and lifted_at is null")
    .bind(new.room)
    .bind(new.kind.word())
    .bind(new.whom.user)
    .bind(guest.map(|guest| i64::from(guest.0)))
    .bind(new.at)
    .execute(tx)
    .await
}

pub(in crate::rooms) async fn lift(tx: &mut Tx<'_>, room: RoomId, id: RestraintId, at: Millis) -> Result<bool, Error> {
    let rows = sql("update room_restraints set lifted_at = $3 where id = $1 and room_id = $2 and lifted_at is null")
        .bind(id.get())
        .bind(room)
        .bind(at)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

/// A lobby begins, or that room: the numbers of its last guests are other guests' now.
pub(crate) async fn forget_guests(tx: &mut Tx<'_>, room: Option<RoomId>, at: Millis) -> Result<u64, Error> {
    sql("update room_restraints set lifted_at = $1 \
         where guest is not null and lifted_at is null and coalesce($2, room_id) = room_id")
    .bind(at)
    .bind(room)
    .execute(tx)
    .await
}

pub(in crate::rooms) async fn words(on: impl Into<On<'_>>, room: RoomId) -> Result<MutedWords, Error> {
    let rows: Vec<(String, bool)> = sql("select word, room_id is null from muted_words \
                                         where room_id is null or room_id = $1 order by word, id")
    .bind(room)
    .fetch_all(on)
    .await?;
    let (everywhere, here): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, everywhere)| *everywhere);
    let words = |rows: Vec<(String, bool)>| rows.into_iter().map(|(word, _)| word).collect();
    Ok(MutedWords { here: words(here), everywhere: words(everywhere) })
}

pub(in crate::rooms) async fn word_count(tx: &mut Tx<'_>, room: Option<RoomId>) -> Result<i64, Error> {
    let (count,): (i64,) = sql("select count(*) from muted_words where coalesce(room_id, 0) = $1")
        .bind(room.map_or(0, RoomId::get))
        .fetch_one(tx)
        .await?;
    Ok(count)
}

/// `false` where it is muted there already.
pub(in crate::rooms) async fn insert_word(tx: &mut Tx<'_>, room: Option<RoomId>, word: &str) -> Result<bool, Error> {
    let rows = sql("insert into muted_words (room_id, word) values ($1, $2) on conflict do nothing")
        .bind(room)
        .bind(word)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

pub(in crate::rooms) async fn delete_word(tx: &mut Tx<'_>, room: Option<RoomId>, word: &str) -> Result<bool, Error> {
    let rows = sql("delete from muted_words where coalesce(room_id, 0) = $1 and word = $2")
        .bind(room.map_or(0, RoomId::get))
        .bind(word)
        .execute(tx)
        .await?;
    Ok(rows > 0)
}

pub(in crate::rooms) async fn moderators(on: impl Into<On<'_>>, room: RoomId) -> Result<Vec<RoomModerator>, Error> {
    let rows: Vec<(i64, String)> = sql("select u.id, u.name from room_moderators m join users u on u.id = m.user_id \
                                        where m.room_id = $1 order by u.name, u.id")
    .bind(room)
    .fetch_all(on)
    .await?;
    Ok(rows.into_iter().map(|(user, name)| RoomModerator { user: user.into(), name }).collect())
}

pub(in crate::rooms) async fn is_moderator(on: impl Into<On<'_>>, room: RoomId, user: UserId) -> Result<bool, Error> {
    let row: Option<(i64,)> = sql("select user_id from room_moderators where room_id = $1 and user_id = $2")
        .bind(room)
        .bind(user)
        .fetch_optional(on)
        .await?;
    Ok(row.is_some())
}

/// `false` where nothing changes.
pub(in crate::rooms) async fn set_moderator(
    tx: &mut Tx<'_>,
    room: RoomId,
    user: UserId,
    keeps: bool,
) -> Result<bool, Error> {
    let set = if keeps {
        sql("insert into room_moderators (room_id, user_id) values ($1, $2) on conflict do nothing")
    } else {
        sql("delete from room_moderators where room_id = $1 and user_id = $2")
    };
    Ok(set.bind(room).bind(user).execute(tx).await? == 1)
}

/// Somebody's name and role, of the accounts' own table.
pub(crate) async fn person(on: impl Into<On<'_>>, user: UserId) -> Result<Option<(String, Role)>, Error> {
    let row: Option<(String, String)> =
        sql("select name, role from users where id = $1").bind(user).fetch_optional(on).await?;
    Ok(row.map(|(name, word)| (name, role(&word))))
}

pub(in crate::rooms) async fn person_named(
    on: impl Into<On<'_>>,
    folded_name: &str,
) -> Result<Option<(UserId, String, Role)>, Error> {
    let row: Option<(i64, String, String)> =
        sql("select id, name, role from users where folded_name = $1").bind(folded_name).fetch_optional(on).await?;
    Ok(row.map(|(user, name, word)| (user.into(), name, role(&word))))
}

/// A role of another version outranks everybody until somebody knows what it means.
fn role(word: &str) -> Role {
    Role::from_word(word).unwrap_or(Role::Owner)
}

/// Room, kind, reason, when, until, lifted.
type OwnRow = (String, String, String, i64, Option<i64>, Option<i64>);

/// What was ever done about somebody, the newest first and without who did it, and the rooms they keep order in.
pub(in crate::rooms) async fn of_person(db: &Db, user: UserId) -> Result<(Vec<Value>, Vec<String>), Error> {
    let held: Vec<OwnRow> =
        sql("select o.name, r.kind, r.reason, r.at, r.until, r.lifted_at \
             from room_restraints r join rooms o on o.id = r.room_id where r.user_id = $1 order by r.id desc limit 1000")
        .bind(user)
        .fetch_all(db)
        .await?;
    let keeps: Vec<(String,)> = sql("select o.name from room_moderators m join rooms o on o.id = m.room_id \
                                     where m.user_id = $1 order by o.position, o.id")
    .bind(user)
    .fetch_all(db)
    .await?;
    let held = held.into_iter().map(|(room, kind, reason, at, until, lifted_at)| {
        let (at, until, lifted_at) = (Millis(at), until.map(Millis), lifted_at.map(Millis));
        json!({ "room": room, "kind": kind, "reason": reason, "at": at, "until": until, "lifted_at": lifted_at })
    });
    Ok((held.collect(), keeps.into_iter().map(|(name,)| name).collect()))
}

/// How order is kept in a room, for the room itself.
pub(crate) async fn order(db: &Db, room: RoomId, now: Millis) -> Result<RoomOrder, Error> {
    let restraints = restraints(db, room, now).await?;
    let words = words(db, room).await?;
    let moderators = moderators(db, room).await?.into_iter().map(|one| one.user).collect();
    Ok(RoomOrder::new(moderators, restraints, words))
}
