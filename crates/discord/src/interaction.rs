//! Something somebody does in Discord: believed or not, and answered in time.

use std::time::Duration;

use base::{Action, Actor, Kind, Millis};
use serde_json::{Value, json};

use crate::{
    Discord, Error,
    rest::{Ask, Failed},
    store,
    verify::{self, WINDOW},
    wire::{self, COMMAND, COMPLETE, Interaction, PING, PRESS},
};

/// Discord waits three seconds for an answer; one that is not there by now is put there later.
const PATIENCE: Duration = Duration::from_millis(1800);
/// A late answer is tried so often; Discord takes it for a quarter of an hour.
const TRIES: u32 = 6;
const PAUSE: Duration = Duration::from_secs(1);
/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_mins(2);

/// Why an interaction is not answered.
#[derive(Debug, thiserror::Error)]
pub enum Turned {
    /// Nobody may, or Discord is not set up.
    #[error("not here")]
    Off,
    /// Not signed by Discord, not lately, or heard before.
    #[error("not believed")]
    Unbelieved,
    /// It is signed, and not what it should be.
    #[error("not an interaction")]
    Malformed,
    /// Not now.
    #[error("it can't be read now")]
    Store(#[source] Error),
}

impl Turned {
    /// What kind of failure it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Off => Kind::NotFound,
            Self::Unbelieved => Kind::Unauthenticated,
            Self::Malformed => Kind::Invalid,
            Self::Store(error) => error.kind(),
        }
    }
}

impl Discord {
    /// What Discord calls the hub's address with: the signature and its timestamp from the headers, and the body as it came. What comes
    /// back is the answer's body. Discord itself sends wrong signatures now and then, to see whether they are looked at.
    pub async fn interact(
        &self,
        actor: &Actor,
        signature: &str,
        timestamp: &str,
        body: &[u8],
    ) -> Result<Value, Turned> {
        let answered = self.believe(actor, signature, timestamp, body).await;
        let outcome = match &answered {
            Ok(_) => "answered",
            Err(Turned::Unbelieved) => "unbelieved",
            Err(_) => "failed",
        };
        metrics::counter!("guildhall_discord_interactions_total", "outcome" => outcome).increment(1);
        answered
    }

    async fn believe(&self, actor: &Actor, signature: &str, timestamp: &str, body: &[u8]) -> Result<Value, Turned> {
        actor.may(Action::SpeakForDiscord).map_err(|_| Turned::Off)?;
        let row = store::hub(&self.0.db).await.map_err(|error| Turned::Store(error.into()))?.ok_or(Turned::Off)?;
        if !verify::is_genuine(&row.public_key, signature, timestamp, body, self.now()) {
            return Err(Turned::Unbelieved);
        }
        let interaction: Interaction = serde_json::from_slice(body).map_err(|_| Turned::Malformed)?;
        if interaction.kind == PING {
            return Ok(json!({ "type": PING }));
        }
        if interaction.application_id != row.application_id {
            return Err(Turned::Unbelieved);
        }
        self.answer(interaction).await
    }

    /// Answers an interaction that is believed, once. The same for both ways in.
    pub(crate) async fn answer(&self, interaction: Interaction) -> Result<Value, Turned> {
        let (id, now) = (interaction.id.clone(), self.now());
        let heard = self
            .0
            .db
            .write(move |tx| {
                let id = id.clone();
                Box::pin(async move { Ok::<_, Error>(store::hear(tx, &id, now).await?) })
            })
            .await;
        if !heard.map_err(Turned::Store)? {
            return Err(Turned::Unbelieved);
        }
        match interaction.kind {
            COMMAND | PRESS => Ok(self.in_time(interaction).await),
            COMPLETE => Ok(json!({ "type": 8, "data": { "choices": [] } })),
            _ => Err(Turned::Malformed),
        }
    }

    /// The answer, or “thinking” with the answer put there when it is ready.
    async fn in_time(&self, interaction: Interaction) -> Value {
        let (application, token) = (interaction.application_id.clone(), interaction.token.clone());
        let this = self.clone();
        // A task of its own: it goes on when Discord has hung up.
        let mut work = self.0.tasks.spawn(async move { this.carry_out(&interaction).await });
        match tokio::time::timeout(PATIENCE, &mut work).await {
            Ok(Ok(message)) => json!({ "type": 4, "data": message }),
            Ok(Err(_panicked)) => json!({ "type": 4, "data": failed() }),
            Err(_later) => {
                let this = self.clone();
                self.0.tasks.spawn(async move {
                    let mut message = work.await.unwrap_or_else(|_panicked| failed());
                    // Who sees it was decided when “thinking” was said.
                    if let Some(fields) = message.as_object_mut() {
                        fields.remove("flags");
                    }
                    this.put_there(&application, &token, message).await;
                });
                wire::thinking()
            }
        }
    }

    /// Puts a late answer in the place of “thinking”.
    async fn put_there(&self, application: &str, token: &str, message: Value) {
        let path = format!("/webhooks/{application}/{token}/messages/@original");
        let mut pause = PAUSE;
        for _ in 0..TRIES {
            let ask = Ask::new("PATCH", "PATCH /webhooks/messages", path.clone(), application)
                .with(message.clone())
                .without_token();
            match self.0.rest.ask(None, ask).await {
                Ok(_) => return,
                Err(Failed::Later(until)) => pause = self.until(until),
                Err(Failed::Unsound | Failed::Away(_)) => pause *= 2,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "Discord does not take an answer");
                    return;
                }
            }
            tokio::time::sleep(pause.min(LONGEST_PAUSE)).await;
        }
        tracing::warn!("an answer could not be put into Discord");
    }

    fn until(&self, at: Millis) -> Duration {
        at.since(self.now()).max(Duration::from_millis(50))
    }

    /// Interactions that were heard so long ago that a copy is turned away anyway.
    pub(crate) async fn forget_heard(&self) -> Result<u64, Error> {
        let before = self.now().minus(WINDOW * 4);
        self.0.db.write(move |tx| Box::pin(async move { Ok::<_, Error>(store::forget_heard(tx, before).await?) })).await
    }
}

fn failed() -> Value {
    wire::refusal(&commands::Refusal::Failed, "en")
}
