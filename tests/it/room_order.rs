//! The order in rooms, looked at and kept from outside of them.

use base::Role;
use db::testing::each_place;
use hyper::Method;
use serde_json::json;
use tests::{TestApp, at_each_shell, until};

use crate::order::{player, with_role};

#[tokio::test(flavor = "multi_thread")]
async fn who_keeps_order_looks_into_a_room_and_acts_from_outside() {
    each_place(async |place| {
        let app = TestApp::with(|settings| place.address.clone_into(&mut settings.database_url)).await;
        let mut bert = app.person("Bert").await;
        let mut game = player(&app, &mut bert, "Bert").await;
        with_role(&app, "Mona", Role::Moderator).await;
        let mut mona = app.program_of("Mona").await;
        let arrival = mona.get("/api/v1/rooms").await.json()[0].clone();
        let room = format!("/api/v1/rooms/{}", arrival["id"]);
        let here = until("Bert to be seen", async || {
            let players = mona.clone().get(&format!("{room}/players")).await.json();
            let found = players.as_array().unwrap().iter().find(|one| one["name"] == "Bert").cloned();
            found.ok_or(players)
        })
        .await;
        assert_eq!((&here["origin"], &here["away"]), (&json!("myth2"), &json!(false)));
        assert!(app.program_of("Bert").await.get(&format!("{room}/players")).await.status == 403);

        let gag = json!({ "kind": "gag", "player": format!("#{}", here["number"]), "minutes": 30, "reason": "Floods" });
        assert_eq!(mona.post(&format!("{room}/restraints"), &gag).await.status, 201);
        let held = mona.get("/api/v1/restraints").await.json()["items"].clone();
        let told = (&held[0]["name"], &held[0]["restraint"]["name"], &held[0]["restraint"]["by"]);
        assert_eq!(told, (&arrival["name"], &json!("Bert"), &json!("Mona")));
        let page = with_role(&app, "Nora", Role::Moderator).await.call("admin_restraints", &[]).await.json();
        assert_eq!((&page["held"][0]["restraint"]["reason"], &page["next"]), (&json!("Floods"), &json!(null)));

        let slow = async |secs: u32| {
            mona.clone().send(Method::PUT, &format!("{room}/slow"), &json!({ "slow_secs": secs })).await.status
        };
        assert_eq!((slow(5_000).await, slow(10).await), (422, 204));
        assert_eq!(mona.get(&room).await.json()["slow_secs"], 10);

        let kicked = mona.post(&format!("{room}/kicks"), &json!({ "player": "Bert", "reason": "Cool down" })).await;
        assert_eq!(kicked.status, 204, "{}", kicked.body);
        game.link.closed().await.unwrap();
        let gone = mona.post(&format!("{room}/kicks"), &json!({ "player": "Nobody" })).await;
        assert_eq!((gone.status, gone.json()["fields"][0]["field"].clone()), (422, json!("player")));
        assert!(app.stop().await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_looks_into_rooms() {
    at_each_shell(async |app, shell| {
        let mut bert = app.person("Bert").await;
        let _game = player(app, &mut bert, "Bert").await;
        // Who is there knows the hub alone, and tells whoever asks it.
        let made;
        let elsewhere = if shell.door() == "token" {
            shell
        } else {
            made = app.shell_elsewhere().await;
            &made
        };
        until("Bert to be seen", async || {
            let players = elsewhere.ok(&["room-order", "players", "1"]).await;
            if players.contains("Bert") { Ok(()) } else { Err(players) }
        })
        .await;
        shell.ok(&["room-order", "add", "1", "gag", "Bert", "--minutes", "30", "--reason", "Floods"]).await;
        let held = shell.ok(&["room-order", "everywhere"]).await;
        assert!(held.contains("Floods") && held.contains("Arrival"), "{held}");
        assert!(shell.ok(&["room-order", "slow", "1", "5", "--dry-run"]).await.contains("Would leave 5 s"));
        shell.ok(&["room-order", "slow", "1", "5"]).await;
        shell.audited("room.slowed").await;
        assert!(elsewhere.ok(&["room-order", "kick", "1", "Bert", "--dry-run"]).await.contains("Would send Bert out"));
        elsewhere.ok(&["room-order", "kick", "1", "Bert", "--reason", "Cool down"]).await;
        elsewhere.audited("room.kicked").await;
    })
    .await;
}
