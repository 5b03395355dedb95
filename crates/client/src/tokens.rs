//! Tokens of the API.

use base::{TokenId, UserId};
use contract::token::{ApiToken, GiveUp, Grant, Granted, MadeToken, MakeToken};
use hyper::Method;

use crate::{Client, Error};

const NOTHING: Option<&()> = None;

impl Client {
    /// Tokens for a password, or newer ones for the refresh token.
    pub async fn grant(&self, grant: &Grant) -> Result<Granted, Error> {
        self.post("/auth/token", grant).await
    }

    /// Gives a token up.
    pub async fn give_up_token(&self, token: &str) -> Result<(), Error> {
        self.act(Method::POST, "/auth/revoke", Some(&GiveUp { token: token.to_owned() })).await
    }

    /// One's own tokens, and the programs that are logged in.
    pub async fn list_tokens(&self) -> Result<Vec<ApiToken>, Error> {
        self.get("/me/tokens", &()).await
    }

    /// Makes a personal token.
    pub async fn make_token(&self, form: &MakeToken) -> Result<MadeToken, Error> {
        self.post("/me/tokens", form).await
    }

    /// Revokes one of one's own.
    pub async fn revoke_token(&self, token: TokenId) -> Result<(), Error> {
        self.act(Method::DELETE, &format!("/me/tokens/{token}"), NOTHING).await
    }

    /// Somebody's tokens and programs.
    pub async fn list_tokens_of(&self, user: UserId) -> Result<Vec<ApiToken>, Error> {
        self.get(&format!("/users/{user}/tokens"), &()).await
    }

    /// Revokes a token of somebody.
    pub async fn revoke_token_of(&self, user: UserId, token: TokenId) -> Result<(), Error> {
        self.act(Method::DELETE, &format!("/users/{user}/tokens/{token}"), NOTHING).await
    }
}
