//! Every sentence a page shows: one function a text, made from `locales/*.json` at compile time.
//!
//! `texts::nav::live()` is checked by the compiler: a key that does not exist does not compile, one that nobody uses is
//! dead code, and the build script refuses a language that lacks one. The server holds all languages; the browser reads
//! the one that is shown from a data block in the page (`data_block`), so the others never travel. What only the admin area
//! shows has files and a block of its own (`admin`), and never travels to anybody else.

mod generated {
    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}
pub(crate) use generated::*;

use crate::locale::Locale;

/// The text in a slot, in the language of the page.
#[cfg(feature = "ssr")]
fn text(slot: usize) -> &'static str {
    table(&LANGUAGES, current())[slot]
}

#[cfg(feature = "ssr")]
fn table<const N: usize>(languages: &'static [(&str, [&'static str; N])], locale: Locale) -> &'static [&'static str] {
    let found = languages.iter().find(|(code, _)| *code == locale.code());
    &found.expect("the build script has a table for every file, and every language has a file").1
}

/// The language of the page that is being drawn.
#[cfg(feature = "ssr")]
pub(crate) fn current() -> Locale {
    leptos::prelude::use_context().unwrap_or_default()
}

/// The texts of `locale` as the page carries them. `<` is escaped, so that no text can end the block.
#[cfg(feature = "ssr")]
pub(crate) fn data_block(locale: Locale) -> String {
    as_block(table(&LANGUAGES, locale))
}

#[cfg(feature = "ssr")]
fn as_block(texts: &[&str]) -> String {
    serde_json::to_string(texts).unwrap_or_default().replace('<', "\\u003c")
}

/// The texts of the admin area alone, made from `locales/admin/*.json`.
pub(crate) mod admin {
    mod generated {
        include!(concat!(env!("OUT_DIR"), "/admin_texts.rs"));
    }
    use super::fill;
    #[cfg(not(feature = "ssr"))]
    use super::woken::admin_text as text;
    #[cfg(not(feature = "ssr"))]
    pub(crate) use super::woken::wake_admin as wake;
    pub(crate) use generated::*;

    #[cfg(feature = "ssr")]
    fn text(slot: usize) -> &'static str {
        super::table(&LANGUAGES, super::current())[slot]
    }

    /// As [`super::data_block`].
    #[cfg(feature = "ssr")]
    pub(crate) fn data_block(locale: super::Locale) -> String {
        super::as_block(super::table(&LANGUAGES, locale))
    }

    fn plural(first_slot: usize, count: usize) -> &'static str {
        text(first_slot + super::current().category(count))
    }
}

#[cfg(not(feature = "ssr"))]
mod woken {
    use std::sync::OnceLock;

    use super::Locale;

    static TEXTS: OnceLock<(Locale, Vec<String>)> = OnceLock::new();
    static ADMIN: OnceLock<Vec<String>> = OnceLock::new();

    /// Takes in the page's language, from `<html lang>` and the data block in the head; once, before anything is drawn.
    pub(crate) fn wake() {
        let document = leptos::prelude::document();
        let locale = document.document_element().and_then(|html| Locale::from_code(&html.get_attribute("lang")?));
        let _ = TEXTS.set((locale.unwrap_or_default(), block("texts").unwrap_or_default()));
    }

    /// The same for the admin area's own; false on any other page.
    pub(crate) fn wake_admin() -> bool {
        block("admin-texts").is_some_and(|texts| ADMIN.set(texts).is_ok())
    }

    fn block(id: &str) -> Option<Vec<String>> {
        let json = leptos::prelude::document().get_element_by_id(id).and_then(|block| block.text_content());
        json.and_then(|json| serde_json::from_str(&json).ok())
    }

    pub(super) fn text(slot: usize) -> &'static str {
        TEXTS.get().and_then(|(_, texts)| texts.get(slot)).map_or("", String::as_str)
    }

    pub(super) fn admin_text(slot: usize) -> &'static str {
        ADMIN.get().and_then(|texts| texts.get(slot)).map_or("", String::as_str)
    }

    pub(crate) fn current() -> Locale {
        TEXTS.get().map(|(locale, _)| *locale).unwrap_or_default()
    }
}
#[cfg(not(feature = "ssr"))]
use woken::text;
#[cfg(not(feature = "ssr"))]
pub(crate) use woken::{current, wake};

/// The form of a plural that `count` takes.
fn plural(first_slot: usize, count: usize) -> &'static str {
    text(first_slot + current().category(count))
}

/// Puts the values where the placeholders stand.
fn fill(text: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled() {
        assert_eq!(fill("{a} and {b}, {a}", &[("{a}", "x"), ("{b}", "y")]), "x and y, x");
    }
}
