//! The table of the trail: every statement, one function each.

use base::{Actor, AuditId, Millis};
use contract::audit::{AuditEntry, AuditFilter, Named, NamedPlugin};
use db::{Db, Error, Tx, sql};

use crate::entry::{Entry, Who};

pub(crate) async fn insert(tx: &mut Tx<'_>, at: Millis, actor: &Actor, entry: &Entry) -> Result<(), Error> {
    let who = Who::of(actor);
    sql("insert into audit_log (at, actor, user_id, behind_user_id, address, act, target_kind, target_id, organization_id, before, after,
                                plugin_id, plugin_name)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)")
    .bind(at)
    .bind(who.word)
    .bind(who.user.map(i64::from))
    .bind(who.behind.map(i64::from))
    .bind(who.address)
    .bind(entry.act)
    .bind(entry.target.kind)
    .bind(&entry.target.id)
    .bind(entry.organization.map(i64::from))
    .bind(entry.before.as_ref().map(ToString::to_string))
    .bind(entry.after.as_ref().map(ToString::to_string))
    .bind(who.plugin.map(|(id, _)| id))
    .bind(who.plugin.map(|(_, name)| name))
    .execute(tx)
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
pub(crate) struct Kept {
    pub(crate) id: i64,
    at: i64,
    actor: String,
    pub(crate) user_id: Option<i64>,
    pub(crate) behind_user_id: Option<i64>,
    address: Option<String>,
    act: String,
    target_kind: String,
    target_id: String,
    organization_id: Option<i64>,
    before: Option<String>,
    after: Option<String>,
    plugin_id: Option<String>,
    plugin_name: Option<String>,
}

impl Kept {
    pub(crate) fn shown(self, user: Option<Named>, behind: Option<Named>) -> AuditEntry {
        AuditEntry {
            id: self.id.into(),
            at: Millis(self.at),
            actor: self.actor,
            plugin: self.plugin_id.map(|id| NamedPlugin { id, name: self.plugin_name.unwrap_or_default() }),
            user,
            behind,
            address: self.address,
            act: self.act,
            target_kind: self.target_kind,
            target_id: self.target_id,
            organization: self.organization_id.map(Into::into),
            before: self.before,
            after: self.after,
        }
    }
}

/// The statement that lists entries, with one more condition. What nobody asked for is null, and a null matters not. The condition that
/// an index answers stands by itself, because no planner sees through `$n is null or …`.
macro_rules! listing {
    ($narrowed:literal) => {
        concat!(
            "select id, at, actor, user_id, behind_user_id, address, act, target_kind, target_id, organization_id, before, after,
                    plugin_id, plugin_name
             from audit_log
             where id < $1 and at >= $2 and at < $3
               and ($4 is null or user_id = $4)
               and ($5 is null or act like $5 escape '!')
               and ($6 is null or target_kind = $6)
               and ($7 is null or target_id = $7)
               and ($8 is null or organization_id = $8)",
            $narrowed,
            " order by id desc limit $9"
        )
    };
}

pub(crate) async fn list(
    db: &Db,
    filter: &AuditFilter,
    before: Option<AuditId>,
    at_most: i64,
) -> Result<Vec<Kept>, Error> {
    let statement = match filter {
        AuditFilter { target_kind: Some(_), target_id: Some(_), .. } => {
            sql(listing!(" and target_kind = $6 and target_id = $7"))
        }
        AuditFilter { user: Some(_), .. } => sql(listing!(" and user_id = $4")),
        AuditFilter { organization: Some(_), .. } => sql(listing!(" and organization_id = $8")),
        _ => sql(listing!("")),
    };
    statement
        .bind(before.map_or(i64::MAX, i64::from))
        .bind(filter.from.map_or(i64::MIN, |from| from.0))
        .bind(filter.until.map_or(i64::MAX, |until| until.0))
        .bind(filter.user)
        .bind(filter.act.as_deref().map(pattern))
        .bind(filter.target_kind.clone())
        .bind(filter.target_id.clone())
        .bind(filter.organization)
        .bind(at_most)
        .fetch_all(db)
        .await
}

/// An act, or all that begin like it where it ends in a dot.
fn pattern(act: &str) -> String {
    let mut pattern = act.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    if act.ends_with('.') {
        pattern.push('%');
    }
    pattern
}

/// Removes some of what is older; gives back how many.
pub(crate) async fn delete_before(tx: &mut Tx<'_>, before: Millis, at_most: i64) -> Result<u64, Error> {
    sql("delete from audit_log where id in (select id from audit_log where at < $1 order by at limit $2)")
        .bind(before)
        .bind(at_most)
        .execute(tx)
        .await
}
