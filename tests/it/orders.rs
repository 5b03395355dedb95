//! Orders and friends, by page, by program and by classic client, each told what the others did.

use std::time::Duration;

use base::{Actor, Role, Secret};
use hyper::Method;
use metaserver::testing::Client;
use metaserver_proto::{
    ClientPacket, ServerPacket,
    packet::{player::Verb, social::UpdateBuddy},
};
use serde_json::json;
use tests::{PASSWORD, Person, Program, TestApp, until};

use crate::ranking::{play, player};

/// The browser of somebody who has an account.
async fn page_of(app: &TestApp, name: &str) -> Person {
    let mut person = app.stranger();
    let answer = person.call("log_in", &[("name", name), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, 200, "{name}: {}", answer.body);
    person
}

/// The next table of buddies that is as it should be: numbers and states of the slots that are taken.
async fn buddies_are(client: &mut Client, wanted: &[(u32, i8)]) {
    client
        .until(|packet| match packet {
            ServerPacket::BuddyTable(table) => {
                let taken = table.0.iter().filter(|slot| slot.state != 0);
                (taken.map(|slot| (slot.player_id, slot.state)).collect::<Vec<_>>() == wanted).then_some(())
            }
            _ => None,
        })
        .await
        .unwrap();
}

async fn ask_buddy(client: &mut Client, other: u32, add: i32) -> String {
    let player_id = i32::try_from(other).unwrap();
    client.link.send(&ClientPacket::UpdateBuddy(UpdateBuddy { player_id, add })).await.unwrap();
    client.blue_line().await.unwrap()
}

async fn list(program: &mut Program, which: &str) -> Vec<String> {
    let answer = program.get(&format!("/api/v1/me/{which}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let people = answer.json()["items"].as_array().unwrap().clone();
    people.iter().map(|card| card["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buddy_in_the_lobby_is_a_friend_on_the_site_and_the_other_way_round() {
    let app = TestApp::start().await;
    let (mut olga, mut bert) = (player(&app, "Olga").await, player(&app, "Bert").await);
    let (mut olga_at_site, mut bert_at_site) = (app.program_of("Olga").await, app.program_of("Bert").await);
    buddies_are(&mut olga, &[]).await;

    // Asked from the lobby, answered on the site.
    assert!(ask_buddy(&mut olga, bert.player_id, 1).await.contains("are asked"));
    buddies_are(&mut olga, &[(bert.player_id, 1)]).await;
    assert!(bert.blue_line().await.unwrap().starts_with("Olga would like to be your friend"));
    assert_eq!(list(&mut bert_at_site, "friend-requests").await, ["Olga"]);
    let path = format!("/api/v1/me/friends/{}", olga.player_id);
    assert_eq!(bert_at_site.ask(Method::PUT, &path).await.status, 204);
    buddies_are(&mut olga, &[(bert.player_id, 2)]).await;
    buddies_are(&mut bert, &[(olga.player_id, 2)]).await;

    // Dropped in the lobby, gone on the site.
    assert!(ask_buddy(&mut bert, olga.player_id, 0).await.contains("over"));
    buddies_are(&mut olga, &[]).await;
    assert!(list(&mut olga_at_site, "friends").await.is_empty());

    // Who is blocked is nobody.
    let path = format!("/api/v1/me/blocks/{}", bert.player_id);
    assert_eq!(olga_at_site.ask(Method::PUT, &path).await.status, 204);
    assert!(ask_buddy(&mut bert, olga.player_id, 1).await.contains("nobody like that"));
    assert!(app.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_founded_on_a_page_is_known_in_the_lobby() {
    let app = TestApp::start().await;
    let mut olga = player(&app, "Olga").await;
    let mut page = page_of(&app, "Olga").await;
    let form = [
        ("name", "The Avatara"),
        ("motto", "Nine"),
        ("admission", "request"),
        ("division", "chevron"),
        ("first", "blue"),
        ("second", "gold"),
    ];
    let founded = page.call("found_order", &form).await;
    assert_eq!(founded.status, 200, "{}", founded.body);
    let order: i64 = founded.json().as_str().unwrap().rsplit('/').next().unwrap().parse().unwrap();
    let number = i16::try_from(order).unwrap();
    let entry = olga.player(Verb::Change, "Olga").await.unwrap();
    assert_eq!((entry.aux.order, entry.data.order), (number, number));

    let mut bert = player(&app, "Bert").await;
    let mut bert_at_site = app.program_of("Bert").await;
    let path = format!("/api/v1/orders/{order}");
    assert_eq!(bert_at_site.ask(Method::PUT, &format!("{path}/membership")).await.status, 204);
    let shown = bert_at_site.get(&path).await.json();
    assert_eq!((&shown["tie"], &shown["card"]["members"]), (&json!("asked"), &json!(1)));
    let user = bert.player_id.to_string();
    let accepted = page.call("accept_into_order", &[("order", &order.to_string()), ("user", &user)]).await;
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    let told = bert.until(|packet| match packet {
        ServerPacket::OrderTable(table) => Some(table.0),
        _ => None,
    });
    let told: Vec<_> = told.await.unwrap().iter().map(|member| (member.player_id, member.online)).collect();
    assert_eq!(told, [(olga.player_id, 1), (bert.player_id, 1)]);
    bert.say(".order").await.unwrap();
    assert_eq!(bert.blue_line().await.unwrap(), "The Avatara, led by Olga: 2 members.");

    // Everybody may read it, without script too.
    let mut stranger = app.stranger();
    let read = stranger.get(&format!("/lobby/orders/{order}")).await;
    assert_eq!(read.status, 200);
    for word in ["The Avatara", "Nine", "2 of 50 members", "/lobby/players/Bert", "No games yet", "<svg"] {
        assert!(read.body.contains(word), "{word}: {}", read.body);
    }
    assert!(stranger.get("/lobby/orders?q=avat").await.body.contains("The Avatara"));
    assert!(stranger.get("/lobby/orders?by=points").await.body.contains("Nobody stands here yet"));
    assert_eq!(stranger.get("/lobby/orders/999999").await.status, 404);
    assert_eq!(stranger.get(&format!("/lobby/orders/{order}/change")).await.status, 403);
    assert!(page.get(&format!("/lobby/orders/{order}/change")).await.body.contains("Dissolve the order"));

    // Those who keep order rename it, which everybody in it is told by their profiles; and end it.
    let accounts = &app.running().hub.accounts;
    accounts.create_user(&Actor::Operator, "Mona", Secret::new(PASSWORD), Role::Moderator).await.unwrap();
    let mut mona = page_of(&app, "Mona").await;
    let renamed =
        mona.call("rename_order", &[("order", &order.to_string()), ("name", "Order 7"), ("reason", "x")]).await;
    assert_eq!(renamed.status, 200, "{}", renamed.body);
    let profile = bert.profile(olga.player_id).await.unwrap();
    assert_eq!((profile.order, profile.order_name.to_string(), profile.orders), (number, "Order 7".to_owned(), 1));
    assert_eq!(mona.call("dissolve_order", &[("order", &order.to_string())]).await.status, 200);
    let entry = bert.player(Verb::Change, "Olga").await.unwrap();
    assert_eq!(entry.aux.order, 0);
    assert!(app.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_members_play_is_on_their_orders_page() {
    let app = TestApp::start().await;
    let (mut olga, mut bert) = (player(&app, "Olga").await, player(&app, "Bert").await);
    let mut olga_at_site = app.program_of("Olga").await;
    play(&mut olga, &mut bert, true).await;
    until("the first result", async || {
        let games = crate::ranking::read(&app, "/games").await;
        if games["items"].as_array().unwrap().len() == 1 { Ok(()) } else { Err(games) }
    })
    .await;
    // What was played before does not count.
    app.clock.pass(Duration::from_mins(1));
    let founded = olga_at_site.post("/api/v1/orders", &json!({ "name": "Order of Trow" })).await.json()["id"].clone();
    play(&mut olga, &mut bert, true).await;
    let both = until("the second result", async || {
        let games = crate::ranking::read(&app, "/games").await;
        if games["items"].as_array().unwrap().len() == 2 { Ok(games) } else { Err(games) }
    })
    .await;
    let page = olga_at_site.get(&format!("/api/v1/orders/{founded}")).await.json();
    assert_eq!(page["games"], json!([both["items"][0]["id"]]));
    let score = &page["scores"][0];
    assert_eq!((&score["games"], &score["wins"]), (&json!(1), &json!(1)), "{page}");
    let read = app.stranger().get(&format!("/lobby/orders/{founded}")).await;
    assert!(read.body.contains("Games a week") && read.body.contains("Duel"), "{}", read.body);
    assert!(app.stop().await);
}
