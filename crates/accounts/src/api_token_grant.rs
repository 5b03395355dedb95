//! Logins of programs: a password buys an access token for ten minutes and a refresh token that renews it; each refresh token is
//! good once.

use std::time::Duration;

use audit::Entry;
use base::{Action, Actor, Grants, Millis, Secret, UserId};
use contract::{Field, account::Me, token::Granted};

use crate::{
    Accounts, NewLogin,
    api_token::{NOTED_EVERY, announce_ended, judge_grants, judge_name},
    api_token_jwt::{Claims, GOOD_FOR},
    error::Error,
    form::Wrong,
    store::{self, NewToken, TokenKind},
    token,
};

/// A program that was not heard of for so long logs in again.
pub(crate) const REFRESH_FOR: Duration = Duration::from_hours(30 * 24);
/// By which a refresh token is told from a personal one.
const PREFIX: &str = "ghr_";
const LENGTH: usize = PREFIX.len() + 43;
/// A program that does not say what it is.
const UNNAMED: &str = "API";
/// Programs one person may have logged in; the one longest unused ends.
const MOST: u32 = 50;

impl Accounts {
    /// Turns a login that has just begun into one of a program, which calls itself `client`: the login of the browser ends, unused.
    pub async fn grant_tokens(
        &self,
        login: &NewLogin,
        grants: Option<Grants>,
        client: Option<&str>,
    ) -> Result<Granted, Error> {
        let known = self.identify(login.token.expose(), None).await?.ok_or(Error::WrongCredentials)?;
        let (actor, Me { id: user, role, .. }) = (known.actor, known.me);
        actor.may(Action::LogIn)?;
        let grants = grants.unwrap_or_else(|| crate::api_token::useful_to(role));
        let mut wrong = Wrong::default();
        let name = client.map_or(UNNAMED, str::trim).to_owned();
        wrong.check(Field::Grants, judge_grants(&actor, role, grants));
        wrong.check(Field::Client, judge_name(&name));
        let outcome = wrong.finish();
        let (now, refresh) = (self.now(), self.refresh_token());
        let session = login.session;
        if let Err(refused) = outcome {
            self.log_out(&actor).await?;
            return Err(refused);
        }
        let new = NewToken {
            kind: TokenKind::Login,
            name,
            grants,
            token_hash: token::hash(refresh.expose()),
            ending: String::new(),
            created_at: now,
            authenticated_at: now,
            expires_at: now.plus(REFRESH_FOR),
        };
        let token = self
            .0
            .db
            .write(move |tx| {
                let (new, acting) = (new.clone(), actor.clone());
                Box::pin(async move {
                    // Whoever ended it meanwhile meant this one.
                    if !store::delete_session(tx, user, session).await? {
                        return Err(Error::WrongCredentials);
                    }
                    let id = store::insert_token(tx, user, &new).await?;
                    let ended = store::trim_program_logins(tx, user, MOST).await?;
                    announce_ended(tx, now, user, ended).await?;
                    let after = serde_json::json!({ "name": new.name, "grants": new.grants });
                    let entry = Entry::new("token.granted", "token", id).changing((), after);
                    audit::record(tx, now, &acting, &entry).await?;
                    Ok(id)
                })
            })
            .await?;
        self.granted(Claims { user, token, grants, issued_at: now }, refresh).await
    }

    /// Exchanges a refresh token for a new pair. One that was exchanged before ends the login: somebody else has it, too.
    pub async fn refresh_tokens(&self, actor: &Actor, refresh: &str) -> Result<Granted, Error> {
        actor.may(Action::LogIn)?;
        if !looks_right(refresh) {
            return Err(Error::WrongCredentials);
        }
        let (old, next, now) = (token::hash(refresh), self.refresh_token(), self.now());
        let new = token::hash(next.expose());
        let outcome = self
            .0
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if let Some(found) =
                        store::exchange_refresh_token(tx, &old, &new, now, now.plus(REFRESH_FOR)).await?
                    {
                        return Ok(Exchange::Renewed(found));
                    }
                    match store::end_reused_login(tx, &old).await? {
                        Some((user, token)) => {
                            let entry = Entry::new("token.reused", "token", token);
                            audit::record(tx, now, &Actor::Job, &entry).await?;
                            announce_ended(tx, now, user, vec![token]).await?;
                            Ok(Exchange::Reused(user))
                        }
                        None => Ok::<_, Error>(Exchange::Unknown),
                    }
                })
            })
            .await?;
        match outcome {
            Exchange::Renewed(found) => {
                self.let_in(Some(found.me.id), actor.address()).await?;
                let claims = Claims { user: found.me.id, token: found.id, grants: found.grants, issued_at: now };
                self.granted(claims, next).await
            }
            Exchange::Reused(user) => {
                tracing::warn!(target: "security", act = "refresh_token_reused", user.id = user.get(), "a used refresh token came back");
                Err(Error::WrongCredentials)
            }
            Exchange::Unknown => Err(Error::WrongCredentials),
        }
    }

    /// Ends whatever the token belongs to: a personal token, or the login of a program by its refresh token. One that nobody knows
    /// is as good as revoked.
    pub async fn give_up_token(&self, actor: &Actor, text: &str) -> Result<(), Error> {
        actor.may(Action::LogIn)?;
        let (hash, now, acting) = (token::hash(text), self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    if let Some((user, token)) = store::delete_token_by_hash(tx, &hash).await? {
                        audit::record(tx, now, &acting, &Entry::new("token.revoked", "token", token)).await?;
                        announce_ended(tx, now, user, vec![token]).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    fn refresh_token(&self) -> Secret {
        Secret::new(format!("{PREFIX}{}", token::new_token(&*self.0.chance).expose()))
    }

    async fn granted(&self, claims: Claims, refresh: Secret) -> Result<Granted, Error> {
        let (access, _) = self.write_access_token(&claims).await?;
        Ok(Granted {
            access_token: access.expose().to_owned(),
            token_type: "Bearer".to_owned(),
            expires_in_secs: u32::try_from(GOOD_FOR.as_secs()).unwrap_or(u32::MAX),
            refresh_token: refresh.expose().to_owned(),
            refresh_expires_at: claims.issued_at.plus(REFRESH_FOR),
            grants: claims.grants,
        })
    }
}

/// What a refresh token can have become.
enum Exchange {
    Renewed(store::FoundToken),
    /// It was exchanged before.
    Reused(UserId),
    Unknown,
}

fn looks_right(refresh: &str) -> bool {
    refresh.len() == LENGTH && refresh.starts_with(PREFIX)
}

/// Ends the logins of all programs of somebody: with a change of password, a lock, a recovery, a ban. Tokens made by hand stay; whether
/// their owner is still let in is asked with their next use.
pub(crate) async fn end_program_logins(tx: &mut db::Tx<'_>, now: Millis, user: UserId) -> Result<(), Error> {
    store::doubt_tokens(tx, user, NOTED_EVERY).await?;
    let ended = store::delete_program_logins(tx, user).await?;
    announce_ended(tx, now, user, ended).await
}
