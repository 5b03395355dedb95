//! The website's layers, in order, and its routes by who calls them.

mod address;
mod audit_file;
mod belongings;
mod cross_site;
mod discord;
mod files;
mod films;
mod forms;
mod guard;
mod headers;
mod health;
mod hooks;
mod listener;
mod metaclient;
mod pages;
mod plugin_data;
mod plugins;
mod problem;
mod seldom;
mod sign_in;
mod trace;
mod visitor;

use std::{ops::Deref, sync::Arc};

use accounts::Accounts;
use axum::{Router, extract::FromRef, middleware, routing::get};
use base::{Chance, Clock};
use db::Db;
use events::Bus;
use leptos::config::LeptosOptions;
use live::Board;
use tower_http::{catch_panic::CatchPanicLayer, limit::RequestBodyLimitLayer};

use crate::{config::Settings, lifecycle::Lifecycle, live::Sockets, site::Site};

use belongings::{LONGEST_PACKAGE, LONGEST_PICTURE};
pub use cross_site::has_our_origin;
pub(crate) use films::film_file;
pub(crate) use forms::FormSeal;
pub use health::{admin_routes, recorder};
pub use listener::{Counts, Limits, Peer, Place, serve};
pub use pages::server_functions;
pub use problem::answer;
pub(crate) use problem::word;
pub use seldom::Seldom;
pub(crate) use seldom::Taken;
pub(crate) use trace::RequestId;
pub use visitor::Caller;

/// What every door of the website is handed.
#[derive(Clone)]
pub struct Hub(Arc<Parts>);

/// The parts of a [`Hub`].
pub struct Parts {
    /// The configuration.
    pub settings: Settings,
    /// People.
    pub accounts: Accounts,
    /// What is live.
    pub board: Board,
    /// Organizations and their members.
    pub orgs: orgs::Orgs,
    /// People to one another.
    pub people: people::People,
    /// Keeping order.
    pub moderation: moderation::Moderation,
    /// What people may take away of themselves.
    pub takeouts: people::takeout::Takeouts,
    /// The store.
    pub db: Db,
    /// What happens.
    pub bus: Bus,
    /// The built site.
    pub site: Site,
    /// The lobby's rooms, as they are set up.
    pub rooms: metaserver::Rooms,
    /// The results of the lobby's games, where players dispute them.
    pub results: metaserver::Results,
    /// What results make of those who play.
    pub ranking: ranking::Ranking,
    pub orders: orders::Orders,
    /// Films of games.
    pub films: metaserver::Films,
    /// Where the lobby is run.
    pub lobby: crate::lobby::Lobby,
    /// For what is spawned, and for when to stop.
    pub lifecycle: Lifecycle,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub chance: Arc<dyn Chance>,
    /// What the hub writes to people.
    pub mail: mail::Mail,
    /// Everything the hub keeps, in files.
    pub backups: backup::Backups,
    /// The queue, the way to other hosts, and webhooks.
    pub work: crate::work::Work,
    /// Who did what.
    pub trail: audit::Trail,
    /// How the hub is doing.
    pub vitals: vitals::Vitals,
    /// What pages are handed.
    pub services: Arc<app::context::Services>,
    /// The other services that people may log in with.
    pub federation: federation::Federation,
    /// The one list of commands that people give in chats.
    pub commands: commands::Registry,
    /// The hub in Discord.
    pub discord: ::discord::Discord,
    /// Plugins.
    pub plugins: ::plugins::Plugins,
    /// How often each caller of the API asks.
    pub pace: crate::api::Pace,
    /// How often anybody asks for what costs much.
    pub seldom: Seldom,
    /// Open live sockets.
    pub sockets: Sockets,
    /// What rests when nobody asks.
    pub rest: crate::rest::Rest,
    /// What Leptos wants to know.
    pub leptos: LeptosOptions,
}

impl Hub {
    /// The hub of these parts.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Hub {
    /// The address people type: as configured, or as the owner said.
    pub async fn public_url(&self) -> Option<String> {
        match &self.settings.public_url {
            Some(url) => Some(url.clone()),
            None => self.accounts.public_url().await,
        }
    }
}

impl Deref for Hub {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl FromRef<Hub> for LeptosOptions {
    fn from_ref(hub: &Hub) -> Self {
        hub.leptos.clone()
    }
}

/// The whole website. Layers run from the last one named here to the first, then the route.
pub fn router(hub: Hub) -> Router {
    let pages = pages::routes(&hub);
    Router::new()
        .merge(pages)
        .route("/api/live", get(crate::live::open))
        .merge(metaclient::routes())
        .merge(audit_file::routes())
        .merge(belongings::downloads())
        .merge(films::routes())
        .merge(hooks::routes())
        .merge(plugins::routes())
        .merge(plugin_data::routes())
        .merge(discord::routes())
        .merge(sign_in::routes())
        .merge(crate::api::routes(&hub))
        .layer(middleware::from_fn_with_state(hub.clone(), visitor::identify))
        .merge(files::routes(&hub))
        .merge(health::routes())
        .merge(guard::routes())
        .layer(RequestBodyLimitLayer::new(hub.settings.http.body_bytes))
        // After the limit on all other bodies: pictures and packages are longer than a form.
        .merge(belongings::uploads(&hub))
        .merge(belongings::behind_its_limit(&hub, crate::api::pictures(&hub), LONGEST_PICTURE))
        .merge(belongings::behind_its_limit(&hub, crate::api::packages(&hub), LONGEST_PACKAGE))
        .merge(belongings::behind_its_limit(&hub, pages::packages(&hub), LONGEST_PACKAGE))
        .layer(middleware::from_fn_with_state(hub.clone(), guard::guard))
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(middleware::from_fn_with_state(hub.clone(), trace::trace))
        .with_state(hub)
}
