//! The modern rating: `OpenSkill`, the Bayesian approximation of Weng and Lin (2011), which rates any number of teams of any size.

use skillratings::{
    MultiTeamOutcome,
    weng_lin::{WengLinConfig, WengLinRating, weng_lin_multi_team},
};

/// How good somebody is likely to be, and how sure that is. Kept in millionths, as the store keeps it: the same on every engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skill {
    /// The likeliest skill, in millionths.
    pub skill: i64,
    /// The standard deviation, in millionths.
    pub doubt: i64,
}

const MILLIONTHS: f64 = 1_000_000.0;

impl Default for Skill {
    fn default() -> Self {
        WengLinRating::new().into()
    }
}

impl Skill {
    /// What can be counted on, in hundredths: the skill less three times the doubt. Everybody begins at 0, and rises as the doubt goes.
    pub const fn rating(self) -> i64 {
        (self.skill - 3 * self.doubt) / 10_000
    }
}

impl From<WengLinRating> for Skill {
    fn from(rating: WengLinRating) -> Self {
        Self { skill: millionths(rating.rating), doubt: millionths(rating.uncertainty) }
    }
}

impl From<Skill> for WengLinRating {
    fn from(skill: Skill) -> Self {
        Self { rating: whole(skill.skill), uncertainty: whole(skill.doubt) }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "ratings are within some hundreds")]
fn millionths(value: f64) -> i64 {
    (value * MILLIONTHS).round() as i64
}

#[expect(clippy::cast_precision_loss, reason = "ratings are within some hundreds of millions")]
fn whole(value: i64) -> f64 {
    value as f64 / MILLIONTHS
}

/// The teams' skills after a game, given with the place of each; the same order comes back. Equal places are a tie.
pub fn after(teams: &[(Vec<Skill>, u32)]) -> Vec<Vec<Skill>> {
    let rated: Vec<(Vec<WengLinRating>, MultiTeamOutcome)> = teams
        .iter()
        .map(|(team, place)| {
            let place = usize::try_from(*place).unwrap_or(usize::MAX);
            (team.iter().map(|skill| WengLinRating::from(*skill)).collect(), MultiTeamOutcome::new(place))
        })
        .collect();
    let teams: Vec<(&[WengLinRating], MultiTeamOutcome)> =
        rated.iter().map(|(team, place)| (team.as_slice(), *place)).collect();
    let after = weng_lin_multi_team(&teams, &WengLinConfig::new());
    after.into_iter().map(|team| team.into_iter().map(Skill::from).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skill(skill: f64, doubt: f64) -> Skill {
        WengLinRating { rating: skill, uncertainty: doubt }.into()
    }

    /// The example that the documentation of the crate's `weng_lin_multi_team` works out: three teams of three, in hundredths.
    #[test]
    fn the_crates_published_example() {
        let teams = [
            (vec![Skill::default(), skill(30.0, 1.2), skill(21.0, 6.5)], 2),
            (vec![Skill::default(), skill(41.0, 1.4), skill(19.2, 4.3)], 1),
            (vec![Skill::default(), skill(29.4, 1.6), skill(17.2, 2.1)], 3),
        ];
        let hundredths: Vec<Vec<i64>> = after(&teams)
            .iter()
            .map(|team| team.iter().map(|player| (player.skill + 5_000) / 10_000).collect())
            .collect();
        assert_eq!(hundredths, [[2_538, 3_001, 2_123], [2_796, 4_108, 1_999], [2_166, 2_928, 1_699]]);
    }

    #[test]
    fn everybody_begins_at_nought_and_the_winner_rises() {
        assert_eq!(Skill::default().rating(), 0);
        let after = after(&[(vec![Skill::default()], 1), (vec![Skill::default()], 2)]);
        // 27.635 − 3 · 8.066 = 3.44, and 22.365 − 3 · 8.066 = −1.83.
        assert_eq!((after[0][0].rating(), after[1][0].rating()), (343, -183));
    }

    #[test]
    fn a_tie_of_equals_moves_nobody_and_takes_doubt_away() {
        let after = after(&[(vec![Skill::default()], 1), (vec![Skill::default()], 1)]);
        assert_eq!(after[0], after[1]);
        assert_eq!(after[0][0].skill, Skill::default().skill);
        assert!(after[0][0].doubt < Skill::default().doubt);
    }
}
