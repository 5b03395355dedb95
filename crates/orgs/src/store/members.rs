//! Who belongs to an organization, and which roles may do what in it.

use base::{Action, Millis, OrgId, Role, Roles, UserId};
use db::{Db, Error, On, Tx, sql};

use super::{count, role};

/// A member as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MemberRow {
    pub(crate) user: UserId,
    pub(crate) role: Role,
    pub(crate) joined_at: Millis,
}

pub(crate) async fn role_in<'o>(on: impl Into<On<'o>>, org: OrgId, user: UserId) -> Result<Option<Role>, Error> {
    let row: Option<(String,)> =
        sql("select role from organization_members where organization_id = $1 and user_id = $2")
            .bind(org)
            .bind(user)
            .fetch_optional(on)
            .await?;
    Ok(row.map(|(word,)| role(&word)))
}

/// Members after one, the highest roles first, then by account. `after`: the rank and account of the last one seen.
pub(crate) async fn list_members(
    db: &Db,
    org: OrgId,
    after: (i64, UserId),
    at_most: i64,
) -> Result<Vec<MemberRow>, Error> {
    let rows: Vec<(i64, String, i64)> = sql(
        "select user_id, role, joined_at from
             (select user_id, role, joined_at,
                  case role when 'owner' then 0 when 'admin' then 1 when 'moderator' then 2 when 'organiser' then 3 when 'editor' then 4
                            when 'member' then 5 else 6 end as place
              from organization_members where organization_id = $1) as ranked
         where place > $2 or (place = $2 and user_id > $3)
         order by place, user_id limit $4",
    )
    .bind(org)
    .bind(after.0)
    .bind(after.1)
    .bind(at_most)
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(user, word, joined_at)| MemberRow { user: user.into(), role: role(&word), joined_at: Millis(joined_at) })
        .collect())
}

pub(crate) async fn owner_of<'o>(on: impl Into<On<'o>>, org: OrgId) -> Result<Option<UserId>, Error> {
    let row: Option<(i64,)> =
        sql("select user_id from organization_members where organization_id = $1 and role = 'owner'")
            .bind(org)
            .fetch_optional(on)
            .await?;
    Ok(row.map(|(user,)| user.into()))
}

/// The owners of organizations of these numbers and those between them.
pub(crate) async fn owners_of(db: &Db, first: OrgId, last: OrgId) -> Result<Vec<(OrgId, UserId)>, Error> {
    let rows: Vec<(i64, i64)> = sql("select organization_id, user_id from organization_members
         where organization_id >= $1 and organization_id <= $2 and role = 'owner'")
    .bind(first)
    .bind(last)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(org, user)| (org.into(), user.into())).collect())
}

/// Where somebody belongs, and as what.
pub(crate) async fn member_of(db: &Db, user: UserId) -> Result<Vec<(OrgId, Role)>, Error> {
    let rows: Vec<(i64, String)> = sql("select m.organization_id, m.role from organization_members m
         join organizations o on o.id = m.organization_id where m.user_id = $1 order by o.sort_name limit 1000")
    .bind(user)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(org, word)| (org.into(), role(&word))).collect())
}

/// Holds the person until the end of the transaction: what they begin and join, they do one after the other.
pub(crate) async fn hold_person(tx: &mut Tx<'_>, user: UserId) -> Result<(), Error> {
    sql("insert into organization_people (user_id) values ($1) on conflict (user_id) do update set user_id = excluded.user_id")
        .bind(user)
        .execute(tx)
        .await?;
    Ok(())
}

/// In how many somebody is.
pub(crate) async fn memberships(tx: &mut Tx<'_>, user: UserId) -> Result<u32, Error> {
    let (number,): (i64,) =
        sql("select count(*) from organization_members where user_id = $1").bind(user).fetch_one(tx).await?;
    Ok(count(number))
}

/// How many somebody owns or has asked for; closed ones put aside.
pub(crate) async fn owned_by<'o>(on: impl Into<On<'o>>, user: UserId) -> Result<u32, Error> {
    let (number,): (i64,) =
        sql("select count(*) from organization_members m join organizations o on o.id = m.organization_id
         where m.user_id = $1 and m.role = 'owner' and o.state <> 'closed'")
        .bind(user)
        .fetch_one(on)
        .await?;
    Ok(count(number))
}

/// Takes a place. `false` where none is left.
pub(crate) async fn take_seat(tx: &mut Tx<'_>, org: OrgId) -> Result<bool, Error> {
    let rows = sql("update organizations set member_count = member_count + 1 where id = $1 and member_count < seats")
        .bind(org)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

pub(crate) async fn give_back_seat(tx: &mut Tx<'_>, org: OrgId) -> Result<(), Error> {
    sql("update organizations set member_count = member_count - 1 where id = $1 and member_count > 0")
        .bind(org)
        .execute(tx)
        .await?;
    Ok(())
}

/// Counts anew, after accounts are gone.
pub(crate) async fn recount(tx: &mut Tx<'_>, org: OrgId) -> Result<(), Error> {
    sql("update organizations set member_count =
             (select count(*) from organization_members m where m.organization_id = organizations.id) where id = $1")
    .bind(org)
    .execute(tx)
    .await?;
    Ok(())
}

/// Those whose count is not that of their members.
pub(crate) async fn miscounted(tx: &mut Tx<'_>) -> Result<Vec<OrgId>, Error> {
    let rows: Vec<(i64,)> = sql("select o.id from organizations o where o.member_count <>
             (select count(*) from organization_members m where m.organization_id = o.id) order by o.id")
    .fetch_all(tx)
    .await?;
    Ok(rows.into_iter().map(|(org,)| org.into()).collect())
}

pub(crate) async fn joined_at(db: &Db, org: OrgId, user: UserId) -> Result<Option<Millis>, Error> {
    let row: Option<(i64,)> =
        sql("select joined_at from organization_members where organization_id = $1 and user_id = $2")
            .bind(org)
            .bind(user)
            .fetch_optional(db)
            .await?;
    Ok(row.map(|(at,)| Millis(at)))
}

/// `false` where they belong to it already.
pub(crate) async fn insert_member(
    tx: &mut Tx<'_>,
    org: OrgId,
    user: UserId,
    as_what: Role,
    at: Millis,
) -> Result<bool, Error> {
    let rows =
        sql("insert into organization_members (organization_id, user_id, role, joined_at) values ($1, $2, $3, $4)
         on conflict (organization_id, user_id) do nothing")
        .bind(org)
        .bind(user)
        .bind(as_what.word())
        .bind(at)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

pub(crate) async fn delete_member(tx: &mut Tx<'_>, org: OrgId, user: UserId) -> Result<bool, Error> {
    let rows = sql("delete from organization_members where organization_id = $1 and user_id = $2")
        .bind(org)
        .bind(user)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

pub(crate) async fn set_role(tx: &mut Tx<'_>, org: OrgId, user: UserId, to: Role) -> Result<bool, Error> {
    let rows = sql("update organization_members set role = $3 where organization_id = $1 and user_id = $2")
        .bind(org)
        .bind(user)
        .bind(to.word())
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

/// Everything that ties somebody to organizations. Gives back where they were.
pub(crate) async fn delete_of_user(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<OrgId>, Error> {
    sql("delete from organization_requests where user_id = $1").bind(user).execute(&mut *tx).await?;
    sql("delete from organization_invitations where user_id = $1").bind(user).execute(&mut *tx).await?;
    sql("update organizations set heir_id = null, heir_until = null where heir_id = $1")
        .bind(user)
        .execute(&mut *tx)
        .await?;
    let rows: Vec<(i64,)> = sql("delete from organization_members where user_id = $1 returning organization_id")
        .bind(user)
        .fetch_all(tx)
        .await?;
    Ok(rows.into_iter().map(|(org,)| org.into()).collect())
}

pub(crate) async fn has_asked(db: &Db, org: OrgId, user: UserId) -> Result<bool, Error> {
    let row: Option<(i64,)> =
        sql("select asked_at from organization_requests where organization_id = $1 and user_id = $2")
            .bind(org)
            .bind(user)
            .fetch_optional(db)
            .await?;
    Ok(row.is_some())
}

// ---------------------------------------------------------------- policies

/// What the organization has decided otherwise than by default. Words of another version are passed over.
pub(crate) async fn policies<'o>(on: impl Into<On<'o>>, org: OrgId) -> Result<Vec<(Action, Roles)>, Error> {
    let rows: Vec<(String,)> =
        sql("select action || ' ' || roles from organization_policies where organization_id = $1 order by action")
            .bind(org)
            .fetch_all(on)
            .await?;
    Ok(rows.iter().filter_map(|(line,)| policy(line)).collect())
}

/// The action, then the roles, with spaces between.
pub(super) fn policy(line: &str) -> Option<(Action, Roles)> {
    let mut words = line.split(' ');
    let action = Action::from_word(words.next()?)?;
    Some((action, words.filter_map(Role::from_word).collect()))
}

/// Puts these in place of all there were.
pub(crate) async fn put_policies(tx: &mut Tx<'_>, org: OrgId, policies: &[(Action, Roles)]) -> Result<(), Error> {
    sql("delete from organization_policies where organization_id = $1").bind(org).execute(&mut *tx).await?;
    for (action, roles) in policies {
        let words: Vec<&str> = roles.iter().map(Role::word).collect();
        sql("insert into organization_policies (organization_id, action, roles) values ($1, $2, $3)")
            .bind(org)
            .bind(action.rule().word)
            .bind(words.join(" "))
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}
