//! Who belongs to an organization.

use base::Role;
use contract::organization::{Member, MemberList, Organization};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    api::{OfferOrganization, RemoveMember, SetMemberRole, WithdrawOffer, read_members},
    fields::RoleChoice,
    screen::{Tab, screen, slug},
    words,
};
use crate::{
    texts::{org, org_members, orgs},
    ui::{
        button::Submit,
        confirm::Confirm,
        form::{Form, Sending, Summary},
        item::Item,
        time::Time,
    },
};

#[derive(Clone, Copy)]
struct Forms {
    role: Sending,
    remove: Sending,
    offer: Sending,
    withdraw: Sending,
}

/// The page.
pub(crate) fn show() -> AnyView {
    let query = use_query_map();
    let after = move || query.with(|query| query.get("after")).unwrap_or_default();
    let here = Resource::new(move || (slug(), after()), |(slug, after)| read_members(slug, after));
    let forms = Forms {
        role: Sending::to::<SetMemberRole>(),
        remove: Sending::to::<RemoveMember>(),
        offer: Sending::to::<OfferOrganization>(),
        withdraw: Sending::to::<WithdrawOffer>(),
    };
    for sending in [forms.role, forms.remove, forms.offer, forms.withdraw] {
        sending.when_done(move |_| here.refetch());
    }
    screen(Tab::Members, here, move |here, members| page(&here, members, forms))
}

fn page(here: &Organization, list: MemberList, forms: Forms) -> AnyView {
    let id = here.id.get();
    let seats = org_members::seats(&here.members.to_string(), &here.seats.to_string());
    let give = list.yours_to_give;
    let may_offer = here.you.may.close_organization && here.heir.is_none();
    let rows: Vec<_> = list.members.into_iter().map(|member| row(id, member, &give, may_offer, forms)).collect();
    let next = list.next.map(|next| {
        view! { <p><a class="button" href=format!("/orgs/{}/members?after={next}", here.slug) rel="next">{orgs::next()}</a></p> }
    });
    let heir = here.heir.clone().map(|heir| {
        view! {
            <div class="notice" role="note">
                <p>{org_members::offered_to(&words::name(heir.name))}</p>
                <Form sending=forms.withdraw>
                    <input type="hidden" name="organization" value=id/>
                    <Submit label=org_members::withdraw_offer() pending=forms.withdraw.pending() look="quiet"/>
                </Form>
            </div>
        }
    });
    view! {
        <section aria-labelledby="members">
            <h2 id="members">{org::members()}</h2>
            <p class="hint">{seats}</p>
            <Summary sending=forms.role/>
            <Summary sending=forms.remove/>
            <Summary sending=forms.offer/>
            <Summary sending=forms.withdraw/>
            {heir}
            <ul class="plain">{rows}</ul>
            {next}
        </section>
    }
    .into_any()
}

fn row(id: i64, member: Member, give: &[Role], may_offer: bool, forms: Forms) -> AnyView {
    let user = member.who.id.get();
    let name = words::name(member.who.name);
    let actions = member.yours_to_change.then(|| change(id, user, &name, member.role, give, forms));
    let offer = (may_offer && member.role != Role::Owner && member.role != Role::Guest).then(|| {
        view! {
            <Confirm label=org_members::offer() warning=org_members::offer_warning()>
                <Form sending=forms.offer>
                    {whom(id, user)}
                    <Submit label=org_members::offer_now() pending=forms.offer.pending() look="danger"/>
                </Form>
            </Confirm>
        }
    });
    let deeds = (actions.is_some() || offer.is_some()).then(|| view! { {actions}{offer} }.into_any());
    view! {
        <Item actions=deeds>
            <strong>{name}</strong>" "<span class="badge">{words::role(member.role)}</span>
            <p class="hint">{org_members::joined()}" "<Time at=member.joined_at/></p>
        </Item>
    }
    .into_any()
}

fn whom(id: i64, user: i64) -> AnyView {
    view! {
        <input type="hidden" name="organization" value=id/>
        <input type="hidden" name="user" value=user/>
    }
    .into_any()
}

fn change(id: i64, user: i64, name: &str, role: Role, give: &[Role], forms: Forms) -> AnyView {
    let (name, give) = (name.to_owned(), give.to_vec());
    view! {
        <Form sending=forms.role look="actions">
            {whom(id, user)}
            <RoleChoice roles=give chosen=role whose=name/>
            <Submit label=org_members::set_role() pending=forms.role.pending() look="quiet"/>
        </Form>
        <Confirm label=org_members::remove() warning=org_members::remove_warning()>
            <Form sending=forms.remove>
                {whom(id, user)}
                <Submit label=org_members::remove_now() pending=forms.remove.pending() look="danger"/>
            </Form>
        </Confirm>
    }
    .into_any()
}
