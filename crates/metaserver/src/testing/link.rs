//! The client's end of a connection: frames, keys and encryption.

use std::{io, net::SocketAddr, time::Duration};

use metaserver_proto::{
    ClientPacket, Dialect, Packed, ServerPacket,
    crypto::{Cipher, PrivateKey},
    frame::{Frames, Header},
    packet::kind,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use super::ClientError;

/// What a client takes at most, in bytes: far above what any server sends.
const LONGEST: usize = 64 * 1024;
/// How long a client waits for what must come.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection, as the client has it.
#[derive(Debug)]
pub struct Link {
    dialect: Dialect,
    stream: TcpStream,
    cipher: Option<Cipher>,
    frames: Frames,
    unread: Vec<u8>,
}

impl Link {
    /// Connects, and exchanges keys where the dialect has them.
    pub async fn connect(dialect: Dialect, address: SocketAddr) -> Result<Self, ClientError> {
        Self::with(dialect, TcpStream::connect(address).await?).await
    }

    /// Connects, and talks in clear, as the Myths before 1.8 do.
    pub async fn connect_in_clear(dialect: Dialect, address: SocketAddr) -> Result<Self, ClientError> {
        Self::bare(dialect, TcpStream::connect(address).await?)
    }

    /// The same with a kernel buffer of about so many bytes for what comes in: a client that stops reading is noticed sooner.
    pub async fn connect_narrow(
        dialect: Dialect,
        address: SocketAddr,
        receive_bytes: u32,
    ) -> Result<Self, ClientError> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.set_recv_buffer_size(receive_bytes)?;
        Self::with(dialect, socket.connect(address).await?).await
    }

    async fn with(dialect: Dialect, stream: TcpStream) -> Result<Self, ClientError> {
        let mut link = Self::bare(dialect, stream)?;
        if dialect == Dialect::Myth2 {
            // A script's secrets are no secrets.
            let key = PrivateKey::from_random(&[7; 32]);
            link.send(&ClientPacket::SessionKey(key.public())).await?;
            let (number, body) = link.receive_raw().await?;
            if number != kind::SESSION_KEY {
                return Err(ClientError::Unexpected(number));
            }
            link.cipher = Some(key.agree(&body).map_err(|_| ClientError::Unexpected(number))?);
        }
        Ok(link)
    }

    fn bare(dialect: Dialect, stream: TcpStream) -> Result<Self, ClientError> {
        stream.set_nodelay(true)?;
        Ok(Self { dialect, stream, cipher: None, frames: Frames::new(), unread: Vec::new() })
    }

    /// The dialect it speaks.
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Sends a packet.
    pub async fn send(&mut self, packet: &ClientPacket) -> Result<(), ClientError> {
        let packed = packet.pack(self.dialect);
        self.send_packed(&packed).await
    }

    /// Sends a packet of any number with any body.
    pub async fn send_packed(&mut self, packed: &Packed) -> Result<(), ClientError> {
        let sealed = self.seal(packed);
        self.send_bytes(&sealed).await
    }

    /// Sends bytes as they are.
    pub async fn send_bytes(&mut self, bytes: &[u8]) -> Result<(), ClientError> {
        self.stream.write_all(bytes).await?;
        Ok(())
    }

    /// A packet as the server reads it.
    pub fn seal(&self, packed: &Packed) -> Vec<u8> {
        match &self.cipher {
            Some(cipher) => {
                let mut body = Vec::new();
                cipher.encrypt(packed.body(), [3; 8], &mut body);
                [&Header::bytes(packed.kind(), body.len())[..], &body].concat()
            }
            None => packed.as_bytes().to_vec(),
        }
    }

    /// The next packet; an error after ten seconds without one.
    pub async fn receive(&mut self) -> Result<ServerPacket, ClientError> {
        let (number, body) = self.receive_raw().await?;
        Ok(ServerPacket::decode(self.dialect, number, &body)?)
    }

    /// The next packet's number and plain body.
    pub async fn receive_raw(&mut self) -> Result<(i16, Vec<u8>), ClientError> {
        timeout(PATIENCE, self.receive_whenever()).await.map_err(|_elapsed| ClientError::Silence)?
    }

    /// The same, waiting for as long as it takes.
    pub async fn receive_whenever(&mut self) -> Result<(i16, Vec<u8>), ClientError> {
        loop {
            let mut input = self.unread.as_slice();
            let found = match self.frames.next(&mut input, LONGEST)? {
                Some(frame) => {
                    let body = match &self.cipher {
                        Some(cipher) => {
                            cipher.decrypt(frame.body).map_err(|_| ClientError::Unexpected(frame.kind))?.to_vec()
                        }
                        None => frame.body.to_vec(),
                    };
                    Some((frame.kind, body))
                }
                None => None,
            };
            let used = self.unread.len() - input.len();
            self.unread.drain(..used);
            if let Some(found) = found {
                return Ok(found);
            }
            if self.stream.read_buf(&mut self.unread).await? == 0 {
                return Err(ClientError::Closed);
            }
        }
    }

    /// Waits until the server has closed the connection.
    pub async fn closed(&mut self) -> Result<(), ClientError> {
        loop {
            match self.receive_raw().await {
                Ok(_) => {}
                Err(ClientError::Closed) => return Ok(()),
                Err(ClientError::Network(error)) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    /// The bare stream, for a bench that reads without looking.
    pub fn into_stream(self) -> TcpStream {
        self.stream
    }
}
