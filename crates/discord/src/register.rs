//! Telling Discord which commands there are: only when they are others than it was told last.

use std::collections::BTreeSet;

use base::Millis;
use commands::{At, Guild, Place};
use db::Tx;
use jobs::{Failure, Kind, NewJob, Run, Workers};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{
    Discord, Error,
    rest::{Ask, Failed},
    store,
};

const KIND: &str = "discord.register";

/// Has Discord told after the commit, once for however many ask.
pub(crate) async fn ask(tx: &mut Tx<'_>, now: Millis) -> Result<(), db::Error> {
    jobs::enqueue(tx, now, &NewJob::new(KIND, &()).once("all")).await?;
    Ok(())
}

impl Discord {
    /// The commands are others now, or may be: when the hub starts, and whenever a plugin comes or goes.
    pub async fn commands_changed(&self) -> Result<(), Error> {
        if store::hub(&self.0.db).await?.is_none() {
            return Ok(());
        }
        let now = self.now();
        self.0.db.write(move |tx| Box::pin(async move { Ok::<_, Error>(ask(tx, now).await?) })).await
    }

    pub(crate) fn register_commands(&self, workers: &mut Workers) {
        let discord = self.clone();
        workers.handle(Kind::new(KIND).attempts(8), move |run| {
            let discord = discord.clone();
            async move { discord.tell_commands(&run).await }
        });
    }

    /// Those of the hub everywhere, those of organizations in their servers.
    async fn tell_commands(&self, run: &Run) -> Result<(), Failure> {
        let Some(app) = self.app().await?.filter(|app| app.token.is_some()) else { return Ok(()) };
        let application = app.row.application_id;
        let everywhere = At { place: Place::Discord, organizations: Vec::new(), channel: None, guild: None };
        let ours: BTreeSet<String> = self.names(&everywhere);
        self.tell_scope(&application, "", self.definitions(&everywhere, &BTreeSet::new())).await?;
        let guilds: BTreeSet<String> = store::all_guilds(&self.0.db).await?.into_iter().collect();
        for guild in &guilds {
            if run.stopping().is_cancelled() {
                return Err(Failure::retry("the hub stops"));
            }
            let organizations = store::orgs_of(&self.0.db, guild).await?;
            let there = Guild { id: guild.clone(), managed: false };
            let at = At { place: Place::Discord, organizations, channel: None, guild: Some(there) };
            self.tell_scope(&application, guild, self.definitions(&at, &ours)).await?;
        }
        for left in store::told_scopes(&self.0.db).await?.into_iter().filter(|scope| !scope.is_empty()) {
            if !guilds.contains(&left) {
                self.tell_scope(&application, &left, Vec::new()).await?;
            }
        }
        Ok(())
    }

    fn names(&self, at: &At) -> BTreeSet<String> {
        self.0.commands.list(at).iter().map(|command| command.definition().name.to_string()).collect()
    }

    fn definitions(&self, at: &At, but: &BTreeSet<String>) -> Vec<Value> {
        let commands = self.0.commands.list(at);
        let definitions = commands.iter().map(|command| command.definition());
        definitions.filter(|definition| !but.contains(definition.name.as_ref())).map(crate::wire::definition).collect()
    }

    async fn tell_scope(&self, application: &str, scope: &str, definitions: Vec<Value>) -> Result<(), Failure> {
        let told = store::told_hash(&self.0.db, scope).await?;
        let definitions = Value::Array(definitions);
        let hash: [u8; 32] = Sha256::new()
            .chain_update(application)
            .chain_update([0])
            .chain_update(definitions.to_string())
            .finalize()
            .into();
        let nothing = definitions.as_array().is_some_and(Vec::is_empty);
        if told.as_deref() == Some(hash.as_slice()) || (told.is_none() && nothing && !scope.is_empty()) {
            return Ok(());
        }
        let path = if scope.is_empty() {
            format!("/applications/{application}/commands")
        } else {
            format!("/applications/{application}/guilds/{scope}/commands")
        };
        let ask = Ask::new("PUT", "PUT /applications/commands", path, scope).with(definitions);
        match self.ask(ask).await {
            Ok(_) => {}
            // The bot is not in that server (any more): there is nobody to offer them to. It is told the next time it is asked for.
            Err(Error::Discord(Failed::Told { status: 403 | 404, .. })) if !scope.is_empty() => {
                if !nothing {
                    return Ok(());
                }
            }
            Err(Error::Discord(Failed::Later(until))) => return Err(Failure::postponed(until)),
            Err(Error::Off | Error::Discord(Failed::Refused)) => {
                return Err(Failure::permanent("Discord does not take the bot's token"));
            }
            Err(error) => return Err(error.into()),
        }
        let (scope, now) = (scope.to_owned(), self.now());
        self.0
            .db
            .write(move |tx| {
                let scope = scope.clone();
                Box::pin(async move {
                    if nothing && !scope.is_empty() {
                        store::forget_told(tx, &scope).await?;
                    } else {
                        store::note_told(tx, &scope, hash, now).await?;
                    }
                    Ok::<_, Error>(())
                })
            })
            .await?;
        Ok(())
    }
}
