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
    ui::field::field_label,
};

/// The problem as a document by itself, in the reader's language and theme. It names no build, needs no script, and its
/// style sheet is `/plain.css`.
pub fn problem_page(problem: &Problem, headers: &HeaderMap, incident: Option<&str>) -> String {
    problem_page_with(problem, headers, incident, None)
}

/// The same with the path of ours where one can try again.
pub fn problem_page_with(
    problem: &Problem,
    headers: &HeaderMap,
    incident: Option<&str>,
    again: Option<&str>,
) -> String {
    page(headers, || {
        let mut problem = problem.clone();
        if let Some(incident) = incident {
            problem.incident = Some(incident.to_owned());
        }
        let says = AppError::from(problem).sentence();
        let again = again.map(|path| (path.to_owned(), texts::state::try_again().to_owned()));
        (texts::state::stopped().to_owned(), says, again)
    })
}

/// The problem in words alone, in English: for programs that show a player what they are answered and know no language.
pub fn problem_words(problem: &Problem) -> String {
    let owner = Owner::new();
    owner.with(|| {
        provide_context(Locale::default());
        let error = AppError::from(problem.clone());
        if problem.fields.is_empty() {
            return error.sentence();
        }
        let mut words = String::new();
        for wrong in &problem.fields {
            let says = error.of(wrong.field).unwrap_or_default();
            let _ = write!(words, "{}{}: {says}", if words.is_empty() { "" } else { " " }, field_label(wrong.field));
        }
        if let Some(says) = &problem.says {
            let _ = write!(words, " {says}");
        }
        words
    })
}

/// What somebody sees on the way to another service. The answer it comes in sends them on by itself; the link is for browsers that are
/// told not to follow.
pub fn going_page(service: &str, url: &str, headers: &HeaderMap) -> String {
    page(headers, || {
        let go = (url.to_owned(), texts::sign_in::go(service));
        (texts::sign_in::going(service), texts::sign_in::going_text(service), Some(go))
    })
}

/// Title, text, and where to go on to.
type Content = (String, String, Option<(String, String)>);

fn page(headers: &HeaderMap, content: impl FnOnce() -> Content) -> String {
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let locale = cookie(headers, LOCALE_COOKIE)
        .and_then(Locale::from_code)
        .or_else(|| asked.and_then(Locale::negotiate))
        .unwrap_or_default();
    let theme = cookie(headers, THEME_COOKIE).and_then(contract::setup::Theme::from_word).unwrap_or_default();
    let owner = Owner::new();
    owner.with(|| {
        provide_context(locale);
        let (title, says, link) = content();
        let link = link.map_or_else(String::new, |(path, label)| {
            format!("<p><a href=\"{}\">{}</a></p>", escape(&path), escape(&label))
        });
        let mut page = String::new();
        let _ = write!(
            page,
            "<!DOCTYPE html><html lang=\"{lang}\" dir=\"{dir}\" data-theme=\"{theme}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
             <link rel=\"icon\" href=\"/favicon.svg\"><link rel=\"stylesheet\" href=\"/plain.css\"></head>\
             <body><main><img src=\"/favicon.svg\" alt=\"\" width=\"64\" height=\"64\"><h1>{title}</h1><p>{says}</p>{link}\
             <p><a href=\"/\">{home}</a></p></main></body></html>",
            lang = locale.code(),
            dir = locale.direction(),
            theme = theme.word(),
            title = escape(&title),
            says = escape(&says),
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
    fn it_leads_on_or_back() {
        let headers = HeaderMap::new();
        let page = problem_page_with(&Problem::from(Kind::NotFound), &headers, None, Some("/login?a=b&c"));
        assert!(page.contains("<a href=\"/login?a=b&amp;c\">Try again</a>"), "{page}");
        assert!(!problem_page(&Problem::from(Kind::NotFound), &headers, None).contains("Try again"));
        let page = going_page("<Club>", "https://id.example/?a=\"b", &headers);
        assert!(page.contains("<title>On the way to &lt;Club&gt;</title>"), "{page}");
        assert!(page.contains("href=\"https://id.example/?a=&quot;b\""), "{page}");
    }

    #[test]
    fn nothing_in_it_becomes_markup() {
        assert_eq!(escape("<a href=\"x\">&"), "&lt;a href=&quot;x&quot;&gt;&amp;");
    }
}
