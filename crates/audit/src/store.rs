//! The table of the trail: every statement, one function each.

use base::{Actor, Millis};
use db::{Error, Tx, sql};

use crate::entry::{Entry, Who};

pub(crate) async fn insert(tx: &mut Tx<'_>, at: Millis, actor: &Actor, entry: &Entry) -> Result<(), Error> {
    let who = Who::of(actor);
    sql("insert into audit_log (at, actor, user_id, behind_user_id, address, act, target_kind, target_id, organization_id, before, after)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
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
    .execute(tx)
    .await?;
    Ok(())
}
