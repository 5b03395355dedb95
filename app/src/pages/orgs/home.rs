//! What an organization says of itself, and what one can be to it.

use contract::{
    Field,
    organization::{Joining, OrgState, Organization},
};
use leptos::prelude::*;

use super::{
    api::{
        AnswerInvitation, AnswerOffer, AskToJoin, At, JoinOrganization, LeaveOrganization, WithdrawJoinRequest,
        read_organization,
    },
    fields::TextArea,
    screen::{Tab, screen, slug},
    words,
};
use crate::{
    address::escape,
    error::AppError,
    pages::{
        account::login_for,
        plugins::{
            api::Widgets,
            slot::{in_organization, shown},
        },
    },
    texts::{account, org, report},
    ui::{
        button::Submit,
        confirm::Confirm,
        form::{Form, Sending, Summary},
        time::Time,
    },
    viewer::viewer,
};

/// Where plugins show something on it, in this order.
const SLOTS: [&str; 2] = ["organization.main", "organization.sidebar"];

type Here = Resource<Result<At<()>, AppError>>;

/// The forms of the page. Made once, so that what came back of one is not lost when the page is drawn again.
#[derive(Clone, Copy)]
struct Forms {
    join: Sending,
    ask: Sending,
    withdraw: Sending,
    leave: Sending,
    invitation: Sending,
    offer: Sending,
}

/// The page.
pub(crate) fn show() -> AnyView {
    let here: Here = Resource::new(slug, read_organization);
    let widgets = Resource::new(slug, move |_| widgets(here));
    let forms = Forms {
        join: Sending::to::<JoinOrganization>(),
        ask: Sending::to::<AskToJoin>(),
        withdraw: Sending::to::<WithdrawJoinRequest>(),
        leave: Sending::to::<LeaveOrganization>(),
        invitation: Sending::to::<AnswerInvitation>(),
        offer: Sending::to::<AnswerOffer>(),
    };
    for sending in [forms.join, forms.ask, forms.withdraw, forms.offer] {
        sending.when_done(move |_| here.refetch());
    }
    forms.leave.load_when_done();
    forms.invitation.load_when_done();
    screen(Tab::Home, here, move |here, ()| page(here, forms, widgets))
}

/// What plugins show on it.
async fn widgets(here: Here) -> Vec<Widgets> {
    match here.await {
        Ok(At::Here(here, added, ())) => in_organization(SLOTS, here.id.get(), &added.slots).await,
        _ => Vec::new(),
    }
}

fn page(here: Organization, forms: Forms, widgets: Resource<Vec<Widgets>>) -> AnyView {
    let members = usize::try_from(here.members).unwrap_or(usize::MAX);
    let owner = here.owner.clone().map_or_else(|| org::nobody().to_owned(), |owner| words::name(owner.name));
    let you = you(&here, forms);
    let report = report_link(&here);
    let description = if here.description.is_empty() {
        view! { <p class="hint">{org::says_nothing()}</p> }.into_any()
    } else {
        view! { <p class="prose">{here.description}</p> }.into_any()
    };
    view! {
        <div class="cards">
            <section class="card" aria-labelledby="about">
                <h2 id="about">{org::about()}</h2>
                {description}
                <dl class="facts">
                    <dt>{org::owner()}</dt><dd>{owner}</dd>
                    <dt>{org::members()}</dt><dd>{org::member_count(members)}</dd>
                    <dt>{org::how_to_join()}</dt><dd>{words::joining(here.joining)}</dd>
                    <dt>{org::who_finds()}</dt><dd>{words::visibility(here.visibility)}</dd>
                    <dt>{org::since()}</dt><dd><Time at=here.created_at/></dd>
                </dl>
                {report}
            </section>
            {you}
        </div>
        {shown(widgets)}
    }
    .into_any()
}

/// To those who keep order. A stranger is asked to log in there.
fn report_link(here: &Organization) -> AnyView {
    let address = format!("/report?target=organization&name={}&reference={}", escape(&here.name), here.slug);
    view! { <p><a href=address>{report::report_organization()}</a></p> }.into_any()
}

/// What whoever looks is to it, and can do about that.
fn you(here: &Organization, forms: Forms) -> AnyView {
    let id = here.id.get();
    let at_work = here.state == OrgState::Active;
    let content = if viewer().me.is_none() {
        let next = login_for(&format!("/orgs/{}", here.slug));
        view! { <p><a class="button primary" href=next>{org::log_in_to_join()}</a></p> }.into_any()
    } else if let Some(role) = here.you.role {
        view! {
            <dl class="facts"><dt>{account::role()}</dt><dd>{words::role(role)}</dd></dl>
            {here.you.heir.then(|| two_answers(id, forms.offer, org::heir_text(), org::take_over(), org::decline()))}
            {leave(id, role, forms.leave)}
        }
        .into_any()
    } else if at_work && here.you.invited.is_some() {
        two_answers(id, forms.invitation, org::invited_text(), org::accept(), org::decline())
    } else if here.you.asked {
        view! {
            <p role="status">{org::asked_text()}</p>
            <Form sending=forms.withdraw>
                <input type="hidden" name="organization" value=id/>
                <Submit label=org::withdraw() pending=forms.withdraw.pending() look="quiet"/>
            </Form>
        }
        .into_any()
    } else {
        outside(here.joining, at_work, id, forms)
    };
    view! {
        <section class="card" aria-labelledby="you">
            <h2 id="you">{org::you()}</h2>
            <Summary sending=forms.join/>
            <Summary sending=forms.withdraw/>
            <Summary sending=forms.leave/>
            <Summary sending=forms.invitation/>
            <Summary sending=forms.offer/>
            {content}
        </section>
    }
    .into_any()
}

fn outside(joining: Joining, at_work: bool, id: i64, forms: Forms) -> AnyView {
    match joining {
        _ if !at_work => view! { <p>{org::not_a_member()}</p> }.into_any(),
        Joining::Open => view! {
            <Form sending=forms.join>
                <input type="hidden" name="organization" value=id/>
                <Submit label=org::join() pending=forms.join.pending()/>
            </Form>
        }
        .into_any(),
        Joining::Request => view! {
            <Form sending=forms.ask look="form">
                <Summary sending=forms.ask/>
                <input type="hidden" name="organization" value=id/>
                <TextArea field=Field::Message sending=forms.ask rows=3 hint=org::message_hint()/>
                <Submit label=org::ask() pending=forms.ask.pending()/>
            </Form>
        }
        .into_any(),
        Joining::Invitation => view! { <p>{org::invitation_only()}</p> }.into_any(),
    }
}

fn leave(id: i64, role: base::Role, sending: Sending) -> AnyView {
    if role == base::Role::Owner {
        return view! { <p class="hint">{org::owner_stays()}</p> }.into_any();
    }
    view! {
        <Confirm label=org::leave() warning=org::leave_warning()>
            <Form sending>
                <input type="hidden" name="organization" value=id/>
                <Submit label=org::leave_now() pending=sending.pending() look="danger"/>
            </Form>
        </Confirm>
    }
    .into_any()
}

/// A question with a yes and a no.
fn two_answers(id: i64, sending: Sending, text: &'static str, yes: &'static str, no: &'static str) -> AnyView {
    view! {
        <p>{text}</p>
        <Form sending look="actions">
            <input type="hidden" name="organization" value=id/>
            <button type="submit" name="answer" value="yes" class="button primary">{yes}</button>
            <button type="submit" name="answer" value="no" class="button quiet">{no}</button>
        </Form>
    }
    .into_any()
}
