//! How a game between two ended, as a client reports it.

use metaserver_proto::{
    ClientPacket,
    packet::score::{GameScore, PlayerScore, TeamScore},
};

/// A report in which the first of two won, and dealt three times the damage. `game` is the host's number.
pub fn won_by(game: u32, numbers: [u32; 2]) -> ClientPacket {
    let mut report = GameScore {
        game_id: game,
        number_of_players: 2,
        number_of_teams: 2,
        elapsed_ticks: 9_000,
        ..GameScore::default()
    };
    for (team, place) in report.teams.iter_mut().zip([0, 1]) {
        *team = TeamScore { place, captain: place, valid: 1, ..TeamScore::default() };
    }
    let player = |(number, team)| PlayerScore {
        player_id: i32::try_from(number).unwrap_or(i32::MAX),
        team,
        finished: 1,
        points_killed: [120, 40][usize::from(team > 0)],
        points_lost: [40, 120][usize::from(team > 0)],
        ..PlayerScore::default()
    };
    report.players = numbers.into_iter().zip([0, 1]).map(player).collect();
    ClientPacket::Score(Box::new(report))
}
