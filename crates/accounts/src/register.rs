//! Make an account for oneself.

use base::{Action, Actor, Role, UserId};
use contract::{Event, account::Register};
use db::Tx;

use crate::{
    Accounts,
    attempt::address_hash,
    candidate::lost_race,
    error::Error,
    form::Wrong,
    log_in::NewLogin,
    session,
    store::{self, NewUser},
};

impl Accounts {
    /// Makes an account and logs it in. `user_agent` is what the browser says it is.
    pub async fn register(&self, actor: &Actor, form: Register, user_agent: &str) -> Result<NewLogin, Error> {
        actor.may(Action::Register)?;
        if !self.site().await.registration {
            return Err(Error::RegistrationClosed);
        }
        let candidate = self.candidate(Wrong::default(), &form.name, &form.email, form.password).await?;
        // Counted only now: whoever mistypes three times is not sent away for an hour.
        self.0.registrations.check(actor.address())?;
        let user = self.new_user(candidate, Role::Member).await?;
        let login = self.admit(actor, user, user_agent, Seat::Any).await?;
        metrics::counter!("guildhall_accounts_registered_total").increment(1);
        tracing::info!(target: "security", act = "registered", user.id = login.me.id.get(), "registered");
        Ok(login)
    }

    /// Writes a new account and its first login down. The first owner takes the hub in the same transaction.
    pub(crate) async fn admit(
        &self,
        actor: &Actor,
        user: NewUser,
        user_agent: &str,
        seat: Seat,
    ) -> Result<NewLogin, Error> {
        let opening = self.opening(false, user_agent);
        let (kept, address, per_user) = (opening.clone(), actor.address(), self.0.settings.sessions.per_user);
        let (name, role) = (user.name.shown.clone(), user.role);
        let (id, session) = self
            .0
            .db
            .write(move |tx| {
                let (user, kept) = (user.clone(), kept.clone());
                Box::pin(async move {
                    let id = insert(tx, &user, seat).await?;
                    store::remember_address(tx, id, &address_hash(id, address), user.created_at).await?;
                    Ok::<_, Error>((id, kept.begin(tx, id, per_user).await?))
                })
            })
            .await?;
        Ok(opening.login(session::me(id, name, role), session))
    }
}

/// The place a new account takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seat {
    /// One among others, whatever its role.
    Any,
    /// The first owner's: there is one, and whoever comes second does not get it.
    FirstOwner,
}

/// Writes a new account down and announces it.
pub(crate) async fn insert(tx: &mut Tx<'_>, user: &NewUser, seat: Seat) -> Result<UserId, Error> {
    // The primary key of the settings decides between two who come at once. An owner made at the command line takes the
    // hub as well, so that the printed setup link is worth nothing afterwards.
    let took_the_hub = user.role == Role::Owner && store::take_hub(tx).await?;
    if seat == Seat::FirstOwner && !took_the_hub {
        return Err(Error::NotThisStep);
    }
    let id = store::insert_user(tx, user).await.map_err(lost_race)?;
    let event = Event::UserRegistered { user: id, name: user.name.shown.clone() };
    events::record(tx, user.created_at, &event).await?;
    Ok(id)
}
