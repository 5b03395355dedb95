//! A page for when no page can be drawn: refused before the app was asked, or failed under it. Server side only.

use std::fmt::Write as _;

use axum::http::{HeaderMap, header};
use contract::Problem;
use leptos::prelude::{Owner, provide_context};

use crate::{
    context::{LOCALE_COOKIE, THEME_COOKIE, cookie},
    error::AppError,
    locale::Locale,
    texts,
};

/// The problem as a document by itself, in the reader's language and theme. It names no build, needs no script, and its
/// style sheet is `/plain.css`.
pub fn problem_page(problem: &Problem, headers: &HeaderMap, incident: Option<&str>) -> String {
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let locale = cookie(headers, LOCALE_COOKIE)
        .and_then(Locale::from_code)
        .or_else(|| asked.and_then(Locale::negotiate))
        .unwrap_or_default();
    let theme = cookie(headers, THEME_COOKIE).and_then(contract::setup::Theme::from_word).unwrap_or_default();
    let owner = Owner::new();
    owner.with(|| {
        provide_context(locale);
        let mut problem = problem.clone();
        if let Some(incident) = incident {
            problem.incident = Some(incident.to_owned());
        }
        let mut page = String::new();
        let _ = write!(
            page,
            "<!DOCTYPE html><html lang=\"{lang}\" dir=\"{dir}\" data-theme=\"{theme}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
             <link rel=\"icon\" href=\"/favicon.svg\"><link rel=\"stylesheet\" href=\"/plain.css\"></head>\
             <body><main><img src=\"/favicon.svg\" alt=\"\" width=\"64\" height=\"64\"><h1>{title}</h1><p>{says}</p>\
             <p><a href=\"/\">{home}</a></p></main></body></html>",
            lang = locale.code(),
            dir = locale.direction(),
            theme = theme.word(),
            title = texts::state::stopped(),
            says = escape(&AppError::from(problem).sentence()),
            home = texts::state::to_home(),
        );
        page
    })
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use base::Kind;

    use super::*;

    #[test]
    fn the_page_speaks_the_readers_language_and_names_the_incident() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, axum::http::HeaderValue::from_static("pt"));
        let page = problem_page(&Problem::from(Kind::Internal), &headers, Some("abc-1"));
        assert!(page.contains("lang=\"pt-BR\"") && page.contains("Incidente abc-1."), "{page}");
    }

    #[test]
    fn nothing_in_it_becomes_markup() {
        assert_eq!(escape("<a href=\"x\">&"), "&lt;a href=&quot;x&quot;&gt;&amp;");
    }
}
