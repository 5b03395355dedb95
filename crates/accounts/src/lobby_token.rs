//! Aleph One's log-on over HTTPS: the game password buys a token, and the token opens the lobby once.

use std::{net::IpAddr, time::Duration};

use base::{Action, Actor};

use crate::{
    Accounts, Error, GameLogin, game_password, name, store,
    token::{self, random_text},
};

/// No NUL, at which the client would cut it (protocol §9.5). Sixteen of them make 95 bits.
const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LENGTH: usize = 16;
const GOOD_FOR: Duration = Duration::from_mins(1);

impl Accounts {
    /// Gives a token for the account's *game* password; the main one is never typed into a classic client. The token is good
    /// for one log-on within a minute, on any node of the hub.
    pub async fn open_lobby_token(
        &self,
        name: &str,
        password: &str,
        address: Option<IpAddr>,
    ) -> Result<[u8; LENGTH], Error> {
        let login = self.check_game_password(name, password, address).await?;
        let text = random_text(&*self.0.chance, ALPHABET, LENGTH);
        let (user, hash, now) = (login.user, token::hash(&text), self.now());
        self.0
            .db
            .write(move |tx| {
                Box::pin(async move {
                    store::delete_stale_lobby_tokens(tx, now).await?;
                    Ok::<_, Error>(store::insert_lobby_token(tx, user, &hash, now.plus(GOOD_FOR)).await?)
                })
            })
            .await?;
        Ok(text.into_bytes().try_into().expect("sixteen characters of ASCII are sixteen bytes"))
    }

    /// Takes a token in exchange for a log-on. The one statement that finds it erases it, so of two who bring it, one gets in.
    pub async fn redeem_lobby_token(&self, name: &str, token: &[u8; LENGTH]) -> Result<GameLogin, Error> {
        let outcome = self.try_lobby_token(name, token).await;
        game_password::report(&outcome, "lobby_token");
        outcome
    }

    async fn try_lobby_token(&self, typed_name: &str, token: &[u8; LENGTH]) -> Result<GameLogin, Error> {
        Actor::Stranger { address: None }.may(Action::LogIn)?;
        let text = std::str::from_utf8(token).map_err(|_| Error::WrongCredentials)?;
        let found = store::game_credentials(&self.0.db, &name::game_key(typed_name)).await?;
        let Some(found) = found else { return Err(Error::WrongCredentials) };
        let (user, hash, now) = (found.me.id, token::hash(text), self.now());
        let expires_at = self
            .0
            .db
            .write(move |tx| Box::pin(async move { Ok::<_, Error>(store::take_lobby_token(tx, user, &hash).await?) }))
            .await?;
        match expires_at {
            Some(expires_at) if now < expires_at && found.locked => Err(Error::Locked),
            Some(expires_at) if now < expires_at => Ok(found.me.into()),
            _ => Err(Error::WrongCredentials),
        }
    }
}
