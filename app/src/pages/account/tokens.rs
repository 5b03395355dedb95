//! One's own tokens of the API, and the programs that are logged in.

use contract::{
    Field,
    token::{ApiToken, MadeToken},
};
use leptos::prelude::*;
use leptos_router::components::Redirect;

use super::{
    next::login_for,
    tokens_api::{MakeApiToken, MyTokens, RevokeApiToken, read_tokens},
};
use crate::{
    error::AppError,
    texts,
    texts::tokens,
    ui::{
        button::Submit,
        confirm::Confirm,
        copy::Copyable,
        field::{Labelled, TextField, described_by},
        form::{Form, Sending, Summary},
        page::Page,
        state::once_read,
        time::Time,
    },
    viewer::viewer,
};

/// The page.
pub(crate) fn show() -> AnyView {
    if viewer().me.is_none() {
        return view! { <Redirect path=login_for("/account/tokens")/> }.into_any();
    }
    let mine = Resource::new(|| (), |()| read_tokens());
    view! { <TokensPage mine/> }.into_any()
}

#[component]
fn TokensPage(mine: Resource<Result<MyTokens, AppError>>) -> impl IntoView {
    let (make, revoke) = (Sending::to::<MakeApiToken>(), Sending::to::<RevokeApiToken>());
    make.when_done(move |_| mine.refetch());
    revoke.when_done(move |_| mine.refetch());
    let made = move || make.done().and_then(|answer| serde_json::from_str::<MadeToken>(&answer).ok());
    view! {
        <Page title=tokens::title() lead=tokens::lead()>
            // The document of the API is no page of the router's.
            <p><a href="/api/docs" rel="external">{tokens::docs()}</a></p>
            // Outside of what is drawn afresh: it is shown this once.
            <div role="status">{move || made().map(|made| view! { <New token=made.token/> })}</div>
            {once_read(mine, move |MyTokens { tokens, offered, new_token }| view! {
                {new_token.map(|token| view! { <div role="status"><New token/></div> })}
                <List rows=tokens revoke/>
                <Make offered sending=make/>
            }
            .into_any())}
            <p><a href="/account">{texts::account::title()}</a></p>
        </Page>
    }
    .into_any()
}

/// A token that was just made.
#[component]
fn New(token: String) -> impl IntoView {
    view! {
        <div class="notice good">
            <p>{tokens::shown_once()}</p>
            <Copyable value=token label=tokens::the_new()/>
        </div>
    }
    .into_any()
}

#[component]
fn List(rows: Vec<ApiToken>, revoke: Sending) -> impl IntoView {
    let content = if rows.is_empty() {
        view! { <p>{tokens::none()}</p> }.into_any()
    } else {
        let rows: Vec<_> = rows.into_iter().map(|token| view! { <Row token revoke/> }).collect();
        view! { <ul class="plain">{rows}</ul> }.into_any()
    };
    view! {
        <section class="card" aria-labelledby="tokens">
            <h2 id="tokens">{tokens::list()}</h2>
            <Summary sending=revoke/>
            {content}
        </section>
    }
    .into_any()
}

#[component]
fn Row(token: ApiToken, revoke: Sending) -> impl IntoView {
    let used = match token.last_used_at {
        Some(at) => view! { {texts::sessions::last_used()}" "<Time at/> }.into_any(),
        None => tokens::unused().into_any(),
    };
    let grants: Vec<_> = token.grants.words().map(|word| view! { <li>{says(&word)}</li> }).collect();
    view! {
        <li>
            <strong>{token.name}</strong>
            {token.ending.map(|ending| view! { " "<code>{format!("gh_…{ending}")}</code> })}
            {(!token.personal).then(|| view! { <p class="hint">{tokens::program()}</p> })}
            <p class="hint">{tokens::made()}" "<Time at=token.created_at/>". "{used}</p>
            <p class="hint">{tokens::ends()}" "<Time at=token.expires_at/></p>
            <details>
                <summary>{texts::field::grants()}</summary>
                <ul>{grants}</ul>
            </details>
            <Confirm label=tokens::revoke() warning=tokens::revoke_warning()>
                <Form sending=revoke>
                    <input type="hidden" name="token" value=token.id.get()/>
                    <Submit label=tokens::revoke_now() pending=revoke.pending() look="danger"/>
                </Form>
            </Confirm>
        </li>
    }
    .into_any()
}

#[component]
fn Make(offered: Vec<String>, sending: Sending) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="make">
            <h2 id="make">{tokens::make()}</h2>
            <Form sending look="form">
                <Summary sending/>
                <TextField field=Field::Name sending autocomplete="off" hint=tokens::name_hint()/>
                <Grants offered sending/>
                <Days sending/>
                <Submit label=tokens::make_now() pending=sending.pending()/>
            </Form>
        </section>
    }
    .into_any()
}

/// What the token may be used for: nothing is ticked beforehand.
#[component]
fn Grants(offered: Vec<String>, sending: Sending) -> impl IntoView {
    let kept = sending.kept(Field::Grants).unwrap_or_default();
    let boxes: Vec<_> = offered
        .into_iter()
        .map(|word| {
            let checked = kept.split(' ').any(|one| one == word);
            let (says, value) = (says(&word), word.clone());
            view! {
                <label class="check">
                    <input type="checkbox" name="grants[]" value=value checked=checked/>" "{says}" "<code>{word}</code>
                </label>
            }
        })
        .collect();
    view! {
        <fieldset class="field" id="grants" aria-describedby=described_by(Field::Grants, true)>
            <legend>{texts::field::grants()}</legend>
            <p class="hint" id="grants-hint">{tokens::grants_hint()}</p>
            {boxes}
            <p class="error" id="grants-error">{move || sending.field(Field::Grants)}</p>
        </fieldset>
    }
    .into_any()
}

/// How long it is good: a quarter of a year, if nobody says otherwise.
#[component]
fn Days(sending: Sending) -> impl IntoView {
    let kept = sending.kept(Field::Days).unwrap_or_else(|| "90".into());
    let choices: Vec<_> = [
        ("7", tokens::week()),
        ("30", tokens::month()),
        ("90", tokens::quarter()),
        ("180", tokens::half_year()),
        ("365", tokens::year()),
    ]
    .into_iter()
    .map(|(days, title)| view! { <option value=days selected=days == kept>{title}</option> })
    .collect();
    view! {
        <Labelled field=Field::Days sending hint=Some(tokens::days_hint()) required=true>
            <select id="days" name="days" aria-describedby=described_by(Field::Days, true)>{choices}</select>
        </Labelled>
    }
    .into_any()
}

/// What a grant lets a program do, in plain words.
fn says(word: &str) -> &'static str {
    match word {
        "account:read" => tokens::account_read(),
        "account:write" => tokens::account_write(),
        "people:read" => tokens::people_read(),
        "people:write" => tokens::people_write(),
        "organizations:read" => tokens::organizations_read(),
        "organizations:write" => tokens::organizations_write(),
        "lobby:read" => tokens::lobby_read(),
        "lobby:write" => tokens::lobby_write(),
        "moderation:read" => tokens::moderation_read(),
        "moderation:write" => tokens::moderation_write(),
        "administration:read" => tokens::administration_read(),
        "administration:write" => tokens::administration_write(),
        _ => tokens::something_new(),
    }
}
