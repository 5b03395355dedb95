//! Out of the queue: one mail, tried until it is sent, refused for good, or of no more use.

use std::time::{Duration, Instant};

use base::MailId;
use contract::mail::MailState;
use jobs::{Failure, Kind, Workers};

use crate::{
    Error, Letter, Mail, TransportError, decline,
    queue::{DELIVER, Deliver},
    store, words,
};

/// Longer than the transport waits for the mail server, so that its word is the one that is kept.
const WITHIN: Duration = Duration::from_mins(1);
/// From half a minute on, doubling: some thirty hours all together. Most letters are of no more use before.
const ATTEMPTS: u32 = 14;
const FIRST_PAUSE: Duration = Duration::from_secs(30);
const LONGEST_PAUSE: Duration = Duration::from_hours(6);

impl Mail {
    /// Has the workers send what is queued.
    pub fn register(&self, workers: &mut Workers) {
        let mail = self.clone();
        let kind =
            Kind::new(DELIVER).at_once(2).within(WITHIN).attempts(ATTEMPTS).backing_off(FIRST_PAUSE, LONGEST_PAUSE);
        workers.handle(kind, move |run| {
            let mail = mail.clone();
            async move {
                let Deliver { mail: id } = run.read()?;
                mail.deliver(id, run.is_last()).await
            }
        });
    }

    /// Sends one mail, if it is still to be sent. How it ended stands in its row; the job fails only where it shall be tried again.
    ///
    /// A crash between the server's word and our commit sends it twice, under one message id.
    pub(crate) async fn deliver(&self, id: MailId, is_last: bool) -> Result<(), Failure> {
        let now = self.now();
        let Some(kept) = store::find(&self.0.db, id, now).await? else { return Ok(()) };
        if kept.mail.state != MailState::Queued {
            return Ok(());
        }
        let kind = kept.text.as_ref().map_or("unknown", crate::Text::kind);
        let Some(letter) = kept.letter() else {
            return self.settle(id, kind, MailState::Failed, Some("its letter can't be read")).await;
        };
        if now >= kept.mail.good_until {
            return self.settle(id, kind, MailState::Late, kept.mail.last_error.as_deref()).await;
        }
        let Some(transport) = self.0.transport.clone() else {
            return self.settle(id, kind, MailState::Unsent, None).await;
        };
        let counted: Result<bool, Error> =
            self.0.db.write(move |tx| Box::pin(async move { Ok(store::begin_attempt(tx, id).await?) })).await;
        if !counted? {
            return Ok(());
        }
        let began = Instant::now();
        let sent = self.send(&transport, id, &letter).await;
        metrics::histogram!("guildhall_mail_delivery_seconds").record(began.elapsed().as_secs_f64());
        match sent {
            Ok(()) => self.settle(id, kind, MailState::Sent, None).await,
            Err(TransportError::Transient(why)) if !is_last => {
                metrics::counter!("guildhall_mail_deliveries_total", "outcome" => "put_off").increment(1);
                tracing::warn!(mail.id = id.get(), mail.kind = kind, error = why, "a mail was put off");
                let noted = why.clone();
                let noted: Result<(), Error> = self
                    .0
                    .db
                    .write(move |tx| {
                        let noted = noted.clone();
                        Box::pin(async move { Ok(store::note_error(tx, id, &noted).await?) })
                    })
                    .await;
                noted?;
                Err(Failure::retry(why))
            }
            Err(error) => self.settle(id, kind, MailState::Failed, Some(&error.to_string())).await,
        }
    }

    async fn send(&self, transport: &crate::Transport, id: MailId, letter: &Letter) -> Result<(), TransportError> {
        let head = self.0.house.letterhead().await;
        let decline = match letter.text.declinable() {
            Some(of) => {
                let made = self.decline_link(letter, of).await;
                Some(made.map_err(|error| TransportError::Transient(format!("no link to decline it by: {error}")))?)
            }
            None => None,
        };
        let page = decline.as_ref().map(|token| decline::page(token));
        let written = words::write(&head, letter.locale, &letter.text, page.as_deref());
        // Mail programs only call encrypted addresses (RFC 8058 §3.1).
        let one_click = decline
            .filter(|_| head.address.starts_with("https://"))
            .map(|token| format!("{}{}", head.address, decline::one_click(&token)));
        let message = transport.message(id, self.now(), &head, letter, written, one_click.as_deref())?;
        transport.send(message).await
    }

    async fn settle(
        &self,
        id: MailId,
        kind: &'static str,
        state: MailState,
        error: Option<&str>,
    ) -> Result<(), Failure> {
        let (now, error) = (self.now(), error.map(str::to_owned));
        let why = error.clone();
        let settled: Result<bool, Error> = self
            .0
            .db
            .write(move |tx| {
                let error = error.clone();
                Box::pin(async move { Ok(store::settle(tx, id, state, now, error.as_deref()).await?) })
            })
            .await;
        if settled? {
            metrics::counter!("guildhall_mail_deliveries_total", "outcome" => state.word()).increment(1);
            if state == MailState::Failed {
                tracing::warn!(mail.id = id.get(), mail.kind = kind, error = why, "a mail could not be sent");
            } else {
                tracing::info!(mail.id = id.get(), mail.kind = kind, mail.state = state.word(), "a mail was settled");
            }
        }
        Ok(())
    }
}
