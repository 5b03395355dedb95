//! What somebody wrote of themselves in a game. It is read with the rest of what they write.

use base::{Millis, UserId};
use contract::people::GameTexts;
use db::{Error, Tx, sql};

pub(crate) async fn put(tx: &mut Tx<'_>, user: UserId, texts: &GameTexts, at: Millis) -> Result<(), Error> {
    sql("insert into game_texts (user_id, city, state, country, quote, written_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (user_id) do update set city = excluded.city, state = excluded.state, country = excluded.country,
             quote = excluded.quote, written_at = excluded.written_at")
    .bind(user)
    .bind(&texts.city)
    .bind(&texts.state)
    .bind(&texts.country)
    .bind(&texts.quote)
    .bind(at)
    .execute(tx)
    .await?;
    Ok(())
}

pub(crate) async fn delete(tx: &mut Tx<'_>, user: UserId) -> Result<(), Error> {
    sql("delete from game_texts where user_id = $1").bind(user).execute(tx).await?;
    Ok(())
}
