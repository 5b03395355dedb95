//! The ways on from one's account.

use leptos::prelude::*;

use crate::texts;

/// A list of the pages about oneself. A page that is added to them adds a line here.
#[component]
pub(super) fn More() -> impl IntoView {
    let links: Vec<_> = [
        ("/account/safety", texts::safety::title()),
        ("/account/history", texts::history::title()),
        ("/account/profile", texts::more::profile()),
        ("/account/privacy", texts::more::privacy()),
        ("/account/standing", texts::more::standing()),
        ("/account/tokens", texts::tokens::title()),
        ("/account/data", texts::more::data()),
        ("/account/leave", texts::leave::title()),
    ]
    .into_iter()
    .map(|(path, title)| view! { <li><a href=path>{title}</a></li> })
    .collect();
    view! {
        <section class="card" aria-labelledby="more">
            <h2 id="more">{texts::more::title()}</h2>
            <ul class="ways">{links}</ul>
        </section>
    }
    .into_any()
}
