//! What somebody types, believed or not, and what they are answered.

use std::time::Duration;

use base::{Actor, Kind, Role};
use contract::{
    Code, Field,
    discord::{ChooseDiscord, DiscordTrouble},
};
use db::testing::{each, until};
use serde_json::{Value, json};

use super::harness::{MONA, OLGA, STRANGER, Story};
use crate::{
    Error, Turned,
    testing::{APPLICATION, GUILD, TOKEN},
};

#[tokio::test(flavor = "multi_thread")]
async fn only_what_discord_signed_lately_and_once_is_believed() {
    each(|db| async move {
        let story = Story::begin(db).await;
        assert_eq!(
            story.calls(&json!({ "type": 1, "id": "1", "application_id": APPLICATION })).await.unwrap(),
            json!({ "type": 1 })
        );

        let command = story.there.command(OLGA, "whoami", Value::Null);
        let (signature, timestamp, body) = story.there.signed(&command, story.secs());
        let turned = |answer: Result<Value, Turned>| answer.unwrap_err().kind();
        let forged = body.replace(OLGA, MONA);
        assert_eq!(turned(story.hears(&signature, &timestamp, &forged).await), Kind::Unauthenticated);
        assert_eq!(turned(story.hears(&"0".repeat(128), &timestamp, &body).await), Kind::Unauthenticated);
        assert_eq!(turned(story.hears("", "", &body).await), Kind::Unauthenticated);
        let (late, then, same) = story.there.signed(&command, story.secs() - 301);
        assert_eq!(turned(story.hears(&late, &then, &same).await), Kind::Unauthenticated, "an old one");

        let answer = story.hears(&signature, &timestamp, &body).await.unwrap();
        assert_eq!(answer["data"]["content"], format!("user {} is {}", story.olga, story.olga));
        assert_eq!(answer["data"].get("flags"), None, "for all to see");
        assert_eq!(turned(story.hears(&signature, &timestamp, &body).await), Kind::Unauthenticated, "a copy");

        let mut another = story.there.command(OLGA, "whoami", Value::Null);
        another["application_id"] = "1".into();
        assert_eq!(turned(story.calls(&another).await), Kind::Unauthenticated, "another application's");
        assert_eq!(turned(story.calls(&json!("no")).await), Kind::Invalid);

        story.discord.choose(&Actor::Operator, &ChooseDiscord::default()).await.unwrap();
        let command = story.there.command(OLGA, "whoami", Value::Null);
        assert_eq!(turned(story.calls(&command).await), Kind::NotFound, "not set up");
        story.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unlinked_person_is_told_how_to_link() {
    each(|db| async move {
        let story = Story::begin(db).await;
        let said = story.calls(&story.there.command(STRANGER, "whoami", Value::Null)).await.unwrap();
        let text = said["data"]["content"].as_str().unwrap();
        assert!(text.contains("https://hub.example/account/safety"), "{text}");
        assert_eq!(said["data"]["flags"], 64, "nobody else sees it");
        let mut brazilian = story.there.command("7", "whoami", Value::Null);
        brazilian["locale"] = "pt-BR".into();
        assert!(story.says(&brazilian).await.starts_with("O site não conhece a sua conta"));
        assert!(story.says(&story.there.command(OLGA, "nothing", Value::Null)).await.contains("no command “nothing”"));
        story.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_command_is_answered_in_time_and_put_there_later() {
    each(|db| async move {
        let story = Story::begin(db).await;
        story.there.answer_once(
            "PATCH /webhooks",
            429,
            &[("retry-after", "1")],
            json!({ "retry_after": 0.05, "global": false }),
        );
        let began = std::time::Instant::now();
        let slowly = story.there.command(OLGA, "whoami", json!({ "how": "slowly" }));
        assert_eq!(story.calls(&slowly).await.unwrap(), json!({ "type": 5, "data": { "flags": 64 } }));
        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
        let put = until("the answer is put there", async || {
            // The clock of the story stands still; Discord's pause is over for the hub when it moves.
            story.clock.advance(Duration::from_millis(100));
            let asked = story.there.asked("PATCH /webhooks/1100000000000000001/story-interaction/messages/@original");
            if asked.len() == 2 { Ok(asked[1].clone()) } else { Err(asked.len()) }
        })
        .await;
        assert_eq!(put.body["content"], format!("user {} is {}", story.olga, story.olga));
        story.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn discord_is_told_the_commands_only_when_they_are_others() {
    each(|db| async move {
        let story = Story::begin(db).await;
        let path = format!("PUT /applications/{APPLICATION}/commands");
        let told = |n: usize| {
            let (there, path) = (story.there.clone(), path.clone());
            async move {
                until("Discord is told", async || {
                    let asked = there.asked(&path);
                    if asked.len() == n { Ok(asked) } else { Err(asked.len()) }
                })
                .await
            }
        };
        let first = told(1).await;
        let names: Vec<&str> =
            first[0].body.as_array().unwrap().iter().filter_map(|command| command["name"].as_str()).collect();
        assert_eq!(names, ["connect", "whoami"]);
        assert_eq!(first[0].body[0]["default_member_permissions"], "32", "for those who manage the server");
        assert_eq!(first[0].body[1]["description_localizations"]["pt-BR"], "Diz quem você é");

        story.discord.commands_changed().await.unwrap();
        // The next thing in the queue is only reached when that was looked at.
        story.commands.clear("stories");
        story.discord.commands_changed().await.unwrap();
        let second = told(2).await;
        assert_eq!(second[1].body.as_array().unwrap().len(), 1);
        story.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_linked_by_somebody_who_manages_both() {
    each(|db| async move {
        let story = Story::begin(db).await;
        let (owner, org) = (story.owner(), story.org);
        story.town.link(MONA, story.mona);
        let code = async || story.discord.make_code(&owner, org).await.unwrap().code;
        let types = async |account: &str, code: &str, permissions: &str| {
            story.clock.advance(Duration::from_secs(4));
            story.says(&story.there.command_of(account, "connect", json!({ "code": code }), permissions)).await
        };
        let first = code().await;
        assert!(types(STRANGER, &first, "32").await.contains("does not know your account"));
        assert!(types(MONA, &first, "32").await.contains("not yours"));
        assert!(types(OLGA, &first, "0").await.contains("You may not"), "she does not manage that server");
        assert!(types(OLGA, "ABCDEFGHJK", "32").await.contains("wrong"));
        story.clock.advance(Duration::from_mins(16));
        assert!(types(OLGA, &first, "32").await.contains("too old"));

        let second = code().await;
        story.town.is(story.olga, Some(Role::Member));
        assert!(types(OLGA, &second, "32").await.contains("You may not"), "she does not manage the organization any more");
        story.town.is(story.olga, Some(Role::Owner));
        assert!(types(OLGA, &second, "32").await.contains("wrong"), "it was used");
        let third = code().await.to_lowercase();
        assert!(types(OLGA, &third, "8").await.contains("“The Lantern” is linked"));

        let servers = story.discord.servers(&owner, org).await.unwrap();
        assert_eq!((servers.guilds.len(), servers.guilds[0].id.as_str()), (1, GUILD));
        let offered = servers.guilds[0].offered.clone().unwrap();
        assert_eq!(offered.channels.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["general", "results"]);
        assert_eq!(offered.roles.iter().map(|r| r.name.as_str()).collect::<Vec<_>>(), ["Organisers", "Members"]);
        assert!(servers.invite_url.unwrap().contains("scope=bot+applications.commands"));

        let mona = Actor::Person(base::Person::logged_in(story.mona, Role::Member, base::SessionId::from(2)));
        for refused in [
            story.discord.servers(&mona, org).await.map(drop),
            story.discord.make_code(&mona, org).await.map(drop),
            story.discord.unlink(&mona, org, GUILD).await,
        ] {
            assert_eq!(refused.unwrap_err().kind(), Kind::Forbidden);
        }
        story.discord.unlink(&owner, org, GUILD).await.unwrap();
        assert!(matches!(story.discord.unlink(&owner, org, GUILD).await, Err(Error::NotFound)));
        let (acts,): (i64,) = db::sql("select count(*) from audit_log where act in ('discord.linked', 'discord.unlinked') and organization_id = $1")
            .bind(org)
            .fetch_one(&story.db)
            .await
            .unwrap();
        assert_eq!(acts, 2);
        story.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_application_is_set_up_and_looked_at() {
    each(|db| async move {
        let story = Story::quiet(db).await;
        let root = Actor::Operator;
        assert_eq!(story.discord.settings(&root).await.unwrap().application_id, None);
        let form = |application: &str, key: &str, token: &str| ChooseDiscord {
            application_id: application.into(),
            public_key: key.into(),
            token: token.into(),
            gateway: false,
        };
        match story.discord.choose(&root, &form("x", "y", "a b")).await {
            Err(Error::Fields(fields)) => {
                let fields: Vec<_> = fields.into_iter().map(|wrong| (wrong.field, wrong.code)).collect();
                let bad = |field| (field, Code::Malformed);
                assert_eq!(fields, [bad(Field::ApplicationId), bad(Field::PublicKey), bad(Field::BotToken)]);
            }
            other => panic!("{other:?}"),
        }
        let key = story.there.public_key();
        let set = story.discord.choose(&root, &form(APPLICATION, &key, "wrong.token")).await.unwrap();
        assert_eq!((set.has_token, set.interactions_url.as_str()), (true, "https://hub.example/hooks/discord"));
        let looked = story.discord.check(&root).await.unwrap();
        assert_eq!(looked.trouble, Some(DiscordTrouble::Token));
        // It is not tried again for anything else.
        assert!(story.discord.ask(crate::rest::Ask::new("GET", "x", "/guilds/1".into(), "1")).await.is_err());
        assert_eq!(story.there.asked("GET /guilds").len(), 0);

        story.discord.choose(&root, &form(APPLICATION, &key.replace(['a', 'b'], "c"), TOKEN)).await.unwrap();
        assert_eq!(story.discord.check(&root).await.unwrap().trouble, Some(DiscordTrouble::Key));
        let set = story.discord.choose(&root, &form(APPLICATION, &key, "")).await.unwrap();
        assert!(set.has_token, "the token stays where none is said");
        assert_eq!(story.discord.check(&root).await.unwrap().trouble, None);
        let set = story.discord.choose(&root, &form("7", &key, "")).await.unwrap();
        assert!(!set.has_token, "another application has another");
        let (kept,): (i64,) = db::sql("select count(*) from audit_log where act = 'discord.chosen' and (before like '%story%' or after like '%story%')")
            .fetch_one(&story.db)
            .await
            .unwrap();
        assert_eq!(kept, 0, "the trail knows no token");
        assert_eq!(story.discord.settings(&story.owner()).await.unwrap_err().kind(), Kind::Forbidden);
        story.end().await;
    })
    .await;
}
