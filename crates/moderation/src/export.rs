//! What is known here of somebody, for their archive.

use base::{Action, Actor, UserId};
use serde_json::{Value, json};

use crate::{Moderation, error::Error, store};

impl Moderation {
    /// What somebody reported, what was done about them, and their appeals: name of a file and its JSON. What others reported of them is
    /// theirs and not in it.
    pub async fn export(&self, actor: &Actor, user: UserId) -> Result<Vec<(String, Value)>, Error> {
        let own = actor.user() == Some(user);
        actor.may(if own { Action::ViewOwnAccount } else { Action::ManageUsers })?;
        let mut reports = Vec::new();
        let mut before = None;
        loop {
            let page = store::reports_by(&self.0.db, user, before, 200).await?;
            let full = page.len() == 200;
            before = page.last().map(|last| last.id);
            reports.extend(page);
            if !full {
                break;
            }
        }
        let sanctions = store::sanctions_told(&self.0.db, user, self.now()).await?;
        Ok(vec![
            ("moderation/my-reports.json".to_owned(), json!(reports)),
            ("moderation/sanctions.json".to_owned(), json!(sanctions)),
        ])
    }
}
