//! A connection to the login server: feeds the codec's login machine and answers its questions.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use base::ChanceExt as _;
use metaserver_proto::{Dialect, Login, LoginEnd, LoginRandom, LoginRequest, LoginStep, Text};
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::{
    ended::Ended,
    hub::Hub,
    passes::Token,
    socket::{Read, Socket, read_buffer},
    stream::Stream,
};

/// A Myth II client may wait for our key; an Aleph One client would have spoken by then (spec section 4).
const SILENCE: Duration = Duration::from_secs(1);

/// One login connection.
struct Visit {
    hub: Arc<Hub>,
    peer: SocketAddr,
    socket: Socket,
    machine: Login,
    /// What the machine asks.
    question: Option<Box<LoginRequest>>,
    /// The hubs of which protocol it asks for.
    hubs_of: Option<Text>,
    /// What came with the question, to be read after the answer.
    unread: Vec<u8>,
    token: Option<Token>,
    ended: Option<Ended>,
}

/// Serves a connection to its end; says which dialect it spoke and why it ended.
pub(crate) async fn serve(hub: Arc<Hub>, stream: Stream, peer: SocketAddr) -> (Option<Dialect>, Ended) {
    let random = LoginRandom { key: hub.chance.bytes(), salt: hub.chance.bytes() };
    let machine = Login::new(hub.login_config(), &random).telling(Arc::clone(&hub.too_old));
    let socket = Socket::new(stream, hub.grain());
    let mut visit = Visit {
        hub,
        peer,
        socket,
        machine,
        question: None,
        hubs_of: None,
        unread: Vec::new(),
        token: None,
        ended: None,
    };
    let ended = visit.run().await;
    let Visit { hub, socket, machine, token, .. } = visit;
    socket.close(!matches!(ended, Ended::Stopped | Ended::Left)).await;
    if let Some(token) = token {
        hub.passes.login_ended(&token);
    }
    (machine.dialect(), ended)
}

impl Visit {
    async fn run(&mut self) -> Ended {
        let began = Instant::now();
        let late = began + self.hub.config.limits.login;
        let first_packet = began + self.hub.config.limits.first_packet;
        let mut silence = Some(began + SILENCE);
        loop {
            if let Some(ended) = self.ended.take() {
                return ended;
            }
            if let Some(question) = self.question.take() {
                if let Some(ended) = self.answer(*question, late).await {
                    return ended;
                }
                continue;
            }
            if let Some(protocol) = self.hubs_of.take() {
                self.list_hubs(&protocol).await;
                continue;
            }
            if let Err(error) = self.socket.flush() {
                return error.into();
            }
            let deadline = if self.machine.dialect().is_some() { late } else { first_packet.min(late) };
            let stop = self.hub.stop.clone();
            tokio::select! {
                ready = self.socket.ready(true) => {
                    if let Err(error) = ready.and_then(|()| self.read()) {
                        return error.into();
                    }
                }
                () = sleep_until(silence.map_or(deadline, |silence| silence.min(deadline))) => {
                    if Instant::now() >= deadline {
                        // An Aleph One client closes by itself; one that does not has what it came for all the same.
                        return if self.machine.is_welcomed() { Ended::Welcomed } else { Ended::Late };
                    }
                    silence = None;
                    self.machine.on_silence();
                    self.digest(&mut &[][..]);
                }
                () = stop.cancelled() => return Ended::Stopped,
            }
        }
    }

    fn read(&mut self) -> std::io::Result<()> {
        let mut buffer = read_buffer();
        match self.socket.read(&mut buffer)? {
            Read::Some(count) => self.digest(&mut &buffer[..count]),
            Read::Nothing => {}
            Read::End => self.ended = Some(if self.machine.is_welcomed() { Ended::Welcomed } else { Ended::Left }),
        }
        Ok(())
    }

    /// Does what the machine says until it wants more bytes or an answer.
    fn digest(&mut self, input: &mut &[u8]) {
        while let Some(step) = self.machine.step(input) {
            match step {
                LoginStep::Send(packet) => self.socket.queue(&self.machine, &packet),
                LoginStep::Check(request) => self.question = Some(request),
                LoginStep::ListHubs(protocol) => self.hubs_of = Some(protocol),
                LoginStep::Close(end) => self.end(end),
            }
        }
        self.unread = input.to_vec();
    }

    async fn answer(&mut self, request: LoginRequest, late: Instant) -> Option<Ended> {
        let dialect = request.dialect;
        let here = self.socket.local_address().map(|address| address.ip());
        let stop = self.hub.stop.clone();
        let answer = tokio::select! {
            answer = timeout_at(late, self.hub.check(request, self.peer, here)) => answer,
            () = stop.cancelled() => return Some(Ended::Stopped),
        };
        match answer {
            Ok(Ok((welcome, token))) => {
                self.token = Some(token);
                self.machine.accept(welcome);
            }
            Ok(Err(refusal)) => {
                let labels =
                    [("dialect", crate::ended::dialect_word(Some(dialect))), ("reason", refusal_word(refusal))];
                metrics::counter!("guildhall_lobby_refusals_total", &labels).increment(1);
                self.machine.refuse(refusal, None);
            }
            Err(_elapsed) => return Some(Ended::Late),
        }
        let unread = std::mem::take(&mut self.unread);
        self.digest(&mut unread.as_slice());
        None
    }

    /// Packet 122. It takes no longer than a client waits.
    async fn list_hubs(&mut self, protocol: &Text) {
        let hubs = self.hub.hubs.list(&protocol.to_string()).await;
        self.machine.hubs(hubs);
        let unread = std::mem::take(&mut self.unread);
        self.digest(&mut unread.as_slice());
    }

    fn end(&mut self, end: LoginEnd) {
        self.ended.get_or_insert_with(|| end.into());
    }
}

/// The label of a refusal.
pub(crate) const fn refusal_word(refusal: metaserver_proto::Refusal) -> &'static str {
    use metaserver_proto::Refusal;
    match refusal {
        Refusal::BadLogin => "bad_login",
        Refusal::AlreadyOn => "already_on",
        Refusal::Locked => "locked",
        Refusal::NoGuests => "no_guests",
        Refusal::GuestNameTaken => "guest_name_taken",
        Refusal::NotLoggedIn => "not_logged_in",
        Refusal::NotForYou => "not_for_you",
        Refusal::Full => "full",
        Refusal::Unavailable => "unavailable",
        Refusal::NoIpv4 => "no_ipv4",
    }
}
