//! Results that players dispute: who judges them, by which door, and what it makes of everybody.

use base::Role;
use db::testing::{Place, each_place};
use hyper::Method;
use serde_json::{Value, json};
use tests::{Program, TestApp, at_each_shell, until};

use crate::{
    order::with_role,
    ranking::{disputed_game, settled_game},
};

async fn hub_on(place: &Place) -> TestApp {
    TestApp::with(|settings| place.address.clone_into(&mut settings.database_url)).await
}

/// Names with points in the ladder of games for fun, once it is as wanted.
async fn ladder(app: &TestApp, wanted: &[(&str, i64)]) {
    until("the ladder to follow", async || {
        let ladder = app.program().get("/api/v1/ladders?class=unranked").await.json();
        let rungs: Vec<(String, i64)> = ladder["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|rung| (rung["name"].as_str().unwrap().to_owned(), rung["standing"]["points"].as_i64().unwrap()))
            .collect();
        let same = rungs.iter().map(|(name, points)| (name.as_str(), *points)).eq(wanted.iter().copied());
        if same { Ok(()) } else { Err(rungs) }
    })
    .await;
}

/// What the hub has counted of a player of the first game.
async fn played(app: &TestApp, name: &str) -> Value {
    app.program().get(&format!("/api/v1/players/{name}/shares")).await.json()["maps"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disputed_result_is_confirmed_overturned_and_voided() {
    each_place(async |place| {
        let app = hub_on(place).await;
        let game = disputed_game(&app).await;
        let (host, other) = ("Duellist 0", "Swordsman 0");
        ladder(&app, &[(host, 1_016), (other, 984)]).await;
        with_role(&app, "Mona", Role::Moderator).await;
        let mut mona = app.program_of("Mona").await;
        let path = format!("/api/v1/disputes/{game}");
        let judge = async |program: &mut Program, form: Value| {
            program.send(Method::PUT, &format!("{path}/judgement"), &form).await
        };

        let waiting = mona.get("/api/v1/disputes").await.json();
        assert_eq!(waiting["items"][0]["result"]["game"]["id"], json!(game));
        let reports = waiting["items"][0]["result"]["reports"].clone();
        let loser = reports.as_array().unwrap().iter().find(|told| told["agrees"] == json!(false)).unwrap().clone();
        assert_eq!((&loser["name"], &loser["winners"]), (&json!(other), &json!([other])));

        // Whoever played it does not judge it, even with the role for it, and a member does not at all.
        let mut olga = app.program_of("Olga").await;
        assert_eq!(judge(&mut olga, json!({ "verdict": "voided" })).await.status, 403);
        let player = app.running().hub.accounts.find_user(&base::Actor::Operator, host).await.unwrap().unwrap().id;
        let accounts = &app.running().hub.accounts;
        accounts.set_role(&base::Actor::Operator, player, Role::Moderator).await.unwrap();
        let mut partial = app.program_of(host).await;
        assert_eq!(judge(&mut partial, json!({ "verdict": "voided" })).await.status, 403);

        let nobody = judge(&mut mona, json!({ "verdict": "overturned", "reporter": 77 })).await;
        assert_eq!((nobody.status, nobody.json()["fields"][0]["field"].clone()), (422, json!("player")));
        let overturned =
            json!({ "verdict": "overturned", "reporter": loser["reporter"], "reason": "The film shows it" });
        assert_eq!(judge(&mut mona, overturned.clone()).await.status, 204);
        ladder(&app, &[(other, 1_016), (host, 984)]).await;
        let shown = app.program().get(&format!("/api/v1/games/{game}")).await.json();
        assert_eq!(
            (&shown["game"]["verdict"], &shown["game"]["players"][0]["name"]),
            (&json!("overturned"), &json!(other))
        );
        assert_eq!(played(&app, "Swordsman%200").await[0]["wins"], 1);
        // Said twice it is the same, and stands in the trail once.
        assert_eq!(judge(&mut mona, overturned).await.status, 204);
        let mut freya = app.owner_program().await;
        let trail = freya.get("/api/v1/audit?act=result.judged").await.json();
        assert_eq!(trail["items"].as_array().unwrap().len(), 1, "{trail}");

        assert_eq!(judge(&mut mona, json!({ "verdict": "voided" })).await.status, 204);
        ladder(&app, &[]).await;
        assert_eq!(played(&app, "Swordsman%200").await, json!([]));
        let judged = mona.get("/api/v1/disputes?judged=true").await.json();
        assert_eq!(judged["items"][0]["judgement"]["by"], "Mona");
        assert!(mona.get("/api/v1/disputes").await.json()["items"].as_array().unwrap().is_empty());
        let page = app.stranger().get(&format!("/lobby/games/{game}")).await;
        assert!(page.body.contains("have voided this game"), "{}", page.body);

        assert_eq!(judge(&mut mona, json!({ "verdict": "confirmed" })).await.status, 204);
        ladder(&app, &[(other, 1_016), (host, 984)]).await;

        // What nobody disputes is nothing to judge.
        let agreed = settled_game(&app).await;
        let refused = mona
            .send(Method::PUT, &format!("/api/v1/disputes/{agreed}/judgement"), &json!({ "verdict": "voided" }))
            .await;
        assert_eq!(refused.status, 404, "{}", refused.body);
        assert!(app.stop().await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_judges_and_reads_ladders() {
    at_each_shell(async |app, shell| {
        let game = disputed_game(app).await.to_string();
        ladder(app, &[("Duellist 0", 1_016), ("Swordsman 0", 984)]).await;
        assert!(shell.ok(&["dispute", "list"]).await.contains(&game));
        let shown = shell.json(&["dispute", "show", &game]).await;
        let other = shown["result"]["reports"][1]["reporter"].to_string();
        let what = shell.ok(&["dispute", "judge", &game, "overturn", "--reporter", &other, "--dry-run"]).await;
        assert!(what.contains("not judged so far, would be overturned"), "{what}");
        shell.ok(&["dispute", "judge", &game, "overturn", "--reporter", &other, "--reason", "The film"]).await;
        shell.audited("result.judged").await;
        ladder(app, &[("Swordsman 0", 1_016), ("Duellist 0", 984)]).await;
        assert!(shell.ok(&["dispute", "list", "--judged"]).await.contains("overturned"));
        shell.ok(&["dispute", "judge", &game, "void"]).await;
        ladder(app, &[]).await;
        shell.ok(&["dispute", "judge", &game, "confirm"]).await;
        ladder(app, &[("Swordsman 0", 1_016), ("Duellist 0", 984)]).await;

        let found = shell.ok(&["ladder", "show", "--unranked", "--around", "duellist 0", "--active", "week"]).await;
        assert!(found.contains("Duellist 0") && found.contains("Swordsman 0"), "{found}");
        assert!(shell.ok(&["ladder", "shares", "Swordsman 0"]).await.contains("Creep"));
        assert_eq!(shell.json(&["ladder", "against", "Swordsman 0", "Duellist 0"]).await["wins"], 1);
        assert_eq!(shell.json(&["ladder", "choices", "--unranked"]).await["team_sizes"], json!([1]));
        let preview = shell.ok(&["season", "begin", "Autumn", "--dry-run"]).await;
        assert!(preview.contains("its ladders are empty at first"), "{preview}");
        shell.ok(&["season", "begin", "Autumn"]).await;
        let preview = shell.ok(&["season", "begin", "Winter", "--dry-run"]).await;
        assert!(preview.contains("“Autumn”, in which 0 stand, would end"), "{preview}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_ladders_say_what_was_asked() {
    let app = TestApp::start().await;
    settled_game(&app).await;
    ladder(&app, &[("Duellist 0", 1_016), ("Swordsman 0", 984)]).await;
    let mut stranger = app.stranger();
    let found = stranger.get("/lobby/ladder?class=unranked&around=swordsman%200").await;
    assert!(found.body.contains("<mark>here"), "{}", found.body);
    let missing = stranger.get("/lobby/ladder?class=unranked&around=Nobody").await;
    assert!(missing.body.contains("Nobody of that name stands in this ladder"), "{}", missing.body);
    let lately = stranger.get("/lobby/ladder?class=unranked&active=week&size=1").await;
    assert!(lately.body.contains("/lobby/players/Duellist%200"), "{}", lately.body);
    let none = stranger.get("/lobby/ladder?class=unranked&size=2").await;
    assert!(none.body.contains("Nobody stands here yet"), "{}", none.body);
    let met = stranger.get("/lobby/players/Duellist%200?against=Swordsman%200").await;
    assert!(met.body.contains("Against each other") && met.body.contains("By map"), "{}", met.body);
    let nobody = stranger.get("/lobby/players/Duellist%200?against=Nobody").await;
    assert!(nobody.body.contains("There is no such player"), "{}", nobody.body);

    // Who keeps their page to themselves is named to nobody but themselves, and keeps their place.
    let mut duellist = app.stranger();
    let entered = duellist.call("log_in", &[("name", "Duellist 0"), ("password", tests::PASSWORD)]).await;
    assert_eq!(entered.status, 200, "{}", entered.body);
    let hidden = [("profile", "nobody"), ("presence", "nobody"), ("friends", "nobody"), ("requests", "nobody")];
    assert_eq!(duellist.call("save_privacy", &hidden).await.status, 200);
    ladder(&app, &[("Swordsman 0", 984)]).await;
    assert_eq!(stranger.get("/lobby/players/Duellist%200").await.status, 404);
    let own = duellist.get("/lobby/ladder?class=unranked").await;
    assert!(own.body.contains("Where am I?") && own.body.contains("/lobby/players/Duellist%200"), "{}", own.body);
    assert!(app.stop().await);
}
