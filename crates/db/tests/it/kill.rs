//! The plug is pulled, again and again: what was acknowledged is there afterwards.

use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

use db::{Db, Engine, Error, Options, sql, testing};
use tokio_util::task::TaskTracker;

const KILLS: u32 = 20;
const WRITERS: i64 = 64;
/// Names the database to the child, which is this test binary again.
const ADDRESS: &str = "GUILDHALL_KILL_STORY";

#[tokio::test(flavor = "multi_thread")]
async fn no_acknowledged_write_is_lost_when_the_process_is_killed_twenty_times() {
    testing::each_place(async |place| {
        let db = place.open(Options::default()).await.unwrap();
        db.write::<_, Error, _>(|tx| Box::pin(sql("create table kept (id bigint not null primary key)").execute(tx)))
            .await
            .unwrap();
        db.close().await;

        let mut acknowledged = BTreeSet::new();
        for kill in 0..KILLS {
            // Later and later, a prime step apart: the blow falls at the start, within a group, within a commit.
            let acknowledged_before = acknowledged.len();
            acknowledged.extend(write_until_killed(
                &place.address,
                kill,
                Duration::from_micros(u64::from(kill) * 7919),
            ));
            assert!(acknowledged.len() > acknowledged_before, "round {kill} got somewhere before it was killed");

            let db = place.open(Options::default()).await.unwrap();
            let rows: Vec<(i64,)> = sql("select id from kept").fetch_all(&db).await.unwrap();
            let kept: BTreeSet<i64> = rows.into_iter().map(|(id,)| id).collect();
            let lost: Vec<_> = acknowledged.difference(&kept).collect();
            assert!(lost.is_empty(), "{} of {} lost after kill {kill}: {lost:?}", lost.len(), acknowledged.len());
            if place.engine == Engine::Sqlite {
                let (sound,): (String,) = sql("pragma quick_check").fetch_one(&db).await.unwrap();
                assert_eq!(sound, "ok");
            }
            db.close().await;
        }
        eprintln!("{}: {} acknowledged writes, {KILLS} kills, none lost", place.engine.name(), acknowledged.len());
    })
    .await;
}

/// Starts a child that writes, lets it acknowledge something and go on for `more`, kills it, and gives back what it had acknowledged.
fn write_until_killed(address: &str, round: u32, more: Duration) -> Vec<i64> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::child_that_writes_until_it_is_killed", "--ignored", "--nocapture"])
        .env(ADDRESS, format!("{round} {address}"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let stdout = child.stdout.take().unwrap();
    let (sender, lines) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            // The test harness prints lines of its own; one that was cut off by the kill has no mark at its end.
            if let Some(id) = line.strip_prefix("kept ").and_then(|rest| rest.strip_suffix('.')) {
                sender.send(id.parse::<i64>().unwrap()).unwrap();
            }
        }
    });
    let mut acknowledged = vec![lines.recv_timeout(Duration::from_secs(30)).expect("the child writes")];
    let until = Instant::now() + more;
    while let Some(left) = until.checked_duration_since(Instant::now()) {
        acknowledged.extend(lines.recv_timeout(left));
    }
    kill(&mut child);
    reader.join().unwrap();
    acknowledged.extend(lines.try_iter());
    acknowledged
}

/// `Child::kill` is SIGKILL on Unix.
fn kill(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by the story above, in a process of its own"]
#[expect(
    clippy::disallowed_methods,
    reason = "how the story tells its child where to write, and a child that is killed needs no tracker"
)]
async fn child_that_writes_until_it_is_killed() {
    let Ok(task) = std::env::var(ADDRESS) else { return };
    let (round, address) = task.split_once(' ').unwrap();
    let first = round.parse::<i64>().unwrap() * 1_000_000;
    let db = Db::open(address, Options::default(), &TaskTracker::new()).await.unwrap();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let db = db.clone();
            tokio::spawn(async move {
                for id in (first + writer..).step_by(usize::try_from(WRITERS).unwrap()) {
                    db.write::<_, Error, _>(move |tx| {
                        Box::pin(sql("insert into kept (id) values ($1)").bind(id).execute(tx))
                    })
                    .await
                    .unwrap();
                    // One call of the system for each line, past every buffer: a kill cannot hold it back.
                    std::io::stdout().lock().write_all(format!("kept {id}.\n").as_bytes()).unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
}
