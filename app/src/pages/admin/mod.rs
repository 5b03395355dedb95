//! The admin area: an app of its own within the app, so that a player's browser never learns of it.
//!
//! The player's part opens it by loading a page (`rel="external"`), and whoever leaves it loads one, too. Its document carries
//! its texts; its routes, its frame and every page are in chunks that only it fetches.
//!
//! A page is a file here with a `LazyRoute`, a line in [`sections`], a line in the routes below, and texts in
//! `locales/admin/`. Its server functions stand in `api/<section>.rs`.

pub(crate) mod api;
mod audit;
mod dashboard;
mod backups;
mod frame;
mod jobs;
mod mail;
mod organizations;
mod roles;
mod moderation;
mod sections;
mod settings;
mod system;
mod ui;
mod users;
mod webhooks;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    Lazy, SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

use crate::{frame::Frame, pages::not_found::NotFoundPage, viewer::Viewer};
use frame::AdminFrame;
#[cfg(feature = "ssr")]
pub use sections::{Admitted, admit};

/// Everything in the body of an admin page.
#[component]
pub fn AdminApp() -> impl IntoView {
    provide_meta_context();
    let viewer = Viewer::provide();
    let site = viewer.site.name.clone();
    view! {
        <Title formatter=move |page: String| format!("{page} · {site}")/>
        // Links that leave the base are the browser's to follow: the player's part is another document.
        <Router base=sections::BASE>
            <Frame>
                <AdminFrame>
                    <FlatRoutes fallback=|| view! { <NotFoundPage/> }.into_any()>
                        <Route path=path!("") view={Lazy::<dashboard::DashboardRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!("/users") view={Lazy::<users::UsersRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!("/users/:user") view={Lazy::<users::UserRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!("/system") view={Lazy::<system::SystemRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!("/jobs") view={Lazy::<jobs::JobsRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!("/jobs/:job") view={Lazy::<jobs::JobRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!("/webhooks") view={Lazy::<webhooks::WebhooksRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!("/webhooks/:webhook") view={Lazy::<webhooks::WebhookRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!("/webhooks/:webhook/deliveries/:delivery") view={Lazy::<webhooks::DeliveryRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!("/mail") view={Lazy::<mail::MailsRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!("/mail/:mail") view={Lazy::<mail::MailRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!("/settings") view={Lazy::<settings::SettingsRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!("/audit") view={Lazy::<audit::AuditRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!("/backups") view={Lazy::<backups::BackupsRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!("/moderation") view={Lazy::<moderation::QueueRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!("/moderation/bulk") view={Lazy::<moderation::BulkRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!("/moderation/appeals") view={Lazy::<moderation::AppealsRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!("/moderation/sanctions") view={Lazy::<moderation::SanctionsRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!("/moderation/places") view={Lazy::<moderation::PlacesRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!("/moderation/:report") view={Lazy::<moderation::CaseRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!("/organizations") view={Lazy::<organizations::OrganizationsRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!("/organizations/:organization") view={Lazy::<organizations::OrganizationRoute>::new()} ssr=SsrMode::Async/>
                        <Route path=path!("/roles") view={Lazy::<roles::RolesRoute>::new()} ssr=SsrMode::Async/>
                    </FlatRoutes>
                </AdminFrame>
            </Frame>
        </Router>
    }
    .into_any()
}
