//! A backup of the first release's schema is kept in the tree, restored and migrated.

use std::{
    fs,
    path::{Path, PathBuf},
};

use db::{Db, Engine, Error as DbError, Options, sql, testing::Place};

use super::{Home, NOW, plan};
use crate::{Error, check, make, restore};

/// The newest migration of the first release.
const FIRST_RELEASE: i64 = 3;

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/backups/schema-0003.tar")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_the_first_release_is_restored_and_migrated() {
    let place = Place::empty(Engine::Sqlite).await.unwrap();
    for copy in [fixture(), made_now(&place).await] {
        is_restored_and_migrated(&copy).await;
    }
    place.remove().await;
}

async fn is_restored_and_migrated(copy: &Path) {
    let manifest = check(copy, None).await.unwrap();
    assert_eq!(manifest.head.schema, FIRST_RELEASE);
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(home) = Home::empty(engine).await else { continue };
        let restored = restore(&home.db, copy, None, None, &NOW).await.unwrap();
        assert_eq!(restored.migrated.from, FIRST_RELEASE);
        assert_eq!(restored.migrated.to, home.db.newest_migration());
        let people: Vec<(i64, String, String)> =
            sql("select id, name, role from users order by id").fetch_all(&home.db).await.unwrap();
        let people: Vec<_> = people.iter().map(|(id, name, role)| (*id, name.as_str(), role.as_str())).collect();
        assert_eq!(
            people,
            [(1, "Olga", "owner"), (2, "Żaneta", "moderator"), (3, "quick brown", "member"), (5, "Ñandú", "member")]
        );
        let (won,): (String,) =
            sql("select p.name from games g join game_players p on p.game_id = g.id join users u on u.id = p.user_id
             where p.place = 1 and g.dialect = 'myth2'")
            .fetch_one(&home.db)
            .await
            .unwrap();
        assert_eq!(won, "quick brown");
        let (bytes,): (Vec<u8>,) =
            sql("select description from games where dialect = 'myth2'").fetch_one(&home.db).await.unwrap();
        assert_eq!(bytes, (0..=255).collect::<Vec<u8>>());
        home.db.migrate(&home.place.backups(), &NOW).await.expect("the hub would start on it");
        home.leave().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_copy_of_it_is_refused_by_the_name_of_the_damaged_part() {
    let mut bytes = fs::read(fixture()).unwrap();
    let at = bytes.windows(22).position(|window| window == b"tables/users.00000.zst").unwrap();
    bytes[at + 512 + 40] ^= 1;
    let home = Home::empty(Engine::Sqlite).await.unwrap();
    let copy = home.place.folder().join("copy.tar");
    fs::write(&copy, bytes).unwrap();
    let refused = restore(&home.db, &copy, None, None, &NOW).await.unwrap_err();
    assert!(matches!(&refused, Error::Damaged { part } if part == "tables/users.00000.zst"), "{refused:?}");
    home.leave().await;
}

/// A backup such as the fixture, made now. Whoever has to make the fixture anew copies it from there; it stays as it was made, for what it
/// proves is that old files can be read.
async fn made_now(place: &Place) -> PathBuf {
    let db = place.open(Options::default()).await.unwrap();
    db.migrate_to(FIRST_RELEASE, &place.backups(), &NOW).await.unwrap();
    live_as_then(&db).await;
    let copy = place.folder().join("copy.tar");
    make(&db, &plan(&place.folder().join("data")), &copy, &NOW).await.unwrap();
    db.close().await;
    copy
}

/// A small community as the first release kept it: every table has rows, every kind of absence is there.
async fn live_as_then(db: &Db) {
    const STATEMENTS: &[&str] = &[
        "insert into users (name, folded_name, folded_game_name, email, folded_email, password_hash, role, locked_at, created_at, password_changed_at) values
            ('Olga', 'olga', 'olga', 'Olga@example.org', 'olga@example.org', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2Ew$3mMzT0h0SxO5XyVb1XfE2s2gq0cVZ1Vd7o2qQ8b1wq0', 'owner', null, 1763600000000, 1763600000000),
            ('Żaneta', 'zaneta', 'zaneta', null, null, '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2Ex$3mMzT0h0SxO5XyVb1XfE2s2gq0cVZ1Vd7o2qQ8b1wq0', 'moderator', null, 1763600060000, 1763600060000),
            ('quick brown', 'quickbrown', 'quickbrown', 'fox@example.net', 'fox@example.net', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2Ey$3mMzT0h0SxO5XyVb1XfE2s2gq0cVZ1Vd7o2qQ8b1wq0', 'member', null, 1763600120000, 1763650000000),
            ('gone tomorrow', 'gonetomorrow', 'gonetomorrow', null, null, 'x', 'member', null, 1763600130000, 1763600130000),
            ('Ñandú', 'nandu', 'nandu', null, null, '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2Ez$3mMzT0h0SxO5XyVb1XfE2s2gq0cVZ1Vd7o2qQ8b1wq0', 'member', 1763680000000, 1763600180000, 1763600180000)",
        "delete from users where name = 'gone tomorrow'",
        "insert into sessions (user_id, token_hash, device, remembered, created_at, authenticated_at, last_used_at, idle_ends_at, ends_at) values
            (1, x'00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff', 'Firefox on Linux', 1, 1763600000000, 1763600000000, 1763689000000, 1764293800000, 1766192000000),
            (3, x'ff112233445566778899aabbccddeeff00112233445566778899aabbccddee00', '', 0, 1763650000000, 1763650000000, 1763660000000, 1763746400000, 1763736400000)",
        "insert into known_addresses (user_id, address_hash, last_log_in_at) values
            (1, x'aa112233445566778899aabbccddeeff00112233445566778899aabbccddeeff', 1763600000000),
            (3, x'bb112233445566778899aabbccddeeff00112233445566778899aabbccddeeff', 1763650000000)",
        "insert into game_passwords (user_id, password_hash, made_at) values
            (3, '$argon2id$v=19$m=19456,t=2,p=1$Z2FtZWdhbWVnYW1lZ2FtZQ$3mMzT0h0SxO5XyVb1XfE2s2gq0cVZ1Vd7o2qQ8b1wq0', 1763640000000)",
        "insert into lobby_tokens (token_hash, user_id, expires_at) values
            (x'cc112233445566778899aabbccddeeff00112233445566778899aabbccddeeff', 3, 1763690050000)",
        "insert into settings (key, value) values ('site.name', '\"The Lantern \\\"Hall\\\"\"'), ('site.theme', '\"dark\"'),
            ('site.registration', 'true'), ('site.lobby_guests', 'false'), ('site.public_url', 'null'), ('setup.owner', '1')",
        "update rooms set guests_allowed = 0 where banner = 10",
        "insert into games (id, room_id, dialect, host_user_id, host_name, name, map, scoring, max_players, description, listed_at, started_at, ended_at, end_code, played_ms) values
            (7001, 1, 'aleph_one', null, 'a guest', 'late night \"rampage\"', 'Marathon', 'Every Man for Himself', 8, x'', 1763670000000, null, 1763670900000, null, null),
            (7003, 2, 'aleph_one', 1, 'Olga', '', '', '', 2, x'00', 1763689990000, null, null, null, null)",
        "insert into game_players (game_id, seat, user_id, name, team, place, outcome, host, captain, dropped, units_killed, units_lost, damage_given, damage_taken) values
            (7001, 0, null, 'a guest', null, null, 'spectator', 1, 0, 1, 0, 0, 0, 0)",
        "insert into player_statistics (user_id, dialect, games, wins, losses, ties, games_hosted, units_killed, units_lost, damage_given, damage_taken, last_played_at) values
            (3, 'myth2', 1, 1, 0, 0, 0, 41, 12, 9000, 3500, 1763660000000), (2, 'myth2', 1, 0, 1, 0, 1, 12, 41, 3500, 9000, 1763660000000)",
        "insert into outbox (at, subject, event) values (1763689000000, 'user/5', '{\"user_locked\":{\"user\":5}}'), (1763689990000, 'site', '\"site_changed\"')",
        "update outbox_readers set event_id = 1",
        "update write_probe set number = 4711",
    ];
    let everything: Vec<u8> = (0..=255).collect();
    db.write::<_, DbError, _>(move |tx| {
        let everything = everything.clone();
        Box::pin(async move {
            for statement in STATEMENTS {
                sql(statement).execute(&mut *tx).await?;
            }
            sql("insert into games (id, room_id, dialect, host_user_id, host_name, name, map, scoring, max_players, description, listed_at, started_at, ended_at, end_code, played_ms)
                 values (7002, 2, 'myth2', 2, 'Żaneta', 'best of three', 'If I Had a Trow...', 'Last Man on the Hill', 16, $1, 1763659000000, 1763659100000, 1763660000000, 0, 900000)")
            .bind(everything)
            .execute(&mut *tx)
            .await?;
            sql("insert into game_players (game_id, seat, user_id, name, team, place, outcome, host, captain, dropped, units_killed, units_lost, damage_given, damage_taken) values
                 (7002, 0, 2, 'Żaneta', 1, 2, 'loss', 1, 1, 0, 12, 41, 3500, 9000), (7002, 1, 3, 'quick brown', 2, 1, 'win', 0, 1, 0, 41, 12, 9000, 3500)")
            .execute(&mut *tx)
            .await?;
            Ok(())
        })
    })
    .await
    .unwrap();
}
