//! Invitations by name: whoever is invited accepts or declines.

use base::{Action, Actor, OrgId, Role, UserId};
use contract::{Code, Field};
use serde_json::json;

use crate::{
    Orgs,
    error::Error,
    joining::{admit, joined},
    letters::{self, Invited},
    myself,
    standing::During,
    store::{self, InvitationRow},
};

/// How many invitations of one organization may wait for an answer.
const WAITING: u32 = 500;

impl Orgs {
    /// Invites somebody, or once more. As guest or member: a higher role is given by whoever may, once they belong.
    ///
    /// Who has blocked whoever invites can't be invited by them, and reads as nobody. Who has an address that is proved to be theirs is
    /// written to, unless they want no such letters.
    pub async fn invite(&self, actor: &Actor, org: OrgId, name: &str, role: Role) -> Result<(), Error> {
        self.entering(actor, org, Action::InviteMembers).await?;
        at_most_member(role)?;
        let user = self.person(name).await?;
        if let Some(by) = actor.user()
            && !self.0.people.hears(user, by).await?
        {
            return Err(Error::field(Field::Name, Code::NoSuchPerson));
        }
        let holds = self.settings().invitation;
        let letter = self.letter_to(actor, user).await?;
        self.change(actor, org, Action::InviteMembers, During::Work, move |tx, held| {
            let letter = letter.clone();
            Box::pin(async move {
                if store::role_in(&mut *tx, held.id(), user).await?.is_some() {
                    return Err(Error::field(Field::Name, Code::AlreadyIn));
                }
                if store::open_invitations(tx, held.id(), held.now).await? >= WAITING {
                    return Err(Error::Full);
                }
                let row =
                    InvitationRow { user, role, by: held.by(), invited_at: held.now, expires_at: held.now.plus(holds) };
                store::insert_invitation(tx, held.id(), &row).await?;
                if let Some(mut letter) = letter {
                    if letter.by.is_empty() {
                        letter.by.clone_from(&held.org.name);
                    }
                    letters::tell(tx, held.now, held.id(), (&held.org.name, &held.org.slug), &letter).await?;
                }
                let after = json!({ "role": role.word() });
                held.audit(tx, &held.entry("org.invited", "user", user).changing((), after)).await
            })
        })
        .await
    }

    /// The letter to somebody who is invited, where they can be written to. The operator invites in the organization's own name.
    async fn letter_to(&self, actor: &Actor, user: UserId) -> Result<Option<Invited>, Error> {
        let Some(mailbox) = self.0.people.mailbox(user).await? else { return Ok(None) };
        let by = match actor.user() {
            Some(by) => self.names([by]).await?.of(by).name,
            None => String::new(),
        };
        Ok(Some(Invited { user, mailbox, by }))
    }

    /// Takes an invitation back.
    pub async fn withdraw_invitation(&self, actor: &Actor, org: OrgId, user: UserId) -> Result<(), Error> {
        self.change(actor, org, Action::InviteMembers, During::Always, move |tx, held| {
            Box::pin(async move {
                if !store::delete_invitation(tx, held.id(), user).await? {
                    return Err(Error::MovedOn);
                }
                held.audit(tx, &held.entry("org.invitation_withdrawn", "user", user)).await
            })
        })
        .await
    }

    /// Accepts or declines an invitation.
    pub async fn answer_invitation(&self, actor: &Actor, org: OrgId, yes: bool) -> Result<(), Error> {
        actor.may(Action::JoinOrganizations)?;
        let (user, memberships) = (myself(actor)?, self.settings().memberships);
        self.change(actor, org, Action::JoinOrganizations, During::Work, move |tx, held| {
            Box::pin(async move {
                let role = store::invitation_of(&mut *tx, held.id(), user, held.now).await?;
                let role = role.ok_or(Error::BadInvitation)?;
                if !yes {
                    store::delete_invitation(tx, held.id(), user).await?;
                    return held.audit(tx, &held.entry("org.invitation_declined", "user", user)).await;
                }
                admit(tx, held.id(), user, role, held.now, memberships).await?;
                joined(tx, &held, user, role, "invitation").await
            })
        })
        .await
    }
}

/// Nobody is invited to more than to belong: what goes beyond is given to people one knows to be in.
pub(crate) fn at_most_member(role: Role) -> Result<(), Error> {
    if matches!(role, Role::Guest | Role::Member) { Ok(()) } else { Err(Error::Malformed) }
}
