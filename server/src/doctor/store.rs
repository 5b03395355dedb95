//! The database: whether it is sound, of this program's schema, and whether its clock and ours agree.

use std::error::Error;

use base::{Clock, Millis};
use contract::vitals::Finding;
use db::{Db, Engine, sql};

use super::{bad, good, warning};

/// Before this program was written nobody ran it: a clock that says so is wrong. 2025-11-01.
const WRITTEN: Millis = Millis(1_761_955_200_000);
/// Clocks that differ by more than this make codes and links fail: 30 s.
const APART_MILLIS: u64 = 30_000;

pub(super) async fn database(db: &Db, clock: &dyn Clock) -> Vec<Finding> {
    let mut findings = vec![integrity(db).await, time(db, clock.now()).await];
    findings.extend(plugins(db).await);
    findings
}

/// Plugins that are kept from being called. A database from before there were plugins has none.
async fn plugins(db: &Db) -> Vec<Finding> {
    const AWAY: &str = "select id, quarantine_reason from plugins where quarantined_at is not null and state = 'installed' order by id";
    let away: Vec<(String, Option<String>)> = match sql(AWAY).fetch_all(db).await {
        Ok(away) => away,
        Err(error) if db.migration().await.is_ok_and(|version| version == Some(db.newest_migration())) => {
            return vec![bad("plugins", format!("they can't be read: {}", base::chain(&error)), RESTORE)];
        }
        Err(_) => Vec::new(),
    };
    let finding = |(id, why): (String, Option<String>)| {
        let found = format!("{id} is switched off everywhere: {}", why.unwrap_or_default());
        let fix =
            format!("See what it did at /admin/plugins/{id}; there it is let on again, or another version brought in.");
        warning("plugins", found, fix)
    };
    away.into_iter().map(finding).collect()
}

pub(super) fn unopened(error: &(dyn Error + Send + Sync)) -> Finding {
    let cause = error.source().map_or_else(String::new, |cause| format!(": {cause}"));
    bad("database", format!("{error}{cause}"), RESTORE)
}

const RESTORE: &str = "guildhall verify the newest backup, and restore it into an empty directory or database.";

async fn integrity(db: &Db) -> Finding {
    const ABOUT: &str = "database";
    let engine = db.engine().name();
    match db.find_damage().await {
        Err(error) => {
            let cause = error.source().map_or_else(String::new, |cause| format!(": {cause}"));
            return bad(ABOUT, format!("it can't be read: {error}{cause}"), RESTORE);
        }
        Ok(Some(damage)) => return bad(ABOUT, format!("it is damaged: {damage}"), RESTORE),
        Ok(None) => {}
    }
    let newest = db.newest_migration();
    match db.migration().await {
        Ok(None) => good(ABOUT, format!("{engine}, empty: the first start fills it")),
        Ok(Some(version)) if version == newest => good(ABOUT, format!("{engine}, sound, at migration {version}")),
        Ok(Some(version)) if version < newest => warning(
            ABOUT,
            format!("{engine}, sound, at migration {version} of {newest}"),
            "The next start brings it up to date, after a backup; `guildhall migrate` does it now.",
        ),
        Ok(Some(version)) => bad(
            ABOUT,
            format!("{engine}, at migration {version}: a newer version of the program has run on it"),
            "Install that version again, or restore a backup from before.",
        ),
        Err(error) => bad(ABOUT, format!("it can't be read: {error}"), RESTORE),
    }
}

async fn time(db: &Db, now: Millis) -> Finding {
    const ABOUT: &str = "clock";
    const FIX: &str = "Set it, and keep it right with systemd-timesyncd or chrony: second factors and links go by it.";
    if now < WRITTEN {
        return bad(ABOUT, "it stands before this program was written", FIX);
    }
    match db.newest_instant().await {
        Ok(Some(newest)) if newest.since(now).as_millis() > u128::from(APART_MILLIS) => {
            return bad(ABOUT, "something in the database happened after now: the clock was set back", FIX);
        }
        Ok(_) => {}
        Err(error) => return warning(ABOUT, format!("the database can't be asked: {error}"), FIX),
    }
    if db.engine() == Engine::Postgres
        && let Ok(there) = db.server_time().await
        && there.0.abs_diff(now.0) > APART_MILLIS
    {
        let seconds = there.0.abs_diff(now.0) / 1000;
        return bad(ABOUT, format!("this machine's and the database's are {seconds} seconds apart"), FIX);
    }
    good(ABOUT, "nothing speaks against it")
}

#[cfg(test)]
mod tests {
    use contract::vitals::Weight;
    use db::{Options, testing};

    use super::*;
    use crate::system::SystemClock;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_database_is_sound_old_new_or_empty() {
        testing::each_place(async |place| {
            let db = place.open(Options::default()).await.unwrap();
            assert_eq!(integrity(&db).await.weight, Weight::Good);
            let change = async |text: &'static str| {
                db.write::<_, db::Error, _>(move |tx| Box::pin(sql(text).execute(tx))).await.unwrap();
            };
            change("insert into migrations (version, name, checksum, applied_at) values (9999, 'x', 'x', 0)").await;
            assert_eq!(integrity(&db).await.weight, Weight::Bad);
            change("delete from migrations where version > 2").await;
            assert_eq!(integrity(&db).await.weight, Weight::Warning);
            db.close().await;
        })
        .await;
        testing::each_empty_place(async |place| {
            let db = place.open(Options::default()).await.unwrap();
            let found = integrity(&db).await;
            assert!(found.weight == Weight::Good && found.found.contains("empty"), "{found:?}");
            db.close().await;
        })
        .await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_clock_that_was_set_back_is_noticed() {
        testing::each_place(async |place| {
            let db = place.open(Options::default()).await.unwrap();
            let now = SystemClock.now();
            assert_eq!(time(&db, now).await.weight, Weight::Good);
            assert_eq!(time(&db, Millis(0)).await.weight, Weight::Bad);
            if db.engine() == Engine::Postgres {
                let later = now.plus(std::time::Duration::from_mins(2));
                assert_eq!(time(&db, later).await.weight, Weight::Bad, "two minutes ahead of the database's server");
            }
            let later = now.plus(std::time::Duration::from_hours(1));
            db.write::<_, db::Error, _>(move |tx| {
                Box::pin(
                    sql("insert into outbox (at, subject, event) values ($1, 'site', '{}')").bind(later).execute(tx),
                )
            })
            .await
            .unwrap();
            assert_eq!(time(&db, now).await.weight, Weight::Bad);
            db.close().await;
        })
        .await;
    }
}
