//! Which plugins there are.

use base::{Millis, UserId};
use db::{Db, Error, On, Tx, sql};

/// A plugin as it lies in the table.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(crate) struct PluginRow {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) state: String,
    pub(crate) private: bool,
    pub(crate) hub_wide: bool,
    pub(crate) package_sha256: Option<Vec<u8>>,
    pub(crate) signer: Option<String>,
    pub(crate) manifest_json: String,
    pub(crate) config_json: String,
    pub(crate) config_version: i64,
    pub(crate) hub_state: String,
    pub(crate) hub_reason: Option<String>,
    pub(crate) ran_version: Option<String>,
    pub(crate) installed_at: Option<i64>,
    pub(crate) quarantined_at: Option<i64>,
    pub(crate) quarantine_reason: Option<String>,
    pub(crate) purge_at: Option<i64>,
}

/// Whole rows, of those that the rest of the statement says.
macro_rules! plugins {
    ($rest:literal) => {
        concat!(
            "select id, kind, name, version, state, private, hub_wide, package_sha256, signer, manifest_json, config_json,
                 config_version, hub_state, hub_reason, ran_version, installed_at, quarantined_at, quarantine_reason, purge_at
             from plugins ",
            $rest
        )
    };
}

pub(crate) async fn plugins(db: &Db) -> Result<Vec<PluginRow>, Error> {
    sql(plugins!("order by id")).fetch_all(db).await
}

pub(crate) async fn plugin<'o>(on: impl Into<On<'o>>, id: &str) -> Result<Option<PluginRow>, Error> {
    sql(plugins!("where id = $1")).bind(id).fetch_optional(on).await
}

/// The row, held until the transaction ends: whoever changes the same plugin waits.
pub(crate) async fn hold_plugin(tx: &mut Tx<'_>, id: &str) -> Result<Option<PluginRow>, Error> {
    sql("update plugins set state = state where id = $1").bind(id).execute(&mut *tx).await?;
    plugin(tx, id).await
}

/// What a manifest says that is looked for without reading it.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) category: &'static str,
    pub(crate) private: bool,
    pub(crate) hub_wide: bool,
    pub(crate) enabled_by_default: bool,
    pub(crate) manifest_json: String,
    pub(crate) sha256: Option<Vec<u8>>,
    pub(crate) signer: Option<String>,
}

impl Facts {
    pub(crate) fn of(manifest: &plugin_api::Manifest, sha256: Option<&[u8; 32]>, signer: Option<String>) -> Self {
        Self {
            id: manifest.id.to_string(),
            kind: manifest.kind().word(),
            name: manifest.name.clone(),
            version: manifest.version.to_string(),
            category: manifest.category.word(),
            private: manifest.private,
            hub_wide: manifest.hub_wide,
            enabled_by_default: manifest.begins_enabled(),
            manifest_json: manifest.to_json().to_string(),
            sha256: sha256.map(|sha256| sha256.to_vec()),
            signer,
        }
    }
}

/// A new row in that state; false where there is one.
pub(crate) async fn insert_plugin(
    tx: &mut Tx<'_>,
    facts: &Facts,
    state: &'static str,
    hub_state: &'static str,
    now: Millis,
) -> Result<bool, Error> {
    let installed = (state == "installed").then_some(now);
    let inserted =
        sql("insert into plugins (id, kind, name, version, category, state, private, hub_wide, enabled_by_default,
             package_sha256, signer, manifest_json, config_json, config_version, hub_state, installed_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '{}', 0, $13, $14, $15)
         on conflict (id) do nothing")
        .bind(&facts.id)
        .bind(facts.kind)
        .bind(&facts.name)
        .bind(&facts.version)
        .bind(facts.category)
        .bind(state)
        .bind(facts.private)
        .bind(facts.hub_wide)
        .bind(facts.enabled_by_default)
        .bind(facts.sha256.clone())
        .bind(facts.signer.clone())
        .bind(&facts.manifest_json)
        .bind(hub_state)
        .bind(installed)
        .bind(now)
        .execute(tx)
        .await?;
    Ok(inserted == 1)
}

/// Another version of it is the one that runs, and nothing keeps it from that. `ran`: it has run already, under that version.
pub(crate) async fn install_plugin(
    tx: &mut Tx<'_>,
    facts: &Facts,
    by: Option<UserId>,
    ran: Option<String>,
    now: Millis,
) -> Result<(), Error> {
    sql("update plugins set kind = $2, name = $3, version = $4, category = $5, state = 'installed', private = $6, hub_wide = $7,
             enabled_by_default = $8, package_sha256 = $9, signer = coalesce($10, signer), manifest_json = $11,
             installed_at = coalesce(installed_at, $12), installed_by = coalesce(installed_by, $13), updated_at = $12,
             ran_version = coalesce($14, ran_version), quarantined_at = null, quarantine_reason = null, purge_at = null
         where id = $1")
    .bind(&facts.id)
    .bind(facts.kind)
    .bind(&facts.name)
    .bind(&facts.version)
    .bind(facts.category)
    .bind(facts.private)
    .bind(facts.hub_wide)
    .bind(facts.enabled_by_default)
    .bind(facts.sha256.clone())
    .bind(facts.signer.clone())
    .bind(&facts.manifest_json)
    .bind(now)
    .bind(by)
    .bind(ran)
    .execute(tx)
    .await?;
    Ok(())
}

/// It has run under its version, where that is still the one.
pub(crate) async fn set_ran(db: &Db, id: &str, version: &str) -> Result<(), Error> {
    let (id, version) = (id.to_owned(), version.to_owned());
    db.write(move |tx| {
        let (id, version) = (id.clone(), version.clone());
        Box::pin(async move {
            sql("update plugins set ran_version = $2 where id = $1 and version = $2")
                .bind(id)
                .bind(version)
                .execute(tx)
                .await?;
            Ok(())
        })
    })
    .await
}

/// Its switch for the hub; false where it stands so already.
pub(crate) async fn set_hub_state(
    tx: &mut Tx<'_>,
    id: &str,
    state: &'static str,
    reason: Option<String>,
    now: Millis,
) -> Result<bool, Error> {
    let changed =
        sql("update plugins set hub_state = $2, hub_reason = $3, updated_at = $4 where id = $1 and hub_state <> $2")
            .bind(id)
            .bind(state)
            .bind(reason)
            .bind(now)
            .execute(tx)
            .await?;
    Ok(changed == 1)
}

/// The operator's settings, where `version` is still theirs.
pub(crate) async fn set_hub_config(
    tx: &mut Tx<'_>,
    id: &str,
    version: i64,
    config: &str,
    now: Millis,
) -> Result<bool, Error> {
    let changed = sql("update plugins set config_json = $3, config_version = config_version + 1, updated_at = $4
         where id = $1 and config_version = $2 and state = 'installed'")
    .bind(id)
    .bind(version)
    .bind(config)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Keeps it from being called; false where it is kept already, or not there.
pub(crate) async fn quarantine(tx: &mut Tx<'_>, id: &str, reason: &str, now: Millis) -> Result<bool, Error> {
    let changed = sql("update plugins set quarantined_at = $2, quarantine_reason = $3, updated_at = $2
         where id = $1 and quarantined_at is null and state = 'installed'")
    .bind(id)
    .bind(now)
    .bind(reason)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

pub(crate) async fn release(tx: &mut Tx<'_>, id: &str, now: Millis) -> Result<bool, Error> {
    let changed = sql("update plugins set quarantined_at = null, quarantine_reason = null, updated_at = $2
         where id = $1 and quarantined_at is not null")
    .bind(id)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// It is gone, and what it kept goes at that instant.
pub(crate) async fn remove_plugin(tx: &mut Tx<'_>, id: &str, purge_at: Millis, now: Millis) -> Result<(), Error> {
    sql("update plugins set state = 'removed', hub_state = 'off', hub_reason = null, purge_at = $2, quarantined_at = null,
             quarantine_reason = null, package_sha256 = null, updated_at = $3
         where id = $1")
    .bind(id)
    .bind(purge_at)
    .bind(now)
    .execute(&mut *tx)
    .await?;
    sql("update plugin_versions set package = null, removed_at = $2 where plugin_id = $1 and removed_at is null")
        .bind(id)
        .bind(now)
        .execute(&mut *tx)
        .await?;
    sql("delete from plugin_grants where plugin_id = $1").bind(id).execute(&mut *tx).await?;
    sql("delete from plugin_inbox where plugin_id = $1").bind(id).execute(tx).await?;
    Ok(())
}

/// It, and everything it kept.
pub(crate) async fn delete_plugin(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    sql("delete from plugins where id = $1").bind(id).execute(tx).await?;
    Ok(())
}

/// Those whose data is to go now.
pub(crate) async fn to_purge(db: &Db, now: Millis) -> Result<Vec<String>, Error> {
    let rows: Vec<(String,)> =
        sql("select id from plugins where state = 'removed' and purge_at <= $1").bind(now).fetch_all(db).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// All grants: whose, which, what belongs to it.
pub(crate) async fn grants(db: &Db) -> Result<Vec<(String, String, String)>, Error> {
    sql("select plugin_id, capability, value_json from plugin_grants order by plugin_id, capability")
        .fetch_all(db)
        .await
}

/// In place of all its grants, these.
pub(crate) async fn set_grants(
    tx: &mut Tx<'_>,
    id: &str,
    grants: &[(&'static str, String)],
    by: Option<UserId>,
    now: Millis,
) -> Result<(), Error> {
    sql("delete from plugin_grants where plugin_id = $1").bind(id).execute(&mut *tx).await?;
    for (capability, value) in grants {
        sql("insert into plugin_grants (plugin_id, capability, value_json, granted_by, granted_at) values ($1, $2, $3, $4, $5)")
            .bind(id)
            .bind(*capability)
            .bind(value)
            .bind(by)
            .bind(now)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}
