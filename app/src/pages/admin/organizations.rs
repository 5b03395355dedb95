//! Organizations, as those who run the hub look after them: all there are, and what can be done with each.

use contract::{
    Field,
    organization::{OWNER_GONE, OrgState, Organization, Survey, SurveyedOrganization},
};
use leptos::prelude::*;

use super::{
    api::organizations::{
        CloseOrganization, GrantOrganization, OneOrganization, RefuseOrganization, ReopenOrganization,
        ResumeOrganization, SetOrganizationOwner, SetOrganizationSeats, SuspendOrganization, read_organization,
        read_organizations,
    },
    moderation::record,
    ui::{
        badge::{Badge, Tone},
        deed::Reasoned,
        facts::Facts,
        filters::{Choice, Filters, Search},
        here::Here,
        loaded::Loaded,
        numbered,
        pager::Pager,
        reason::{ActField, Outcome},
        screen::Screen,
        table::{Column, Table},
    },
};
use crate::{
    pages::orgs::words,
    texts::admin::organizations as says,
    ui::{
        button::Submit,
        form::{Form, Sending},
        state::Empty,
        time::Time,
    },
};

/// The page of the list.
pub(super) fn show_organizations() -> AnyView {
    let asked = |here: Here| read_organizations(here.get("q"), here.get("state"), here.get("after"));
    let survey = Resource::new(Here::now, asked);
    view! {
        <Screen title=says::title() lead=says::lead()>
            <Filters path="/admin/organizations">
                <Search name="q" label=says::search()/>
                <Choice name="state" label=says::state() options=states()/>
            </Filters>
            <Loaded from=survey view=list/>
        </Screen>
    }
    .into_any()
}

fn states() -> Vec<(&'static str, &'static str)> {
    OrgState::ALL.map(|state| (state.word(), told(state).1)).to_vec()
}

pub(super) fn told(state: OrgState) -> (Tone, &'static str) {
    match state {
        OrgState::Requested => (Tone::Warn, says::requested()),
        OrgState::Active => (Tone::Good, says::active()),
        OrgState::Suspended => (Tone::Bad, says::suspended()),
        OrgState::Closed => (Tone::Plain, says::closed()),
    }
}

fn list(survey: Survey) -> AnyView {
    if survey.organizations.is_empty() {
        return view! { <Empty title=says::none() text=says::none_text()/> }.into_any();
    }
    let columns = vec![
        Column::new(says::name()),
        Column::new(says::state()),
        Column::new(says::owner()),
        Column::new(says::members()).number(),
        Column::new(says::since()),
    ];
    let rows = survey.organizations.into_iter().map(row).collect();
    let next = survey.next.map(|next| next.to_string());
    view! {
        <Table caption=says::title() columns rows/>
        <Pager next/>
    }
    .into_any()
}

fn row(surveyed: SurveyedOrganization) -> Vec<AnyView> {
    let org = surveyed.organization;
    let (tone, state) = told(org.state);
    let href = format!("/admin/organizations/{}", org.id);
    let owner = surveyed.owner.map_or_else(|| says::nobody().to_owned(), |owner| owner.name);
    vec![
        view! { <a href=href>{org.name}</a> }.into_any(),
        view! { <Badge tone text=state/> }.into_any(),
        owner.into_any(),
        format!("{} / {}", org.members, surveyed.seats).into_any(),
        view! { <Time at=surveyed.created_at/> }.into_any(),
    ]
}

/// The page of one.
pub(super) fn show_organization() -> AnyView {
    let shown = numbered::one("organization", read_organization);
    let forms = Forms {
        grant: Sending::to::<GrantOrganization>(),
        refuse: Sending::to::<RefuseOrganization>(),
        suspend: Sending::to::<SuspendOrganization>(),
        resume: Sending::to::<ResumeOrganization>(),
        close: Sending::to::<CloseOrganization>(),
        reopen: Sending::to::<ReopenOrganization>(),
        owner: Sending::to::<SetOrganizationOwner>(),
        seats: Sending::to::<SetOrganizationSeats>(),
    };
    for sending in [forms.grant, forms.refuse, forms.suspend, forms.resume, forms.reopen, forms.owner, forms.seats] {
        sending.when_done(move |_| shown.refetch());
    }
    forms.close.load_when_done();
    provide_context(forms);
    view! {
        <Screen title=says::one_title() back=("/admin/organizations", says::title())>
            <Loaded from=shown view=one/>
        </Screen>
    }
    .into_any()
}

/// The forms of the page. Made once, so that what came back of one is not lost when the page is drawn again.
#[derive(Clone, Copy)]
struct Forms {
    grant: Sending,
    refuse: Sending,
    suspend: Sending,
    resume: Sending,
    close: Sending,
    reopen: Sending,
    owner: Sending,
    seats: Sending,
}

fn one(read: OneOrganization) -> AnyView {
    let OneOrganization { organization: org, reports } = read;
    let reported = if reports.is_empty() {
        view! { <p class="hint">{says::no_reports()}</p> }.into_any()
    } else {
        record::reports(reports)
    };
    let forms: Forms = expect_context();
    let (tone, state) = told(org.state);
    let (id, seats, at) = (org.id.get(), org.seats, format!("/orgs/{}", org.slug));
    let actions = actions(&org, forms);
    let mut facts = vec![
        (says::name(), view! { <a href=at.clone() rel="external">{org.name}</a> }.into_any()),
        (says::state(), view! { <Badge tone text=state/> }.into_any()),
        (says::owner(), org.owner.map_or_else(|| says::nobody().to_owned(), |owner| owner.name).into_any()),
        (says::members(), format!("{} / {}", org.members, org.seats).into_any()),
        (says::visibility(), words::visibility(org.visibility).into_any()),
        (says::joining(), words::joining(org.joining).into_any()),
        (says::since(), view! { <Time at=org.created_at/> }.into_any()),
    ];
    if let Some(reason) = org.reason {
        let reason = if reason == OWNER_GONE { says::owner_gone().to_owned() } else { reason };
        facts.push((says::reason(), reason.into_any()));
    }
    if let Some(at) = org.gone_at {
        facts.push((says::gone_at(), view! { <Time at/> }.into_any()));
    }
    view! {
        <Facts facts/>
        {actions}
        <section class="card" aria-labelledby="reports">
            <h2 id="reports">{says::reports()}</h2>
            {reported}
        </section>
        <section class="card" aria-labelledby="owner">
            <h2 id="owner">{says::set_owner()}</h2>
            <p>{says::set_owner_text()}</p>
            <Form sending=forms.owner look="form">
                <Outcome sending=forms.owner done=says::done()/>
                <input type="hidden" name="organization" value=id/>
                <ActField form="owner" field=Field::Name sending=forms.owner/>
                <Submit label=says::set_owner() pending=forms.owner.pending() look="quiet"/>
            </Form>
        </section>
        <section class="card" aria-labelledby="seats">
            <h2 id="seats">{says::seats()}</h2>
            <Form sending=forms.seats look="form">
                <Outcome sending=forms.seats done=says::done()/>
                <input type="hidden" name="organization" value=id/>
                <ActField form="seats" field=Field::Seats sending=forms.seats kind="number" value=seats.to_string()/>
                <Submit label=says::set_seats() pending=forms.seats.pending() look="quiet"/>
            </Form>
        </section>
    }
    .into_any()
}

/// What its state allows.
fn actions(org: &Organization, forms: Forms) -> AnyView {
    let id = org.id.get();
    let content = match org.state {
        OrgState::Requested => view! {
            {noted(id, "grant", forms.grant, says::grant(), says::grant_now(), says::grant_warning())}
            {told_why(id, "refuse", forms.refuse, says::refuse(), says::refuse_now(), says::refuse_warning())}
        }
        .into_any(),
        OrgState::Active => view! {
            {told_why(id, "suspend", forms.suspend, says::suspend(), says::suspend_now(), says::suspend_warning())}
            {noted(id, "close", forms.close, says::close(), says::close_now(), says::close_warning())}
        }
        .into_any(),
        OrgState::Suspended => view! {
            {noted(id, "resume", forms.resume, says::resume(), says::resume_now(), says::resume_warning())}
            {noted(id, "close", forms.close, says::close(), says::close_now(), says::close_warning())}
        }
        .into_any(),
        // What was refused can be granted after all; what was closed, reopened.
        OrgState::Closed => view! {
            {noted(id, "reopen", forms.reopen, says::reopen(), says::reopen_now(), says::reopen_warning())}
            {noted(id, "grant", forms.grant, says::grant_after_all(), says::grant_now(), says::grant_warning())}
        }
        .into_any(),
    };
    view! {
        <section class="card" aria-labelledby="acts">
            <h2 id="acts">{says::acts()}</h2>
            <Outcome sending=forms.grant done=says::done()/>
            <Outcome sending=forms.refuse done=says::done()/>
            <Outcome sending=forms.suspend done=says::done()/>
            <Outcome sending=forms.resume done=says::done()/>
            <Outcome sending=forms.reopen done=says::done()/>
            <Outcome sending=forms.close done=says::done()/>
            <div class="actions">{content}</div>
        </section>
    }
    .into_any()
}

/// What only the audit log is told why.
fn noted(
    id: i64,
    form: &'static str,
    sending: Sending,
    label: &'static str,
    now: &'static str,
    warning: &'static str,
) -> AnyView {
    let about = vec![("organization", id.to_string())];
    let look = if form == "close" { "danger" } else { "primary" };
    view! { <Reasoned form sending about label warning now look/> }.into_any()
}

/// What its members have to put up with, and read why.
fn told_why(
    id: i64,
    form: &'static str,
    sending: Sending,
    label: &'static str,
    now: &'static str,
    warning: &'static str,
) -> AnyView {
    let about = vec![("organization", id.to_string())];
    view! { <Reasoned form sending about label warning now hint=says::reason_hint() look="danger"/> }.into_any()
}
