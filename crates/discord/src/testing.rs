//! A Discord of one's own: it speaks the documented protocol over a real socket, and remembers what it was asked.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures::{SinkExt as _, StreamExt as _};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_tungstenite::tungstenite::{Message as Frame, protocol::CloseFrame};

/// The application of the stories.
pub const APPLICATION: &str = "1100000000000000001";
/// Its bot's token.
pub const TOKEN: &str = "MTEw.story.token";
/// A server in which the bot is.
pub const GUILD: &str = "2200000000000000001";

/// A request, as Discord read it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Method and path.
    pub line: String,
    /// What was said with it.
    pub body: Value,
}

/// What it is to answer instead, once.
#[derive(Debug, Clone)]
struct Instead {
    begins: String,
    status: u16,
    headers: String,
    body: String,
}

#[derive(Default)]
struct State {
    asked: Vec<Asked>,
    instead: Vec<Instead>,
    /// By server: which accounts are there, and with which roles.
    members: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
    /// Roles that stand above the bot's own.
    above: BTreeSet<String>,
    gone: BTreeSet<String>,
    gateway: String,
    next: u64,
}

/// Discord.
#[derive(Clone)]
pub struct FakeDiscord {
    /// Where its API begins.
    pub api: String,
    state: Arc<Mutex<State>>,
    pair: Arc<Ed25519KeyPair>,
}

impl FakeDiscord {
    /// Opens it.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let api = format!("http://{}/api/v10", listener.local_addr().expect("it listens"));
        let pair = Ed25519KeyPair::from_seed_unchecked(&[11; 32]).expect("any 32 bytes are a seed");
        let mut state = State::default();
        state.members.insert(GUILD.to_owned(), BTreeMap::new());
        let this = Self { api, state: Arc::new(Mutex::new(state)), pair: Arc::new(pair) };
        let serving = this.clone();
        #[expect(clippy::disallowed_methods, reason = "it ends with the story's runtime")]
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                serving.serve(stream).await;
            }
        });
        this
    }

    /// The key it signs with.
    pub fn public_key(&self) -> String {
        hex::encode(self.pair.public_key())
    }

    /// The headers and the body of an interaction at that second: signature, timestamp, body.
    pub fn signed(&self, interaction: &Value, unix_secs: i64) -> (String, String, String) {
        let (timestamp, body) = (unix_secs.to_string(), interaction.to_string());
        let signature = self.pair.sign(format!("{timestamp}{body}").as_bytes());
        (hex::encode(signature), timestamp, body)
    }

    /// Somebody gives a command in the server. Each has a number of its own.
    pub fn command(&self, account: &str, name: &str, options: Value) -> Value {
        self.command_of(account, name, options, "0")
    }

    /// The same by somebody with these permissions there.
    pub fn command_of(&self, account: &str, name: &str, options: Value, permissions: &str) -> Value {
        let options: Vec<Value> = options
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| json!({ "name": name, "type": 3, "value": value }))
            .collect();
        json!({
            "id": self.number(), "application_id": APPLICATION, "type": 2, "version": 1, "token": "story-interaction",
            "guild_id": GUILD, "channel_id": "3300000000000000001", "locale": "en-GB",
            "member": { "user": { "id": account, "username": "there" }, "permissions": permissions },
            "data": { "id": "1", "type": 1, "name": name, "options": options },
        })
    }

    /// Somebody presses a button.
    pub fn press(&self, account: &str, custom_id: &str) -> Value {
        let mut press = self.command(account, "", Value::Null);
        press["type"] = 3.into();
        press["data"] = json!({ "component_type": 2, "custom_id": custom_id });
        press
    }

    /// A number nobody has.
    pub fn number(&self) -> String {
        let mut state = self.state();
        state.next += 1;
        (9_900_000_000_000_000_000_u64 + state.next).to_string()
    }

    /// Somebody is in the server.
    pub fn join(&self, account: &str) {
        let mut state = self.state();
        state.members.entry(GUILD.to_owned()).or_default().entry(account.to_owned()).or_default();
    }

    /// The roles somebody has there.
    pub fn roles_of(&self, account: &str) -> Vec<String> {
        let state = self.state();
        state.members[GUILD].get(account).into_iter().flatten().cloned().collect()
    }

    /// Somebody there takes a role away by hand.
    pub fn take_by_hand(&self, account: &str, role: &str) {
        if let Some(roles) = self.state().members.get_mut(GUILD).and_then(|members| members.get_mut(account)) {
            roles.remove(role);
        }
    }

    /// A role stands above the bot's own: nobody can be given it.
    pub fn put_above(&self, role: &str) {
        self.state().above.insert(role.to_owned());
    }

    /// Its gateway is there.
    pub fn gateway_at(&self, url: &str) {
        url.clone_into(&mut self.state().gateway);
    }

    /// A channel or role is deleted.
    pub fn delete(&self, id: &str) {
        self.state().gone.insert(id.to_owned());
    }

    /// The next request that begins so is answered so.
    pub fn answer_once(&self, begins: &str, status: u16, headers: &[(&str, &str)], body: Value) {
        let lines: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let headers = lines.concat();
        self.state().instead.push(Instead { begins: begins.to_owned(), status, headers, body: body.to_string() });
    }

    /// What it was asked that begins so.
    pub fn asked(&self, begins: &str) -> Vec<Asked> {
        self.state().asked.iter().filter(|asked| asked.line.starts_with(begins)).cloned().collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn serve(&self, mut stream: TcpStream) {
        let mut bytes = Vec::new();
        let (head, length) = loop {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if let Some((head, _)) = text.split_once("\r\n\r\n") {
                let length = head.lines().find_map(|line| {
                    line.to_ascii_lowercase().strip_prefix("content-length:").and_then(|n| n.trim().parse().ok())
                });
                break (head.to_owned(), length.unwrap_or(0));
            }
            if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
                return;
            }
        };
        while bytes.len() < head.len() + 4 + length {
            if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
                return;
            }
        }
        let body = serde_json::from_slice(&bytes[head.len() + 4..]).unwrap_or(Value::Null);
        let line = head.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1").replace("/api/v10", "");
        let (status, headers, answer) = self.answer(&line, &head, body);
        let text = format!(
            "HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{answer}",
            answer.len()
        );
        drop(stream.write_all(text.as_bytes()).await);
        drop(stream.shutdown().await);
    }

    fn answer(&self, line: &str, head: &str, body: Value) -> (u16, String, String) {
        let mut state = self.state();
        state.asked.push(Asked { line: line.to_owned(), body: body.clone() });
        if let Some(place) = state.instead.iter().position(|instead| line.starts_with(&instead.begins)) {
            let instead = state.instead.remove(place);
            return (instead.status, instead.headers, instead.body);
        }
        let by_bot = head.lines().any(|line| line.eq_ignore_ascii_case(&format!("authorization: Bot {TOKEN}")));
        let (status, answer) = respond(&mut state, &self.public_key(), line, &body, by_bot);
        (status, String::new(), if answer.is_null() { String::new() } else { answer.to_string() })
    }
}

fn no(status: u16, code: u64) -> (u16, Value) {
    (status, json!({ "message": "no", "code": code }))
}

/// As <https://discord.com/developers/docs> says, as far as the hub asks.
fn respond(state: &mut State, public_key: &str, line: &str, body: &Value, by_bot: bool) -> (u16, Value) {
    let (method, path) = line.split_once(' ').unwrap_or((line, ""));
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    // What belongs to an interaction carries its own token.
    let own_token = parts[0] == "webhooks" || parts[0] == "interactions";
    if !by_bot && !own_token {
        return no(401, 0);
    }
    match (method, parts.as_slice()) {
        ("GET", ["gateway", "bot"]) => (200, json!({ "url": state.gateway, "shards": 1 })),
        ("POST", ["interactions", _, "story-interaction", "callback"]) => (204, Value::Null),
        ("GET", ["applications", "@me"]) => (200, json!({ "id": APPLICATION, "verify_key": public_key })),
        ("PUT", ["applications", APPLICATION, "commands"]) => are_sound(body),
        ("PUT", ["applications", APPLICATION, "guilds", guild, "commands"]) => {
            if state.members.contains_key(*guild) {
                are_sound(body)
            } else {
                no(403, 50_001)
            }
        }
        ("GET", ["guilds", guild, rest @ ..]) => {
            if !state.members.contains_key(*guild) {
                return no(404, 10_004);
            }
            match rest {
                [] => (200, json!({ "id": guild, "name": "The Lantern" })),
                ["channels"] => (
                    200,
                    json!([
                        { "id": "3300000000000000002", "type": 0, "name": "results", "position": 2 },
                        { "id": "3300000000000000001", "type": 0, "name": "general", "position": 1 },
                        { "id": "3300000000000000003", "type": 2, "name": "Voice", "position": 3 },
                    ]),
                ),
                ["roles"] => (
                    200,
                    json!([
                        { "id": guild, "name": "@everyone", "position": 0, "managed": false },
                        { "id": "4400000000000000001", "name": "Organisers", "position": 2, "managed": false },
                        { "id": "4400000000000000002", "name": "Members", "position": 1, "managed": false },
                        { "id": "4400000000000000003", "name": "Another bot", "position": 3, "managed": true },
                    ]),
                ),
                _ => no(404, 0),
            }
        }
        (_, ["guilds", guild, "members", account, "roles", role]) => {
            if state.gone.contains(*role) {
                return no(404, 10_011);
            }
            if state.above.contains(*role) {
                return no(403, 50_013);
            }
            let Some(members) = state.members.get_mut(*guild) else { return no(403, 50_001) };
            let Some(roles) = members.get_mut(*account) else { return no(404, 10_007) };
            if method == "PUT" {
                roles.insert((*role).to_owned())
            } else {
                roles.remove(*role)
            };
            (204, Value::Null)
        }
        ("POST", ["channels", channel, "messages"]) => {
            let content = body["content"].as_str().unwrap_or_default();
            if state.gone.contains(*channel) {
                no(404, 10_003)
            } else if content.is_empty() || content.chars().count() > 2000 {
                no(400, 50_035)
            } else {
                (200, json!({ "id": "5500000000000000001", "content": content }))
            }
        }
        ("PATCH", ["webhooks", APPLICATION, "story-interaction", "messages", "@original"]) => {
            (200, json!({ "id": "5500000000000000002" }))
        }
        _ => no(404, 0),
    }
}

/// What Discord checks of commands.
fn are_sound(commands: &Value) -> (u16, Value) {
    let is_named = |thing: &Value| {
        let name = thing["name"].as_str().unwrap_or_default();
        let described = thing["description"].as_str().unwrap_or_default().chars().count();
        (1..=32).contains(&name.len()) && name.to_lowercase() == name && (1..=100).contains(&described)
    };
    let sound = commands.as_array().is_some_and(|commands| {
        commands.iter().all(|command| {
            let options = command["options"].as_array().cloned().unwrap_or_default();
            is_named(command) && command["type"] == 1 && options.iter().all(is_named)
        })
    });
    if sound { (200, commands.clone()) } else { no(400, 50_035) }
}

/// What a bot has said by the gateway, and what it is told.
struct Wire {
    heard: Vec<Value>,
    to: Option<tokio::sync::mpsc::UnboundedSender<Told>>,
    /// Whether heartbeats are answered.
    deaf: bool,
    connections: u64,
}

enum Told {
    Packet(Value),
    Close(u16),
}

/// Discord's gateway.
#[derive(Clone)]
pub struct FakeGateway {
    /// Its address, as Discord tells it.
    pub url: String,
    wire: Arc<Mutex<Wire>>,
    beat_millis: u64,
}

impl FakeGateway {
    /// Opens it; it wants a heartbeat that often.
    pub async fn start(beat_millis: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let url = format!("ws://{}", listener.local_addr().expect("it listens"));
        let wire = Wire { heard: Vec::new(), to: None, deaf: false, connections: 0 };
        let this = Self { url, wire: Arc::new(Mutex::new(wire)), beat_millis };
        let serving = this.clone();
        #[expect(clippy::disallowed_methods, reason = "it ends with the story's runtime")]
        tokio::spawn(async move {
            // One after the other: a bot has one connection.
            while let Ok((stream, _)) = listener.accept().await {
                serving.serve(stream).await;
            }
        });
        this
    }

    /// What was said with that operation.
    pub fn heard(&self, op: u64) -> Vec<Value> {
        self.wire().heard.iter().filter(|packet| packet["op"] == op).cloned().collect()
    }

    /// How many connections there were.
    pub fn connections(&self) -> u64 {
        self.wire().connections
    }

    /// Tells the bot something.
    pub fn tell(&self, packet: Value) {
        if let Some(to) = &self.wire().to {
            let _ = to.send(Told::Packet(packet));
        }
    }

    /// Tells it that something happened.
    pub fn happens(&self, seq: u64, name: &str, what: Value) {
        self.tell(json!({ "op": 0, "s": seq, "t": name, "d": what }));
    }

    /// Ends the connection.
    pub fn close(&self, code: u16) {
        if let Some(to) = &self.wire().to {
            let _ = to.send(Told::Close(code));
        }
    }

    /// Answers no heartbeat any more, or does again.
    pub fn be_deaf(&self, deaf: bool) {
        self.wire().deaf = deaf;
    }

    fn wire(&self) -> MutexGuard<'_, Wire> {
        self.wire.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn serve(&self, stream: TcpStream) {
        let Ok(mut socket) = tokio_tungstenite::accept_async(stream).await else { return };
        let (to, mut told) = tokio::sync::mpsc::unbounded_channel();
        {
            let mut wire = self.wire();
            wire.to = Some(to);
            wire.connections += 1;
        }
        let hello = json!({ "op": 10, "d": { "heartbeat_interval": self.beat_millis } });
        if socket.send(Frame::text(hello.to_string())).await.is_err() {
            return;
        }
        loop {
            tokio::select! {
                said = socket.next() => {
                    let Some(Ok(said)) = said else { return };
                    let Frame::Text(text) = said else { continue };
                    let Ok(packet) = serde_json::from_str::<Value>(&text) else { return };
                    let answer = self.hear(packet);
                    if let Some(answer) = answer && socket.send(Frame::text(answer.to_string())).await.is_err() {
                        return;
                    }
                }
                Some(told) = told.recv() => match told {
                    Told::Packet(packet) => if socket.send(Frame::text(packet.to_string())).await.is_err() {
                        return;
                    },
                    Told::Close(code) => {
                        let frame = CloseFrame { code: code.into(), reason: "".into() };
                        let _ = socket.close(Some(frame)).await;
                        return;
                    }
                },
            }
        }
    }

    /// Notes it, and answers as the documents say.
    fn hear(&self, packet: Value) -> Option<Value> {
        let mut wire = self.wire();
        wire.heard.push(packet.clone());
        match packet["op"].as_u64() {
            Some(1) if !wire.deaf => Some(json!({ "op": 11 })),
            Some(2) => Some(json!({ "op": 0, "s": 1, "t": "READY", "d": {
                "v": 10, "session_id": "story-session", "resume_gateway_url": self.url } })),
            Some(6) => Some(json!({ "op": 0, "s": packet["d"]["seq"], "t": "RESUMED", "d": {} })),
            _ => None,
        }
    }
}
