//! The server functions of organizations: each names who asks, calls one service method, and tells the answer.

use contract::organization::{
    Admissions, LinkedInvitation, MemberList, MyOrganizations, Organization, OrganizationList, Policy, Trail,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::context;
use crate::error::AppError;

/// The list, and what the reader has to do with it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Directory {
    /// A page of the public ones.
    pub list: OrganizationList,
    /// One's own, where somebody is logged in.
    pub mine: Option<MyOrganizations>,
}

/// A page of an organization that was asked for by its address.
#[derive(Clone, Serialize, Deserialize)]
pub enum At<T> {
    /// It has another address now: the last part of it.
    Moved(String),
    /// The organization, what plugins add to it, and what stands on this page of it.
    Here(Box<Organization>, Added, T),
}

/// What plugins add to an organization's pages, for whoever looks.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Added {
    /// Pages: what they are called, and where they are.
    pub menu: Vec<(String, String)>,
    /// The places where they show something.
    pub slots: Vec<String>,
}

/// Who wants in and who is wanted, for whoever may know or do one of the two.
#[derive(Clone, Serialize, Deserialize)]
pub struct AdmissionsPage {
    /// For whoever may see them.
    pub admissions: Option<Admissions>,
    /// A link that was just made by a form sent without script; shown this once.
    pub new_link: Option<String>,
}

#[cfg(feature = "ssr")]
pub(super) mod call {
    use contract::organization::Located;
    use orgs::Orgs;

    use super::{AppError, At, Organization, context};

    pub(super) fn orgs() -> Orgs {
        context::services().orgs.clone()
    }

    /// The organization at an address, and what `content` adds to it.
    pub(in crate::pages::orgs) async fn at<T>(
        slug: &str,
        content: impl AsyncFnOnce(&Orgs, &Organization) -> Result<T, orgs::Error>,
    ) -> Result<At<T>, AppError> {
        let orgs = orgs();
        let (located, standing) =
            orgs.locate_and_stand(&context::visitor().actor, slug).await.map_err(context::told)?;
        match located {
            Located::Moved(slug) => Ok(At::Moved(slug)),
            Located::Here(organization) => {
                context::meet(&organization, standing);
                let content = content(&orgs, &organization).await.map_err(context::told)?;
                let added = crate::pages::plugins::made::in_organization(&organization);
                Ok(At::Here(organization, added, content))
            }
        }
    }

    /// A role of a form. What is no role is no form of ours.
    pub(in crate::pages::orgs) fn role(word: &str) -> Result<base::Role, AppError> {
        base::Role::from_word(word).ok_or_else(context::malformed)
    }
}

/// The organization at an address, for a page that adds to it by itself.
#[cfg(feature = "ssr")]
pub(crate) async fn locate(slug: &str) -> Result<At<()>, AppError> {
    call::at(slug, async |_, _| Ok(())).await
}

/// The list of organizations, and one's own.
#[server(endpoint = "organizations")]
pub async fn read_organizations(
    #[server(default)] search: String,
    #[server(default)] after: String,
) -> Result<Directory, AppError> {
    let actor = context::visitor().actor;
    context::may_search(&search)?;
    let query = orgs::OrgQuery { search, after, ..orgs::OrgQuery::default() };
    let list = call::orgs().list(&actor, &query).await.map_err(context::told)?;
    let mine = match actor.user() {
        Some(_) => Some(call::orgs().mine(&actor).await.map_err(context::told)?),
        None => None,
    };
    Ok(Directory { list, mine })
}

/// Begins an organization. Answers with the path to go on to.
#[server(endpoint = "found_organization")]
pub async fn found_organization(
    #[server(default)] name: String,
    #[server(default)] slug: String,
    #[server(default)] description: String,
    #[server(default)] visibility: String,
    #[server(default)] joining: String,
) -> Result<String, AppError> {
    use contract::{Field, organization::OrganizationForm};

    let kept = [(Field::Name, name.clone()), (Field::Slug, slug.clone()), (Field::Description, description.clone())];
    let form = OrganizationForm { name, slug, description, visibility, joining };
    let made = call::orgs().found(&context::visitor().actor, form).await;
    let made = made.map_err(|error| context::told(error).keeping(kept))?;
    let path = format!("/orgs/{}", made.slug);
    context::go_on_to(&path);
    Ok(path)
}

/// An organization's page.
#[server(endpoint = "organization")]
pub async fn read_organization(#[server(default)] slug: String) -> Result<At<()>, AppError> {
    call::at(&slug, async |_, _| Ok(())).await
}

/// A page of its members.
#[server(endpoint = "organization_members")]
pub async fn read_members(
    #[server(default)] slug: String,
    #[server(default)] after: String,
) -> Result<At<MemberList>, AppError> {
    let actor = context::visitor().actor;
    let query = orgs::MemberQuery { after, ..orgs::MemberQuery::default() };
    call::at(&slug, async |orgs, here| orgs.members(&actor, here.id, &query).await).await
}

/// Who wants in, and who is wanted.
#[server(endpoint = "organization_admissions")]
pub async fn read_admissions(#[server(default)] slug: String) -> Result<At<AdmissionsPage>, AppError> {
    let actor = context::visitor().actor;
    let new_link = context::take_once();
    call::at(&slug, async |orgs, here| {
        let may = here.you.may;
        // Who may invite and not look at the list has a page, too; who may neither is told so by the service.
        let admissions = if may.view_admissions || !may.invite_members {
            Some(orgs.admissions(&actor, here.id).await?)
        } else {
            None
        };
        Ok(AdmissionsPage { admissions, new_link })
    })
    .await
}

/// Which roles may do what in it.
#[server(endpoint = "organization_policies")]
pub async fn read_policies(#[server(default)] slug: String) -> Result<At<Vec<Policy>>, AppError> {
    let actor = context::visitor().actor;
    call::at(&slug, async |orgs, here| orgs.policies(&actor, here.id).await).await
}

/// What was done in it, older than `before`.
#[server(endpoint = "organization_trail")]
pub async fn read_trail(
    #[server(default)] slug: String,
    #[server(default)] before: String,
) -> Result<At<Trail>, AppError> {
    let actor = context::visitor().actor;
    let before = before.parse::<i64>().ok().map(Into::into);
    call::at(&slug, async |orgs, here| orgs.trail(&actor, here.id, before, 50).await).await
}

/// Joins one that is open.
#[server(endpoint = "join_organization")]
pub async fn join_organization(organization: i64) -> Result<(), AppError> {
    let actor = context::visitor().actor;
    call::orgs().join(&actor, organization.into()).await.map_err(context::told)
}

/// Asks to be let in.
#[server(endpoint = "ask_to_join")]
pub async fn ask_to_join(organization: i64, #[server(default)] message: String) -> Result<(), AppError> {
    use contract::Field;

    let actor = context::visitor().actor;
    let asked = call::orgs().ask(&actor, organization.into(), &message).await;
    asked.map_err(|error| context::told(error).keeping([(Field::Message, message)]))
}

/// Asks no longer.
#[server(endpoint = "withdraw_join_request")]
pub async fn withdraw_join_request(organization: i64) -> Result<(), AppError> {
    let actor = context::visitor().actor;
    call::orgs().withdraw_request(&actor, organization.into()).await.map_err(context::told)
}

/// Leaves. Answers with the path to go on to: the page may be hidden from whoever is outside.
#[server(endpoint = "leave_organization")]
pub async fn leave_organization(organization: i64) -> Result<String, AppError> {
    call::orgs().leave(&context::visitor().actor, organization.into()).await.map_err(context::told)?;
    context::go_on_to("/orgs");
    Ok("/orgs".to_owned())
}

/// Accepts or declines an invitation by name. Answers with the path to go on to.
#[server(endpoint = "answer_organization_invitation")]
pub async fn answer_invitation(organization: i64, #[server(default)] answer: String) -> Result<String, AppError> {
    let (actor, yes) = (context::visitor().actor, answer == "yes");
    let org = organization.into();
    call::orgs().answer_invitation(&actor, org, yes).await.map_err(context::told)?;
    let path = match call::orgs().organization(&actor, org).await {
        Ok(here) => format!("/orgs/{}", here.slug),
        // A hidden one is gone again for whoever declined.
        Err(_) => "/orgs".to_owned(),
    };
    context::go_on_to(&path);
    Ok(path)
}

/// Takes an organization over, or does not.
#[server(endpoint = "answer_organization_offer")]
pub async fn answer_offer(organization: i64, #[server(default)] answer: String) -> Result<(), AppError> {
    let actor = context::visitor().actor;
    call::orgs().answer_offer(&actor, organization.into(), answer == "yes").await.map_err(context::told)
}

/// Gives a member another role.
#[server(endpoint = "set_member_role")]
pub async fn set_member_role(organization: i64, user: i64, #[server(default)] role: String) -> Result<(), AppError> {
    let actor = context::visitor().actor;
    let role = call::role(&role)?;
    call::orgs().set_role(&actor, organization.into(), user.into(), role).await.map_err(context::told)
}

/// Removes a member.
#[server(endpoint = "remove_member")]
pub async fn remove_member(organization: i64, user: i64) -> Result<(), AppError> {
    let actor = context::visitor().actor;
    call::orgs().remove_member(&actor, organization.into(), user.into()).await.map_err(context::told)
}

/// Offers a member the organization.
#[server(endpoint = "offer_organization")]
pub async fn offer_organization(organization: i64, user: i64) -> Result<(), AppError> {
    let actor = context::visitor().actor;
    call::orgs().offer(&actor, organization.into(), user.into()).await.map_err(context::told)
}

/// Takes the offer back.
#[server(endpoint = "withdraw_organization_offer")]
pub async fn withdraw_offer(organization: i64) -> Result<(), AppError> {
    let actor = context::visitor().actor;
    call::orgs().withdraw_offer(&actor, organization.into()).await.map_err(context::told)
}

/// Invites somebody by name.
#[server(endpoint = "invite_member")]
pub async fn invite_member(
    organization: i64,
    #[server(default)] name: String,
    #[server(default)] role: String,
) -> Result<(), AppError> {
    use contract::Field;

    let actor = context::visitor().actor;
    let role = call::role(&role)?;
    let invited = call::orgs().invite(&actor, organization.into(), &name, role).await;
    invited.map_err(|error| context::told(error).keeping([(Field::Name, name)]))
}

/// Takes an invitation back.
#[server(endpoint = "withdraw_invitation")]
pub async fn withdraw_invitation(organization: i64, user: i64) -> Result<(), AppError> {
    let actor = context::visitor().actor;
    call::orgs().withdraw_invitation(&actor, organization.into(), user.into()).await.map_err(context::told)
}

/// Makes a link that lets people in. Answers with the link, which is shown this once.
#[server(endpoint = "make_invitation_link")]
pub async fn make_invitation_link(
    organization: i64,
    #[server(default)] role: String,
    #[server(default)] uses: String,
    #[server(default)] days: String,
) -> Result<String, AppError> {
    use contract::{Field, organization::InvitationLinkForm};

    // What is no number is as far out of range as none.
    let number = |text: &str| text.trim().parse().unwrap_or(0);
    let form = InvitationLinkForm { role: call::role(&role)?, uses: number(&uses), days: number(&days) };
    let public_url = context::services().public_url.clone();
    let made = call::orgs().make_link(&context::visitor().actor, organization.into(), &form).await;
    let made = made.map_err(|error| context::told(error).keeping([(Field::Uses, uses), (Field::Days, days)]))?;
    let link = format!("{public_url}/orgs/join?token={}", made.token);
    if context::wants_page() {
        context::hand_on_once(&link);
    }
    Ok(link)
}

/// Revokes a link.
#[server(endpoint = "revoke_invitation_link")]
pub async fn revoke_invitation_link(organization: i64, link: i64) -> Result<(), AppError> {
    let actor = context::visitor().actor;
    call::orgs().revoke_link(&actor, organization.into(), link.into()).await.map_err(context::told)
}

/// Lets in somebody who asks, or turns them away.
#[server(endpoint = "answer_join_request")]
pub async fn answer_join_request(
    organization: i64,
    user: i64,
    #[server(default)] answer: String,
) -> Result<(), AppError> {
    let (actor, yes) = (context::visitor().actor, answer == "yes");
    call::orgs().answer_request(&actor, organization.into(), user.into(), yes).await.map_err(context::told)
}

/// Changes what an organization says of itself. Answers with the path of its settings.
#[server(endpoint = "revise_organization")]
pub async fn revise_organization(
    organization: i64,
    #[server(default)] name: String,
    #[server(default)] slug: String,
    #[server(default)] description: String,
    #[server(default)] visibility: String,
    #[server(default)] joining: String,
) -> Result<String, AppError> {
    use contract::{Field, organization::OrganizationForm};

    let kept = [(Field::Name, name.clone()), (Field::Slug, slug.clone()), (Field::Description, description.clone())];
    let form = OrganizationForm { name, slug, description, visibility, joining };
    let changed = call::orgs().revise(&context::visitor().actor, organization.into(), form).await;
    let slug = changed.map_err(|error| context::told(error).keeping(kept))?;
    let path = format!("/orgs/{slug}/settings?saved=1");
    context::go_on_to(&path);
    Ok(path)
}

/// Decides which roles may do what: one word a box that is ticked, `invite_members:member`.
#[server(endpoint = "set_organization_policies")]
pub async fn set_policies(organization: i64, #[server(default)] granted: Vec<String>) -> Result<(), AppError> {
    let actor = context::visitor().actor;
    let mut wanted: Vec<(String, Vec<base::Role>)> = base::Action::ALL
        .into_iter()
        .filter(|action| action.rule().adjustable)
        .map(|action| (action.rule().word.to_owned(), Vec::new()))
        .collect();
    for word in granted {
        let malformed = || AppError::from(contract::Problem::new(base::Kind::Invalid, contract::Code::Malformed));
        let (action, role) = word.split_once(':').ok_or_else(malformed)?;
        let of = wanted.iter_mut().find(|(known, _)| known == action).ok_or_else(malformed)?;
        of.1.push(call::role(role)?);
    }
    call::orgs().set_policies(&actor, organization.into(), wanted).await.map_err(context::told)
}

/// Closes an organization. Answers with the path to go on to.
#[server(endpoint = "close_organization")]
pub async fn close_organization(organization: i64) -> Result<String, AppError> {
    call::orgs().close(&context::visitor().actor, organization.into(), "").await.map_err(context::told)?;
    context::go_on_to("/orgs");
    Ok("/orgs".to_owned())
}

/// Reopens it while there is time.
#[server(endpoint = "reopen_organization")]
pub async fn reopen_organization(organization: i64) -> Result<(), AppError> {
    let actor = context::visitor().actor;
    call::orgs().reopen(&actor, organization.into(), "").await.map_err(context::told)
}

/// What stands behind an invitation link.
#[server(endpoint = "look_behind_invitation")]
pub async fn look_behind_invitation(#[server(default)] token: String) -> Result<LinkedInvitation, AppError> {
    let (actor, token) = (context::visitor().actor, base::Secret::new(token));
    call::orgs().look_behind_link(&actor, &token).await.map_err(context::told)
}

/// Comes in by an invitation link. Answers with the path to go on to.
#[server(endpoint = "follow_invitation")]
pub async fn follow_invitation(#[server(default)] token: String) -> Result<String, AppError> {
    let (actor, token) = (context::visitor().actor, base::Secret::new(token));
    let slug = call::orgs().follow_link(&actor, &token).await.map_err(context::told)?;
    let path = format!("/orgs/{slug}");
    context::go_on_to(&path);
    Ok(path)
}
