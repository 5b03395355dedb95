//! To begin an organization.

use contract::{
    Field,
    organization::{Founding, Joining, Visibility},
};
use leptos::prelude::*;
use leptos_router::components::Redirect;

use super::{
    api::{FoundOrganization, read_organizations},
    fields::{Doors, TextArea},
};
use crate::{
    pages::account::login_for,
    texts::{org, org_new},
    ui::{
        button::Submit,
        field::TextField,
        form::{Form, Sending, Summary},
        page::Page,
        state::once_read,
    },
    viewer::viewer,
};

/// The page.
pub(crate) fn show() -> AnyView {
    if viewer().me.is_none() {
        return view! { <Redirect path=login_for("/orgs/new")/> }.into_any();
    }
    let directory = Resource::new(|| (), |()| read_organizations(String::new(), String::new()));
    view! {
        <Page title=org_new::title() lead=org_new::lead() width="narrow">
            {once_read(directory, move |directory| by(directory.mine.map_or(Founding::LogInFirst, |mine| mine.founding)))}
        </Page>
    }
    .into_any()
}

fn by(founding: Founding) -> AnyView {
    match founding {
        Founding::AtOnce => form(None),
        Founding::OnRequest => form(Some(org_new::has_to_be_granted())),
        Founding::Closed | Founding::LogInFirst => {
            view! { <p class="notice" role="note">{org_new::not_here()}</p> }.into_any()
        }
        Founding::Full => view! { <p class="notice" role="note">{org_new::own_enough()}</p> }.into_any(),
    }
}

fn form(notice: Option<&'static str>) -> AnyView {
    let sending = Sending::to::<FoundOrganization>();
    sending.load_when_done();
    let submit = if notice.is_some() { org_new::ask() } else { org_new::submit() };
    view! {
        {notice.map(|notice| view! { <p class="notice" role="note">{notice}</p> })}
        <Form sending look="form">
            <Summary sending/>
            <TextField field=Field::Name sending autocomplete="off" hint=org::name_hint()/>
            <TextField field=Field::Slug sending autocomplete="off" hint=org::slug_hint() required=false/>
            <TextArea field=Field::Description sending hint=org::description_hint()/>
            <Doors visibility=Visibility::Public joining=Joining::Request/>
            <Submit label=submit pending=sending.pending()/>
        </Form>
    }
    .into_any()
}
