//! What is kept of somebody, for them to take away.

use base::{Action, Actor, UserId};
use serde_json::{Value, json};

use crate::{
    Error, Ranking,
    store::{self, played},
};

impl Ranking {
    /// Somebody's standings, what each game did to them, and what they reported of games; by path.
    pub async fn export(&self, actor: &Actor, user: UserId) -> Result<Vec<(String, Value)>, Error> {
        if actor.user() == Some(user) {
            actor.may(Action::ViewOwnAccount)?;
        } else {
            actor.may(Action::ViewUsers)?;
        }
        let db = &self.0.db;
        let standings = store::boards(db, user).await?;
        let games = store::changes(db, user, u32::MAX).await?;
        let reports: Vec<Value> = played::reports_by(db, user)
            .await?
            .into_iter()
            .map(|(game, at, filed)| json!({ "game": game, "at": at, "report": filed }))
            .collect();
        Ok(vec![
            ("games/standings.json".to_owned(), json!(standings)),
            ("games/history.json".to_owned(), json!(games)),
            ("games/reports.json".to_owned(), json!(reports)),
        ])
    }
}
