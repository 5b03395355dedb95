//! The numbers that games get when they are listed: none twice, and without waiting for the database.

use std::{
    collections::VecDeque,
    ops::Range,
    sync::{Mutex, MutexGuard, PoisonError},
};

use base::GameId;

/// Numbers that are this node's to give, in the order they are given.
#[derive(Debug, Default)]
pub(crate) struct GameNumbers(Mutex<VecDeque<Range<i64>>>);

impl GameNumbers {
    /// All above the last, where nobody else gives any.
    pub(crate) fn after(last: i64) -> Self {
        let numbers = Self::default();
        numbers.add(last + 1..i64::MAX);
        numbers
    }

    /// These are this node's, too.
    pub(crate) fn add(&self, more: Range<i64>) {
        self.ranges().push_back(more);
    }

    /// How many are left.
    pub(crate) fn left(&self) -> usize {
        let left = |range: &Range<i64>| usize::try_from(range.end - range.start).unwrap_or_default();
        self.ranges().iter().map(left).fold(0, usize::saturating_add)
    }

    /// The next one; `None` where none are left.
    pub(crate) fn next(&self) -> Option<GameId> {
        let mut ranges = self.ranges();
        while let Some(first) = ranges.front_mut() {
            if let Some(number) = first.next() {
                return Some(GameId::from(number));
            }
            ranges.pop_front();
        }
        None
    }

    fn ranges(&self) -> MutexGuard<'_, VecDeque<Range<i64>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_given_in_order_and_once() {
        let numbers = GameNumbers::default();
        assert_eq!((numbers.left(), numbers.next()), (0, None));
        numbers.add(11..13);
        numbers.add(40..41);
        assert_eq!(numbers.left(), 3);
        let given: Vec<i64> = std::iter::from_fn(|| numbers.next()).map(GameId::get).collect();
        assert_eq!((given, numbers.left()), (vec![11, 12, 40], 0));
    }

    #[test]
    fn a_lone_node_counts_on_from_the_last() {
        let numbers = GameNumbers::after(7);
        assert_eq!([numbers.next(), numbers.next()], [Some(GameId::from(8)), Some(GameId::from(9))]);
        assert!(numbers.left() > 1 << 40);
    }
}
