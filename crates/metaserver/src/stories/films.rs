//! Films: from the host's packets to the file, and who may have one.

use std::{path::PathBuf, sync::Arc, time::Duration};

use base::{Actor, Millis};
use contract::{film::RoomFilms, room::SaveRoom};
use db::{
    Db, Engine, sql,
    testing::{Place, StoppedClock, until},
};
use metaserver_proto::{
    ClientPacket, Dialect, ServerPacket,
    packet::{film::FilmCommand, score::PlayersInGame, server_message::code},
};

use super::harness::{Dice, Lobby};
use crate::{
    FilmSettings, Films, Rooms,
    testing::{Client, won_by},
};

const STRANGER: Actor = Actor::Stranger { address: None };
/// What a client writes before a film: version, type, where the data begins, an end time that is not known yet, and more.
const HEADER: [u8; 20] = [0, 3, 0, 0, 0, 0, 0, 64, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4, 5, 6, 7, 8];

/// A lobby that takes films, in its first room.
struct Filmed {
    lobby: Lobby,
    films: Films,
    folder: PathBuf,
}

impl Filmed {
    async fn on(place: Place, wanted: RoomFilms, choose: impl FnOnce(&mut FilmSettings)) -> Self {
        let folder = place.folder().join("films");
        let mut settings = FilmSettings {
            folder: folder.clone(),
            largest_bytes: 1 << 20,
            per_host_bytes: 4 << 20,
            total_bytes: 8 << 20,
            days: 30,
        };
        choose(&mut settings);
        let mut films = None;
        let lobby = Lobby::on(place, |config, db| {
            config.report_grace = Duration::from_millis(50);
            // Whether anybody could join is no matter here.
            config.hosting.tests.at_once = 0;
            config.films = Some(open(db, settings));
            films.clone_from(&config.films);
        })
        .await;
        let filmed = Self { lobby, films: films.expect("made above"), folder };
        filmed.take(wanted).await;
        filmed
    }

    async fn open(wanted: RoomFilms, choose: impl FnOnce(&mut FilmSettings)) -> Self {
        let place = Place::migrated(Engine::Sqlite).await.expect("SQLite is always there");
        Self::on(place, wanted, choose).await
    }

    /// The first room takes films from now on, or takes none.
    async fn take(&self, films: RoomFilms) {
        let (clock, present) = (Arc::new(StoppedClock(Millis(1_700_000_000_000))), Arc::clone(&self.lobby.watching));
        let rooms = Rooms::new(self.lobby.db.clone(), clock, present);
        let first = rooms.list(&Actor::Operator).await.expect("the rooms").remove(0);
        let (id, form) = (first.id, SaveRoom { films, ..first.into() });
        rooms.change(&Actor::Operator, id, &form).await.expect("it is open");
        self.lobby.running.caretaker.refresh().await.expect("the rooms can be read");
    }

    /// Somebody whose game runs, with another in it.
    async fn host(&self, name: &str, other: &Client) -> Client {
        let mut host = self.lobby.player(Dialect::Myth2, name).await;
        host.host("Duel", "Creep").await.expect("sent");
        let players = PlayersInGame { game_id: host.player_id, players: vec![host.player_id, other.player_id] };
        host.link.send(&ClientPacket::PlayersInGame(players)).await.expect("sent");
        host.start_game().await.expect("sent");
        host
    }

    /// The names of the files under way, and of those that are whole.
    fn files(&self) -> [Vec<String>; 2] {
        ["in_progress", "public"].map(|folder| {
            let Ok(entries) = std::fs::read_dir(self.folder.join(folder)) else { return Vec::new() };
            entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect()
        })
    }

    async fn rows(&self) -> i64 {
        let (rows,): (i64,) = sql("select count(*) from films").fetch_one(&self.lobby.db).await.expect("a count");
        rows
    }

    async fn close(self) {
        let (db, _, place) = self.lobby.close().await;
        db.close().await;
        place.remove().await;
    }
}

fn open(db: &Db, settings: FilmSettings) -> Films {
    Films::new(db.clone(), Arc::new(StoppedClock(Millis(1_700_000_000_000))), Arc::new(Dice::default()), settings)
}

fn command(verb: i8, time_ticks: i32, details: usize) -> FilmCommand {
    FilmCommand { verb, player_index: 1, time_ticks, details: vec![0xab; details] }
}

/// Says something, and passes over everything until it is heard: whatever was sent before has been read by then. Gives back the hub's own
/// lines and codes on the way.
async fn told_until_heard(client: &mut Client, text: &str) -> Vec<String> {
    client.say(text).await.expect("sent");
    let mut told = Vec::new();
    client
        .until(|packet| match packet {
            ServerPacket::BlueLine(line) => {
                told.push(line.to_string());
                None
            }
            ServerPacket::Message(message) => {
                told.push(format!("code {}: {}", message.code, message.text));
                None
            }
            ServerPacket::Chat(chat) => (chat.message.to_string() == text).then_some(()),
            _ => None,
        })
        .await
        .expect("the line");
    told
}

/// Reads numbers off the front of a file, as the game does.
struct Reading<'a>(&'a [u8]);

impl Reading<'_> {
    fn take(&mut self, count: usize) -> Vec<u8> {
        let (taken, rest) = self.0.split_at(count);
        self.0 = rest;
        taken.to_vec()
    }

    fn number(&mut self, bytes: usize) -> u64 {
        self.take(bytes).into_iter().fold(0, |number, byte| number << 8 | u64::from(byte))
    }
}

/// The commands of a film's blocks, block by block; asserts everything before them (spec section 16).
fn parse(file: &[u8], name: &str, header: &[u8], end_ticks: u32) -> Vec<Vec<Vec<u8>>> {
    let mut from = Reading(file);
    assert_eq!((from.number(2), from.number(1), from.number(1)), (0, 0, 0));
    let mut text = from.take(32);
    text.truncate(text.iter().position(|byte| *byte == 0).expect("a NUL"));
    assert_eq!(String::from_utf8(text).expect("a time stamp"), name);
    assert_eq!(from.number(4), 0x7265_636F, "'reco'");
    let _random = from.number(4);
    assert_eq!((from.number(4), from.number(4), from.number(4)), (64, 0, 0));
    assert_eq!((from.number(2), from.number(1), from.number(1)), (3, 0, 0xff));
    assert_eq!(from.number(4), 0x6D74_6832, "'mth2'");
    assert_eq!(file.len() - from.0.len(), 64);

    let written = from.take(header.len());
    assert_eq!((&written[..8], &written[12..]), (&header[..8], &header[12..]));
    assert_eq!(written[8..12], end_ticks.to_be_bytes());

    let mut blocks = Vec::new();
    loop {
        let (flags, size, count) = (from.number(4), from.number(2), from.number(2));
        assert!(size <= 2048, "{size}");
        let bytes = from.take(usize::try_from(size).expect("small"));
        let mut inside = Reading(&bytes);
        let mut commands = Vec::new();
        for _ in 0..count {
            let length = usize::from(u16::from_be_bytes([inside.0[0], inside.0[1]]));
            commands.push(inside.take(length));
        }
        assert!(inside.0.is_empty(), "whole commands");
        blocks.push(commands);
        match flags {
            0 => {}
            1 => break,
            other => panic!("flags {other}"),
        }
    }
    assert!(from.0.is_empty(), "the last block is the last of the file");
    blocks
}

#[tokio::test]
async fn a_hosts_film_is_kept_as_the_game_reads_it_and_shown_with_the_result() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(place) = Place::migrated(engine).await else { continue };
        let filmed = Filmed::on(place, RoomFilms::Welcome, |_| {}).await;
        let other = filmed.lobby.player(Dialect::Myth2, "balin").await;
        let mut host = filmed.host("olga", &other).await;
        let commands =
            [command(1, 10, 1_000), command(0, 20, 0), command(2, 30, 1_000), command(3, 40, 500), command(4, 50, 0)];
        host.film(&HEADER, &commands, Some(18_000)).await.expect("sent");
        until("the film", async || match filmed.rows().await {
            1 => Ok(()),
            rows => Err(rows),
        })
        .await;
        let list = async |text: &str| filmed.films.list(&STRANGER, text, None, 10).await.expect("anybody may");
        assert!(list("").await.films.is_empty(), "nobody knows how the game ends yet");

        host.link.send(&won_by(host.player_id, [host.player_id, other.player_id])).await.expect("sent");
        let film = until("the film's result", async || {
            let page = list("").await;
            page.films.first().cloned().ok_or(page)
        })
        .await;
        assert_eq!((film.name.as_str(), film.map.as_str(), film.host.as_str()), ("Duel", "Creep", "olga"));
        assert_eq!(
            (film.players.as_slice(), film.file.as_str()),
            (&["olga".to_owned(), "balin".to_owned()][..], "2023_11_14__22_13_20_1.m2rec")
        );
        for (text, found) in [("CREEP", 1), ("bal", 1), ("due", 1), ("soulblighter", 0), ("%", 0)] {
            assert_eq!(list(text).await.films.len(), found, "{text}");
        }
        let (_, path) = filmed.films.open(&STRANGER, film.game).await.expect("it is there");
        let file = std::fs::read(path).expect("readable");
        assert_eq!(film.size_bytes, file.len() as u64);
        let blocks = parse(&file, "2023_11_14__22_13_20", &HEADER, 18_000);
        let lengths: Vec<Vec<usize>> = blocks.iter().map(|block| block.iter().map(Vec::len).collect()).collect();
        assert_eq!(lengths, [vec![1_008, 1_008], vec![508, 8]], "without the one that only moves the clock");
        assert_eq!(blocks[0][0][..8], [0x03, 0xf0, 1, 1, 0, 0, 0, 10], "size, verb, player, time");
        assert_eq!(filmed.files(), [vec![], vec![film.file.clone()]]);
        filmed.close().await;
    }
}

#[tokio::test]
async fn a_film_that_is_broken_off_is_none() {
    let filmed = Filmed::open(RoomFilms::Demanded, |_| {}).await;
    let mut other = filmed.lobby.player(Dialect::Myth2, "balin").await;
    let mut host = filmed.host("olga", &other).await;
    host.film(&HEADER, &[command(1, 10, 2_000), command(1, 20, 2_000)], None).await.expect("sent");
    until("a film under way", async || match filmed.files() {
        [under_way, kept] if under_way.len() == 1 && kept.is_empty() => Ok(()),
        files => Err(files),
    })
    .await;
    drop(host);
    until("the end of it", async || match filmed.files() {
        [under_way, kept] if under_way.is_empty() && kept.is_empty() => Ok(()),
        files => Err(files),
    })
    .await;
    assert_eq!(filmed.rows().await, 0);
    assert!(told_until_heard(&mut other, "still here").await.is_empty());
    filmed.close().await;
}

#[tokio::test]
async fn what_an_earlier_run_left_under_way_is_gone_when_the_lobby_opens() {
    let place = Place::migrated(Engine::Sqlite).await.expect("SQLite is always there");
    let folder = place.folder().join("films");
    std::fs::create_dir_all(folder.join("in_progress")).expect("a folder");
    std::fs::write(folder.join("in_progress/2023_11_14__22_13_20_1.m2rec"), [0; 100]).expect("half a film");
    let filmed = Filmed::on(place, RoomFilms::Welcome, |_| {}).await;
    assert_eq!(filmed.files(), [Vec::<String>::new(), vec![]]);
    filmed.close().await;
}

#[tokio::test]
async fn who_hosts_nothing_films_nothing_and_keeps_the_place_in_the_room() {
    let filmed = Filmed::open(RoomFilms::Welcome, |_| {}).await;
    let mut olga = filmed.lobby.player(Dialect::Myth2, "olga").await;
    olga.link.send(&ClientPacket::FilmCommand(command(1, 10, 0))).await.expect("sent");
    olga.link.send(&ClientPacket::FilmEnd(20)).await.expect("sent");
    olga.film(&HEADER, &[command(1, 10, 0)], Some(20)).await.expect("sent");
    let told = told_until_heard(&mut olga, "now").await;
    let expected =
        ["No film has begun.", "You have no game to film."].map(|text| format!("code {}: {text}", code::SYNTAX));
    assert_eq!(told, expected);
    assert_eq!((filmed.files(), filmed.rows().await), ([vec![], vec![]], 0));

    // A header of eleven bytes has no place for an end.
    let other = filmed.lobby.player(Dialect::Myth2, "balin").await;
    let mut alric = filmed.host("alric", &other).await;
    alric.film(&HEADER[..11], &[command(1, 10, 0)], Some(20)).await.expect("sent");
    assert_eq!(told_until_heard(&mut alric, "then").await, ["Your film is not kept: it has no header."]);
    until("nothing left of it", async || match filmed.files() {
        [under_way, kept] if under_way.is_empty() && kept.is_empty() => Ok(()),
        files => Err(files),
    })
    .await;
    filmed.close().await;
}

#[tokio::test]
async fn a_room_without_films_passes_them_over() {
    let filmed = Filmed::open(RoomFilms::None, |_| {}).await;
    let other = filmed.lobby.player(Dialect::Myth2, "balin").await;
    let mut host = filmed.host("olga", &other).await;
    host.film(&HEADER, &[command(1, 10, 0)], Some(20)).await.expect("sent");
    assert!(told_until_heard(&mut host, "now").await.is_empty(), "no client sends one by itself");
    assert_eq!((filmed.files(), filmed.rows().await), ([vec![], vec![]], 0));
    filmed.close().await;
}

#[tokio::test]
async fn a_film_a_host_and_all_films_have_an_end() {
    let filmed = Filmed::open(RoomFilms::Welcome, |settings| {
        (settings.largest_bytes, settings.per_host_bytes, settings.total_bytes) = (4_000, 6_000, 10_000);
    })
    .await;
    let other = filmed.lobby.player(Dialect::Myth2, "balin").await;
    let mut host = filmed.host("olga", &other).await;
    let long = [command(1, 10, 2_000), command(1, 20, 2_000), command(1, 30, 2_000)];
    host.film(&HEADER, &long, Some(40)).await.expect("sent");
    assert_eq!(
        told_until_heard(&mut host, "too long").await,
        ["Your film is not kept: it is longer than films may be here."]
    );
    until("the end of it", async || match filmed.files() {
        [under_way, kept] if under_way.is_empty() && kept.is_empty() => Ok(()),
        files => Err(files),
    })
    .await;

    host.film(&HEADER, &long[..1], Some(40)).await.expect("sent");
    until("a film of two thousand bytes", async || match filmed.rows().await {
        1 => Ok(()),
        rows => Err(rows),
    })
    .await;
    host.film(&HEADER, &long[..1], Some(40)).await.expect("sent");
    assert_eq!(
        told_until_heard(&mut host, "too many").await,
        ["Your film is not kept: you have as many here as you may."]
    );

    // Two may be under way: what each may come to have is set aside.
    let mut second = filmed.host("alric", &other).await;
    second.film(&HEADER, &[], None).await.expect("sent");
    let guest = filmed.lobby.guest(Dialect::Myth2, "Third").await;
    let mut third = guest;
    third.host("Third", "Creep").await.expect("sent");
    third.film(&HEADER, &[], None).await.expect("sent");
    until("two under way", async || match filmed.files() {
        [under_way, _] if under_way.len() == 2 => Ok(()),
        files => Err(files),
    })
    .await;
    let mut fourth = filmed.lobby.guest(Dialect::Myth2, "Fourth").await;
    fourth.host("Fourth", "Creep").await.expect("sent");
    fourth.film(&HEADER, &[], None).await.expect("sent");
    assert_eq!(told_until_heard(&mut fourth, "too busy").await, ["Your film is not kept: too many are under way."]);
    filmed.close().await;
}

#[tokio::test]
async fn a_busy_film_is_no_flood() {
    let filmed = Filmed::open(RoomFilms::Welcome, |_| {}).await;
    let other = filmed.lobby.player(Dialect::Myth2, "balin").await;
    let mut host = filmed.host("olga", &other).await;
    // More than a client may send of anything else at once.
    let commands: Vec<_> = (0..1_500).map(|time| command(1, time, 12)).collect();
    let begun = tokio::time::Instant::now();
    host.film(&HEADER, &commands, Some(1_500)).await.expect("sent");
    assert!(told_until_heard(&mut host, "still heard").await.is_empty());
    assert!(begun.elapsed() < Duration::from_secs(5), "it did not have to wait its turn: {:?}", begun.elapsed());
    until("the film", async || match filmed.rows().await {
        1 => Ok(()),
        rows => Err(rows),
    })
    .await;
    let kept = std::fs::read(filmed.folder.join("public/2023_11_14__22_13_20_1.m2rec")).expect("kept");
    let blocks = parse(&kept, "2023_11_14__22_13_20", &HEADER, 1_500);
    assert_eq!(blocks.iter().map(Vec::len).sum::<usize>(), 1_500);
    filmed.close().await;
}
