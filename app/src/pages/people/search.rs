//! Finding people by name.

use contract::people::People;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{api::find_people, list::PersonList};
use crate::{
    address::escape,
    error::AppError,
    texts,
    ui::{
        page::Page,
        search::Search,
        state::{Empty, once_read},
    },
};

/// The page.
pub(crate) fn show() -> AnyView {
    let query = use_query_map();
    let asked = move || {
        let query = query.get();
        (query.get("q").unwrap_or_default(), query.get("after").unwrap_or_default())
    };
    let found = Resource::new(asked, |(q, after)| find_people(q, after));
    view! { <SearchPage found asked=asked().0/> }.into_any()
}

/// A form that needs no script, and who was found.
#[component]
fn SearchPage(found: Resource<Result<People, AppError>>, asked: String) -> impl IntoView {
    let next = if asked.is_empty() { "/people".to_owned() } else { format!("/people?q={}", escape(&asked)) };
    view! {
        <Page title=texts::people::title() lead=texts::people::lead()>
            <Search path="/people" label=texts::people::name_has() button=texts::people::search() asked/>
            {once_read(found, move |people| {
                if people.people.is_empty() {
                    view! { <Empty title=texts::people::none_title() text=texts::people::none_text()/> }.into_any()
                } else {
                    view! { <PersonList people next=next.clone()/> }.into_any()
                }
            })}
        </Page>
    }
    .into_any()
}
