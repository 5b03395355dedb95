//! The WebSocket door, `/api/live`: one socket a page, topics asked for by name, a snapshot and then numbered changes.

mod room;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Extension,
    extract::{
        State,
        ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code},
    },
    http::HeaderMap,
    response::Response,
};
use base::{Action, Actor, ChanceExt as _, Credential, Kind, Person, SessionId, TokenId, UserId, network_of};
use contract::{
    Code, Event, Problem,
    live::{Ask, Tell},
};
use events::{Bus, Delivery};
use live::{Subscription, TooSlow};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use self::room::Place;
use crate::http::{Caller, Counts, Hub, Place as Admission, answer, has_our_origin};

/// Sent when the hub stops: "service restart".
const RESTART: u16 = 1012;
/// Frames written in one go before the socket is flushed and read again.
const BATCH: usize = 64;

/// Opens the socket: our own pages only, so many an address and so many an account.
pub async fn open(
    State(hub): State<Hub>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let refuse = |kind, code| answer(&Problem::new(kind, code), &headers, None);
    if caller.bad_token {
        return refuse(Kind::Unauthenticated, Code::LogInFirst);
    }
    // No page of another site has a token to send along.
    let program = token_of(&caller.actor).is_some();
    if !program && !has_our_origin(&headers, hub.public_url().await.as_deref(), caller.tls) {
        tracing::warn!(target: "security", "a live socket from another site was refused");
        return refuse(Kind::Forbidden, Code::CrossSite);
    }
    if let Err(kind) = caller.actor.may(Action::ViewLive) {
        audit::refused(&caller.actor, "live", "/api/live");
        return answer(&Problem::from(kind), &headers, None);
    }
    let Some(seat) = hub.sockets.enter(&hub, &caller) else {
        return refuse(Kind::TooMany, Code::TooMany);
    };
    let (tasks, ask_bytes) = (hub.lifecycle.tasks.clone(), hub.settings.live.message_bytes);
    upgrade
        .max_message_size(ask_bytes)
        .max_frame_size(ask_bytes)
        .read_buffer_size(4 * 1024)
        .write_buffer_size(8 * 1024)
        .max_write_buffer_size(256 * 1024)
        .on_upgrade(move |socket| {
            tasks.track_future(Page { hub, caller, seat, socket, topics: Vec::new(), place: Place::default() }.run())
        })
}

/// One open socket.
struct Page {
    hub: Hub,
    caller: Caller,
    seat: Seat,
    socket: WebSocket,
    topics: Vec<Subscription>,
    place: Place,
}

/// Why a socket closes, as its peer is told.
enum End {
    /// It went away by itself, or can't be reached.
    Gone,
    /// We close it.
    Close(u16, String),
}

impl Page {
    async fn run(mut self) {
        // Whoever looks with another's eyes is not that other: nobody is shown as present by being looked at.
        let guise =
            matches!(&self.caller.actor, Actor::Person(person) if matches!(person.by, Credential::Guise { .. }));
        let person = self.caller.visitor.me.as_ref().filter(|_| !guise).map(|me| (me.id, me.name.clone()));
        // Who can't be looked up is not named: nobody is shown against their wish.
        let listed = match &person {
            Some((user, _)) => self.hub.people.is_listed(*user).await.unwrap_or(false),
            None => false,
        };
        let _present = self.hub.board.enter(person, listed);
        metrics::gauge!("guildhall_live_sockets").increment(1);
        let end = self.talk().await.err().unwrap_or(End::Gone);
        metrics::gauge!("guildhall_live_sockets").decrement(1);
        if let End::Close(code, reason) = end {
            let frame = CloseFrame { code, reason: Utf8Bytes::from(reason) };
            if timeout(self.hub.settings.live.write_stall(), self.socket.send(Message::Close(Some(frame))))
                .await
                .is_err()
            {
                tracing::debug!("a live socket did not take its goodbye");
            }
        }
    }

    /// Until one side has had enough; always an `Err`.
    async fn talk(&mut self) -> Result<(), End> {
        let stop = self.hub.lifecycle.stop.clone();
        let ended = self.seat.ended.clone();
        let limits = self.hub.settings.live.clone();
        // The first look is at once: a login may have ended after it was read and before this socket had its seat.
        let (mut pulse, mut recheck) = (interval(limits.pulse()), interval(limits.recheck()));
        pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        loop {
            tokio::select! {
                () = stop.cancelled() => {
                    let hint = 1 + self.hub.chance.below(10_000);
                    return Err(End::Close(RESTART, format!("back in {hint} ms")));
                }
                () = ended.cancelled() => {
                    self.place.leave();
                    return Err(End::Close(close_code::POLICY, "your login has ended".into()));
                }
                _ = pulse.tick() => {
                    if heard.elapsed() > limits.gone() {
                        return Err(End::Gone);
                    }
                    self.tell(&Tell::Pulse { at: self.hub.clock.now() }).await?;
                    self.send(Message::Ping(axum::body::Bytes::new())).await?;
                }
                _ = recheck.tick() => self.recheck().await?,
                message = self.socket.recv() => {
                    heard = Instant::now();
                    match message {
                        Some(Ok(Message::Text(text))) => self.asked(&text).await?,
                        Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                        Some(Ok(Message::Binary(_))) => {
                            return Err(End::Close(close_code::UNSUPPORTED, "text only".into()));
                        }
                        Some(Ok(Message::Close(_))) | None => return Err(End::Gone),
                        Some(Err(_)) => return Err(End::Close(close_code::SIZE, "too large".into())),
                    }
                }
                (room, told) = self.place.told() => self.hand_on(room, told).await?,
                frame = next_of(&mut self.topics) => {
                    let frame = frame.map_err(|TooSlow| End::Close(close_code::AGAIN, "reading too slowly".into()))?;
                    self.send(text(frame)?).await?;
                    self.flush_ready().await?;
                }
            }
        }
    }

    /// Writes what is ready already, up to a batch, so that a burst costs one wake-up.
    async fn flush_ready(&mut self) -> Result<(), End> {
        for _ in 0..BATCH {
            let mut ready = None;
            for topic in &mut self.topics {
                ready =
                    topic.try_next().map_err(|TooSlow| End::Close(close_code::AGAIN, "reading too slowly".into()))?;
                if ready.is_some() {
                    break;
                }
            }
            match ready {
                Some(frame) => self.send(text(frame)?).await?,
                None => break,
            }
        }
        Ok(())
    }

    async fn asked(&mut self, text: &str) -> Result<(), End> {
        match serde_json::from_str(text) {
            Ok(Ask::Subscribe { topic, after }) => match self.caller.actor.may(Action::ViewLive) {
                Ok(()) => {
                    self.topics.retain(|followed| followed.topic() != topic);
                    self.topics.push(self.hub.board.subscribe(topic, after));
                    Ok(())
                }
                Err(kind) => self.tell(&Tell::Refused { problem: Problem::from(kind) }).await,
            },
            Ok(Ask::Enter { room }) => self.come_in(room).await,
            Ok(Ask::Leave) => {
                self.place.leave();
                Ok(())
            }
            Ok(Ask::Unsubscribe { topic }) => {
                self.topics.retain(|followed| followed.topic() != topic);
                Ok(())
            }
            Err(_) => self.tell(&Tell::Refused { problem: Problem::new(Kind::Invalid, Code::Malformed) }).await,
        }
    }

    /// Is the login behind this socket still good?
    async fn recheck(&mut self) -> Result<(), End> {
        let Some(token) = &self.caller.token else { return Ok(()) };
        let address = Some(self.caller.address);
        let known = if token_of(&self.caller.actor).is_some() {
            self.hub.accounts.identify_token(token.expose(), address).await
        } else {
            self.hub.accounts.identify(token.expose(), address).await
        };
        match known {
            Ok(Some(known)) => {
                self.caller.actor = known.actor;
                Ok(())
            }
            Ok(None) => {
                self.place.leave();
                Err(End::Close(close_code::POLICY, "your login has ended".into()))
            }
            // A database that is away ends nobody's login; the next look will tell.
            Err(_) => Ok(()),
        }
    }

    async fn tell(&mut self, tell: &Tell) -> Result<(), End> {
        let text = serde_json::to_string(tell).expect("what is told has string keys only");
        self.send(Message::Text(text.into())).await
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        match timeout(self.hub.settings.live.write_stall(), self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(End::Gone),
        }
    }
}

/// A frame as the socket sends it: shared with every other page, not copied.
fn text(frame: live::Frame) -> Result<Message, End> {
    Utf8Bytes::try_from(frame.into_bytes()).map(Message::Text).map_err(|_| End::Gone)
}

/// The next frame of any topic; waits for ever where none is followed.
async fn next_of(topics: &mut [Subscription]) -> Result<live::Frame, TooSlow> {
    if topics.is_empty() {
        return std::future::pending().await;
    }
    let waiting = topics.iter_mut().map(|topic| Box::pin(topic.next()));
    futures::future::select_all(waiting).await.0
}

/// Every open socket: how many an address and an account have, and which end with a login.
#[derive(Clone, Default)]
pub struct Sockets {
    addresses: Counts,
    people: Arc<Mutex<HashMap<UserId, Vec<Arc<Login>>>>>,
}

/// The login a socket was opened with.
struct Login {
    session: Option<SessionId>,
    token: Option<TokenId>,
    ended: CancellationToken,
}

/// A socket's place, given back when dropped.
struct Seat {
    ended: CancellationToken,
    sockets: Sockets,
    login: Option<(UserId, Arc<Login>)>,
    _place: Admission,
}

impl Sockets {
    fn enter(&self, hub: &Hub, caller: &Caller) -> Option<Seat> {
        let limits = &hub.settings.http;
        let place = self.addresses.enter(network_of(caller.address), limits.sockets_per_address)?;
        let ended = CancellationToken::new();
        let login = match holder_of(&caller.actor) {
            Some(user) => {
                let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
                let open = people.entry(user).or_default();
                if open.len() >= limits.sockets_per_account {
                    return None;
                }
                let login = Arc::new(Login {
                    session: caller.actor.session(),
                    token: token_of(&caller.actor),
                    ended: ended.clone(),
                });
                open.push(Arc::clone(&login));
                Some((user, login))
            }
            None => None,
        };
        Some(Seat { ended, sockets: self.clone(), login, _place: place })
    }

    /// Closes the sockets of logins that end, until `stop`.
    pub async fn close_ended(self, bus: Bus, stop: CancellationToken) {
        let mut listener = bus.subscribe();
        loop {
            let delivery = tokio::select! {
                () = stop.cancelled() => break,
                delivery = listener.next() => delivery,
            };
            match delivery {
                Delivery::Event { event, .. } => match &*event {
                    Event::SessionsEnded { user, sessions } => {
                        self.end(*user, |login| {
                            sessions.is_empty() || login.session.is_some_and(|session| sessions.contains(&session))
                        });
                    }
                    Event::TokensEnded { user, tokens } => {
                        self.end(*user, |login| login.token.is_some_and(|token| tokens.contains(&token)));
                    }
                    _ => {}
                },
                // What was missed is found at the next recheck of each socket.
                Delivery::Lagged => {
                    tracing::warn!("the live sockets missed events; logins are looked at within minutes");
                }
            }
        }
    }

    fn end(&self, user: UserId, has_ended: impl Fn(&Login) -> bool) {
        let people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        for login in people.get(&user).into_iter().flatten() {
            if has_ended(login) {
                login.ended.cancel();
            }
        }
    }
}

/// Whose login a socket lives by: in a guise it is one's own, and ends with that.
fn holder_of(actor: &Actor) -> Option<UserId> {
    match actor {
        Actor::Person(Person { by: Credential::Guise { by, .. }, .. }) => Some(*by),
        actor => actor.user(),
    }
}

/// The token somebody is known by, if it is one.
const fn token_of(actor: &Actor) -> Option<TokenId> {
    match actor {
        Actor::Person(Person { by: Credential::Token { token, .. }, .. }) => Some(*token),
        _ => None,
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let Some((user, login)) = &self.login else { return };
        let mut people = self.sockets.people.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = people.get_mut(user) {
            open.retain(|other| !Arc::ptr_eq(other, login));
            if open.is_empty() {
                people.remove(user);
            }
        }
    }
}
