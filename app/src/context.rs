//! Server side only: the services a page may call, and who is asking.
//!
//! The server provides both with [`provide`] for every page and every server function.

use std::{fmt::Write as _, pin::Pin, sync::Arc};

use accounts::{Accounts, Browser, LogInStep, NewLogin};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use base::{Actor, Clock, Credential, Kind, Person};
use contract::{
    Code, Problem,
    account::Me,
    setup::{Site, Theme},
};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

pub use crate::pages::admin::api::audit::{AskedOfTrail, read_audit_filter};
use crate::{error::AppError, locale::Locale, pages::account::step_for, viewer::Viewer};

/// For doors of the server that are no pages: where somebody goes on to.
pub use crate::pages::account::{join_for, local_path, login_for, prove_for};

/// The login cookie. The prefix makes browsers refuse it without `Secure`, with a `Domain`, or below another path.
pub const LOGIN_COOKIE: &str = "__Host-guildhall";
/// Names this browser to the accounts it has logged in to. Opens nothing by itself.
pub const DEVICE_COOKIE: &str = "__Host-guildhall-device";
/// Names a log-in between its steps.
const STEP_COOKIE: &str = "__Host-guildhall-step";
/// Carries something shown once, such as a game password, over the redirect of a form sent without script.
const ONCE_COOKIE: &str = "__Host-guildhall-once";
/// Shows that a sign-in at another service comes back to the browser it began in.
pub const SIGN_IN_COOKIE: &str = "__Host-guildhall-sign-in";
/// Names somebody whom another service vouches for while they choose a name here.
pub const NEWCOMER_COOKIE: &str = "__Host-guildhall-newcomer";
/// The theme the reader chose.
pub const THEME_COOKIE: &str = "theme";
/// The language the reader chose.
pub const LOCALE_COOKIE: &str = "locale";
/// The longest a remembered login lives; the server's own end of it decides.
const REMEMBERED_SECS: u32 = 30 * 24 * 60 * 60;
const YEAR_SECS: u32 = 365 * 24 * 60 * 60;
/// As long as browsers keep a cookie.
const DEVICE_SECS: u32 = 400 * 24 * 60 * 60;
/// As long as a log-in may take between its steps, also where one of them is at another service.
pub const STEP_SECS: u32 = 10 * 60;

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

/// Provides the services and the visitor to everything drawn or called for one request.
pub fn provide(services: Arc<Services>, visitor: Visitor) {
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
    let Visitor { actor, me, theme, site, keeps_cookies, .. } = visitor();
    let guise = matches!(actor, Actor::Person(Person { by: Credential::Guise { .. }, .. }));
    let (slots, menu) = crate::pages::plugins::made::in_hub(&actor);
    Viewer { me, theme: theme.unwrap_or(site.theme), site, guise, keeps_cookies, slots, menu }
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

/// Turns a domain's failure into what the caller is told: a status for scripts, the incident's id for our own faults,
/// which are logged here, once.
pub(crate) fn told(error: accounts::Error) -> AppError {
    tell(error.problem(), &error)
}

/// The same for a failure of any domain, with what may be told of it.
pub(crate) fn tell(mut problem: Problem, error: &dyn std::error::Error) -> AppError {
    if problem.kind == Kind::Internal {
        let request_id = visitor().request_id;
        tracing::error!(request.id = %request_id, error = chain(error), "a server function failed");
        problem.incident = Some(request_id);
    }
    refused(problem)
}

/// Answers with the problem's status, unless a browser without script waits for a redirect.
pub(crate) fn refused(problem: Problem) -> AppError {
    // What has a code of its own, such as a lock, was told the log by whoever refused it.
    if problem.code == Code::Forbidden {
        let path = use_context::<Parts>().map(|parts| parts.uri.path().to_owned()).unwrap_or_default();
        // The address of a server function is ours; that of a page holds what was typed.
        let (door, what) = if path.starts_with("/api/") { ("form", path.as_str()) } else { ("page", "") };
        let actor = use_context::<Visitor>().map_or(Actor::Stranger { address: None }, |visitor| visitor.actor);
        audit::refused(&actor, door, what);
    }
    if problem.code == Code::ProveAgain && wants_page() {
        // Where the form stood, so that it is at hand again once they have.
        leptos_axum::redirect(&prove_for(&came_from()));
    }
    if !wants_page()
        && let (Some(response), Ok(status)) =
            (use_context::<ResponseOptions>(), StatusCode::from_u16(problem.kind.status()))
    {
        response.set_status(status);
        if let Some(secs) = problem.retry_after_secs {
            response.insert_header(header::RETRY_AFTER, HeaderValue::from(secs));
        }
    }
    problem.into()
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// A form sent without script is answered with a page, not with data.
pub(crate) fn wants_page() -> bool {
    use_context::<Parts>()
        .is_some_and(|parts| text(&parts.headers, header::ACCEPT).is_some_and(|accept| accept.contains("text/html")))
}

/// Sends a browser without script on to `path`; a script navigates by itself, since it knows what else to refresh.
pub(crate) fn go_on_to(path: &str) {
    if wants_page() {
        leptos_axum::redirect(path);
    }
}

/// Gives the browser its login. A remembered one outlives the browser.
pub(crate) fn set_login_cookie(login: &NewLogin) {
    append(login_cookies(login));
}

fn login_cookies(login: &NewLogin) -> Vec<HeaderValue> {
    let age = if login.remember { Some(REMEMBERED_SECS) } else { None };
    let mut cookies = vec![cookie_line(LOGIN_COOKIE, login.token.expose(), true, age)];
    if let Some(device) = &login.device {
        cookies.push(cookie_line(DEVICE_COOKIE, device.expose(), true, Some(DEVICE_SECS)));
    }
    if let Some(locale) = login.locale.as_deref().and_then(Locale::from_code) {
        cookies.push(cookie_line(LOCALE_COOKIE, locale.code(), false, Some(YEAR_SECS)));
    }
    cookies.into_iter().flatten().collect()
}

/// What came of a step of a log-in: the cookies it needs, and the path to go on to. `next`: where the visitor wants to go in the end.
pub(crate) fn enter(step: &LogInStep, next: &str) -> String {
    let (path, cookies) = way_in(step, next, &visitor());
    append(cookies);
    go_on_to(&path);
    path
}

/// The path to go on to after a step of a log-in, and the cookies to go there with: for a door that is no page.
pub fn way_in(step: &LogInStep, next: &str, visitor: &Visitor) -> (String, Vec<HeaderValue>) {
    match step {
        LogInStep::Done(login) => {
            let mut cookies = login_cookies(login);
            if visitor.step.is_some() {
                cookies.extend(cookie_line(STEP_COOKIE, "", true, Some(0)));
            }
            (local_path(next).to_owned(), cookies)
        }
        LogInStep::Pending(pending) => {
            let cookie = cookie_line(STEP_COOKIE, pending.token.expose(), true, Some(STEP_SECS));
            (step_for(local_path(next)), cookie.into_iter().collect())
        }
    }
}

/// The same for what came of a log-in: whoever proved who they are and is shut out goes on to where they read why, and appeal.
pub(crate) fn entered(outcome: Result<LogInStep, accounts::Error>, next: &str) -> Result<String, AppError> {
    match outcome {
        Ok(step) => Ok(enter(&step, next)),
        Err(accounts::Error::Barred { pass: Some(pass) }) => {
            let path = format!("/barred?pass={}", pass.expose());
            go_on_to(&path);
            Ok(path)
        }
        Err(error) => Err(told(error)),
    }
}

/// The page a form was sent from, without what an earlier refusal added to its address.
fn came_from() -> String {
    let referer = use_context::<Parts>().and_then(|parts| text(&parts.headers, header::REFERER).map(str::to_owned));
    let path = referer.as_deref().and_then(|url| url.split_once("://")).and_then(|(_, rest)| {
        let path = &rest[rest.find('/')?..];
        let end = path.find("__path=").map_or(path.len(), |at| at.saturating_sub(1));
        Some(path[..end].to_owned())
    });
    local_path(&path.unwrap_or_default()).to_owned()
}

/// Takes the login away, and the pages the browser still holds of it. Storage is left alone: nothing private is in it, and
/// clearing it would remove the offline page.
pub(crate) fn clear_login_cookie() {
    set_cookie(LOGIN_COOKIE, "", true, Some(0));
    if let Some(response) = use_context::<ResponseOptions>() {
        let name = header::HeaderName::from_static("clear-site-data");
        response.insert_header(name, HeaderValue::from_static("\"cache\""));
    }
}

/// Keeps a choice of the reader's for a year.
pub(crate) fn set_choice_cookie(name: &str, value: &str) {
    set_cookie(name, value, false, Some(YEAR_SECS));
}

/// Hands something that is shown once to the page that the redirect leads to.
pub(crate) fn hand_on_once(secret: &str) {
    set_cookie(ONCE_COOKIE, secret, true, Some(60));
}

/// What an earlier form handed on, if anything. Reading it ends it.
pub(crate) fn take_once() -> Option<String> {
    let once = visitor().once;
    if once.is_some() {
        set_cookie(ONCE_COOKIE, "", true, Some(0));
    }
    once
}

pub(crate) fn set_cookie(name: &str, value: &str, secret: bool, max_age_secs: Option<u32>) {
    append(cookie_line(name, value, secret, max_age_secs));
}

fn append(cookies: impl IntoIterator<Item = HeaderValue>) {
    if let Some(response) = use_context::<ResponseOptions>() {
        for cookie in cookies {
            response.append_header(header::SET_COOKIE, cookie);
        }
    }
}

/// A cookie as its header has it; `None` where the value could not stand in one.
pub fn cookie_line(name: &str, value: &str, secret: bool, max_age_secs: Option<u32>) -> Option<HeaderValue> {
    let mut cookie = format!("{name}={value}; Path=/; SameSite=Lax");
    // A choice of theme is no secret and should work on plain http too; a script may read it to apply it at once.
    if secret {
        cookie.push_str("; Secure; HttpOnly");
    }
    if let Some(secs) = max_age_secs {
        let _ = write!(cookie, "; Max-Age={secs}");
    }
    HeaderValue::from_str(&cookie).ok()
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The value of a cookie that was sent.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; theme=dark"));
        headers.append(header::COOKIE, HeaderValue::from_static("locale=pt-BR"));
        assert_eq!(cookie(&headers, "theme"), Some("dark"));
        assert_eq!(cookie(&headers, "locale"), Some("pt-BR"));
        assert_eq!(cookie(&headers, "them"), None);
    }
}
