//! Becoming a member, and ceasing to be one.

use base::{Action, Actor, Millis, OrgId, Role, UserId};
use contract::{Code, Event, Field, organization::Joining};
use db::Tx;
use serde_json::json;

use crate::{
    Orgs,
    error::Error,
    myself,
    standing::{During, Held},
    store, text,
};

/// In how many places one person may wait for an answer.
const OPEN_REQUESTS: u32 = 20;
/// How many may wait for an answer of one organization.
pub(crate) const WAITING: u32 = 500;

impl Orgs {
    /// Joins one that is open to everybody.
    pub async fn join(&self, actor: &Actor, org: OrgId) -> Result<(), Error> {
        actor.may(Action::JoinOrganizations)?;
        let (user, memberships) = (myself(actor)?, self.settings().memberships);
        self.change(actor, org, Action::JoinOrganizations, During::Work, move |tx, held| {
            Box::pin(async move {
                if held.org.joining != Joining::Open {
                    return Err(Error::Refused(base::Kind::Forbidden));
                }
                admit(tx, held.id(), user, Role::Member, held.now, memberships).await?;
                joined(tx, &held, user, Role::Member, "open").await
            })
        })
        .await
    }

    /// Asks to be let in.
    pub async fn ask(&self, actor: &Actor, org: OrgId, message: &str) -> Result<(), Error> {
        actor.may(Action::JoinOrganizations)?;
        let user = myself(actor)?;
        let message = text::parse(message, text::MESSAGE).map_err(|code: Code| Error::field(Field::Message, code))?;
        self.change(actor, org, Action::JoinOrganizations, During::Work, move |tx, held| {
            let message = message.clone();
            Box::pin(async move {
                if held.standing.role.is_some() {
                    return Err(Error::AlreadyIn);
                }
                if held.org.joining != Joining::Request {
                    return Err(Error::Refused(base::Kind::Forbidden));
                }
                store::hold_person(tx, user).await?;
                if store::open_requests_of(tx, user).await? >= OPEN_REQUESTS
                    || store::open_requests(tx, held.id()).await? >= WAITING
                {
                    return Err(Error::Full);
                }
                if !store::insert_request(tx, held.id(), user, &message, held.now).await? {
                    return Err(Error::MovedOn);
                }
                held.audit(tx, &held.entry("org.join_asked", "user", user)).await
            })
        })
        .await
    }

    /// Asks no longer.
    pub async fn withdraw_request(&self, actor: &Actor, org: OrgId) -> Result<(), Error> {
        actor.may(Action::JoinOrganizations)?;
        let user = myself(actor)?;
        self.change(actor, org, Action::JoinOrganizations, During::Always, move |tx, held| {
            Box::pin(async move {
                if !store::delete_request(tx, held.id(), user).await? {
                    return Err(Error::MovedOn);
                }
                held.audit(tx, &held.entry("org.request_withdrawn", "user", user)).await
            })
        })
        .await
    }

    /// Lets in somebody who asks, or turns them away.
    pub async fn answer_request(&self, actor: &Actor, org: OrgId, user: UserId, yes: bool) -> Result<(), Error> {
        let memberships = self.settings().memberships;
        self.change(actor, org, Action::AnswerRequests, During::Work, move |tx, held| {
            Box::pin(async move {
                if !store::delete_request(tx, held.id(), user).await? {
                    return Err(Error::MovedOn);
                }
                if !yes {
                    return held.audit(tx, &held.entry("org.join_refused", "user", user)).await;
                }
                admit(tx, held.id(), user, Role::Member, held.now, memberships).await?;
                joined(tx, &held, user, Role::Member, "request").await
            })
        })
        .await
    }

    /// Leaves. The owner can't: they hand it on, or close it.
    pub async fn leave(&self, actor: &Actor, org: OrgId) -> Result<(), Error> {
        actor.may(Action::JoinOrganizations)?;
        let user = myself(actor)?;
        self.change(actor, org, Action::JoinOrganizations, During::Always, move |tx, held| {
            Box::pin(async move {
                match held.standing.role {
                    None => Err(Error::NotFound),
                    Some(Role::Owner) => Err(Error::OwnerStays),
                    Some(role) => part(tx, &held, user, role, "org.member_left").await,
                }
            })
        })
        .await
    }
}

/// Gives somebody a place. Refused where they have one, where none is left, or where they belong to as many organizations as one may.
pub(crate) async fn admit(
    tx: &mut Tx<'_>,
    org: OrgId,
    user: UserId,
    role: Role,
    now: Millis,
    memberships: u32,
) -> Result<(), Error> {
    if store::role_in(&mut *tx, org, user).await?.is_some() {
        return Err(Error::AlreadyIn);
    }
    store::hold_person(tx, user).await?;
    if store::memberships(tx, user).await? >= memberships || !store::take_seat(tx, org).await? {
        return Err(Error::Full);
    }
    if !store::insert_member(tx, org, user, role, now).await? {
        return Err(Error::AlreadyIn);
    }
    store::delete_invitation(tx, org, user).await?;
    store::delete_request(tx, org, user).await?;
    Ok(())
}

/// Writes down and tells that somebody has joined.
pub(crate) async fn joined(tx: &mut Tx<'_>, held: &Held, user: UserId, role: Role, by: &str) -> Result<(), Error> {
    let after = json!({ "role": role.word(), "by": by });
    held.audit(tx, &held.entry("org.member_joined", "user", user).changing((), after)).await?;
    metrics::counter!("guildhall_orgs_joined_total", "by" => by.to_owned()).increment(1);
    Ok(events::record(tx, held.now, &Event::MemberJoined { organization: held.id(), user, role }).await?)
}

/// Takes somebody's place away, writes it down and tells it.
pub(crate) async fn part(
    tx: &mut Tx<'_>,
    held: &Held,
    user: UserId,
    role: Role,
    act: &'static str,
) -> Result<(), Error> {
    if !store::delete_member(tx, held.id(), user).await? {
        return Err(Error::MovedOn);
    }
    store::give_back_seat(tx, held.id()).await?;
    if held.org.heir.is_some_and(|(heir, _)| heir == user) {
        store::set_heir(tx, held.id(), None).await?;
    }
    held.audit(tx, &held.entry(act, "user", user).changing(json!({ "role": role.word() }), ())).await?;
    Ok(events::record(tx, held.now, &Event::MemberLeft { organization: held.id(), user }).await?)
}
