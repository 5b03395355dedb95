//! Which role goes with which, and who was given one.

use base::{Millis, OrgId, Role, UserId};
use contract::discord::DiscordTrouble;
use db::{Db, Error, Tx, sql};

/// In a server: which role of which organization is which role there.
pub(crate) async fn roles_there(db: &Db, guild: &str) -> Result<Vec<(OrgId, Role, String)>, Error> {
    let rows: Vec<(i64, String, String)> = sql(
        "select organization_id, role, role_id from discord_roles where guild_id = $1 order by organization_id, role",
    )
    .bind(guild)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().filter_map(|(org, role, id)| Some((org.into(), Role::from_word(&role)?, id))).collect())
}

/// Servers in which some role is somebody's, or was given to somebody.
pub(crate) async fn guilds_with_roles(on: impl Into<db::On<'_>>) -> Result<Vec<String>, Error> {
    let rows: Vec<(String,)> =
        sql("select guild_id from discord_roles union select guild_id from discord_given order by guild_id")
            .fetch_all(on)
            .await?;
    Ok(rows.into_iter().map(|(guild,)| guild).collect())
}

/// A role that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GivenRole {
    pub(crate) account: String,
    pub(crate) role_id: String,
}

pub(crate) async fn given_to(db: &Db, guild: &str, user: UserId) -> Result<Vec<GivenRole>, Error> {
    let rows: Vec<(String, String)> = sql(
        "select account, role_id from discord_given where guild_id = $1 and user_id = $2 order by account, role_id",
    )
    .bind(guild)
    .bind(user)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(account, role_id)| GivenRole { account, role_id }).collect())
}

/// Those given to somebody who is gone from here.
pub(crate) async fn given_to_nobody(db: &Db, guild: &str) -> Result<Vec<GivenRole>, Error> {
    let rows: Vec<(String, String)> = sql(
        "select account, role_id from discord_given where guild_id = $1 and user_id is null order by account, role_id",
    )
    .bind(guild)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(account, role_id)| GivenRole { account, role_id }).collect())
}

/// Everybody who was given one there, from that one on.
pub(crate) async fn holders(db: &Db, guild: &str, after: UserId, limit: u32) -> Result<Vec<UserId>, Error> {
    let rows: Vec<(i64,)> = sql("select distinct user_id from discord_given
         where guild_id = $1 and user_id > $2 order by user_id limit $3")
    .bind(guild)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(user,)| user.into()).collect())
}

pub(crate) async fn note_given(
    tx: &mut Tx<'_>,
    guild: &str,
    role: &GivenRole,
    user: UserId,
    now: Millis,
) -> Result<(), Error> {
    sql("insert into discord_given (guild_id, account, role_id, user_id, given_at) values ($1, $2, $3, $4, $5)
         on conflict (guild_id, account, role_id) do update set user_id = excluded.user_id")
    .bind(guild)
    .bind(&role.account)
    .bind(&role.role_id)
    .bind(user)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

pub(crate) async fn note_taken(tx: &mut Tx<'_>, guild: &str, role: &GivenRole) -> Result<(), Error> {
    sql("delete from discord_given where guild_id = $1 and account = $2 and role_id = $3")
        .bind(guild)
        .bind(&role.account)
        .bind(&role.role_id)
        .execute(tx)
        .await?;
    Ok(())
}

pub(crate) async fn note_role(
    tx: &mut Tx<'_>,
    guild: &str,
    role_id: &str,
    word: Option<DiscordTrouble>,
) -> Result<(), Error> {
    sql("update discord_roles set trouble = $3 where guild_id = $1 and role_id = $2")
        .bind(guild)
        .bind(role_id)
        .bind(word.map(DiscordTrouble::word))
        .execute(tx)
        .await?;
    Ok(())
}
