//! A report turned into who won: the rules of spec section 14, on plain values.

use std::collections::BTreeMap;

use base::UserId;
use metaserver_proto::packet::score::{GameScore, PlayerScore};
use serde::{Deserialize, Serialize};

/// Somebody who is in a game, as the room knew them when the host said so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Participant {
    pub(crate) user: Option<UserId>,
    pub(crate) name: String,
}

/// How a game ended, by one report. Kept as JSON, so a field may be added, and none renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) end_code: i16,
    pub(crate) played_ms: i64,
    /// By place, spectators last; within a team the captain first.
    pub(crate) players: Vec<Placed>,
}

/// How somebody fared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Placed {
    /// Index in the report.
    pub(crate) seat: usize,
    pub(crate) who: Participant,
    /// `None` for a spectator.
    pub(crate) team: Option<i16>,
    /// 1 for the winners; `None` for a spectator.
    pub(crate) place: Option<i32>,
    pub(crate) fate: Fate,
    pub(crate) host: bool,
    pub(crate) captain: bool,
    pub(crate) dropped: bool,
    pub(crate) units_killed: i32,
    pub(crate) units_lost: i32,
    pub(crate) damage_given: i32,
    pub(crate) damage_taken: i32,
}

/// What it counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fate {
    Win,
    Tie,
    Loss,
    Spectator,
    /// Nobody plays against anybody; it counts in no statistics.
    Cooperative,
}

impl Fate {
    /// The word stored in the database.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Win => "win",
            Self::Tie => "tie",
            Self::Loss => "loss",
            Self::Spectator => "spectator",
            Self::Cooperative => "cooperative",
        }
    }
}

struct Team {
    number: i16,
    captain: usize,
    place: i32,
}

/// Files a report. `known` are the players the host named before; where it named none, everybody in the report counts.
pub(crate) fn file(report: &GameScore, known: &BTreeMap<u32, Participant>, host: u32, cooperative: bool) -> Outcome {
    let count = usize::try_from(report.number_of_players).unwrap_or(0).min(report.players.len());
    let seats: Vec<(usize, &PlayerScore, Option<&Participant>)> = report.players[..count]
        .iter()
        .enumerate()
        .map(|(seat, score)| (seat, score, u32::try_from(score.player_id).ok().and_then(|id| known.get(&id))))
        .collect();
    let is_known = |seat: usize| known.is_empty() || seats.get(seat).is_some_and(|(_, _, who)| who.is_some());

    let slots = usize::try_from(report.number_of_teams).unwrap_or(0).min(report.teams.len());
    let teams: Vec<Team> = report.teams[..slots]
        .iter()
        .filter(|slot| slot.valid != 0)
        .filter_map(|slot| {
            let captain =
                usize::try_from(slot.captain).ok().filter(|captain| *captain < count && is_known(*captain))?;
            let lost_together = cooperative && report.end_code != 0;
            let place = if lost_together { 2 } else { i32::from(slot.place).max(0) + 1 };
            Some(Team { number: report.players[captain].team, captain, place })
        })
        .collect();
    let tied = |team: &Team| teams.iter().filter(|other| other.place == team.place).count() > 1;

    let mut players: Vec<Placed> = seats
        .iter()
        .filter(|(seat, ..)| is_known(*seat))
        .map(|&(seat, score, who)| {
            let team = teams.iter().find(|team| team.number == score.team);
            let fate = match team {
                None => Fate::Spectator,
                Some(_) if cooperative => Fate::Cooperative,
                Some(team) if team.place != 1 => Fate::Loss,
                Some(team) if tied(team) => Fate::Tie,
                Some(_) => Fate::Win,
            };
            Placed {
                seat,
                who: who.cloned().unwrap_or_else(|| Participant { user: None, name: format!("Player {}", seat + 1) }),
                team: team.map(|team| team.number),
                place: team.map(|team| team.place),
                fate,
                host: u32::try_from(score.player_id) == Ok(host),
                captain: team.is_some_and(|team| team.captain == seat),
                dropped: score.finished == 0,
                units_killed: score.units_killed,
                units_lost: score.units_lost,
                damage_given: score.points_killed,
                damage_taken: score.points_lost,
            }
        })
        .collect();
    players.sort_by(|a, b| {
        let key = |placed: &Placed| (placed.place.unwrap_or(i32::MAX), placed.team, !placed.captain);
        key(a).cmp(&key(b)).then_with(|| a.who.name.cmp(&b.who.name))
    });
    Outcome { end_code: report.end_code, played_ms: i64::from(report.elapsed_ticks.max(0)) * 1_000 / 30, players }
}

#[cfg(test)]
mod tests {
    use metaserver_proto::packet::score::TeamScore;

    use super::*;

    fn known(numbers: &[u32]) -> BTreeMap<u32, Participant> {
        numbers
            .iter()
            .map(|n| (*n, Participant { user: Some(UserId::from(i64::from(*n))), name: format!("p{n}") }))
            .collect()
    }

    /// Teams by (place, captain's seat, valid); players by (number, team).
    fn report(teams: &[(i16, i16, i16)], players: &[(i32, i16)]) -> GameScore {
        let mut score = GameScore {
            number_of_teams: i16::try_from(teams.len()).expect("few"),
            number_of_players: i16::try_from(players.len()).expect("few"),
            elapsed_ticks: 300,
            ..GameScore::default()
        };
        for (slot, &(place, captain, valid)) in score.teams.iter_mut().zip(teams) {
            *slot = TeamScore { place, captain, valid, ..TeamScore::default() };
        }
        score.players = players
            .iter()
            .map(|&(player_id, team)| PlayerScore { player_id, team, finished: 1, ..PlayerScore::default() })
            .collect();
        score
    }

    fn fates(outcome: &Outcome) -> Vec<(&str, Fate, bool)> {
        outcome.players.iter().map(|placed| (placed.who.name.as_str(), placed.fate, placed.captain)).collect()
    }

    #[test]
    fn the_first_place_wins_and_spectators_come_last() {
        let score = report(&[(1, 0, 1), (0, 1, 1)], &[(1, 0), (2, 1), (3, 1), (4, 9)]);
        let outcome = file(&score, &known(&[1, 2, 3, 4]), 2, false);
        assert_eq!(
            fates(&outcome),
            [
                ("p2", Fate::Win, true),
                ("p3", Fate::Win, false),
                ("p1", Fate::Loss, true),
                ("p4", Fate::Spectator, false)
            ]
        );
        assert!(outcome.players[0].host && !outcome.players[2].host);
        assert_eq!(outcome.played_ms, 10_000);
    }

    #[test]
    fn an_equal_place_is_a_tie() {
        let score = report(&[(0, 0, 1), (0, 1, 1), (1, 2, 1), (1, 3, 1)], &[(1, 0), (2, 1), (3, 2), (4, 3)]);
        let outcome = file(&score, &known(&[1, 2, 3, 4]), 1, false);
        let fates: Vec<_> = outcome.players.iter().map(|placed| placed.fate).collect();
        assert_eq!(fates, [Fate::Tie, Fate::Tie, Fate::Loss, Fate::Loss]);
    }

    #[test]
    fn in_a_cooperative_game_everybody_shares_one_fate() {
        let mut score = report(&[(0, 0, 1)], &[(1, 0), (2, 0)]);
        score.end_code = 1;
        let outcome = file(&score, &known(&[1, 2]), 1, true);
        assert!(outcome.players.iter().all(|placed| placed.fate == Fate::Cooperative && placed.place == Some(2)));
    }

    #[test]
    fn teams_and_players_the_host_never_named_are_left_out() {
        let score = report(&[(0, 1, 1), (1, 0, 1), (2, 0, 0)], &[(1, 0), (99, 1)]);
        assert_eq!(fates(&file(&score, &known(&[1]), 1, false)), [("p1", Fate::Loss, true)]);
        let everybody = file(&score, &BTreeMap::new(), 1, false);
        assert_eq!(fates(&everybody), [("Player 2", Fate::Win, true), ("Player 1", Fate::Loss, true)]);
    }

    #[test]
    fn lying_counts_reach_nothing() {
        let mut score = report(&[(0, 15, 1), (0, -1, 1)], &[(1, 0)]);
        score.number_of_players = 500;
        score.number_of_teams = 500;
        score.elapsed_ticks = i32::MIN;
        let outcome = file(&score, &known(&[1]), 1, false);
        assert_eq!(fates(&outcome), [("p1", Fate::Spectator, false)]);
        assert_eq!(outcome.played_ms, 0);
        score.number_of_players = -3;
        assert_eq!(file(&score, &known(&[1]), 1, false).players.len(), 0);
    }
}
