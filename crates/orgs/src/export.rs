//! What organizations know of somebody, for the download of everything about oneself.

use base::{Action, Actor, UserId};
use serde_json::json;

use crate::{Orgs, error::Error, store};

impl Orgs {
    /// Memberships, requests and invitations of somebody, as files by path.
    pub async fn export(&self, actor: &Actor, user: UserId) -> Result<Vec<(String, Vec<u8>)>, Error> {
        if actor.user() == Some(user) {
            actor.may(Action::ViewOwnAccount)?;
        } else {
            actor.may(Action::ViewUsers)?;
        }
        let db = &self.0.db;
        let mut places = Vec::new();
        for (org, role) in store::member_of(db, user).await? {
            if let Some(org) = store::by_id(db, org).await? {
                let since = store::joined_at(db, org.id, user).await?;
                places.push(
                    json!({ "organization": org.name, "slug": org.slug, "role": role.word(), "joined_at": since }),
                );
            }
        }
        let mut asked = Vec::new();
        for (name, message, at) in store::asked_by(db, user).await? {
            asked.push(json!({ "organization": name, "message": message, "asked_at": at }));
        }
        let mut invited = Vec::new();
        for (org, role) in store::invitations_to(db, user, self.now()).await? {
            if let Some(org) = store::by_id(db, org).await? {
                invited.push(json!({ "organization": org.name, "role": role.word() }));
            }
        }
        let all = json!({ "member_of": places, "asked": asked, "invited_to": invited });
        Ok(vec![("organizations/organizations.json".to_owned(), format!("{all:#}\n").into_bytes())])
    }
}
