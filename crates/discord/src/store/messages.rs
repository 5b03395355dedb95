//! What is told in channels.

use base::{EventId, Millis, OrgId};
use contract::discord::Topic;
use db::{Db, Error, Tx, sql};

/// A message to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Waiting {
    pub(crate) organization: OrgId,
    pub(crate) guild: String,
    pub(crate) channel: String,
    pub(crate) body: String,
    pub(crate) good_until: Millis,
}

/// `None`: that event was told there already.
pub(crate) async fn insert_message(
    tx: &mut Tx<'_>,
    message: &Waiting,
    topic: Topic,
    event: Option<EventId>,
    now: Millis,
) -> Result<Option<i64>, Error> {
    let row: Option<(i64,)> = sql(
        "insert into discord_messages (organization_id, guild_id, channel_id, topic, body, event_id, state, created_at, good_until)
         values ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8)
         on conflict (event_id, channel_id, organization_id) do nothing returning id",
    )
    .bind(message.organization)
    .bind(&message.guild)
    .bind(&message.channel)
    .bind(topic.word())
    .bind(&message.body)
    .bind(event)
    .bind(now)
    .bind(message.good_until)
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|(id,)| id))
}

/// A message that waits; `None`: it is settled, or gone with its organization.
pub(crate) async fn waiting(db: &Db, id: i64) -> Result<Option<Waiting>, Error> {
    let row: Option<(i64, String, String, String, i64)> = sql(
        "select organization_id, guild_id, channel_id, body, good_until from discord_messages where id = $1 and state = 'waiting'",
    )
    .bind(id)
    .fetch_optional(db)
    .await?;
    Ok(row.map(|(organization, guild, channel, body, good_until)| Waiting {
        organization: organization.into(),
        guild,
        channel,
        body,
        good_until: Millis(good_until),
    }))
}

pub(crate) async fn settle(
    tx: &mut Tx<'_>,
    id: i64,
    state: &'static str,
    error: Option<String>,
    now: Millis,
) -> Result<(), Error> {
    sql("update discord_messages set state = $2, error = $3, settled_at = $4 where id = $1 and state = 'waiting'")
        .bind(id)
        .bind(state)
        .bind(error)
        .bind(now)
        .execute(tx)
        .await?;
    Ok(())
}

/// Says whether there are more.
pub(crate) async fn prune_messages(tx: &mut Tx<'_>, before: Millis) -> Result<u64, Error> {
    sql("delete from discord_messages where created_at < $1").bind(before).execute(tx).await
}

#[cfg(test)]
pub(crate) async fn states(db: &Db) -> Result<Vec<(String, Option<String>)>, Error> {
    sql("select state, error from discord_messages order by id").fetch_all(db).await
}
