//! Databases that plugins have of their own: made with a version, brought on by the next, asked, and gone.

use std::path::PathBuf;

use super::{stores::hand, *};
use crate::{Data, Error, Powers};

const SQL: &str = "api = \"1.0\"\n[capabilities]\nsql = { quota_mib = 1 }\n";
const SEEDS: &str = "create table seeds (org integer, code text not null unique)";
const NOTES: &str = "alter table seeds add column note text not null default 'none'";

impl World {
    /// Lets a version in with these migrations.
    async fn install_with(
        &self,
        id: &str,
        version: &str,
        wasm: &str,
        migrations: &[(&str, &str)],
    ) -> Result<(), Error> {
        let mut files = Self::files(&toml(id, version, SQL), wasm);
        for (name, text) in migrations {
            files.insert(format!("migrations/{name}"), text.as_bytes().to_vec());
        }
        let staged = self.plugins.stage(&Self::admin(), package::pack(&files).unwrap()).await?;
        let granted = BTreeSet::from(["sql".to_owned()]);
        self.plugins.approve(&Self::admin(), &staged.id, &staged.version, &staged.hash, &granted, false).await
    }

    async fn vault(db: &Db) -> Self {
        let world = Self::new(db, &[]).await;
        world.install_with("vault", "1.0.0", "", &[("0001_seeds.sql", SEEDS)]).await.unwrap();
        for org in [world.one, world.two] {
            world.on(Some(org), "vault").await;
        }
        world
    }

    async fn ask(&self, org: OrgId, text: &str) -> Result<Value, Fault> {
        let rows = hand(self, Some(org), "vault").query(text.into(), Vec::new()).await?;
        Ok(rows.into_iter().map(Value::Object).collect())
    }

    async fn keep(&self, org: OrgId, code: &str) -> Result<u64, Fault> {
        let insert = "insert into seeds (org, code) values (:org, ?)";
        hand(self, Some(org), "vault").execute(insert.into(), vec![code.into()]).await
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("vault").join(name)
    }

    async fn migrated(&self) -> Vec<String> {
        let rows = crate::store::migrations(&self.db, "vault").await.unwrap();
        rows.into_iter().map(|row| row.name).collect()
    }
}

/// On SQLite: a hub on PostgreSQL gives none.
async fn on_sqlite<F: Future<Output = ()>>(story: impl Fn(Db) -> F) {
    let story = &story;
    db::testing::each(|db| async move {
        if db.engine() == db::Engine::Sqlite {
            story(db).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_hub_of_several_nodes_gives_none_and_says_so() {
    db::testing::each(|db| async move {
        let world = World::new(&db, &[]).await;
        let asked = package::pack(&World::files(&toml("vault", "1.0.0", SQL), "")).unwrap();
        let staged = world.plugins.stage(&World::admin(), asked).await.unwrap();
        let given = db.engine() == db::Engine::Sqlite;
        assert_eq!((staged.asks[0].word, staged.asks[0].offered), ("sql", given));
        let approve = async |granted: &[&str]| {
            let granted = granted.iter().map(|word| (*word).to_owned()).collect();
            world.plugins.approve(&World::admin(), "vault", "1.0.0", &staged.hash, &granted, false).await
        };
        if given {
            approve(&["sql"]).await.unwrap();
        } else {
            let told = approve(&["sql"]).await.unwrap_err();
            assert!(matches!(&told, Error::Unsupported(why) if why.contains("several nodes")), "{told}");
            approve(&[]).await.unwrap();
        }
        world.on(Some(world.one), "vault").await;
        let answer = world.ask(world.one, "select :org as org").await;
        let here = json!([{ "org": world.one.get() }]);
        assert_eq!(answer, if given { Ok(here) } else { Err(Fault::Forbidden("sql".into())) });
    })
    .await;
}

#[tokio::test]
async fn what_was_not_granted_is_refused() {
    on_sqlite(|db| async move {
        let world = World::new(&db, &[]).await;
        let files = World::files(&toml("vault", "1.0.0", SQL), "");
        let staged = world.plugins.stage(&World::admin(), package::pack(&files).unwrap()).await.unwrap();
        let nothing = BTreeSet::new();
        world.plugins.approve(&World::admin(), "vault", "1.0.0", &staged.hash, &nothing, false).await.unwrap();
        world.on(Some(world.one), "vault").await;
        assert_eq!(world.ask(world.one, "select 1").await, Err(Fault::Forbidden("sql".into())));
        assert_eq!(world.keep(world.one, "a").await, Err(Fault::Forbidden("sql".into())));
        assert!(!world.file("own.db").exists(), "and nothing is made");
    })
    .await;
}

#[tokio::test]
async fn each_organization_is_the_one_it_is_called_in() {
    on_sqlite(|db| async move {
        let world = World::vault(&db).await;
        world.keep(world.one, "a").await.unwrap();
        world.keep(world.two, "b").await.unwrap();
        let mine = "select code from seeds where org = :org";
        assert_eq!(world.ask(world.one, mine).await, Ok(json!([{ "code": "a" }])));
        assert_eq!(world.ask(world.two, mine).await, Ok(json!([{ "code": "b" }])));
        for forged in ["select @org", "select $org", "select :org, :organization", "select ?1"] {
            assert!(matches!(world.ask(world.one, forged).await, Err(Fault::Invalid(_))), "{forged}");
        }
        let taken = world.keep(world.two, "a").await;
        assert!(matches!(&taken, Err(Fault::Conflict(said)) if said.contains("seeds.code")), "{taken:?}");
        let told = world.ask(world.one, "select nothing from nowhere").await;
        assert!(matches!(&told, Err(Fault::Invalid(wrong)) if wrong[0].0 == "text"), "{told:?}");
        // Taken away by an organization, it is away there.
        let off = crate::Narrowed { off: BTreeSet::from(["sql".to_owned()]), ..crate::Narrowed::default() };
        world.plugins.narrow(&World::admin(), world.two, "vault", off).await.unwrap();
        assert_eq!(world.ask(world.two, mine).await, Err(Fault::Forbidden("sql".into())));
        assert!(world.ask(world.one, mine).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn no_other_file_is_within_reach() {
    on_sqlite(|db| async move {
        let world = World::vault(&db).await;
        world.install_with("other", "1.0.0", "", &[("0001_a.sql", "create table secrets (a)")]).await.unwrap();
        let others = world.folder.path().join("other/own.db");
        assert!(others.exists());
        for text in [
            format!("attach '{}' as other", others.display()),
            format!("vacuum into '{}'", world.file("copy.db").display()),
            "select load_extension('x')".to_owned(),
            "pragma temp_store_directory = '/'".to_owned(),
            "pragma database_list".to_owned(),
        ] {
            let told = world.ask(world.one, &text).await;
            assert!(matches!(told, Err(Fault::Forbidden(_) | Fault::Invalid(_))), "{text}: {told:?}");
        }
        assert!(world.ask(world.one, "select * from secrets").await.is_err());
        assert!(world.ask(world.one, "select * from plugins").await.is_err(), "nor is the hub's own");
        assert!(!world.file("copy.db").exists());
    })
    .await;
}

#[tokio::test]
async fn a_statement_without_end_ends_and_the_next_is_answered() {
    on_sqlite(|db| async move {
        let world = World::vault(&db).await;
        world.keep(world.one, "a").await.unwrap();
        let endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) as n from n";
        assert_eq!(world.ask(world.one, endless).await, Err(Fault::Busy(1)));
        assert_eq!(world.ask(world.one, "select count(*) as n from seeds").await, Ok(json!([{ "n": 1 }])));
        world.plugins.stop().await;
        let lines = world.plugins.log(&World::admin(), "vault", None, 10).await.unwrap();
        assert!(lines.iter().any(|line| line.text.contains("broken off")), "{lines:?}");
    })
    .await;
}

#[tokio::test]
async fn a_full_one_says_so_and_what_goes_makes_room() {
    on_sqlite(|db| async move {
        let world = World::vault(&db).await;
        let mut kept = 0;
        let told = loop {
            match world.keep(world.one, &format!("{kept:060000}")).await {
                Ok(_) => kept += 1,
                Err(told) => break told,
            }
        };
        assert!(matches!(&told, Fault::Conflict(said) if said.contains("1 MiB")) && kept > 4, "{kept}: {told:?}");
        let stored = world.plugins.list(&World::admin()).await.unwrap()[0].stored;
        assert!((1..=1024 * 1024).contains(&stored), "{stored}");
        let all = hand(&world, Some(world.two), "vault").execute("delete from seeds".into(), Vec::new()).await;
        assert_eq!(all, Ok(kept));
        assert_eq!(world.keep(world.one, "again").await, Ok(1));
    })
    .await;
}

#[tokio::test]
async fn a_version_brings_it_on_or_leaves_everything_as_it_was() {
    on_sqlite(|db| async move {
        let world = World::vault(&db).await;
        world.keep(world.one, "a").await.unwrap();
        let first = ("0001_seeds.sql", SEEDS);
        let refused = async |version: &str, wasm: &str, migrations: &[(&str, &str)]| {
            let told = world.install_with("vault", version, wasm, migrations).await.unwrap_err().to_string();
            assert_eq!(world.migrated().await, ["0001_seeds.sql"], "{told}");
            assert!(!world.file("own-before.db").exists(), "{told}");
            assert_eq!(
                world.ask(world.one, "select * from seeds").await,
                Ok(json!([{ "org": world.one.get(), "code": "a" }]))
            );
            told
        };
        let changed = refused("1.0.1", "", &[("0001_seeds.sql", "create table seeds (other)")]).await;
        assert!(changed.contains("0001_seeds.sql: was changed after it had run"), "{changed}");
        let dropped = refused("1.0.2", "", &[("0002_notes.sql", NOTES)]).await;
        assert!(dropped.contains("this version does not have it"), "{dropped}");
        let broken =
            refused("1.0.3", "", &[first, ("0002_notes.sql", NOTES), ("0003_x.sql", "insert into nowhere values (1)")])
                .await;
        assert!(broken.contains("migrations/0003_x.sql") && broken.contains("nowhere"), "{broken}");
        let unruly = refused("1.0.4", "upgrade", &[first, ("0002_notes.sql", NOTES)]).await;
        assert!(unruly.contains("upgrade"), "{unruly}");

        world.install_with("vault", "2.0.0", "", &[first, ("0002_notes.sql", NOTES)]).await.unwrap();
        assert_eq!(world.migrated().await, ["0001_seeds.sql", "0002_notes.sql"]);
        assert_eq!(world.ask(world.one, "select note from seeds").await, Ok(json!([{ "note": "none" }])));
        assert!(!world.file("own-before.db").exists());
        let back = world.plugins.roll_back(&World::admin(), "vault").await.unwrap_err();
        assert!(back.to_string().contains("0002_notes.sql: has run"), "{back}");
        world.clock.advance(Duration::from_secs(1));
        world.install_with("vault", "2.0.1", "", &[first, ("0002_notes.sql", NOTES)]).await.unwrap();
        world.plugins.roll_back(&World::admin(), "vault").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_step_that_was_cut_off_is_put_right_at_the_next_start() {
    on_sqlite(|db| async move {
        let world = World::vault(&db).await;
        world.keep(world.one, "a").await.unwrap();
        world.plugins.stop().await;
        // As a hub leaves it that is killed between the step and what it writes down of it.
        confined::copy(&world.file("own.db"), &world.file("own-before.db")).await.unwrap();
        let mut cut_off = confined::Database::open(&world.file("own.db"), 1).await.unwrap();
        cut_off.migrate("drop table seeds", 2).await.unwrap();
        cut_off.close().await.unwrap();
        let started = async || {
            // As another process finds it: nothing runs yet.
            world.plugins.0.running.lock().await.clear();
            world.plugins.refresh().await.unwrap();
        };
        started().await;
        assert_eq!(world.ask(world.one, "select count(*) as n from seeds").await, Ok(json!([{ "n": 1 }])));
        assert!(!world.file("own-before.db").exists());
        // A backup from before there were any, or a disk that was lost: it begins anew, and says so in the log.
        world.plugins.stop().await;
        std::fs::remove_file(world.file("own.db")).unwrap();
        started().await;
        assert_eq!(world.ask(world.one, "select count(*) as n from seeds").await, Ok(json!([{ "n": 0 }])));
        assert_eq!(world.migrated().await, ["0001_seeds.sql"]);
    })
    .await;
}

#[tokio::test]
async fn it_goes_with_what_the_plugin_kept_or_stays_with_it() {
    on_sqlite(|db| async move {
        let world = World::vault(&db).await;
        world.keep(world.one, "a").await.unwrap();
        world.plugins.remove(&World::admin(), "vault", true, Data::Keep).await.unwrap();
        assert!(world.file("own.db").exists());
        let again = world.install_with("vault", "1.1.0", "", &[("0001_seeds.sql", SEEDS), ("0002_notes.sql", NOTES)]);
        again.await.unwrap();
        world.on(Some(world.one), "vault").await;
        assert_eq!(
            world.ask(world.one, "select code, note from seeds").await,
            Ok(json!([{ "code": "a", "note": "none" }]))
        );

        world.plugins.remove(&World::admin(), "vault", true, Data::Delete).await.unwrap();
        assert!(!world.folder.path().join("vault").exists(), "and nothing is left of it");
        world.install_with("vault", "1.1.0", "", &[("0001_seeds.sql", SEEDS)]).await.unwrap();
        world.on(Some(world.one), "vault").await;
        assert_eq!(world.ask(world.one, "select * from seeds").await, Ok(json!([])));

        world.plugins.remove(&World::admin(), "vault", true, Data::Keep).await.unwrap();
        world.clock.advance(Duration::from_hours(31 * 24));
        world.plugins.tidy(&World::admin()).await.unwrap();
        assert!(!world.file("own.db").exists(), "gone with everything else, thirty days later");
    })
    .await;
}

#[tokio::test]
async fn migrations_are_noted_and_forgotten() {
    db::testing::each(|db| async move {
        let world = World::new(&db, &[]).await;
        world.install(&toml("toy", "1.0.0", "api = \"1.0\"\n"), "").await.unwrap();
        let now = world.clock.now();
        let noted = async |name: &str| {
            let new = crate::store::NewMigration { name: name.to_owned(), checksum: [7; 32], took_ms: 3 };
            db.write(move |tx| {
                let new = new.clone();
                Box::pin(async move { crate::store::note_migration(tx, "toy", "1.0.0", &new, now).await })
            })
            .await
        };
        noted("0002_b.sql").await.unwrap();
        noted("0001_a.sql").await.unwrap();
        assert!(noted("0001_a.sql").await.is_err(), "each once");
        let rows = crate::store::migrations(&db, "toy").await.unwrap();
        let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!((names, rows[0].checksum.as_slice()), (vec!["0001_a.sql", "0002_b.sql"], [7; 32].as_slice()));
        db.write(|tx| Box::pin(crate::store::forget_migrations(tx, "toy"))).await.unwrap();
        assert!(crate::store::migrations(&db, "toy").await.unwrap().is_empty());
    })
    .await;
}
