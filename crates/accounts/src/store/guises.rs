//! Logins that look as somebody else.

use base::{Millis, SessionId, UserId};
use db::{Db, Error, Tx, sql};

use super::me;
use contract::account::Me;

/// Whom a login looks as at this moment.
pub(crate) async fn guise_of(db: &Db, session: SessionId, now: Millis) -> Result<Option<Me>, Error> {
    let row: Option<(i64, String, String)> =
        sql("select u.id, u.name, u.role from sessions s join users u on u.id = s.guise_user_id
             where s.id = $1 and s.guise_ends_at > $2 and u.locked_at is null")
        .bind(session)
        .bind(now)
        .fetch_optional(db)
        .await?;
    Ok(row.map(|(id, name, role)| me(id, name, &role)))
}

pub(crate) async fn put_on_guise(
    tx: &mut Tx<'_>,
    session: SessionId,
    user: UserId,
    until: Millis,
) -> Result<bool, Error> {
    let rows = sql("update sessions set guise_user_id = $2, guise_ends_at = $3 where id = $1")
        .bind(session)
        .bind(user)
        .bind(until)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

/// False where it looked as nobody.
pub(crate) async fn take_off_guise(tx: &mut Tx<'_>, session: SessionId) -> Result<bool, Error> {
    let rows = sql(
        "update sessions set guise_user_id = null, guise_ends_at = null where id = $1 and guise_user_id is not null",
    )
    .bind(session)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

pub(crate) async fn rename(tx: &mut Tx<'_>, user: UserId, name: &crate::name::Name) -> Result<(), Error> {
    sql("update users set name = $2, folded_name = $3, folded_game_name = $4 where id = $1")
        .bind(user)
        .bind(&name.shown)
        .bind(&name.key)
        .bind(&name.game_key)
        .execute(tx)
        .await?;
    Ok(())
}
