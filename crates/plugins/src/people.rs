//! What plugins keep about people: given to them, and forgotten with them.

use std::{sync::Arc, time::Duration};

use base::{Action, Actor, OrgId, UserId};
use jobs::{Failure, Kind, NewJob, Run, Workers};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    Error, Narrowed, Plugins,
    calling::{Ask, Export},
    powers::Level,
    running::switched_on,
    snapshot::{Installed, On, Runtime},
    store::{self, NewLine},
};

const KIND: &str = "plugin.forget";
/// A plugin is asked so often to forget somebody; then it lies with the dead letters, for the admins.
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_mins(5);
const WITHIN: Duration = Duration::from_mins(30);

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Forgotten {
    plugin: String,
    person: UserId,
}

impl Plugins {
    /// Everything plugins keep about somebody: files for their archive, by path and content.
    pub async fn export(&self, actor: &Actor, person: UserId) -> Result<Vec<(String, Vec<u8>)>, Error> {
        if actor.user() != Some(person) {
            actor.may(Action::ViewUsers)?;
        }
        let mut files = Vec::new();
        for row in store::plugins(self.db()).await? {
            let mut of = Map::new();
            let place =
                |organization: Option<i64>| organization.map_or_else(|| "hub".to_owned(), |org| org.to_string());
            let keys = store::kv_of_person(self.db(), &row.id, person).await?.into_iter().map(|(org, key, value)| {
                let value = String::from_utf8(value)
                    .map_or_else(|error| json!({ "hex": hex::encode(error.as_bytes()) }), Value::from);
                json!({ "organization": place(org), "key": key, "value": value })
            });
            of.insert("keys".into(), keys.collect());
            let documents = store::documents_of_person(self.db(), &row.id, person).await?;
            let documents = documents.into_iter().map(|(org, collection, name, body)| {
                let body: Value = serde_json::from_str(&body).unwrap_or(Value::Null);
                json!({ "organization": place(org), "collection": collection, "id": name, "body": body })
            });
            of.insert("documents".into(), documents.collect());
            let own = match self.snapshot().find(&row.id).cloned() {
                Some(plugin) => self.ask_about(&plugin, person, false).await,
                None => Ok(Vec::new()),
            };
            match own {
                Ok(own) if !own.is_empty() => {
                    of.insert("own".into(), own.into());
                }
                Ok(_) => {}
                // The rest of the archive is worth having.
                Err(error) => {
                    tracing::warn!(plugin = row.id, %error, "a plugin did not give what it keeps about somebody");
                    // Where those who look after it read, too.
                    self.0.scribe.line(NewLine {
                        plugin: row.id.clone(),
                        organization: None,
                        at: self.now(),
                        level: Level::Error.word(),
                        text: format!("It did not give what it keeps about somebody, for their archive: {error}"),
                        trace: String::new(),
                    });
                    of.insert("incomplete".into(), true.into());
                }
            }
            of.retain(|_, value| value.as_array().is_none_or(|all| !all.is_empty()));
            if !of.is_empty() {
                files.push((format!("plugins/{}.json", row.id), Value::Object(of).to_string().into_bytes()));
            }
        }
        Ok(files)
    }

    /// Asks a plugin everywhere it is on.
    async fn ask_about(&self, plugin: &Arc<Installed>, person: UserId, erase: bool) -> Result<Vec<Value>, Error> {
        if !matches!(plugin.runtime, Runtime::Ready(_)) {
            return if erase { Err(Error::Away("it can't be called".into())) } else { Ok(Vec::new()) };
        }
        let rows = store::switches_of(self.db(), plugin.id().as_str()).await?;
        let hub = Some((None, On::new(Arc::clone(plugin), &Value::Null, &Narrowed::default())));
        // Where it is off it keeps what it kept: it is asked there, too.
        let elsewhere =
            rows.iter().map(|row| (Some(OrgId::from(row.organization_id)), switched_on(Arc::clone(plugin), row)));
        let mut answers = Vec::new();
        for (at, on) in hub.into_iter().chain(elsewhere) {
            let ask = Ask::by_hub(Arc::new(on), at, Export::Person, "person".into());
            let id = person.to_string();
            match self.call(ask, move |plugin, ctx| plugin.person(ctx, id, erase)).await {
                Ok(Value::Null) | Err(Error::NotFound) => {}
                Ok(value) => answers.push(value),
                Err(error) => return Err(error),
            }
        }
        Ok(answers)
    }

    /// Somebody is gone: rows that name them went with them, and each plugin is asked to forget the rest.
    pub(crate) async fn forget_later(&self, person: UserId) -> Result<(), Error> {
        let now = self.now();
        let plugins: Vec<String> = self.snapshot().installed.iter().map(|plugin| plugin.id().to_string()).collect();
        if plugins.is_empty() {
            return Ok(());
        }
        self.db()
            .write(move |tx| {
                let plugins = plugins.clone();
                Box::pin(async move {
                    for plugin in plugins {
                        let job = NewJob::new(KIND, &Forgotten { plugin: plugin.clone(), person });
                        jobs::enqueue(tx, now, &job.once(format!("{plugin}/{person}"))).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    pub(crate) fn register_forgetting(&self, workers: &mut Workers) {
        let hub = self.clone();
        let kind = Kind::new(KIND).at_once(2).within(WITHIN).attempts(ATTEMPTS).backing_off(PAUSE, PAUSE * 12);
        workers.handle(kind, move |run| {
            let hub = hub.clone();
            async move { hub.forget(&run).await }
        });
    }

    async fn forget(&self, run: &Run) -> Result<(), Failure> {
        let what: Forgotten = run.read()?;
        let found = self.snapshot().find(&what.plugin).cloned();
        let Some(plugin) = found else { return Ok(()) };
        self.ask_about(&plugin, what.person, true)
            .await
            .map(drop)
            .map_err(|error| Failure::retry(format!("{} did not forget {}: {error}", what.plugin, what.person)))
    }
}
