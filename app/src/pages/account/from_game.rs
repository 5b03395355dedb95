//! The page that a classic game opens in the browser: into one's account by what the game password has bought.
//!
//! A button is asked for. Programs follow addresses, and a stranger's page could lead a browser to one that opens the stranger's account.

use leptos::prelude::*;

use super::by_token::by_token;
use crate::{
    error::AppError,
    texts,
    ui::{
        button::Submit,
        form::{Form, Sending, Summary},
    },
};

/// Whose account it is; `None` where what the game brought is worth nothing any more.
#[server(endpoint = "from_game")]
pub async fn read_from_game(#[server(default)] token: String) -> Result<Option<String>, AppError> {
    use crate::context;

    context::services().accounts.from_game(&context::visitor().actor, &token).await.map_err(context::told)
}

/// Logs in. Answers with the path to go on to.
#[server(endpoint = "come_from_game")]
pub async fn come_from_game(#[server(default)] token: String) -> Result<String, AppError> {
    use crate::context;

    let visitor = context::visitor();
    let outcome = context::services().accounts.come_from_game(&visitor.actor, &token, visitor.browser()).await;
    context::entered(outcome, "/account")
}

/// The page.
pub(crate) fn show() -> AnyView {
    by_token(texts::from_game::title(), read_from_game, |token, whose| match whose {
        Some(name) => view! { <Enter token name/> }.into_any(),
        None => view! { <Gone/> }.into_any(),
    })
}

#[component]
fn Enter(token: String, name: String) -> impl IntoView {
    let sending = Sending::to::<ComeFromGame>();
    sending.load_when_done();
    view! {
        <p class="lead">{texts::from_game::lead(&name)}</p>
        <Form sending look="form">
            <Summary sending/>
            <input type="hidden" name="token" value=token/>
            <Submit label=texts::from_game::submit() pending=sending.pending()/>
        </Form>
        <p class="hint">{texts::from_game::hint()}</p>
    }
    .into_any()
}

#[component]
fn Gone() -> impl IntoView {
    view! {
        <p class="notice" role="note">{texts::from_game::gone()}</p>
        <p><a class="button" href="/login">{texts::nav::log_in()}</a></p>
    }
    .into_any()
}
