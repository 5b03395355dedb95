//! The gateway: held, lost, and picked up again.

use base::{Actor, Role};
use contract::discord::{ChooseDiscord, DiscordTrouble};
use db::{
    Db,
    testing::{each, until},
};
use serde_json::json;

use super::harness::{MEMBERS, MONA, OLGA, Story};
use crate::testing::{APPLICATION, FakeGateway, TOKEN};

const IDENTIFY: u64 = 2;
const RESUME: u64 = 6;
const HEARTBEAT: u64 = 1;

/// A hub that keeps a connection to this gateway.
async fn connected(db: Db, beat_millis: u64) -> (Story, FakeGateway) {
    let story = Story::linked(db).await;
    let gateway = FakeGateway::start(beat_millis).await;
    story.there.gateway_at(&gateway.url);
    choose_gateway(&story).await;
    story.stay_connected();
    until_heard(&gateway, IDENTIFY, 1).await;
    (story, gateway)
}

/// Whoever runs the hub sets it up, or enters the token anew.
async fn choose_gateway(story: &Story) {
    let form = ChooseDiscord {
        application_id: APPLICATION.into(),
        public_key: story.there.public_key(),
        token: TOKEN.into(),
        gateway: true,
    };
    story.discord.choose(&Actor::Operator, &form).await.unwrap();
}

async fn until_heard(gateway: &FakeGateway, op: u64, times: usize) {
    until("the bot speaks", async || match gateway.heard(op).len() {
        heard if heard >= times => Ok(()),
        heard => Err((op, heard)),
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_by_the_gateway_is_answered_as_by_the_door() {
    each(|db| async move {
        let (story, gateway) = connected(db, 200).await;
        let hello = &gateway.heard(IDENTIFY)[0]["d"];
        assert_eq!((&hello["token"], &hello["intents"]), (&json!(TOKEN), &json!(3)), "servers and their members");
        until_heard(&gateway, HEARTBEAT, 2).await;

        let command = story.there.command(OLGA, "whoami", serde_json::Value::Null);
        gateway.happens(2, "INTERACTION_CREATE", command.clone());
        let answered = until("it is answered", async || {
            let asked = story.there.asked("POST /interactions/");
            asked.first().cloned().ok_or(())
        })
        .await;
        assert_eq!(answered.body["data"]["content"], format!("user {} is {}", story.olga, story.olga));
        // Told once more, as after a break: a copy is not answered again.
        gateway.happens(3, "INTERACTION_CREATE", command);

        // Who enters the server has their role at once.
        story.town.link(MONA, story.mona);
        story.town.is(story.mona, Some(Role::Member));
        story.there.join(MONA);
        gateway.happens(4, "GUILD_MEMBER_ADD", json!({ "guild_id": "1", "user": { "id": MONA } }));
        until("she has her role", async || match story.there.roles_of(MONA) {
            roles if roles == [MEMBERS] => Ok(()),
            roles => Err(roles),
        })
        .await;
        assert_eq!(story.there.asked("POST /interactions/").len(), 1);
        story.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_is_picked_up_where_it_broke_off() {
    each(|db| async move {
        let (story, gateway) = connected(db, 100).await;
        gateway.happens(7, "GUILD_CREATE", json!({}));
        // The number has arrived when a heartbeat carries it.
        until("the number is known", async || match gateway.heard(HEARTBEAT).last() {
            Some(beat) if beat["d"] == 7 => Ok(()),
            beat => Err(beat.cloned()),
        })
        .await;
        gateway.close(4000);
        until_heard(&gateway, RESUME, 1).await;
        assert_eq!(gateway.heard(RESUME)[0]["d"], json!({ "token": TOKEN, "session_id": "story-session", "seq": 7 }));

        // A line on which nobody answers is dead, whatever it looks like.
        gateway.be_deaf(true);
        until_heard(&gateway, RESUME, 2).await;
        gateway.be_deaf(false);
        // Asked to go and come again.
        gateway.tell(json!({ "op": 7 }));
        until_heard(&gateway, RESUME, 3).await;
        // A session that is no more begins anew.
        gateway.tell(json!({ "op": 9, "d": false }));
        until_heard(&gateway, IDENTIFY, 2).await;
        story.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_discord_does_not_allow_is_told_and_not_insisted_on() {
    each(|db| async move {
        let (story, gateway) = connected(db, 30_000).await;
        let root = Actor::Operator;
        gateway.close(4014);
        until_heard(&gateway, IDENTIFY, 2).await;
        assert_eq!(gateway.heard(IDENTIFY)[1]["d"]["intents"], 1, "servers alone");
        assert_eq!(story.discord.settings(&root).await.unwrap().trouble, Some(DiscordTrouble::Intents));
        gateway.close(4004);
        until("the token is turned away", async || match story.discord.settings(&root).await.unwrap().trouble {
            Some(DiscordTrouble::Token) => Ok(()),
            trouble => Err(trouble),
        })
        .await;
        let connections = gateway.connections();
        assert!(story.discord.to_connect().await.is_none(), "it does not knock on with a wrong token");
        // What comes next comes with the one that is entered anew, and nothing came between.
        choose_gateway(&story).await;
        until_heard(&gateway, IDENTIFY, 3).await;
        assert_eq!(gateway.connections(), connections + 1);
        story.end().await;
    })
    .await;
}
