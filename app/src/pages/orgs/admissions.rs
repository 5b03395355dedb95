//! Who wants in, and who is wanted.

use base::Role;
use contract::{
    Field,
    organization::{Admissions, Invitation, InvitationLink, JoinRequest, Organization, Powers},
};
use leptos::prelude::*;

use super::{
    api::{
        AdmissionsPage, AnswerJoinRequest, InviteMember, MakeInvitationLink, RevokeInvitationLink, WithdrawInvitation,
        read_admissions,
    },
    fields::RoleChoice,
    screen::{Tab, screen, slug},
    words,
};
use crate::{
    texts::org_admissions as says,
    ui::{
        button::Submit,
        copy::Copyable,
        field::TextField,
        form::{Form, Sending, Summary},
        time::Time,
    },
};

#[derive(Clone, Copy)]
struct Forms {
    answer: Sending,
    invite: Sending,
    withdraw: Sending,
    link: Sending,
    revoke: Sending,
}

/// The page.
pub(crate) fn show() -> AnyView {
    let here = Resource::new(slug, read_admissions);
    let forms = Forms {
        answer: Sending::to::<AnswerJoinRequest>(),
        invite: Sending::to::<InviteMember>(),
        withdraw: Sending::to::<WithdrawInvitation>(),
        link: Sending::to::<MakeInvitationLink>(),
        revoke: Sending::to::<RevokeInvitationLink>(),
    };
    for sending in [forms.answer, forms.invite, forms.withdraw, forms.link, forms.revoke] {
        sending.when_done(move |_| here.refetch());
    }
    screen(Tab::Admissions, here, move |here, content| page(&here, content, forms))
}

fn page(here: &Organization, content: AdmissionsPage, forms: Forms) -> AnyView {
    let (id, may) = (here.id.get(), here.you.may);
    let AdmissionsPage { admissions, new_link } = content;
    let Admissions { requests, invitations, links } = admissions.unwrap_or_default();
    let asking = may.view_admissions.then(|| asking(id, requests, may, forms));
    let invite = may.invite_members.then(|| invite(id, forms));
    let invited = (!invitations.is_empty()).then(|| invited(id, invitations, may, forms));
    let link = may.invite_members.then(|| link(id, new_link, links, may, forms));
    view! {
        <div class="cards">
            {asking}
            {invite}
            {invited}
            {link}
        </div>
    }
    .into_any()
}

fn asking(id: i64, requests: Vec<JoinRequest>, may: Powers, forms: Forms) -> AnyView {
    let none = requests.is_empty();
    let rows: Vec<_> = requests
        .into_iter()
        .map(|request| {
            let user = request.who.id.get();
            let answer = may.answer_requests.then(|| {
                view! {
                    <Form sending=forms.answer look="actions">
                        <input type="hidden" name="organization" value=id/>
                        <input type="hidden" name="user" value=user/>
                        <button type="submit" name="answer" value="yes" class="button primary">{says::let_in()}</button>
                        <button type="submit" name="answer" value="no" class="button quiet">{says::turn_away()}</button>
                    </Form>
                }
            });
            view! {
                <li>
                    <strong>{words::name(request.who.name)}</strong>
                    <p class="hint"><Time at=request.asked_at/></p>
                    {(!request.message.is_empty()).then(|| view! { <p class="prose">{request.message}</p> })}
                    {answer}
                </li>
            }
        })
        .collect();
    view! {
        <section class="card" aria-labelledby="asking">
            <h2 id="asking">{says::asking()}</h2>
            <Summary sending=forms.answer/>
            {none.then(|| view! { <p class="hint">{says::nobody_asks()}</p> })}
            <ul class="plain">{rows}</ul>
        </section>
    }
    .into_any()
}

fn invite(id: i64, forms: Forms) -> AnyView {
    view! {
        <section class="card" aria-labelledby="invite">
            <h2 id="invite">{says::invite()}</h2>
            <Form sending=forms.invite look="form">
                <Summary sending=forms.invite/>
                <input type="hidden" name="organization" value=id/>
                <TextField field=Field::Name sending=forms.invite autocomplete="off" hint=says::name_hint()/>
                <RoleChoice roles=vec![Role::Guest, Role::Member] chosen=Role::Member/>
                <Submit label=says::invite_now() pending=forms.invite.pending()/>
            </Form>
        </section>
    }
    .into_any()
}

fn invited(id: i64, invitations: Vec<Invitation>, may: Powers, forms: Forms) -> AnyView {
    let rows: Vec<_> = invitations
        .into_iter()
        .map(|invitation| {
            let user = invitation.who.id.get();
            let withdraw = may.invite_members.then(|| {
                view! {
                    <Form sending=forms.withdraw>
                        <input type="hidden" name="organization" value=id/>
                        <input type="hidden" name="user" value=user/>
                        <Submit label=says::withdraw() pending=forms.withdraw.pending() look="quiet"/>
                    </Form>
                }
            });
            view! {
                <li>
                    <strong>{words::name(invitation.who.name)}</strong>" "<span class="badge">{words::role(invitation.role)}</span>
                    <p class="hint">{says::holds_until()}" "<Time at=invitation.expires_at/></p>
                    {withdraw}
                </li>
            }
        })
        .collect();
    view! {
        <section class="card" aria-labelledby="invited">
            <h2 id="invited">{says::invited()}</h2>
            <Summary sending=forms.withdraw/>
            <ul class="plain">{rows}</ul>
        </section>
    }
    .into_any()
}

fn link(id: i64, just_made: Option<String>, links: Vec<InvitationLink>, may: Powers, forms: Forms) -> AnyView {
    let shown = move || {
        let fresh = forms.link.done().and_then(|answer| serde_json::from_str::<String>(&answer).ok());
        fresh.or_else(|| just_made.clone())
    };
    let rows: Vec<_> = links.into_iter().map(|link| link_row(id, link, may, forms)).collect();
    view! {
        <section class="card" aria-labelledby="link">
            <h2 id="link">{says::link()}</h2>
            <p>{says::link_lead()}</p>
            <div role="status">
                {move || shown().map(|link| view! {
                    <div class="notice good">
                        <p>{says::link_once()}</p>
                        <Copyable value=link label=says::link()/>
                    </div>
                })}
            </div>
            <Form sending=forms.link look="form">
                <Summary sending=forms.link/>
                <input type="hidden" name="organization" value=id/>
                <TextField field=Field::Uses sending=forms.link autocomplete="off" kind="number" value="10"/>
                <TextField field=Field::Days sending=forms.link autocomplete="off" kind="number" value="7"/>
                <RoleChoice roles=vec![Role::Guest, Role::Member] chosen=Role::Member/>
                <Submit label=says::make_link() pending=forms.link.pending()/>
            </Form>
            <Summary sending=forms.revoke/>
            <ul class="plain">{rows}</ul>
        </section>
    }
    .into_any()
}

fn link_row(id: i64, link: InvitationLink, may: Powers, forms: Forms) -> AnyView {
    let by = link.by.map(|by| words::name(by.name)).unwrap_or_default();
    let left = usize::try_from(link.uses_left).unwrap_or(usize::MAX);
    let revoke = may.invite_members.then(|| {
        view! {
            <Form sending=forms.revoke>
                <input type="hidden" name="organization" value=id/>
                <input type="hidden" name="link" value=link.id.get()/>
                <Submit label=says::revoke() pending=forms.revoke.pending() look="quiet"/>
            </Form>
        }
    });
    view! {
        <li>
            <strong>{says::uses_left(left)}</strong>" "<span class="badge">{words::role(link.role)}</span>
            <p class="hint">{by}" · "{says::holds_until()}" "<Time at=link.expires_at/></p>
            {revoke}
        </li>
    }
    .into_any()
}
