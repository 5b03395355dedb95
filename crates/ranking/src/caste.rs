//! The icon beside a name that says how somebody plays: spec section 15, as the oldest server counted it.

/// Ranked games after which a player's caste goes by their place, and no longer by how many they have played.
pub const NOVICE_GAMES: u32 = 3;

/// The highest that is earned: the comet.
pub const COMET: u8 = 16;

/// Castes below those of named places, from the top, each with its share of all placed players in hundredths.
const SHARES: [(u8, u64); 9] = [(11, 6), (10, 7), (9, 9), (8, 10), (7, 11), (6, 12), (5, 14), (4, 15), (3, 16)];

/// Castes held by the first places, with the last place that holds each.
const NAMED: [(u8, u64); 5] = [(COMET, 1), (15, 2), (14, 3), (13, 5), (12, 8)];

/// The caste of somebody with that many ranked games, at this place (from 1) among so many placed players: those with more than
/// [`NOVICE_GAMES`] games.
///
/// A share that rounds down to nothing still holds one, where the original's counter ran under and let that caste swallow the rest.
/// Whoever comes after the last share has its caste too.
pub fn caste(games: u32, place: u64, placed: u64) -> u8 {
    match games {
        0 => return 0,
        1 => return 1,
        2..=NOVICE_GAMES => return 2,
        _ => {}
    }
    if let Some(&(caste, _)) = NAMED.iter().find(|(_, last)| place <= *last) {
        return caste;
    }
    let mut last = 8;
    for (caste, share) in SHARES {
        last += (placed * share / 100).max(1);
        if place <= last {
            return caste;
        }
    }
    3
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many hold each caste from the comet down to sword and dagger, in a ladder of so many.
    fn ladder(placed: u64) -> Vec<(u8, usize)> {
        let mut held: Vec<(u8, usize)> = Vec::new();
        for place in 1..=placed {
            let caste = caste(4, place, placed);
            match held.last_mut() {
                Some((last, count)) if *last == caste => *count += 1,
                _ => held.push((caste, 1)),
            }
        }
        held
    }

    #[test]
    fn who_has_played_little_goes_by_how_little() {
        // Ranked games, caste: none, one, two to three (spec section 15).
        for (games, expected) in [(0, 0), (1, 1), (2, 2), (3, 2)] {
            assert_eq!(caste(games, 1, 1), expected, "{games} games");
        }
        assert_eq!(caste(4, 1, 1), COMET);
    }

    /// Worked out by hand from spec section 15.
    ///
    /// | Caste | Held by | of 1 | of 10 | of 100 |
    /// |---|---|---|---|---|
    /// | 16 comet | place 1 | 1 | 1 | 1 |
    /// | 15 sun | place 2 | | 1 | 1 |
    /// | 14 eclipsed sun | place 3 | | 1 | 1 |
    /// | 13 moon | places 4–5 | | 2 | 2 |
    /// | 12 eclipsed moon | places 6–8 | | 3 | 3 |
    /// | 11 nice crown | 6 % | | 0.6 → 1 | 6 |
    /// | 10 crown | 7 % | | 0.7 → 1 | 7 |
    /// | 9 simple crown | 9 % | | | 9 |
    /// | 8 shield, crossed axes | 10 % | | | 10 |
    /// | 7 shield, crossed swords | 11 % | | | 11 |
    /// | 6 shield | 12 % | | | 12 |
    /// | 5 crossed axes | 14 % | | | 14 |
    /// | 4 crossed swords | 15 % | | | 15 |
    /// | 3 sword and dagger | 16 % | | | 100 − 92 = 8 |
    #[test]
    fn ladders_of_one_ten_and_a_hundred() {
        assert_eq!(ladder(1), [(16, 1)]);
        assert_eq!(ladder(10), [(16, 1), (15, 1), (14, 1), (13, 2), (12, 3), (11, 1), (10, 1)]);
        assert_eq!(
            ladder(100),
            [
                (16, 1),
                (15, 1),
                (14, 1),
                (13, 2),
                (12, 3),
                (11, 6),
                (10, 7),
                (9, 9),
                (8, 10),
                (7, 11),
                (6, 12),
                (5, 14),
                (4, 15),
                (3, 8)
            ]
        );
    }

    #[test]
    fn nobody_further_down_has_a_higher_caste() {
        for placed in 1..=500 {
            let castes: Vec<u8> = (1..=placed).map(|place| caste(9, place, placed)).collect();
            assert!(castes.is_sorted_by(|above, below| above >= below), "{placed}");
            assert!(castes.iter().all(|caste| (3..=COMET).contains(caste)), "{placed}");
        }
    }
}
