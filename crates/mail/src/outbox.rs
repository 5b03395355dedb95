//! What those who run the hub see and do: look through the mails, hand over what could not be sent, send again, remove, try.

use audit::Entry;
use base::{Action, Actor, Kind, MailId};
use contract::mail::{Mail as Row, MailCounts, MailPage, MailState, ShownMail};
use serde_json::json;

use crate::{Address, Error, Letter, Locale, Mail, Text, queue, store, words};

/// The most mails of one page.
const MOST: u32 = 100;

/// Which mails to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct MailQuery {
    /// Only those.
    pub state: Option<MailState>,
    /// Where the page before ended.
    pub before: Option<MailId>,
    /// How many at most; up to 100.
    pub at_most: u32,
}

impl Mail {
    /// The mails, newest first.
    pub async fn list(&self, actor: &Actor, query: MailQuery) -> Result<MailPage, Error> {
        actor.may(Action::ViewSystem)?;
        let at_most = query.at_most.clamp(1, MOST);
        let mut mails = store::list(&self.0.db, query.state, query.before, at_most + 1, self.now()).await?;
        let more = mails.len() > at_most as usize;
        mails.truncate(at_most as usize);
        let next = if more { mails.last().map(|mail| mail.id) } else { None };
        Ok(MailPage { mails, next })
    }

    /// How many there are in each state.
    pub async fn counts(&self, actor: &Actor) -> Result<MailCounts, Error> {
        actor.may(Action::ViewSystem)?;
        Ok(MailCounts { has_transport: self.has_transport(), by_state: store::counts(&self.0.db).await? })
    }

    /// One mail and what it says, with dots for codes and links: who reads them can act as somebody else.
    pub async fn show(&self, actor: &Actor, id: MailId) -> Result<ShownMail, Error> {
        actor.may(Action::ViewSystem)?;
        let kept = store::find(&self.0.db, id, self.now()).await?.ok_or(Error::NotFound)?;
        let masked = kept.text.as_ref().map(Text::masked);
        Ok(self.shown(kept.mail, masked, false).await)
    }

    /// The same with codes and links, to be handed over where no mail server did it. Not those of a mail that was sent, not those of
    /// somebody who stands as high as the actor, and never unnoticed: it is in the audit trail.
    pub async fn reveal(&self, actor: &Actor, id: MailId) -> Result<ShownMail, Error> {
        actor.may(Action::ManageSystem)?;
        let kept = store::find(&self.0.db, id, self.now()).await?.ok_or(Error::NotFound)?;
        if kept.mail.state == MailState::Sent {
            return Err(Error::Refused(Kind::Forbidden));
        }
        if let Some(user) = kept.mail.user.filter(|user| actor.user() != Some(*user)) {
            let role = self.0.house.role_of(user).await?;
            if role.is_some_and(|role| !actor.outranks(role)) {
                return Err(Error::Refused(Kind::Forbidden));
            }
        }
        self.audited(actor, Entry::new("mail.revealed", "mail", id)).await?;
        Ok(self.shown(kept.mail, kept.text, true).await)
    }

    /// Sends one again that failed or was never sent, while it is still of use.
    pub async fn retry(&self, actor: &Actor, id: MailId) -> Result<(), Error> {
        actor.may(Action::ManageSystem)?;
        let (actor, now) = (actor.clone(), self.now());
        let found = store::find(&self.0.db, id, now).await?.ok_or(Error::NotFound)?;
        let before = found.mail.state.word();
        self.0
            .db
            .write(move |tx| {
                let actor = actor.clone();
                Box::pin(async move {
                    if !store::requeue(tx, id, now).await? {
                        return Err(Error::NotAgain);
                    }
                    queue::enqueue(tx, now, id).await?;
                    let entry = Entry::new("mail.retried", "mail", id)
                        .changing(json!({ "state": before }), json!({ "state": "queued" }));
                    Ok::<_, Error>(audit::record(tx, now, &actor, &entry).await?)
                })
            })
            .await
    }

    /// Removes one, whatever its state: what is still queued is not sent.
    pub async fn remove(&self, actor: &Actor, id: MailId) -> Result<(), Error> {
        actor.may(Action::ManageSystem)?;
        let (actor, now) = (actor.clone(), self.now());
        let found = store::find(&self.0.db, id, now).await?.ok_or(Error::NotFound)?;
        let before = json!({ "kind": found.mail.kind, "state": found.mail.state.word() });
        self.0
            .db
            .write(move |tx| {
                let (actor, before) = (actor.clone(), before.clone());
                Box::pin(async move {
                    if !store::remove(tx, id).await? {
                        return Err(Error::NotFound);
                    }
                    let entry = Entry::new("mail.removed", "mail", id).changing(before, ());
                    Ok::<_, Error>(audit::record(tx, now, &actor, &entry).await?)
                })
            })
            .await
    }

    /// Sends a letter that only says that mail arrives.
    pub async fn send_test(&self, actor: &Actor, to: &str, locale: Locale) -> Result<MailId, Error> {
        actor.may(Action::ManageSystem)?;
        let to = Address::parse(to.trim()).ok_or(Error::NotAnAddress)?;
        let letter = Letter { user: actor.user(), to, locale, text: Text::Test {} };
        let (actor, now) = (actor.clone(), self.now());
        self.0
            .db
            .write(move |tx| {
                let (actor, letter) = (actor.clone(), letter.clone());
                Box::pin(async move {
                    let id = queue::queue(tx, now, &letter).await?;
                    audit::record(tx, now, &actor, &Entry::new("mail.tested", "mail", id)).await?;
                    Ok::<_, Error>(id)
                })
            })
            .await
    }

    async fn shown(&self, mail: Row, text: Option<Text>, revealed: bool) -> ShownMail {
        let Some(text) = text else {
            return ShownMail { mail, subject: None, text: None, revealed: false, hand_over: Vec::new() };
        };
        let head = self.0.house.letterhead().await;
        let written = words::write(&head, Locale::of(&mail.locale), &text, None);
        let hand_over = if revealed { text.hand_over(&head.address) } else { Vec::new() };
        ShownMail { mail, subject: Some(written.subject), text: Some(written.text), revealed, hand_over }
    }

    async fn audited(&self, actor: &Actor, entry: Entry) -> Result<(), Error> {
        let (actor, now) = (actor.clone(), self.now());
        self.0
            .db
            .write(move |tx| {
                let (actor, entry) = (actor.clone(), entry.clone());
                Box::pin(async move { Ok::<_, Error>(audit::record(tx, now, &actor, &entry).await?) })
            })
            .await
    }
}
