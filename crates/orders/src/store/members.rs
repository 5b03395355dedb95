//! Who belongs to which order, and as what.

use base::{Millis, OrderId, UserId};
use contract::orders::{OrderMember, Rank};
use db::{Db, Error, On, Tx, sql};

/// Somebody's time in an order.
pub(crate) struct Stay {
    pub(crate) name: String,
    pub(crate) rank: String,
    pub(crate) joined_at: i64,
    pub(crate) left_at: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    id: i64,
    name: String,
    rank: String,
    joined_at: i64,
}

/// Gives somebody a place; `false`: they have one in some order, this one perhaps.
pub(crate) async fn insert(
    tx: &mut Tx<'_>,
    order: OrderId,
    user: UserId,
    rank: Rank,
    at: Millis,
) -> Result<bool, Error> {
    let rows = sql(
        "insert into order_stays (order_id, user_id, rank, joined_at) select $1, id, $3, $4 from users where id = $2 \
         on conflict do nothing",
    )
    .bind(order)
    .bind(user)
    .bind(rank.word())
    .bind(at)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

/// Ends somebody's time in an order.
pub(crate) async fn end(tx: &mut Tx<'_>, order: OrderId, user: UserId, at: Millis) -> Result<(), Error> {
    sql("update order_stays set left_at = $3 where order_id = $1 and user_id = $2 and left_at is null")
        .bind(order)
        .bind(user)
        .bind(at)
        .execute(tx)
        .await?;
    Ok(())
}

pub(crate) async fn set_rank(tx: &mut Tx<'_>, order: OrderId, user: UserId, rank: Rank) -> Result<(), Error> {
    sql("update order_stays set rank = $3 where order_id = $1 and user_id = $2 and left_at is null")
        .bind(order)
        .bind(user)
        .bind(rank.word())
        .execute(tx)
        .await?;
    Ok(())
}

/// What somebody is in an order; `None`: nothing.
pub(crate) async fn rank_in(tx: &mut Tx<'_>, order: OrderId, user: UserId) -> Result<Option<Rank>, Error> {
    let row: Option<(String,)> =
        sql("select rank from order_stays where order_id = $1 and user_id = $2 and left_at is null")
            .bind(order)
            .bind(user)
            .fetch_optional(tx)
            .await?;
    Ok(row.and_then(|(word,)| Rank::from_word(&word)))
}

pub(crate) async fn count(tx: &mut Tx<'_>, order: OrderId) -> Result<u32, Error> {
    let (count,): (i64,) = sql("select count(*) from order_stays where order_id = $1 and left_at is null")
        .bind(order)
        .fetch_one(tx)
        .await?;
    Ok(super::number(count))
}

pub(crate) async fn leader_of(tx: &mut Tx<'_>, order: OrderId) -> Result<Option<UserId>, Error> {
    let row: Option<(i64,)> =
        sql("select user_id from order_stays where order_id = $1 and left_at is null and rank = 'leader'")
            .bind(order)
            .fetch_optional(tx)
            .await?;
    Ok(row.map(|(user,)| user.into()))
}

/// Who leads an order when its leader is gone: the officer, or else the member, who has belonged to it longest.
pub(crate) async fn heir_of(tx: &mut Tx<'_>, order: OrderId) -> Result<Option<UserId>, Error> {
    let row: Option<(i64,)> = sql("select user_id from order_stays where order_id = $1 and left_at is null \
         order by case rank when 'officer' then 0 else 1 end, joined_at, id limit 1")
    .bind(order)
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|(user,)| user.into()))
}

/// The order somebody belongs to.
pub(crate) async fn order_of(on: impl Into<On<'_>>, user: UserId) -> Result<Option<OrderId>, Error> {
    let row: Option<(i64,)> = sql("select order_id from order_stays where user_id = $1 and left_at is null")
        .bind(user)
        .fetch_optional(on)
        .await?;
    Ok(row.map(|(order,)| order.into()))
}

/// Everybody who belongs to an order: the leader, the officers, and then by when they came.
pub(crate) async fn list(db: &Db, order: OrderId) -> Result<Vec<OrderMember>, Error> {
    let rows: Vec<MemberRow> =
        sql("select u.id, u.name, s.rank, s.joined_at from order_stays s join users u on u.id = s.user_id \
         where s.order_id = $1 and s.left_at is null \
         order by case s.rank when 'leader' then 0 when 'officer' then 1 else 2 end, s.joined_at, s.id")
        .bind(order)
        .fetch_all(db)
        .await?;
    let member = |row: MemberRow| OrderMember {
        user: row.id.into(),
        name: row.name,
        rank: Rank::from_word(&row.rank).unwrap_or(Rank::Member),
        since: Millis(row.joined_at),
    };
    Ok(rows.into_iter().map(member).collect())
}

/// To which orders somebody has belonged.
pub(crate) async fn stays_of(db: &Db, user: UserId) -> Result<Vec<Stay>, Error> {
    let rows: Vec<(String, String, i64, Option<i64>)> =
        sql("select o.name, s.rank, s.joined_at, s.left_at from order_stays s join orders o on o.id = s.order_id \
         where s.user_id = $1 order by s.id")
        .bind(user)
        .fetch_all(db)
        .await?;
    let stay = |(name, rank, joined_at, left_at)| Stay { name, rank, joined_at, left_at };
    Ok(rows.into_iter().map(stay).collect())
}
