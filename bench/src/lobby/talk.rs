//! A thousand people in as many rooms as there are, each saying a line a second: how long lines take.

use std::{path::Path, time::Duration};

use super::{SOON_MS, address, open_all_rooms, ports_of_rooms, talkers::Talkers};
use crate::{
    Failure,
    classic::Way,
    hub::Hub,
    report::{Bound, Report},
};

const PEOPLE: usize = 1_000;
/// Thirty rooms with 33 or 34 in each: a little more than rooms of 32 hear.
const ROOMS: usize = super::BANNERS as usize;
/// Lines a second, all rooms together.
const LINES: u32 = 1_000;
/// What a thousand lines in rooms of 32 come to.
const DELIVERIES: f64 = 32_000.0;
const WARM_UP: Duration = Duration::from_secs(3);
const COUNTED: Duration = Duration::from_secs(15);
/// Far below the hub's limit for one address.
const PER_ADDRESS: usize = 40;

pub(crate) async fn measure(program: &Path, report: &mut Report) -> Result<(), Failure> {
    let data = tempfile::tempdir()?;
    open_all_rooms(program, data.path()).await?;
    let (first, capacity) = (ports_of_rooms()?, PEOPLE.div_ceil(ROOMS).to_string());
    let raised =
        [("GUILDHALL_METASERVER_ROOM_PORTS", &*first.to_string()), ("GUILDHALL_LOBBY__ROOM_CAPACITY", &*capacity)];
    println!("talk: {PEOPLE} clients, {ROOMS} rooms of {capacity}, {LINES} lines a second");
    let hub = Hub::start(program, data.path(), &raised).await?;
    let room = |number: usize| u16::try_from(number % ROOMS).map(|place| first + place).ok();
    let mut talkers = Talkers::enter(PEOPLE, ROOMS, |number| Way {
        from: address(1, number, PER_ADDRESS),
        room: room(number),
        ..Way::to(hub.lobby)
    })
    .await?;
    let talk = talkers.talk(LINES, WARM_UP, COUNTED).await?;
    report.note("lines said in rooms of 33, a second", talk.said, "lines");
    report.check("  heard, a second", talk.heard, "lines", Bound::AtLeast(DELIVERIES));
    report.check("  of those that had to be heard", talk.reached, "", Bound::AtLeast(1.0));
    report.check("  from its time to everybody's ears, p99", talk.times.p99_ms(), "ms", Bound::AtMost(SOON_MS));
    Ok(())
}
