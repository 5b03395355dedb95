//! The tokens of one account, and the programs that are logged in as it.

use base::UserId;
use contract::token::ApiToken;
use leptos::prelude::*;

use crate::{
    pages::admin::ui::{
        deed::Reasoned,
        reason::Outcome,
        table::{Column, Table},
    },
    texts::admin::users,
    ui::{form::Sending, time::Time},
};

/// The list, with a button for each where the account is below the reader's own.
pub(super) fn tokens(user: UserId, tokens: Vec<ApiToken>, sending: Option<Sending>) -> AnyView {
    let list = if tokens.is_empty() {
        view! { <p class="hint">{users::no_tokens()}</p> }.into_any()
    } else {
        let mut columns = vec![
            Column::new(users::token_name()),
            Column::new(users::token_grants()),
            Column::new(users::token_made()),
            Column::new(users::last_used()),
            Column::new(users::token_ends()),
        ];
        columns.extend(sending.map(|_| Column::new(users::token_revoke())));
        let rows = tokens.into_iter().map(|token| row(user, token, sending)).collect();
        view! { <Table caption=users::tokens() columns rows/> }.into_any()
    };
    view! {
        <section aria-labelledby="tokens">
            <h2 id="tokens">{users::tokens()}</h2>
            {sending.map(|sending| view! { <Outcome sending done=users::token_revoked()/> })}
            {list}
        </section>
    }
    .into_any()
}

fn row(user: UserId, token: ApiToken, sending: Option<Sending>) -> Vec<AnyView> {
    let kind = if token.personal { users::token_personal() } else { users::token_program() };
    let ending = token.ending.map(|ending| view! { " "<code>{format!("gh_…{ending}")}</code> });
    let used = match token.last_used_at {
        Some(at) => view! { <Time at/> }.into_any(),
        None => "–".into_any(),
    };
    let mut cells = vec![
        view! { {token.name}{ending}<p class="hint">{kind}</p> }.into_any(),
        view! { <code>{token.grants.to_string()}</code> }.into_any(),
        view! { <Time at=token.created_at/> }.into_any(),
        used,
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
