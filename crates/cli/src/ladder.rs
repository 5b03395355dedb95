//! `guildhall ladder …`, `guildhall season …`

use clap::{Args, Subcommand, ValueEnum};
use client::{Client, LadderQuery, PlayedQuery};
use contract::{
    lobby::Dialect,
    ranking::{Class, NewSeason, Order, Played, Season},
};

use crate::terminal::{Done, Terminal, plain};

/// Shows what results make of those who play.
#[derive(Subcommand)]
pub enum LadderCommand {
    /// A ladder, from the top.
    Show(Which),
    /// Somebody's standings.
    Player {
        /// Their name.
        name: String,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Games whose results stand, the newest first.
    Games {
        /// Only those of this player.
        #[arg(long)]
        player: Option<String>,
        /// So many, 100 at most.
        #[arg(long, default_value_t = 30)]
        limit: u32,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Which ladder.
#[derive(Args)]
pub struct Which {
    /// Of Aleph One instead of Myth II.
    #[arg(long)]
    aleph_one: bool,
    /// Of games for fun instead of those that count.
    #[arg(long)]
    unranked: bool,
    /// Sorted by what.
    #[arg(long, value_enum, default_value = "rating")]
    by: By,
    /// Only one kind of game, as its clients number it.
    #[arg(long)]
    kind: Option<u16>,
    /// Only games with so many players in the largest team.
    #[arg(long)]
    team_size: Option<u16>,
    /// Only of this season, by its number.
    #[arg(long)]
    season: Option<i64>,
    /// So many, 200 at most.
    #[arg(long, default_value_t = 30)]
    limit: u32,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
}

/// What a ladder is sorted by, as it is typed.
#[derive(Clone, Copy, ValueEnum)]
pub enum By {
    /// The modern rating.
    Rating,
    /// The classic servers' points.
    Points,
}

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

/// Runs one command about ladders.
pub async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: LadderCommand) -> Done {
    match command {
        LadderCommand::Show(which) => show(hub, terminal, which).await,
        LadderCommand::Player { name, json } => {
            let record = hub.player(&name).await?;
            terminal.answer(json, &record, |terminal, record| {
                let rows: Vec<_> = record
                    .boards
                    .iter()
                    .map(|on| {
                        let (board, standing) = (&on.board, &on.standing);
                        [
                            board.season.map_or_else(String::new, |season| season.to_string()),
                            board.dialect.word().to_owned(),
                            board.class.word().to_owned(),
                            board.kind.map_or_else(|| "all".to_owned(), |kind| kind.to_string()),
                            board.team_size.map_or_else(|| "any".to_owned(), |size| size.to_string()),
                            standing.games.to_string(),
                            standing.wins.to_string(),
                            standing.points.to_string(),
                            standing.rating.to_string(),
                        ]
                    })
                    .collect();
                let heads = ["season", "clients", "class", "kind", "team", "games", "won", "points", "rating"];
                terminal.table(heads, &rows, "No game of theirs has counted yet.")
            })
        }
        LadderCommand::Games { player, limit, json } => {
            let query = PlayedQuery { cursor: None, limit: Some(limit) };
            let page = match player {
                Some(name) => hub.list_games_of(&name, &query).await?,
                None => hub.list_games(&query).await?,
            };
            terminal.answer(json, &page.items, |terminal, games| {
                let rows: Vec<_> = games.iter().map(row).collect();
                terminal.table(["id", "name", "map", "kind", "host", "players", "disputed"], &rows, "No games.")
            })
        }
    }
}

fn row(game: &Played) -> [String; 7] {
    [
        game.id.to_string(),
        plain(&game.name),
        plain(&game.map),
        plain(&game.kind),
        plain(&game.host),
        game.players.len().to_string(),
        if game.disputed { "yes".to_owned() } else { String::new() },
    ]
}

async fn show(hub: &Client, terminal: &mut Terminal<'_>, which: Which) -> Done {
    let query = LadderQuery {
        dialect: Some(if which.aleph_one { Dialect::AlephOne } else { Dialect::Myth2 }),
        class: Some(if which.unranked { Class::Unranked } else { Class::Ranked }),
        order: Some(match which.by {
            By::Rating => Order::Rating,
            By::Points => Order::Points,
        }),
        kind: which.kind,
        team_size: which.team_size,
        season: which.season,
        cursor: None,
        limit: Some(which.limit),
    };
    let page = hub.ladder(&query).await?;
    terminal.answer(which.json, &page.items, |terminal, rungs| {
        let rows: Vec<_> = rungs
            .iter()
            .map(|rung| {
                let standing = &rung.standing;
                [
                    rung.place.to_string(),
                    plain(&rung.name),
                    standing.games.to_string(),
                    standing.wins.to_string(),
                    standing.points.to_string(),
                    standing.rating.to_string(),
                ]
            })
            .collect();
        terminal.table(["place", "name", "games", "won", "points", "rating"], &rows, "Nobody stands in it yet.")
    })
}

/// Runs one command about seasons.
pub async fn run_season(hub: &Client, terminal: &mut Terminal<'_>, command: SeasonCommand) -> Done {
    match command {
        SeasonCommand::List { json } => {
            let seasons = hub.list_seasons().await?;
            terminal.answer(json, &seasons, |terminal, seasons| tell(terminal, seasons))
        }
        SeasonCommand::Begin { name, json, dry_run } => {
            if dry_run {
                let runs = running(hub).await?.map_or_else(String::new, |season| format!("“{season}” would end, and "));
                return terminal.say(format_args!("{runs}“{}” would begin.", plain(&name)));
            }
            let season = hub.begin_season(&NewSeason { name }).await?;
            terminal.answer(json, &[season], |terminal, seasons| tell(terminal, seasons))
        }
        SeasonCommand::End { dry_run } => {
            if dry_run {
                let line = match running(hub).await? {
                    Some(season) => format!("“{season}” would end."),
                    None => "No season runs.".to_owned(),
                };
                return terminal.say(line);
            }
            hub.end_season().await?;
            terminal.say("The season has ended.")
        }
    }
}

/// The name of the season that runs.
async fn running(hub: &Client) -> Result<Option<String>, client::Error> {
    let seasons = hub.list_seasons().await?;
    Ok(seasons.iter().find(|season| season.ended_at.is_none()).map(|season| plain(&season.name)))
}

fn tell(terminal: &mut Terminal<'_>, seasons: &[Season]) -> Done {
    let rows: Vec<_> = seasons
        .iter()
        .map(|season| {
            let runs = if season.ended_at.is_none() { "yes" } else { "" };
            [season.id.to_string(), plain(&season.name), runs.to_owned()]
        })
        .collect();
    terminal.table(["id", "name", "runs"], &rows, "There are no seasons.")
}
