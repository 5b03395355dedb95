//! An open page's live socket.

use std::{net::SocketAddr, time::Duration};

use contract::{
    live::{Ask, State, Step, Tell, Topic},
    lobby::Lobby,
};
use futures::{SinkExt as _, StreamExt as _};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest as _,
        http::{HeaderValue, header},
        protocol::frame::coding::CloseCode,
    },
};

use crate::Person;

/// A story that waits longer than this for something that should happen has failed.
const PATIENCE: Duration = Duration::from_secs(10);

/// A page that follows what is live.
pub struct LivePage {
    socket: WebSocketStream<TcpStream>,
    /// The lobby, as far as the page knows it.
    pub lobby: Lobby,
}

impl LivePage {
    /// Opens the socket as a page of ours would.
    pub async fn open(at: SocketAddr, person: &Person) -> Self {
        Self::try_open(at, person, &format!("http://{at}")).await.unwrap()
    }

    /// Tries to, from a page of `origin`.
    pub async fn try_open(at: SocketAddr, person: &Person, origin: &str) -> Result<Self, Box<Error>> {
        let mut request = format!("ws://{at}/api/live").into_client_request().unwrap();
        request.headers_mut().insert(header::ORIGIN, HeaderValue::from_str(origin).unwrap());
        if !person.cookies().is_empty() {
            request.headers_mut().insert(header::COOKIE, HeaderValue::from_str(&person.cookies()).unwrap());
        }
        let stream = TcpStream::connect(at).await.unwrap();
        let (socket, _) = client_async(request, stream).await.map_err(Box::new)?;
        Ok(Self { socket, lobby: Lobby::default() })
    }

    /// Opens the socket as a program would: with a token, from no page at all.
    pub async fn open_with_token(at: SocketAddr, token: &str) -> Self {
        let mut request = format!("ws://{at}/api/live").into_client_request().unwrap();
        let token = HeaderValue::from_str(&format!("Bearer {token}")).unwrap();
        request.headers_mut().insert(header::AUTHORIZATION, token);
        let stream = TcpStream::connect(at).await.unwrap();
        let (socket, _) = client_async(request, stream).await.unwrap();
        Self { socket, lobby: Lobby::default() }
    }

    /// Follows a topic.
    pub async fn follow(&mut self, topic: Topic) {
        self.say(&serde_json::to_string(&Ask::Subscribe { topic, after: None }).unwrap()).await;
    }

    /// Sends any text.
    pub async fn say(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    /// The next thing told, but for pulses.
    pub async fn told(&mut self) -> Tell {
        loop {
            let message = timeout(PATIENCE, self.socket.next()).await.expect("nothing was told in time");
            match message.expect("the socket has closed").unwrap() {
                Message::Text(text) => match serde_json::from_str(&text).unwrap() {
                    Tell::Pulse { .. } => {}
                    tell => return tell,
                },
                Message::Close(frame) => panic!("the hub closed the page: {frame:?}"),
                _ => {}
            }
        }
    }

    /// Takes what is told until the lobby is as it should be.
    pub async fn sees(&mut self, what: &str, right: impl Fn(&Lobby) -> bool) {
        while !right(&self.lobby) {
            let lobby = self.lobby.clone();
            let told = timeout(PATIENCE, self.told()).await;
            match told.unwrap_or_else(|_| panic!("the page never saw {what}; it sees {lobby:#?}")) {
                Tell::Snapshot { state: State::Lobby(lobby), .. } => self.lobby = lobby,
                Tell::Change { step: Step::Lobby(change), .. } => self.lobby.apply(change),
                _ => {}
            }
        }
    }

    /// Waits for the hub to close the socket; gives back why.
    pub async fn closed(mut self) -> CloseCode {
        loop {
            match timeout(PATIENCE, self.socket.next()).await.expect("the socket stays open") {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code,
                Some(Ok(_)) => {}
                other => panic!("the socket ended without a word: {other:?}"),
            }
        }
    }
}
