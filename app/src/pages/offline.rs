//! What the service worker shows when the hub cannot be reached. Kept in the browser, so it is the same for everybody.

use leptos::prelude::*;

use crate::{
    texts,
    ui::{
        icon::{Icon, Mark},
        page::Page,
    },
};

/// Says that there is no connection, and how to try again.
#[component]
pub(crate) fn OfflinePage() -> impl IntoView {
    view! {
        <Page title=texts::offline::title() lead=texts::offline::lead() width="narrow">
            <div class="state">
                <Icon mark=Mark::Hearth/>
                <p><a class="button primary" href="" rel="external">{texts::state::try_again()}</a></p>
            </div>
        </Page>
    }
}
