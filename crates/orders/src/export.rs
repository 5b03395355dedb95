//! What is kept of somebody, for them to take away.

use base::{Action, Actor, UserId};
use serde_json::{Value, json};

use crate::{Error, Orders, store};

impl Orders {
    /// To which orders somebody belonged and when, and where they wait for an answer; by path.
    pub async fn export(&self, actor: &Actor, user: UserId) -> Result<Vec<(String, Value)>, Error> {
        if actor.user() == Some(user) {
            actor.may(Action::ViewOwnAccount)?;
        } else {
            actor.may(Action::ViewUsers)?;
        }
        let stays: Vec<Value> = store::members::stays_of(&self.0.db, user)
            .await?
            .into_iter()
            .map(|stay| json!({ "order": stay.name, "rank": stay.rank, "from": stay.joined_at, "until": stay.left_at }))
            .collect();
        let waits: Vec<Value> = store::candidates::of(&self.0.db, user)
            .await?
            .into_iter()
            .map(|(order, kind, at)| json!({ "order": order, "kind": kind, "at": at }))
            .collect();
        Ok(vec![("games/orders.json".to_owned(), json!({ "orders": stays, "candidate": waits }))])
    }
}
