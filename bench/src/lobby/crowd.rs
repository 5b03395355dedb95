//! Ten thousand people connected to one process, half of them by Myth II and half by Aleph One: what each takes of its memory.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use metaserver_proto::{Dialect, packet::kind};
use tokio::{sync::Notify, task::JoinSet, time::timeout};

use super::{address, ear::Ear, open_all_rooms, ports_of_rooms};
use crate::{
    Failure,
    classic::{self, Inside, Way},
    hub::{Hub, get},
    report::{Bound, Report},
    start::to_f64,
};

const PEOPLE: usize = 10_000;
const ROOMS: usize = super::BANNERS as usize;
/// What a client may take of the process, in kB.
const MOST_KB: f64 = 16.0;
/// Entering at the same time.
const AT_ONCE: usize = 32;
/// Within the hub's limit for one address, also while somebody's log-on and their room both count.
const PER_ADDRESS: usize = 64;
/// Nothing is said for so long before the memory is read.
const CALM: Duration = Duration::from_secs(5);
/// A line is heard by all within it.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) async fn measure(program: &Path, report: &mut Report) -> Result<(), Failure> {
    let data = tempfile::tempdir()?;
    open_all_rooms(program, data.path()).await?;
    let (first, capacity) = (ports_of_rooms()?, PEOPLE.div_ceil(ROOMS).to_string());
    let raised =
        [("GUILDHALL_METASERVER_ROOM_PORTS", &*first.to_string()), ("GUILDHALL_LOBBY__ROOM_CAPACITY", &*capacity)];
    println!("crowd: {PEOPLE} clients in {ROOMS} rooms of {capacity}");
    let hub = Hub::start(program, data.path(), &raised).await?;
    get(hub.http, "/").await?;
    let empty = hub.resident_bytes()?;

    let crowd = Arc::new(Crowd::default());
    let (mut entering, mut listening, mut speakers) = (JoinSet::new(), JoinSet::new(), Vec::new());
    for number in 0..PEOPLE + AT_ONCE {
        if number >= AT_ONCE {
            let entered: Result<Result<(usize, Inside), Failure>, _> =
                entering.join_next().await.ok_or("nobody enters")?;
            let (place, inside) = entered??;
            let (stream, crowd) = (Arc::new(inside.stream), Arc::clone(&crowd));
            // The first in each room, who speak a language without a cipher.
            if place < ROOMS * 2 && dialect(place) == Dialect::AlephOne {
                speakers.push((Arc::clone(&stream), inside.number));
            }
            listening.spawn(async move { crowd.listen(&stream).await });
        }
        if number < PEOPLE {
            let way = Way {
                dialect: dialect(number),
                from: address(2, number, PER_ADDRESS),
                room: Some(first + u16::try_from(number / 2 % ROOMS)?),
                ..Way::to(hub.lobby)
            };
            entering.spawn(async move { Ok((number, way.enter(&format!("guest {number}")).await?)) });
        }
    }
    tokio::time::sleep(CALM).await;
    let full = hub.resident_bytes()?;

    // All of them are there: they hear what is said in their rooms.
    for (stream, number) in &speakers {
        stream.try_write(&classic::line(*number, "is everybody here?"))?;
    }
    let all = async {
        while crowd.heard.load(Ordering::Relaxed) < PEOPLE {
            crowd.news.notified().await;
        }
    };
    // Whoever is missing shows in the figure.
    drop(timeout(PATIENCE, all).await);
    let heard = crowd.heard.load(Ordering::Relaxed);
    if let Some(ended) = listening.try_join_next() {
        ended??;
    }
    report.check("clients connected who hear a line", to_f64(heard as u64), "", Bound::AtLeast(to_f64(PEOPLE as u64)));
    let each = to_f64(full.saturating_sub(empty)) / to_f64(PEOPLE as u64) / 1000.0;
    report.check("  memory of each", each, "kB", Bound::AtMost(MOST_KB));
    report.note("  of all, and the hub", to_f64(full) / 1_000_000.0, "MB");
    Ok(())
}

/// By turns.
const fn dialect(number: usize) -> Dialect {
    if number.is_multiple_of(2) { Dialect::AlephOne } else { Dialect::Myth2 }
}

#[derive(Default)]
struct Crowd {
    heard: AtomicUsize,
    news: Notify,
}

impl Crowd {
    async fn listen(&self, stream: &tokio::net::TcpStream) -> Result<(), Failure> {
        let hear = |number, _: &[u8]| {
            if number == kind::CHAT && self.heard.fetch_add(1, Ordering::Relaxed) + 1 == PEOPLE {
                self.news.notify_one();
            }
        };
        Ear::default().listen(stream, hear).await?;
        Err("the hub closed a client's connection".into())
    }
}
