//! The store's stories, each on a fresh SQLite file and a fresh PostgreSQL database.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on fails")]

mod bulletins;
mod kill;
mod limits;
mod migrations;
mod outage;
mod schema;
mod shared_text;
mod writes;

use db::{Db, Error, sql};

/// A table to play with. The stories' own, so that they do not change with the hub's schema.
async fn with_table(db: &Db) {
    db.write::<_, Error, _>(|tx| {
        Box::pin(async move {
            db::sql_for(
                "create table notes (id integer primary key, word text not null, constraint notes_word_key unique (word)) strict",
                "create table notes (id bigint primary key, word text not null, constraint notes_word_key unique (word))",
            )
            .execute(tx)
            .await
        })
    })
    .await
    .expect("a new table can be made");
}

async fn add(db: &Db, id: i64, word: &str) -> Result<(), Error> {
    let word = word.to_owned();
    db.write(move |tx| {
        let word = word.clone();
        Box::pin(async move {
            sql("insert into notes (id, word) values ($1, $2)").bind(id).bind(word).execute(tx).await?;
            Ok(())
        })
    })
    .await
}

async fn words(db: &Db) -> Vec<String> {
    let rows: Vec<(String,)> =
        sql("select word from notes order by id").fetch_all(db).await.expect("notes can be read");
    rows.into_iter().map(|(word,)| word).collect()
}
