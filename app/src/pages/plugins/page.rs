//! A page of a plugin. The server draws it; here forms are sent and instants told in the reader's zone. Without script all of it works by itself.

use contract::organization::Organization;
use leptos::{ev::SubmitEvent, html, prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_params_map};
use wasm_bindgen::JsCast;

use super::api::{PluginPage, Sent, read_organization_plugin_page, read_plugin_page};
use crate::{
    browser,
    error::AppError,
    pages::orgs::{
        api::At,
        screen::{Tab, failed, screen, slug},
    },
    ui::{form::post, state::Loading},
};

/// A page with live parts is drawn anew at most that often.
const PAUSE_MS: f64 = 1_000.0;
/// After a failure it is asked for again as late as that.
const RETRY_MS: f64 = 5_000.0;

/// Plugin, path, and what follows the question mark.
type Address = (String, String, String);

/// Which page the address names. Only within a route: what runs later is handed it.
fn asked() -> Address {
    let (plugin, path) = use_params_map()
        .with(|params| (params.get("plugin").unwrap_or_default(), params.get("path").unwrap_or_default()));
    let query = use_location().search.get();
    (plugin, path, query.trim_start_matches('?').to_owned())
}

/// Which of the three places a page is in.
#[derive(Clone, PartialEq)]
enum Source {
    Hub,
    Admin,
    Organization(String),
}

impl Source {
    /// The page at `address`: as it is now, or, with names of events, once one of them has happened after the one of that number.
    async fn read_again(self, address: Address, events: String, seen: i64) -> Result<PluginPage, AppError> {
        let (plugin, path, query) = address;
        match self {
            Self::Hub => read_plugin_page(false, plugin, path, query, events, seen).await,
            Self::Admin => read_plugin_page(true, plugin, path, query, events, seen).await,
            Self::Organization(slug) => {
                match read_organization_plugin_page(slug, plugin, path, query, events, seen).await? {
                    At::Here(_, _, page) => Ok(page),
                    At::Moved(_) => Err(base::Kind::NotFound.into()),
                }
            }
        }
    }
}

/// In an organization.
pub(crate) fn show_in_organization() -> AnyView {
    let page = Resource::new(
        || (slug(), asked()),
        |(slug, (plugin, path, query))| read_organization_plugin_page(slug, plugin, path, query, String::new(), 0),
    );
    screen(Tab::Plugin, page, in_organization)
}

fn in_organization(here: Organization, page: PluginPage) -> AnyView {
    let source = Source::Organization(here.slug);
    view! { <Drawn page source/> }.into_any()
}

/// The plugins there are for an organization.
pub(crate) fn show_registry() -> AnyView {
    let page = Resource::new(
        || (slug(), asked()),
        |(slug, (_, _, query))| {
            read_organization_plugin_page(slug, String::new(), String::new(), query, String::new(), 0)
        },
    );
    screen(Tab::Plugins, page, in_organization)
}

/// The registry, and pages of plugins in the admin area.
pub(crate) fn show_in_admin() -> AnyView {
    alone(true)
}

/// In the hub.
pub(crate) fn show_in_hub() -> AnyView {
    alone(false)
}

/// A page that stands by itself: the hub's, or the admin area's.
fn alone(admin: bool) -> AnyView {
    let page = Resource::new(asked, move |(plugin, path, query)| {
        read_plugin_page(admin, plugin, path, query, String::new(), 0)
    });
    view! {
        <Suspense fallback=|| view! { <Loading/> }>
            {move || page.get().map(|answer| match answer {
                Ok(page) => {
                    let source = if admin { Source::Admin } else { Source::Hub };
                    view! { <div class="page wide"><Drawn page source/></div> }.into_any()
                }
                Err(error) => failed(error),
            })}
        </Suspense>
    }
    .into_any()
}

/// What the server drew.
#[component]
fn Drawn(page: PluginPage, source: Source) -> impl IntoView {
    let PluginPage { title, html, live, seen, .. } = page;
    let in_organization = matches!(source, Source::Organization(_));
    let (title, html, problem) = (RwSignal::new(title), RwSignal::new(html), RwSignal::new(None::<AppError>));
    let place = NodeRef::<html::Div>::new();
    let pending = RwSignal::new(false);
    Effect::new(move || {
        html.track();
        if let Some(place) = place.get() {
            browser::local_times(&place);
        }
    });
    let here = use_location().pathname;
    let address = untrack(asked);
    let of_form = (source.clone(), address.clone());
    let send = move |event: SubmitEvent| {
        let form = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlFormElement>().ok());
        let Some(form) = form else { return };
        // A file is the browser's own to send.
        if form.enctype() == "multipart/form-data" {
            return;
        }
        event.prevent_default();
        if pending.get_untracked() {
            return;
        }
        let url = form.get_attribute("action").unwrap_or_default();
        let body = browser::form_body(&form, event.submitter().as_ref());
        let (source, address) = of_form.clone();
        pending.set(true);
        spawn_local(async move {
            let sent = post(&url, body)
                .await
                .and_then(|text| serde_json::from_str::<Sent>(&text).map_err(|_| AppError::from(base::Kind::Internal)));
            pending.try_set(false);
            match sent {
                Ok(Sent::Page(page)) => {
                    problem.try_set(None);
                    if !page.title.is_empty() {
                        title.try_set(page.title);
                    }
                    html.try_set(page.html);
                    if let Some(place) = place.get_untracked() {
                        browser::focus_within(&place, "[role=alert]");
                    }
                }
                Ok(Sent::To(path)) => {
                    let stays = path.split(['?', '#']).next() == Some(here.get_untracked().as_str());
                    if !stays {
                        browser::load(&path);
                    } else if let Ok(page) = source.read_again(address, String::new(), 0).await {
                        problem.try_set(None);
                        html.try_set(page.html);
                    }
                }
                Err(error) => {
                    problem.try_set(Some(error));
                }
            }
        });
    };
    if !live.is_empty() {
        // An effect, since none runs on the server.
        Effect::new(move || {
            let open = StoredValue::new(true);
            on_cleanup(move || {
                let _ = open.try_set_value(false);
            });
            let (source, address, events) = (source.clone(), address.clone(), live.join(" "));
            spawn_local(async move {
                let mut seen = seen;
                loop {
                    browser::sleep(PAUSE_MS).await;
                    if open.try_get_value() != Some(true) {
                        return;
                    }
                    if document().hidden() {
                        continue;
                    }
                    // It is answered when something has happened, or after a while without a page.
                    let Ok(page) = source.clone().read_again(address.clone(), events.clone(), seen).await else {
                        browser::sleep(RETRY_MS).await;
                        continue;
                    };
                    seen = page.seen;
                    if let Some(place) = place.try_get_untracked().flatten().filter(|_| !page.html.is_empty()) {
                        browser::replace_live(&place, &page.html);
                        browser::local_times(&place);
                    }
                }
            });
        });
    }
    let heading = if in_organization {
        view! { <h2>{move || title.get()}</h2> }.into_any()
    } else {
        view! { <header class="page-head"><h1>{move || title.get()}</h1></header> }.into_any()
    };
    view! {
        <Title text=move || title.get()/>
        {heading}
        {move || problem.get().map(|error| view! { <p class="notice bad" role="alert">{error.sentence()}</p> })}
        <div
            class="plugin-page stack"
            node_ref=place
            on:submit=send
            aria-busy=move || pending.get().then_some("true")
            inner_html=move || html.get()
        ></div>
    }
    .into_any()
}
