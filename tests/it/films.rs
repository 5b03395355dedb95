//! Films: streamed by a classic client, listed and fetched through every door, and taken away by those who keep order.

use std::{path::PathBuf, time::Duration};

use base::{Actor, GameId, Role};
use client::Client as Api;
use contract::{film::RoomFilms, room::SaveRoom};
use db::testing::{
    self,
    doomed::{self, Doomed},
    until,
};
use hyper::Method;
use metaserver::testing::{Client, LogIn};
use metaserver_proto::{Dialect, packet::film::FilmCommand};
use serde_json::json;
use tests::{TestApp, at_each_shell};

use crate::{
    order::with_role,
    ranking::{play, player, read},
};

/// The stories below, which start themselves again to be killed.
const KILLED: &str = "films::a_hub_that_is_killed_in_the_middle_of_a_film_lists_no_half_one";
const HEADER: [u8; 16] = [0, 3, 0, 0, 0, 0, 0, 64, 0, 0, 0, 0, b'f', b'i', b'l', b'm'];

fn command(time_ticks: i32) -> FilmCommand {
    FilmCommand { verb: 1, player_index: 0, time_ticks, details: vec![b'x'; 2_000] }
}

/// The first room takes films, and clients are told so.
async fn take_films(app: &TestApp) {
    let rooms = &app.running().hub.rooms;
    let first = rooms.list(&Actor::Operator).await.unwrap().remove(0);
    let (id, form) = (first.id, SaveRoom { films: RoomFilms::Welcome, ..first.into() });
    rooms.change(&Actor::Operator, id, &form).await.unwrap();
    until("the room to take films", async || {
        let flags = LogIn::guest(Dialect::Myth2, "Wanderer").at(app.lobby()).await.unwrap().rooms[0].flags;
        if flags & 1 == 1 { Ok(()) } else { Err(flags) }
    })
    .await;
}

/// A game between two people who are new for it, with its film, once its result stands.
pub(crate) async fn filmed_game(app: &TestApp) -> GameId {
    take_films(app).await;
    let before = read(app, "/games").await["items"].as_array().unwrap().len();
    let mut host = player(app, &format!("Director {before}")).await;
    let mut other = player(app, &format!("Actor {before}")).await;
    let newest = read(app, "/films").await["items"][0]["game"].as_i64();
    film(&mut host, Some(18_000)).await;
    play(&mut host, &mut other, true).await;
    until("the film", async || {
        let films = read(app, "/films").await;
        let game = films["items"][0]["game"].as_i64();
        if game == newest { Err(films) } else { Ok(GameId::from(game.unwrap())) }
    })
    .await
}

async fn film(host: &mut Client, end: Option<i32>) {
    host.host("Duel", "Creep").await.unwrap();
    host.film(&HEADER, &[command(10), command(20)], end).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_is_found_and_fetched_by_anybody_and_taken_away_by_moderators() {
    let app = TestApp::start().await;
    let game = filmed_game(&app).await;
    let film = read(&app, &format!("/films/{game}")).await;
    assert_eq!((&film["name"], &film["map"], &film["host"]), (&json!("Duel"), &json!("Creep"), &json!("Director 0")));
    let size = film["size_bytes"].as_u64().unwrap();
    for (text, found) in [("creep", 1), ("ACTOR", 1), ("soulblighter", 0)] {
        let films = read(&app, &format!("/films?text={text}")).await;
        assert_eq!(films["items"].as_array().unwrap().len(), found, "{text}");
        let games = read(&app, &format!("/games?text={text}")).await;
        assert_eq!(games["items"].as_array().unwrap().len(), found, "{text}");
    }

    // The file, whole and in part.
    let api = Api::new(&format!("http://{}", app.at()), None).unwrap();
    let (mut coming, mut bytes) = (api.download_film(game).await.unwrap(), Vec::new());
    assert_eq!(coming.length(), Some(size));
    while let Some(piece) = coming.next().await.unwrap() {
        bytes.extend_from_slice(&piece);
    }
    assert_eq!(bytes.len() as u64, size);
    assert_eq!(bytes[64..80], [&HEADER[..8], &18_000_u32.to_be_bytes(), b"film"].concat());
    let path = format!("/lobby/films/{game}/content");
    let part = app.program().saying("range", "bytes=76-79").get(&path).await;
    assert_eq!((part.status, part.body.as_str()), (206, "film"));
    let file = film["file"].as_str().unwrap();
    for (name, value) in [
        ("content-disposition", format!("attachment; filename=\"{file}\"")),
        ("content-type", "application/octet-stream".to_owned()),
        ("x-content-type-options", "nosniff".to_owned()),
        ("content-range", format!("bytes 76-79/{size}")),
        ("content-length", "4".to_owned()),
    ] {
        assert_eq!(part.header(name), value, "{name}");
    }

    // On pages, for somebody without script who is not logged in.
    let mut stranger = app.stranger();
    for page in ["/lobby/films", "/lobby/films?q=creep", &format!("/lobby/games/{game}")] {
        let shown = stranger.get(page).await;
        assert!(shown.status == 200 && shown.body.contains(&path), "{page}: {}", shown.body);
    }
    let (own_page, of_game) = (format!("/lobby/films/{game}"), format!("/lobby/games/{game}"));
    for page in ["/lobby/films", &of_game] {
        assert!(stranger.get(page).await.body.contains(&format!("href=\"{own_page}\"")), "{page}");
    }
    let shown = stranger.get(&own_page).await;
    assert_eq!(shown.status, 200);
    let players = ["/lobby/players/Director%200", "/lobby/players/Actor%200"];
    for what in
        [path.as_str(), &of_game, players[0], players[1], "Film of Duel", "Creep", "Myth II", "Saved Films", file]
    {
        assert!(shown.body.contains(what), "{what}: {}", shown.body);
    }
    for nothing in ["/lobby/films/999999", "/lobby/films/x"] {
        let answer = stranger.get(nothing).await;
        assert!(answer.status == 404 && answer.body.contains("role=\"alert\""), "{nothing}: {}", answer.body);
    }
    assert!(stranger.get("/lobby/films?q=soulblighter").await.body.contains("No films"));
    assert!(stranger.get("/lobby/games?q=actor").await.body.contains(&format!("/lobby/games/{game}")));
    for nothing in
        ["/lobby/films/999999/content", "/lobby/films/x/content", "/lobby/films/..%2f1/content", "/api/v1/films/999999"]
    {
        assert_eq!(app.program().get(nothing).await.status, 404, "{nothing}");
    }

    with_role(&app, "Mona", Role::Moderator).await;
    let (mut mona, mut bert) = (app.program_of("Mona").await, app.program_of("Bert").await);
    let delete = format!("/api/v1/films/{game}?reason=Rude");
    assert_eq!(app.program().ask(Method::DELETE, &delete).await.status, 401);
    assert_eq!(bert.ask(Method::DELETE, &delete).await.status, 403);
    assert_eq!(mona.ask(Method::DELETE, &delete).await.status, 204);
    assert_eq!(mona.ask(Method::DELETE, &delete).await.status, 404);
    assert_eq!(app.program().get(&path).await.status, 404);
    let audit: (String, String) = db::sql("select act, after from audit_log where target_kind = 'film'")
        .fetch_one(&app.running().hub.db)
        .await
        .unwrap();
    assert!(audit.0 == "film.removed" && audit.1.contains("Rude"), "{audit:?}");
    assert!(app.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_lists_fetches_and_removes_films() {
    at_each_shell(async |app, shell| {
        let game = filmed_game(app).await.to_string();
        assert!(shell.ok(&["film", "list", "creep"]).await.contains("Director"));
        assert_eq!(shell.json(&["film", "list", "nothing"]).await, json!([]));
        let to = std::env::temp_dir().join(format!("film-{}-{game}.m2rec", app.at().port()));
        shell.ok(&["film", "download", &game, "--to", to.to_str().unwrap()]).await;
        assert_eq!(std::fs::read(&to).unwrap()[76..80], *b"film");
        std::fs::remove_file(to).unwrap();
        assert!(shell.ok(&["film", "remove", &game, "--dry-run"]).await.contains("Would remove"));
        shell.ok(&["film", "remove", &game, "--reason", "Rude"]).await;
        shell.audited("film.removed").await;
        assert!(shell.ok(&["ladder", "games", "creep"]).await.contains("Duel"));
    })
    .await;
}

async fn hub(place: &str) -> TestApp {
    let (address, folder) = place.split_once(' ').unwrap();
    TestApp::with(|settings| {
        address.clone_into(&mut settings.database_url);
        settings.films.folder = Some(PathBuf::from(folder));
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_is_killed_in_the_middle_of_a_film_lists_no_half_one() {
    if let Some(place) = doomed::task() {
        let app = hub(&place).await;
        take_films(&app).await;
        let mut host = LogIn::guest(Dialect::Myth2, "Director").enter(app.lobby()).await.unwrap();
        film(&mut host, None).await;
        let under_way = PathBuf::from(place.split_once(' ').unwrap().1).join("in_progress");
        until("a film under way", async || {
            let found = std::fs::read_dir(&under_way).map(Iterator::count).unwrap_or_default();
            if found == 1 { Ok(()) } else { Err(found) }
        })
        .await;
        doomed::say("films");
        return std::future::pending().await;
    }
    testing::each_place(async |place| {
        let folder = place.folder().join("films");
        let address = format!("{} {}", place.address, folder.display());
        let app = hub(&address).await;
        assert!(app.stop().await);
        Doomed::start(KILLED, &address).live(|said| said == "films", Duration::ZERO);
        assert_eq!(std::fs::read_dir(folder.join("in_progress")).unwrap().count(), 1, "half a film");

        let app = hub(&address).await;
        assert_eq!(read(&app, "/films").await["items"], json!([]));
        for part in ["in_progress", "public"] {
            assert_eq!(std::fs::read_dir(folder.join(part)).unwrap().count(), 0, "{part}");
        }
        assert!(app.stop().await);
    })
    .await;
}
