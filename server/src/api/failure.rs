//! Failures as problem details: what a handler gives back, and the one place where it becomes an answer.

use std::error::Error;

use axum::{
    Json,
    extract::{MatchedPath, Request},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base::{Actor, Kind};
use contract::{Problem, api::ProblemDetails};
use serde::{Deserialize, Serialize};

use crate::http::{Caller, RequestId, word};

/// What a handler gives back.
pub(crate) type Answer<T> = Result<T, Failure>;

/// Why a request was not answered as asked.
#[derive(Debug, Clone)]
pub(crate) struct Failure(Box<Told>);

/// What the outermost layer turns into the answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Told {
    details: ProblemDetails,
    kind: Kind,
    /// Sent along where the token that was shown is no good.
    #[serde(skip)]
    bad_token: bool,
    /// The whole chain, for the log alone.
    #[serde(skip)]
    cause: Option<String>,
}

impl Failure {
    fn new(code: &str, status: StatusCode, kind: Kind) -> Self {
        let details = ProblemDetails::new(code, status.as_u16());
        Self(Box::new(Told { details, kind, bad_token: false, cause: None }))
    }

    /// A request whose form is not what the document says.
    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Self::new("malformed", StatusCode::BAD_REQUEST, Kind::Invalid).saying(detail)
    }

    /// A cursor that another list gave out, or nobody.
    pub(super) fn unknown_cursor() -> Self {
        Self::new("unknown_cursor", StatusCode::UNPROCESSABLE_ENTITY, Kind::Invalid).saying(super::page::UNKNOWN_CURSOR)
    }

    /// A body that is no JSON by its own account.
    pub(super) fn wrong_media_type() -> Self {
        Self::new("unsupported_media_type", StatusCode::UNSUPPORTED_MEDIA_TYPE, Kind::Invalid)
            .saying("send the body as application/json")
    }

    /// More than a body may hold.
    pub(super) fn too_large(detail: impl Into<String>) -> Self {
        Self::new("too_large", StatusCode::PAYLOAD_TOO_LARGE, Kind::Invalid).saying(detail)
    }

    /// A token that is unknown, has run out or was revoked.
    pub(super) fn bad_token() -> Self {
        let mut failure = Self::new("bad_token", StatusCode::UNAUTHORIZED, Kind::Unauthenticated)
            .saying("the token is unknown, has run out or was revoked");
        failure.0.bad_token = true;
        failure
    }

    /// A key under which something else was asked before, or is being done right now.
    pub(super) fn key_in_use(code: &'static str, detail: &str) -> Self {
        Self::new(code, StatusCode::CONFLICT, Kind::Conflict).saying(detail)
    }

    /// Too often.
    pub(super) fn too_often(retry_after_secs: u32) -> Self {
        Problem { retry_after_secs: Some(retry_after_secs), ..Problem::from(Kind::TooMany) }.into()
    }

    /// The same with more to say to a developer. Nothing of the hub's own is said here.
    #[must_use]
    pub(crate) fn saying(mut self, detail: impl Into<String>) -> Self {
        self.0.details.detail = Some(detail.into());
        self
    }

    /// To be kept, and told again.
    pub(super) fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(&self.0).unwrap_or_default()
    }

    /// One that was kept.
    pub(super) fn from_json(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok().map(Self)
    }

    /// The failure of a service: what may be told of it, and its causes for the log.
    pub(crate) fn of(problem: &Problem, error: &dyn Error) -> Self {
        let mut failure = Self::from(problem.clone());
        if matches!(problem.kind, Kind::Internal | Kind::Unavailable) {
            failure.0.cause = Some(base::chain(error));
        }
        failure
    }
}

/// What answers a method that a place doesn't know; axum adds the ones it does.
pub(super) fn wrong_method(method: &Method) -> Failure {
    Failure::new("method_not_allowed", StatusCode::METHOD_NOT_ALLOWED, Kind::Invalid)
        .saying(format!("{method} is not among the methods of this address; see Allow"))
}

impl From<Kind> for Failure {
    fn from(kind: Kind) -> Self {
        Problem::from(kind).into()
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        let status = StatusCode::from_u16(problem.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut failure = Self::new(&word(problem.code), status, problem.kind);
        let details = &mut failure.0.details;
        details.fields = problem.fields;
        details.retry_after_secs = problem.retry_after_secs;
        details.incident = problem.incident;
        details.detail = problem.says;
        failure
    }
}

/// Each domain's error states what may be told of it.
macro_rules! told_by {
    ($($error:ty),* $(,)?) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::of(&error.problem(), &error)
            }
        })*
    };
}

told_by!(
    accounts::Error,
    people::Error,
    orders::Error,
    ranking::Error,
    moderation::Error,
    orgs::Error,
    backup::Error,
    mail::Error,
    jobs::Error,
    webhooks::Error,
    metaserver::Error,
    metaserver::Unheard,
    discord::Error,
    settings::Error,
    audit::ReadError,
    vitals::Error
);

/// What is in the way of a plugin is told whole: whoever looks after it has to see to all of it.
impl From<plugins::Error> for Failure {
    fn from(error: plugins::Error) -> Self {
        let says = error.says();
        if says.is_empty() {
            return Self::of(&error.problem(), &error);
        }
        // The plugin's own failure, and not one of the hub: told, and not logged as ours.
        Self::from(error.problem()).saying(says.join("; "))
    }
}

impl From<db::Error> for Failure {
    fn from(error: db::Error) -> Self {
        Self::of(&Problem::from(error.kind()), &error)
    }
}

impl IntoResponse for Failure {
    /// The status alone: [`tell`] knows the request's id and writes the rest.
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.details.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The outermost layer: writes each failure down as problem details, and logs our own faults, once.
pub(super) async fn tell(request: Request, next: Next) -> Response {
    let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone());
    let actor = request.extensions().get::<Caller>().map(|caller| caller.actor.clone());
    let route =
        request.extensions().get::<MatchedPath>().map(|route| format!("{} {}", request.method(), route.as_str()));
    let mut response = next.run(request).await;
    let Some(Failure(told)) = response.extensions_mut().remove::<Failure>() else { return response };
    let Told { mut details, kind, bad_token, cause } = *told;
    if let Some(error) = cause {
        // Whoever sits at the machine may read all of it, and reads no log meanwhile.
        details.detail = (actor == Some(Actor::Operator)).then(|| error.clone());
        tracing::error!(request.id = request_id, error, "a request of the API failed");
    }
    // What has a code of its own, such as a lock, was told the log by whoever refused it.
    if let (Kind::Forbidden, "forbidden", Some(actor)) = (kind, details.code.as_str(), &actor) {
        audit::refused(actor, "api", &route.unwrap_or_default());
    }
    if kind == Kind::Internal {
        details.incident = request_id;
    }
    if matches!(kind, Kind::TooMany | Kind::Unavailable) {
        let wait = *details.retry_after_secs.get_or_insert(2);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
    }
    if kind == Kind::Unauthenticated {
        let asks = if bad_token {
            "Bearer realm=\"guildhall\", error=\"invalid_token\""
        } else {
            "Bearer realm=\"guildhall\""
        };
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(asks));
    }
    let (mut head, _) = response.into_parts();
    let (written, body) = Json(details).into_response().into_parts();
    head.headers.extend(written.headers);
    head.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    Response::from_parts(head, body)
}
