//! `guildhall film …`

use std::path::PathBuf;

use clap::Subcommand;
use client::{Client, FilmQuery, Onward};
use contract::{api::Why, film::Film};

use crate::{
    file::{save, size},
    terminal::{Done, Terminal, day_and_hour, plain},
};

/// Looks after films of games.
#[derive(Subcommand)]
pub enum FilmCommand {
    /// Lists films of games whose results stand, the newest game first.
    List {
        /// Only where the game, its map or a player has that in its name.
        text: Option<String>,
        /// So many, 100 at most.
        #[arg(long, default_value_t = 30)]
        limit: u32,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Fetches one.
    Download {
        /// The number of its game.
        game: i64,
        /// Where to; under its own name in this folder, unless you say.
        #[arg(long)]
        to: Option<PathBuf>,
    },
    /// Takes one away for good.
    Remove {
        /// The number of its game.
        game: i64,
        /// Why, for the audit log.
        #[arg(long, default_value = "")]
        reason: String,
        /// Only say what would be removed.
        #[arg(long)]
        dry_run: bool,
    },
}

/// Runs one command.
pub async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: FilmCommand) -> Done {
    match command {
        FilmCommand::List { text, limit, json } => {
            let page = hub.list_films(&FilmQuery { text, part: Onward::first(limit) }).await?;
            terminal.answer(json, &page.items, |terminal, films| {
                let rows: Vec<_> = films.iter().map(row).collect();
                terminal.table(["game", "name", "map", "kind", "host", "length", "at"], &rows, "No films.")
            })
        }
        FilmCommand::Download { game, to } => {
            let film = hub.film(game.into()).await?;
            let to = to.unwrap_or_else(|| PathBuf::from(&film.file));
            let bytes = save(hub.download_film(film.game), &to, 0o666).await?;
            terminal.say(format_args!("{} is there, {}.", to.display(), size(bytes)))
        }
        FilmCommand::Remove { game, reason, dry_run } => {
            let film = hub.film(game.into()).await?;
            let what = format!("the film of game {game}, {}", plain(&film.name));
            if dry_run {
                return terminal.say(format_args!("Would remove {what}."));
            }
            hub.remove_film(film.game, &Why { reason }).await?;
            terminal.say(format_args!("Removed {what}."))
        }
    }
}

fn row(film: &Film) -> [String; 7] {
    [
        film.game.to_string(),
        plain(&film.name),
        plain(&film.map),
        plain(&film.kind),
        plain(&film.host),
        size(film.size_bytes),
        day_and_hour(film.at),
    ]
}
