//! Aleph One's log-on over HTTPS: the game password buys a token, and the token opens the lobby once; or, from the button in the game that
//! leads to the site, one's own account there.

use std::{net::IpAddr, time::Duration};

use base::{Action, Actor};
use contract::account::Proof;

use crate::{
    Accounts, Error, GameLogin, LogInStep,
    browser::Browser,
    game_password, name,
    store::{self, Opens},
    token::{self, TokenHash, random_text},
};

/// No NUL, at which the client would cut it (protocol §9.5). Sixteen of them make 95 bits.
const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LENGTH: usize = 16;
const GOOD_FOR: Duration = Duration::from_mins(1);
/// Long enough for a browser to start, and for its owner to press a button.
const ACCOUNT_GOOD_FOR: Duration = Duration::from_mins(5);

impl Accounts {
    /// Gives a token for the account's *game* password; the main one is never typed into a classic client. The token is good
    /// for one log-on within a minute, on any node of the hub.
    pub async fn open_lobby_token(
        &self,
        name: &str,
        password: &str,
        address: Option<IpAddr>,
    ) -> Result<[u8; LENGTH], Error> {
        self.sell(name, password, address, (Opens::Lobby, GOOD_FOR)).await
    }

    /// Gives a token that opens the account in a browser, once, within five minutes: see [`come_from_game`](Self::come_from_game).
    pub async fn open_account_token(
        &self,
        name: &str,
        password: &str,
        address: Option<IpAddr>,
    ) -> Result<[u8; LENGTH], Error> {
        self.sell(name, password, address, (Opens::Account, ACCOUNT_GOOD_FOR)).await
    }

    async fn sell(
        &self,
        name: &str,
        password: &str,
        address: Option<IpAddr>,
        (opens, good_for): (Opens, Duration),
    ) -> Result<[u8; LENGTH], Error> {
        let login = self.check_game_password(name, password, address).await?;
        let text = random_text(&*self.0.chance, ALPHABET, LENGTH);
        let (user, hash, now) = (login.user, token::hash(&text), self.now());
        self.0
            .db
            .write(move |tx| {
                Box::pin(async move {
                    store::delete_stale_lobby_tokens(tx, now).await?;
                    Ok::<_, Error>(store::insert_lobby_token(tx, user, &hash, opens, now.plus(good_for)).await?)
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

    /// The name of whose account a token opens, as the game wrote it into an address: its bytes in hexadecimal. `None`: it is worth nothing, or
    /// not any more. Nothing is changed: programs follow addresses, too.
    pub async fn from_game(&self, actor: &Actor, token: &str) -> Result<Option<String>, Error> {
        actor.may(Action::LogIn)?;
        let Some(hash) = read(token) else { return Ok(None) };
        Ok(store::account_of_token(&self.0.db, &hash, self.now()).await?)
    }

    /// Logs in by such a token, once. A second factor is still asked for; and what a game password proves is little, so the login counts as
    /// just proved only where the account has no better way in.
    pub async fn come_from_game(
        &self,
        actor: &Actor,
        token: &str,
        browser: impl Into<Browser<'_>>,
    ) -> Result<LogInStep, Error> {
        actor.may(Action::LogIn)?;
        self.0.log_ins.check(actor.address())?;
        let (hash, now) = (read(token).ok_or(Error::LinkGone)?, self.now());
        let taken: Result<_, Error> = self
            .0
            .db
            .write(move |tx| Box::pin(async move { Ok(store::take_account_token(tx, &hash, now).await?) }))
            .await;
        let user = taken?.ok_or(Error::LinkGone)?;
        self.finish_log_in(actor, user, Proof::GamePassword, false, browser).await
    }
}

/// What is stored of a token that is written in hexadecimal, if it can be one.
fn read(token: &str) -> Option<TokenHash> {
    let bytes = hex::decode(token).ok().filter(|bytes| bytes.len() == LENGTH)?;
    Some(token::hash_bytes(&bytes))
}
