//! Backups told as stories, each on both engines.

mod damage;
mod keeping;
mod moving;
mod old;
mod under_load;

use std::path::{Path, PathBuf};

use base::Millis;
use db::{
    Db, Engine, Error, Options, sql,
    testing::{Place, StoppedClock},
};

use crate::{Plan, make};

/// When the stories happen.
pub(crate) const NOW: StoppedClock = StoppedClock(Millis(1_763_690_000_000));

/// A plan for what lies in `data_dir`, in the clear.
pub(crate) fn plan(data_dir: &Path) -> Plan {
    Plan { data_dir: data_dir.to_owned(), seal: None, program: "0.1.0" }
}

/// A place that goes away, with a database that is open.
pub(crate) struct Home {
    pub(crate) place: Place,
    pub(crate) db: Db,
}

impl Home {
    /// With the schema, and what the migrations put in it; `None` where there is no such engine.
    pub(crate) async fn migrated(engine: Engine) -> Option<Self> {
        let place = Place::migrated(engine).await?;
        let db = place.open(Options::default()).await.unwrap();
        Some(Self { place, db })
    }

    /// With nothing at all.
    pub(crate) async fn empty(engine: Engine) -> Option<Self> {
        let place = Place::empty(engine).await?;
        let db = place.open(Options::default()).await.unwrap();
        Some(Self { place, db })
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.place.folder().join("data")
    }

    /// Makes a backup of it.
    pub(crate) async fn backed_up(&self, name: &str) -> PathBuf {
        let path = self.place.folder().join(name);
        make(&self.db, &plan(&self.data_dir()), &path, &NOW).await.unwrap();
        path
    }

    pub(crate) async fn leave(self) {
        self.db.close().await;
        self.place.remove().await;
    }
}

/// Something that is in no migration: events as the outbox keeps them, and some odd settings.
pub(crate) async fn live_in(db: &Db) {
    db.write::<_, Error, _>(|tx| {
        Box::pin(async move {
            for word in ["one", "two", "three"] {
                sql("insert into outbox (at, subject, event) values ($1, 'site', $2)")
                    .bind(1_763_690_000_000_i64)
                    .bind(format!("{{\"{word}\":\"żółw \\n\"}}"))
                    .execute(&mut *tx)
                    .await?;
            }
            sql("delete from outbox where event like '%three%'").execute(&mut *tx).await?;
            sql("insert into settings (key, value) values ('site.name', '\"A \"\"quoted\"\" hall\"')")
                .execute(&mut *tx)
                .await?;
            sql("update rooms set name = 'Ankunft', capacity = 7 where banner = 5").execute(&mut *tx).await?;
            Ok(())
        })
    })
    .await
    .unwrap();
}
