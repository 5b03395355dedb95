//! `guildhall season …`

use clap::Subcommand;
use client::Client;
use contract::ranking::{NewSeason, Season};

use crate::terminal::{Done, Terminal, plain};

/// Looks after seasons of ranked play.
#[derive(Subcommand)]
pub enum SeasonCommand {
    /// Lists all, the newest first.
    List {
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Begins one; the one that runs ends with it.
    Begin {
        /// What it is called.
        name: String,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
        /// Only say what would be.
        #[arg(long)]
        dry_run: bool,
    },
    /// Ends the one that runs.
    End {
        /// Only say what would be.
        #[arg(long)]
        dry_run: bool,
    },
}

/// Runs one command about seasons.
pub async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: SeasonCommand) -> Done {
    match command {
        SeasonCommand::List { json } => {
            let seasons = hub.list_seasons().await?;
            terminal.answer(json, &seasons, |terminal, seasons| tell(terminal, seasons))
        }
        SeasonCommand::Begin { name, json, dry_run } => {
            if dry_run {
                let ends =
                    running(hub).await?.map_or_else(String::new, |season| format!("{} would end, and ", told(&season)));
                let begins = plain(&name);
                return terminal.say(format_args!(
                    "{ends}“{begins}” would begin: its ladders are empty at first, those of all time stay as they are."
                ));
            }
            let season = hub.begin_season(&NewSeason { name }).await?;
            terminal.answer(json, &[season], |terminal, seasons| tell(terminal, seasons))
        }
        SeasonCommand::End { dry_run } => {
            if dry_run {
                let line = match running(hub).await? {
                    Some(season) => format!("{} would end. Its ladders stay to be read.", told(&season)),
                    None => "No season runs.".to_owned(),
                };
                return terminal.say(line);
            }
            hub.end_season().await?;
            terminal.say("The season has ended.")
        }
    }
}

/// The season that runs.
async fn running(hub: &Client) -> Result<Option<Season>, client::Error> {
    Ok(hub.list_seasons().await?.into_iter().find(|season| season.ended_at.is_none()))
}

fn told(season: &Season) -> String {
    format!("“{}”, in which {} stand,", plain(&season.name), season.players)
}

fn tell(terminal: &mut Terminal<'_>, seasons: &[Season]) -> Done {
    let rows: Vec<_> = seasons
        .iter()
        .map(|season| {
            let runs = if season.ended_at.is_none() { "yes" } else { "" };
            [season.id.to_string(), plain(&season.name), runs.to_owned(), season.players.to_string()]
        })
        .collect();
    terminal.table(["id", "name", "runs", "players"], &rows, "There are no seasons.")
}
