//! What those who run the hub do to one account, each time with its reason.

use audit::{Entry, Reason};
use base::{Action, Actor, Role, Secret, UserId};
use contract::{Code, Event, Field};
use serde_json::{Value, json};

use crate::{
    Accounts,
    address::{WayBack, leave_address},
    candidate::lost_race,
    email::Email,
    error::Error,
    name::Name,
    notice::notify,
    people::{keep_an_owner, may_act_on, may_hold},
    session::end_all,
    store,
};

/// What is to be done.
#[derive(Clone)]
pub enum Deed {
    /// Another name.
    Rename(String),
    /// Another e-mail address, not proved; empty: none.
    SetEmail(String),
    /// Another role. All logins end, so that none goes on under the old one.
    SetRole(Role),
    /// Another password. All logins end.
    SetPassword(Secret),
    /// Nobody logs in to it, and all logins end.
    Lock,
    /// Logging in works again.
    Unlock,
    /// All logins end.
    LogOut,
}

/// The same, with everything looked at that needs no transaction.
#[derive(Clone)]
enum Ready {
    Rename(Name),
    SetEmail(Option<Email>, WayBack),
    SetRole(Role),
    SetPassword(String),
    Lock,
    Unlock,
    LogOut,
}

impl Accounts {
    /// Does it to somebody below oneself; `reason` stands in the audit trail, and may be empty. Nothing happens where it is so already.
    pub async fn act_on(&self, actor: &Actor, user: UserId, deed: Deed, reason: &str) -> Result<(), Error> {
        actor.may(Action::ManageUsers)?;
        let reason = read_reason(reason)?;
        let ready = self.prepare(actor, user, deed).await?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let (ready, acting, reason) = (ready.clone(), acting.clone(), reason.clone());
                Box::pin(async move {
                    store::hold_owners(tx).await?;
                    let before = store::hold_user(tx, user).await?.ok_or(Error::NotFound)?;
                    may_act_on(&acting, before.role)?;
                    let entry =
                        |act, was: Value, is: Value| Entry::new(act, "user", user).changing(was, is).because(&reason);
                    let entry = match ready {
                        Ready::Rename(name) if name.shown == before.name => return Ok(()),
                        Ready::Rename(name) => {
                            store::rename(tx, user, &name).await.map_err(lost_race)?;
                            entry("user.renamed", json!({ "name": before.name }), json!({ "name": name.shown }))
                        }
                        Ready::SetEmail(email, way_back) => {
                            let holder = store::hold_holder(tx, user).await?.ok_or(Error::NotFound)?;
                            let shown = |email: Option<&Email>| email.map(|email| email.shown.clone());
                            let same = shown(holder.email.as_ref()) == shown(email.as_ref());
                            // One that was only typed becomes the account's own by this.
                            if same && holder.hold.is_own() == email.is_some() {
                                return Ok(());
                            }
                            store::set_email(tx, user, email.as_ref(), None).await.map_err(lost_race)?;
                            // Addresses stay out of the trail: it outlives accounts.
                            let entry = entry("user.email_set", Value::Null, json!({ "given": email.is_some() }));
                            return leave_address(tx, now, &acting, &holder, &way_back, &entry).await;
                        }
                        Ready::SetRole(role) if role == before.role => return Ok(()),
                        Ready::SetRole(role) => {
                            if before.role == Role::Owner {
                                keep_an_owner(tx, user).await?;
                            }
                            if role == Role::Owner {
                                store::take_hub(tx).await?;
                            }
                            store::set_role(tx, user, role).await?;
                            entry("user.role_set", json!({ "role": before.role }), json!({ "role": role }))
                        }
                        Ready::SetPassword(hash) => {
                            store::set_password(tx, user, &hash, now).await?;
                            events::record(tx, now, &Event::PasswordChanged { user }).await?;
                            notify(tx, now, user, |name| mail::Text::PasswordChanged { name, at: now }).await?;
                            entry("user.password_set", Value::Null, Value::Null)
                        }
                        Ready::Lock if before.locked_at.is_some() => return Ok(()),
                        Ready::Lock => {
                            if before.role == Role::Owner {
                                keep_an_owner(tx, user).await?;
                            }
                            store::set_locked(tx, user, Some(now)).await?;
                            store::delete_lobby_tokens(tx, user).await?;
                            // The lobby hears of it: who is in a room leaves it.
                            events::record(tx, now, &Event::SanctionsChanged { user: Some(user) }).await?;
                            entry("user.locked", Value::Null, Value::Null)
                        }
                        Ready::Unlock => {
                            let Some(since) = before.locked_at else { return Ok(()) };
                            store::set_locked(tx, user, None).await?;
                            let entry = entry("user.unlocked", json!({ "locked_at": since }), Value::Null);
                            return Ok(audit::record(tx, now, &acting, &entry).await?);
                        }
                        Ready::LogOut => {
                            store::delete_lobby_tokens(tx, user).await?;
                            entry("user.logged_out", Value::Null, Value::Null)
                        }
                    };
                    let stays_logged_in = entry.act == "user.renamed";
                    audit::record(tx, now, &acting, &entry).await?;
                    if stays_logged_in { Ok(()) } else { end_all(tx, now, user).await }
                })
            })
            .await
    }

    async fn prepare(&self, actor: &Actor, user: UserId, deed: Deed) -> Result<Ready, Error> {
        let target = store::user_by_id(&self.0.db, user).await?.ok_or(Error::NotFound)?;
        // Asked again where it is done; here so that nobody learns of a name or makes us hash for nothing.
        may_act_on(actor, target.role)?;
        Ok(match deed {
            Deed::Rename(typed) if typed.trim() == target.name => Ready::Rename(Name::parse(&typed).map_err(in_name)?),
            Deed::Rename(typed) => {
                let parsed = Name::parse(&typed).map_err(in_name)?;
                // The same but for case or accents is their own name already, and nobody else's.
                let free = if parsed.key == crate::name::fold(&target.name) {
                    Ok(parsed)
                } else {
                    self.free_name(&typed).await?
                };
                Ready::Rename(free.map_err(in_name)?)
            }
            Deed::SetEmail(typed) => {
                let email = Email::parse(&typed).map_err(|code| Error::field(Field::Email, code))?;
                let own =
                    |email: &Email| target.email.as_deref().map(crate::email::key).as_deref() == Some(&*email.key);
                if let Some(email) = email.as_ref().filter(|email| !own(email))
                    && store::email_is_taken(&self.0.db, &email.key).await?
                {
                    return Err(Error::field(Field::Email, Code::Taken));
                }
                Ready::SetEmail(email, self.way_back())
            }
            Deed::SetRole(role) => {
                may_hold(actor, role)?;
                Ready::SetRole(role)
            }
            Deed::SetPassword(password) => {
                let words = vec![target.name, target.email.unwrap_or_default()];
                if let Err(code) = self.judge_password(password.expose().to_owned(), words).await? {
                    return Err(Error::field(Field::Password, code));
                }
                Ready::SetPassword(self.0.hasher.hash(password).await?)
            }
            Deed::Lock => Ready::Lock,
            Deed::Unlock => Ready::Unlock,
            Deed::LogOut => Ready::LogOut,
        })
    }
}

fn in_name(code: Code) -> Error {
    Error::field(Field::Name, code)
}

/// Why, as it was typed.
pub(crate) fn read_reason(typed: &str) -> Result<Reason, Error> {
    Reason::read(typed).map_err(|code| Error::field(Field::Reason, code))
}
