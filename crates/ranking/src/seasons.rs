//! Seasons: stretches of play with ladders of their own. One runs at most; between them games count for all time only.

use audit::Entry;
use base::{Action, Actor};
use contract::{
    Code, Field,
    ranking::{NewSeason, Season},
};
use serde_json::{Value, json};

use crate::{Error, Ranking, store::seasons};

/// The longest name, in characters.
const LONGEST_NAME: usize = 40;

impl Ranking {
    /// All seasons, the newest first.
    pub async fn seasons(&self, actor: &Actor) -> Result<Vec<Season>, Error> {
        actor.may(Action::ViewLive)?;
        Ok(seasons::list(&self.0.db).await?)
    }

    /// Begins a season; the one that runs ends with it.
    pub async fn begin_season(&self, actor: &Actor, form: &NewSeason) -> Result<Season, Error> {
        actor.may(Action::ManageSeasons)?;
        let name = form.name.trim().to_owned();
        if name.is_empty() {
            return Err(Error::field(Field::Name, Code::Required));
        }
        if name.chars().count() > LONGEST_NAME {
            return Err(Error::field(Field::Name, Code::TooLong));
        }
        let (now, actor) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let (name, actor) = (name.clone(), actor.clone());
                Box::pin(async move {
                    let before = seasons::end(tx, now).await?;
                    let id =
                        seasons::insert(tx, &name, now).await?.ok_or_else(|| Error::field(Field::Name, Code::Taken))?;
                    let before = before.map_or(Value::Null, |(_, name)| json!({ "name": name }));
                    let entry = Entry::new("season.began", "season", id).changing(before, json!({ "name": name }));
                    audit::record(tx, now, &actor, &entry).await?;
                    Ok(Season { id, name, began_at: now, ended_at: None, players: 0 })
                })
            })
            .await
    }

    /// Ends the season that runs.
    pub async fn end_season(&self, actor: &Actor) -> Result<(), Error> {
        actor.may(Action::ManageSeasons)?;
        let (now, actor) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let actor = actor.clone();
                Box::pin(async move {
                    let (id, name) = seasons::end(tx, now).await?.ok_or(Error::NoSeason)?;
                    let entry = Entry::new("season.ended", "season", id).changing(json!({ "name": name }), Value::Null);
                    audit::record(tx, now, &actor, &entry).await?;
                    Ok(())
                })
            })
            .await
    }
}
