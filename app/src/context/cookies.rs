//! The cookies of the hub: what they are called, how long they live, and how they are set.

use std::fmt::Write as _;

use accounts::NewLogin;
use axum::http::{HeaderMap, HeaderValue, header};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

use super::visitor;
use crate::locale::Locale;

/// The login cookie. The prefix makes browsers refuse it without `Secure`, with a `Domain`, or below another path.
pub const LOGIN_COOKIE: &str = "__Host-guildhall";
/// Names this browser to the accounts it has logged in to. Opens nothing by itself.
pub(super) const DEVICE_COOKIE: &str = "__Host-guildhall-device";
/// Names a log-in between its steps.
pub(super) const STEP_COOKIE: &str = "__Host-guildhall-step";
/// Carries something shown once, such as a game password, over the redirect of a form sent without script.
pub(super) const ONCE_COOKIE: &str = "__Host-guildhall-once";
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

/// Gives the browser its login. A remembered one outlives the browser.
pub(crate) fn set_login_cookie(login: &NewLogin) {
    append(login_cookies(login));
}

/// What gives a browser that login.
pub(super) fn login_cookies(login: &NewLogin) -> Vec<HeaderValue> {
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

/// Adds them to the answer.
pub(super) fn append(cookies: impl IntoIterator<Item = HeaderValue>) {
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
