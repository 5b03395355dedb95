//! The admin area: an app of its own within the app, so that a player's browser never learns of it.
//!
//! The player's part opens it by loading a page (`rel="external"`), and whoever leaves it loads one, too. Its document carries
//! its texts; its routes, its frame and every page are in chunks that only it fetches.
//!
//! A page is a file here with a `LazyRoute`, a line in [`sections`], a line in the routes below, and texts in
//! `locales/admin/`. Its server functions stand in `api/<section>.rs`.

mod frame;
mod roles;
mod sections;
mod ui;

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
                        <Route path=path!("/roles") view={Lazy::<roles::RolesRoute>::new()} ssr=SsrMode::Async/>
                    </FlatRoutes>
                </AdminFrame>
            </Frame>
        </Router>
    }
    .into_any()
}
