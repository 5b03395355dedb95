//! Who asks to come to an order, and whom it has invited.

use base::{Millis, OrderId, UserId};
use contract::orders::OrderCandidate;
use db::{Db, Error, On, Tx, sql};

/// What is kept of an invitation and of a request.
const INVITATION: &str = "invitation";
const REQUEST: &str = "request";

/// Writes down that somebody asks, or is invited by somebody.
pub(crate) async fn insert(
    tx: &mut Tx<'_>,
    order: OrderId,
    user: UserId,
    invited_by: Option<UserId>,
    at: Millis,
) -> Result<(), Error> {
    sql("insert into order_candidates (order_id, user_id, invited_by, kind, at) select $1, id, $3, $4, $5 from users where id = $2 \
         on conflict (order_id, user_id) do nothing")
    .bind(order)
    .bind(user)
    .bind(invited_by)
    .bind(if invited_by.is_some() { INVITATION } else { REQUEST })
    .bind(at)
    .execute(tx)
    .await?;
    Ok(())
}

/// Whether somebody is invited (`true`) or has asked (`false`); `None`: neither.
pub(crate) async fn find(on: impl Into<On<'_>>, order: OrderId, user: UserId) -> Result<Option<bool>, Error> {
    let row: Option<(String,)> = sql("select kind from order_candidates where order_id = $1 and user_id = $2")
        .bind(order)
        .bind(user)
        .fetch_optional(on)
        .await?;
    Ok(row.map(|(kind,)| kind == INVITATION))
}

pub(crate) async fn count(tx: &mut Tx<'_>, order: OrderId) -> Result<u32, Error> {
    let (count,): (i64,) =
        sql("select count(*) from order_candidates where order_id = $1").bind(order).fetch_one(tx).await?;
    Ok(super::number(count))
}

/// How many answers somebody waits for.
pub(crate) async fn requests_of(tx: &mut Tx<'_>, user: UserId) -> Result<u32, Error> {
    let (count,): (i64,) = sql("select count(*) from order_candidates where user_id = $1 and kind = 'request'")
        .bind(user)
        .fetch_one(tx)
        .await?;
    Ok(super::number(count))
}

/// `false` where there was nothing of the kind.
pub(crate) async fn delete(tx: &mut Tx<'_>, order: OrderId, user: UserId) -> Result<bool, Error> {
    let rows = sql("delete from order_candidates where order_id = $1 and user_id = $2")
        .bind(order)
        .bind(user)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

/// Everything somebody asked for and was invited to.
pub(crate) async fn delete_of(tx: &mut Tx<'_>, user: UserId) -> Result<(), Error> {
    sql("delete from order_candidates where user_id = $1").bind(user).execute(tx).await?;
    Ok(())
}

/// Who waits, and who is waited for, the longest first.
pub(crate) async fn list(db: &Db, order: OrderId) -> Result<Vec<OrderCandidate>, Error> {
    let rows: Vec<(i64, String, String, i64)> =
        sql("select u.id, u.name, c.kind, c.at from order_candidates c join users u on u.id = c.user_id \
         where c.order_id = $1 and u.locked_at is null order by c.at, u.id")
        .bind(order)
        .fetch_all(db)
        .await?;
    let candidate = |(user, name, kind, at): (i64, String, String, i64)| OrderCandidate {
        user: user.into(),
        name,
        invited: kind == INVITATION,
        at: Millis(at),
    };
    Ok(rows.into_iter().map(candidate).collect())
}

/// The names of the orders somebody waits for or is invited to, which of both, and since when.
pub(crate) async fn of(db: &Db, user: UserId) -> Result<Vec<(String, String, i64)>, Error> {
    sql("select o.name, c.kind, c.at from order_candidates c join orders o on o.id = c.order_id where c.user_id = $1 order by c.at")
        .bind(user)
        .fetch_all(db)
        .await
}
