//! Room chat, 100 classic clients in one room, in a closed loop: how many lines are delivered in a second, beside what
//! a bare broadcast delivers over the same sockets.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

use crate::{
    Failure,
    bare::{self, Bare},
    classic,
    hub::Hub,
    report::{Bound, Report},
    start::to_f64,
};

const CLIENTS: usize = 100;
/// Before counting begins.
const WARM_UP: Duration = Duration::from_secs(2);
/// While it is counted.
const COUNTED: Duration = Duration::from_secs(6);
/// Lines a second that are enough anywhere.
const MILLION: f64 = 1_000_000.0;
/// The number of a chat packet.
const CHAT: u16 = 200;

/// Limits that keep people apart and would measure themselves here.
const RAISED: [(&str, &str); 8] = [
    ("GUILDHALL_LOBBY__CONNECTIONS_PER_ADDRESS", "20000"),
    ("GUILDHALL_LOBBY__CHAT_BURST", "100000"),
    ("GUILDHALL_LOBBY__CHAT_PER_SECOND", "100000"),
    ("GUILDHALL_LOBBY__PACKET_BURST", "100000"),
    ("GUILDHALL_LOBBY__PACKETS_PER_SECOND", "100000"),
    // A client whose turn on these cores comes late is not to be dropped for it.
    ("GUILDHALL_LOBBY__OUTBOX_PACKETS", "100000"),
    ("GUILDHALL_LOBBY__OUTBOX_BYTES", "67108864"),
    ("GUILDHALL_LOBBY__ROOM_CAPACITY", "20000"),
];

/// Measures the hub and the bound, one after the other, with the same clients.
pub(crate) async fn measure(program: &Path, report: &mut Report) -> Result<(), Failure> {
    println!("chat: raised for this measurement: {}", RAISED.map(|(key, value)| format!("{key}={value}")).join(" "));
    let bare = Bare::start().await?;
    let mut clients = Vec::new();
    for number in 0..CLIENTS {
        clients.push((bare::connect(bare.at).await?, u32::try_from(number)?));
    }
    let bound = deliveries_per_second(clients).await?;
    drop(bare);

    let data = tempfile::tempdir()?;
    let hub = Hub::start(program, data.path(), &RAISED).await?;
    let mut clients = Vec::new();
    for number in 0..CLIENTS {
        clients.push(classic::enter(hub.lobby, &format!("guest {number}")).await?);
    }
    let figure = deliveries_per_second(clients).await?;

    report.note("room chat delivered to 100 clients, a second", figure, "lines");
    report.note("bare broadcast over the same sockets, a second", bound, "lines");
    report.check(
        "  at least a million, or half of the bare",
        figure,
        "lines",
        Bound::AtLeast((bound / 2.0).min(MILLION)),
    );
    Ok(())
}

/// Every client says its next line when its last one has come back; counted is what all of them receive.
async fn deliveries_per_second(clients: Vec<(TcpStream, u32)>) -> Result<f64, Failure> {
    let (count, over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let mut running = JoinSet::new();
    for (stream, number) in clients {
        running.spawn(talk(stream, number, Arc::clone(&count), Arc::clone(&over)));
    }
    tokio::time::sleep(WARM_UP).await;
    let (before, began) = (count.load(Ordering::Relaxed), Instant::now());
    tokio::time::sleep(COUNTED).await;
    let (delivered, took) = (count.load(Ordering::Relaxed) - before, began.elapsed());
    over.store(true, Ordering::Relaxed);
    while let Some(ended) = running.join_next().await {
        ended??;
    }
    Ok(to_f64(delivered) / took.as_secs_f64())
}

async fn talk(mut stream: TcpStream, number: u32, count: Arc<AtomicU64>, over: Arc<AtomicBool>) -> Result<(), Failure> {
    let line = classic::line(number, "well met, all of you");
    let (mut read, mut write) = stream.split();
    write.write_all(&line).await?;
    let (mut buffer, mut held) = (vec![0; 64 * 1024], 0);
    while !over.load(Ordering::Relaxed) {
        let got = read.read(&mut buffer[held..]).await?;
        if got == 0 {
            return Err("the server closed a client's connection".into());
        }
        held += got;
        let (mut at, mut lines, mut own) = (0, 0, false);
        while let Some(frame) = whole_frame(&buffer[at..held]) {
            if u16::from_be_bytes([frame[2], frame[3]]) == CHAT {
                lines += 1;
                own |= is_from(frame, number);
            }
            at += frame.len();
        }
        buffer.copy_within(at..held, 0);
        held -= at;
        count.fetch_add(lines, Ordering::Relaxed);
        if own {
            write.write_all(&line).await?;
        }
    }
    Ok(())
}

/// The first packet, if all of it is there.
pub(crate) fn whole_frame(bytes: &[u8]) -> Option<&[u8]> {
    let head = bytes.first_chunk::<8>()?;
    bytes.get(..u32::from_be_bytes([head[4], head[5], head[6], head[7]]) as usize)
}

/// The sender's number stands at offset 16 of the chat block.
fn is_from(frame: &[u8], number: u32) -> bool {
    frame.get(8 + 16..8 + 20).is_some_and(|sender| sender == number.to_be_bytes())
}
