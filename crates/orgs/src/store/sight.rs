//! An organization with everything that decides what it is to somebody: one statement, for it stands before whatever is done in one.

use base::{Action, Millis, OrgId, Role, Roles, UserId};
use db::{Db, Error, Query, sql_for};

use super::{
    members::policy,
    organizations::{OrgRow, Row, with_columns},
    role,
};

/// An organization, and what the hub keeps of somebody in it.
pub(crate) struct Sight {
    pub(crate) org: OrgRow,
    pub(crate) role: Option<Role>,
    /// As what they are invited, where the invitation holds.
    pub(crate) invited: Option<Role>,
    /// What the organization has decided otherwise than by default.
    pub(crate) policies: Vec<(Action, Roles)>,
}

#[derive(sqlx::FromRow)]
struct SightRow {
    #[sqlx(flatten)]
    org: Row,
    role: Option<String>,
    invited: Option<String>,
    /// One a line: the action, then the roles.
    policies: Option<String>,
}

macro_rules! sight {
    ($from:literal, $policies:literal) => {
        with_columns!(
            "select",
            concat!(
                ", (select role from organization_members where organization_id = o.id and user_id = $2) as role,
                   (select role from organization_invitations
                    where organization_id = o.id and user_id = $2 and expires_at > $3) as invited,
                   (select ",
                $policies,
                " from organization_policies where organization_id = o.id) as policies ",
                $from
            )
        )
    };
    ($from:literal) => {
        sql_for(
            sight!($from, "group_concat(action || ' ' || roles, char(10))"),
            sight!($from, "string_agg(action || ' ' || roles, chr(10))"),
        )
    };
}

/// The organization of that id, as it is to that person or to somebody who is nobody.
pub(crate) async fn sight_of(db: &Db, org: OrgId, user: Option<UserId>, now: Millis) -> Result<Option<Sight>, Error> {
    look(db, sight!("from organizations o where o.id = $1").bind(org), user, now).await
}

/// The organization that has the address, or had it.
pub(crate) async fn sight_at(db: &Db, slug: &str, user: Option<UserId>, now: Millis) -> Result<Option<Sight>, Error> {
    let found = sight!("from organizations o join organization_slugs s on s.organization_id = o.id where s.slug = $1");
    look(db, found.bind(slug), user, now).await
}

async fn look(db: &Db, found: Query, user: Option<UserId>, now: Millis) -> Result<Option<Sight>, Error> {
    let row: Option<SightRow> = found.bind(user.map(i64::from)).bind(now).fetch_optional(db).await?;
    Ok(row.map(|row| Sight {
        org: row.org.into(),
        role: row.role.as_deref().map(role),
        invited: row.invited.as_deref().map(role),
        policies: row.policies.unwrap_or_default().lines().filter_map(policy).collect(),
    }))
}
