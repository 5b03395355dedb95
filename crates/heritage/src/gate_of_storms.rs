//! The database of Gate of Storms, the server of gateofstorms.net, and of what was made of it: its users, what they log on with, and its games.
//!
//! Names of tables and columns are from its own `initialize_db.sql`; which of them mean what, from its server (protocol §1, §14).

use std::collections::BTreeMap;

use base::{Millis, Secret};
use contract::{ranking::Fate, room::RoomKind};

use crate::{Error, Estate, Game, Kept, KeptAs, Player, Seat, dump::each_row, player::Ban, row::Row};

const USERS: &str = "metaserver_users";
const TOKENS: &str = "metaserver_login_tokens";
const GAMES: &str = "metaserver_games";
const TEAMS: &str = "metaserver_games_teams";
const PLAYERS: &str = "metaserver_games_teams_players";
/// In the order in which they are read: a dump has them in that of the alphabet.
const TABLES: [&str; 5] = [USERS, TOKENS, GAMES, TEAMS, PLAYERS];

/// A team of one game.
struct Team {
    game: i64,
    place: i32,
    tied: bool,
    spectators: bool,
}

/// What a table said of a seat, before it is known in which game.
struct Sat {
    team: i64,
    seat: Seat,
}

/// Reads a dump of its database.
pub fn read(dump: &[u8]) -> Result<Estate, Error> {
    let mut players: BTreeMap<i64, Player> = BTreeMap::new();
    let mut logons: Vec<(i64, String, Secret)> = Vec::new();
    let mut games: BTreeMap<i64, (Game, bool)> = BTreeMap::new();
    let mut teams: BTreeMap<i64, Team> = BTreeMap::new();
    let mut seats: Vec<Sat> = Vec::new();
    let found = each_row::<Error>(dump, &TABLES, |table, columns, values| {
        let row = Row { table, columns, values };
        match table {
            USERS => {
                players.insert(row.number("id")?, player(&row)?);
            }
            TOKENS => {
                let password = Secret::new(row.text("password_token")?);
                logons.push((row.number("user_id")?, row.text("user_name_token")?, password));
            }
            GAMES => {
                games.insert(row.number("id")?, (game(&row)?, row.flag("cooperative")?));
            }
            TEAMS => {
                let team = Team {
                    game: row.number("metaserver_games_id")?,
                    place: row.number("place")?,
                    tied: row.flag("place_tie")?,
                    spectators: row.flag("spectators")?,
                };
                teams.insert(row.number("id")?, team);
            }
            _ => seats.push(Sat { team: row.number("metaserver_games_teams_id")?, seat: seat(&row)? }),
        }
        Ok(())
    })?;
    if let Some(missing) = [USERS, GAMES].into_iter().find(|table| !found.contains(table)) {
        return Err(Error::NoTable(missing));
    }
    for (user, name, password) in logons {
        if let Some(player) = players.get_mut(&user) {
            player.types = Some(name);
            player.password = Some(Kept { form: KeptAs::Readable, text: password });
        }
    }
    let numbers = numbers(&teams);
    for Sat { team, mut seat } in seats {
        let Some(of) = teams.get(&team) else { continue };
        let Some((game, cooperative)) = games.get_mut(&of.game) else { continue };
        seat.fate = fate(of, *cooperative);
        if !of.spectators {
            (seat.place, seat.team) = (Some(of.place), numbers.get(&team).copied());
        }
        game.seats.push(seat);
    }
    let mut games: Vec<Game> = games.into_values().map(|(game, _)| game).collect();
    for game in &mut games {
        game.seats.sort_by_key(|seat| (seat.place.unwrap_or(i32::MAX), seat.team, !seat.captain));
    }
    games.sort_by_key(|game| game.ended_at);
    Ok(Estate { players: players.into_values().collect(), games })
}

/// Teams are numbered through the whole database; in a game it only matters which are one.
fn numbers(teams: &BTreeMap<i64, Team>) -> BTreeMap<i64, i16> {
    let mut so_far: BTreeMap<i64, i16> = BTreeMap::new();
    let number = |(id, team): (&i64, &Team)| {
        let next = so_far.entry(team.game).or_default();
        *next = next.saturating_add(1);
        (*id, *next - 1)
    };
    teams.iter().map(number).collect()
}

/// Win, tie and loss as its web site counts them (protocol §14).
fn fate(team: &Team, cooperative: bool) -> Fate {
    match (team.spectators, cooperative, team.place, team.tied) {
        (true, ..) => Fate::Spectator,
        (_, true, ..) => Fate::Cooperative,
        (_, _, 1, true) => Fate::Tie,
        (_, _, 1, false) => Fate::Win,
        _ => Fate::Loss,
    }
}

fn player(row: &Row<'_, '_>) -> Result<Player, Error> {
    let ban = row
        .instant("banned_until")
        .map(|until| Ban { until, reason: row.perhaps("banned_reason").unwrap_or_default() });
    Ok(Player {
        number: row.text("id")?,
        name: row.text("nick_name")?,
        types: None,
        password: None,
        email: None,
        since: row.instant("registration_datetime"),
        ban,
        keeps_order: row.number::<i64>("admin_level")? > 0,
    })
}

fn game(row: &Row<'_, '_>) -> Result<Game, Error> {
    let class = match row.number::<i64>("room_type")? {
        1 => RoomKind::Ranked,
        2 => RoomKind::Tournament,
        _ => RoomKind::Unranked,
    };
    let began_at = row.instant("start_datetime");
    // Of a game whose end was never filed the beginning is known, or at least when it was filed.
    let ended_at = row.instant("end_datetime").or(began_at).or_else(|| row.instant("insert_datetime"));
    Ok(Game {
        number: row.text("id")?,
        class,
        name: row.text("game_name")?,
        map: row.text("map_name")?,
        scoring: row.number("scoring")?,
        difficulty: row.number("difficulty")?,
        time_limit_ticks: row.number("time_limit")?,
        planning_time_ticks: row.number("planning_time_limit")?,
        began_at,
        ended_at: ended_at.unwrap_or(Millis(0)),
        end_code: row.number("ended_code")?,
        played_ms: row.number::<i64>("duration")?.max(0).saturating_mul(1_000) / 30,
        seats: Vec::new(),
    })
}

fn seat(row: &Row<'_, '_>) -> Result<Seat, Error> {
    Ok(Seat {
        player: row.perhaps("user_id"),
        name: row.text("nick_name")?,
        team: None,
        place: None,
        fate: Fate::Spectator,
        host: row.flag("host")?,
        captain: row.flag("captain")?,
        dropped: row.flag("dropped")?,
        units_killed: row.number("units_killed")?,
        units_lost: row.number("units_lost")?,
        damage_given: row.number("damage_given")?,
        damage_taken: row.number("damage_taken")?,
    })
}
