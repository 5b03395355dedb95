//! Dumps of both servers' databases, as `mariadb-dump` writes those that their own set-up makes.

use base::Millis;
use contract::{ranking::Fate, room::RoomKind};
use heritage::{Error, KeptAs};

const GATE_OF_STORMS: &[u8] = include_bytes!("gate_of_storms.sql");
const ALEPH_ONE: &[u8] = include_bytes!("aleph_one.sql");

#[test]
fn the_players_of_gate_of_storms() {
    let players = heritage::gate_of_storms(GATE_OF_STORMS).unwrap().players;
    let names: Vec<&str> = players.iter().map(|player| player.name.as_str()).collect();
    assert_eq!(names, ["|bSoul|pblighter", "Alric", "o'Conner \\o/", "Zoë", "moderator", "Never logged on"]);
    let soul = &players[0];
    assert_eq!((soul.number.as_str(), soul.types.as_deref()), ("1", Some("u1")));
    let kept = soul.password.as_ref().unwrap();
    assert_eq!((kept.form, kept.text.expose()), (KeptAs::Readable, "qwhzmf"));
    assert_eq!(soul.since, Some(Millis(1_420_113_600_000)), "2015-01-01 12:00:00");
    assert!(soul.keeps_order && !players[1].keeps_order);
    let ban = players[3].ban.as_ref().unwrap();
    assert_eq!((ban.until, ban.reason.as_str()), (Millis(4_102_444_800_000), "said; what (nobody) 'should'"));
    assert!(players[5].password.is_none() && players[5].types.is_none());
}

#[test]
fn the_games_of_gate_of_storms() {
    let games = heritage::gate_of_storms(GATE_OF_STORMS).unwrap().games;
    let about: Vec<_> =
        games.iter().map(|game| (game.number.as_str(), game.class, game.scoring, game.seats.len())).collect();
    assert_eq!(
        about,
        [("2", RoomKind::Unranked, 13, 2), ("1", RoomKind::Ranked, 0, 3), ("3", RoomKind::Tournament, 5, 3),],
        "the oldest first, whatever its number"
    );
    let duel = &games[1];
    assert_eq!((duel.name.as_str(), duel.map.as_str(), duel.played_ms), ("Come, and die", "Proving Grounds", 600_000));
    assert_eq!((duel.began_at, duel.ended_at), (Some(Millis(1_434_280_800_000)), Millis(1_434_281_400_000)));
    let seats: Vec<_> = duel
        .seats
        .iter()
        .map(|seat| {
            (seat.player.as_deref(), seat.name.as_str(), seat.team, seat.place, seat.fate, seat.host, seat.dropped)
        })
        .collect();
    assert_eq!(
        seats,
        [
            (Some("2"), "Alric", Some(1), Some(1), Fate::Win, true, false),
            (Some("1"), "|bSoul|pblighter", Some(0), Some(2), Fate::Loss, false, true),
            (None, "A guest", None, None, Fate::Spectator, false, false),
        ]
    );
    assert_eq!((duel.seats[0].units_killed, duel.seats[0].damage_given), (21, 1_050));
    assert!(games[0].seats.iter().all(|seat| seat.fate == Fate::Cooperative && seat.team == Some(0)));
    assert_eq!(games[2].seats.iter().filter(|seat| seat.fate == Fate::Tie).count(), 2);
}

#[test]
fn the_users_of_aleph_one() {
    let players = heritage::aleph_one(ALEPH_ONE, KeptAs::Phpass).unwrap().players;
    let names: Vec<&str> = players.iter().map(|player| player.name.as_str()).collect();
    assert_eq!(names, ["durandal", "Tycho", "leela", "thoth"]);
    assert_eq!(players[0].number, "durandal");
    assert_eq!(players[0].types.as_deref(), Some("durandal"));
    assert!(players[0].keeps_order && !players[1].keeps_order);
    assert_eq!(players[1].email.as_deref(), Some("tycho@example.org"));
    assert!(players[0].email.is_none() && players[3].password.is_none() && players[3].types.is_none());
}

#[test]
fn a_dump_of_something_else_is_said_to_be_one() {
    assert!(matches!(heritage::gate_of_storms(ALEPH_ONE), Err(Error::NoTable("metaserver_users"))));
    assert!(matches!(heritage::aleph_one(GATE_OF_STORMS, KeptAs::Phpass), Err(Error::NoTable("user"))));
    let cut = &GATE_OF_STORMS[..GATE_OF_STORMS.len() / 2];
    assert!(heritage::gate_of_storms(cut).is_err(), "half a file is no estate");
    let odd = b"create table user (username text, password text); insert into user values ('a');";
    assert!(matches!(heritage::aleph_one(odd, KeptAs::Phpass), Err(Error::Dump(_))));
    let bare = b"create table user (username text); insert into user values ('a');";
    assert!(matches!(heritage::aleph_one(bare, KeptAs::Phpass), Err(Error::NoColumn { column: "password", .. })));
}
