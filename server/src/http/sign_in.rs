//! Logging in at another service: the way there, and the way back.
//!
//! `POST /auth/{provider}` begins, from a form of ours; `GET /auth/{provider}/back` is the address that is registered at the service. What is
//! proved on the way is `federation`'s, what it is worth is the accounts'.

use accounts::{IdentityStep, Proved, SignInFor};
use app::context::{self, NEWCOMER_COOKIE, SIGN_IN_COOKIE, STEP_SECS};
use axum::{
    Extension, Form, Router,
    extract::{
        Path, Query, State,
        rejection::{FormRejection, QueryRejection},
    },
    http::{HeaderMap, HeaderValue, header},
    response::{Html, IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use base::{Kind, Secret};
use contract::{Code, Problem};
use federation::Federation;
use serde::Deserialize;

use super::{Hub, problem, visitor::Caller};

/// Where identities are linked, and looked at.
const SAFETY: &str = "/account/safety";

/// The routes.
pub(super) fn routes() -> Router<Hub> {
    Router::new().route("/auth/{provider}", post(begin)).route("/auth/{provider}/back", get(come_back))
}

/// Why it came to nothing.
enum Failed {
    Here(accounts::Error),
    There(federation::Error),
}

impl From<accounts::Error> for Failed {
    fn from(error: accounts::Error) -> Self {
        Self::Here(error)
    }
}

impl From<federation::Error> for Failed {
    fn from(error: federation::Error) -> Self {
        Self::There(error)
    }
}

impl Failed {
    fn problem(&self) -> Problem {
        use federation::Error;
        match self {
            Self::Here(error) => error.problem(),
            Self::There(Error::NoProvider) => Problem::from(Kind::NotFound),
            Self::There(Error::Denied) => Problem::new(Kind::Forbidden, Code::SignInDenied),
            Self::There(Error::Refused(_)) => Problem::new(Kind::Unauthenticated, Code::SignInRefused),
            Self::There(_) => Problem::new(Kind::Unavailable, Code::ServiceAway),
        }
    }

    fn error(&self) -> &(dyn std::error::Error + 'static) {
        match self {
            Self::Here(error) => error,
            Self::There(error) => error,
        }
    }

    /// What metrics call it.
    fn word(&self) -> &'static str {
        use federation::Error;
        match self {
            Self::Here(accounts::Error::SignInGone) => "gone",
            Self::Here(_) => "not_here",
            Self::There(Error::Denied) => "denied",
            Self::There(Error::Refused(_)) => "refused",
            Self::There(_) => "away",
        }
    }

    /// Told once, with its cause; what a service or a stranger's browser did wrong is for whoever looks for it.
    fn log(&self, provider: &str, incident: &str) {
        let error = self.error();
        match self {
            Self::Here(_) if self.problem().kind == Kind::Internal => {
                tracing::error!(request.id = incident, provider, error, "a sign-in failed");
            }
            Self::Here(_) | Self::There(federation::Error::NoProvider | federation::Error::Denied) => {}
            Self::There(federation::Error::Refused(_)) => {
                tracing::warn!(target: "security", act = "sign_in", provider, error, "what a service answered proves nothing");
            }
            Self::There(_) => tracing::warn!(provider, error, "a service that people log in with can't be asked"),
        }
    }
}

/// One visit to either address.
struct Visit {
    hub: Hub,
    caller: Caller,
    provider: String,
    headers: HeaderMap,
}

/// What the button sends.
#[derive(Deserialize)]
struct Wanted {
    /// Where to go on to.
    #[serde(default)]
    next: String,
    /// Not empty: to link it to one's account.
    #[serde(default)]
    link: String,
}

/// Sends somebody to a service.
async fn begin(
    State(hub): State<Hub>,
    Extension(caller): Extension<Caller>,
    Path(provider): Path<String>,
    headers: HeaderMap,
    form: Result<Form<Wanted>, FormRejection>,
) -> Response {
    let Ok(Form(wanted)) = form else {
        return problem::answer(&Problem::new(Kind::Invalid, Code::Malformed), &headers, None);
    };
    let purpose = if wanted.link.is_empty() { SignInFor::LogIn } else { SignInFor::Link };
    let visit = Visit { hub, caller, provider, headers };
    match visit.begin(purpose, &wanted.next).await {
        Ok(response) => response,
        // Who has to prove again who they are does so, and finds the button where it was.
        Err(Failed::Here(error)) if error.kind() == Kind::Stale => {
            Redirect::to(&context::prove_for(SAFETY)).into_response()
        }
        Err(Failed::Here(error)) if error.kind() == Kind::Unauthenticated => {
            Redirect::to(&context::login_for(SAFETY)).into_response()
        }
        Err(failed) => visit.failed(&failed, if purpose == SignInFor::Link { SAFETY } else { "/login" }),
    }
}

/// Somebody comes back from a service.
async fn come_back(
    State(hub): State<Hub>,
    Extension(caller): Extension<Caller>,
    Path(provider): Path<String>,
    headers: HeaderMap,
    came: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Response {
    let visit = Visit { hub, caller, provider, headers };
    let came = came.map(|Query(came)| came).unwrap_or_default();
    let mut again = if visit.caller.actor.user().is_some() { SAFETY } else { "/login" };
    let mut response = match visit.come_back(&came, &mut again).await {
        Ok(response) => response,
        Err(Failed::Here(accounts::Error::Barred { pass: Some(pass) })) => {
            Redirect::to(&format!("/barred?pass={}", pass.expose())).into_response()
        }
        Err(failed) => visit.failed(&failed, again),
    };
    // Good once, whatever came of it.
    add(&mut response, context::cookie_line(SIGN_IN_COOKIE, "", true, Some(0)));
    response
}

impl Visit {
    /// The address that is registered at the service. Never made of what the request says of itself.
    async fn back(&self) -> String {
        let here = self.hub.public_url().await.unwrap_or_else(|| self.hub.services.public_url.clone());
        format!("{here}/auth/{}/back", self.provider)
    }

    /// With a page that leads on by itself, and no redirect: the page's policy lets forms go to our own site only, and browsers ask it of
    /// every step a form takes.
    async fn begin(&self, purpose: SignInFor, next: &str) -> Result<Response, Failed> {
        let Self { hub, caller, provider, .. } = self;
        let name = hub.federation.find(provider).ok_or(federation::Error::NoProvider)?.name.clone();
        let next = if purpose == SignInFor::Link { SAFETY } else { context::local_path(next) };
        hub.accounts.allow_sign_in(&caller.actor, purpose)?;
        let begun = hub.federation.begin(provider, &self.back().await).await?;
        let cookie =
            hub.accounts.begin_sign_in(&caller.actor, purpose, provider, &begun.state, &begun.kept, next).await?;
        let mut response = Html(app::plain::going_page(&name, &begun.url, &self.headers)).into_response();
        if let Ok(value) = HeaderValue::from_str(&format!("0; url={}", begun.url)) {
            response.headers_mut().insert(header::REFRESH, value);
        }
        add(&mut response, context::cookie_line(SIGN_IN_COOKIE, cookie.expose(), true, Some(STEP_SECS)));
        Ok(response)
    }

    /// `again`: where to begin anew if this fails; better known as it goes on.
    async fn come_back(&self, came: &[(String, String)], again: &mut &'static str) -> Result<Response, Failed> {
        let Self { hub, caller, provider, headers } = self;
        if hub.federation.find(provider).is_none() {
            return Err(federation::Error::NoProvider.into());
        }
        let state = Federation::state_of(came).unwrap_or_default();
        let browser = context::cookie(headers, SIGN_IN_COOKIE).unwrap_or_default();
        let begun = hub.accounts.take_sign_in(&caller.actor, provider, state, browser).await?;
        *again = if begun.purpose == SignInFor::Link { SAFETY } else { "/login" };
        let identity = hub.federation.finish(provider, &self.back().await, &begun.kept, came).await?;
        let proved = Proved {
            provider: provider.clone(),
            issuer: identity.issuer,
            subject: identity.subject,
            name: identity.name,
            email: identity.email,
        };
        match begun.purpose {
            SignInFor::Link => {
                hub.accounts.link_identity(&caller.actor, &proved).await?;
                count(provider, "linked");
                Ok(Redirect::to(SAFETY).into_response())
            }
            SignInFor::LogIn => self.enter(&proved, &begun.next).await,
        }
    }

    async fn enter(&self, proved: &Proved, next: &str) -> Result<Response, Failed> {
        let Self { hub, caller, provider, .. } = self;
        let visitor = &caller.visitor;
        match hub.accounts.log_in_by_identity(&caller.actor, proved, visitor.browser()).await? {
            IdentityStep::Known(step) => {
                count(provider, "known");
                // Whoever was logged in here has a new login now; the old one's cookie is worth nothing any more.
                if matches!(step, accounts::LogInStep::Done(_))
                    && caller.actor.session().is_some()
                    && let Err(error) = hub.accounts.log_out(&caller.actor).await
                {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "a login that was replaced could not be ended"
                    );
                }
                let (path, cookies) = context::way_in(&step, next, visitor);
                let mut response = Redirect::to(&path).into_response();
                add(&mut response, cookies);
                Ok(response)
            }
            IdentityStep::Newcomer(token) => {
                count(provider, "newcomer");
                Ok(newcomer(&token, next))
            }
        }
    }

    fn failed(&self, failed: &Failed, again: &str) -> Response {
        let incident = &self.caller.visitor.request_id;
        failed.log(&self.provider, incident);
        if self.hub.federation.find(&self.provider).is_some() {
            count(&self.provider, failed.word());
        }
        let problem = failed.problem();
        let incident = (problem.kind == Kind::Internal).then_some(incident.as_str());
        problem::answer_again(&problem, &self.headers, incident, again)
    }
}

/// On to the page where a name is chosen.
fn newcomer(token: &Secret, next: &str) -> Response {
    let mut response = Redirect::to(&context::join_for(next)).into_response();
    add(&mut response, context::cookie_line(NEWCOMER_COOKIE, token.expose(), true, Some(STEP_SECS)));
    response
}

fn add(response: &mut Response, cookies: impl IntoIterator<Item = HeaderValue>) {
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// `provider` is one of the configuration's, so there are few.
fn count(provider: &str, outcome: &'static str) {
    metrics::counter!("guildhall_sign_ins_total", "provider" => provider.to_owned(), "outcome" => outcome).increment(1);
}
