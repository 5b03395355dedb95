//! How soon the hub is ready on a database that exists, and what it takes to do nothing.

use std::{path::Path, time::Duration};

use crate::{
    Failure,
    hub::{Hub, get},
    report::{Bound, Report},
};

/// Starts counted; the middle one is reported.
const STARTS: usize = 5;
/// Nobody asks for so long before the memory is read: a hub knows that it rests after twenty seconds at most.
const REST: Duration = Duration::from_secs(25);

/// Measures both.
pub(crate) async fn measure(program: &Path, report: &mut Report) -> Result<(), Failure> {
    let data = tempfile::tempdir()?;
    Hub::start(program, data.path(), &[]).await?.end().await?;
    let mut times = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        let hub = Hub::start(program, data.path(), &[]).await?;
        times.push(hub.ready_after.as_secs_f64() * 1000.0);
        get(hub.http, "/").await?;
        if times.len() == STARTS {
            tokio::time::sleep(REST).await;
            let megabytes = to_f64(hub.resident_bytes()?) / 1_000_000.0;
            report.check("idle memory, 25 s after a page", megabytes, "MB", Bound::AtMost(40.0));
        }
        hub.end().await?;
    }
    times.sort_by(f64::total_cmp);
    report.check("start to ready on an existing database, median of 5", times[STARTS / 2], "ms", Bound::AtMost(300.0));
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "memory and file sizes stay far below 2^52")]
pub(crate) const fn to_f64(count: u64) -> f64 {
    count as f64
}
