//! What the lobby bears: a crowd, rooms full of talk, a stream of arrivals, and those who mean harm.
//!
//! The clients share the machine with the hub, so they run on one thread and look at no more of what they hear than they must.

pub(crate) mod arrivals;
pub(crate) mod crowd;
pub(crate) mod dribble;
mod ear;
pub(crate) mod harm;
mod hostile;
pub(crate) mod log_ons;
mod open_files;
pub(crate) mod talk;
mod talkers;
mod times;

use std::{
    net::{Ipv4Addr, TcpListener},
    path::Path,
};

use crate::{Failure, hub};

pub(crate) use self::open_files::raise as raise_open_files;

/// The measurements that `lobby` stands for.
pub(crate) const PARTS: [&str; 7] = ["crowd", "talk", "chat", "arrivals", "log_ons", "harm", "dribble"];

/// Whether a measurement's clients take one thread and leave the rest of the machine to the hub; `chat`'s are to press it as hard as they can.
pub(crate) fn is_lean(name: &str) -> bool {
    name != "chat" && PARTS.contains(&name)
}

/// Every room that classic clients have a name for, by the number they know it by.
const BANNERS: u16 = 30;
/// Those that a new hub has.
const OPEN_ALREADY: [u16; 3] = [5, 10, 26];
/// What a line may take from its time to somebody's ears, at p99.
const SOON_MS: f64 = 10.0;

/// Opens every room there can be on a hub that does not run yet.
async fn open_all_rooms(program: &Path, data: &Path) -> Result<(), Failure> {
    for banner in (0..BANNERS).filter(|banner| !OPEN_ALREADY.contains(banner)) {
        hub::command(program, data, &["room", "open", &banner.to_string()], "").await?;
    }
    Ok(())
}

/// The first of as many ports in a row as there are rooms. A client's list has room for fewer than there can be, but whoever knows a port may
/// go there.
fn ports_of_rooms() -> Result<u16, Failure> {
    (20_000..60_000)
        .step_by(usize::from(BANNERS))
        .find(|first| {
            let taken: Result<Vec<_>, _> =
                (*first..first + BANNERS).map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port))).collect();
            taken.is_ok()
        })
        .ok_or_else(|| "there are no ports in a row".into())
}

/// An address of this machine for the client of that number, so that each has no more than `each` of them: the hub's limit for an address
/// need not be raised, then. `hall` keeps measurements apart.
fn address(hall: u8, number: usize, each: usize) -> Ipv4Addr {
    let [.., high, low] = u32::try_from(number / each + 1).unwrap_or(u32::MAX).to_be_bytes();
    Ipv4Addr::new(127, hall, high, low)
}
