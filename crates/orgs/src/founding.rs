//! How an organization begins: made at once, or asked for and granted.

use base::{Action, Actor, OrgId, Role, UserId};
use contract::{
    Code, Event, Field,
    organization::{Founded, Founding, Joining, OrgState, OrganizationForm, Visibility},
};
use db::Tx;
use serde_json::json;

use crate::{
    Creation, Orgs,
    error::Error,
    form::Wrong,
    myself,
    name::{self, Name},
    people::Unknown,
    standing::{During, runs_the_hub},
    store::{self, NewOrg},
    text,
};

/// How many addresses are tried where the first that a name suggests is taken.
const TRIES: u32 = 50;

/// What a form says of an organization.
#[derive(Debug, Clone)]
pub(crate) struct Proposal {
    pub(crate) name: Name,
    /// `None`: made of the name.
    pub(crate) slug: Option<String>,
    pub(crate) description: String,
    pub(crate) visibility: Visibility,
    pub(crate) joining: Joining,
}

impl Proposal {
    pub(crate) fn parse(form: &OrganizationForm) -> Result<Self, Error> {
        let visibility = match form.visibility.as_str() {
            "" => Visibility::Public,
            word => Visibility::from_word(word).ok_or(Error::Malformed)?,
        };
        let joining = match form.joining.as_str() {
            "" => Joining::Request,
            word => Joining::from_word(word).ok_or(Error::Malformed)?,
        };
        let mut wrong = Wrong::default();
        let name = wrong.check(Field::Name, Name::parse(&form.name));
        let slug = match form.slug.trim() {
            "" => Some(None),
            typed => wrong.check(Field::Slug, name::parse_slug(typed)).map(Some),
        };
        let description = wrong.check(Field::Description, text::parse(&form.description, text::DESCRIPTION));
        wrong.finish()?;
        let invariant = "a form with no wrong field has all of them";
        Ok(Self {
            name: name.expect(invariant),
            slug: slug.expect(invariant),
            description: description.expect(invariant),
            visibility,
            joining,
        })
    }

    /// What the audit trail keeps of it.
    pub(crate) fn told(&self, slug: &str) -> serde_json::Value {
        json!({
            "name": self.name.shown,
            "slug": slug,
            "visibility": self.visibility.word(),
            "joining": self.joining.word(),
            "description": self.description,
        })
    }
}

impl Orgs {
    /// Begins an organization of one's own. Whether it is there at once or has to be granted, the hub's settings decide; who runs the
    /// hub begins them at once, and as many as they like.
    pub async fn found(&self, actor: &Actor, form: OrganizationForm) -> Result<Founded, Error> {
        actor.may(Action::JoinOrganizations)?;
        let owner = myself(actor)?;
        let settings = self.settings();
        let (state, at_most) = match settings.creation {
            _ if runs_the_hub(actor) => (OrgState::Active, None),
            Creation::Members => (OrgState::Active, Some(settings.per_person)),
            Creation::OnRequest => (OrgState::Requested, Some(settings.per_person)),
            Creation::Admins => return Err(Error::Refused(base::Kind::Forbidden)),
        };
        self.begin(actor, owner, form, state, at_most).await
    }

    /// Begins an organization for somebody.
    pub async fn found_for(&self, actor: &Actor, owner: &str, form: OrganizationForm) -> Result<Founded, Error> {
        actor.may(Action::GovernOrganizations)?;
        let owner = self.person(owner).await?;
        self.begin(actor, owner, form, OrgState::Active, None).await
    }

    /// Whether a form would do: for a preview. What is free now may be taken in a moment.
    pub async fn check_form(&self, actor: &Actor, form: &OrganizationForm) -> Result<(), Error> {
        actor.may(Action::JoinOrganizations)?;
        let proposal = Proposal::parse(form)?;
        self.name_is_free(&proposal.name, None).await?;
        if let Some(slug) = &proposal.slug
            && store::is_taken(&self.0.db, slug).await?
        {
            return Err(Error::field(Field::Slug, Code::Taken));
        }
        Ok(())
    }

    /// Whether the actor may begin one.
    pub async fn founding(&self, actor: &Actor) -> Result<Founding, Error> {
        actor.may(Action::ListOrganizations)?;
        let Some(user) = actor.user() else { return Ok(Founding::LogInFirst) };
        let settings = self.settings();
        if runs_the_hub(actor) {
            return Ok(Founding::AtOnce);
        }
        let allowed = match settings.creation {
            Creation::Members => Founding::AtOnce,
            Creation::OnRequest => Founding::OnRequest,
            Creation::Admins => return Ok(Founding::Closed),
        };
        let full = store::owned_by(&self.0.db, user).await? >= settings.per_person;
        Ok(if full { Founding::Full } else { allowed })
    }

    /// Whoever has that name, for a form's field of it.
    pub(crate) async fn person(&self, name: &str) -> Result<UserId, Error> {
        let found: Result<Option<UserId>, Unknown> = self.0.people.find(name).await;
        found?.ok_or_else(|| Error::field(Field::Name, Code::NoSuchPerson))
    }

    async fn begin(
        &self,
        actor: &Actor,
        owner: UserId,
        form: OrganizationForm,
        state: OrgState,
        at_most: Option<u32>,
    ) -> Result<Founded, Error> {
        let proposal = Proposal::parse(&form)?;
        self.name_is_free(&proposal.name, None).await?;
        let (now, acting, settings) = (self.now(), actor.clone(), self.settings());
        let made = self
            .0
            .db
            .write(move |tx| {
                let (proposal, acting) = (proposal.clone(), acting.clone());
                let (seats, memberships) = (settings.seats, settings.memberships);
                Box::pin(async move {
                    store::hold_person(tx, owner).await?;
                    if let Some(at_most) = at_most
                        && store::owned_by(&mut *tx, owner).await? >= at_most
                    {
                        return Err(Error::Full);
                    }
                    if store::memberships(tx, owner).await? >= memberships {
                        return Err(Error::Full);
                    }
                    let slug = free_slug(tx, &proposal).await?;
                    let told = proposal.told(&slug);
                    let new = NewOrg {
                        name: proposal.name,
                        slug: slug.clone(),
                        description: proposal.description,
                        visibility: proposal.visibility,
                        joining: proposal.joining,
                        state,
                        seats,
                        created_at: now,
                    };
                    let id = store::insert(tx, &new).await?;
                    let ours = store::take_slug(tx, id, &slug).await?
                        && store::take_seat(tx, id).await?
                        && store::insert_member(tx, id, owner, Role::Owner, now).await?;
                    if !ours {
                        return Err(Error::MovedOn);
                    }
                    let act = if state == OrgState::Active { "org.created" } else { "org.requested" };
                    let entry = audit::Entry::new(act, "org", id).in_organization(id).changing((), told);
                    audit::record(tx, now, &acting, &entry).await?;
                    if state == OrgState::Active {
                        let event = Event::OrganizationCreated { organization: id, name: new.name.shown };
                        events::record(tx, now, &event).await?;
                        let event = Event::MemberJoined { organization: id, user: owner, role: Role::Owner };
                        events::record(tx, now, &event).await?;
                    }
                    Ok(Founded { id, slug, state })
                })
            })
            .await
            .map_err(taken)?;
        metrics::counter!("guildhall_orgs_founded_total", "state" => made.state.word()).increment(1);
        Ok(made)
    }

    /// Refuses a name that another organization has, or one that looks the same; before the database would.
    pub(crate) async fn name_is_free(&self, name: &Name, but: Option<OrgId>) -> Result<(), Error> {
        match store::name_like(&self.0.db, &name.key).await? {
            Some((whose, _)) if Some(whose) == but => Ok(()),
            Some((_, shown)) if Name::same_letters(&shown, &name.shown) => Err(Error::field(Field::Name, Code::Taken)),
            Some(_) => Err(Error::field(Field::Name, Code::Reserved)),
            None => Ok(()),
        }
    }

    /// Grants what was asked for, also what was refused before; `reason` stands in the audit trail, and may be empty.
    pub async fn grant(&self, actor: &Actor, org: OrgId, reason: &str) -> Result<(), Error> {
        actor.may(Action::GovernOrganizations)?;
        let reason = noted(reason)?;
        self.change(actor, org, Action::GovernOrganizations, During::Always, move |tx, held| {
            let reason = reason.clone();
            Box::pin(async move {
                if !store::grant(tx, held.id(), held.now).await? {
                    return Err(Error::MovedOn);
                }
                let states = (json!({ "state": held.org.state.word() }), json!({ "state": "active" }));
                let entry = held.entry("org.granted", "org", held.id()).changing(states.0, states.1);
                held.audit(tx, &entry.because(&reason)).await?;
                let event = Event::OrganizationCreated { organization: held.id(), name: held.org.name.clone() };
                events::record(tx, held.now, &event).await?;
                if let Some(user) = store::owner_of(&mut *tx, held.id()).await? {
                    let event = Event::MemberJoined { organization: held.id(), user, role: Role::Owner };
                    events::record(tx, held.now, &event).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Refuses what was asked for, and says why.
    pub async fn refuse(&self, actor: &Actor, org: OrgId, reason: &str) -> Result<(), Error> {
        let reason = why(reason)?;
        self.change(actor, org, Action::GovernOrganizations, During::Always, move |tx, held| {
            let reason = reason.clone();
            Box::pin(async move {
                if held.org.state != OrgState::Requested {
                    return Err(Error::MovedOn);
                }
                store::close(tx, held.id(), held.now, Some(reason.clone())).await?;
                let after = json!({ "state": "closed", "reason": reason });
                let entry = held.entry("org.refused", "org", held.id());
                held.audit(tx, &entry.changing(json!({ "state": "requested" }), after)).await?;
                Ok(events::record(tx, held.now, &Event::OrganizationChanged { organization: held.id() }).await?)
            })
        })
        .await
    }
}

/// A reason that stands in the audit trail alone.
pub(crate) fn noted(typed: &str) -> Result<audit::Reason, Error> {
    audit::Reason::read(typed).map_err(|code| Error::field(Field::Reason, code))
}

/// A reason that somebody has to read.
pub(crate) fn why(typed: &str) -> Result<String, Error> {
    match text::parse(typed, text::MESSAGE) {
        Ok(reason) if reason.is_empty() => Err(Error::field(Field::Reason, Code::Required)),
        Ok(reason) => Ok(reason),
        Err(code) => Err(Error::field(Field::Reason, code)),
    }
}

/// The address that was wanted, or the first free one that the name suggests.
async fn free_slug(tx: &mut Tx<'_>, proposal: &Proposal) -> Result<String, Error> {
    if let Some(wanted) = &proposal.slug {
        if store::slug_is_taken(tx, wanted).await? {
            return Err(Error::field(Field::Slug, Code::Taken));
        }
        return Ok(wanted.clone());
    }
    let suggested = name::slug_of(&proposal.name.shown);
    if !store::slug_is_taken(tx, &suggested).await? {
        return Ok(suggested);
    }
    for number in 2..TRIES {
        let stem: String = suggested.chars().take(36).collect();
        let tried = format!("{}-{number}", stem.trim_end_matches('-'));
        if !store::slug_is_taken(tx, &tried).await? {
            return Ok(tried);
        }
    }
    Err(Error::field(Field::Slug, Code::Required))
}

/// Two who want the same at the same moment: the schema lets one have it.
pub(crate) fn taken(error: Error) -> Error {
    match &error {
        Error::Store(store) if store.violates("organizations_folded_name_key") => {
            Error::field(Field::Name, Code::Taken)
        }
        Error::Store(store)
            if store.violates("organizations_slug_key") || store.violates("organization_slugs_pkey") =>
        {
            Error::field(Field::Slug, Code::Taken)
        }
        _ => error,
    }
}
