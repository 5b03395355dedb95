//! The handle everybody asks.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use audit::Entry;
use base::{Action, Actor, Clock};
use contract::{
    Event,
    settings::{Held, Setting, Shape, Value},
    setup::{Site, Theme},
};
use db::{Db, Tx};
use serde_json::json;

use crate::{error::Error, store, value};

type Chosen = BTreeMap<Setting, Value>;

/// The hub's settings. Clones are the same.
#[derive(Clone)]
pub struct HubSettings(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    /// Defaults of this hub instead of those of the list.
    defaults: Chosen,
    /// What was chosen, once it was read.
    kept: RwLock<Option<Arc<Chosen>>>,
    refreshing: tokio::sync::Mutex<()>,
}

impl HubSettings {
    /// Settings kept in `db`, whose migrations have been applied.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self::with_defaults(db, clock, [])
    }

    /// The same where the hub has defaults of its own.
    pub fn with_defaults(db: Db, clock: Arc<dyn Clock>, defaults: impl IntoIterator<Item = (Setting, Value)>) -> Self {
        let defaults = defaults.into_iter().collect();
        Self(Arc::new(Inner {
            db,
            clock,
            defaults,
            kept: RwLock::default(),
            refreshing: tokio::sync::Mutex::default(),
        }))
    }

    /// Whether it is on. For settings that are flags.
    pub fn flag(&self, setting: Setting) -> bool {
        matches!(self.value(setting), Value::Flag(true))
    }

    /// The number. For settings that are numbers.
    pub fn whole(&self, setting: Setting) -> i64 {
        match self.value(setting) {
            Value::Whole(number) => number,
            _ => 0,
        }
    }

    /// The text or word. For settings that are either.
    pub fn text(&self, setting: Setting) -> String {
        match self.value(setting) {
            Value::Text(text) => text,
            _ => String::new(),
        }
    }

    /// What holds, without waiting: as last read, or the default where nobody has read yet.
    pub fn value(&self, setting: Setting) -> Value {
        let chosen = self.kept().and_then(|chosen| chosen.get(&setting).cloned());
        chosen.unwrap_or_else(|| self.default(setting))
    }

    /// What every page shows of them.
    pub fn site(&self) -> Site {
        Site {
            name: self.text(Setting::SiteName),
            theme: Theme::from_word(&self.text(Setting::SiteTheme)).unwrap_or_default(),
            registration: self.flag(Setting::Registration),
            lobby_guests: self.flag(Setting::LobbyGuests),
            verified_email: self.flag(Setting::VerifiedAddressRequired),
        }
    }

    /// The address people type, where one was given: `https://play.example.org`.
    pub fn public_url(&self) -> Option<String> {
        Some(self.text(Setting::PublicUrl)).filter(|url| !url.is_empty())
    }

    /// Reads them anew: at the start, and on [`SiteChanged`](Event::SiteChanged).
    pub async fn refresh(&self) -> Result<(), Error> {
        // One after the other, so that what was read first is not kept last.
        let _turn = self.0.refreshing.lock().await;
        let rows = store::list(&self.0.db).await?;
        let chosen = rows.into_iter().filter_map(|(key, json)| read(&key, &json)).collect();
        *self.0.kept.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(chosen));
        Ok(())
    }

    /// Reads them if nobody has yet. While the database cannot be reached, the defaults hold.
    pub async fn read_once(&self) {
        if self.kept().is_none()
            && let Err(error) = self.refresh().await
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "the hub's settings could not be read");
        }
    }

    /// Every setting as it stands.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<Held>, Error> {
        actor.may(Action::ViewSettings)?;
        self.read_once().await;
        Ok(Setting::ALL.into_iter().map(|setting| self.held(setting)).collect())
    }

    /// One setting as it stands.
    pub async fn get(&self, actor: &Actor, setting: Setting) -> Result<Held, Error> {
        actor.may(Action::ViewSettings)?;
        self.read_once().await;
        Ok(self.held(setting))
    }

    /// The same by its key.
    pub async fn get_named(&self, actor: &Actor, key: &str) -> Result<Held, Error> {
        actor.may(Action::ViewSettings)?;
        self.get(actor, named(key)?).await
    }

    /// Chooses, by the setting's key.
    pub async fn set_named(&self, actor: &Actor, key: &str, value: Value) -> Result<Held, Error> {
        actor.may(Action::ManageSettings)?;
        self.set(actor, named(key)?, value).await
    }

    /// The same with what was typed.
    pub async fn set_typed(&self, actor: &Actor, key: &str, typed: &str) -> Result<Held, Error> {
        actor.may(Action::ManageSettings)?;
        let setting = named(key)?;
        self.set(actor, setting, value::parse(setting, typed).map_err(Error::Wrong)?).await
    }

    /// Puts a setting back to its default, by its key.
    pub async fn reset_named(&self, actor: &Actor, key: &str) -> Result<Held, Error> {
        actor.may(Action::ManageSettings)?;
        self.reset(actor, named(key)?).await
    }

    /// Chooses.
    pub async fn set(&self, actor: &Actor, setting: Setting, value: Value) -> Result<Held, Error> {
        actor.may(Action::ManageSettings)?;
        let value = value::check(setting, value).map_err(Error::Wrong)?;
        self.change(actor, setting, Some(value)).await
    }

    /// Puts it back to its default.
    pub async fn reset(&self, actor: &Actor, setting: Setting) -> Result<Held, Error> {
        actor.may(Action::ManageSettings)?;
        self.change(actor, setting, None).await
    }

    async fn change(&self, actor: &Actor, setting: Setting, value: Option<Value>) -> Result<Held, Error> {
        let (now, acting, default) = (self.0.clock.now(), actor.clone(), self.default(setting));
        self.0
            .db
            .write(move |tx| {
                let (acting, value, default) = (acting.clone(), value.clone(), default.clone());
                Box::pin(async move {
                    let key = setting.about().key;
                    let before = store::hold(tx, key).await?.and_then(|json| read(key, &json)).map(|(_, value)| value);
                    if before == value {
                        return Ok(());
                    }
                    match &value {
                        Some(value) => put(tx, setting, value).await?,
                        None => store::delete(tx, key).await?,
                    }
                    events::record(tx, now, &Event::SiteChanged).await?;
                    let [before, after] =
                        [before, value].map(|value| json!({ "value": value.unwrap_or_else(|| default.clone()) }));
                    audit::record(
                        tx,
                        now,
                        &acting,
                        &Entry::new("setting.changed", "setting", key).changing(before, after),
                    )
                    .await?;
                    Ok::<_, Error>(())
                })
            })
            .await?;
        self.refresh().await?;
        Ok(self.held(setting))
    }

    fn held(&self, setting: Setting) -> Held {
        let (value, default, about) = (self.value(setting), self.default(setting), setting.about());
        let (least, most) = match about.shape {
            Shape::Whole { least, most } => (Some(least), Some(most)),
            _ => (None, None),
        };
        let words = match about.shape {
            Shape::Word(words) => words.iter().map(|word| (*word).to_owned()).collect(),
            _ => Vec::new(),
        };
        Held {
            key: setting,
            group: about.group,
            about: about.about.to_owned(),
            changed: value != default,
            value,
            default,
            restart: about.restart,
            words,
            least,
            most,
        }
    }

    fn default(&self, setting: Setting) -> Value {
        self.0.defaults.get(&setting).cloned().unwrap_or_else(|| value::default(setting))
    }

    fn kept(&self) -> Option<Arc<Chosen>> {
        self.0.kept.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn named(key: &str) -> Result<Setting, Error> {
    Setting::from_key(key).ok_or(Error::Unknown)
}

/// Writes a value that was [checked](crate::check), in a transaction of somebody else's, who tells of it and records it.
pub async fn put(tx: &mut Tx<'_>, setting: Setting, value: &Value) -> Result<(), db::Error> {
    let json = serde_json::to_string(value).expect("flags, numbers and text are JSON");
    store::put(tx, setting.about().key, &json).await
}

/// A row as a value. What is no setting of ours is nobody's business here; what does not fit is told the log.
fn read(key: &str, json: &str) -> Option<(Setting, Value)> {
    let setting = Setting::from_key(key)?;
    // The address was once null where there was none.
    let json = if json == "null" { "\"\"" } else { json };
    let read = serde_json::from_str(json).ok().and_then(|value| value::check(setting, value).ok());
    if read.is_none() {
        tracing::warn!(key, "a setting cannot be read; its default holds");
    }
    Some((setting, read?))
}
