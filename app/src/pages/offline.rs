//! What the service worker shows when the hub cannot be reached. Kept in the browser, so it is drawn for nobody in
//! particular.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    pages::account::local_path,
    texts,
    ui::{
        icon::{Icon, Mark},
        page::Page,
    },
};

/// Says that there is no connection, and leads back to the page one wanted.
#[component]
pub(crate) fn OfflinePage() -> impl IntoView {
    // The kept page was drawn before anybody wanted anything, so the first render knows of no wish.
    let wanted = RwSignal::new("/".to_owned());
    let query = use_query_map();
    Effect::new(move || wanted.set(local_path(&query.with(|query| query.get("from")).unwrap_or_default()).to_owned()));
    view! {
        <Page title=texts::offline::title() lead=texts::offline::lead() width="narrow">
            <div class="state">
                <Icon mark=Mark::Hearth/>
                <p><a class="button primary" href=move || wanted.get() rel="external">{texts::state::try_again()}</a></p>
            </div>
        </Page>
    }
}
