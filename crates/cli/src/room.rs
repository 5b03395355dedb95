//! `guildhall room …`

use base::RoomId;
use clap::{Args, Subcommand};
use client::Client;
use contract::{
    api::Why,
    film::RoomFilms,
    room::{BANNERS, LobbyRoom, PlaceRoom, RoomKind, SaveRoom},
};

use crate::terminal::{Done, Terminal, plain};

/// Looks after the lobby's rooms.
#[derive(Subcommand)]
pub enum RoomCommand {
    /// Lists all, in order.
    List {
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows one.
    Show {
        /// Its number.
        room: i64,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Opens one, as the last.
    Open {
        /// What classic clients call it, or the number they know it by: `Tyr`, or 6.
        banner: String,
        #[command(flatten)]
        settings: RoomSettings,
    },
    /// Sets one up anew: whatever is said, and nothing else. It holds at once for those who are in it.
    Change {
        /// Its number.
        room: i64,
        #[command(flatten)]
        settings: RoomSettings,
    },
    /// Gives one another place in the list.
    Move {
        /// Its number.
        room: i64,
        /// Which place, from 1.
        position: u16,
        /// Only say where it would stand.
        #[arg(long)]
        dry_run: bool,
    },
    /// Closes one: whoever is in it is sent away, and its games end.
    Close {
        /// Its number.
        room: i64,
        /// Why, for the audit log.
        #[arg(long, default_value = "")]
        reason: String,
        /// Only say what would be closed.
        #[arg(long)]
        dry_run: bool,
    },
}

/// How a room is set up.
#[derive(Args)]
pub struct RoomSettings {
    /// What the site calls it.
    #[arg(long)]
    name: Option<String>,
    /// What kind of play it is for: unranked, ranked or tournament.
    #[arg(long)]
    kind: Option<String>,
    /// The most players it takes.
    #[arg(long)]
    capacity: Option<u16>,
    /// Let guests enter, or don't.
    #[arg(long)]
    guests: Option<bool>,
    /// The lowest caste that may enter, 0 to 16; `none` for no limit.
    #[arg(long, value_name = "CASTE")]
    caste_least: Option<String>,
    /// The highest caste that may enter, 0 to 16; `none` for no limit.
    #[arg(long, value_name = "CASTE")]
    caste_most: Option<String>,
    /// Only for people of that country, two letters; `none` for everybody.
    #[arg(long)]
    country: Option<String>,
    /// What whoever enters is told.
    #[arg(long)]
    greeting: Option<String>,
    /// Slow mode: seconds between two lines of one player; 0 for none.
    #[arg(long, value_name = "SECS")]
    slow: Option<u16>,
    /// Whether hosts film their games: none, welcome or demanded.
    #[arg(long)]
    films: Option<String>,
    /// Let plugins that were granted it say something there, or don't.
    #[arg(long)]
    plugins: Option<bool>,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
    /// Only say what it would be.
    #[arg(long)]
    dry_run: bool,
}

/// Runs one command.
pub async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: RoomCommand) -> Done {
    match command {
        RoomCommand::List { json } => {
            let all = hub.list_rooms().await?;
            terminal.answer(json, &all, |terminal, all| tell(terminal, all))
        }
        RoomCommand::Show { room, json } => {
            let room = hub.room(room.into()).await?;
            terminal.answer(json, &room, tell_one)
        }
        RoomCommand::Open { banner, settings } => {
            let form = settings.on(SaveRoom::new(banner_of(&banner)?))?;
            if settings.dry_run {
                return terminal.say(format_args!("Would open {:#}", serde_json::to_value(&form)?));
            }
            let opened = hub.open_room(&form).await?;
            terminal.answer(settings.json, &opened, tell_one)
        }
        RoomCommand::Change { room, settings } => {
            let id = RoomId::from(room);
            let form = settings.on(hub.room(id).await?.into())?;
            if settings.dry_run {
                return terminal.say(format_args!("Would change room {id} to {:#}", serde_json::to_value(&form)?));
            }
            let changed = hub.change_room(id, &form).await?;
            terminal.answer(settings.json, &changed, tell_one)
        }
        RoomCommand::Move { room, position, dry_run } => {
            let id = RoomId::from(room);
            if dry_run {
                let now = hub.room(id).await?;
                let name = plain(&now.name);
                return terminal.say(format_args!("Would move {name} from place {} to {position}.", now.position));
            }
            let all = hub.place_room(id, &PlaceRoom { position }).await?;
            tell(terminal, &all)
        }
        RoomCommand::Close { room, reason, dry_run } => {
            let id = RoomId::from(room);
            let now = hub.room(id).await?;
            if dry_run {
                return terminal.say(format_args!("Would close room {id}, {}.", plain(&now.name)));
            }
            hub.close_room(id, &Why { reason }).await?;
            terminal.say(format_args!("Closed room {id}, {}.", plain(&now.name)))
        }
    }
}

impl RoomSettings {
    /// A room with whatever is said here, and the rest as it was.
    fn on(&self, room: SaveRoom) -> Result<SaveRoom, String> {
        let kind = match &self.kind {
            Some(word) => {
                RoomKind::from_word(word).ok_or("there is no such kind: unranked, ranked or tournament".to_owned())?
            }
            None => room.kind,
        };
        let films = match &self.films {
            Some(word) => RoomFilms::from_word(word).ok_or("films are none, welcome or demanded".to_owned())?,
            None => room.films,
        };
        let country = match self.country.as_deref() {
            Some("none") => None,
            Some(country) => Some(country.to_owned()),
            None => room.country,
        };
        Ok(SaveRoom {
            banner: room.banner,
            name: self.name.clone().unwrap_or(room.name),
            kind,
            capacity: self.capacity.unwrap_or(room.capacity),
            guests: self.guests.unwrap_or(room.guests),
            caste_least: caste(self.caste_least.as_deref(), room.caste_least)?,
            caste_most: caste(self.caste_most.as_deref(), room.caste_most)?,
            country,
            greeting: self.greeting.clone().unwrap_or(room.greeting),
            slow_secs: self.slow.unwrap_or(room.slow_secs),
            films,
            plugins: self.plugins.unwrap_or(room.plugins),
        })
    }
}

fn caste(said: Option<&str>, now: Option<u8>) -> Result<Option<u8>, String> {
    match said {
        None => Ok(now),
        Some("none") => Ok(None),
        Some(number) => number.parse().map(Some).map_err(|_| format!("no caste: {number}")),
    }
}

fn banner_of(said: &str) -> Result<u8, String> {
    let by_name = BANNERS.iter().position(|name| name.eq_ignore_ascii_case(said.trim()));
    let number = by_name.and_then(|number| u8::try_from(number).ok()).or_else(|| said.parse().ok());
    number.ok_or_else(|| format!("classic clients know no room called {}", plain(said)))
}

fn tell(terminal: &mut Terminal<'_>, rooms: &[LobbyRoom]) -> Done {
    let rows: Vec<_> = rooms
        .iter()
        .map(|room| {
            let number = |caste: Option<u8>| caste.map_or_else(String::new, |caste| caste.to_string());
            let castes = match (room.caste_least, room.caste_most) {
                (None, None) => "all".to_owned(),
                (least, most) => format!("{}–{}", number(least), number(most)),
            };
            [
                room.id.to_string(),
                plain(&room.name),
                BANNERS.get(usize::from(room.banner)).copied().unwrap_or_default().to_owned(),
                room.kind.word().to_owned(),
                room.capacity.to_string(),
                if room.guests { "yes" } else { "no" }.to_owned(),
                castes,
                room.country.clone().unwrap_or_default(),
                room.slow_secs.to_string(),
                room.films.word().to_owned(),
                if room.plugins { "yes" } else { "no" }.to_owned(),
            ]
        })
        .collect();
    let heads =
        ["number", "name", "banner", "kind", "players", "guests", "castes", "country", "slow", "films", "plugins"];
    terminal.table(heads, &rows, "There are no rooms.")
}

fn tell_one(terminal: &mut Terminal<'_>, room: &LobbyRoom) -> Done {
    tell(terminal, std::slice::from_ref(room))
}
