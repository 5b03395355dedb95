//! What an event costs a write on PostgreSQL: the same insert with one and without, in turns, while a node tells them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use base::{Millis, UserId};
use contract::Event;
use db::{Db, Engine, Error, Options, sql, testing::Place};
use events::{Bus, Delivery, record};
use tokio::task::JoinSet;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    Failure,
    report::{Bound, Report},
    start::to_f64,
};

/// Writing at the same time: as many as the hub has connections.
const WRITERS: usize = 20;
/// Beside that, for comparison: so few that writes wait for the disk, and not for a processor.
const FEWER: [usize; 2] = [1, 4];
/// Each kind of write is counted for so long at a time …
const TURN: Duration = Duration::from_secs(2);
/// … so often, in turns: a machine is not equally fast all the time, and neither is its disk.
const TURNS: usize = 6;

/// Measures on the server that `GUILDHALL_TEST_POSTGRES_URL` names, which keeps what it acknowledges as the hub asks it to.
pub(crate) async fn measure(report: &mut Report) -> Result<(), Failure> {
    let place =
        Place::migrated(Engine::Postgres).await.ok_or("no PostgreSQL to measure on: use `cargo xtask bench`")?;
    let db = place.open(Options::default()).await?;
    db.write::<_, Error, _>(|tx| {
        Box::pin(
            sql("create table notes (id bigint primary key, at bigint not null, author bigint not null, text text not null)")
                .execute(tx),
        )
    })
    .await?;
    let (fsync,): (String,) = sql("select current_setting('fsync')").fetch_one(&db).await?;
    println!("events: {FEWER:?} and {WRITERS} writers, fsync {fsync}, {TURNS} turns of {TURN:?} each");

    // Somebody listens, as on every node; what it costs to tell is part of the price.
    let (bus, stop, tasks) = (Bus::new(db.clone()), CancellationToken::new(), TaskTracker::new());
    let (mut listener, told) = (bus.subscribe(), Arc::new(AtomicU64::new(0)));
    tasks.spawn(bus.run(stop.clone()));
    let (counted, end) = (Arc::clone(&told), stop.clone());
    tasks.spawn(async move {
        loop {
            tokio::select! {
                () = end.cancelled() => return,
                delivery = listener.next() => if matches!(delivery, Delivery::Event { .. }) {
                    counted.fetch_add(1, Ordering::Relaxed);
                },
            }
        }
    });

    let ids = Arc::new(AtomicI64::new(1));
    let mut measured = Vec::new();
    for writers in FEWER.into_iter().chain([WRITERS]) {
        measured.push((writers, both(&db, &ids, writers).await?));
    }
    stop.cancel();
    tasks.close();
    tasks.wait().await;
    db.close().await;
    place.remove().await;
    for (writers, (plain, announced)) in measured {
        report.note(format!("inserts on PostgreSQL by {writers}, a second"), plain, "");
        report.note("  the same with an event each, a second", announced, "");
        let share = announced / plain;
        if writers == WRITERS {
            report.check("  of the inserts without", share, "", Bound::AtLeast(0.95));
        } else {
            report.note("  of the inserts without", share, "");
        }
    }
    report.note("events told meanwhile, all in all", to_f64(told.load(Ordering::Relaxed)), "");
    Ok(())
}

/// Inserts a second without an event and with one, in turns.
async fn both(db: &Db, ids: &Arc<AtomicI64>, writers: usize) -> Result<(f64, f64), Failure> {
    turn(db, ids, writers, false).await?;
    turn(db, ids, writers, true).await?;
    let (mut plain, mut announced) = (Vec::new(), Vec::new());
    for number in 0..TURNS {
        // First the one, then the other: neither always comes after a rest.
        for announces in [number % 2 == 0, number % 2 != 0] {
            let figure = turn(db, ids, writers, announces).await?;
            if announces { announced.push(figure) } else { plain.push(figure) }
        }
    }
    println!("events: {writers} writers, without {plain:.0?}, with {announced:.0?}");
    let mean = |figures: &[f64]| figures.iter().sum::<f64>() / to_f64(TURNS as u64);
    Ok((mean(&plain), mean(&announced)))
}

/// Writes a second, in a closed loop, all writers together.
async fn turn(db: &Db, ids: &Arc<AtomicI64>, writers: usize, announces: bool) -> Result<f64, Failure> {
    let (done, began) = (Arc::new(AtomicU64::new(0)), Instant::now());
    let mut writing = JoinSet::new();
    for _ in 0..writers {
        let (db, ids, done) = (db.clone(), Arc::clone(ids), Arc::clone(&done));
        writing.spawn(async move {
            while began.elapsed() < TURN {
                let id = ids.fetch_add(1, Ordering::Relaxed);
                db.write::<_, Error, _>(move |tx| Box::pin(write(tx, id, announces))).await?;
                done.fetch_add(1, Ordering::Relaxed);
            }
            Ok::<_, Error>(())
        });
    }
    while let Some(ended) = writing.join_next().await {
        ended??;
    }
    Ok(to_f64(done.load(Ordering::Relaxed)) / began.elapsed().as_secs_f64())
}

async fn write(tx: &mut db::Tx<'_>, id: i64, announces: bool) -> Result<(), Error> {
    sql("insert into notes (id, at, author, text) values ($1, $2, $3, $4)")
        .bind(id)
        .bind(id)
        .bind(id % 1000)
        .bind("a line of ordinary length, as somebody may write it below a match or on a wall of the hall")
        .execute(&mut *tx)
        .await?;
    if announces {
        record(tx, Millis(id), &Event::CompanyChanged { user: UserId::from(id % 1000) }).await?;
    }
    Ok(())
}
