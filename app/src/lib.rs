#![doc = include_str!("../README.md")]
#![recursion_limit = "256"]
#![expect(
    unreachable_pub,
    reason = "the macros of Leptos write `pub` on what they make of a component or a server function"
)]
#![cfg_attr(
    feature = "ssr",
    expect(clippy::unused_async, reason = "the browser waits for a server function even where the server need not")
)]

mod address;
mod browser;
#[cfg(feature = "ssr")]
pub mod context;
pub mod error;
mod frame;
pub mod guise;
mod locale;
mod pages;
#[cfg(feature = "ssr")]
pub mod plain;
mod texts;
mod time;
mod ui;
mod viewer;
mod waking;

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

use frame::Frame;
pub use locale::Locale;
pub use pages::admin::AdminApp;
#[cfg(feature = "ssr")]
pub use pages::admin::{Admitted, admit};
#[cfg(feature = "ssr")]
pub use pages::plugins::{
    api::{PluginPage, Sent},
    made::{Answered, Asked, Elsewhere, pairs},
};
use pages::{
    account::{Account, Entrance},
    home::HomePage,
    ladder::Ladders,
    live::{Live, feed::Feed},
    not_found::NotFoundPage,
    offline::OfflinePage,
    orders::Orders,
    orgs::Orgs,
    people::People,
    plugins::Plugins,
    setup::Setup,
};
use ui::page::SiteTitle;
use viewer::Viewer;

/// The document around the pages. Drawn by the server only; the browser wakes what is in its body.
#[cfg(feature = "ssr")]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    document(options, None, || view! { <App/> }.into_any())
}

/// The document around the pages of the admin area, with its texts, which no other page has.
#[cfg(feature = "ssr")]
pub fn admin_shell(options: LeptosOptions) -> impl IntoView {
    document(options, Some(texts::admin::data_block(texts::current())), || view! { <AdminApp/> }.into_any())
}

#[cfg(feature = "ssr")]
fn document(options: LeptosOptions, admin_texts: Option<String>, body: fn() -> AnyView) -> impl IntoView {
    use leptos_meta::MetaTags;

    let locale = texts::current();
    let theme = context::viewer().theme;
    let sheet = format!("/{}/{}.css", options.site_pkg_dir, options.output_name);
    view! {
        <!DOCTYPE html>
        <html lang=locale.code() dir=locale.direction() data-theme=theme.word()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                {ui::theme::bar_colors(theme)}
                <link rel="stylesheet" href=sheet/>
                <link rel="icon" href="/favicon.ico" sizes="32x32"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="apple-touch-icon" href="/icons/apple-touch-icon.png"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                // A data block, not a script: nothing runs it, so the content policy has no say in it.
                <script type="application/json" id="texts" inner_html=texts::data_block(locale)></script>
                {admin_texts.map(|texts| view! { <script type="application/json" id="admin-texts" inner_html=texts></script> })}
                <HydrationScripts options/>
                <script src="/pwa.js" defer></script>
                <MetaTags/>
            </head>
            <body>
                {body()}
            </body>
        </html>
    }
}

/// Wakes the page. The browser calls it once.
#[cfg(feature = "hydrate")]
pub fn wake() {
    texts::wake();
    if texts::admin::wake() {
        // What does not come leaves the page as the server wrote it, and that works.
        wasm_bindgen_futures::spawn_local(async {
            let _ = admin_root::wake_admin().await;
        });
    } else {
        leptos::mount::hydrate_lazy(App);
    }
}

#[cfg(feature = "hydrate")]
mod admin_root {
    //! The admin area's code, and that of all it draws, is fetched when it is woken: a player's browser never gets it.
    #![expect(clippy::unnecessary_wraps, reason = "what fails is the fetching, which is written around this")]

    use leptos::wasm_split::{SplitLoaderError, wasm_split};

    #[wasm_split(wake_admin, wasm_split_path = ::leptos::wasm_split, preload(preload_admin), fallible)]
    pub(crate) fn wake_admin() -> Result<(), SplitLoaderError> {
        leptos::mount::hydrate_lazy(crate::AdminApp);
        Ok(())
    }
}

/// Everything in the body: the frame, and the page that the address names.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let viewer = Viewer::provide();
    Feed::provide();
    let site = viewer.site.name.clone();
    view! {
        <SiteTitle site/>
        <Router>
            <Frame>
                <FlatRoutes fallback=|| view! { <NotFoundPage/> }.into_any()>
                    // Without script nothing can fill in what arrives late, so the server finishes a page before it sends it.
                    <Route path=path!("/") view=HomePage ssr=SsrMode::Async/>
                    <Route path=path!("/live") view=Live::Now ssr=SsrMode::Async/>
                    <Route path=path!("/login") view=Entrance::LogIn ssr=SsrMode::Async/>
                    <Route path=path!("/register") view=Entrance::Register ssr=SsrMode::Async/>
                    <Route path=path!("/join") view=Entrance::Newcomer ssr=SsrMode::Async/>
                    <Route path=path!("/login/step") view=Entrance::SecondStep ssr=SsrMode::Async/>
                    <Route path=path!("/prove") view=Entrance::Prove ssr=SsrMode::Async/>
                    <Route path=path!("/recover") view=Entrance::Recover ssr=SsrMode::Async/>
                    <Route path=path!("/recover/password") view=Entrance::NewPassword ssr=SsrMode::Async/>
                    <Route path=path!("/metaclient/settings") view=Entrance::FromGame ssr=SsrMode::Async/>
                    <Route path=path!("/verify") view=Entrance::Verify ssr=SsrMode::Async/>
                    <Route path=path!("/undo-address") view=Entrance::UndoAddress ssr=SsrMode::Async/>
                    <Route path=path!("/stay") view=Entrance::Stay ssr=SsrMode::Async/>
                    <Route path=path!("/goodbye") view=Entrance::Goodbye ssr=SsrMode::Async/>
                    <Route path=path!("/account") view=Account::Overview ssr=SsrMode::Async/>
                    <Route path=path!("/account/safety") view=Account::Safety ssr=SsrMode::Async/>
                    <Route path=path!("/account/history") view=Account::History ssr=SsrMode::Async/>
                    <Route path=path!("/account/tokens") view=Account::Tokens ssr=SsrMode::Async/>
                    <Route path=path!("/account/leave") view=Account::Leave ssr=SsrMode::Async/>
                    <Route path=path!("/setup") view=Setup::Wizard ssr=SsrMode::Async/>
                    <Route path=path!("/mail/decline") view=Entrance::DeclineMail ssr=SsrMode::Async/>
                    <Route path=path!("/orgs") view=Orgs::Directory ssr=SsrMode::Async/>
                    <Route path=path!("/orgs/new") view=Orgs::Create ssr=SsrMode::Async/>
                    <Route path=path!("/orgs/join") view=Orgs::Invitation ssr=SsrMode::Async/>
                    <Route path=path!("/orgs/:slug") view=Orgs::Home ssr=SsrMode::Async/>
                    <Route path=path!("/orgs/:slug/members") view=Orgs::Members ssr=SsrMode::Async/>
                    <Route path=path!("/orgs/:slug/admissions") view=Orgs::Admissions ssr=SsrMode::Async/>
                    <Route path=path!("/orgs/:slug/settings") view=Orgs::Settings ssr=SsrMode::Async/>
                    <Route path=path!("/orgs/:slug/audit") view=Orgs::Trail ssr=SsrMode::Async/>
                    <Route path=path!("/orgs/:slug/policies") view=Orgs::Policies ssr=SsrMode::Async/>
                    <Route path=path!("/orgs/:slug/discord") view=Orgs::Discord ssr=SsrMode::Async/>
                    <Route path=path!("/orgs/:slug/plugins/:plugin/*path") view=Plugins::Organization ssr=SsrMode::Async/>
                    <Route path=path!("/orgs/:slug/plugins") view=Plugins::Registry ssr=SsrMode::Async/>
                    <Route path=path!("/orgs/:slug/plugins/:plugin") view=Plugins::Organization ssr=SsrMode::Async/>
                    <Route path=path!("/plugins/:plugin") view=Plugins::Hub ssr=SsrMode::Async/>
                    <Route path=path!("/plugins/:plugin/*path") view=Plugins::Hub ssr=SsrMode::Async/>
                    <Route path=path!("/lobby/rooms/:room") view=Live::Room ssr=SsrMode::Async/>
                    <Route path=path!("/lobby/ladder") view=Ladders::Ladder ssr=SsrMode::Async/>
                    <Route path=path!("/lobby/orders") view=Orders::List ssr=SsrMode::Async/>
                    <Route path=path!("/lobby/orders/new") view=Orders::Found ssr=SsrMode::Async/>
                    <Route path=path!("/lobby/orders/:order") view=Orders::One ssr=SsrMode::Async/>
                    <Route path=path!("/lobby/orders/:order/change") view=Orders::Change ssr=SsrMode::Async/>
                    <Route path=path!("/lobby/players/:name") view=Ladders::Player ssr=SsrMode::Async/>
                    <Route path=path!("/lobby/games") view=Ladders::Games ssr=SsrMode::Async/>
                    <Route path=path!("/lobby/games/:game") view=Ladders::Game ssr=SsrMode::Async/>
                    <Route path=path!("/lobby/films") view=Ladders::Films ssr=SsrMode::Async/>
                    <Route path=path!("/lobby/films/:game") view=Ladders::Film ssr=SsrMode::Async/>
                    <Route path=path!("/people") view=People::Search ssr=SsrMode::Async/>
                    <Route path=path!("/people/:name") view=People::Profile ssr=SsrMode::Async/>
                    <Route path=path!("/friends") view=People::Friends ssr=SsrMode::Async/>
                    <Route path=path!("/report") view=People::Report ssr=SsrMode::Async/>
                    <Route path=path!("/barred") view=Entrance::Barred ssr=SsrMode::Async/>
                    <Route path=path!("/account/profile") view=People::MyProfile ssr=SsrMode::Async/>
                    <Route path=path!("/account/privacy") view=People::Privacy ssr=SsrMode::Async/>
                    <Route path=path!("/account/standing") view=People::Standing ssr=SsrMode::Async/>
                    <Route path=path!("/account/data") view=People::Data ssr=SsrMode::Async/>
                    <Route path=path!("/offline") view=OfflinePage ssr=SsrMode::Async/>
                </FlatRoutes>
            </Frame>
        </Router>
    }
    .into_any()
}
