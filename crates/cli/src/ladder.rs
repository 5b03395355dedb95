//! `guildhall ladder …`

use clap::{Args, Subcommand, ValueEnum};
use client::{ChoicesQuery, Client, GameQuery, LadderQuery, Onward};
use contract::{
    lobby::Dialect,
    ranking::{Class, Order, Period, Played, Share},
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
    /// Shows what somebody has made of each map and of each type of game.
    Shares {
        /// Whose.
        name: String,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows how two players fared against each other.
    Against {
        /// Who.
        name: String,
        /// Against whom.
        other: String,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows which kinds of game and sizes of team have ladders.
    Choices {
        /// Of Aleph One instead of Myth II.
        #[arg(long)]
        aleph_one: bool,
        /// Of games for fun instead of those that count.
        #[arg(long)]
        unranked: bool,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Games whose results stand, the newest first.
    Games {
        /// Only where the game, its map or a player has that in its name.
        #[arg(conflicts_with = "player")]
        text: Option<String>,
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
    /// Only of those who have played within that time.
    #[arg(long, value_enum)]
    active: Option<Within>,
    /// The page this player is on.
    #[arg(long)]
    around: Option<String>,
    /// So many, 200 at most.
    #[arg(long, default_value_t = 30)]
    limit: u32,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
}

/// Within which time somebody has played, as it is typed.
#[derive(Clone, Copy, ValueEnum)]
pub enum Within {
    /// Seven days.
    Week,
    /// Thirty.
    Month,
    /// Ninety.
    Quarter,
    /// 365.
    Year,
}

impl From<Within> for Period {
    fn from(within: Within) -> Self {
        match within {
            Within::Week => Self::Week,
            Within::Month => Self::Month,
            Within::Quarter => Self::Quarter,
            Within::Year => Self::Year,
        }
    }
}

/// What a ladder is sorted by, as it is typed.
#[derive(Clone, Copy, ValueEnum)]
pub enum By {
    /// The modern rating.
    Rating,
    /// The classic servers' points.
    Points,
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
        LadderCommand::Shares { name, json } => {
            let shares = hub.player_shares(&name).await?;
            terminal.answer(json, &shares, |terminal, shares| {
                let named = |what: &'static str| {
                    move |share: &Share| {
                        let count = |count: u32| count.to_string();
                        let name = plain(&share.name);
                        [what.to_owned(), name, count(share.games), count(share.wins), count(share.ties)]
                    }
                };
                let maps = shares.maps.iter().map(named("map"));
                let rows: Vec<_> = maps.chain(shares.kinds.iter().map(named("type"))).collect();
                terminal.table(["by", "name", "games", "won", "tied"], &rows, "No game of theirs has counted yet.")
            })
        }
        LadderCommand::Against { name, other, json } => {
            let met = hub.compare_players(&name, &other).await?;
            terminal.answer(json, &met, |terminal, met| {
                let row = [met.against, met.wins, met.losses, met.ties, met.together].map(|count| count.to_string());
                terminal.table(["games against", "won", "lost", "tied", "games together"], &[row], "")
            })
        }
        LadderCommand::Choices { aleph_one, unranked, json } => {
            let choices = hub
                .ladder_choices(&ChoicesQuery { dialect: Some(dialect(aleph_one)), class: Some(class(unranked)) })
                .await?;
            terminal.answer(json, &choices, |terminal, choices| {
                let kinds =
                    choices.kinds.iter().map(|kind| ["kind".to_owned(), kind.kind.to_string(), plain(&kind.name)]);
                let sizes =
                    choices.team_sizes.iter().map(|size| ["team size".to_owned(), size.to_string(), String::new()]);
                let rows: Vec<_> = kinds.chain(sizes).collect();
                terminal.table(["by", "number", "name"], &rows, "No game has counted yet.")
            })
        }
        LadderCommand::Games { text, player, limit, json } => {
            let part = Onward::first(limit);
            let page = match player {
                Some(name) => hub.list_games_of(&name, &part).await?,
                None => hub.list_games(&GameQuery { text, part }).await?,
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

const fn dialect(aleph_one: bool) -> Dialect {
    if aleph_one { Dialect::AlephOne } else { Dialect::Myth2 }
}

const fn class(unranked: bool) -> Class {
    if unranked { Class::Unranked } else { Class::Ranked }
}

async fn show(hub: &Client, terminal: &mut Terminal<'_>, which: Which) -> Done {
    let query = LadderQuery {
        dialect: Some(dialect(which.aleph_one)),
        class: Some(class(which.unranked)),
        order: Some(match which.by {
            By::Rating => Order::Rating,
            By::Points => Order::Points,
        }),
        kind: which.kind,
        team_size: which.team_size,
        season: which.season,
        active: which.active.map(Into::into),
        around: which.around,
        part: Onward::first(which.limit),
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
