//! Taking everything the hub keeps about oneself away.

use contract::people::Archive;
use leptos::prelude::*;
use leptos_router::components::Redirect;

use super::api::{AskArchive, read_archives};
use crate::{
    pages::account::login_for,
    texts::data,
    ui::{
        button::Submit,
        form::{Form, Sending, Summary},
        page::Page,
        state::once_read,
        time::Time,
    },
    viewer::viewer,
};

/// The page.
pub(crate) fn show() -> AnyView {
    if viewer().me.is_none() {
        return view! { <Redirect path=login_for("/account/data")/> }.into_any();
    }
    let archives = Resource::new(|| (), |()| read_archives());
    let asking = Sending::to::<AskArchive>();
    asking.when_done(move |_| archives.refetch());
    view! {
        <Page title=data::title() lead=data::lead()>
            <Summary sending=asking/>
            <section class="card" aria-labelledby="take">
                <h2 id="take">{data::take()}</h2>
                <p>{data::what()}</p>
                <Form sending=asking>
                    <Submit label=data::ask() pending=asking.pending()/>
                </Form>
                {once_read(archives, move |archives| view! { <Archives archives asking/> }.into_any())}
            </section>
        </Page>
    }
    .into_any()
}

#[component]
fn Archives(archives: Vec<Archive>, asking: Sending) -> impl IntoView {
    if archives.is_empty() {
        return ().into_any();
    }
    let lines: Vec<_> = archives
        .into_iter()
        .map(|archive| {
            let state = if archive.ready_at.is_some() {
                let address = format!("/account/data/{}.zip", archive.id);
                // A file, not a page: the router leaves it to the browser.
                view! {
                    <a class="button primary" href=address rel="external" download>{data::fetch()}</a>
                    <span class="hint">{data::until()}" "<Time at=archive.ends_at/></span>
                }
                .into_any()
            } else if archive.failed {
                view! {
                    <span class="badge bad">{data::failed()}</span>
                    <span class="hint">{data::why_failed()}</span>
                    <Form sending=asking>
                        <Submit label=data::again() pending=asking.pending() look="quiet"/>
                    </Form>
                }
                .into_any()
            } else {
                view! {
                    <span class="badge">{data::building()}</span>
                    // Built in the background: looked at again by whoever comes back.
                    <a href="/account/data">{data::look()}</a>
                }
                .into_any()
            };
            view! { <li class="person"><span class="who">{data::asked()}" "<Time at=archive.asked_at/></span>{state}</li> }
        })
        .collect();
    view! { <ul class="plain">{lines}</ul> }.into_any()
}
