//! What is somebody's, in a list on their page: each with a button to take it away, where the account is below the reader's own.

use base::Millis;
use leptos::prelude::*;

use crate::{
    pages::admin::ui::{
        reason::Outcome,
        table::{Column, Table},
    },
    ui::{form::Sending, time::Time},
};

/// How such a list is called.
pub(super) struct Words {
    /// The part of the page it is.
    pub(super) id: &'static str,
    /// Its title.
    pub(super) title: &'static str,
    /// What is said where there is nothing.
    pub(super) none: &'static str,
    /// Over the buttons.
    pub(super) take: &'static str,
    /// What is said when one was taken away.
    pub(super) taken: &'static str,
}

/// The list. Rows have one cell more than there are columns where they can be sent for.
pub(super) fn list(
    words: Words,
    columns: Vec<&'static str>,
    rows: Vec<Vec<AnyView>>,
    sending: Option<Sending>,
) -> AnyView {
    let Words { id, title, none, take, taken } = words;
    let list = if rows.is_empty() {
        view! { <p class="hint">{none}</p> }.into_any()
    } else {
        let columns = columns.into_iter().chain(sending.map(|_| take)).map(Column::new).collect();
        view! { <Table caption=title columns rows/> }.into_any()
    };
    view! {
        <section aria-labelledby=id>
            <h2 id=id>{title}</h2>
            {sending.map(|sending| view! { <Outcome sending done=taken/> })}
            {list}
        </section>
    }
    .into_any()
}

/// When it was used last, if ever.
pub(super) fn used(at: Option<Millis>) -> AnyView {
    match at {
        Some(at) => view! { <Time at/> }.into_any(),
        None => "–".into_any(),
    }
}
