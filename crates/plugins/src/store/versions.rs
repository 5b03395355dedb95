//! The versions that were staged, with their packages.

use base::{Millis, UserId};
use db::{Db, Error, On, Tx, sql};

/// A version as it lies in the table, without its package.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct VersionRow {
    pub(crate) version: String,
    pub(crate) package_sha256: Vec<u8>,
    pub(crate) signer: Option<String>,
    pub(crate) manifest_json: String,
    pub(crate) staged_at: i64,
    pub(crate) approved_at: Option<i64>,
    pub(crate) replaced_at: Option<i64>,
    pub(crate) removed_at: Option<i64>,
}

/// Whole rows but for the package, of those that the rest of the statement says.
macro_rules! versions {
    ($rest:literal) => {
        concat!(
            "select version, package_sha256, signer, manifest_json, staged_at, approved_at, replaced_at, removed_at
             from plugin_versions ",
            $rest
        )
    };
}

/// Newest staged first.
pub(crate) async fn versions(db: &Db, id: &str) -> Result<Vec<VersionRow>, Error> {
    sql(versions!("where plugin_id = $1 order by staged_at desc, version desc")).bind(id).fetch_all(db).await
}

pub(crate) async fn version<'o>(on: impl Into<On<'o>>, id: &str, version: &str) -> Result<Option<VersionRow>, Error> {
    sql(versions!("where plugin_id = $1 and version = $2")).bind(id).bind(version).fetch_optional(on).await
}

pub(crate) async fn package(db: &Db, id: &str, version: &str) -> Result<Option<Vec<u8>>, Error> {
    let row: Option<(Option<Vec<u8>>,)> =
        sql("select package from plugin_versions where plugin_id = $1 and version = $2")
            .bind(id)
            .bind(version)
            .fetch_optional(db)
            .await?;
    Ok(row.and_then(|(package,)| package))
}

/// A version to be staged.
#[derive(Debug, Clone)]
pub(crate) struct NewVersion {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) sha256: [u8; 32],
    pub(crate) signer: Option<String>,
    pub(crate) manifest_json: String,
    pub(crate) package: std::sync::Arc<Vec<u8>>,
    pub(crate) by: Option<UserId>,
}

/// Stages it, in place of one of the same number that was never approved, or is gone; false where there is another.
pub(crate) async fn stage_version(tx: &mut Tx<'_>, new: &NewVersion, now: Millis) -> Result<bool, Error> {
    let staged = sql("insert into plugin_versions (plugin_id, version, package_sha256, signer, manifest_json, package, staged_at, staged_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (plugin_id, version) do update set package_sha256 = excluded.package_sha256, signer = excluded.signer,
             manifest_json = excluded.manifest_json, package = excluded.package, staged_at = excluded.staged_at,
             staged_by = excluded.staged_by, approved_at = null, approved_by = null, replaced_at = null, removed_at = null
         where plugin_versions.approved_at is null or plugin_versions.removed_at is not null")
    .bind(&new.id)
    .bind(&new.version)
    .bind(new.sha256)
    .bind(new.signer.clone())
    .bind(&new.manifest_json)
    .bind(&*new.package)
    .bind(now)
    .bind(new.by)
    .execute(tx)
    .await?;
    Ok(staged == 1)
}

/// It is the one that runs; those before it run no more.
pub(crate) async fn approve_version(
    tx: &mut Tx<'_>,
    id: &str,
    version: &str,
    by: Option<UserId>,
    now: Millis,
) -> Result<(), Error> {
    sql("update plugin_versions set replaced_at = $3
         where plugin_id = $1 and version <> $2 and approved_at is not null and replaced_at is null")
    .bind(id)
    .bind(version)
    .bind(now)
    .execute(&mut *tx)
    .await?;
    sql("update plugin_versions set approved_at = coalesce(approved_at, $3), approved_by = coalesce(approved_by, $4), replaced_at = null
         where plugin_id = $1 and version = $2")
    .bind(id)
    .bind(version)
    .bind(now)
    .bind(by)
    .execute(tx)
    .await?;
    Ok(())
}

/// Throws away one that was never approved.
pub(crate) async fn drop_version(tx: &mut Tx<'_>, id: &str, version: &str) -> Result<bool, Error> {
    let gone = sql("delete from plugin_versions where plugin_id = $1 and version = $2 and approved_at is null")
        .bind(id)
        .bind(version)
        .execute(tx)
        .await?;
    Ok(gone == 1)
}
