//! What follows a step of a log-in: cookies, and where to go on to.

use accounts::LogInStep;
use axum::http::HeaderValue;

use super::{
    Visitor,
    cookies::{STEP_COOKIE, STEP_SECS, append, cookie_line, login_cookies},
    telling::{go_on_to, told},
    visitor,
};
use crate::{
    error::AppError,
    pages::account::{local_path, step_for},
};

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
