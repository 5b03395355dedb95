//! The live socket: follows the topics, and comes back by itself when the connection is lost.

use contract::live::{Ask, Position, Tell, Topic};
use futures::{
    SinkExt, StreamExt,
    channel::mpsc::UnboundedReceiver,
    future::{Either, poll_fn, select},
};
use gloo_net::websocket::{Message, State, futures::WebSocket};
use leptos::{prelude::*, task::spawn_local};

use super::feed::{Feed, Link, Then};
use crate::browser;

/// The first wait after a lost connection; it doubles with every failure.
const FIRST_WAIT_MS: f64 = 500.0;
/// The longest wait.
pub(super) const LONGEST_WAIT_MS: f64 = 30_000.0;
/// The hub sends a pulse every 20 s; after more than two of them went missing the connection is taken for dead.
const SILENCE_MS: f64 = 45_000.0;

/// Keeps `feed` up for as long as the page is open.
pub(super) fn keep_up(feed: Feed) {
    spawn_local(async move {
        let mut wait_ms = FIRST_WAIT_MS;
        let mut wishes = feed.wishes();
        loop {
            if follow(feed, &mut wishes).await {
                wait_ms = FIRST_WAIT_MS;
            }
            feed.link.set(Link::Lost);
            // Pages that lost the same hub come back spread over time, not all at once.
            browser::sleep(wait_ms * (0.5 + browser::chance() / 2.0)).await;
            wait_ms = (wait_ms * 2.0).min(LONGEST_WAIT_MS);
        }
    });
}

/// One connection, from its opening to its end. Whether there was one at all.
async fn follow(feed: Feed, wishes: &mut UnboundedReceiver<()>) -> bool {
    let Ok(mut socket) = WebSocket::open(&browser::socket_address("/api/live")) else { return false };
    // A socket that could not connect is ready too, and would swallow what is sent.
    let ready = poll_fn(|context| socket.poll_ready_unpin(context)).await;
    if ready.is_err() || !matches!(socket.state(), State::Open) {
        return false;
    }
    let (mut asks, mut tells) = socket.split();
    for topic in Topic::ALL {
        if asks.send(subscribe(topic, feed.position(topic))).await.is_err() {
            return false;
        }
    }
    feed.connected();
    let mut asked = None;
    loop {
        let wanted = feed.wanted();
        if wanted != asked {
            let go = wanted.map_or(Ask::Leave, |room| Ask::Enter { room });
            if asks.send(message(&go)).await.is_err() {
                return true;
            }
            asked = wanted;
        }
        let silence = Box::pin(browser::sleep(SILENCE_MS));
        let text = match select(select(tells.next(), wishes.next()), silence).await {
            Either::Left((Either::Left((Some(Ok(Message::Text(text))), _)), _)) => text,
            Either::Left((Either::Right(_), _)) => continue,
            _ => return true,
        };
        feed.heard_at_ms.set(browser::now_ms());
        let Ok(tell) = serde_json::from_str::<Tell>(&text) else { continue };
        if let Then::AskAfresh(topic) = feed.hear(tell)
            && asks.send(subscribe(topic, None)).await.is_err()
        {
            return true;
        }
    }
}

fn subscribe(topic: Topic, after: Option<Position>) -> Message {
    message(&Ask::Subscribe { topic, after })
}

fn message(ask: &Ask) -> Message {
    Message::Text(serde_json::to_string(ask).expect("words and numbers serialise"))
}
