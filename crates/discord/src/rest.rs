//! Asking Discord: one client, which obeys what Discord says of its pace.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use base::{Clock, Millis, Secret};
use outbound::{Outbound, Request, Response};
use serde_json::Value;

use crate::pace::{Pace, Told};

/// The longest answer: a server has 500 channels and 250 roles at most.
const LONGEST: usize = 1024 * 1024;

/// Why Discord did not do it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failed {
    /// Discord is not set up, or there is no token.
    #[error("Discord is not set up")]
    Off,
    /// Discord does not take the token.
    #[error("Discord does not take the bot's token")]
    Refused,
    /// Too much for now.
    #[error("too much for now")]
    Later(Millis),
    /// It said no: the status, and its own number for why.
    #[error("Discord said no: {status}, {code}")]
    Told {
        /// The status of HTTP.
        status: u16,
        /// Discord's number for it; 0: none.
        code: u64,
    },
    /// It answers, but not as its protocol says, or has trouble of its own.
    #[error("Discord does not answer as it should")]
    Unsound,
    /// It can't be reached.
    #[error("Discord can't be reached")]
    Away(#[from] outbound::Error),
}

/// What is asked.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    /// The route without its numbers, for the pace.
    pub(crate) route: &'static str,
    /// What its limits are kept apart by: a channel, a server, an application.
    pub(crate) about: String,
    pub(crate) body: Option<Value>,
    /// Whether it takes the bot's token; what is asked about an interaction carries its own.
    pub(crate) by_bot: bool,
}

impl Ask {
    pub(crate) fn new(method: &'static str, route: &'static str, path: String, about: &str) -> Self {
        Self { method, path, route, about: about.to_owned(), body: None, by_bot: true }
    }

    pub(crate) fn with(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }

    pub(crate) fn without_token(self) -> Self {
        Self { by_bot: false, ..self }
    }
}

pub(crate) struct Rest {
    outbound: Outbound,
    /// Where its API begins, version included.
    api: String,
    clock: Arc<dyn Clock>,
    pace: Mutex<Pace>,
}

impl Rest {
    pub(crate) fn new(outbound: Outbound, api: String, clock: Arc<dyn Clock>) -> Self {
        Self { outbound, api, clock, pace: Mutex::default() }
    }

    pub(crate) const fn outbound(&self) -> &Outbound {
        &self.outbound
    }

    /// Asks; an answer without a body is `null`.
    pub(crate) async fn ask(&self, token: Option<&Secret>, ask: Ask) -> Result<Value, Failed> {
        let answered = self.ask_at_its_pace(token, ask).await;
        let outcome = match &answered {
            Ok(_) => "done",
            Err(Failed::Later(_)) => "later",
            Err(Failed::Told { .. } | Failed::Refused | Failed::Off) => "refused",
            Err(Failed::Unsound | Failed::Away(_)) => "failed",
        };
        metrics::counter!("guildhall_discord_requests_total", "outcome" => outcome).increment(1);
        answered
    }

    async fn ask_at_its_pace(&self, token: Option<&Secret>, ask: Ask) -> Result<Value, Failed> {
        let now = self.clock.now();
        self.pace().take(ask.route, &ask.about, now).map_err(Failed::Later)?;
        let method = ask.method.parse().map_err(|_| Failed::Unsound)?;
        let body = ask.body.as_ref().map(Value::to_string).unwrap_or_default();
        let mut request = Request::post(format!("{}{}", self.api, ask.path), body).method(method).at_most(LONGEST);
        if ask.body.is_some() {
            request = request.header("content-type", "application/json");
        }
        if ask.by_bot {
            let token = token.ok_or(Failed::Off)?;
            request = request.header("authorization", format!("Bot {}", token.expose()));
        }
        let response = self.outbound.send(request).await?;
        let told = told(&response);
        let again = self.pace().learn(ask.route, &ask.about, &told, self.clock.now());
        match response.status {
            200..=299 if response.body.is_empty() => Ok(Value::Null),
            200..=299 => serde_json::from_slice(&response.body).map_err(|_| Failed::Unsound),
            429 => Err(again.map_or(Failed::Unsound, Failed::Later)),
            401 if ask.by_bot => Err(Failed::Refused),
            status @ 400..=499 => {
                let said: Value = serde_json::from_slice(&response.body).unwrap_or_default();
                Err(Failed::Told { status, code: said["code"].as_u64().unwrap_or(0) })
            }
            _ => Err(Failed::Unsound),
        }
    }

    fn pace(&self) -> std::sync::MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn told(response: &Response) -> Told {
    let secs = |name| response.header(name).and_then(|text| text.parse::<f64>().ok()).and_then(duration);
    let said = || serde_json::from_slice::<Value>(&response.body).unwrap_or_default();
    let retry_after = (response.status == 429).then(|| {
        // In the body it has fractions, in the header it is rounded up. Without either, a little while.
        let said = said()["retry_after"].as_f64().and_then(duration);
        said.or_else(|| secs("retry-after")).unwrap_or(Duration::from_secs(5))
    });
    let global = response.header("x-ratelimit-global").is_some()
        || (response.status == 429 && said()["global"].as_bool().unwrap_or(false));
    Told {
        bucket: response.header("x-ratelimit-bucket").map(str::to_owned),
        remaining: response.header("x-ratelimit-remaining").and_then(|text| text.parse().ok()),
        reset_after: secs("x-ratelimit-reset-after"),
        retry_after,
        global,
    }
}

/// Never more than an hour, whatever is said.
fn duration(secs: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(secs.min(3600.0)).ok()
}
