//! Prints what durable writing and reading costs on both engines: `cargo run -p db --example measure`.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on ends")]

use std::time::{Duration, Instant};

use db::{Error, Options, sql, testing};
use futures::future::join_all;

#[tokio::main]
async fn main() {
    const SPAN: Duration = Duration::from_secs(2);
    testing::each_place(async |place| {
        let db = place.open(Options::default()).await.unwrap();
        db.write::<_, Error, _>(|tx| {
            Box::pin(async move {
                sql("create table notes (id bigint not null primary key, word text not null)").execute(tx).await
            })
        })
        .await
        .unwrap();
        for writers in [1_i64, 64] {
            let began = Instant::now();
            let done: usize = join_all((0..writers).map(|writer| {
                let db = db.clone();
                async move {
                    let mut done = 0;
                    while began.elapsed() < SPAN {
                        db.write::<_, Error, _>(move |tx| {
                            Box::pin(
                                sql("insert into notes (id, word) values ($1, $2) on conflict (id) do update set word = excluded.word")
                                    .bind(writer)
                                    .bind(format!("writer {writer}, {done}"))
                                    .execute(tx),
                            )
                        })
                        .await
                        .unwrap();
                        done += 1;
                    }
                    done
                }
            }))
            .await
            .into_iter()
            .sum();
            eprintln!("{}: {writers} writers, {} writes/s", place.engine.name(), done as u64 / SPAN.as_secs());
        }
        let (began, mut reads) = (Instant::now(), 0_u64);
        while began.elapsed() < SPAN {
            let row: Option<(String,)> = sql("select word from notes where id = $1").bind(1_i64).fetch_optional(&db).await.unwrap();
            assert!(row.is_some());
            reads += 1;
        }
        eprintln!("{}: 1 reader, {} reads/s", place.engine.name(), reads / SPAN.as_secs());
        db.close().await;
    })
    .await;
}
