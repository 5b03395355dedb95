//! Keeping a plugin from being called: by hand, because it had to be stopped too often, or because it is not what was approved.

use std::time::Duration;

use audit::Entry;
use base::{Action, Actor};
use contract::Event;
use futures::future::BoxFuture;
use mail::{Letter, Text};

use crate::{
    Error, Keeper, Plugins,
    store::{self, NewStrike},
};

/// So many within so long, and a guest is called no more.
const STRIKES: i64 = 3;
const STRIKES_WITHIN: Duration = Duration::from_mins(10);
/// So much of why a plugin was switched off is written to people, in characters.
const LONGEST_REASON: usize = 300;

impl Plugins {
    /// Keeps a plugin from being called, by hand.
    pub async fn quarantine(&self, actor: &Actor, id: &str, why: &str) -> Result<(), Error> {
        const LONGEST: usize = 500;
        actor.may(Action::ManagePlugins)?;
        let why = why.trim();
        if why.is_empty() || why.chars().count() > LONGEST {
            return Err(Error::wrong("reason", format!("has 1 to {LONGEST} characters")));
        }
        if self.snapshot().find(id).is_none() {
            return Err(Error::NotFound);
        }
        if !self.write_quarantine(id, why, actor).await? {
            return Err(Error::State { is: "quarantined already", needs: "running" });
        }
        self.refresh().await
    }

    /// Lets it be called again. What it had to be stopped for before does not count any more.
    pub async fn release(&self, actor: &Actor, id: &str) -> Result<(), Error> {
        actor.may(Action::ManagePlugins)?;
        let (now, acting, plugin) = (self.now(), actor.clone(), id.to_owned());
        self.db()
            .write(move |tx| {
                let (acting, plugin) = (acting.clone(), plugin.clone());
                Box::pin(async move {
                    store::plugin(&mut *tx, &plugin).await?.ok_or(Error::NotFound)?;
                    if !store::release(tx, &plugin, now).await? {
                        return Err(Error::State { is: "not quarantined", needs: "quarantined" });
                    }
                    store::forget_strikes(tx, &plugin).await?;
                    audit::record(tx, now, &acting, &Entry::new("plugin.released", "plugin", &plugin)).await?;
                    Ok(events::record(tx, now, &Event::PluginChanged { plugin }).await?)
                })
            })
            .await?;
        self.refresh().await
    }

    /// Counts it; the third within ten minutes switches it off.
    pub(crate) async fn strike(&self, strike: NewStrike) -> Result<(), Error> {
        let now = self.now();
        let (plugin, why) = (strike.plugin.clone(), strike.why.clone());
        let enough = self
            .db()
            .write(move |tx| {
                let strike = strike.clone();
                Box::pin(async move {
                    // Held first, so that two strikes at once are counted one after the other.
                    store::hold_plugin(tx, &strike.plugin).await?;
                    store::insert_strike(tx, &strike, now).await?;
                    let since = now.minus(STRIKES_WITHIN);
                    let number = store::count_strikes(tx, &strike.plugin, &strike.version, since).await?;
                    Ok::<_, Error>(number >= STRIKES)
                })
            })
            .await?;
        if enough {
            self.seal_off(&plugin, &format!("it had to be stopped {STRIKES} times within ten minutes, last: {why}"))
                .await?;
        }
        Ok(())
    }

    /// Keeps it from being called, on every node, and tells the admins' trail and log; what the hub decides by itself is written to them, too.
    pub(crate) async fn write_quarantine(&self, id: &str, why: &str, actor: &Actor) -> Result<bool, Error> {
        let now = self.now();
        let letters = if *actor == Actor::Job { self.letters_of_quarantine(id, why).await } else { Vec::new() };
        let (plugin, reason, actor) = (id.to_owned(), why.to_owned(), actor.clone());
        let newly = self
            .db()
            .write(move |tx| {
                let (plugin, reason, actor) = (plugin.clone(), reason.clone(), actor.clone());
                let letters = letters.clone();
                Box::pin(async move {
                    if !store::quarantine(tx, &plugin, &reason, now).await? {
                        return Ok(false);
                    }
                    let entry = Entry::new("plugin.quarantined", "plugin", &plugin)
                        .changing((), serde_json::json!({ "reason": reason }));
                    audit::record(tx, now, &actor, &entry).await?;
                    events::record(tx, now, &Event::PluginChanged { plugin }).await?;
                    for letter in &letters {
                        mail::queue(tx, now, letter).await?;
                    }
                    Ok::<_, Error>(true)
                })
            })
            .await?;
        if newly {
            metrics::counter!("guildhall_plugin_quarantined_total", "plugin" => id.to_owned()).increment(1);
            tracing::error!(plugin = id, why, "a plugin was switched off by the hub");
        }
        Ok(newly)
    }

    /// Nobody who can't be found out now keeps a plugin that has to be switched off from it.
    async fn letters_of_quarantine(&self, id: &str, why: &str) -> Vec<Letter> {
        let keepers = self.0.parts.neighbours.keepers().await.unwrap_or_else(|error| {
            tracing::warn!(plugin = id, error = &error as &dyn std::error::Error, "nobody is written to");
            Vec::new()
        });
        // The reason may quote what the guest made of its end.
        let why: String = why.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_REASON).collect();
        let at = self.now();
        let letter = |keeper: Keeper| Letter {
            user: Some(keeper.user),
            to: keeper.address,
            locale: keeper.locale,
            text: Text::PluginQuarantined { name: keeper.name, plugin: id.to_owned(), why: why.clone(), at },
        };
        keepers.into_iter().map(letter).collect()
    }

    /// The same because of what it did: at once in this process, and soon in the others.
    async fn seal_off(&self, id: &str, why: &str) -> Result<(), Error> {
        if self.write_quarantine(id, why, &Actor::Job).await? {
            // Not by drawing everything anew here: this may be within a call that does just that.
            self.0.tasks.spawn(self.clone().refreshed());
        }
        Ok(())
    }

    /// A type of its own, because drawing the picture may lead to a call that leads here.
    fn refreshed(self) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            if let Err(error) = self.refresh().await {
                tracing::warn!(error = &error as &dyn std::error::Error, "a quarantine takes effect later");
            }
        })
    }
}
