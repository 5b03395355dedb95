//! What is told in channels, whatever Discord does meanwhile.

use std::time::Duration;

use base::{Action, Actor, Kind, Plugin, Role};
use contract::{
    Event,
    discord::{DiscordTrouble, Topic},
};
use db::testing::{each, until};
use serde_json::json;

use super::harness::{GENERAL, Story};
use crate::{Error, Message, store, testing::GUILD};

const SEND: &str = "POST /channels/3300000000000000001/messages";

fn joined(story: &Story) -> Event {
    Event::MemberJoined { organization: story.org, user: story.mona, role: Role::Member }
}

/// A plugin that may do so much in the story's organization, for itself or for somebody.
fn plugin(story: &Story, may: &[Action], behind: Option<Actor>) -> Actor {
    Actor::Plugin(Plugin {
        id: "announcer".into(),
        name: "Announcer".into(),
        organization: Some(story.org),
        may: may.into(),
        behind: behind.map(Box::new),
    })
}

fn announcer(story: &Story) -> Actor {
    plugin(story, &[Action::TellInChannels], None)
}

async fn until_states(story: &Story, wanted: &[&str]) {
    until("the messages", async || {
        let states: Vec<String> = store::states(&story.db).await.unwrap().into_iter().map(|(state, _)| state).collect();
        if states == wanted { Ok(()) } else { Err(states) }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_told_once_in_its_channel() {
    each(|db| async move {
        let story = Story::begin(db).await;
        story.happens(Event::MemberJoined { organization: story.org, user: story.olga, role: Role::Owner }).await;
        story.clock.advance(Duration::from_secs(1));
        story.link().await;
        story.happens(joined(&story)).await;
        story.happens(Event::SiteChanged).await;
        until_states(&story, &["sent"]).await;
        let sent = story.there.asked(SEND);
        assert_eq!(sent.len(), 1);
        let text = format!(r"**\*user\* {}** joined as member.", story.mona);
        assert_eq!(
            (sent[0].body["content"].as_str(), &sent[0].body["allowed_mentions"]),
            (Some(text.as_str()), &json!({ "parse": [] }))
        );

        // Results are told nowhere here; a test only where something is told.
        story.discord.say(&announcer(&story), story.org, Topic::Results, &Message::of("1:0")).await.unwrap();
        let nowhere = story.discord.test(&story.owner(), story.org, GUILD, Topic::Results).await;
        assert!(matches!(nowhere, Err(Error::NotFound)));
        story.discord.test(&story.owner(), story.org, GUILD, Topic::Members).await.unwrap();
        until_states(&story, &["sent", "sent"]).await;
        story.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_tells_what_it_and_whoever_is_behind_it_may_and_is_named_for_it() {
    each(|db| async move {
        let story = Story::linked(db).await;
        let message = Message::of("It begins.");
        let stranger = Actor::Stranger { address: None };
        let say = async |actor: &Actor| story.discord.say(actor, story.org, Topic::Members, &message).await;
        for (actor, why) in [
            (plugin(&story, &[], None), Kind::Forbidden),
            (plugin(&story, &[], Some(story.owner())), Kind::Forbidden),
            (plugin(&story, &[Action::TellInChannels], Some(stranger)), Kind::Unauthenticated),
        ] {
            assert_eq!(say(&actor).await.unwrap_err().kind(), why, "{actor:?}");
        }
        say(&announcer(&story)).await.unwrap();
        say(&plugin(&story, &[Action::TellInChannels], Some(story.owner()))).await.unwrap();
        until_states(&story, &["sent", "sent"]).await;
        let told: Vec<(String, String, Option<i64>)> =
            db::sql("select actor, plugin_name, user_id from audit_log where act = 'discord.told' order by id")
                .fetch_all(&story.db)
                .await
                .unwrap();
        let entry = |by: Option<base::UserId>| ("plugin".to_owned(), "Announcer".to_owned(), by.map(i64::from));
        assert_eq!(told, [entry(None), entry(story.owner().user())]);
        story.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn discords_pace_is_kept_and_its_troubles_are_waited_out() {
    each(|db| async move {
        let story = Story::linked(db).await;
        let limit = [("x-ratelimit-bucket", "b"), ("retry-after", "30")];
        story.there.answer_once(SEND, 429, &limit, json!({ "retry_after": 30.0, "global": true }));
        story.happens(joined(&story)).await;
        until("it was too much", async || match story.there.asked(SEND).len() {
            1 => Ok(()),
            n => Err(n),
        })
        .await;
        story.clock.advance(Duration::from_secs(29));
        story.happens(Event::SiteChanged).await;
        until_states(&story, &["waiting"]).await;
        assert_eq!(story.there.asked(SEND).len(), 1, "not before its time");
        story.there.answer_once(SEND, 503, &[], json!({}));
        story.clock.advance(Duration::from_secs(2));
        until("it was away", async || match story.there.asked(SEND).len() {
            2 => Ok(()),
            n => Err(n),
        })
        .await;
        story.clock.advance(Duration::from_mins(11));
        until_states(&story, &["sent"]).await;
        assert_eq!(story.there.asked(SEND).len(), 3);
        story.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_worth_nothing_any_more_is_not_told() {
    each(|db| async move {
        let story = Story::linked(db).await;
        // Discord is away for longer than a reminder is worth anything, and for less than a day.
        let choice = contract::discord::GuildChoice {
            channels: [Topic::Members, Topic::Reminders]
                .map(|topic| contract::discord::TopicChannel { topic, channel: GENERAL.into(), trouble: None })
                .to_vec(),
            roles: Vec::new(),
        };
        story.discord.choose_for(&story.owner(), story.org, GUILD, &choice).await.unwrap();
        let away = [("retry-after", "3600")];
        story.there.answer_once(SEND, 429, &away, json!({ "retry_after": 3600.0, "global": true }));
        story.discord.say(&announcer(&story), story.org, Topic::Members, &Message::of("Mona joined.")).await.unwrap();
        until("it was too much", async || match story.there.asked(SEND).len() {
            1 => Ok(()),
            n => Err(n),
        })
        .await;
        story
            .discord
            .say(&announcer(&story), story.org, Topic::Reminders, &Message::of("It begins soon."))
            .await
            .unwrap();
        story.clock.advance(Duration::from_mins(61));
        until_states(&story, &["sent", "expired"]).await;
        assert_eq!(story.there.asked(SEND).len(), 2);
        story.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_is_gone_is_shown_where_it_was_chosen() {
    each(|db| async move {
        let story = Story::linked(db).await;
        story.there.delete(GENERAL);
        story.happens(joined(&story)).await;
        until_states(&story, &["failed"]).await;
        let servers = story.discord.servers(&story.owner(), story.org).await.unwrap();
        assert_eq!(servers.guilds[0].channels[0].trouble, Some(DiscordTrouble::Gone));
        story.end().await;
    })
    .await;
}
