//! What those who run the hub do with rooms, on both databases.

use std::sync::Arc;

use base::{Action, Actor, Kind, Millis, Person, Role, RoomId, SessionId, UserId};
use contract::{
    Code, Field, FieldProblem,
    lobby::{Origin, Player, PlayerNumber},
    room::{MuteWord, Restrain, RestraintKind, RoomKind, SaveRoom},
};
use db::{
    Db, sql,
    testing::{StoppedClock, each},
};

use super::{Error, Present, Rooms};

/// Who is in the first room: Bert, and a guest called Berta.
struct Arrival;

impl Present for Arrival {
    fn players(&self, room: RoomId) -> Option<Vec<Player>> {
        let player = |number, user: Option<i64>, name: &str| Player {
            number: PlayerNumber(number),
            user: user.map(UserId::from),
            name: name.to_owned(),
            origin: Origin::Myth2,
            away: false,
            color: String::new(),
            caste: None,
        };
        let all = [player(2, Some(2), "bert"), player(1 << 30, None, "Berta"), player(4, Some(4), "carl")];
        Some(if room == RoomId::from(1) { all.into() } else { Vec::new() })
    }
}

fn rooms(db: &Db) -> Rooms {
    Rooms::new(db.clone(), Arc::new(StoppedClock(Millis(1_000))), Arc::new(Arrival))
}

fn somebody(role: Role) -> Actor {
    Actor::Person(Person::logged_in(UserId::from(1), role, SessionId::from(1)))
}

fn names(rooms: &[contract::room::LobbyRoom]) -> Vec<&str> {
    rooms.iter().map(|room| room.name.as_str()).collect()
}

/// Acts of the audit trail and events, the oldest first.
async fn told(db: &Db) -> (Vec<String>, i64) {
    let acts: Vec<(String,)> =
        sql("select act from audit_log where target_kind = 'room' order by id").fetch_all(db).await.expect("the trail");
    let (events,): (i64,) =
        sql("select count(*) from outbox where subject = 'lobby'").fetch_one(db).await.expect("the events");
    (acts.into_iter().map(|(act,)| act).collect(), events)
}

#[tokio::test]
async fn the_first_start_finds_rooms_with_arrival_first() {
    each(|db| async move {
        let shown = rooms(&db).list(&Actor::Operator).await.expect("the rooms");
        let facts: Vec<_> =
            shown.iter().map(|room| (room.position, room.banner, room.name.as_str(), room.capacity)).collect();
        assert_eq!(facts, [(1, 26, "Arrival", 32), (2, 5, "Madrigal", 32), (3, 10, "Muirthemne", 32)]);
        assert!(shown.iter().all(|room| room.guests && room.kind == RoomKind::Unranked && room.slow_secs == 0));
    })
    .await;
}

#[tokio::test]
async fn a_room_is_opened_set_up_moved_closed_and_opened_again() {
    each(|db| async move {
        let (rooms, owner) = (rooms(&db), somebody(Role::Owner));
        let form = SaveRoom {
            kind: RoomKind::Ranked,
            capacity: 40,
            caste_least: Some(3),
            caste_most: Some(9),
            country: Some("BR".into()),
            greeting: "Play fair.".into(),
            slow_secs: 5,
            ..SaveRoom::new(6)
        };
        let tyr = rooms.open(&owner, &form).await.expect("a new banner");
        assert_eq!((tyr.position, tyr.name.as_str(), tyr.guests), (4, "Tyr", false));
        assert_eq!(SaveRoom::from(tyr.clone()), SaveRoom { name: "Tyr".into(), guests: false, ..form });
        assert_eq!(rooms.find(&owner, tyr.id).await.expect("there"), tyr);
        match rooms.open(&owner, &SaveRoom::new(6)).await {
            Err(Error::Fields(fields)) => {
                assert_eq!(fields, [FieldProblem { field: Field::Banner, code: Code::Taken }]);
            }
            other => panic!("twice: {other:?}"),
        }

        let form = SaveRoom { name: "The Duel".into(), capacity: 2, ..SaveRoom::new(6) };
        let duel = rooms.change(&owner, tyr.id, &form).await.expect("changed");
        assert_eq!((duel.name.as_str(), duel.capacity, duel.kind), ("The Duel", 2, RoomKind::Unranked));
        rooms.change(&owner, tyr.id, &form).await.expect("nothing to change");
        let other = rooms.change(&owner, tyr.id, &SaveRoom::new(7)).await.map(|_| ());
        assert_eq!(other.expect_err("it stays what it is").kind(), Kind::Invalid);

        let moved = rooms.place(&owner, tyr.id, 1).await.expect("moved");
        assert_eq!(names(&moved), ["The Duel", "Arrival", "Madrigal", "Muirthemne"]);
        let moved = rooms.place(&owner, tyr.id, 99).await.expect("moved");
        assert_eq!(names(&moved), ["Arrival", "Madrigal", "Muirthemne", "The Duel"]);
        rooms.place(&owner, tyr.id, 4).await.expect("it stands there already");
        assert_eq!(rooms.place(&owner, tyr.id, 0).await.expect_err("no such place").kind(), Kind::Invalid);

        rooms.close(&owner, tyr.id, "nobody duels").await.expect("closed");
        assert_eq!(rooms.find(&owner, tyr.id).await.expect_err("closed").kind(), Kind::NotFound);
        assert_eq!(rooms.close(&owner, tyr.id, "").await.expect_err("closed").kind(), Kind::NotFound);
        let again = rooms.open(&owner, &SaveRoom::new(6)).await.expect("the banner is free again");
        assert_eq!((again.id, again.name.as_str(), again.position), (tyr.id, "Tyr", 4));

        let acts = ["opened", "changed", "placed", "placed", "closed", "opened"].map(|act| format!("room.{act}"));
        assert_eq!(told(&db).await, (acts.to_vec(), 6));
    })
    .await;
}

#[tokio::test]
async fn the_last_room_stays_open() {
    each(|db| async move {
        let rooms = rooms(&db);
        let all = rooms.list(&Actor::Operator).await.expect("the rooms");
        for room in &all[1..] {
            rooms.close(&Actor::Operator, room.id, "").await.expect("another is left");
        }
        match rooms.close(&Actor::Operator, all[0].id, "").await {
            Err(error @ Error::LastRoom) => assert_eq!(error.problem().code, Code::LastRoom),
            other => panic!("closed: {other:?}"),
        }
        assert_eq!(rooms.list(&Actor::Operator).await.expect("the rooms").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn moderators_see_rooms_and_admins_keep_them() {
    each(|db| async move {
        let rooms = rooms(&db);
        let first = rooms.list(&somebody(Role::Moderator)).await.expect("they may look")[0].id;
        let form = SaveRoom::new(6);
        for role in [Role::Member, Role::Organiser] {
            let (list, find) =
                (rooms.list(&somebody(role)).await.map(|_| ()), rooms.find(&somebody(role), first).await.map(|_| ()));
            assert!(
                [list, find].into_iter().all(|refused| refused.is_err_and(|error| error.kind() == Kind::Forbidden))
            );
        }
        let keeper = somebody(Role::Moderator);
        let refused = [
            rooms.open(&keeper, &form).await.map(|_| ()),
            rooms.change(&keeper, first, &form).await.map(|_| ()),
            rooms.place(&keeper, first, 2).await.map(|_| ()),
            rooms.close(&keeper, first, "").await,
        ];
        assert!(refused.into_iter().all(|refused| refused.is_err_and(|error| error.kind() == Kind::Forbidden)));
        let missing = rooms.change(&somebody(Role::Admin), RoomId::from(404), &form).await.map(|_| ());
        assert_eq!(missing.expect_err("no such room").kind(), Kind::NotFound);
        assert_eq!(told(&db).await, (Vec::new(), 0));
    })
    .await;
}

async fn people(db: &Db) {
    db.write::<_, db::Error, _>(|tx| {
        Box::pin(async move {
            for (name, role) in [("anna", "owner"), ("bert", "member"), ("carl", "moderator"), ("dora", "member")] {
                sql("insert into users (name, folded_name, folded_game_name, password_hash, role, created_at, password_changed_at) \
                     values ($1, $1, $1, '', $2, 0, 0)")
                .bind(name)
                .bind(role)
                .execute(&mut *tx)
                .await?;
            }
            Ok(())
        })
    })
    .await
    .expect("new names");
}

fn as_user(user: i64, role: Role) -> Actor {
    Actor::Person(Person::logged_in(UserId::from(user), role, SessionId::from(1)))
}

fn gag(player: &str, minutes: Option<u32>) -> Restrain {
    Restrain { kind: RestraintKind::Gag, player: player.into(), minutes, reason: "Floods".into() }
}

#[tokio::test]
async fn order_is_kept_by_the_hubs_moderators_and_by_those_named_for_a_room() {
    each(|db| async move {
        people(&db).await;
        let (rooms, owner, here) = (rooms(&db), as_user(1, Role::Owner), RoomId::from(1));
        let (bert, dora) = (as_user(2, Role::Member), as_user(4, Role::Member));
        let refused = |done: Result<(), Error>, kind| assert_eq!(done.expect_err("refused").kind(), kind);
        refused(rooms.restrain(&dora, here, &gag("bert", None)).await.map(drop), Kind::Forbidden);

        let named = rooms.set_moderator(&owner, here, UserId::from(4), true).await.expect("named");
        assert_eq!((named.len(), named[0].name.as_str()), (1, "dora"));
        assert_eq!(rooms.moderators(&owner, here).await.expect("read"), named);
        refused(
            rooms.set_moderator(&as_user(3, Role::Moderator), here, UserId::from(2), true).await.map(drop),
            Kind::Forbidden,
        );
        refused(rooms.set_moderator(&owner, here, UserId::from(404), true).await.map(drop), Kind::NotFound);

        // She gags whoever is no moderator, in her room and in no other; never herself.
        let done = rooms.restrain(&dora, here, &gag("bert", Some(30))).await.expect("done");
        assert_eq!((done.name.as_str(), done.user, done.by.as_deref()), ("bert", Some(UserId::from(2)), Some("dora")));
        assert_eq!(done.until, Some(Millis(1_000 + 30 * 60_000)));
        for player in ["anna", "carl", "dora"] {
            refused(rooms.restrain(&dora, here, &gag(player, None)).await.map(drop), Kind::Forbidden);
        }
        refused(rooms.restrain(&dora, RoomId::from(2), &gag("bert", None)).await.map(drop), Kind::Forbidden);
        refused(rooms.restrain(&dora, here, &gag("nobody", None)).await.map(drop), Kind::Invalid);
        refused(rooms.restrain(&dora, here, &gag("bert", Some(0))).await.map(drop), Kind::Invalid);
        let keeper = as_user(3, Role::Moderator);
        refused(rooms.restrain(&keeper, here, &gag("anna", None)).await.map(drop), Kind::Forbidden);

        // The newest stands.
        let done = rooms.restrain(&dora, here, &gag("bert", Some(60))).await.expect("anew");
        assert_eq!(rooms.restraints(&dora, here).await.expect("read"), std::slice::from_ref(&done));

        // A guest is held for a day at most, and not by the next lobby.
        let guest = rooms.restrain(&keeper, here, &gag("#1073741824", None)).await.expect("by their number");
        assert_eq!(
            (guest.name.as_str(), guest.guest, guest.until),
            ("Berta", Some(1 << 30), Some(Millis(1_000 + 86_400_000)))
        );
        assert_eq!(rooms.restraints(&dora, here).await.expect("read"), [guest.clone(), done.clone()]);
        db.write::<_, db::Error, _>(|tx| Box::pin(super::store::keeping::forget_guests(tx, None, Millis(2_000))))
            .await
            .expect("begun");
        assert_eq!(rooms.restraints(&dora, here).await.expect("read"), std::slice::from_ref(&done));

        refused(rooms.release(&bert, here, done.id, "").await, Kind::Forbidden);
        refused(rooms.release(&dora, RoomId::from(2), done.id, "").await, Kind::Forbidden);
        assert_eq!(rooms.release_named(&dora, here, RestraintKind::Gag, "BERT").await.expect("released"), "bert");
        refused(rooms.release(&dora, here, done.id, "").await, Kind::NotFound);

        assert_eq!(rooms.kick(&dora, here, "Berta", "Enough").await.expect("sent out"), "Berta");
        refused(rooms.kick(&dora, here, "ber", "").await.map(drop), Kind::Invalid);
        rooms.slow(&dora, here, 10).await.expect("slow");
        refused(rooms.slow(&dora, here, 3_601).await, Kind::Invalid);
        assert_eq!(rooms.find(&owner, here).await.expect("there").slow_secs, 10);
        let archive = rooms.export(&Actor::Job, UserId::from(2)).await.expect("read");
        assert_eq!((archive[0].1["held"][0]["reason"].as_str(), archive.len()), (Some("Floods"), 1), "{archive:?}");
        let archive = rooms.export(&Actor::Job, UserId::from(4)).await.expect("read");
        assert_eq!(archive[0].1["keeps_order_in"][0], "Arrival");
        rooms.set_moderator(&owner, here, UserId::from(4), false).await.expect("dismissed");
        refused(rooms.slow(&dora, here, 0).await, Kind::Forbidden);

        let acts = ["moderator_set", "gagged", "gagged", "gagged", "released", "kicked", "slowed", "moderator_set"];
        assert_eq!(told(&db).await, (acts.map(|act| format!("room.{act}")).to_vec(), 8));
    })
    .await;
}

#[tokio::test]
async fn words_are_muted_in_one_room_or_in_all() {
    each(|db| async move {
        people(&db).await;
        let (rooms, keeper, here) = (rooms(&db), as_user(3, Role::Moderator), RoomId::from(1));
        let word = |word: &str, everywhere| MuteWord { word: word.into(), everywhere };
        rooms.set_moderator(&Actor::Operator, here, UserId::from(4), true).await.expect("named");
        let dora = as_user(4, Role::Member);
        rooms.mute_word(&dora, here, &word(" Zounds ", false)).await.expect("muted");
        let twice = rooms.mute_word(&dora, here, &word("zounds", false)).await.expect("muted already");
        assert_eq!((twice.here, twice.everywhere), (vec!["zounds".to_owned()], Vec::new()));
        assert_eq!(rooms.mute_word(&dora, here, &word("x", true)).await.expect_err("not hers").kind(), Kind::Forbidden);
        rooms.mute_word(&keeper, here, &word("block*", true)).await.expect("muted");
        let there = rooms.words(&keeper, RoomId::from(2)).await.expect("read");
        assert_eq!((there.here, there.everywhere), (Vec::new(), vec!["block*".to_owned()]));
        for wrong in ["", "*", "two words", "a.b"] {
            let refused = rooms.mute_word(&dora, here, &word(wrong, false)).await;
            assert_eq!(refused.expect_err("no word").kind(), Kind::Invalid, "{wrong}");
        }
        let left = rooms.unmute_word(&dora, here, &word("zounds", false)).await.expect("unmuted");
        assert!(left.here.is_empty());
        let again = rooms.unmute_word(&dora, here, &word("zounds", false)).await;
        assert_eq!(again.expect_err("it was not muted").kind(), Kind::NotFound);
    })
    .await;
}

fn plugin(may: &[Action], behind: Option<Actor>) -> Actor {
    Actor::Plugin(base::Plugin {
        id: "crier".into(),
        name: "Crier".into(),
        organization: None,
        may: may.into(),
        behind: behind.map(Box::new),
    })
}

#[tokio::test]
async fn a_plugin_speaks_where_rooms_are_open_to_plugins_and_by_their_order() {
    each(|db| async move {
        people(&db).await;
        let (rooms, owner, here) = (rooms(&db), as_user(1, Role::Owner), RoomId::from(1));
        let crier = |behind| plugin(&[Action::TellInRooms], behind);
        let refused = |done: Result<(), Error>, kind| assert_eq!(done.expect_err("refused").kind(), kind);
        refused(rooms.tell(&crier(None), None, "Hail").await, Kind::NotFound);
        let form = SaveRoom { plugins: true, ..rooms.find(&owner, here).await.expect("there").into() };
        assert!(rooms.change(&owner, here, &form).await.expect("changed").plugins);

        for (who, kind) in [
            (plugin(&[Action::Chat], None), Kind::Forbidden),
            (crier(Some(Actor::Stranger { address: None })), Kind::Unauthenticated),
            (owner.clone(), Kind::Forbidden),
            (Actor::Operator, Kind::Forbidden),
        ] {
            refused(rooms.tell(&who, None, "Hail").await, kind);
        }
        refused(rooms.tell(&crier(None), Some(RoomId::from(2)), "Hail").await, Kind::NotFound);
        refused(rooms.tell(&crier(None), None, " \u{7} ").await, Kind::Invalid);
        refused(rooms.tell(&crier(None), None, &"x".repeat(512)).await, Kind::Invalid);
        let word = MuteWord { word: "gold".into(), everywhere: false };
        rooms.mute_word(&owner, here, &word).await.expect("muted");
        refused(rooms.tell(&crier(None), None, "Gold for all").await, Kind::Invalid);
        rooms.restrain(&as_user(3, Role::Moderator), here, &gag("bert", None)).await.expect("gagged");
        refused(rooms.tell(&crier(Some(as_user(2, Role::Member))), None, "Hail").await, Kind::Forbidden);

        rooms.tell(&crier(None), None, " Hail\u{7} ").await.expect("said");
        rooms.tell(&crier(Some(as_user(4, Role::Member))), Some(here), "Hail again").await.expect("said");
        let acts = ["changed", "word_muted", "gagged", "told", "told"];
        assert_eq!(told(&db).await, (acts.map(|act| format!("room.{act}")).to_vec(), 5));
        let said: Vec<(String,)> = sql("select event from outbox where event like '%room_told%' order by id")
            .fetch_all(&db)
            .await
            .expect("them");
        assert!(said[0].0.contains("\"Hail\"") && said[0].0.contains("Crier"), "{said:?}");
    })
    .await;
}

#[tokio::test]
async fn a_plugin_by_itself_keeps_order_for_the_hub_alone_and_leaves_to_people_what_they_did() {
    each(|db| async move {
        people(&db).await;
        let (rooms, owner, here) = (rooms(&db), as_user(1, Role::Owner), RoomId::from(1));
        let bert = UserId::from(2);
        let alone = plugin(&[Action::ModerateRooms], None);
        let refused = |done: Result<(), Error>, kind| assert_eq!(done.expect_err("refused").kind(), kind);
        refused(rooms.kick(&alone, here, bert, "").await.map(drop), Kind::NotFound);
        let form = SaveRoom { plugins: true, ..rooms.find(&owner, here).await.expect("there").into() };
        rooms.change(&owner, here, &form).await.expect("changed");

        // Not without the grant, not for an organization, not for somebody who keeps no order, not in a room that is closed to plugins.
        let Actor::Plugin(one) = alone.clone() else { panic!("a plugin") };
        let organizations = Actor::Plugin(base::Plugin { organization: Some(1.into()), ..one });
        for who in [
            plugin(&[Action::TellInRooms], None),
            organizations,
            plugin(&[Action::ModerateRooms], Some(as_user(4, Role::Member))),
        ] {
            refused(rooms.kick(&who, here, bert, "").await.map(drop), Kind::Forbidden);
            refused(rooms.restrain(&who, here, &gag("bert", None)).await.map(drop), Kind::Forbidden);
        }
        let stranger = plugin(&[Action::ModerateRooms], Some(Actor::Stranger { address: None }));
        refused(rooms.kick(&stranger, here, bert, "").await.map(drop), Kind::Unauthenticated);
        refused(rooms.restrain(&alone, RoomId::from(2), &gag("bert", None)).await.map(drop), Kind::NotFound);

        // Nobody who keeps order is kicked or gagged by one, also not for an owner.
        for who in [alone.clone(), plugin(&[Action::ModerateRooms], Some(owner.clone()))] {
            for above in [1, 3] {
                refused(
                    rooms.hold(&who, here, UserId::from(above).into(), &gag("", None)).await.map(drop),
                    Kind::Forbidden,
                );
            }
        }
        assert_eq!(rooms.kick(&alone, here, bert, "Enough").await.expect("kicked"), "bert");
        let first = rooms.hold(&alone, here, bert.into(), &gag("", Some(30))).await.expect("gagged");
        assert_eq!((first.user, first.by), (Some(bert), None));
        rooms.hold(&alone, here, bert.into(), &gag("", Some(5))).await.expect("its own is its to change");
        rooms.release_named(&alone, here, RestraintKind::Gag, bert).await.expect("and to lift");

        // What a moderator has done it neither lifts nor replaces by something shorter.
        let keeper = as_user(3, Role::Moderator);
        rooms.restrain(&keeper, here, &gag("bert", None)).await.expect("gagged");
        refused(rooms.hold(&alone, here, bert.into(), &gag("", Some(1))).await.map(drop), Kind::Forbidden);
        refused(rooms.release_named(&alone, here, RestraintKind::Gag, bert).await.map(drop), Kind::Forbidden);
        let for_keeper = plugin(&[Action::ModerateRooms], Some(keeper.clone()));
        assert_eq!(rooms.release_named(&for_keeper, here, RestraintKind::Gag, bert).await.expect("lifted"), "bert");
        let acts = ["changed", "kicked", "gagged", "gagged", "released", "gagged", "released"];
        assert_eq!(told(&db).await.0, acts.map(|act| format!("room.{act}")).to_vec());
    })
    .await;
}
