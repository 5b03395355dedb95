//! Servers, the codes that link them, and what is told where.

use base::{Millis, OrgId, Role, UserId};
use contract::discord::{DiscordTrouble, RoleLink, Topic, TopicChannel};
use db::{Db, Error, Tx, sql};

/// So many servers an organization is linked to at most.
const MOST_GUILDS: i64 = 10;
/// So many codes of an organization wait at most.
const MOST_CODES: i64 = 10;

/// A linked server.
#[derive(Debug, Clone)]
pub(crate) struct Guild {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) linked_at: Millis,
    pub(crate) trouble: Option<DiscordTrouble>,
}

fn trouble(word: Option<String>) -> Option<DiscordTrouble> {
    word.as_deref().and_then(DiscordTrouble::from_word)
}

/// False: too many wait.
pub(crate) async fn insert_code(
    tx: &mut Tx<'_>,
    hash: [u8; 32],
    org: OrgId,
    user: UserId,
    now: Millis,
    ends_at: Millis,
) -> Result<bool, Error> {
    sql("delete from discord_codes where ends_at <= $1").bind(now).execute(&mut *tx).await?;
    let new = sql("insert into discord_codes (code_hash, organization_id, user_id, ends_at)
         select $1, $2, $3, $4 where (select count(*) from discord_codes where organization_id = $2) < $5")
    .bind(hash)
    .bind(org)
    .bind(user)
    .bind(ends_at)
    .bind(MOST_CODES)
    .execute(tx)
    .await?;
    Ok(new > 0)
}

/// Takes it out: of two that type it at once, one links. It stays where somebody else types it.
pub(crate) async fn take_code(
    tx: &mut Tx<'_>,
    hash: [u8; 32],
    user: UserId,
    now: Millis,
) -> Result<Option<OrgId>, Error> {
    let row: Option<(i64,)> = sql(
        "delete from discord_codes where code_hash = $1 and user_id = $2 and ends_at > $3 returning organization_id",
    )
    .bind(hash)
    .bind(user)
    .bind(now)
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|(org,)| org.into()))
}

/// `None`: linked already; `Some(false)`: to too many.
pub(crate) async fn link_guild(
    tx: &mut Tx<'_>,
    org: OrgId,
    guild: &str,
    name: &str,
    now: Millis,
) -> Result<Option<bool>, Error> {
    let known: Option<(i64,)> =
        sql("select organization_id from discord_guilds where organization_id = $1 and guild_id = $2")
            .bind(org)
            .bind(guild)
            .fetch_optional(&mut *tx)
            .await?;
    if known.is_some() {
        return Ok(None);
    }
    let new = sql("insert into discord_guilds (organization_id, guild_id, name, linked_at)
         select $1, $2, $3, $4 where (select count(*) from discord_guilds where organization_id = $1) < $5
         on conflict (organization_id, guild_id) do nothing")
    .bind(org)
    .bind(guild)
    .bind(name)
    .bind(now)
    .bind(MOST_GUILDS)
    .execute(tx)
    .await?;
    Ok(Some(new > 0))
}

pub(crate) async fn unlink_guild(tx: &mut Tx<'_>, org: OrgId, guild: &str) -> Result<bool, Error> {
    let gone = sql("delete from discord_guilds where organization_id = $1 and guild_id = $2")
        .bind(org)
        .bind(guild)
        .execute(tx)
        .await?;
    Ok(gone > 0)
}

pub(crate) async fn guilds_of(db: &Db, org: OrgId) -> Result<Vec<Guild>, Error> {
    let rows: Vec<(String, String, i64, Option<String>)> =
        sql("select guild_id, name, linked_at, trouble from discord_guilds where organization_id = $1 order by linked_at, guild_id")
            .bind(org)
            .fetch_all(db)
            .await?;
    let guild = |(id, name, linked_at, word)| Guild { id, name, linked_at: Millis(linked_at), trouble: trouble(word) };
    Ok(rows.into_iter().map(guild).collect())
}

pub(crate) async fn is_linked(tx: &mut Tx<'_>, org: OrgId, guild: &str) -> Result<bool, Error> {
    let row: Option<(i64,)> =
        sql("select organization_id from discord_guilds where organization_id = $1 and guild_id = $2")
            .bind(org)
            .bind(guild)
            .fetch_optional(tx)
            .await?;
    Ok(row.is_some())
}

pub(crate) async fn orgs_of(db: &Db, guild: &str) -> Result<Vec<OrgId>, Error> {
    let rows: Vec<(i64,)> =
        sql("select organization_id from discord_guilds where guild_id = $1 order by organization_id")
            .bind(guild)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|(org,)| org.into()).collect())
}

/// Every server that some organization is linked to.
pub(crate) async fn all_guilds(db: &Db) -> Result<Vec<String>, Error> {
    let rows: Vec<(String,)> =
        sql("select distinct guild_id from discord_guilds order by guild_id").fetch_all(db).await?;
    Ok(rows.into_iter().map(|(guild,)| guild).collect())
}

pub(crate) async fn note_guild(
    tx: &mut Tx<'_>,
    guild: &str,
    name: Option<&str>,
    word: Option<DiscordTrouble>,
) -> Result<(), Error> {
    sql("update discord_guilds set trouble = $2, name = coalesce($3, name) where guild_id = $1")
        .bind(guild)
        .bind(word.map(DiscordTrouble::word))
        .bind(name.map(str::to_owned))
        .execute(tx)
        .await?;
    Ok(())
}

pub(crate) async fn channels(on: impl Into<db::On<'_>>, org: OrgId, guild: &str) -> Result<Vec<TopicChannel>, Error> {
    let rows: Vec<(String, String, Option<String>)> = sql(
        "select topic, channel_id, trouble from discord_channels where organization_id = $1 and guild_id = $2 order by topic",
    )
    .bind(org)
    .bind(guild)
    .fetch_all(on)
    .await?;
    let read = |(topic, channel, word): (String, String, Option<String>)| {
        Some(TopicChannel { topic: Topic::from_word(&topic)?, channel, trouble: trouble(word) })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Where an organization has that told: server and channel. What happened before a server was linked nobody there had asked for.
pub(crate) async fn told_where(
    tx: &mut Tx<'_>,
    org: OrgId,
    topic: Topic,
    at: Millis,
) -> Result<Vec<(String, String)>, Error> {
    sql("select c.guild_id, c.channel_id from discord_channels c
         join discord_guilds g on g.organization_id = c.organization_id and g.guild_id = c.guild_id
         where c.organization_id = $1 and c.topic = $2 and g.linked_at <= $3 order by c.guild_id")
    .bind(org)
    .bind(topic.word())
    .bind(at)
    .fetch_all(tx)
    .await
}

/// Organizations that have something told at all.
pub(crate) async fn anybody_told(db: &Db) -> Result<bool, Error> {
    let row: Option<(i64,)> = sql("select organization_id from discord_guilds limit 1").fetch_optional(db).await?;
    Ok(row.is_some())
}

pub(crate) async fn set_channels(
    tx: &mut Tx<'_>,
    org: OrgId,
    guild: &str,
    channels: &[TopicChannel],
) -> Result<(), Error> {
    sql("delete from discord_channels where organization_id = $1 and guild_id = $2")
        .bind(org)
        .bind(guild)
        .execute(&mut *tx)
        .await?;
    for chosen in channels {
        sql("insert into discord_channels (organization_id, guild_id, topic, channel_id) values ($1, $2, $3, $4)")
            .bind(org)
            .bind(guild)
            .bind(chosen.topic.word())
            .bind(&chosen.channel)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

pub(crate) async fn note_channel(
    tx: &mut Tx<'_>,
    org: OrgId,
    channel: &str,
    word: Option<DiscordTrouble>,
) -> Result<(), Error> {
    sql("update discord_channels set trouble = $3 where organization_id = $1 and channel_id = $2")
        .bind(org)
        .bind(channel)
        .bind(word.map(DiscordTrouble::word))
        .execute(tx)
        .await?;
    Ok(())
}

pub(crate) async fn role_links(on: impl Into<db::On<'_>>, org: OrgId, guild: &str) -> Result<Vec<RoleLink>, Error> {
    let rows: Vec<(String, String, Option<String>)> = sql(
        "select role, role_id, trouble from discord_roles where organization_id = $1 and guild_id = $2 order by role",
    )
    .bind(org)
    .bind(guild)
    .fetch_all(on)
    .await?;
    let read = |(role, guild_role, word): (String, String, Option<String>)| {
        Some(RoleLink { role: Role::from_word(&role)?, guild_role, trouble: trouble(word) })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

pub(crate) async fn set_roles(tx: &mut Tx<'_>, org: OrgId, guild: &str, roles: &[RoleLink]) -> Result<(), Error> {
    sql("delete from discord_roles where organization_id = $1 and guild_id = $2")
        .bind(org)
        .bind(guild)
        .execute(&mut *tx)
        .await?;
    for link in roles {
        sql("insert into discord_roles (organization_id, guild_id, role, role_id) values ($1, $2, $3, $4)")
            .bind(org)
            .bind(guild)
            .bind(link.role.word())
            .bind(&link.guild_role)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}
