//! Dark, light, high contrast, or what the system prefers. The server draws the chosen one, so nothing flashes.

use contract::setup::Theme;
use leptos::prelude::*;

use crate::{
    browser,
    error::AppError,
    texts,
    ui::form::{Form, Sending},
    viewer::viewer,
};

/// Keeps the chosen theme in a cookie.
#[server(endpoint = "set_theme")]
pub async fn set_theme(#[server(default)] theme: String) -> Result<(), AppError> {
    use crate::context;

    let theme = Theme::from_word(&theme).ok_or(base::Kind::Invalid)?;
    context::set_choice_cookie(context::THEME_COOKIE, theme.word());
    Ok(())
}

/// What a theme is called.
pub(crate) fn theme_name(theme: Theme) -> &'static str {
    match theme {
        Theme::System => texts::theme::system(),
        Theme::Dark => texts::theme::dark(),
        Theme::Light => texts::theme::light(),
        Theme::Contrast => texts::theme::contrast(),
    }
}

/// The colour of the browser's own bars, as in `style/tokens.css`.
#[cfg(feature = "ssr")]
pub(crate) fn bar_colors(theme: Theme) -> impl IntoView {
    const DARK: &str = "#171310";
    const LIGHT: &str = "#fbf6ec";
    let (dark, light) = match theme {
        Theme::System => (DARK, LIGHT),
        Theme::Dark => (DARK, DARK),
        Theme::Light => (LIGHT, LIGHT),
        Theme::Contrast => ("#000000", "#000000"),
    };
    let bar = |color, scheme| {
        leptos::html::meta()
            .name("theme-color")
            .content(color)
            .attr("media", format!("(prefers-color-scheme: {scheme})"))
    };
    (bar(dark, "dark"), bar(light, "light"))
}

/// One button a theme. With script the page changes at once, and the choice is kept behind its back.
#[component]
pub(crate) fn ThemeSwitch() -> impl IntoView {
    let sending = Sending::to::<SetTheme>();
    let chosen = RwSignal::new(viewer().theme);
    let buttons = Theme::ALL.map(|theme| {
        view! {
            <button
                type="submit"
                name="theme"
                value=theme.word()
                class="choice"
                on:click=move |_| {
                    chosen.set(theme);
                    browser::set_theme(theme.word());
                }
                aria-pressed=move || if chosen.get() == theme { "true" } else { "false" }
            >
                {theme_name(theme)}
            </button>
        }
    });
    view! {
        <Form sending>
            <fieldset class="choices">
                <legend>{texts::theme::legend()}</legend>
                {buttons}
            </fieldset>
        </Form>
    }
    .into_any()
}
