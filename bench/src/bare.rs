//! The bound: a server that does nothing but hand every frame it reads to every connection, by tokio's own broadcast.

use std::{net::SocketAddr, path::Path, process::Stdio, sync::Arc};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    process::{Child, Command},
    sync::broadcast,
};

use crate::Failure;

/// Said instead of a program, it makes this process the bare server.
pub(crate) const WORD: &str = "--bare-server";
/// What is written at once, at most, give or take a frame.
const TOGETHER: usize = 16 * 1024;

/// A running bare server; killed when dropped.
pub(crate) struct Bare {
    _child: Child,
    /// Where it listens.
    pub(crate) at: SocketAddr,
}

impl Bare {
    /// Starts this program again, as the server.
    pub(crate) async fn start() -> Result<Self, Failure> {
        let this: &Path = &std::env::current_exe()?;
        let mut child = Command::new(this).arg(WORD).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let mut lines = BufReader::new(child.stdout.take().ok_or("no standard output")?).lines();
        let at = lines.next_line().await?.ok_or("the bare server ended")?.parse()?;
        Ok(Self { _child: child, at })
    }
}

/// Serves until killed.
pub(crate) async fn serve() -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let (everybody, _) = broadcast::channel::<Arc<[u8]>>(4096);
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let (everybody, mut mine) = (everybody.clone(), everybody.subscribe());
        let (mut read, mut write) = stream.into_split();
        connections.spawn(async move {
            while let Ok(frame) = next_frame(&mut read).await {
                if everybody.send(frame.into()).is_err() {
                    break;
                }
            }
        });
        connections.spawn(async move {
            let mut waiting = Vec::with_capacity(TOGETHER);
            while let Ok(frame) = mine.recv().await {
                waiting.clear();
                waiting.extend_from_slice(&frame);
                // One call of the system for all that waits.
                while waiting.len() < TOGETHER
                    && let Ok(frame) = mine.try_recv()
                {
                    waiting.extend_from_slice(&frame);
                }
                if write.write_all(&waiting).await.is_err() {
                    break;
                }
            }
        });
    }
}

async fn next_frame(read: &mut tokio::net::tcp::OwnedReadHalf) -> std::io::Result<Vec<u8>> {
    let mut frame = vec![0; 8];
    read.read_exact(&mut frame).await?;
    let length = u32::from_be_bytes([frame[4], frame[5], frame[6], frame[7]]) as usize;
    frame.resize(length.clamp(8, 8096), 0);
    read.read_exact(&mut frame[8..]).await?;
    Ok(frame)
}

/// A connection to a bare server.
pub(crate) async fn connect(at: SocketAddr) -> Result<TcpStream, Failure> {
    let stream = TcpStream::connect(at).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}
