//! A [`Problem`] as an answer: a page for people, problem details (RFC 9457) for programs.

use std::any::Any;

use axum::{
    Json,
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse as _, Response},
};
use base::Kind;
use contract::{Code, Problem, api::ProblemDetails};

/// The answer to whoever sent `headers`; `incident` is the request's id where it was our fault.
pub fn answer(problem: &Problem, headers: &HeaderMap, incident: Option<&str>) -> Response {
    let status = StatusCode::from_u16(problem.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer_as(status, problem, headers, incident)
}

/// The same with a status that says it more exactly than the problem's kind.
pub(super) fn answer_as(
    status: StatusCode,
    problem: &Problem,
    headers: &HeaderMap,
    incident: Option<&str>,
) -> Response {
    answer_with(status, problem, headers, incident, None)
}

/// The same with the path of ours where one can try again.
pub(super) fn answer_again(problem: &Problem, headers: &HeaderMap, incident: Option<&str>, again: &str) -> Response {
    let status = StatusCode::from_u16(problem.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer_with(status, problem, headers, incident, Some(again))
}

fn answer_with(
    status: StatusCode,
    problem: &Problem,
    headers: &HeaderMap,
    incident: Option<&str>,
    again: Option<&str>,
) -> Response {
    let wants_page = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    let mut response = if wants_page {
        (status, Html(app::plain::problem_page_with(problem, headers, incident, again))).into_response()
    } else {
        let details = ProblemDetails {
            fields: problem.fields.clone(),
            retry_after_secs: problem.retry_after_secs,
            incident: incident.map(str::to_owned),
            ..ProblemDetails::new(&word(problem.code), status.as_u16())
        };
        let mut response = (status, Json(details)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    };
    let wait = match problem.kind {
        Kind::TooMany | Kind::Unavailable => Some(problem.retry_after_secs.unwrap_or(2)),
        _ => None,
    };
    if let Some(wait) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
    }
    response
}

/// The word of a code, as it stands in an address.
pub(crate) fn word(code: Code) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(word)) => word,
        _ => "internal".to_owned(),
    }
}

/// A request that panicked: counted, logged, and an apology.
pub(super) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response<Body> {
    let what = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("of an unknown kind");
    tracing::error!(panic = what, "a request panicked");
    metrics::counter!("guildhall_http_panics_total").increment(1);
    answer(&Problem::from(Kind::Internal), &HeaderMap::new(), None)
}
