//! Server side only: the services a page may call, and who is asking.
//!
//! The server provides both with [`provide`] for every page and every server function.

mod cookies;
mod entering;
mod telling;

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use accounts::{Accounts, Browser};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use base::{Actor, Clock, Credential, Kind, OrgId, Person, Standing};
use contract::{
    Problem,
    account::Me,
    organization::{OrgState, Organization},
    setup::{Site, Theme},
};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

use self::cookies::{DEVICE_COOKIE, ONCE_COOKIE, STEP_COOKIE};
pub use self::{
    cookies::{
        LOCALE_COOKIE, LOGIN_COOKIE, NEWCOMER_COOKIE, SIGN_IN_COOKIE, STEP_SECS, THEME_COOKIE, cookie, cookie_line,
    },
    entering::way_in,
};
pub(crate) use self::{
    cookies::{clear_login_cookie, hand_on_once, set_choice_cookie, set_cookie, set_login_cookie, take_once},
    entering::{enter, entered},
    telling::{go_on_to, malformed, refused, told, wants_page},
};
pub use crate::pages::admin::api::audit::{AskedOfTrail, read_audit_filter};
use crate::{error::AppError, locale::Locale, viewer::Viewer};

/// For doors of the server that are no pages: where somebody goes on to.
pub use crate::pages::account::{join_for, local_path, login_for, prove_for};

/// How often somebody may search.
pub type CountSearch = Arc<dyn Fn(&Actor) -> Result<(), u32> + Send + Sync>;

/// What shows that a form was drawn here, and is sent once.
pub trait Forms: Send + Sync {
    /// Something that was never there before, for a form that is drawn now.
    fn nonce(&self) -> String;
    /// Seals a text.
    fn seal(&self, text: &str) -> String;
    /// Whether a text was sealed so. How long that takes says nothing about the seal.
    fn is_sealed(&self, text: &str, seal: &str) -> bool;
    /// Uses a form up. False where it was used before.
    fn use_once<'a>(&'a self, token: &'a str) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>>;
}

/// What pages and server functions call.
pub struct Services {
    /// People, passwords, login sessions, the first start.
    pub accounts: Accounts,
    /// What is live now.
    pub board: live::Board,
    /// Organizations and their members.
    pub orgs: orgs::Orgs,
    /// People to one another.
    pub people: people::People,
    /// Keeping order.
    pub moderation: moderation::Moderation,
    /// What results make of those who play.
    pub ranking: ranking::Ranking,
    /// Orders of players.
    pub orders: orders::Orders,
    /// What people may take away of themselves.
    pub takeouts: people::takeout::Takeouts,
    /// What the hub writes to people.
    pub mail: mail::Mail,
    /// Everything the hub keeps, in files.
    pub backups: backup::Backups,
    /// What is still to be done.
    pub jobs: jobs::Jobs,
    /// Other programs that are told what happens.
    pub webhooks: webhooks::Webhooks,
    /// The lobby's rooms, as they are set up.
    pub rooms: metaserver::Rooms,
    /// Films of games.
    pub films: metaserver::Films,
    /// The results of the lobby's games, where players dispute them.
    pub results: metaserver::Results,
    /// Who did what.
    pub trail: audit::Trail,
    /// How the hub is doing.
    pub vitals: vitals::Vitals,
    /// The hub in Discord.
    pub discord: discord::Discord,
    /// The other services that people may log in with.
    pub federation: federation::Federation,
    /// Plugins.
    pub plugins: plugins::Plugins,
    /// What shows that a form of a plugin's page was drawn here.
    pub forms: Arc<dyn Forms>,
    /// Counts a search; `Err`: in how many seconds the next may be made.
    pub count_search: CountSearch,
    /// The present, for "as of".
    pub clock: Arc<dyn Clock>,
    /// Where classic clients log on: host and port, as told to players. It may move from node to node.
    pub metaserver_address: Arc<dyn Fn() -> String + Send + Sync>,
    /// Where people come to get into the lobby's rooms.
    pub reception: metaserver::Reception,
    /// The address people type, without a slash at its end.
    pub public_url: String,
}

/// Who is asking, and how they want to be answered.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// For the services.
    pub actor: Actor,
    /// For the page.
    pub me: Option<Me>,
    /// The hub's settings at this moment.
    pub site: Site,
    /// What their browser calls itself.
    pub device: String,
    /// The language they chose, else the best their browser asks for.
    pub locale: Locale,
    /// The theme they chose.
    pub theme: Option<Theme>,
    /// Whether their browser will keep the login cookie.
    pub keeps_cookies: bool,
    /// The request's id, told as the incident when a fault is ours.
    pub request_id: String,
    once: Option<String>,
    device_token: Option<String>,
    step: Option<String>,
    newcomer: Option<String>,
}

impl Visitor {
    /// Reads what the headers say about the reader's wishes. `tls` tells whether the request came over TLS, here or at a
    /// trusted proxy.
    pub fn new(
        headers: &HeaderMap,
        actor: Actor,
        me: Option<Me>,
        device: String,
        tls: bool,
        request_id: String,
    ) -> Self {
        let chosen = cookie(headers, LOCALE_COOKIE).and_then(Locale::from_code);
        let asked = || text(headers, header::ACCEPT_LANGUAGE).and_then(Locale::negotiate);
        Self {
            locale: chosen.or_else(asked).unwrap_or_default(),
            theme: cookie(headers, THEME_COOKIE).and_then(Theme::from_word),
            keeps_cookies: tls || text(headers, header::HOST).is_some_and(base::is_loopback_host),
            once: cookie(headers, ONCE_COOKIE).filter(|once| !once.is_empty()).map(str::to_owned),
            device_token: cookie(headers, DEVICE_COOKIE).map(str::to_owned),
            step: cookie(headers, STEP_COOKIE).filter(|step| !step.is_empty()).map(str::to_owned),
            newcomer: cookie(headers, NEWCOMER_COOKIE).filter(|token| !token.is_empty()).map(str::to_owned),
            site: Site::default(),
            actor,
            me,
            device,
            request_id,
        }
    }

    /// The browser they log in with.
    pub fn browser(&self) -> Browser<'_> {
        Browser { user_agent: &self.device, device: self.device_token.as_deref(), locale: Some(self.locale.code()) }
    }

    /// Their log-in between its steps, by the value of its cookie; empty: none.
    pub fn step(&self) -> &str {
        self.step.as_deref().unwrap_or_default()
    }

    /// Who they are at another service, while they choose a name here, by the value of its cookie; empty: nobody.
    pub fn newcomer(&self) -> &str {
        self.newcomer.as_deref().unwrap_or_default()
    }

    /// The same visitor on a hub with these settings.
    #[must_use]
    pub fn on(mut self, site: Site) -> Self {
        self.site = site;
        self
    }
}

/// What the visitor is to the organization whose page is drawn. It is found out with the page, so whatever else stands there need not ask again.
#[derive(Clone, Default)]
struct Met(Arc<Mutex<Option<(OrgId, Standing, String)>>>);

/// Provides the services and the visitor to everything drawn or called for one request.
pub fn provide(services: Arc<Services>, visitor: Visitor) {
    provide_context(Met::default());
    provide_context(visitor.locale);
    provide_context(services);
    provide_context(visitor);
}

/// The services.
pub(crate) fn services() -> Arc<Services> {
    use_context().expect("the server provides the services to every page and server function")
}

/// The visitor.
pub(crate) fn visitor() -> Visitor {
    use_context().expect("the server provides the visitor to every page and server function")
}

/// What both sides of the page know of the visitor.
pub(crate) fn viewer() -> Viewer {
    let Visitor { actor, me, theme, site, keeps_cookies, locale, .. } = visitor();
    let guise = matches!(actor, Actor::Person(Person { by: Credential::Guise { .. }, .. }));
    let (slots, menu) = crate::pages::plugins::made::in_hub(&actor, locale.code());
    Viewer { me, theme: theme.unwrap_or(site.theme), site, guise, keeps_cookies, slots, menu }
}

/// The page is that of an organization, to which the visitor is this.
pub(crate) fn meet(organization: &Organization, standing: Standing) {
    if let Some(Met(met)) = use_context().filter(|_| organization.state == OrgState::Active) {
        *met.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((organization.id, standing, organization.slug.clone()));
    }
}

/// What the visitor is to an organization at work, with its address; `None` where there is none for them.
pub(crate) async fn met(org: OrgId) -> Option<(Standing, String)> {
    if let Some(Met(met)) = use_context()
        && let Some((_, standing, slug)) =
            met.lock().unwrap_or_else(PoisonError::into_inner).as_ref().filter(|(met, ..)| *met == org)
    {
        return Some((standing.clone(), slug.clone()));
    }
    let (orgs, actor) = (services().orgs.clone(), visitor().actor);
    orgs.standing_and_slug(&actor, org).await.ok()
}

/// Counts a search for that text: looking through names costs more than a page. Nothing is asked where nothing was typed.
pub(crate) fn may_search(text: &str) -> Result<(), AppError> {
    if text.trim().is_empty() {
        return Ok(());
    }
    let Err(secs) = (services().count_search)(&visitor().actor) else { return Ok(()) };
    if let Some(response) = use_context::<ResponseOptions>() {
        response.insert_header(header::RETRY_AFTER, HeaderValue::from(secs));
        // A page that is drawn says it too.
        response.set_status(StatusCode::TOO_MANY_REQUESTS);
    }
    Err(Problem { retry_after_secs: Some(secs), ..Problem::from(Kind::TooMany) }.into())
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
