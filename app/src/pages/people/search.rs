//! Finding people by name.

use contract::people::People;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    api::find_people,
    list::{PersonList, escape},
};
use crate::{
    error::AppError,
    texts,
    ui::{
        page::Page,
        state::{Empty, Failed, Loading},
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
            <form method="get" action="/people" role="search" class="form">
                <div class="field">
                    <label for="q">{texts::people::name_has()}</label>
                    <input id="q" name="q" type="search" value=asked maxlength="60" autocomplete="off" autocapitalize="none"/>
                </div>
                <button class="button primary" type="submit">{texts::people::search()}</button>
            </form>
            <Suspense fallback=|| view! { <Loading/> }>
                {move || found.get().map(|answer| match answer {
                    Ok(people) if people.people.is_empty() => {
                        view! { <Empty title=texts::people::none_title() text=texts::people::none_text()/> }.into_any()
                    }
                    Ok(people) => view! { <PersonList people next=next.clone()/> }.into_any(),
                    Err(error) => view! { <Failed error/> }.into_any(),
                })}
            </Suspense>
        </Page>
    }
    .into_any()
}
