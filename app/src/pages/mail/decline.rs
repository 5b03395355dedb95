//! To get no more letters of a kind.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::api::DeclineMail;
use crate::{
    texts::decline,
    ui::{
        button::Submit,
        form::{Form, Sending, Summary},
        page::Page,
    },
};

/// The page.
pub(crate) fn show() -> AnyView {
    view! { <DeclinePage/> }.into_any()
}

/// One button. Opening the link alone changes nothing: mail programs look links up by themselves.
#[component]
fn DeclinePage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let sending = Sending::to::<DeclineMail>();
    sending.load_when_done();
    let content = if query.get("done").is_some() {
        view! { <p class="notice good" role="status">{decline::done()}</p> }.into_any()
    } else {
        view! {
            <Form sending look="form">
                <Summary sending/>
                <input type="hidden" name="token" value=query.get("token").unwrap_or_default()/>
                <Submit label=decline::submit() pending=sending.pending()/>
            </Form>
        }
        .into_any()
    };
    view! { <Page title=decline::title() lead=decline::lead() width="narrow">{content}</Page> }.into_any()
}
