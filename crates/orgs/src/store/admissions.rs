//! Who is invited, by name or by link, and who asks.

use base::{InvitationLinkId, Millis, OrgId, Role, UserId};
use db::{Db, Error, Tx, sql};

use super::{count, role};
use crate::token::TokenHash;

// ---------------------------------------------------------------- by name

/// An invitation as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InvitationRow {
    pub(crate) user: UserId,
    pub(crate) role: Role,
    pub(crate) by: Option<UserId>,
    pub(crate) invited_at: Millis,
    pub(crate) expires_at: Millis,
}

/// Invites somebody, or once more.
pub(crate) async fn insert_invitation(tx: &mut Tx<'_>, org: OrgId, row: &InvitationRow) -> Result<(), Error> {
    sql("insert into organization_invitations (organization_id, user_id, role, invited_by, invited_at, expires_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (organization_id, user_id) do update
         set role = excluded.role, invited_by = excluded.invited_by, invited_at = excluded.invited_at, expires_at = excluded.expires_at")
    .bind(org)
    .bind(row.user)
    .bind(row.role.word())
    .bind(row.by)
    .bind(row.invited_at)
    .bind(row.expires_at)
    .execute(tx)
    .await?;
    Ok(())
}

/// As what somebody is invited, where the invitation holds.
pub(crate) async fn invitation_of(
    tx: &mut Tx<'_>,
    org: OrgId,
    user: UserId,
    now: Millis,
) -> Result<Option<Role>, Error> {
    let row: Option<(String,)> = sql("select role from organization_invitations
         where organization_id = $1 and user_id = $2 and expires_at > $3")
    .bind(org)
    .bind(user)
    .bind(now)
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|(word,)| role(&word)))
}

pub(crate) async fn delete_invitation(tx: &mut Tx<'_>, org: OrgId, user: UserId) -> Result<bool, Error> {
    let rows = sql("delete from organization_invitations where organization_id = $1 and user_id = $2")
        .bind(org)
        .bind(user)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

/// Those that hold, the last first.
pub(crate) async fn invitations(db: &Db, org: OrgId, now: Millis) -> Result<Vec<InvitationRow>, Error> {
    let rows: Vec<(i64, String, Option<i64>, i64, i64)> =
        sql("select user_id, role, invited_by, invited_at, expires_at from organization_invitations
         where organization_id = $1 and expires_at > $2 order by invited_at desc, user_id limit 1000")
        .bind(org)
        .bind(now)
        .fetch_all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(user, word, by, invited_at, expires_at)| InvitationRow {
            user: user.into(),
            role: role(&word),
            by: by.map(UserId::from),
            invited_at: Millis(invited_at),
            expires_at: Millis(expires_at),
        })
        .collect())
}

/// How many hold.
pub(crate) async fn open_invitations(tx: &mut Tx<'_>, org: OrgId, now: Millis) -> Result<u32, Error> {
    let (number,): (i64,) =
        sql("select count(*) from organization_invitations where organization_id = $1 and expires_at > $2")
            .bind(org)
            .bind(now)
            .fetch_one(tx)
            .await?;
    Ok(count(number))
}

/// Where somebody is invited to, and as what.
pub(crate) async fn invitations_to(db: &Db, user: UserId, now: Millis) -> Result<Vec<(OrgId, Role)>, Error> {
    let rows: Vec<(i64, String)> = sql("select i.organization_id, i.role from organization_invitations i
         join organizations o on o.id = i.organization_id
         where i.user_id = $1 and i.expires_at > $2 and o.state = 'active' order by i.invited_at desc, o.id limit 100")
    .bind(user)
    .bind(now)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(org, word)| (org.into(), role(&word))).collect())
}

// ---------------------------------------------------------------- by link

/// A link as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LinkRow {
    pub(crate) id: InvitationLinkId,
    pub(crate) role: Role,
    pub(crate) uses_left: u32,
    pub(crate) used: u32,
    pub(crate) by: Option<UserId>,
    pub(crate) made_at: Millis,
    pub(crate) expires_at: Millis,
}

#[derive(sqlx::FromRow)]
struct LinkColumns {
    id: i64,
    role: String,
    uses_left: i64,
    used: i64,
    made_by: Option<i64>,
    made_at: i64,
    expires_at: i64,
}

impl From<LinkColumns> for LinkRow {
    fn from(row: LinkColumns) -> Self {
        Self {
            id: row.id.into(),
            role: role(&row.role),
            uses_left: count(row.uses_left),
            used: count(row.used),
            by: row.made_by.map(UserId::from),
            made_at: Millis(row.made_at),
            expires_at: Millis(row.expires_at),
        }
    }
}

pub(crate) async fn insert_link(
    tx: &mut Tx<'_>,
    org: OrgId,
    token_hash: &TokenHash,
    row: &LinkRow,
) -> Result<InvitationLinkId, Error> {
    let (id,): (i64,) = sql(
        "insert into organization_links (organization_id, token_hash, role, uses_left, used, made_by, made_at, expires_at)
         values ($1, $2, $3, $4, 0, $5, $6, $7) returning id",
    )
    .bind(org)
    .bind(token_hash)
    .bind(row.role.word())
    .bind(row.uses_left)
    .bind(row.by)
    .bind(row.made_at)
    .bind(row.expires_at)
    .fetch_one(tx)
    .await?;
    Ok(id.into())
}

/// Where a link that holds leads to, and as what.
pub(crate) async fn link_by_token(
    db: &Db,
    token_hash: &TokenHash,
    now: Millis,
) -> Result<Option<(InvitationLinkId, OrgId, Role)>, Error> {
    let row: Option<(i64, i64, String)> = sql("select id, organization_id, role from organization_links
         where token_hash = $1 and uses_left > 0 and expires_at > $2")
    .bind(token_hash)
    .bind(now)
    .fetch_optional(db)
    .await?;
    Ok(row.map(|(id, org, word)| (id.into(), org.into(), role(&word))))
}

/// Takes one use of it. `false` where none is left, or it does not hold any more.
pub(crate) async fn take_link(tx: &mut Tx<'_>, link: InvitationLinkId, now: Millis) -> Result<bool, Error> {
    let rows = sql("update organization_links set uses_left = uses_left - 1, used = used + 1
         where id = $1 and uses_left > 0 and expires_at > $2")
    .bind(link)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

/// Those that hold, the last first.
pub(crate) async fn links(db: &Db, org: OrgId, now: Millis) -> Result<Vec<LinkRow>, Error> {
    let rows: Vec<LinkColumns> =
        sql("select id, role, uses_left, used, made_by, made_at, expires_at from organization_links
         where organization_id = $1 and uses_left > 0 and expires_at > $2 order by id desc limit 1000")
        .bind(org)
        .bind(now)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(LinkRow::from).collect())
}

/// How many hold.
pub(crate) async fn open_links(tx: &mut Tx<'_>, org: OrgId, now: Millis) -> Result<u32, Error> {
    let (number,): (i64,) =
        sql("select count(*) from organization_links where organization_id = $1 and uses_left > 0 and expires_at > $2")
            .bind(org)
            .bind(now)
            .fetch_one(tx)
            .await?;
    Ok(count(number))
}

pub(crate) async fn delete_link(tx: &mut Tx<'_>, org: OrgId, link: InvitationLinkId) -> Result<bool, Error> {
    let rows = sql("delete from organization_links where id = $1 and organization_id = $2")
        .bind(link)
        .bind(org)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

/// How many letters about invitations somebody was sent since then, by all organizations.
pub(crate) async fn letters_to(tx: &mut Tx<'_>, user: UserId, since: Millis) -> Result<u32, Error> {
    let (number,): (i64,) = sql("select count(*) from organization_letters where user_id = $1 and sent_at > $2")
        .bind(user)
        .bind(since)
        .fetch_one(tx)
        .await?;
    Ok(count(number))
}

/// Notes that an organization writes to somebody; `false` where it has done so after `since`.
pub(crate) async fn note_letter(
    tx: &mut Tx<'_>,
    org: OrgId,
    user: UserId,
    at: Millis,
    since: Millis,
) -> Result<bool, Error> {
    let rows = sql("insert into organization_letters (organization_id, user_id, sent_at) values ($1, $2, $3)
         on conflict (organization_id, user_id) do update set sent_at = excluded.sent_at where organization_letters.sent_at <= $4")
    .bind(org)
    .bind(user)
    .bind(at)
    .bind(since)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

/// Forgets letters of before then.
pub(crate) async fn delete_letters(tx: &mut Tx<'_>, before: Millis) -> Result<(), Error> {
    sql("delete from organization_letters where sent_at <= $1").bind(before).execute(tx).await?;
    Ok(())
}

/// Throws away invitations and links that do not hold any more. Gives back how many.
pub(crate) async fn delete_expired(tx: &mut Tx<'_>, now: Millis) -> Result<u64, Error> {
    let by_name =
        sql("delete from organization_invitations where expires_at <= $1").bind(now).execute(&mut *tx).await?;
    let by_link = sql("delete from organization_links where expires_at <= $1 or uses_left = 0")
        .bind(now)
        .execute(&mut *tx)
        .await?;
    sql("update organizations set heir_id = null, heir_until = null where heir_until <= $1")
        .bind(now)
        .execute(tx)
        .await?;
    Ok(by_name + by_link)
}

// ---------------------------------------------------------------- by asking

/// `false` where they have asked already.
pub(crate) async fn insert_request(
    tx: &mut Tx<'_>,
    org: OrgId,
    user: UserId,
    message: &str,
    at: Millis,
) -> Result<bool, Error> {
    let rows =
        sql("insert into organization_requests (organization_id, user_id, message, asked_at) values ($1, $2, $3, $4)
         on conflict (organization_id, user_id) do nothing")
        .bind(org)
        .bind(user)
        .bind(message)
        .bind(at)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

pub(crate) async fn delete_request(tx: &mut Tx<'_>, org: OrgId, user: UserId) -> Result<bool, Error> {
    let rows = sql("delete from organization_requests where organization_id = $1 and user_id = $2")
        .bind(org)
        .bind(user)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

/// Who asks, the longest waiting first.
pub(crate) async fn requests(db: &Db, org: OrgId, at_most: i64) -> Result<Vec<(UserId, String, Millis)>, Error> {
    let rows: Vec<(i64, String, i64)> = sql("select user_id, message, asked_at from organization_requests
         where organization_id = $1 order by asked_at, user_id limit $2")
    .bind(org)
    .bind(at_most)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(user, message, at)| (user.into(), message, Millis(at))).collect())
}

/// Where somebody has asked.
pub(crate) async fn requests_of(db: &Db, user: UserId) -> Result<Vec<OrgId>, Error> {
    let rows: Vec<(i64,)> =
        sql("select organization_id from organization_requests where user_id = $1 order by asked_at limit 100")
            .bind(user)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|(org,)| org.into()).collect())
}

/// In how many places somebody waits for an answer.
pub(crate) async fn open_requests_of(tx: &mut Tx<'_>, user: UserId) -> Result<u32, Error> {
    let (number,): (i64,) =
        sql("select count(*) from organization_requests where user_id = $1").bind(user).fetch_one(tx).await?;
    Ok(count(number))
}

/// How many wait for an answer of one organization.
pub(crate) async fn open_requests(tx: &mut Tx<'_>, org: OrgId) -> Result<u32, Error> {
    let (number,): (i64,) =
        sql("select count(*) from organization_requests where organization_id = $1").bind(org).fetch_one(tx).await?;
    Ok(count(number))
}

/// Where somebody has asked, by name, what they said, and when.
pub(crate) async fn asked_by(db: &Db, user: UserId) -> Result<Vec<(String, String, Millis)>, Error> {
    let rows: Vec<(String, String, i64)> = sql("select o.name, r.message, r.asked_at from organization_requests r
         join organizations o on o.id = r.organization_id where r.user_id = $1 order by r.asked_at")
    .bind(user)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(name, message, at)| (name, message, Millis(at))).collect())
}
