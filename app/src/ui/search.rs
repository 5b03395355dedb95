//! A search by name. A plain form: the address says what is shown.

use leptos::prelude::*;

/// A field and its button in one line, as far as the window allows.
#[component]
pub(crate) fn Search(
    /// The page that shows what is found; it reads `q`.
    path: &'static str,
    /// What is typed.
    label: &'static str,
    /// The button's word.
    button: &'static str,
    /// What was asked for.
    asked: String,
) -> impl IntoView {
    view! {
        <form method="get" action=path role="search" class="search">
            <div class="field">
                <label for="q">{label}</label>
                <input id="q" name="q" type="search" value=asked maxlength="60" autocomplete="off" autocapitalize="none"/>
            </div>
            <button class="button" type="submit">{button}</button>
        </form>
    }
}
