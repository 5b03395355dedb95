//! Whom somebody keeps company with: friends, whom classic clients call buddies, and the order they belong to (spec section 19).

use base::{OrderId, UserId};
use contract::people::{Bond, Companion};

/// Somebody's company, as it was when it was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Circle {
    /// Friends, whom they have asked, and who asks them; the newest first.
    pub companions: Vec<Companion>,
    /// Their order.
    pub order: Option<Brotherhood>,
}

/// An order, as one who belongs to it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brotherhood {
    /// Which.
    pub id: OrderId,
    /// Its name.
    pub name: String,
    /// Everybody who belongs to it, oneself too.
    pub fellows: Vec<Fellow>,
}

/// Somebody who belongs to the same order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fellow {
    /// Who.
    pub user: UserId,
    /// Whether they let this one see that they are here.
    pub shows: bool,
}

impl Circle {
    /// Their friends.
    pub(crate) fn friends(&self) -> impl Iterator<Item = &Companion> {
        self.companions.iter().filter(|companion| companion.bond == Bond::Friend)
    }

    /// Whether a friend of theirs lets them see that they are here.
    pub(crate) fn sees_friend(&self, user: UserId) -> bool {
        self.friends().any(|friend| friend.user == user && friend.shows)
    }

    /// Everybody who shows in the tables of those they are friends with, or of the same order with.
    pub(crate) fn everybody(&self) -> impl Iterator<Item = UserId> {
        let fellows = self.order.iter().flat_map(|order| order.fellows.iter().map(|fellow| fellow.user));
        self.friends().map(|friend| friend.user).chain(fellows)
    }

    /// The number classic clients know their order by: its id, where a packet has room for it.
    pub(crate) fn order_number(&self) -> Option<i16> {
        self.order.as_ref().and_then(|order| order_number(order.id))
    }

    /// What is worth a line to its owner: who asks to be a friend, and who has become one. Before it is the circle as it was; `None`
    /// where they have only just come.
    pub(crate) fn news_since(&self, before: Option<&Self>) -> Vec<String> {
        let was = |user: UserId, bond: Bond| {
            before.is_some_and(|before| {
                before.companions.iter().any(|companion| companion.user == user && companion.bond == bond)
            })
        };
        let new = |bond: Bond| {
            self.companions
                .iter()
                .filter(move |companion| companion.bond == bond && !was(companion.user, bond))
                .map(|companion| companion.name.as_str())
        };
        let asking: Vec<&str> = new(Bond::Asking).take(MOST_NAMED).collect();
        let mut lines = Vec::new();
        if !asking.is_empty() {
            lines.push(format!(
                "{} would like to be your friend: .friend and the name says yes, .unfriend no.",
                asking.join(", ")
            ));
        }
        if before.is_some() {
            lines.extend(new(Bond::Friend).take(MOST_NAMED).map(|name| format!("{name} is your friend now.")));
        }
        lines
    }
}

/// People named in one line, at most: a line has 255 bytes.
const MOST_NAMED: usize = 5;

/// An order's number in the packets, which have sixteen bits for it. Zero and below are no order (spec section 21, U5).
pub fn order_number(order: OrderId) -> Option<i16> {
    i16::try_from(order.get()).ok().filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn companion(user: i64, bond: Bond) -> Companion {
        Companion { user: UserId::from(user), name: format!("p{user}"), bond, shows: true }
    }

    #[test]
    fn a_line_says_what_is_new() {
        let before = Circle { companions: vec![companion(1, Bond::Asked), companion(2, Bond::Asking)], order: None };
        let after = Circle {
            companions: vec![companion(1, Bond::Friend), companion(2, Bond::Asking), companion(3, Bond::Asking)],
            order: None,
        };
        let lines = after.news_since(Some(&before));
        assert_eq!(lines.len(), 2);
        assert!(lines[0].starts_with("p3 would like") && lines[1] == "p1 is your friend now.", "{lines:?}");
        let lines = after.news_since(None);
        assert_eq!(lines.len(), 1, "old friends are no news to who has just come");
        assert!(lines[0].starts_with("p2, p3 would like"));
        assert!(after.news_since(Some(&after)).is_empty());
    }

    #[test]
    fn an_order_beyond_sixteen_bits_has_no_number() {
        for (id, number) in [(1, Some(1)), (32_767, Some(32_767)), (32_768, None), (0, None)] {
            assert_eq!(order_number(OrderId::from(id)), number);
        }
    }
}
