//! The outline of every page of one organization: its name, the way around, and what stands there.

use base::Kind;
use contract::organization::{OrgState, Organization};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    components::Redirect,
    hooks::{use_location, use_params_map},
};

use super::{api::At, words};
use crate::{
    error::AppError,
    pages::{account::login_for, not_found::NotFoundPage},
    texts::org,
    ui::{
        state::{Failed, Loading, say_status},
        time::Time,
    },
};

/// Which page of an organization it is: the last part of its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    Home,
    Members,
    Admissions,
    Settings,
    Policies,
    Trail,
    Discord,
    Plugins,
    /// A page of a plugin: the menu says which.
    Plugin,
}

impl Tab {
    const fn path(self) -> &'static str {
        match self {
            // A plugin's page is at the plugin's own address.
            Self::Home | Self::Plugin => "",
            Self::Members => "/members",
            Self::Admissions => "/admissions",
            Self::Settings => "/settings",
            Self::Policies => "/policies",
            Self::Trail => "/audit",
            Self::Plugins => "/plugins",
            Self::Discord => "/discord",
        }
    }
}

/// The part of the address that names the organization.
pub(crate) fn slug() -> String {
    use_params_map().with(|params| params.get("slug")).unwrap_or_default()
}

/// Draws a page of an organization from what the server says of it: the page, or why there is none.
pub(crate) fn screen<T>(
    tab: Tab,
    from: Resource<Result<At<T>, AppError>>,
    draw: impl Fn(Organization, T) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Send + Sync + 'static,
{
    view! {
        <Suspense fallback=|| view! { <Loading/> }>
            {move || {
                let draw = draw.clone();
                from.get().map(|answer| match answer {
                    Ok(At::Here(here, added, content)) => {
                        let head = Head { name: here.name.clone(), slug: here.slug.clone(), tab, menu: added.menu };
                        let ways = ways(&here);
                        let notice = notice(&here);
                        outline(head, ways, notice, draw(*here, content))
                    }
                    Ok(At::Moved(slug)) => view! { <Redirect path=format!("/orgs/{slug}{}", tab.path())/> }.into_any(),
                    Err(error) => failed(error),
                })
            }}
        </Suspense>
    }
    .into_any()
}

/// Why there is no page, with the status that says so.
pub(crate) fn failed(error: AppError) -> AnyView {
    match error.problem.kind {
        Kind::NotFound => view! { <NotFoundPage/> }.into_any(),
        Kind::Unauthenticated => {
            let path = use_location().pathname.get_untracked();
            view! { <Redirect path=login_for(&path)/> }.into_any()
        }
        kind => {
            say_status(kind);
            view! { <div class="page narrow"><Failed error/></div> }.into_any()
        }
    }
}

struct Head {
    name: String,
    slug: String,
    tab: Tab,
    menu: Vec<(String, String)>,
}

/// The pages of it that are there for whoever looks.
fn ways(here: &Organization) -> Vec<(Tab, &'static str)> {
    let may = here.you.may;
    [
        (true, Tab::Home, org::about()),
        (may.view_members, Tab::Members, org::members()),
        (may.view_admissions || may.invite_members, Tab::Admissions, org::admissions()),
        (may.manage_organization || may.close_organization, Tab::Settings, org::settings()),
        (may.manage_policies, Tab::Policies, org::policies()),
        (may.manage_organization, Tab::Discord, org::discord()),
        (may.manage_organization, Tab::Plugins, org::plugins()),
        (may.view_audit, Tab::Trail, org::trail()),
    ]
    .into_iter()
    .filter(|(is, _, _)| *is)
    .map(|(_, tab, label)| (tab, label))
    .collect()
}

/// What to know of one that is not at work.
fn notice(here: &Organization) -> Option<AnyView> {
    let says = words::state(here.state)?;
    let look = if here.state == OrgState::Requested { "notice" } else { "notice warn" };
    let reason = here.reason.clone().map(words::reason);
    let gone_at = here.gone_at;
    let view = view! {
        <div class=look role="note">
            <p>{says}</p>
            {reason.map(|reason| view! { <p>{reason}</p> })}
            {gone_at.map(|at| view! { <p>{org::gone_at()}" "<Time at/></p> })}
        </div>
    };
    Some(view.into_any())
}

fn outline(head: Head, ways: Vec<(Tab, &'static str)>, notice: Option<AnyView>, content: AnyView) -> AnyView {
    let Head { name, slug, tab, menu } = head;
    let here = use_location().pathname.get_untracked();
    let menu: Vec<_> = menu
        .into_iter()
        .map(|(label, path)| {
            // A plugin's page stands for those beneath it.
            let is_here = here.strip_prefix(path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            let current = is_here.then_some("page");
            view! { <li><a href=path aria-current=current>{label}</a></li> }
        })
        .collect();
    let links: Vec<_> = ways
        .into_iter()
        .map(|(way, label)| {
            let current = (way == tab).then_some("page");
            view! { <li><a href=format!("/orgs/{slug}{}", way.path()) aria-current=current>{label}</a></li> }
        })
        .collect();
    view! {
        <Title text=name.clone()/>
        <div class="page wide">
            <header class="page-head">
                <h1>{name}</h1>
                <nav aria-label=org::pages()><ul class="tabs">{links}{menu}</ul></nav>
            </header>
            {notice}
            {content}
        </div>
    }
    .into_any()
}
