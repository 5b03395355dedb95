//! Invitations by link: whoever has it comes in, as often as it says and as long as it holds.

use std::time::Duration;

use base::{Action, Actor, InvitationLinkId, Millis, OrgId, Role, Secret, Standing};
use contract::{
    Code, Event, Field,
    organization::{InvitationLinkForm, LinkedInvitation, NewInvitationLink, OrgState},
};
use serde_json::json;

use crate::{
    Orgs,
    directory::card,
    error::Error,
    form::Wrong,
    invitations::at_most_member,
    joining::{admit, joined},
    myself,
    standing::{During, Held},
    store::{self, LinkRow},
    token,
};

const MOST_USES: u32 = 1_000;
const MOST_DAYS: u32 = 365;
/// How many links of one organization may hold at once.
const AT_ONCE: u32 = 50;
/// Longer than any token of ours.
const LONGEST: usize = 100;

impl Orgs {
    /// Makes a link. What stands in it is told this once.
    pub async fn make_link(
        &self,
        actor: &Actor,
        org: OrgId,
        form: &InvitationLinkForm,
    ) -> Result<NewInvitationLink, Error> {
        self.entering(actor, org, Action::InviteMembers).await?;
        at_most_member(form.role)?;
        let mut wrong = Wrong::default();
        wrong.check(Field::Uses, in_range(form.uses, MOST_USES));
        wrong.check(Field::Days, in_range(form.days, MOST_DAYS));
        wrong.finish()?;
        let token = token::new(&*self.0.chance);
        let (hash, role, uses) = (token::hash(token.expose()), form.role, form.uses);
        let holds = Duration::from_hours(24) * form.days;
        let id = self
            .change(actor, org, Action::InviteMembers, During::Work, move |tx, held| {
                Box::pin(async move {
                    if store::open_links(tx, held.id(), held.now).await? >= AT_ONCE {
                        return Err(Error::Full);
                    }
                    let row = LinkRow {
                        id: InvitationLinkId::from(0),
                        role,
                        uses_left: uses,
                        used: 0,
                        by: held.by(),
                        made_at: held.now,
                        expires_at: held.now.plus(holds),
                    };
                    let id = store::insert_link(tx, held.id(), &hash, &row).await?;
                    let after = json!({ "role": role.word(), "uses": uses, "expires_at": row.expires_at });
                    held.audit(tx, &held.entry("org.link_made", "invitation_link", id).changing((), after)).await?;
                    Ok(id)
                })
            })
            .await?;
        Ok(NewInvitationLink { id, token: token.expose().to_owned() })
    }

    /// Revokes a link.
    pub async fn revoke_link(&self, actor: &Actor, org: OrgId, link: InvitationLinkId) -> Result<(), Error> {
        self.change(actor, org, Action::InviteMembers, During::Always, move |tx, held| {
            Box::pin(async move {
                if !store::delete_link(tx, held.id(), link).await? {
                    return Err(Error::NotFound);
                }
                held.audit(tx, &held.entry("org.link_revoked", "invitation_link", link)).await
            })
        })
        .await
    }

    /// What stands behind a link, for whoever has it.
    pub async fn look_behind_link(&self, actor: &Actor, token: &Secret) -> Result<LinkedInvitation, Error> {
        actor.may(Action::ListOrganizations)?;
        let (_, org, role) = self.find_link(token).await?;
        let org = store::by_id(&self.0.db, org).await?.ok_or(Error::BadInvitation)?;
        if org.state != OrgState::Active {
            return Err(Error::BadInvitation);
        }
        let mine = match actor.user() {
            Some(user) => store::role_in(&self.0.db, org.id, user).await?,
            None => None,
        };
        Ok(LinkedInvitation { organization: card(&org), role, already_in: mine.is_some_and(|mine| mine >= role) })
    }

    /// Comes in by a link. Gives back the organization's address. Whoever belongs to it already takes no use of the link; a guest
    /// becomes a member by one for members.
    pub async fn follow_link(&self, actor: &Actor, token: &Secret) -> Result<String, Error> {
        actor.may(Action::JoinOrganizations)?;
        let (user, memberships, now) = (myself(actor)?, self.settings().memberships, self.now());
        let (link, org, role) = self.find_link(token).await?;
        let actor = actor.clone();
        self.0
            .db
            .write(move |tx| {
                let actor = actor.clone();
                Box::pin(async move {
                    let org = store::hold(tx, org).await?.ok_or(Error::BadInvitation)?;
                    if org.state != OrgState::Active {
                        return Err(Error::BadInvitation);
                    }
                    let slug = org.slug.clone();
                    let before = store::role_in(&mut *tx, org.id, user).await?;
                    if before.is_some_and(|before| before >= role) {
                        return Ok(slug);
                    }
                    if !store::take_link(tx, link, now).await? {
                        return Err(Error::BadInvitation);
                    }
                    let standing = Standing { role: before, policies: Vec::new() };
                    let held = Held { org, standing, actor, now };
                    if let Some(before) = before {
                        promote(tx, &held, user, before, role).await?;
                    } else {
                        admit(tx, held.id(), user, role, now, memberships).await?;
                        joined(tx, &held, user, role, "link").await?;
                    }
                    Ok(slug)
                })
            })
            .await
    }

    async fn find_link(&self, token: &Secret) -> Result<(InvitationLinkId, OrgId, Role), Error> {
        let typed = token.expose();
        if typed.is_empty() || typed.len() > LONGEST {
            return Err(Error::BadInvitation);
        }
        let now: Millis = self.now();
        store::link_by_token(&self.0.db, &token::hash(typed), now).await?.ok_or(Error::BadInvitation)
    }
}

/// A guest who comes by a link for members.
async fn promote(tx: &mut db::Tx<'_>, held: &Held, user: base::UserId, before: Role, role: Role) -> Result<(), Error> {
    store::set_role(tx, held.id(), user, role).await?;
    let roles = (json!({ "role": before.word() }), json!({ "role": role.word(), "by": "link" }));
    held.audit(tx, &held.entry("org.role_changed", "user", user).changing(roles.0, roles.1)).await?;
    let event = Event::MemberRoleChanged { organization: held.id(), user, role };
    Ok(events::record(tx, held.now, &event).await?)
}

fn in_range(number: u32, most: u32) -> Result<u32, Code> {
    if (1..=most).contains(&number) { Ok(number) } else { Err(Code::OutOfRange) }
}
