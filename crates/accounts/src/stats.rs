//! Numbers for the dashboard.

use base::{Action, Actor, Millis};
use contract::{account::Outcome, vitals::At};

use crate::{Accounts, error::Error, store};

impl Accounts {
    /// How many accounts there are.
    pub async fn count(&self, actor: &Actor) -> Result<i64, Error> {
        actor.may(Action::ViewSystem)?;
        Ok(store::count_users(&self.0.db).await?)
    }

    /// Accounts made since then that still are, by the day, in UTC.
    pub async fn registrations_by_day(&self, actor: &Actor, since: Millis) -> Result<Vec<At>, Error> {
        actor.may(Action::ViewSystem)?;
        Ok(store::registrations_by_day(&self.0.db, since).await?)
    }

    /// Log-ins since then, by the day: those that went well, and those that were refused. A first step that was right is neither.
    pub async fn log_ins_by_day(&self, actor: &Actor, since: Millis) -> Result<(Vec<At>, Vec<At>), Error> {
        actor.may(Action::ViewSystem)?;
        let (mut good, mut refused): (Vec<At>, Vec<At>) = Default::default();
        for (at, outcome, value) in store::log_ins_by_day(&self.0.db, since).await? {
            let side = match Outcome::from_word(&outcome) {
                Some(Outcome::Ok) => &mut good,
                Some(Outcome::Wrong | Outcome::WrongSecondStep | Outcome::Locked) => &mut refused,
                Some(Outcome::SecondStep) | None => continue,
            };
            match side.last_mut().filter(|last| last.at == at) {
                Some(last) => last.value += value,
                None => side.push(At { at, value }),
            }
        }
        Ok((good, refused))
    }
}
