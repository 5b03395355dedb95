//! What a game does to those who played it: plain values in, plain values out.

use std::collections::BTreeMap;

use base::UserId;
use contract::ranking::Fate;

use crate::{
    points,
    skill::{self, Skill},
};

/// One side of a game.
#[derive(Debug, Clone)]
pub(crate) struct Side {
    /// 1 for the winners.
    pub(crate) place: u32,
    pub(crate) players: Vec<Player>,
}

/// Somebody on it.
#[derive(Debug, Clone)]
pub(crate) struct Player {
    /// `None`: a guest, or somebody who is gone. They count as an opponent who has never played.
    pub(crate) user: Option<UserId>,
    pub(crate) fate: Fate,
    pub(crate) dropped: bool,
    pub(crate) damage_given: i64,
    pub(crate) damage_taken: i64,
}

/// How somebody stands in one ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) games: i64,
    pub(crate) wins: i64,
    pub(crate) losses: i64,
    pub(crate) ties: i64,
    pub(crate) dropped: i64,
    pub(crate) damage_given: i64,
    pub(crate) damage_taken: i64,
    pub(crate) points: i32,
    pub(crate) most_points: i32,
    pub(crate) skill: Skill,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            games: 0,
            wins: 0,
            losses: 0,
            ties: 0,
            dropped: 0,
            damage_given: 0,
            damage_taken: 0,
            points: points::START,
            most_points: points::START,
            skill: Skill::default(),
        }
    }
}

/// The largest side.
pub(crate) fn team_size(sides: &[Side]) -> u32 {
    let largest = sides.iter().map(|side| side.players.len()).max().unwrap_or_default();
    u32::try_from(largest).unwrap_or(u32::MAX)
}

/// Whether anybody played against anybody, and anybody of them has an account.
pub(crate) fn counts(sides: &[Side]) -> bool {
    sides.len() > 1 && sides.iter().flat_map(|side| &side.players).any(|player| player.user.is_some())
}

/// How those with accounts stand after the game, from how they stood before it in the same ladder.
pub(crate) fn count(sides: &[Side], before: &BTreeMap<UserId, Tally>) -> BTreeMap<UserId, Tally> {
    let stood = |player: &Player| player.user.and_then(|user| before.get(&user)).cloned().unwrap_or_default();
    let tallies: Vec<Vec<Tally>> = sides.iter().map(|side| side.players.iter().map(stood).collect()).collect();
    let teams: Vec<(Vec<Skill>, u32)> = sides
        .iter()
        .zip(&tallies)
        .map(|(side, tallies)| (tallies.iter().map(|tally| tally.skill).collect(), side.place))
        .collect();
    let skills = skill::after(&teams);
    let strengths: Vec<f64> = tallies.iter().map(|tallies| strength(tallies)).collect();

    let mut after = BTreeMap::new();
    for (index, side) in sides.iter().enumerate() {
        let others: Vec<(f64, f64)> = sides
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != index)
            .map(|(other, theirs)| (strengths[other], got(side.place, theirs.place)))
            .collect();
        for ((player, tally), skill) in side.players.iter().zip(&tallies[index]).zip(&skills[index]) {
            let Some(user) = player.user else { continue };
            let points = points::after(tally.points, strengths[index], &others);
            let one_if = |fate: Fate| i64::from(player.fate == fate);
            let tally = Tally {
                games: tally.games + 1,
                wins: tally.wins + one_if(Fate::Win),
                losses: tally.losses + one_if(Fate::Loss),
                ties: tally.ties + one_if(Fate::Tie),
                dropped: tally.dropped + i64::from(player.dropped),
                damage_given: tally.damage_given.saturating_add(player.damage_given),
                damage_taken: tally.damage_taken.saturating_add(player.damage_taken),
                points,
                most_points: tally.most_points.max(points),
                skill: *skill,
            };
            after.insert(user, tally);
        }
    }
    after
}

/// What a side got out of another one.
fn got(own: u32, theirs: u32) -> f64 {
    match own.cmp(&theirs) {
        std::cmp::Ordering::Less => 1.0,
        std::cmp::Ordering::Equal => 0.5,
        std::cmp::Ordering::Greater => 0.0,
    }
}

/// The mean of a side's points.
fn strength(tallies: &[Tally]) -> f64 {
    let sum: f64 = tallies.iter().map(|tally| f64::from(tally.points)).sum();
    sum / f64::from(u32::try_from(tallies.len().max(1)).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(place: u32, fate: Fate, users: &[i64]) -> Side {
        let player = |user: &i64| Player {
            user: (*user > 0).then(|| UserId::from(*user)),
            fate,
            dropped: *user == 4,
            damage_given: 10,
            damage_taken: 5,
        };
        Side { place, players: users.iter().map(player).collect() }
    }

    #[test]
    fn a_duel_moves_both_alike() {
        let after = count(&[side(2, Fate::Loss, &[2]), side(1, Fate::Win, &[1])], &BTreeMap::new());
        let (winner, loser) = (&after[&UserId::from(1)], &after[&UserId::from(2)]);
        assert_eq!((winner.points, loser.points), (1_016, 984));
        assert_eq!((winner.most_points, loser.most_points), (1_016, 1_000));
        assert_eq!((winner.skill.rating(), loser.skill.rating()), (343, -183));
        assert_eq!((winner.games, winner.wins, loser.losses, loser.damage_taken), (1, 1, 1, 5));
    }

    #[test]
    fn a_guest_is_an_opponent_and_is_kept_nowhere() {
        let after = count(&[side(1, Fate::Win, &[1, 0]), side(2, Fate::Loss, &[0, 0])], &BTreeMap::new());
        assert_eq!(after.len(), 1);
        assert_eq!(after[&UserId::from(1)].points, 1_016);
    }

    #[test]
    fn what_nobody_plays_against_anybody_counts_for_nothing() {
        assert!(!counts(&[side(1, Fate::Cooperative, &[1, 2])]));
        assert!(!counts(&[side(1, Fate::Win, &[0]), side(2, Fate::Loss, &[0])]));
        assert!(counts(&[side(1, Fate::Win, &[1]), side(2, Fate::Loss, &[0])]));
    }

    #[test]
    fn sides_of_any_number_and_size() {
        let sides = [side(1, Fate::Tie, &[1]), side(1, Fate::Tie, &[2, 3]), side(3, Fate::Loss, &[4])];
        assert_eq!(team_size(&sides), 2);
        let after = count(&sides, &BTreeMap::new());
        let points: Vec<i32> = after.values().map(|tally| tally.points).collect();
        assert_eq!(points, [1_008, 1_008, 1_008, 984], "half a game tied, half of it won; both lost");
        assert_eq!(after[&UserId::from(4)].dropped, 1);
    }
}
