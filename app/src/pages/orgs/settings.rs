//! What an organization's admins change, and how its owner ends it.

use contract::{
    Field,
    organization::{OrgState, Organization},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    api::{CloseOrganization, ReopenOrganization, ReviseOrganization, read_organization},
    fields::{Doors, TextArea},
    screen::{Tab, screen, slug},
};
use crate::{
    texts::{org, org_settings as says},
    ui::{
        button::Submit,
        confirm::Confirm,
        field::TextField,
        form::{Form, Sending, Summary},
    },
};

#[derive(Clone, Copy)]
struct Forms {
    revise: Sending,
    close: Sending,
    reopen: Sending,
}

/// The page.
pub(crate) fn show() -> AnyView {
    let here = Resource::new(slug, read_organization);
    let forms = Forms {
        revise: Sending::to::<ReviseOrganization>(),
        close: Sending::to::<CloseOrganization>(),
        reopen: Sending::to::<ReopenOrganization>(),
    };
    // The address may be another one from now on.
    forms.revise.load_when_done();
    forms.close.load_when_done();
    forms.reopen.when_done(move |_| here.refetch());
    let saved = use_query_map().with_untracked(|query| query.get("saved")).is_some();
    screen(Tab::Settings, here, move |here, ()| page(here, saved, forms))
}

fn page(here: Organization, saved: bool, forms: Forms) -> AnyView {
    let (id, may, state) = (here.id.get(), here.you.may, here.state);
    let revise = may.manage_organization.then(|| revise(here, forms.revise));
    let end = may.close_organization.then(|| end(id, state, forms));
    view! {
        {saved.then(|| view! { <p class="notice good" role="status">{says::saved()}</p> })}
        {revise}
        {end}
    }
    .into_any()
}

fn revise(here: Organization, sending: Sending) -> AnyView {
    view! {
        <section class="card" aria-labelledby="revise">
            <h2 id="revise">{org::settings()}</h2>
            <Form sending look="form">
                <Summary sending/>
                <input type="hidden" name="organization" value=here.id.get()/>
                <TextField field=Field::Name sending autocomplete="off" hint=org::name_hint() value=here.name/>
                <TextField field=Field::Slug sending autocomplete="off" hint=says::slug_hint() value=here.slug/>
                <TextArea field=Field::Description sending hint=org::description_hint() value=here.description rows=8/>
                <Doors visibility=here.visibility joining=here.joining/>
                <Submit label=says::save() pending=sending.pending()/>
            </Form>
        </section>
    }
    .into_any()
}

fn end(id: i64, state: OrgState, forms: Forms) -> AnyView {
    let content = if state == OrgState::Closed {
        view! {
            <p>{says::reopen_text()}</p>
            <Form sending=forms.reopen>
                <input type="hidden" name="organization" value=id/>
                <Submit label=says::reopen() pending=forms.reopen.pending()/>
            </Form>
        }
        .into_any()
    } else {
        let warning = if state == OrgState::Requested { says::withdraw_warning() } else { says::close_warning() };
        view! {
            <p>{says::end_text()}</p>
            <Confirm label=says::close() warning>
                <Form sending=forms.close>
                    <input type="hidden" name="organization" value=id/>
                    <Submit label=says::close_now() pending=forms.close.pending() look="danger"/>
                </Form>
            </Confirm>
        }
        .into_any()
    };
    view! {
        <section class="card" aria-labelledby="end">
            <h2 id="end">{says::end()}</h2>
            <Summary sending=forms.close/>
            <Summary sending=forms.reopen/>
            {content}
        </section>
    }
    .into_any()
}
