//! No such page.

use leptos::prelude::*;

use crate::{
    texts,
    ui::{
        icon::{Icon, Mark},
        page::Page,
    },
};

/// Says so, with the status that says so to machines.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::NOT_FOUND);
    }
    view! {
        <Page title=texts::not_found::title() lead=texts::not_found::lead() width="narrow">
            <div class="state">
                <Icon mark=Mark::Gate/>
                <p><a class="button primary" href="/">{texts::state::to_home()}</a></p>
            </div>
        </Page>
    }
}
