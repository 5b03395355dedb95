//! Sending what is to be told, until Discord takes it or it is worth nothing any more.

use std::time::Duration;

use contract::discord::DiscordTrouble;
use jobs::{Failure, Kind, Run, Workers};
use serde::{Deserialize, Serialize};

use crate::{
    Discord, Error,
    rest::{Ask, Failed},
    store::{self, Waiting},
};

pub(crate) const KIND: &str = "discord.send";
/// The clock ends it, not a count.
const ATTEMPTS: u32 = 200;
const FIRST_PAUSE: Duration = Duration::from_secs(10);
const LONGEST_PAUSE: Duration = Duration::from_mins(10);
/// What was told is kept so long.
const KEPT: Duration = Duration::from_hours(30 * 24);

/// What such a job is given.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) message: i64,
}

impl Discord {
    /// Has everything Discord is to be told, told by these workers.
    pub fn register(&self, workers: &mut Workers) {
        self.register_commands(workers);
        self.register_roles(workers);
        let discord = self.clone();
        let kind = Kind::new(KIND)
            .at_once(4)
            .within(Duration::from_secs(30))
            .attempts(ATTEMPTS)
            .backing_off(FIRST_PAUSE, LONGEST_PAUSE);
        workers.handle(kind, move |run| {
            let discord = discord.clone();
            async move { discord.send(&run).await }
        });
    }

    async fn send(&self, run: &Run) -> Result<(), Failure> {
        let Task { message } = run.read()?;
        let Some(waiting) = store::waiting(&self.0.db, message).await? else { return Ok(()) };
        if self.now() >= waiting.good_until {
            return self.settle(message, &waiting, "expired", None, None).await;
        }
        let body = serde_json::from_str(&waiting.body)?;
        // Discord takes a message of one nonce once: a crash between its answer and our note tells nothing twice.
        let mut body: serde_json::Value = body;
        body["nonce"] = format!("guildhall-{message}").into();
        body["enforce_nonce"] = true.into();
        let path = format!("/channels/{}/messages", waiting.channel);
        let ask = Ask::new("POST", "POST /channels/messages", path, &waiting.channel).with(body);
        match self.ask(ask).await {
            Ok(_) => self.settle(message, &waiting, "sent", None, None).await,
            Err(Error::Discord(Failed::Later(until))) => Err(Failure::postponed(until.min(waiting.good_until))),
            Err(Error::Discord(Failed::Told { status, code })) => {
                let trouble = if status == 404 { DiscordTrouble::Gone } else { DiscordTrouble::Forbidden };
                let why = format!("Discord said no: {status}, {code}");
                self.settle(message, &waiting, "failed", Some(why), Some(trouble)).await
            }
            // As long as it is worth something: the token may be set anew, Discord may come back.
            Err(error) if run.is_last() => {
                self.settle(message, &waiting, "failed", Some(error.to_string()), None).await
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn settle(
        &self,
        message: i64,
        waiting: &Waiting,
        state: &'static str,
        error: Option<String>,
        trouble: Option<DiscordTrouble>,
    ) -> Result<(), Failure> {
        metrics::counter!("guildhall_discord_messages_total", "outcome" => state).increment(1);
        let (now, waiting) = (self.now(), waiting.clone());
        self.0
            .db
            .write(move |tx| {
                let (waiting, error) = (waiting.clone(), error.clone());
                Box::pin(async move {
                    store::settle(tx, message, state, error, now).await?;
                    // What is too late says nothing about the channel.
                    if state != "expired" {
                        store::note_channel(tx, waiting.organization, &waiting.channel, trouble).await?;
                    }
                    Ok::<_, Error>(())
                })
            })
            .await?;
        Ok(())
    }

    /// Clears away what is over, at its times.
    pub async fn tidy(&self, actor: &base::Actor) -> Result<u64, Error> {
        actor.may(base::Action::ManageSystem)?;
        let before = self.now().minus(KEPT);
        let messages = self
            .0
            .db
            .write(move |tx| Box::pin(async move { Ok::<_, Error>(store::prune_messages(tx, before).await?) }))
            .await?;
        Ok(messages + self.forget_heard().await?)
    }
}
