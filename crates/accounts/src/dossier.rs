//! One account as those who run the hub see it.

use base::{Action, Actor, UserId};
use contract::account::Dossier;

use crate::{Accounts, error::Error, store};

/// Log-ins shown of an account.
const LOG_INS: i64 = 20;

impl Accounts {
    /// Everything the hub keeps of an account that those who run it may read; `None` where there is none.
    pub async fn dossier(&self, actor: &Actor, user: UserId) -> Result<Option<Dossier>, Error> {
        actor.may(Action::ViewUsers)?;
        let Some(holder) = store::holder(&self.0.db, user).await? else { return Ok(None) };
        let Some(summary) = store::user_by_id(&self.0.db, user).await? else { return Ok(None) };
        let mut sessions = store::list_sessions(&self.0.db, user, None, self.now()).await?;
        sessions.sort_by_key(|session| std::cmp::Reverse(session.last_used_at));
        let log_ins = store::list_log_ins(&self.0.db, user, i64::MAX, LOG_INS).await?;
        Ok(Some(Dossier {
            me: holder.me,
            email: summary.email,
            email_verified: holder.hold.is_proved(),
            has_password: holder.has_password,
            locked_at: summary.locked_at,
            deletion_due_at: holder.deletion_due_at,
            created_at: holder.created_at,
            may_be_changed: actor.outranks(summary.role),
            sessions,
            log_ins,
        }))
    }
}
