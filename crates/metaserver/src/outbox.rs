//! What waits to be written to one client: filled by its room, emptied by its connection, bounded.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use metaserver_proto::Packed;
use tokio::sync::Notify;

/// Both ends of the queue. The room's copy and the connection's copy are alike.
#[derive(Debug, Clone)]
pub(crate) struct Outbox(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    most_packets: usize,
    most_bytes: usize,
    queue: Mutex<Queue>,
    news: Notify,
    nudged: AtomicBool,
}

#[derive(Debug, Default)]
struct Queue {
    packets: VecDeque<Packed>,
    bytes: usize,
    end: Option<End>,
}

/// Why the room's side ended a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The same account has logged in anew.
    Replaced,
    /// The same login has gone on to another room.
    Moved,
    /// Those who keep order have shut the account out.
    Removed,
    /// They are sent away, and were told why: the room closes, or is not for them any more.
    SentAway,
    /// It read too slowly: more is waiting than may.
    TooSlow,
    /// The room has failed and starts afresh.
    RoomFailed,
}

impl Outbox {
    pub(crate) fn new(most_packets: usize, most_bytes: usize) -> Self {
        Self(Arc::new(Inner {
            most_packets,
            most_bytes,
            queue: Mutex::default(),
            news: Notify::new(),
            nudged: AtomicBool::new(false),
        }))
    }

    /// Queues a packet and has it written. A client for which too much is waiting is given up: it has no way to ask for what it missed.
    pub(crate) fn push(&self, packet: &Packed) {
        self.put(packet);
        self.0.news.notify_one();
    }

    /// Queues a packet that can wait: it is written with the next one that is pushed, or when the connection is [woken](Self::wake).
    pub(crate) fn put(&self, packet: &Packed) {
        let mut queue = self.queue();
        if queue.end.is_some() {
            return;
        }
        let bytes = packet.as_bytes().len();
        if queue.packets.len() >= self.0.most_packets || queue.bytes + bytes > self.0.most_bytes {
            metrics::counter!("guildhall_lobby_slow_clients_total").increment(1);
            queue.end = Some(End::TooSlow);
            queue.packets = VecDeque::new();
        } else {
            queue.bytes += bytes;
            queue.packets.push_back(packet.clone());
        }
    }

    /// Has written what waits, if anything does.
    pub(crate) fn wake(&self) {
        let waits = {
            let queue = self.queue();
            !queue.packets.is_empty() || queue.end.is_some()
        };
        if waits {
            self.0.news.notify_one();
        }
    }

    /// Ends the connection once what is queued has been written. The first reason given stands.
    pub(crate) fn end(&self, end: End) {
        self.queue().end.get_or_insert(end);
        self.0.news.notify_one();
    }

    /// Wakes the connection to look for what was put down for it elsewhere.
    pub(crate) fn nudge(&self) {
        self.0.nudged.store(true, Ordering::Release);
        self.0.news.notify_one();
    }

    /// Whether it was nudged since the last time this was asked.
    pub(crate) fn was_nudged(&self) -> bool {
        self.0.nudged.swap(false, Ordering::AcqRel)
    }

    /// Whether more waited than may.
    pub(crate) fn has_overflowed(&self) -> bool {
        self.queue().end == Some(End::TooSlow)
    }

    /// Takes packets off the front while `take` wants them, then says whether that is the end.
    pub(crate) fn drain(&self, mut take: impl FnMut(&Packed) -> bool) -> Option<End> {
        let mut queue = self.queue();
        while let Some(packet) = queue.packets.front() {
            if !take(packet) {
                return None;
            }
            queue.bytes -= packet.as_bytes().len();
            queue.packets.pop_front();
        }
        // A burst is over: its memory goes back.
        queue.packets.shrink_to(4);
        queue.bytes = 0;
        queue.end
    }

    /// Waits until something was queued since the last time this was awaited.
    pub(crate) async fn news(&self) {
        self.0.news.notified().await;
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(bytes: usize) -> Packed {
        Packed::new(200, &vec![0; bytes])
    }

    fn drain_all(outbox: &Outbox) -> (usize, Option<End>) {
        let mut taken = 0;
        let end = outbox.drain(|_| {
            taken += 1;
            true
        });
        (taken, end)
    }

    #[test]
    fn what_can_wait_goes_with_the_next_or_when_the_connection_is_woken() {
        use futures::FutureExt as _;

        let outbox = Outbox::new(256, 4_096);
        let has_news = || outbox.news().now_or_never().is_some();
        outbox.put(&packet(1));
        outbox.put(&packet(2));
        assert!(!has_news());
        outbox.push(&packet(3));
        assert!(has_news());
        let mut lengths = Vec::new();
        outbox.drain(|packet| {
            lengths.push(packet.as_bytes().len());
            true
        });
        assert!(lengths.is_sorted() && lengths.len() == 3, "in their order: {lengths:?}");
        outbox.wake();
        assert!(!has_news(), "nothing waits");
        outbox.put(&packet(1));
        outbox.wake();
        assert!(has_news());
    }

    #[test]
    fn too_many_packets_are_the_end() {
        let outbox = Outbox::new(256, 1 << 20);
        (0..256).for_each(|_| outbox.push(&packet(1)));
        assert_eq!(drain_all(&outbox), (256, None));
        assert!(!outbox.has_overflowed());
        (0..257).for_each(|_| outbox.push(&packet(1)));
        assert!(outbox.has_overflowed());
        assert_eq!(drain_all(&outbox), (0, Some(End::TooSlow)));
    }

    #[test]
    fn too_many_bytes_are_the_end() {
        let outbox = Outbox::new(256, 4_096);
        (0..4).for_each(|_| outbox.push(&packet(1_000)));
        assert_eq!(drain_all(&outbox), (4, None));
        (0..5).for_each(|_| outbox.push(&packet(1_000)));
        assert_eq!(drain_all(&outbox), (0, Some(End::TooSlow)));
    }

    #[test]
    fn what_was_queued_before_the_end_is_still_written() {
        let outbox = Outbox::new(256, 4_096);
        outbox.push(&packet(1));
        outbox.end(End::Replaced);
        outbox.end(End::Moved);
        outbox.push(&packet(1));
        assert_eq!(drain_all(&outbox), (1, Some(End::Replaced)));
    }

    #[test]
    fn a_full_write_buffer_leaves_the_rest_for_later() {
        let outbox = Outbox::new(256, 4_096);
        (0..3).for_each(|_| outbox.push(&packet(1)));
        let mut room = 2;
        let end = outbox.drain(|_| {
            room -= 1;
            room >= 0
        });
        assert_eq!(end, None);
        assert_eq!(drain_all(&outbox), (1, None));
    }
}
