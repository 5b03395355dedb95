//! Every sentence a page shows: one function a text, made from `locales/*.json` at compile time.
//!
//! `texts::nav::live()` is checked by the compiler: a key that does not exist does not compile, one that nobody uses is
//! dead code, and the build script refuses a language that lacks one. The server holds all languages; the browser reads
//! the one that is shown from a data block in the page (`data_block`), so the others never travel.

mod generated {
    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}
pub(crate) use generated::*;

use crate::locale::Locale;

/// The text in a slot, in the language of the page.
#[cfg(feature = "ssr")]
fn text(slot: usize) -> &'static str {
    table(current())[slot]
}

#[cfg(feature = "ssr")]
fn table(locale: Locale) -> &'static [&'static str; COUNT] {
    let found = LANGUAGES.iter().find(|(code, _)| *code == locale.code());
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
    serde_json::to_string(table(locale).as_slice()).unwrap_or_default().replace('<', "\\u003c")
}

#[cfg(not(feature = "ssr"))]
mod woken {
    use std::sync::OnceLock;

    use super::Locale;

    static TEXTS: OnceLock<(Locale, Vec<String>)> = OnceLock::new();

    /// Takes in the page's language, from `<html lang>` and the data block in the head; once, before anything is drawn.
    pub(crate) fn wake() {
        let document = leptos::prelude::document();
        let locale = document.document_element().and_then(|html| Locale::from_code(&html.get_attribute("lang")?));
        let json = document.get_element_by_id("texts").and_then(|block| block.text_content());
        let texts = json.and_then(|json| serde_json::from_str(&json).ok());
        let _ = TEXTS.set((locale.unwrap_or_default(), texts.unwrap_or_default()));
    }

    pub(super) fn text(slot: usize) -> &'static str {
        TEXTS.get().and_then(|(_, texts)| texts.get(slot)).map_or("", String::as_str)
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
