//! How those who stand in a ladder are spread over it.

use serde::{Deserialize, Serialize};

/// So many steps at most: as many as can be told apart in a chart on a telephone.
const MOST_STEPS: i64 = 13;

/// How many have how much: steps of equal width, from the least value to the greatest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spread {
    /// Where the first step begins: a multiple of their width.
    pub from: i64,
    /// How wide each is: 1, 2 or 5 with noughts behind it. 0 where nobody stands in the ladder.
    pub step: i64,
    /// How many stand in each; 13 steps at most.
    pub players: Vec<u64>,
}

impl Spread {
    /// The fewest steps of such a width from the least value to the greatest, with nobody in them yet.
    pub fn over(least: i64, most: i64) -> Self {
        let count = |step: i64| most.div_euclid(step) - least.div_euclid(step) + 1;
        let mut widths = (0..).flat_map(|noughts| [1, 2, 5].map(|factor| factor * 10_i64.pow(noughts)));
        let step = widths.find(|step| count(*step) <= MOST_STEPS).expect("one is as wide as it takes");
        let steps = usize::try_from(count(step)).unwrap_or(0);
        Self { from: least.div_euclid(step) * step, step, players: vec![0; steps] }
    }

    /// Each step: its least value, its greatest, and how many stand in it.
    pub fn steps(&self) -> impl Iterator<Item = (i64, i64, u64)> + '_ {
        (0_i64..).zip(&self.players).map(|(at, players)| {
            let from = self.from + at * self.step;
            (from, from + self.step - 1, *players)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_and_hold_every_value() {
        for (least, most, from, step, steps) in [
            (7, 7, 7, 1, 1),
            (0, 12, 0, 1, 13),
            (0, 13, 0, 2, 7),
            (984, 1_016, 980, 5, 8),
            (-130, 2_490, -500, 500, 6),
            (-1_000_000, 1_000_000, -1_000_000, 200_000, 11),
        ] {
            let spread = Spread::over(least, most);
            assert_eq!((spread.from, spread.step, spread.players.len()), (from, step, steps), "{least} to {most}");
            let ends: Vec<(i64, i64)> = spread.steps().map(|(from, to, _)| (from, to)).collect();
            let [first, last] = [ends[0], ends[ends.len() - 1]];
            assert!(first.0 <= least && least <= first.1 && last.0 <= most && most <= last.1, "{ends:?}");
        }
    }
}
