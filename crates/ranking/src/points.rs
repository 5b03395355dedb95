//! Points as the classic servers count them: the Elo formula of spec section 15, of which no source gives G and K.

/// What everybody begins with.
pub const START: i32 = 1_000;
/// G: with so many points more, one is expected to win ten times as often.
const SPREAD: f64 = 400.0;
/// K: the most that one game moves.
const STAKE: f64 = 32.0;
/// A classic client reads points as a signed 16-bit number.
const MOST: i32 = 32_767;

/// How a player's points stand after a game. `own` are those of their side, `others` of each other side with what was got out of it: 1 for
/// having come in before it, 0 for after, a half for together.
///
/// Every other side is a game of its own, and the mean of them counts, so a game of sixteen moves no more than a duel. Points do not go
/// below 0.
pub fn after(points: i32, own: f64, others: &[(f64, f64)]) -> i32 {
    if others.is_empty() {
        return points;
    }
    let sum: f64 = others.iter().map(|(other, got)| got - expected(own, *other)).sum();
    let count = f64::from(u32::try_from(others.len()).unwrap_or(u32::MAX));
    let change = (sum / count * STAKE).round();
    #[expect(clippy::cast_possible_truncation, reason = "within 32 either way")]
    let change = change as i32;
    points.saturating_add(change).clamp(0, MOST)
}

/// What a side of `own` points is expected to get out of one of `other`: 0 to 1.
fn expected(own: f64, other: f64) -> f64 {
    1.0 / (1.0 + 10_f64.powf((other - own) / SPREAD))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_move_by_half_the_stake_and_a_tie_moves_nobody() {
        for (got, expected) in [(1.0, 1_016), (0.0, 984), (0.5, 1_000)] {
            assert_eq!(after(1_000, 1_000.0, &[(1_000.0, got)]), expected);
        }
    }

    #[test]
    fn to_beat_who_is_better_is_worth_more() {
        // 400 apart: 1/11 and 10/11 are expected, so 32·10/11 = 29.09 and 32·1/11 = 2.91.
        assert_eq!(after(1_000, 1_000.0, &[(1_400.0, 1.0)]), 1_029);
        assert_eq!(after(1_400, 1_400.0, &[(1_000.0, 1.0)]), 1_403);
    }

    #[test]
    fn many_sides_move_no_more_than_one() {
        let others: Vec<_> = (0..15).map(|_| (1_000.0, 1.0)).collect();
        assert_eq!(after(1_000, 1_000.0, &others), 1_016);
        assert_eq!(after(1_000, 1_000.0, &[(1_000.0, 1.0), (1_000.0, 0.0)]), 1_000);
    }

    #[test]
    fn nobody_owes_points_and_nobody_has_more_than_a_client_can_read() {
        assert_eq!(after(3, 3.0, &[(3.0, 0.0)]), 0);
        assert_eq!(after(MOST, 0.0, &[(0.0, 1.0)]), MOST);
        assert_eq!(after(7, 7.0, &[]), 7, "alone");
    }
}
