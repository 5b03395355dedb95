//! A classic game client for the browser's stories: logs on, enters the first room, does what it reads and prints what it hears.
//!
//! `classic_client myth2|aleph-one LOBBY_ADDRESS HUB_URL NAME PASSWORD`, with an empty password for a guest. Then line by line:
//! `say TEXT`, `write CITY|STATE|COUNTRY|QUOTE`, `host NAME`, `film`, `start`, `unhost`, `players NUMBER NUMBER`, `result GAME WINNER LOSER`; at the end of its input it leaves.

#![forbid(unsafe_code)]

use std::{
    io::{self, BufRead as _, Write as _},
    net::SocketAddr,
};

use http_body_util::{BodyExt as _, Full};
use hyper::{Request, header};
use hyper_util::{
    client::legacy::Client as Http,
    rt::{TokioExecutor, TokioTimer},
};
use metaserver::testing::{Client, ClientError, LogIn, won_by};
use metaserver_proto::{
    ClientPacket, Dialect, ServerPacket, Text,
    packet::{film::FilmCommand, player::Verb, score::PlayersInGame, social::OwnTexts},
};
use tokio::sync::mpsc;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What a film of it begins with: version, type, where the data begins, an end that is not known yet.
const HEADER: [u8; 12] = [0, 3, 0, 0, 0, 0, 0, 64, 0, 0, 0, 0];
const USAGE: &str = "usage: classic_client myth2|aleph-one LOBBY_ADDRESS HUB_URL NAME PASSWORD";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [dialect, lobby, hub, name, password] = arguments.as_slice() else { return Err(USAGE.into()) };
    let lobby: SocketAddr = lobby.parse()?;
    let log_in = match (dialect.as_str(), password.as_str()) {
        ("myth2", "") => LogIn::guest(Dialect::Myth2, name),
        ("myth2", password) => LogIn::player(Dialect::Myth2, name, password),
        ("aleph-one", "") => LogIn::guest(Dialect::AlephOne, name),
        ("aleph-one", password) => LogIn::player(Dialect::AlephOne, name, &token(hub, name, password).await?),
        _ => return Err(USAGE.into()),
    };
    let mut client = log_in.enter(lobby).await?;
    tell(&format!("in room as {}", client.player_id))?;

    let mut orders = orders();
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                Some(order) => obey(&mut client, &order).await?,
                None => return Ok(()),
            },
            received = client.link.receive_whenever() => {
                let (number, body) = match received {
                    Ok(packet) => packet,
                    Err(ClientError::Closed) => return tell("the lobby closed the connection"),
                    Err(error) => return Err(error.into()),
                };
                hear(&mut client, ServerPacket::decode(log_in.dialect, number, &body)?).await?;
            }
        }
    }
}

/// The one-use token, asked for as Aleph One does it (protocol §9.5): a form, of whose answer sixteen bytes count.
async fn token(hub: &str, name: &str, password: &str) -> Result<String, Failure> {
    // Without a salt it would be a token for the page of the account.
    let form = serde_urlencoded::to_string([("password", password), ("salt", "unread"), ("username", name)])?;
    let request = Request::post(format!("{}/metaclient/login", hub.trim_end_matches('/')))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Full::new(bytes::Bytes::from(form)))?;
    let http = Http::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build_http();
    let answer = http.request(request).await?.into_body().collect().await?.to_bytes();
    Ok(String::from_utf8_lossy(answer.get(..16).unwrap_or(&answer)).into_owned())
}

/// What is typed, line by line, until the input ends.
fn orders() -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel(16);
    // Reading standard input cannot be interrupted, so it gets a thread that dies with the process.
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

async fn obey(client: &mut Client, order: &str) -> Result<(), Failure> {
    match order.split_once(' ').unwrap_or((order, "")) {
        ("say", text) => client.say(text).await?,
        ("write", texts) => {
            let mut texts = texts.split('|').map(Text::new);
            let mut next = || texts.next().unwrap_or_default();
            let own = OwnTexts { city: next(), state: next(), country: next(), quote: next() };
            client.link.send(&ClientPacket::OwnTexts(own)).await?;
        }
        ("host", name) => client.host(name, "Proving Grounds").await?,
        ("start", _) => client.start_game().await?,
        ("film", _) => client.film(&HEADER, &[FilmCommand { verb: 1, ..FilmCommand::default() }], Some(18_000)).await?,
        ("unhost", _) => client.remove_game().await?,
        ("players", numbers) => {
            let packet = PlayersInGame { game_id: client.player_id, players: read(numbers)? };
            client.link.send(&ClientPacket::PlayersInGame(packet)).await?;
        }
        ("result", numbers) => {
            let [game, winner, loser] = read(numbers)?[..] else { return Err(USAGE.into()) };
            client.link.send(&won_by(game, [winner, loser])).await?;
        }
        (other, _) => tell(&format!("unknown order: {other}"))?,
    }
    Ok(())
}

/// Numbers of players, as they are typed.
fn read(numbers: &str) -> Result<Vec<u32>, Failure> {
    Ok(numbers.split_whitespace().map(str::parse).collect::<Result<_, _>>()?)
}

async fn hear(client: &mut Client, packet: ServerPacket) -> Result<(), Failure> {
    match packet {
        ServerPacket::Keepalive => client.link.send(&ClientPacket::Keepalive).await?,
        ServerPacket::Chat(chat) => tell(&format!("{}: {}", chat.name.plain(), chat.message))?,
        ServerPacket::Whisper(whisper) => {
            tell(&format!("{} whispers: {}", whisper.chat.name.plain(), whisper.chat.message))?;
        }
        ServerPacket::BlueLine(line) => tell(&format!("* {line}"))?,
        ServerPacket::Message(message) => tell(&format!("code {}: {}", message.code, message.text))?,
        ServerPacket::Players(players) => {
            for player in players {
                let verb = if player.aux.verb == Verb::Delete { "left" } else { "is here" };
                tell(&format!("{} {verb}", player.data.name.plain()))?;
            }
        }
        ServerPacket::Games(games) => {
            for game in games {
                let verb = if game.aux.verb == Verb::Delete { "is gone" } else { "is listed" };
                tell(&format!("game {} {verb}", game.description.summary().name))?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// One line, at once: whoever started this waits for it.
fn tell(line: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}
