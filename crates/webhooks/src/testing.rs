//! Time, chance and another program, in a test's hands.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU16, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use base::{Chance, Clock, Millis};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// A clock that goes on by itself and can be moved on by hand.
pub(crate) struct MovedClock {
    began: Instant,
    ahead: AtomicI64,
}

impl Default for MovedClock {
    fn default() -> Self {
        Self { began: Instant::now(), ahead: AtomicI64::new(1_800_000_000_000) }
    }
}

impl MovedClock {
    pub(crate) fn advance(&self, by: Duration) {
        self.ahead.fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Millis {
        Millis(self.ahead.load(Ordering::SeqCst)).plus(self.began.elapsed())
    }
}

/// Chance that repeats itself from run to run (splitmix64).
pub(crate) struct SeededChance(AtomicU64);

impl SeededChance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Chance for SeededChance {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let mut z = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed).wrapping_add(0x9e37_79b9_7f4a_7c15);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}

/// What another program was sent.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) at: Instant,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let value = |line: &str| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then(|| value.to_owned())
        };
        self.head.lines().find_map(value)
    }
}

/// Another program, which takes what it is sent and answers with a status.
pub(crate) struct Receiver {
    pub(crate) at: SocketAddr,
    status: Arc<AtomicU16>,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let (status, received) = (Arc::new(AtomicU16::new(204)), Arc::new(Mutex::new(Vec::new())));
        let (answers, noted) = (Arc::clone(&status), Arc::clone(&received));
        #[expect(clippy::disallowed_methods, reason = "it ends with the story's runtime")]
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                serve(stream, answers.load(Ordering::SeqCst), &noted).await;
            }
        });
        Self { at, status, received }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook?key=1", self.at)
    }

    /// Answers with that status from now on.
    pub(crate) fn answer(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, status: u16, noted: &Mutex<Vec<Received>>) {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let read = stream.read(&mut buffer).await.unwrap_or(0);
        bytes.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                let received = Received { at: Instant::now(), head: head.to_owned(), body: body.to_owned() };
                noted.lock().unwrap().push(received);
                break;
            }
        }
        if read == 0 {
            return;
        }
    }
    let answer = format!("HTTP/1.1 {status} X\r\nContent-Length: 9\r\nConnection: close\r\n\r\nthank\x07you");
    let answer = if status == 204 { "HTTP/1.1 204 X\r\nConnection: close\r\n\r\n".to_owned() } else { answer };
    drop(stream.write_all(answer.as_bytes()).await);
    drop(stream.shutdown().await);
}
