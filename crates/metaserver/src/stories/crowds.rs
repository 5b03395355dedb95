//! Many connections at once that come to nothing: they are gone soon, and those who mean it get in.

use std::time::Duration;

use metaserver_proto::{Dialect, frame::Header};
use tokio::time::{Instant, sleep};

use super::harness::Lobby;
use crate::testing::{ClientError, Link};

const MANY: usize = 500;
/// Longer than any connection lasts that comes to nothing.
const LONG: Duration = Duration::from_secs(20);

#[tokio::test]
async fn hundreds_that_dribble_are_gone_and_others_get_in() {
    let lobby = Lobby::with(|config| config.limits.connections_per_address = MANY + 8).await;
    let room = lobby.running.rooms()[0].1;
    let mut dribbling = Vec::new();
    for number in 0..MANY {
        let at = if number % 2 == 0 { lobby.address() } else { room };
        dribbling.push(Link::connect(Dialect::AlephOne, at).await.expect("the lobby listens"));
    }
    let mut honest = lobby.guest(Dialect::AlephOne, "Honest").await;
    honest.say("room enough").await.expect("sent");
    honest.line().await.expect("heard");
    drop(honest);
    let began = Instant::now();
    tokio::time::pause();
    // The head of a packet and then of its body, a byte a second each: none of them is ever whole.
    let bytes = Header::bytes(100, 276).into_iter().chain(std::iter::repeat(0));
    for byte in bytes {
        if began.elapsed() > LONG {
            break;
        }
        for link in &mut dribbling {
            // Who is gone is told so.
            drop(link.send_bytes(&[byte]).await);
        }
        sleep(Duration::from_secs(1)).await;
    }
    for mut link in dribbling {
        // What it was told before, which is a key at most, is read over.
        let ended = loop {
            match link.receive_whenever().await {
                Ok(_) => {}
                Err(ended) => break ended,
            }
        };
        assert!(matches!(ended, ClientError::Closed | ClientError::Network(_)), "{ended:?}");
    }
    tokio::time::resume();
    lobby.close().await;
}
