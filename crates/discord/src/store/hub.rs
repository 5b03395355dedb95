//! The application, the commands it was told, and the interactions that were heard.

use base::Millis;
use contract::discord::DiscordTrouble;
use db::{Db, Error, Tx, sql};

/// The application as its row says.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct HubRow {
    pub(crate) application_id: String,
    pub(crate) public_key: String,
    pub(crate) token: Option<Vec<u8>>,
    pub(crate) gateway: bool,
    trouble: Option<String>,
    trouble_at: Option<i64>,
}

impl HubRow {
    pub(crate) fn trouble(&self) -> Option<DiscordTrouble> {
        self.trouble.as_deref().and_then(DiscordTrouble::from_word)
    }

    pub(crate) fn trouble_at(&self) -> Option<Millis> {
        self.trouble_at.map(Millis)
    }
}

pub(crate) async fn hub(on: impl Into<db::On<'_>>) -> Result<Option<HubRow>, Error> {
    sql("select application_id, public_key, token, gateway, trouble, trouble_at from discord_hub where id = 1")
        .fetch_optional(on)
        .await
}

/// A token that is `None` stays what it was, unless the application is another one.
pub(crate) async fn set_hub(
    tx: &mut Tx<'_>,
    application_id: &str,
    public_key: &str,
    token: Option<Vec<u8>>,
    gateway: bool,
    now: Millis,
) -> Result<(), Error> {
    sql("insert into discord_hub (id, application_id, public_key, token, gateway, changed_at) values (1, $1, $2, $3, $4, $5)
         on conflict (id) do update set
             token = case when $3 is not null or discord_hub.application_id <> $1 then $3 else discord_hub.token end,
             application_id = $1, public_key = $2, gateway = $4, trouble = null, trouble_at = null, changed_at = $5")
    .bind(application_id)
    .bind(public_key)
    .bind(token)
    .bind(gateway)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

pub(crate) async fn clear_hub(tx: &mut Tx<'_>) -> Result<bool, Error> {
    Ok(sql("delete from discord_hub where id = 1").execute(tx).await? > 0)
}

/// Notes what is wrong, since the first time; or that nothing is.
pub(crate) async fn note_hub_trouble(
    tx: &mut Tx<'_>,
    trouble: Option<DiscordTrouble>,
    now: Millis,
) -> Result<bool, Error> {
    let word = trouble.map(DiscordTrouble::word);
    let changed = match word {
        Some(word) => sql(
            "update discord_hub set trouble = $1, trouble_at = $2 where id = 1 and (trouble is null or trouble <> $1)",
        )
        .bind(word)
        .bind(now)
        .execute(tx)
        .await?,
        None => {
            sql("update discord_hub set trouble = null, trouble_at = null where id = 1 and trouble is not null")
                .execute(tx)
                .await?
        }
    };
    Ok(changed > 0)
}

pub(crate) async fn told_hash(db: &Db, scope: &str) -> Result<Option<Vec<u8>>, Error> {
    let row: Option<(Vec<u8>,)> =
        sql("select hash from discord_definitions where scope = $1").bind(scope).fetch_optional(db).await?;
    Ok(row.map(|(hash,)| hash))
}

pub(crate) async fn told_scopes(db: &Db) -> Result<Vec<String>, Error> {
    let rows: Vec<(String,)> = sql("select scope from discord_definitions order by scope").fetch_all(db).await?;
    Ok(rows.into_iter().map(|(scope,)| scope).collect())
}

pub(crate) async fn note_told(tx: &mut Tx<'_>, scope: &str, hash: [u8; 32], now: Millis) -> Result<(), Error> {
    sql("insert into discord_definitions (scope, hash, told_at) values ($1, $2, $3)
         on conflict (scope) do update set hash = excluded.hash, told_at = excluded.told_at")
    .bind(scope)
    .bind(hash)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

pub(crate) async fn forget_told(tx: &mut Tx<'_>, scope: &str) -> Result<(), Error> {
    sql("delete from discord_definitions where scope = $1").bind(scope).execute(tx).await?;
    Ok(())
}

/// False: it was heard before.
pub(crate) async fn hear(tx: &mut Tx<'_>, interaction: &str, now: Millis) -> Result<bool, Error> {
    let new =
        sql("insert into discord_seen (interaction, seen_at) values ($1, $2) on conflict (interaction) do nothing")
            .bind(interaction)
            .bind(now)
            .execute(tx)
            .await?;
    Ok(new > 0)
}

pub(crate) async fn forget_heard(tx: &mut Tx<'_>, before: Millis) -> Result<u64, Error> {
    sql("delete from discord_seen where seen_at < $1").bind(before).execute(tx).await
}
