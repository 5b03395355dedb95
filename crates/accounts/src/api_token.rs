//! Tokens of the API: personal ones, made by hand for one program; and who a token belongs to.

use std::{net::IpAddr, time::Duration};

use audit::{Entry, Reason};
use base::{Action, Actor, Credential, Grants, Millis, Person, Role, Secret, TokenId, UserId, permission::Scope};
use contract::{
    Code, Field,
    token::{ApiToken, MadeToken, MakeToken},
};

use crate::{
    Accounts, Known,
    api_token_jwt::Claims,
    deed::read_reason,
    error::Error,
    form::Wrong,
    myself,
    people::may_act_on,
    session::FRESH_FOR,
    store::{self, FoundToken, NewToken, TokenKind},
    token,
};

/// By which a token is known for one of ours wherever it turns up: in a log, in somebody's repository.
const PREFIX: &str = "gh_";
/// Of a personal token: the prefix and 256 bits.
const LENGTH: usize = PREFIX.len() + 43;
/// Characters of a token by which its owner knows it again.
const ENDING: usize = 4;
/// What a name may have.
const LONGEST_NAME: usize = 60;
/// Personal tokens one person may have.
const MOST: u32 = 100;
const LONGEST_DAYS: u16 = 365;
/// The last use of a token is written down at most that often.
pub(crate) const NOTED_EVERY: Duration = Duration::from_mins(1);

impl Accounts {
    /// Who a token belongs to; `None` where it belongs to nobody any more. A use of it, noted at most once a minute.
    pub async fn identify_token(&self, text: &str, address: Option<IpAddr>) -> Result<Option<Known>, Error> {
        let now = self.now();
        let found = if text.starts_with(PREFIX) && text.len() == LENGTH {
            store::personal_token(&self.0.db, &token::hash(text), now).await?
        } else if let Some(Claims { token, .. }) = self.read_access_token(text, now).await? {
            store::program_login(&self.0.db, token, now).await?
        } else {
            None
        };
        let Some(found) = found else { return Ok(None) };
        if found.last_used_at.is_none_or(|last| now.since(last) >= NOTED_EVERY) {
            // As often as that is noted, those who keep order are asked: who is shut out is out with every token.
            match self.let_in(Some(found.me.id), address).await {
                Ok(()) => self.note_token_use(found.id, now).await,
                Err(Error::Barred { .. }) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        let FoundToken { id, me, kind, grants, authenticated_at, .. } = found;
        let by = Credential::Token { token: id, grants, lasting: kind == TokenKind::Personal };
        let fresh = kind == TokenKind::Login && now.since(authenticated_at) < FRESH_FOR;
        let actor = Actor::Person(Person { user: me.id, role: me.role, by, fresh, address });
        Ok(Some(Known { actor, me }))
    }

    /// One's own tokens, and the programs that are logged in, newest first.
    pub async fn list_tokens(&self, actor: &Actor) -> Result<Vec<ApiToken>, Error> {
        actor.may(Action::ViewOwnAccount)?;
        Ok(store::list_tokens(&self.0.db, myself(actor)?, self.now()).await?)
    }

    /// Makes a personal token. It is shown this once.
    pub async fn make_token(&self, actor: &Actor, form: MakeToken) -> Result<MadeToken, Error> {
        actor.may(Action::SecureOwnAccount)?;
        let (user, role) = who(actor)?;
        self.make(actor, user, role, form).await
    }

    /// Makes a personal token for somebody. For the operator alone: whoever else runs the hub makes none in another's name.
    pub async fn make_token_for(&self, actor: &Actor, user: UserId, form: MakeToken) -> Result<MadeToken, Error> {
        actor.may(Action::ManageUsers)?;
        if !matches!(actor, Actor::Operator) {
            return Err(Error::Refused(base::Kind::Forbidden));
        }
        let target = store::user_by_id(&self.0.db, user).await?.ok_or(Error::NotFound)?;
        self.make(actor, user, target.role, form).await
    }

    async fn make(&self, actor: &Actor, user: UserId, role: Role, form: MakeToken) -> Result<MadeToken, Error> {
        let mut wrong = Wrong::default();
        let name = form.name.trim().to_owned();
        wrong.check(Field::Name, judge_name(&name));
        let grants = form.grants;
        wrong.check(Field::Grants, judge_grants(actor, role, grants));
        let days = form.days;
        wrong.check(Field::Days, if (1..=LONGEST_DAYS).contains(&days) { Ok(()) } else { Err(Code::OutOfRange) });
        wrong.finish()?;

        let text = Secret::new(format!("{PREFIX}{}", token::new_token(&*self.0.chance).expose()));
        let ending = text.expose()[LENGTH - ENDING..].to_owned();
        let now = self.now();
        let new = NewToken {
            kind: TokenKind::Personal,
            name: name.clone(),
            grants,
            token_hash: token::hash(text.expose()),
            ending: ending.clone(),
            created_at: now,
            authenticated_at: now,
            expires_at: now.plus(Duration::from_hours(24 * u64::from(days))),
        };
        let (kept, acting) = (new.clone(), actor.clone());
        let id = self
            .0
            .db
            .write(move |tx| {
                let (kept, acting) = (kept.clone(), acting.clone());
                Box::pin(async move {
                    store::hold_user(tx, user).await?.ok_or(Error::NotFound)?;
                    if store::count_tokens(tx, user).await? >= i64::from(MOST) {
                        return Err(Error::field(Field::Name, Code::Full));
                    }
                    let id = store::insert_token(tx, user, &kept).await?;
                    let after =
                        serde_json::json!({ "name": kept.name, "grants": kept.grants, "expires_at": kept.expires_at });
                    let entry = Entry::new("token.made", "token", id).changing((), after);
                    audit::record(tx, now, &acting, &entry).await?;
                    Ok(id)
                })
            })
            .await?;
        let about = ApiToken {
            id,
            personal: true,
            name,
            grants,
            ending: Some(ending),
            created_at: now,
            expires_at: new.expires_at,
            last_used_at: None,
        };
        Ok(MadeToken { token: text.expose().to_owned(), about })
    }

    /// Revokes one of one's own tokens, or ends the login of a program.
    pub async fn revoke_token(&self, actor: &Actor, id: TokenId) -> Result<(), Error> {
        actor.may(Action::ManageOwnAccount)?;
        self.revoke(actor, myself(actor)?, id, Reason::default()).await
    }

    /// Somebody's tokens and programs, newest first.
    pub async fn list_tokens_of(&self, actor: &Actor, user: UserId) -> Result<Vec<ApiToken>, Error> {
        actor.may(Action::ViewUsers)?;
        store::user_by_id(&self.0.db, user).await?.ok_or(Error::NotFound)?;
        Ok(store::list_tokens(&self.0.db, user, self.now()).await?)
    }

    /// Revokes a token of somebody; `reason` stands in the audit trail, and may be empty.
    pub async fn revoke_token_of(&self, actor: &Actor, user: UserId, id: TokenId, reason: &str) -> Result<(), Error> {
        actor.may(Action::ManageUsers)?;
        let reason = read_reason(reason)?;
        let target = store::user_by_id(&self.0.db, user).await?.ok_or(Error::NotFound)?;
        may_act_on(actor, target.role)?;
        self.revoke(actor, user, id, reason).await
    }

    async fn revoke(&self, actor: &Actor, user: UserId, id: TokenId, reason: Reason) -> Result<(), Error> {
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let (acting, reason) = (acting.clone(), reason.clone());
                Box::pin(async move {
                    if !store::delete_token(tx, user, id).await? {
                        return Err(Error::NotFound);
                    }
                    let entry = Entry::new("token.revoked", "token", id).because(&reason);
                    audit::record(tx, now, &acting, &entry).await?;
                    announce_ended(tx, now, user, vec![id]).await
                })
            })
            .await
    }

    /// What can be answered is not refused because the use could not be noted.
    async fn note_token_use(&self, id: TokenId, now: Millis) {
        let noted: Result<(), Error> = self
            .0
            .db
            .write(move |tx| {
                Box::pin(async move { Ok(store::note_token_use(tx, id, now, now.minus(NOTED_EVERY)).await?) })
            })
            .await;
        if let Err(error) = noted {
            tracing::warn!(error = &error as &dyn std::error::Error, "the use of a token could not be noted");
        }
    }
}

/// Tells whoever listens that tokens ended: their open sockets close.
pub(crate) async fn announce_ended(
    tx: &mut db::Tx<'_>,
    now: Millis,
    user: UserId,
    tokens: Vec<TokenId>,
) -> Result<(), Error> {
    if !tokens.is_empty() {
        events::record(tx, now, &contract::Event::TokensEnded { user, tokens }).await?;
    }
    Ok(())
}

/// The person a token is made for, and what they are to the hub.
fn who(actor: &Actor) -> Result<(UserId, Role), Error> {
    match actor {
        Actor::Person(person) => Ok((person.user, person.role)),
        _ => Err(Error::Refused(base::Kind::Forbidden)),
    }
}

pub(crate) fn judge_name(name: &str) -> Result<(), Code> {
    match name.chars().count() {
        0 => Err(Code::Required),
        long if long > LONGEST_NAME => Err(Code::TooLong),
        _ if name.chars().any(char::is_control) => Err(Code::BadCharacters),
        _ => Ok(()),
    }
}

/// A token is granted something, nothing that its owner's role has no use for, and nothing that the token it is made with has not.
pub(crate) fn judge_grants(actor: &Actor, role: Role, grants: Grants) -> Result<(), Code> {
    let held = match actor {
        Actor::Person(Person { by: Credential::Token { grants, .. }, .. }) => *grants,
        _ => Grants::ALL,
    };
    if grants.is_empty() {
        Err(Code::Required)
    } else if grants.and(held.and(useful_to(role))) == grants {
        Ok(())
    } else {
        Err(Code::NotGranted)
    }
}

/// What a role has a use for. What is decided in an organization depends on one's role there, so everybody may be granted it.
pub fn useful_to(role: Role) -> Grants {
    let rules = Action::ALL.into_iter().map(Action::rule);
    let useful = rules.filter(|rule| rule.strangers || rule.scope == Scope::Organization || rule.roles.has(role));
    Grants::of(&useful.map(|rule| (rule.area, rule.effect)).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::{
        SessionId,
        permission::{Area, Effect},
    };

    #[test]
    fn a_token_is_never_more_than_its_owner() {
        let logged_in = |role| Actor::Person(Person::logged_in(UserId::from(1), role, SessionId::from(1)));
        let judge = |role, grants: &str| judge_grants(&logged_in(role), role, grants.parse().unwrap());
        assert_eq!(judge(Role::Member, "account:read people:write"), Ok(()));
        assert_eq!(judge(Role::Member, "administration:read"), Err(Code::NotGranted));
        assert_eq!(judge(Role::Moderator, "moderation:write"), Ok(()));
        assert_eq!(judge(Role::Member, ""), Err(Code::Required));
        let grants = Grants::of(&[(Area::Account, Effect::Writes)]);
        let by = Credential::Token { token: TokenId::from(1), grants, lasting: false };
        let program =
            Actor::Person(Person { user: UserId::from(1), role: Role::Owner, by, fresh: true, address: None });
        assert_eq!(judge_grants(&program, Role::Owner, "account:write".parse().unwrap()), Ok(()));
        assert_eq!(judge_grants(&program, Role::Owner, "people:read".parse().unwrap()), Err(Code::NotGranted));
    }

    #[test]
    fn a_name_is_a_line() {
        for (name, judged) in [
            ("", Err(Code::Required)),
            ("bot", Ok(())),
            ("a\nb", Err(Code::BadCharacters)),
            (&"x".repeat(61), Err(Code::TooLong)),
        ] {
            assert_eq!(judge_name(name), judged, "{name:?}");
        }
    }
}
