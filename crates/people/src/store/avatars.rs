//! Pictures, in both their sizes.

use base::{Millis, UserId};
use db::{Db, Error, Tx, sql};

use crate::avatar::Size;

/// A picture, drawn and ready.
#[derive(Clone)]
pub(crate) struct NewAvatar {
    pub(crate) hash: String,
    pub(crate) small: Vec<u8>,
    pub(crate) large: Vec<u8>,
}

pub(crate) async fn put(tx: &mut Tx<'_>, user: UserId, avatar: &NewAvatar, at: Millis) -> Result<(), Error> {
    sql("insert into avatars (user_id, hash, small, large, set_at) values ($1, $2, $3, $4, $5)
         on conflict (user_id) do update set hash = excluded.hash, small = excluded.small, large = excluded.large,
             set_at = excluded.set_at")
    .bind(user)
    .bind(&avatar.hash)
    .bind(&avatar.small)
    .bind(&avatar.large)
    .bind(at)
    .execute(tx)
    .await?;
    Ok(())
}

pub(crate) async fn delete(tx: &mut Tx<'_>, user: UserId) -> Result<bool, Error> {
    Ok(sql("delete from avatars where user_id = $1").bind(user).execute(tx).await? == 1)
}

pub(crate) async fn read(db: &Db, hash: &str, size: Size) -> Result<Option<Vec<u8>>, Error> {
    let query = match size {
        Size::Small => sql("select small from avatars where hash = $1 limit 1"),
        Size::Large => sql("select large from avatars where hash = $1 limit 1"),
    };
    let row: Option<(Vec<u8>,)> = query.bind(hash).fetch_optional(db).await?;
    Ok(row.map(|(bytes,)| bytes))
}
