//! What is known here of somebody, as documents for their archive.

use base::{Action, Actor, UserId};
use serde_json::json;

use crate::{
    People,
    avatar::Size,
    company::List,
    error::Error,
    store,
    takeout::{Document, csv},
};

/// People read at a time.
const BATCH: u32 = 200;

impl People {
    /// What one wrote, who may see it, one's picture, and whom one knows and keeps away from.
    pub async fn export(&self, actor: &Actor, user: UserId) -> Result<Vec<Document>, Error> {
        let own = actor.user() == Some(user);
        actor.may(if own { Action::ViewOwnAccount } else { Action::ManageUsers })?;
        let person = store::person_by_id(&self.0.db, user).await?.ok_or(Error::NotFound)?;
        let about = store::about(&self.0.db, user).await?;
        let profile = json!({ "name": person.card.name, "role": person.card.role, "member_since": person.card.since,
            "about": about, "privacy": person.privacy });
        let mut documents = vec![Document::json("people/profile.json", &profile)];
        let mut rows = Vec::new();
        let lists = [
            (List::Friends, "friend"),
            (List::Asking, "asks you"),
            (List::Asked, "you asked"),
            (List::Blocked, "you blocked"),
            (List::Muted, "you muted"),
        ];
        for (list, word) in lists {
            let mut after = String::new();
            loop {
                let found = store::bonds::list(&self.0.db, user, list, &after, BATCH).await?;
                let full = found.len() == BATCH as usize;
                if let Some(last) = found.last() {
                    after.clone_from(&last.key);
                }
                rows.extend(found.into_iter().map(|listed| vec![word.to_owned(), listed.card.name]));
                if !full {
                    break;
                }
            }
        }
        documents.push(Document { path: "people/company.csv".into(), bytes: csv(&["relation", "name"], &rows) });
        if let Some(hash) = &person.card.avatar
            && let Some(bytes) = store::avatars::read(&self.0.db, hash, Size::Large).await?
        {
            documents.push(Document { path: "people/avatar.png".into(), bytes });
        }
        Ok(documents)
    }
}
