//! Where plugins are on.

use base::{Millis, OrgId, UserId};
use db::{Db, Error, On, Tx, sql};

/// A plugin in an organization, as it lies in the table.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct SwitchRow {
    pub(crate) organization_id: i64,
    pub(crate) plugin_id: String,
    pub(crate) state: String,
    pub(crate) reason: Option<String>,
    pub(crate) has_access: bool,
    pub(crate) config_json: String,
    pub(crate) config_version: i64,
    pub(crate) narrowed_json: String,
}

/// Whole rows, of those that the rest of the statement says.
macro_rules! switches {
    ($rest:literal) => {
        concat!(
            "select organization_id, plugin_id, state, reason, has_access, config_json, config_version, narrowed_json
             from organization_plugins ",
            $rest
        )
    };
}

/// All of them; those of an organization; those of a plugin.
pub(crate) async fn all_switches(db: &Db) -> Result<Vec<SwitchRow>, Error> {
    sql(switches!("order by organization_id, plugin_id")).fetch_all(db).await
}

pub(crate) async fn switches_in<'o>(on: impl Into<On<'o>>, org: OrgId) -> Result<Vec<SwitchRow>, Error> {
    sql(switches!("where organization_id = $1 order by plugin_id")).bind(org).fetch_all(on).await
}

pub(crate) async fn switches_of<'o>(on: impl Into<On<'o>>, plugin: &str) -> Result<Vec<SwitchRow>, Error> {
    sql(switches!("where plugin_id = $1 order by organization_id")).bind(plugin).fetch_all(on).await
}

pub(crate) async fn switch<'o>(on: impl Into<On<'o>>, org: OrgId, plugin: &str) -> Result<Option<SwitchRow>, Error> {
    sql(switches!("where organization_id = $1 and plugin_id = $2")).bind(org).bind(plugin).fetch_optional(on).await
}

/// The row of a plugin in an organization, made where there was none, and held.
async fn ensure(tx: &mut Tx<'_>, org: OrgId, plugin: &str) -> Result<(), Error> {
    sql("insert into organization_plugins (organization_id, plugin_id, state, has_access, config_json, config_version, narrowed_json)
         values ($1, $2, 'off', false, '{}', 0, '{}') on conflict (organization_id, plugin_id) do update set plugin_id = excluded.plugin_id")
    .bind(org)
    .bind(plugin)
    .execute(tx)
    .await?;
    Ok(())
}

/// Switches it; false where it stands so already.
pub(crate) async fn set_switch(
    tx: &mut Tx<'_>,
    org: OrgId,
    plugin: &str,
    state: &'static str,
    reason: Option<String>,
    by: Option<UserId>,
    now: Millis,
) -> Result<bool, Error> {
    ensure(tx, org, plugin).await?;
    let on = (state == "on").then_some(now);
    let changed = sql("update organization_plugins set state = $3, reason = $4, enabled_by = coalesce($5, enabled_by),
             enabled_at = coalesce($6, enabled_at)
         where organization_id = $1 and plugin_id = $2 and state <> $3")
    .bind(org)
    .bind(plugin)
    .bind(state)
    .bind(reason)
    .bind(by.filter(|_| on.is_some()))
    .bind(on)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Its settings there, where `version` is still theirs.
pub(crate) async fn set_config(
    tx: &mut Tx<'_>,
    org: OrgId,
    plugin: &str,
    version: i64,
    config: &str,
) -> Result<bool, Error> {
    ensure(tx, org, plugin).await?;
    let changed = sql("update organization_plugins set config_json = $4, config_version = config_version + 1
         where organization_id = $1 and plugin_id = $2 and config_version = $3")
    .bind(org)
    .bind(plugin)
    .bind(version)
    .bind(config)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

pub(crate) async fn set_narrowed(tx: &mut Tx<'_>, org: OrgId, plugin: &str, narrowed: &str) -> Result<(), Error> {
    ensure(tx, org, plugin).await?;
    sql("update organization_plugins set narrowed_json = $3 where organization_id = $1 and plugin_id = $2")
        .bind(org)
        .bind(plugin)
        .bind(narrowed)
        .execute(tx)
        .await?;
    Ok(())
}

/// Whether an organization may see a private one; false where it stands so already.
pub(crate) async fn set_access(
    tx: &mut Tx<'_>,
    org: OrgId,
    plugin: &str,
    access: bool,
    by: Option<UserId>,
    now: Millis,
) -> Result<bool, Error> {
    ensure(tx, org, plugin).await?;
    let changed = sql("update organization_plugins set has_access = $3, access_granted_by = $4, access_granted_at = $5
         where organization_id = $1 and plugin_id = $2 and has_access <> $3")
    .bind(org)
    .bind(plugin)
    .bind(access)
    .bind(by)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Switches all of a plugin off; says where it was on.
pub(crate) async fn switch_off_everywhere(tx: &mut Tx<'_>, plugin: &str) -> Result<Vec<OrgId>, Error> {
    let rows: Vec<(i64,)> =
        sql("update organization_plugins set state = 'off', reason = null where plugin_id = $1 and state <> 'off'
             returning organization_id")
        .bind(plugin)
        .fetch_all(tx)
        .await?;
    Ok(rows.into_iter().map(|(org,)| org.into()).collect())
}
