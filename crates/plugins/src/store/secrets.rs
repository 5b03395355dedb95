//! Secret settings, sealed.

use base::{Millis, OrgId, UserId};
use db::{Db, Error, Tx, sql};

fn org(organization: Option<OrgId>) -> i64 {
    organization.map_or(0, OrgId::get)
}

/// The secret as it lies there.
pub(crate) async fn secret(
    db: &Db,
    plugin: &str,
    organization: Option<OrgId>,
    name: &str,
) -> Result<Option<Vec<u8>>, Error> {
    let row: Option<(Vec<u8>,)> =
        sql("select ciphertext from plugin_secrets where plugin_id = $1 and coalesce(organization_id, 0) = $2 and name = $3")
            .bind(plugin)
            .bind(org(organization))
            .bind(name)
            .fetch_optional(db)
            .await?;
    Ok(row.map(|(sealed,)| sealed))
}

/// Which are set, and since when.
pub(crate) async fn secrets_set(
    db: &Db,
    plugin: &str,
    organization: Option<OrgId>,
) -> Result<Vec<(String, i64)>, Error> {
    sql("select name, set_at from plugin_secrets where plugin_id = $1 and coalesce(organization_id, 0) = $2 order by name")
        .bind(plugin)
        .bind(org(organization))
        .fetch_all(db)
        .await
}

/// A secret to be kept.
#[derive(Debug, Clone)]
pub(crate) struct NewSecret {
    pub(crate) name: String,
    /// `None`: none any more.
    pub(crate) sealed: Option<Vec<u8>>,
}

pub(crate) async fn set_secret(
    tx: &mut Tx<'_>,
    plugin: &str,
    organization: Option<OrgId>,
    new: &NewSecret,
    by: Option<UserId>,
    now: Millis,
) -> Result<(), Error> {
    let Some(sealed) = &new.sealed else {
        sql("delete from plugin_secrets where plugin_id = $1 and coalesce(organization_id, 0) = $2 and name = $3")
            .bind(plugin)
            .bind(org(organization))
            .bind(&new.name)
            .execute(tx)
            .await?;
        return Ok(());
    };
    sql("insert into plugin_secrets (plugin_id, organization_id, name, ciphertext, set_by, set_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (plugin_id, coalesce(organization_id, 0), name) do update set ciphertext = excluded.ciphertext,
             set_by = excluded.set_by, set_at = excluded.set_at")
    .bind(plugin)
    .bind(organization)
    .bind(&new.name)
    .bind(sealed)
    .bind(by)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}
