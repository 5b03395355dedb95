//! The admin area: an app of its own within the app, so that a player's browser never learns of it.
//!
//! The player's part opens it by loading a page (`rel="external"`), and whoever leaves it loads one, too. Its document carries
//! its texts; its routes, its frame and every page are in chunks that only it fetches.
//!
//! A page is a file here with `show`, a line in its area and in the routes below, a line in [`sections`], and texts in
//! `locales/admin/`. Its server functions stand in `api/<section>.rs`.

pub(crate) mod api;
mod audit;
mod backups;
mod dashboard;
mod discord;
mod disputes;
mod frame;
mod jobs;
mod mail;
mod moderation;
mod organizations;
mod roles;
mod rooms;
mod schedules;
mod seasons;
mod sections;
mod settings;
mod system;
mod ui;
mod users;
mod webhooks;

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

use super::area::area;
use crate::{frame::Frame, pages::not_found::NotFoundPage, ui::page::SiteTitle, viewer::Viewer};
use frame::AdminFrame;
#[cfg(feature = "ssr")]
pub use sections::{Admitted, admit};

area! {
    /// The hub as a whole.
    enum Hub loaded by load_admin_hub, fetch_admin_hub {
        Dashboard => dashboard::show,
        Settings => settings::show,
        Audit => audit::show,
        System => system::show,
    }
}

area! {
    /// Who is in it, and what they may do.
    enum Members loaded by load_admin_members, fetch_admin_members {
        Users => users::list::show,
        User => users::one::show,
        Organizations => organizations::show_organizations,
        Organization => organizations::show_organization,
        Roles => roles::show,
    }
}

area! {
    /// Keeping order.
    enum Order loaded by load_admin_order, fetch_admin_order {
        Queue => moderation::queue::show,
        Bulk => moderation::bulk::show,
        Appeals => moderation::appeals::show,
        Sanctions => moderation::sanctions::show,
        Places => moderation::places::show,
        Case => moderation::case::show,
        Rooms => rooms::list::show,
        Room => rooms::one::show,
        InRoom => rooms::order::show,
        Restraints => rooms::restraints::show,
        Seasons => seasons::show,
        Disputes => disputes::list::show,
        Dispute => disputes::one::show,
    }
}

area! {
    /// What runs behind it.
    enum Works loaded by load_admin_works, fetch_admin_works {
        Jobs => jobs::list::show,
        Job => jobs::one::show,
        Schedules => schedules::list::show,
        Schedule => schedules::one::show,
        Webhooks => webhooks::list::show,
        Webhook => webhooks::one::show,
        Delivery => webhooks::delivery::show,
        Mails => mail::list::show,
        Mail => mail::one::show,
        Backups => backups::show,
        Plugins => super::plugins::page::show_in_admin,
        Discord => discord::show,
    }
}

/// Everything in the body of an admin page.
#[component]
pub fn AdminApp() -> impl IntoView {
    provide_meta_context();
    let viewer = Viewer::provide();
    let site = viewer.site.name.clone();
    view! {
        <SiteTitle site/>
        // Links that leave the base are the browser's to follow: the player's part is another document.
        <Router base=sections::BASE>
            <Frame>
                <AdminFrame>
                    <FlatRoutes fallback=|| view! { <NotFoundPage/> }.into_any()>
                        <Route path=path!("") view=Hub::Dashboard ssr=SsrMode::Async/>
                        <Route path=path!("/users") view=Members::Users ssr=SsrMode::Async/>
                        <Route path=path!("/users/:user") view=Members::User ssr=SsrMode::Async/>
                        <Route path=path!("/system") view=Hub::System ssr=SsrMode::Async/>
                        <Route path=path!("/jobs") view=Works::Jobs ssr=SsrMode::Async/>
                        <Route path=path!("/jobs/:job") view=Works::Job ssr=SsrMode::Async/>
                        <Route path=path!("/schedules") view=Works::Schedules ssr=SsrMode::Async/>
                        <Route path=path!("/schedules/:schedule") view=Works::Schedule ssr=SsrMode::Async/>
                        <Route path=path!("/webhooks") view=Works::Webhooks ssr=SsrMode::Async/>
                        <Route path=path!("/webhooks/:webhook") view=Works::Webhook ssr=SsrMode::Async/>
                        <Route path=path!("/webhooks/:webhook/deliveries/:delivery") view=Works::Delivery ssr=SsrMode::Async/>
                        <Route path=path!("/discord") view=Works::Discord ssr=SsrMode::Async/>
                        <Route path=path!("/mail") view=Works::Mails ssr=SsrMode::Async/>
                        <Route path=path!("/mail/:mail") view=Works::Mail ssr=SsrMode::Async/>
                        <Route path=path!("/settings") view=Hub::Settings ssr=SsrMode::Async/>
                        <Route path=path!("/audit") view=Hub::Audit ssr=SsrMode::Async/>
                        <Route path=path!("/backups") view=Works::Backups ssr=SsrMode::Async/>
                        <Route path=path!("/moderation") view=Order::Queue ssr=SsrMode::Async/>
                        <Route path=path!("/moderation/bulk") view=Order::Bulk ssr=SsrMode::Async/>
                        <Route path=path!("/moderation/appeals") view=Order::Appeals ssr=SsrMode::Async/>
                        <Route path=path!("/moderation/sanctions") view=Order::Sanctions ssr=SsrMode::Async/>
                        <Route path=path!("/moderation/places") view=Order::Places ssr=SsrMode::Async/>
                        <Route path=path!("/moderation/:report") view=Order::Case ssr=SsrMode::Async/>
                        <Route path=path!("/organizations") view=Members::Organizations ssr=SsrMode::Async/>
                        <Route path=path!("/organizations/:organization") view=Members::Organization ssr=SsrMode::Async/>
                        <Route path=path!("/plugins") view=Works::Plugins ssr=SsrMode::Async/>
                        <Route path=path!("/plugins/:plugin") view=Works::Plugins ssr=SsrMode::Async/>
                        <Route path=path!("/plugins/:plugin/*path") view=Works::Plugins ssr=SsrMode::Async/>
                        <Route path=path!("/rooms") view=Order::Rooms ssr=SsrMode::Async/>
                        <Route path=path!("/rooms/restraints") view=Order::Restraints ssr=SsrMode::Async/>
                        <Route path=path!("/rooms/:room") view=Order::Room ssr=SsrMode::Async/>
                        <Route path=path!("/rooms/:room/order") view=Order::InRoom ssr=SsrMode::Async/>
                        <Route path=path!("/seasons") view=Order::Seasons ssr=SsrMode::Async/>
                        <Route path=path!("/disputes") view=Order::Disputes ssr=SsrMode::Async/>
                        <Route path=path!("/disputes/:game") view=Order::Dispute ssr=SsrMode::Async/>
                        <Route path=path!("/roles") view=Members::Roles ssr=SsrMode::Async/>
                    </FlatRoutes>
                </AdminFrame>
            </Frame>
        </Router>
    }
    .into_any()
}
