//! The server functions of one's own tokens.

use contract::token::{ApiToken, MadeToken};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What the page about tokens shows.
#[derive(Clone, Serialize, Deserialize)]
pub struct MyTokens {
    /// One's tokens, and the programs that are logged in, newest first.
    pub tokens: Vec<ApiToken>,
    /// What a token of one's own may be granted, word by word.
    pub offered: Vec<String>,
    /// A token that was just made by a form sent without script; shown this once.
    pub new_token: Option<String>,
}

/// One's tokens.
#[server(endpoint = "api_tokens")]
pub async fn read_tokens() -> Result<MyTokens, AppError> {
    use crate::context;

    // Before anything is waited for: a page that is drawn again meanwhile takes its context away.
    let (visitor, new_token) = (context::visitor(), context::take_once().filter(|once| is_token(once)));
    let tokens = context::services().accounts.list_tokens(&visitor.actor).await.map_err(context::told)?;
    let role = visitor.me.as_ref().map_or(base::Role::Guest, |me| me.role);
    let offered = accounts::useful_to(role).words().collect();
    Ok(MyTokens { tokens, offered, new_token })
}

/// Makes a personal token.
#[server(endpoint = "make_api_token")]
pub async fn make_api_token(
    #[server(default)] name: String,
    #[server(default)] grants: Vec<String>,
    #[server(default)] days: u16,
) -> Result<MadeToken, AppError> {
    use base::Grants;
    use contract::{Field, token::MakeToken};

    use crate::context;

    let words = grants.join(" ");
    // A word that no box of ours has grants nothing, and is refused as nothing is.
    let form = MakeToken { name: name.clone(), grants: words.parse().unwrap_or(Grants::NONE), days };
    let made = context::services().accounts.make_token(&context::visitor().actor, form).await.map_err(|error| {
        let days = days.to_string();
        context::told(error).keeping([(Field::Name, name), (Field::Grants, words), (Field::Days, days)])
    })?;
    if context::wants_page() {
        context::hand_on_once(&made.token);
    }
    Ok(made)
}

/// Revokes a token of one's own, or ends the login of a program.
#[server(endpoint = "revoke_api_token")]
pub async fn revoke_api_token(token: i64) -> Result<(), AppError> {
    use crate::context;

    context::services().accounts.revoke_token(&context::visitor().actor, token.into()).await.map_err(context::told)
}

/// Whether what a form handed on is a token: game passwords and recovery codes are handed on the same way.
#[cfg(feature = "ssr")]
pub(super) fn is_token(once: &str) -> bool {
    once.starts_with("gh_")
}
