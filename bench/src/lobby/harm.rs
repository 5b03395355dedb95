//! What a room full of talkers notices of those who mean harm: how long lines take, with them and without, in turns.

use std::{path::Path, time::Duration};

use tokio::task::JoinSet;

use super::{address, hostile::Harm, talkers::Talkers, times::Times};
use crate::{
    Failure,
    classic::Way,
    hub::Hub,
    report::{Bound, Report},
};

const TALKERS: usize = 32;
/// Well below what each may say.
const LINES: u32 = 96;
/// Of each kind, at a time: in the same room, or at its door.
const HOSTILE: usize = 4;
/// With and without, by turns, so often each.
const TURNS: usize = 5;
const TURN: Duration = Duration::from_secs(3);
/// Before a turn counts, they are at it.
const WARM_UP: Duration = Duration::from_millis(500);
/// So much longer a line may take than without them, or so many milliseconds, whichever is more.
const SLOWER: f64 = 1.2;
const LATER_MS: f64 = 2.0;

pub(crate) async fn measure(program: &Path, report: &mut Report) -> Result<(), Failure> {
    let data = tempfile::tempdir()?;
    // The talkers and those who mean harm meet in one room.
    let raised = [("GUILDHALL_LOBBY__ROOM_CAPACITY", "64")];
    println!("harm: {TALKERS} talkers, {HOSTILE} of each kind in their room, {LINES} lines a second");
    let hub = Hub::start(program, data.path(), &raised).await?;
    let mut talkers =
        Talkers::enter(TALKERS, 1, |number| Way { from: address(5, number, 8), ..Way::to(hub.lobby) }).await?;
    for harm in Harm::ALL {
        let (alone, beside) = (Times::default(), Times::default());
        for _ in 0..TURNS {
            alone.add(&talkers.talk(LINES, WARM_UP, TURN).await?.times);
            let mut hostile = JoinSet::new();
            for number in 0..HOSTILE {
                hostile.spawn(harm.go_on(hub.lobby, number));
            }
            beside.add(&talkers.talk(LINES, WARM_UP, TURN).await?.times);
            if let Some(ended) = hostile.try_join_next() {
                ended??;
            }
        }
        let (alone, beside) = (alone.p99_ms(), beside.p99_ms());
        report.note(format!("chat without {} clients, p99", harm.word()), alone, "ms");
        report.check("  beside them", beside, "ms", Bound::AtMost((alone * SLOWER).max(alone + LATER_MS)));
    }
    Ok(())
}
