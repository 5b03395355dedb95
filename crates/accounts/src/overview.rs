//! What the account page shows.

use base::{Action, Actor};
use contract::account::Account;

use crate::{Accounts, error::Error, myself, store};

impl Accounts {
    /// Everything about one's own account: the current login first, then the last used.
    pub async fn account(&self, actor: &Actor) -> Result<Account, Error> {
        actor.may(Action::ViewOwnAccount)?;
        let user = myself(actor)?;
        let person = store::holder(&self.0.db, user).await?.ok_or(Error::NotFound)?;
        let mine = actor.session();
        let mut sessions = store::list_sessions(&self.0.db, user, mine, self.now()).await?;
        sessions.sort_by_key(|session| (!session.current, std::cmp::Reverse(session.last_used_at)));
        Ok(Account {
            me: person.me,
            email: person.email.map(|email| email.shown),
            email_verified: person.hold.is_proved(),
            created_at: person.created_at,
            deletion_due_at: person.deletion_due_at,
            sessions,
            game_password_made_at: store::game_password_made_at(&self.0.db, user).await?,
        })
    }
}
