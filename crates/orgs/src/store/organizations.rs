//! Organizations themselves, and their addresses.

use base::{Millis, OrgId, UserId};
use contract::organization::{Joining, OrgState, Visibility};
use db::{Db, Error, On, Tx, sql};

use super::count;
use crate::name::Name;

/// An organization as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OrgRow {
    pub(crate) id: OrgId,
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) sort_name: String,
    pub(crate) description: String,
    pub(crate) visibility: Visibility,
    pub(crate) joining: Joining,
    pub(crate) state: OrgState,
    pub(crate) reason: Option<String>,
    pub(crate) members: u32,
    pub(crate) seats: u32,
    /// Who is asked to own it, and until when.
    pub(crate) heir: Option<(UserId, Millis)>,
    pub(crate) created_at: Millis,
    pub(crate) granted_at: Option<Millis>,
    pub(crate) closed_at: Option<Millis>,
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: i64,
    slug: String,
    name: String,
    sort_name: String,
    description: String,
    visibility: String,
    joining: String,
    state: String,
    reason: Option<String>,
    member_count: i64,
    seats: i64,
    heir_id: Option<i64>,
    heir_until: Option<i64>,
    created_at: i64,
    granted_at: Option<i64>,
    closed_at: Option<i64>,
}

impl From<Row> for OrgRow {
    fn from(row: Row) -> Self {
        let checked = "a check of the schema allows no other word";
        Self {
            id: row.id.into(),
            slug: row.slug,
            name: row.name,
            sort_name: row.sort_name,
            description: row.description,
            visibility: Visibility::from_word(&row.visibility).expect(checked),
            joining: Joining::from_word(&row.joining).expect(checked),
            state: OrgState::from_word(&row.state).expect(checked),
            reason: row.reason,
            members: count(row.member_count),
            seats: count(row.seats),
            heir: row.heir_id.zip(row.heir_until).map(|(user, until)| (user.into(), Millis(until))),
            created_at: Millis(row.created_at),
            granted_at: row.granted_at.map(Millis),
            closed_at: row.closed_at.map(Millis),
        }
    }
}

/// The columns of [`Row`], between two pieces of a statement.
macro_rules! with_columns {
    ($before:literal, $after:expr) => {
        concat!(
            $before,
            " o.id, o.slug, o.name, o.sort_name, o.description, o.visibility, o.joining, o.state, o.reason, o.member_count, o.seats,
              o.heir_id, o.heir_until, o.created_at, o.granted_at, o.closed_at ",
            $after
        )
    };
}
pub(super) use with_columns;

/// An organization to be made.
#[derive(Debug, Clone)]
pub(crate) struct NewOrg {
    pub(crate) name: Name,
    pub(crate) slug: String,
    pub(crate) description: String,
    pub(crate) visibility: Visibility,
    pub(crate) joining: Joining,
    pub(crate) state: OrgState,
    pub(crate) seats: u32,
    pub(crate) created_at: Millis,
}

pub(crate) async fn insert(tx: &mut Tx<'_>, new: &NewOrg) -> Result<OrgId, Error> {
    let granted_at = (new.state == OrgState::Active).then_some(new.created_at);
    let (id,): (i64,) = sql(
        "insert into organizations (slug, name, folded_name, sort_name, description, visibility, joining, state, member_count, seats,
                 created_at, granted_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, $11)
         returning id",
    )
    .bind(&new.slug)
    .bind(&new.name.shown)
    .bind(&new.name.key)
    .bind(&new.name.sorted)
    .bind(&new.description)
    .bind(new.visibility.word())
    .bind(new.joining.word())
    .bind(new.state.word())
    .bind(new.seats)
    .bind(new.created_at)
    .bind(granted_at)
    .fetch_one(tx)
    .await?;
    Ok(id.into())
}

pub(crate) async fn by_id<'o>(on: impl Into<On<'o>>, org: OrgId) -> Result<Option<OrgRow>, Error> {
    let row: Option<Row> =
        sql(with_columns!("select", "from organizations o where o.id = $1")).bind(org).fetch_optional(on).await?;
    Ok(row.map(OrgRow::from))
}

/// Whether an organization has the address, or had it.
pub(crate) async fn is_taken(db: &Db, slug: &str) -> Result<bool, Error> {
    let row: Option<(i64,)> =
        sql("select organization_id from organization_slugs where slug = $1").bind(slug).fetch_optional(db).await?;
    Ok(row.is_some())
}

/// Holds the organization until the end of the transaction: whatever changes in it changes one after the other.
pub(crate) async fn hold(tx: &mut Tx<'_>, org: OrgId) -> Result<Option<OrgRow>, Error> {
    let held = sql("update organizations set state = state where id = $1").bind(org).execute(&mut *tx).await?;
    if held == 0 { Ok(None) } else { by_id(tx, org).await }
}

/// Public ones at work, by name. `pattern`: of the folded name.
pub(crate) async fn list(db: &Db, pattern: Option<String>, after: &str, at_most: i64) -> Result<Vec<OrgRow>, Error> {
    let query = match pattern {
        None => sql(with_columns!(
            "select",
            "from organizations o where o.state = 'active' and o.visibility = 'public' and o.sort_name > $1
             order by o.sort_name limit $2"
        ))
        .bind(after)
        .bind(at_most),
        Some(pattern) => sql(with_columns!(
            "select",
            r"from organizations o where o.state = 'active' and o.visibility = 'public' and o.sort_name > $1
             and o.folded_name like $3 escape '\' order by o.sort_name limit $2"
        ))
        .bind(after)
        .bind(at_most)
        .bind(pattern),
    };
    let rows: Vec<Row> = query.fetch_all(db).await?;
    Ok(rows.into_iter().map(OrgRow::from).collect())
}

/// What those who run the hub look for.
#[derive(Debug, Clone)]
pub(crate) struct Surveyed {
    /// Of the folded name; matches everything where nothing is looked for.
    pub(crate) pattern: String,
    /// In this state; empty: in any.
    pub(crate) state: String,
    pub(crate) after: OrgId,
    pub(crate) at_most: i64,
}

pub(crate) async fn survey(db: &Db, wanted: &Surveyed) -> Result<Vec<OrgRow>, Error> {
    let rows: Vec<Row> = sql(with_columns!(
        "select",
        r"from organizations o where o.id > $1 and o.folded_name like $2 escape '\' and ($3 = '' or o.state = $3)
         order by o.id limit $4"
    ))
    .bind(wanted.after)
    .bind(&wanted.pattern)
    .bind(&wanted.state)
    .bind(wanted.at_most)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(OrgRow::from).collect())
}

/// What somebody is asked to own.
pub(crate) async fn heir_to(db: &Db, user: UserId, now: Millis) -> Result<Vec<OrgRow>, Error> {
    let rows: Vec<Row> = sql(with_columns!(
        "select",
        "from organizations o where o.heir_id = $1 and o.heir_until > $2 and o.state = 'active' order by o.sort_name limit 100"
    ))
    .bind(user)
    .bind(now)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(OrgRow::from).collect())
}

/// What of an organization its admins change.
#[derive(Debug, Clone)]
pub(crate) struct Changed {
    pub(crate) name: Name,
    pub(crate) slug: String,
    pub(crate) description: String,
    pub(crate) visibility: Visibility,
    pub(crate) joining: Joining,
}

pub(crate) async fn rename(tx: &mut Tx<'_>, org: OrgId, to: &Changed) -> Result<(), Error> {
    sql("update organizations set name = $2, folded_name = $3, sort_name = $4, slug = $5, description = $6, visibility = $7, joining = $8
         where id = $1")
    .bind(org)
    .bind(&to.name.shown)
    .bind(&to.name.key)
    .bind(&to.name.sorted)
    .bind(&to.slug)
    .bind(&to.description)
    .bind(to.visibility.word())
    .bind(to.joining.word())
    .execute(tx)
    .await?;
    Ok(())
}

/// Takes an address for the organization, for good. `false` where another has it, or had it.
pub(crate) async fn take_slug(tx: &mut Tx<'_>, org: OrgId, slug: &str) -> Result<bool, Error> {
    let taken =
        sql("insert into organization_slugs (slug, organization_id) values ($1, $2) on conflict (slug) do nothing")
            .bind(slug)
            .bind(org)
            .execute(&mut *tx)
            .await?;
    if taken == 1 {
        return Ok(true);
    }
    let whose: Option<(i64,)> =
        sql("select organization_id from organization_slugs where slug = $1").bind(slug).fetch_optional(tx).await?;
    Ok(whose == Some((org.get(),)))
}

/// How many addresses it has had, the present one included.
pub(crate) async fn all_slugs(tx: &mut Tx<'_>, org: OrgId) -> Result<u32, Error> {
    let (number,): (i64,) =
        sql("select count(*) from organization_slugs where organization_id = $1").bind(org).fetch_one(tx).await?;
    Ok(count(number))
}

pub(crate) async fn slug_is_taken(tx: &mut Tx<'_>, slug: &str) -> Result<bool, Error> {
    let row: Option<(i64,)> =
        sql("select organization_id from organization_slugs where slug = $1").bind(slug).fetch_optional(tx).await?;
    Ok(row.is_some())
}

/// Which organization has that name, or one too like it.
pub(crate) async fn name_like(db: &Db, key: &str) -> Result<Option<(OrgId, String)>, Error> {
    let row: Option<(i64, String)> =
        sql("select id, name from organizations where folded_name = $1").bind(key).fetch_optional(db).await?;
    Ok(row.map(|(id, name)| (id.into(), name)))
}

/// Grants what was asked for, also what was refused before. `false` where there is nothing to grant.
pub(crate) async fn grant(tx: &mut Tx<'_>, org: OrgId, at: Millis) -> Result<bool, Error> {
    let rows = sql("update organizations set state = 'active', granted_at = $2, closed_at = null, reason = null
         where id = $1 and granted_at is null and state in ('requested', 'closed')")
    .bind(org)
    .bind(at)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

/// Suspends it, or lets it go on. `false` where it is not at work, or not suspended.
pub(crate) async fn suspend(
    tx: &mut Tx<'_>,
    org: OrgId,
    since: Option<Millis>,
    reason: Option<String>,
) -> Result<bool, Error> {
    let (from, to) = if since.is_some() { ("active", "suspended") } else { ("suspended", "active") };
    let rows = sql("update organizations set state = $2, suspended_at = $3, reason = $4 where id = $1 and state = $5")
        .bind(org)
        .bind(to)
        .bind(since)
        .bind(reason)
        .bind(from)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

/// Closes it. `false` where it is closed already. A reason it was suspended for stays, unless there is a new one.
pub(crate) async fn close(tx: &mut Tx<'_>, org: OrgId, at: Millis, reason: Option<String>) -> Result<bool, Error> {
    let rows = sql("update organizations set state = 'closed', closed_at = $2, reason = coalesce($3, reason), heir_id = null, heir_until = null
         where id = $1 and state <> 'closed'")
    .bind(org)
    .bind(at)
    .bind(reason)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

/// Reopens it, suspended where it was. `false` where it is not closed, was never granted, or closed before `since`.
pub(crate) async fn reopen(tx: &mut Tx<'_>, org: OrgId, since: Millis) -> Result<bool, Error> {
    let rows = sql("update organizations set closed_at = null,
             state = case when suspended_at is null then 'active' else 'suspended' end,
             reason = case when suspended_at is null then null else reason end
         where id = $1 and state = 'closed' and granted_at is not null and closed_at > $2")
    .bind(org)
    .bind(since)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

/// Those closed before `before`, whose time is up.
pub(crate) async fn gone_since(db: &Db, before: Millis, at_most: i64) -> Result<Vec<OrgId>, Error> {
    let rows: Vec<(i64,)> =
        sql("select id from organizations where state = 'closed' and closed_at <= $1 order by id limit $2")
            .bind(before)
            .bind(at_most)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|(id,)| id.into()).collect())
}

/// Those that live and have no owner any more.
pub(crate) async fn ownerless(tx: &mut Tx<'_>) -> Result<Vec<OrgId>, Error> {
    let rows: Vec<(i64,)> = sql("select id from organizations o where state <> 'closed' and not exists
             (select 1 from organization_members m where m.organization_id = o.id and m.role = 'owner')
         order by id limit 1000")
    .fetch_all(tx)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id.into()).collect())
}

/// Takes it away with everything that belongs to it.
pub(crate) async fn delete(tx: &mut Tx<'_>, org: OrgId) -> Result<(), Error> {
    sql("delete from organizations where id = $1").bind(org).execute(tx).await?;
    Ok(())
}

pub(crate) async fn set_heir(tx: &mut Tx<'_>, org: OrgId, heir: Option<(UserId, Millis)>) -> Result<(), Error> {
    sql("update organizations set heir_id = $2, heir_until = $3 where id = $1")
        .bind(org)
        .bind(heir.map(|(user, _)| user))
        .bind(heir.map(|(_, until)| until))
        .execute(tx)
        .await?;
    Ok(())
}

/// `false` where more belong to it already.
pub(crate) async fn set_seats(tx: &mut Tx<'_>, org: OrgId, seats: u32) -> Result<bool, Error> {
    let rows = sql("update organizations set seats = $2 where id = $1 and member_count <= $2")
        .bind(org)
        .bind(seats)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}
