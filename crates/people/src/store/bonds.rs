//! Friends, and whom one keeps away from.

use base::{Millis, UserId};
use db::{Db, Error, Tx, sql};

use super::{Listed, ListedRow};
use crate::company::{Between, List};

/// Two people, whoever is named first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair {
    low: i64,
    high: i64,
}

impl Pair {
    pub(crate) fn of(one: UserId, other: UserId) -> Self {
        let (one, other) = (one.get(), other.get());
        Self { low: one.min(other), high: one.max(other) }
    }
}

pub(crate) async fn between(db: &Db, viewer: UserId, other: UserId) -> Result<Between, Error> {
    let pair = Pair::of(viewer, other);
    let avoided: Vec<(i64, String)> = sql("select user_id, kind from avoidances
         where (user_id = $1 and other_id = $2) or (user_id = $2 and other_id = $1)")
    .bind(viewer)
    .bind(other)
    .fetch_all(db)
    .await?;
    let friendship: Option<(i64, Option<i64>)> =
        sql("select asked_by, accepted_at from friendships where low_id = $1 and high_id = $2")
            .bind(pair.low)
            .bind(pair.high)
            .fetch_optional(db)
            .await?;
    Ok(Between {
        blocked: avoided.iter().any(|(_, kind)| kind == "block"),
        muted: avoided.iter().any(|(user, kind)| *user == viewer.get() && kind == "mute"),
        friends: matches!(friendship, Some((_, Some(_)))),
        asked_by: match friendship {
            Some((asked_by, None)) => Some(asked_by.into()),
            _ => None,
        },
    })
}

/// Whether there is a friendship, a request or a block between them. Reads the pair as it is when this transaction writes.
pub(crate) async fn pair_is_known(tx: &mut Tx<'_>, pair: Pair) -> Result<bool, Error> {
    let (count,): (i64,) = sql("select (select count(*) from friendships where low_id = $1 and high_id = $2)
              + (select count(*) from avoidances where kind = 'block'
                    and ((user_id = $1 and other_id = $2) or (user_id = $2 and other_id = $1)))")
    .bind(pair.low)
    .bind(pair.high)
    .fetch_one(tx)
    .await?;
    Ok(count > 0)
}

/// Writes a request down, unless there is one or too many are open; `false` for too many.
pub(crate) async fn insert_request(
    tx: &mut Tx<'_>,
    pair: Pair,
    by: UserId,
    other: UserId,
    at: Millis,
    at_most: u32,
) -> Result<bool, Error> {
    debug_assert!(by != other, "nobody asks themselves");
    let (open,): (i64,) = sql("select count(*) from friendships
         where accepted_at is null and asked_by = $1 and (low_id = $1 or high_id = $1)")
    .bind(by)
    .fetch_one(&mut *tx)
    .await?;
    if open >= i64::from(at_most) {
        return Ok(false);
    }
    sql("insert into friendships (low_id, high_id, asked_by, asked_at, accepted_at) values ($1, $2, $3, $4, null)
         on conflict (low_id, high_id) do nothing")
    .bind(pair.low)
    .bind(pair.high)
    .bind(by)
    .bind(at)
    .execute(tx)
    .await?;
    Ok(true)
}

/// Accepts what `by` has asked; `false` where there is no such request.
pub(crate) async fn accept(tx: &mut Tx<'_>, pair: Pair, by: UserId, at: Millis) -> Result<bool, Error> {
    let rows = sql("update friendships set accepted_at = $4
         where low_id = $1 and high_id = $2 and asked_by = $3 and accepted_at is null")
    .bind(pair.low)
    .bind(pair.high)
    .bind(by)
    .bind(at)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

pub(crate) async fn friend_count(tx: &mut Tx<'_>, user: UserId) -> Result<i64, Error> {
    let (count,): (i64,) =
        sql("select count(*) from friendships where accepted_at is not null and (low_id = $1 or high_id = $1)")
            .bind(user)
            .fetch_one(tx)
            .await?;
    Ok(count)
}

pub(crate) async fn delete_friendship(tx: &mut Tx<'_>, pair: Pair) -> Result<bool, Error> {
    let rows = sql("delete from friendships where low_id = $1 and high_id = $2")
        .bind(pair.low)
        .bind(pair.high)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

pub(crate) async fn share_a_friend(db: &Db, one: UserId, other: UserId) -> Result<bool, Error> {
    let row: Option<(i64,)> = sql("select f.friend from
             (select case when low_id = $1 then high_id else low_id end as friend from friendships
                 where accepted_at is not null and (low_id = $1 or high_id = $1)) f
             join (select case when low_id = $2 then high_id else low_id end as friend from friendships
                 where accepted_at is not null and (low_id = $2 or high_id = $2)) g on g.friend = f.friend
         limit 1")
    .bind(one)
    .bind(other)
    .fetch_optional(db)
    .await?;
    Ok(row.is_some())
}

const fn kind(list: List) -> &'static str {
    match list {
        List::Blocked => "block",
        _ => "mute",
    }
}

/// Notes that one keeps away from somebody; `false` where there are too many already.
pub(crate) async fn avoid(
    tx: &mut Tx<'_>,
    user: UserId,
    other: UserId,
    list: List,
    at: Millis,
    at_most: u32,
) -> Result<bool, Error> {
    let (count,): (i64,) = sql("select count(*) from avoidances where user_id = $1 and kind = $2 and other_id <> $3")
        .bind(user)
        .bind(kind(list))
        .bind(other)
        .fetch_one(&mut *tx)
        .await?;
    if count >= i64::from(at_most) {
        return Ok(false);
    }
    sql("insert into avoidances (user_id, other_id, kind, since) values ($1, $2, $3, $4)
         on conflict (user_id, kind, other_id) do nothing")
    .bind(user)
    .bind(other)
    .bind(kind(list))
    .bind(at)
    .execute(tx)
    .await?;
    Ok(true)
}

pub(crate) async fn stop_avoiding(tx: &mut Tx<'_>, user: UserId, other: UserId, list: List) -> Result<bool, Error> {
    let rows = sql("delete from avoidances where user_id = $1 and other_id = $2 and kind = $3")
        .bind(user)
        .bind(other)
        .bind(kind(list))
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

/// Everybody somebody has blocked, and everybody they have muted.
pub(crate) async fn avoided_by(db: &Db, user: UserId) -> Result<(Vec<UserId>, Vec<UserId>), Error> {
    let rows: Vec<(i64, String)> =
        sql("select other_id, kind from avoidances where user_id = $1").bind(user).fetch_all(db).await?;
    let of = |wanted: &str| {
        let chosen = rows.iter().filter(|(_, kind)| kind == wanted);
        chosen.map(|(other, _)| UserId::from(*other)).collect()
    };
    Ok((of("block"), of("mute")))
}

/// A page of a list one keeps, by folded name.
pub(crate) async fn list(db: &Db, user: UserId, list: List, after: &str, at_most: u32) -> Result<Vec<Listed>, Error> {
    let query = match list {
        List::Friends => sql("select u.id, u.name, u.role, u.created_at, a.hash, u.folded_name
             from friendships f join users u on u.id = case when f.low_id = $1 then f.high_id else f.low_id end
             left join avatars a on a.user_id = u.id
             where (f.low_id = $1 or f.high_id = $1) and f.accepted_at is not null and u.folded_name > $2
             order by u.folded_name limit $3"),
        List::Asking => sql("select u.id, u.name, u.role, u.created_at, a.hash, u.folded_name
             from friendships f join users u on u.id = f.asked_by left join avatars a on a.user_id = u.id
             where (f.low_id = $1 or f.high_id = $1) and f.asked_by <> $1 and f.accepted_at is null and u.folded_name > $2
             order by u.folded_name limit $3"),
        List::Asked => sql("select u.id, u.name, u.role, u.created_at, a.hash, u.folded_name
             from friendships f join users u on u.id = case when f.low_id = $1 then f.high_id else f.low_id end
             left join avatars a on a.user_id = u.id
             where (f.low_id = $1 or f.high_id = $1) and f.asked_by = $1 and f.accepted_at is null and u.folded_name > $2
             order by u.folded_name limit $3"),
        List::Blocked => sql("select u.id, u.name, u.role, u.created_at, a.hash, u.folded_name
             from avoidances v join users u on u.id = v.other_id left join avatars a on a.user_id = u.id
             where v.user_id = $1 and v.kind = 'block' and u.folded_name > $2
             order by u.folded_name limit $3"),
        List::Muted => sql("select u.id, u.name, u.role, u.created_at, a.hash, u.folded_name
             from avoidances v join users u on u.id = v.other_id left join avatars a on a.user_id = u.id
             where v.user_id = $1 and v.kind = 'mute' and u.folded_name > $2
             order by u.folded_name limit $3"),
    };
    let rows: Vec<ListedRow> = query.bind(user).bind(after).bind(at_most).fetch_all(db).await?;
    Ok(rows.into_iter().map(Listed::from).collect())
}
