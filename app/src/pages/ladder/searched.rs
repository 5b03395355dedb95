//! A list of games that is searched by what is in their names, the newest first.

use base::GameId;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    address::escape,
    error::AppError,
    texts::ladder,
    ui::{search::Search, state::once_read},
};

/// The form of such a list.
pub(super) struct Form {
    /// The path of its page.
    pub(super) path: &'static str,
    /// What is typed.
    pub(super) label: &'static str,
    /// The button's word.
    pub(super) button: &'static str,
}

/// The form, and the part of the list that the address asks for: `drawn` tells where it goes on, too.
pub(super) fn searched<T, A>(
    form: Form,
    read: fn(String, String) -> A,
    drawn: fn(T) -> (AnyView, Option<GameId>),
) -> AnyView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    A: Future<Output = Result<T, AppError>> + Send + 'static,
{
    let query = use_query_map();
    let asked = move || ["q", "before"].map(|key| query.get().get(key).unwrap_or_default());
    let found = Resource::new(asked, move |[text, before]| read(text, before));
    let [text, _] = asked();
    let Form { path, label, button } = form;
    let onward = format!("{path}?q={}", escape(&text));
    view! {
        <Search path label button asked=text/>
        {once_read(found, move |page| {
            let (list, next) = drawn(page);
            let next = next.map(|before| {
                view! { <p><a class="button" href=format!("{onward}&before={before}")>{ladder::further()}</a></p> }
            });
            view! { {list}{next} }.into_any()
        })}
    }
    .into_any()
}
