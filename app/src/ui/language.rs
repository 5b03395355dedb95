//! The language switch.

use leptos::prelude::*;

use crate::{
    browser,
    error::AppError,
    locale::Locale,
    texts,
    ui::form::{Form, Sending},
};

/// Keeps the chosen language in a cookie.
#[server(endpoint = "set_locale")]
pub async fn set_locale(#[server(default)] locale: String) -> Result<(), AppError> {
    use crate::context;

    let locale = Locale::from_code(&locale).ok_or(base::Kind::Invalid)?;
    context::set_choice_cookie(context::LOCALE_COOKIE, locale.code());
    let visitor = context::visitor();
    if visitor.me.is_some() {
        // Letters follow the choice, and so does the next browser they log in with.
        context::services().accounts.set_locale(&visitor.actor, locale.code()).await.map_err(context::told)?;
    }
    Ok(())
}

/// One button a language, each named in itself. The page comes anew from the server, since the browser has one language.
#[component]
pub(crate) fn LanguageSwitch() -> impl IntoView {
    let sending = Sending::to::<SetLocale>();
    sending.when_done(|_| browser::reload());
    let shown = texts::current();
    let buttons = Locale::ALL.map(|locale| {
        view! {
            <button
                type="submit"
                name="locale"
                value=locale.code()
                lang=locale.code()
                class="choice"
                aria-pressed=if locale == shown { "true" } else { "false" }
            >
                {locale.own_name()}
            </button>
        }
    });
    view! {
        <Form sending>
            <fieldset class="choices">
                <legend>{texts::language::legend()}</legend>
                {buttons}
            </fieldset>
        </Form>
    }
    .into_any()
}
