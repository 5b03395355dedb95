//! The gateway: a connection to Discord that the hub opens, for hubs that Discord cannot call, and for hearing of who enters a server.
//!
//! <https://discord.com/developers/docs/events/gateway>: hello, identify or resume, heartbeats, and events in their order.

use std::time::Duration;

use base::{ChanceExt as _, Secret};
use contract::discord::DiscordTrouble;
use db::Claimed;
use futures::{SinkExt as _, StreamExt as _};
use outbound::Connection;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error as SocketError, Message as Frame},
};
use tokio_util::sync::CancellationToken;

use crate::{
    Discord, Error,
    rest::{Ask, Failed},
    wire::Interaction,
};

/// The number under which a node claims the connection: two would both answer.
const CLAIM: u32 = 7_165_415;
/// How often a node that has nothing to connect, or is not the one that does, looks again.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// What Discord has to say first.
const HELLO_WITHIN: Duration = Duration::from_secs(10);
/// Between two attempts, twice as long each time.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// Heartbeats are no more often than that, whatever is asked for.
const FASTEST_BEAT: Duration = Duration::from_millis(50);

/// Intents: servers the bot is in; and their members, which has to be switched on at Discord.
const GUILDS: u64 = 1;
const GUILD_MEMBERS: u64 = 1 << 1;

/// Operations.
const DISPATCH: u8 = 0;
const HEARTBEAT: u8 = 1;
const IDENTIFY: u8 = 2;
const RESUME: u8 = 6;
const RECONNECT: u8 = 7;
const INVALID_SESSION: u8 = 9;
const HELLO: u8 = 10;
const HEARTBEAT_ACK: u8 = 11;

#[derive(Debug, Deserialize)]
struct Packet {
    op: u8,
    #[serde(default)]
    d: Value,
    #[serde(default)]
    s: Option<u64>,
    #[serde(default)]
    t: Option<String>,
}

/// What is picked up again after a break.
#[derive(Debug, Clone)]
struct Session {
    id: String,
    url: String,
    seq: u64,
}

/// Why a connection ended.
#[derive(Debug)]
enum Ended {
    /// The hub stops, or it is set up otherwise now.
    Ours,
    /// It broke off: what was missed is asked for.
    Broken,
    /// It begins anew.
    Anew,
    /// Discord does not take the token.
    Token,
    /// Discord does not let the bot hear of members.
    Intents,
}

impl Ended {
    /// <https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway>
    const fn of(code: u16) -> Self {
        match code {
            4004 => Self::Token,
            4013 | 4014 => Self::Intents,
            4003 | 4007 | 4009 | 4010..=4012 => Self::Anew,
            _ => Self::Broken,
        }
    }

    /// The label of metrics.
    const fn word(&self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Broken => "broken",
            Self::Anew => "anew",
            Self::Token => "token",
            Self::Intents => "intents",
        }
    }
}

impl Discord {
    /// Keeps a connection to Discord open for as long as the hub is set up to, on one node at a time, until `stop`.
    pub async fn stay_connected(self, stop: CancellationToken) {
        let (mut session, mut pause, mut with_members) = (None, FIRST_PAUSE, true);
        loop {
            let Some(token) = self.to_connect().await else {
                (session, with_members) = (None, true);
                if rest(&stop, LOOK_EVERY).await {
                    break;
                }
                continue;
            };
            // Another node has it, or the database is away.
            let claimed = match self.0.db.claim(CLAIM).await {
                Ok(Claimed::Alone) => None,
                Ok(Claimed::Ours(claim)) => Some(claim),
                Ok(Claimed::Taken) | Err(_) => {
                    if rest(&stop, LOOK_EVERY).await {
                        break;
                    }
                    continue;
                }
            };
            let mut was_ready = false;
            let ended = match self.connect_once(&token, &mut session, with_members, &mut was_ready, &stop).await {
                Ok(ended) => ended,
                Err(error) => {
                    tracing::debug!(error = &error as &dyn std::error::Error, "Discord's gateway can't be reached");
                    Ended::Broken
                }
            };
            drop(claimed);
            metrics::counter!("guildhall_discord_gateway_ends_total", "why" => ended.word()).increment(1);
            match ended {
                Ended::Ours if stop.is_cancelled() => break,
                Ended::Ours | Ended::Broken => {}
                Ended::Anew => session = None,
                Ended::Token => {
                    session = None;
                    self.say_trouble(Some(DiscordTrouble::Token)).await;
                }
                Ended::Intents => {
                    (session, with_members) = (None, false);
                    self.say_trouble(Some(DiscordTrouble::Intents)).await;
                }
            }
            // One that stood was sound: the next may come soon.
            if was_ready {
                pause = FIRST_PAUSE;
            }
            let spread = Duration::from_millis(self.0.chance.below(500).into());
            if rest(&stop, pause + spread).await {
                break;
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// The token, where there is to be a connection.
    pub(crate) async fn to_connect(&self) -> Option<Secret> {
        let app = self.app().await.ok()??;
        if !app.row.gateway || app.row.trouble() == Some(DiscordTrouble::Token) {
            return None;
        }
        app.token
    }

    async fn say_trouble(&self, trouble: Option<DiscordTrouble>) {
        if let Err(error) = self.note_trouble(trouble).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "what is wrong with Discord can't be noted");
        }
    }

    async fn connect_once(
        &self,
        token: &Secret,
        session: &mut Option<Session>,
        with_members: bool,
        was_ready: &mut bool,
        stop: &CancellationToken,
    ) -> Result<Ended, Error> {
        let url = if let Some(session) = session {
            session.url.clone()
        } else {
            let said = self.ask(Ask::new("GET", "GET /gateway/bot", "/gateway/bot".into(), "")).await?;
            said["url"].as_str().ok_or(Failed::Unsound)?.to_owned()
        };
        let url = format!("{}/?v=10&encoding=json", url.trim_end_matches('/'));
        // The way is the one that judges every address, so it is asked for by the schemes it knows.
        let judged = url.replacen("ws", "http", 1);
        let stream = self.0.rest.outbound().open(&judged).await.map_err(Failed::from)?;
        let Ok(Ok((socket, _))) = timeout(HELLO_WITHIN, client_async(url, stream)).await else {
            return Ok(Ended::Broken);
        };
        let mut line = Line { socket, session, acked: true, was_ready };
        let Some(Packet { op: HELLO, d, .. }) = timeout(HELLO_WITHIN, line.next()).await.ok().and_then(Result::ok)
        else {
            return Ok(Ended::Broken);
        };
        let beat = Duration::from_millis(d["heartbeat_interval"].as_u64().unwrap_or(41_250)).max(FASTEST_BEAT);
        let hello = match line.session {
            Some(session) => json!({ "op": RESUME, "d": {
                "token": token.expose(), "session_id": session.id, "seq": session.seq } }),
            None => json!({ "op": IDENTIFY, "d": {
                "token": token.expose(),
                "intents": if with_members { GUILDS | GUILD_MEMBERS } else { GUILDS },
                "properties": { "os": "linux", "browser": "guildhall", "device": "guildhall" } } }),
        };
        line.send(&hello).await;
        // The first comes somewhere within the pause, so that not all bots of the world beat at once.
        let share = f64::from(self.0.chance.below(1000)) / 1000.0;
        let mut next_beat = Instant::now() + beat.mul_f64(share);
        let mut look = tokio::time::interval(LOOK_EVERY);
        loop {
            tokio::select! {
                () = stop.cancelled() => {
                    line.close().await;
                    return Ok(Ended::Ours);
                }
                _ = look.tick() => {
                    if self.to_connect().await.is_none_or(|now| now.expose() != token.expose()) {
                        line.close().await;
                        return Ok(Ended::Ours);
                    }
                }
                () = tokio::time::sleep_until(next_beat) => {
                    // Nobody has answered the last one: the line is dead, whatever it looks like.
                    if !line.acked {
                        return Ok(Ended::Broken);
                    }
                    line.acked = false;
                    line.beat().await;
                    next_beat = Instant::now() + beat;
                }
                packet = line.next() => match packet {
                    Ok(packet) => if let Some(ended) = self.act_on(&mut line, packet).await {
                        return Ok(ended);
                    },
                    Err(ended) => return Ok(ended),
                },
            }
        }
    }

    async fn act_on(&self, line: &mut Line<'_>, packet: Packet) -> Option<Ended> {
        match packet.op {
            DISPATCH => {
                if let (Some(seq), Some(session)) = (packet.s, line.session.as_mut()) {
                    session.seq = seq;
                }
                self.dispatch(line, packet).await;
                None
            }
            HEARTBEAT => {
                line.beat().await;
                None
            }
            HEARTBEAT_ACK => {
                line.acked = true;
                None
            }
            RECONNECT => Some(Ended::Broken),
            // Whether it can be picked up again.
            INVALID_SESSION => Some(if packet.d == true { Ended::Broken } else { Ended::Anew }),
            _ => None,
        }
    }

    async fn dispatch(&self, line: &mut Line<'_>, packet: Packet) {
        let said = &packet.d;
        match packet.t.as_deref().unwrap_or_default() {
            "READY" => {
                *line.was_ready = true;
                if let (Some(id), Some(url)) = (said["session_id"].as_str(), said["resume_gateway_url"].as_str()) {
                    let seq = packet.s.unwrap_or(0);
                    *line.session = Some(Session { id: id.to_owned(), url: url.to_owned(), seq });
                }
                tracing::info!("connected to Discord");
            }
            "RESUMED" => {
                *line.was_ready = true;
                tracing::debug!("picked up where the connection to Discord broke off");
            }
            "INTERACTION_CREATE" => {
                let Ok(interaction) = serde_json::from_value::<Interaction>(packet.d) else { return };
                let this = self.clone();
                self.0.tasks.spawn(async move { this.call_back(interaction).await });
            }
            // They get at once what they would get by and by.
            "GUILD_MEMBER_ADD" => {
                if let Some(account) = said["user"]["id"].as_str() {
                    self.entered(account).await;
                }
            }
            _ => {}
        }
    }

    /// Answers what came by the gateway.
    async fn call_back(&self, interaction: Interaction) {
        let path = format!("/interactions/{}/{}/callback", interaction.id, interaction.token);
        let Ok(answer) = self.answer(interaction).await else { return };
        let ask = Ask::new("POST", "POST /interactions/callback", path, "").with(answer).without_token();
        if let Err(error) = self.0.rest.ask(None, ask).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "Discord does not take an answer");
        }
    }

    async fn entered(&self, account: &str) {
        let known = match self.0.people.by_account(account).await {
            Ok(Some(known)) => known,
            Ok(None) => return,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "who has entered a server can't be found out");
                return;
            }
        };
        let now = self.now();
        let asked: Result<(), Error> = self
            .0
            .db
            .write(move |tx| Box::pin(async move { Ok(crate::roles::ask_for_person(tx, now, known.user).await?) }))
            .await;
        if let Err(error) = asked {
            tracing::warn!(error = &error as &dyn std::error::Error, "somebody's roles are looked at later");
        }
    }
}

/// An open connection.
struct Line<'s> {
    socket: WebSocketStream<Box<dyn Connection>>,
    session: &'s mut Option<Session>,
    acked: bool,
    /// Whether Discord has taken the bot in on it.
    was_ready: &'s mut bool,
}

impl Line<'_> {
    async fn next(&mut self) -> Result<Packet, Ended> {
        loop {
            match self.socket.next().await {
                Some(Ok(Frame::Text(text))) => {
                    // What can't be read is of a newer time than ours.
                    if let Ok(packet) = serde_json::from_str(&text) {
                        return Ok(packet);
                    }
                }
                Some(Ok(Frame::Close(Some(frame)))) => return Err(Ended::of(frame.code.into())),
                Some(Ok(Frame::Close(None)) | Err(_)) | None => return Err(Ended::Broken),
                Some(Ok(_)) => {}
            }
        }
    }

    /// A failure shows when the next packet is read.
    async fn send(&mut self, packet: &Value) {
        let sent: Result<(), SocketError> = self.socket.send(Frame::text(packet.to_string())).await;
        drop(sent);
    }

    async fn beat(&mut self) {
        let seq = self.session.as_ref().map(|session| session.seq);
        self.send(&json!({ "op": HEARTBEAT, "d": seq })).await;
    }

    async fn close(&mut self) {
        drop(timeout(Duration::from_secs(1), self.socket.close(None)).await);
    }
}

/// Waits so long; true: the hub stops.
async fn rest(stop: &CancellationToken, so_long: Duration) -> bool {
    tokio::select! {
        () = stop.cancelled() => true,
        () = tokio::time::sleep(so_long) => false,
    }
}
