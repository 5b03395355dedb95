//! People to one another: pages, friends, pictures, and what they take away.

use std::io::{Cursor, Read as _};

use bytes::Bytes;
use hyper::Method;
use serde_json::Value;
use tests::{PICTURE, Person, TestApp, until};

async fn ok(person: &mut Person, function: &str, fields: &[(&str, &str)]) -> Value {
    let answer = person.call(function, fields).await;
    assert_eq!(answer.status, 200, "{function}: {}", answer.body);
    if answer.body.is_empty() { Value::Null } else { answer.json() }
}

async fn id(person: &mut Person, name: &str) -> String {
    ok(person, "person", &[("name", name)]).await["profile"]["card"]["id"].to_string()
}

#[tokio::test]
async fn a_page_shows_what_its_owner_lets_it() {
    let app = TestApp::start().await;
    let (mut olga, mut bert) = (app.person("Olga").await, app.person("Bert").await);
    let form = [
        ("about", "I play <b>Myth</b>."),
        ("facts", "Since: 1998"),
        ("links", "https://example.org/"),
        ("country", "NO"),
    ];
    ok(&mut olga, "save_profile", &form).await;
    let page = bert.get("/people/olga").await.body;
    assert!(page.contains("I play &lt;b&gt;Myth&lt;/b&gt;.") && page.contains("1998"), "{page}");
    assert!(page.contains("rel=\"nofollow ugc noopener noreferrer external\""));
    assert!(!app.stranger().get("/people/Olga").await.body.contains("1998"), "members only, by default");

    let hidden = [("profile", "nobody"), ("presence", "nobody"), ("friends", "nobody"), ("requests", "nobody")];
    ok(&mut olga, "save_privacy", &hidden).await;
    assert!(!bert.get("/people/Olga").await.body.contains("1998"));
    assert_eq!(ok(&mut bert, "people", &[("q", "olg")]).await["people"], serde_json::json!([]));
    assert!(olga.get("/people/Olga").await.body.contains("1998"), "her own");
    let bad = [("profile", "martians"), ("presence", "nobody"), ("friends", "nobody"), ("requests", "nobody")];
    assert_eq!(olga.call("save_privacy", &bad).await.status, 422);
    let wrong = olga.call("save_profile", &[("links", "javascript:alert(1)")]).await;
    assert_eq!(wrong.json()["problem"]["fields"][0]["code"], "not_a_url");
}

#[tokio::test]
async fn friends_are_made_and_a_block_hides_each_from_the_other() {
    let app = TestApp::start().await;
    let (mut olga, mut bert) = (app.person("Olga").await, app.person("Bert").await);
    let (olga_id, bert_id) = (id(&mut bert, "Olga").await, id(&mut olga, "Bert").await);
    ok(&mut olga, "ask_friend", &[("user", &bert_id)]).await;
    assert!(bert.get("/friends").await.body.contains("Olga"));
    ok(&mut bert, "accept_friend", &[("user", &olga_id)]).await;
    assert_eq!(ok(&mut olga, "company", &[]).await["friends"]["people"][0]["name"], "Bert");

    // Without script, from the page itself.
    let mut plain = olga.clone().without_script();
    let blocked = plain.call("block_person", &[("user", &bert_id)]).await;
    assert_eq!((blocked.status, blocked.header("location")), (302, "/friends"));
    assert_eq!(bert.call("person", &[("name", "Olga")]).await.status, 404);
    assert_eq!(bert.call("ask_friend", &[("user", &olga_id)]).await.status, 404);
    let company = ok(&mut olga, "company", &[]).await;
    assert_eq!(
        (&company["friends"]["people"], &company["blocked"]["people"][0]["name"]),
        (&serde_json::json!([]), &Value::from("Bert"))
    );
    assert_eq!(app.stranger().call("ask_friend", &[("user", &olga_id)]).await.status, 401);
}

#[tokio::test]
async fn a_picture_is_taken_as_pixels_and_served_as_a_file() {
    let app = TestApp::start().await;
    let mut olga = app.person("Olga").await;
    let sent = olga.send_picture(&PICTURE).await;
    assert_eq!((sent.status, sent.header("location")), (303, "/account/profile"), "{}", sent.body);
    let key = ok(&mut olga, "my_profile", &[]).await["card"]["avatar"].as_str().unwrap().to_owned();
    let address = format!("/avatars/{key}/96.png");
    assert!(olga.get("/people/Olga").await.body.contains(&format!("/avatars/{key}/256.png")));
    let shown = app.stranger().get(&address).await;
    assert_eq!((shown.status, shown.header("content-type")), (200, "image/png"));
    assert_eq!(shown.header("x-content-type-options"), "nosniff");
    assert!(shown.header("content-disposition").starts_with("attachment"));
    assert!(shown.header("content-security-policy").contains("sandbox"));
    assert!(shown.header("cache-control").contains("immutable"));
    let tag = shown.header("etag").to_owned();
    let again = app.stranger().saying("if-none-match", &tag).get(&address).await;
    assert_eq!((again.status, again.body.len()), (304, 0));

    for (what, bytes) in [
        ("a drawing that could run script", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>".to_vec()),
        ("nothing", Vec::new()),
        ("half a picture", PICTURE[..40].to_vec()),
    ] {
        let refused = olga.send_picture(&bytes).await;
        assert_eq!(refused.header("location"), "/account/profile?picture=not_a_picture", "{what}");
    }
    assert_eq!(olga.send_picture(&vec![0; 1_200_000]).await.status, 413);
    assert_eq!(app.stranger().send_picture(&PICTURE).await.header("location"), "/login?next=/account/profile");
    let elsewhere = [("content-type", "multipart/form-data; boundary=x"), ("sec-fetch-site", "cross-site")];
    let forged = olga.send(Method::POST, "/account/avatar", &elsewhere, Bytes::new()).await;
    assert_eq!(forged.status, 403);
    for odd in ["/avatars/abc/96.png", &format!("/avatars/{key}/97.png"), &format!("/avatars/{key}/96.svg")] {
        assert_eq!(app.stranger().get(odd).await.status, 404, "{odd}");
    }
    ok(&mut olga, "remove_avatar", &[]).await;
    assert!(olga.get("/people/Olga").await.body.contains("<svg"), "one is drawn from the name");
}

#[tokio::test]
async fn who_keeps_their_presence_to_themselves_is_counted_and_not_named() {
    let app = TestApp::start().await;
    let (mut olga, mut bert) = (app.person("Olga").await, app.person("Bert").await);
    let _page = app.page_of(&olga).await;
    let here = |answer: Value| answer["profile"]["here"].clone();
    // The socket is greeted before it is counted: asked until it is.
    until("her to be here", async || {
        let here = here(ok(&mut bert, "person", &[("name", "Olga")]).await);
        if here == true { Ok(()) } else { Err(here) }
    })
    .await;
    let hidden = [("profile", "members"), ("presence", "friends"), ("friends", "friends"), ("requests", "members")];
    ok(&mut olga, "save_privacy", &hidden).await;
    assert_eq!(here(ok(&mut bert, "person", &[("name", "Olga")]).await), Value::Null);
}

/// The archives, once the job has built them.
async fn built(person: &mut Person) -> Value {
    until("the archive", async || {
        let archives = ok(person, "archives", &[]).await;
        if archives[0]["ready_at"].is_null() { Err(archives) } else { Ok(archives) }
    })
    .await
}

#[tokio::test]
async fn everything_about_me_is_mine_alone() {
    let app = TestApp::start().await;
    let (mut olga, mut bert) = (app.person("Olga").await, app.person("Bert").await);
    ok(&mut olga, "save_profile", &[("about", "I play.")]).await;
    ok(&mut olga, "ask_archive", &[]).await;
    assert_eq!(olga.call("ask_archive", &[]).await.status, 409, "once a day");
    let archives = built(&mut olga).await;
    let address = format!("/account/data/{}.zip", archives[0]["id"]);
    let fetched = olga.get(&address).await;
    assert_eq!((fetched.status, fetched.header("content-type")), (200, "application/zip"));
    let mut archive = zip::ZipArchive::new(Cursor::new(fetched.bytes.to_vec())).unwrap();
    let names: Vec<_> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    for wanted in [
        "account/account.json",
        "people/profile.json",
        "people/company.csv",
        "moderation/sanctions.json",
        "lobby/rooms.json",
    ] {
        assert!(names.iter().any(|name| name == wanted), "{wanted} is missing from {names:?}");
    }
    let mut profile = String::new();
    archive.by_name("people/profile.json").unwrap().read_to_string(&mut profile).unwrap();
    assert!(profile.contains("I play."));
    assert_eq!(bert.get(&address).await.status, 404);
    assert_eq!(app.stranger().get(&address).await.status, 303);
    app.clock.pass(std::time::Duration::from_hours(7 * 24 + 1));
    assert_eq!(olga.get(&address).await.status, 303, "the login has ended by then, too");
}
