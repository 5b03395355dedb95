//! The tokens of one account, and the programs that are logged in as it.

use base::UserId;
use contract::token::ApiToken;
use leptos::prelude::*;

use super::theirs;
use crate::{
    pages::admin::ui::deed::Reasoned,
    texts::admin::users,
    ui::{form::Sending, time::Time},
};

/// The list.
pub(super) fn tokens(user: UserId, tokens: Vec<ApiToken>, sending: Option<Sending>) -> AnyView {
    let words = theirs::Words {
        id: "tokens",
        title: users::tokens(),
        none: users::no_tokens(),
        take: users::token_revoke(),
        taken: users::token_revoked(),
    };
    let columns =
        vec![users::token_name(), users::token_grants(), users::token_made(), users::last_used(), users::token_ends()];
    let rows = tokens.into_iter().map(|token| row(user, token, sending)).collect();
    theirs::list(words, columns, rows, sending)
}

/// Each in one piece: half a word says something else.
fn grants(words: &str) -> AnyView {
    words
        .split(' ')
        .map(|word| view! { <code class="as-one">{word.to_owned()}</code>" " })
        .collect::<Vec<_>>()
        .into_any()
}

fn row(user: UserId, token: ApiToken, sending: Option<Sending>) -> Vec<AnyView> {
    let kind = if token.personal { users::token_personal() } else { users::token_program() };
    let ending = token.ending.map(|ending| view! { " "<code>{format!("gh_…{ending}")}</code> });
    let mut cells = vec![
        view! { {token.name}{ending}<p class="hint">{kind}</p> }.into_any(),
        grants(&token.grants.to_string()),
        view! { <Time at=token.created_at/> }.into_any(),
        theirs::used(token.last_used_at),
        view! { <Time at=token.expires_at/> }.into_any(),
    ];
    cells.extend(sending.map(|sending| {
        view! {
            <Reasoned
                form=format!("token-{}", token.id)
                sending
                about=vec![("user", user.to_string()), ("token", token.id.to_string())]
                label=users::token_revoke()
                warning=users::token_revoke_warning()
                now=users::token_revoke_now()
                look="danger"
            />
        }
        .into_any()
    }));
    cells
}
