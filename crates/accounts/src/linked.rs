//! Whose an account at another service is, for the parts of the hub that meet people there.

use base::{Action, Actor, UserId};

use crate::{Accounts, error::Error, store};

impl Accounts {
    /// Whose the account of that service is; `None`: nobody's, or somebody's who is locked. Says who they are and nothing of what they may.
    pub async fn whose_identity(
        &self,
        actor: &Actor,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<(UserId, String, base::Role)>, Error> {
        actor.may(Action::ViewUsers)?;
        let Some(user) = store::identity_owner(&self.0.db, issuer, subject).await? else { return Ok(None) };
        let found = store::user_by_id(&self.0.db, user).await?;
        Ok(found.filter(|user| user.locked_at.is_none()).map(|user| (user.id, user.name, user.role)))
    }

    /// The account at a service that somebody has linked, the newest where there are several; `None` also for whoever is locked.
    pub async fn identity_at(&self, actor: &Actor, issuer: &str, user: UserId) -> Result<Option<String>, Error> {
        actor.may(Action::ViewUsers)?;
        if store::user_by_id(&self.0.db, user).await?.is_none_or(|user| user.locked_at.is_some()) {
            return Ok(None);
        }
        Ok(store::identity_subject(&self.0.db, issuer, user).await?)
    }
}
