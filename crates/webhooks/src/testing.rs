//! Another program, in a test's hands.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
    },
    time::Instant,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

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
