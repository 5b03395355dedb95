//! Restoring, and moving between engines.

use std::{fs, os::unix::fs::PermissionsExt as _, sync::Mutex};

use base::Kind;
use db::{Engine, Error as DbError, WholeError, sql};

use super::{Home, NOW, live_in, plan};
use crate::{Error, Key, Manifest, Plan, Seal, make, make::make_telling, restore, table_sums, verify};

const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_restored_is_what_was_there_and_no_id_is_given_out_twice() {
    for engine in ENGINES {
        let Some(home) = Home::migrated(engine).await else { continue };
        live_in(&home.db).await;
        let path = home.backed_up("hub.tar").await;
        let other = Home::empty(engine).await.unwrap();
        let restored = restore(&other.db, &path, None, None, &NOW).await.unwrap();
        assert_eq!(restored.migrated.from, restored.migrated.to);
        assert_eq!(table_sums(&other.db).await.unwrap(), table_sums(&home.db).await.unwrap());
        // The third was given number three and removed again.
        let (id,): (i64,) = other
            .db
            .write::<_, DbError, _>(|tx| {
                Box::pin(
                    sql("insert into outbox (at, subject, event) values (1, 'site', '{}') returning id").fetch_one(tx),
                )
            })
            .await
            .unwrap();
        assert_eq!(id, 4, "{engine:?}");
        let (name,): (String,) = sql("select name from rooms where banner = 5").fetch_one(&other.db).await.unwrap();
        assert_eq!(name, "Ankunft");
        other.leave().await;
        home.leave().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_sqlite_to_postgres_and_back_every_row_is_the_same() {
    let home = Home::migrated(Engine::Sqlite).await.unwrap();
    live_in(&home.db).await;
    let Some(middle) = Home::empty(Engine::Postgres).await else { return };
    restore(&middle.db, &home.backed_up("one.tar").await, None, None, &NOW).await.unwrap();
    let back = Home::empty(Engine::Sqlite).await.unwrap();
    let path = middle.backed_up("two.tar").await;
    let restored = restore(&back.db, &path, None, None, &NOW).await.unwrap();
    assert_eq!(restored.manifest.head.engine, "postgres");
    let sums = table_sums(&home.db).await.unwrap();
    assert_eq!(table_sums(&middle.db).await.unwrap(), sums);
    assert_eq!(table_sums(&back.db).await.unwrap(), sums);
    assert!(sums.iter().any(|(table, sum)| table == "rooms" && sum.rows() == 3));
    let ids = async |home: &Home, name| {
        let manifest = crate::check(&home.backed_up(name).await, None).await.unwrap();
        manifest.tables.into_iter().map(|table| (table.name, table.next_id)).collect::<Vec<_>>()
    };
    assert_eq!(ids(&back, "three.tar").await, ids(&home, "four.tar").await, "nor is any number forgotten");
    back.leave().await;
    middle.leave().await;
    home.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_empty_place_is_restored_to_and_a_failed_restore_leaves_it_empty() {
    for engine in ENGINES {
        let Some(home) = Home::migrated(engine).await else { continue };
        let path = home.backed_up("hub.tar").await;
        let refused = restore(&home.db, &path, None, None, &NOW).await.unwrap_err();
        assert!(matches!(refused, Error::Whole(WholeError::NotEmpty)), "{refused:?}");
        assert_eq!(refused.kind(), Kind::Conflict);

        // A newer schema: as a later version of the program would leave it.
        home.db
            .write::<_, DbError, _>(|tx| {
                Box::pin(
                    sql("insert into migrations (version, name, checksum, applied_at) values (9999, 'x', 'x', 0)")
                        .execute(tx),
                )
            })
            .await
            .unwrap();
        let newer = home.backed_up("newer.tar").await;
        let other = Home::empty(engine).await.unwrap();
        let refused = restore(&other.db, &newer, None, None, &NOW).await.unwrap_err();
        assert!(matches!(refused, Error::Whole(WholeError::Newer { version: 9999, .. })), "{refused:?}");
        restore(&other.db, &path, None, None, &NOW).await.expect("the place is as empty as before");
        other.leave().await;
        home.leave().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_come_along_and_keys_only_where_the_backup_is_encrypted() {
    let home = Home::migrated(Engine::Sqlite).await.unwrap();
    let data = home.data_dir();
    fs::create_dir_all(data.join("files/avatars")).unwrap();
    fs::create_dir_all(data.join("secrets")).unwrap();
    let picture: Vec<u8> =
        (0..9_000_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24).to_le_bytes()[0]).collect();
    fs::write(data.join("files/avatars/7.png"), &picture).unwrap();
    fs::write(data.join("files/empty"), b"").unwrap();
    fs::write(data.join("secrets/signing.key"), b"hush").unwrap();

    let open = home.backed_up("open.tar").await;
    let target = home.place.folder().join("restored");
    fs::create_dir_all(&target).unwrap();
    let other = Home::empty(Engine::Sqlite).await.unwrap();
    let restored = restore(&other.db, &open, None, Some(&target), &NOW).await.unwrap();
    let says_so = |manifest: &Manifest| manifest.left_out.iter().any(|what| what.starts_with("secrets/"));
    assert!(says_so(&restored.manifest), "it says that keys are left out");
    assert_eq!(fs::read(target.join("files/avatars/7.png")).unwrap(), picture);
    assert_eq!(fs::read(target.join("files/empty")).unwrap(), b"");
    assert!(!target.join("secrets").exists() && !target.join(".restoring").exists());

    // Into a directory that has files, nothing is restored.
    let third = Home::empty(Engine::Sqlite).await.unwrap();
    let refused = restore(&third.db, &open, None, Some(&target), &NOW).await.unwrap_err();
    assert!(matches!(refused, Error::NotEmpty(_)), "{refused:?}");

    let phrase = home.place.folder().join("phrase");
    fs::write(&phrase, "a lantern over the northern gate\n").unwrap();
    let sealed = home.place.folder().join("sealed.tar.age");
    let plan = Plan { seal: Some(Seal::with_passphrase(&phrase).unwrap()), ..plan(&data) };
    let manifest = make(&home.db, &plan, &sealed, &NOW).await.unwrap();
    assert!(!says_so(&manifest));
    assert_eq!(fs::metadata(&sealed).unwrap().permissions().mode() & 0o777, 0o600);
    let found = fs::read(&sealed).unwrap();
    assert!(!found.windows(4).any(|window| window == b"hush"));
    let target = home.place.folder().join("restored again");
    fs::create_dir_all(&target).unwrap();
    let key = Key::passphrase(&phrase).unwrap();
    restore(&third.db, &sealed, Some(key), Some(&target), &NOW).await.unwrap();
    assert_eq!(fs::read(target.join("secrets/signing.key")).unwrap(), b"hush");
    assert_eq!(fs::metadata(target.join("secrets/signing.key")).unwrap().permissions().mode() & 0o777, 0o600);
    for home in [third, other, home] {
        home.leave().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encrypted_backup_opens_for_its_recipients_and_nobody_else() {
    use age::secrecy::ExposeSecret as _;
    let home = Home::migrated(Engine::Sqlite).await.unwrap();
    let folder = home.place.folder();
    let (ours, others) = (age::x25519::Identity::generate(), age::x25519::Identity::generate());
    fs::write(folder.join("to"), format!("# the vault\n{}\n", ours.to_public())).unwrap();
    for (name, identity) in [("ours", &ours), ("others", &others)] {
        fs::write(folder.join(name), format!("# created: today\n{}\n", identity.to_string().expose_secret())).unwrap();
    }
    fs::write(folder.join("phrase"), "not this one").unwrap();
    let path = folder.join("hub.tar.age");
    let plan = Plan { seal: Some(Seal::for_recipients(&folder.join("to")).unwrap()), ..plan(&home.data_dir()) };
    make(&home.db, &plan, &path, &NOW).await.unwrap();

    let proved = verify(&path, Some(Key::identities(&folder.join("ours")).unwrap()), None, &NOW).await.unwrap();
    assert!(proved.manifest.rows() > 0);
    let refused = verify(&path, None, None, &NOW).await.unwrap_err();
    assert!(matches!(refused, Error::NeedsKey), "{refused:?}");
    for key in [Key::identities(&folder.join("others")), Key::passphrase(&folder.join("phrase"))] {
        let refused = verify(&path, Some(key.unwrap()), None, &NOW).await.unwrap_err();
        assert!(matches!(refused, Error::WrongKey), "{refused:?}");
    }
    let refused = Seal::for_recipients(&folder.join("phrase")).err().unwrap();
    assert!(matches!(refused, Error::KeyFile { .. }), "{refused:?}");
    home.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn how_far_it_is_only_grows_and_ends_at_the_whole() {
    for engine in ENGINES {
        let Some(home) = Home::migrated(engine).await else { continue };
        let data = home.data_dir();
        fs::create_dir_all(data.join("files")).unwrap();
        for name in ["one", "two"] {
            fs::write(data.join("files").join(name), name).unwrap();
        }
        let steps = Mutex::new(Vec::new());
        let told = |done, total| steps.lock().unwrap().push((done, total));
        let target = home.place.folder().join("told.tar");
        let manifest = make_telling(&home.db, &plan(&data), &target, &NOW, &told).await.unwrap();
        let whole = manifest.tables.len() + 2;
        let steps = steps.into_inner().unwrap();
        assert_eq!(steps, (0..=whole).map(|done| (done, whole)).collect::<Vec<_>>(), "{engine:?}");
        home.leave().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn databases_of_plugins_come_along_while_they_are_written_to() {
    let home = Home::migrated(Engine::Sqlite).await.unwrap();
    let own = home.data_dir().join("plugins/vault");
    fs::create_dir_all(&own).unwrap();
    fs::write(own.join("vault-1.0.0.tar.gz"), "a package that an operator has laid there").unwrap();
    let mut database = confined::Database::open(&own.join("own.db"), 1).await.unwrap();
    database.migrate("create table seeds (code text)", 1).await.unwrap();
    // Open, and with its newest rows in the log beside it.
    database.execute("insert into seeds values ('a'), ('b')", &[], None).await.unwrap();
    let path = home.backed_up("hub.tar").await;

    let target = home.place.folder().join("restored");
    fs::create_dir_all(&target).unwrap();
    let other = Home::empty(Engine::Sqlite).await.unwrap();
    let restored = restore(&other.db, &path, None, Some(&target), &NOW).await.unwrap();
    let files: Vec<&str> = restored.manifest.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(files, ["plugins/vault/own.db"], "packages are in the database, and that is all of them");
    let there = target.join("plugins/vault/own.db");
    assert_eq!(fs::metadata(&there).unwrap().permissions().mode() & 0o777, 0o600);
    let mut restored = confined::Database::open(&there, 1).await.unwrap();
    assert_eq!(restored.version().await.unwrap(), 1);
    let rows = restored.query("select count(*) as n from seeds", &[], None).await.unwrap();
    assert_eq!(rows[0]["n"], 2);
    let left = fs::read_dir(home.place.folder()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(left.into_iter().all(|name| !name.to_string_lossy().ends_with(".own")), "copies go");
    for home in [other, home] {
        home.leave().await;
    }
}
