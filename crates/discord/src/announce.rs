//! What is told in channels: written down with what it tells of.

use std::time::Duration;

use audit::Entry;
use base::{Action, Actor, EventId, Millis, OrgId};
use contract::discord::Topic;
use db::Tx;
use jobs::NewJob;
use serde_json::json;

use crate::{
    Discord, Error, send,
    store::{self, Waiting},
    wire,
};

/// The longest text: Discord's own limit.
const LONGEST: usize = 2000;
const LONGEST_LABEL: usize = 80;

/// Something to be told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    text: String,
    link: Option<(String, String)>,
}

impl Message {
    /// This text, in Discord's markup; what people have typed goes through [`plain`](Self::plain) first.
    pub fn of(text: impl Into<String>) -> Self {
        Self { text: text.into(), link: None }
    }

    /// The same with a button that leads to a page; left out where that is not by https.
    #[must_use]
    pub fn leading_to(self, label: impl Into<String>, page: impl Into<String>) -> Self {
        Self { link: Some((label.into(), page.into())), ..self }
    }

    /// A text that means nothing in Discord's markup: a name, a title.
    pub fn plain(text: &str) -> String {
        wire::plain(text)
    }

    fn body(&self) -> String {
        let content: String = self.text.chars().take(LONGEST).collect();
        let mut body = json!({ "content": content, "allowed_mentions": { "parse": [] } });
        if let Some((label, page)) = self.link.as_ref().filter(|(_, page)| page.starts_with("https://")) {
            let label: String = label.chars().take(LONGEST_LABEL).collect();
            body["components"] =
                json!([{ "type": 1, "components": [{ "type": 2, "style": 5, "label": label, "url": page }] }]);
        }
        body.to_string()
    }
}

/// Has a message of what happened `at` then told wherever the organization has that told; once for one event.
pub(crate) async fn tell(
    tx: &mut Tx<'_>,
    now: Millis,
    organization: OrgId,
    topic: Topic,
    message: &Message,
    (at, event): (Millis, Option<EventId>),
) -> Result<(), db::Error> {
    for (guild, channel) in store::told_where(tx, organization, topic, at).await? {
        put(tx, now, organization, &guild, &channel, topic, message, event).await?;
    }
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "each is a column")]
pub(crate) async fn put(
    tx: &mut Tx<'_>,
    now: Millis,
    organization: OrgId,
    guild: &str,
    channel: &str,
    topic: Topic,
    message: &Message,
    event: Option<EventId>,
) -> Result<(), db::Error> {
    let waiting = Waiting {
        organization,
        guild: guild.to_owned(),
        channel: channel.to_owned(),
        body: message.body(),
        good_until: now.plus(Duration::from_secs(topic.good_for_secs())),
    };
    if let Some(id) = store::insert_message(tx, &waiting, topic, event, now).await? {
        jobs::enqueue(tx, now, &NewJob::new(send::KIND, &send::Task { message: id }).once(id.to_string())).await?;
    }
    Ok(())
}

impl Discord {
    /// Has something told in the channels an organization has chosen for it: for plugins that were granted it.
    pub async fn say(&self, actor: &Actor, organization: OrgId, topic: Topic, message: &Message) -> Result<(), Error> {
        let standing = self.0.people.standing(actor, organization).await?;
        actor.may_in(Action::TellInChannels, &standing)?;
        let (now, acting, message) = (self.now(), actor.clone(), message.clone());
        self.0
            .db
            .write(move |tx| {
                let (acting, message) = (acting.clone(), message.clone());
                Box::pin(async move {
                    tell(tx, now, organization, topic, &message, (now, None)).await?;
                    let entry = Entry::new("discord.told", "topic", topic.word()).in_organization(organization);
                    Ok::<_, Error>(audit::record(tx, now, &acting, &entry).await?)
                })
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_cut_and_leads_by_https_only() {
        let body = |page: &str| Message::of("ü".repeat(3000)).leading_to("Look", page).body();
        let read = |body: String| serde_json::from_str::<serde_json::Value>(&body).unwrap();
        let with = read(body("https://hub.example/orgs/lantern"));
        assert_eq!(with["content"].as_str().unwrap().chars().count(), 2000);
        assert_eq!(with["components"][0]["components"][0]["url"], "https://hub.example/orgs/lantern");
        assert!(read(body("http://hub.example")).get("components").is_none());
    }
}
