//! The order that is kept in a room, at hand for it: who keeps it, who is held, what nobody says.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use base::{Millis, RestraintId, Role, UserId, name::fold};
use contract::room::{MutedWords, RestraintKind, RoomRestraint};

use crate::visitor::Visitor;

/// The addresses that guests came from when something was done about them: known to the room alone, and only while it runs.
pub(crate) type Held = BTreeMap<RestraintId, IpAddr>;

/// The order that is kept in a room.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RoomOrder {
    moderators: BTreeSet<UserId>,
    restraints: Vec<RoomRestraint>,
    words: Vec<Word>,
}

/// A word that nobody says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    folded: String,
    /// Every word that begins so.
    begins: bool,
}

impl RoomOrder {
    pub(crate) fn new(moderators: BTreeSet<UserId>, restraints: Vec<RoomRestraint>, words: MutedWords) -> Self {
        let word = |word: String| match word.strip_suffix('*') {
            Some(stem) => Word { folded: fold(stem), begins: true },
            None => Word { folded: fold(&word), begins: false },
        };
        let words = words.here.into_iter().chain(words.everywhere).map(word);
        Self { moderators, restraints, words: words.filter(|word| !word.folded.is_empty()).collect() }
    }

    /// Whether somebody keeps order here: the hub's moderators do everywhere.
    pub(crate) fn is_kept_by(&self, visitor: &Visitor) -> bool {
        visitor.role >= Role::Moderator || visitor.user.is_some_and(|user| self.moderators.contains(&user))
    }

    /// Whether somebody's account may not enter. What has just run out still counts until the tables are looked at again, within a minute.
    pub(crate) fn bars(&self, visitor: &Visitor) -> bool {
        let theirs = |one: &RoomRestraint| one.kind == RestraintKind::Bar && one.user == visitor.user;
        !visitor.is_guest() && self.restraints.iter().any(theirs)
    }

    /// What holds somebody. Guests are known by their number, or by where they come from.
    pub(crate) fn holds(
        &self,
        kind: RestraintKind,
        visitor: &Visitor,
        held: &Held,
        now: Millis,
    ) -> Option<&RoomRestraint> {
        self.restraints.iter().find(|one| {
            let them = match (one.user, visitor.user) {
                (Some(held), Some(user)) => held == user,
                (None, None) => one.guest == Some(visitor.number.0) || held.get(&one.id) == Some(&visitor.network),
                _ => false,
            };
            them && one.kind == kind && one.until.is_none_or(|until| until > now)
        })
    }

    /// Notes where the guests come from that something is done about, and forgets those it is not done about any more.
    pub(crate) fn note<'a>(&self, held: &mut Held, visitors: impl Iterator<Item = &'a Visitor>) {
        held.retain(|id, _| self.restraints.iter().any(|one| one.id == *id));
        for visitor in visitors.filter(|visitor| visitor.is_guest()) {
            for one in self.restraints.iter().filter(|one| one.user.is_none() && one.guest == Some(visitor.number.0)) {
                held.entry(one.id).or_insert(visitor.network);
            }
        }
    }

    /// Whether a line has a word that nobody says here.
    pub(crate) fn mutes(&self, line: &str) -> bool {
        !self.words.is_empty()
            && line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(fold).any(|said| {
                self.words.iter().any(|word| said == word.folded || (word.begins && said.starts_with(&word.folded)))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_muted_word_is_found_however_it_is_written() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let muted = MutedWords { here: words(&["blockhead*"]), everywhere: words(&["zounds"]) };
        let order = RoomOrder::new(BTreeSet::new(), Vec::new(), muted);
        for (line, heard) in [
            ("you BLOCKHEADS!", false),
            ("b1ockhead", false),
            ("Zoünds, no", false),
            ("zoundsome", true),
            ("block head", true),
            ("", true),
            ("good game", true),
        ] {
            assert_eq!(order.mutes(line), !heard, "{line}");
        }
        assert!(!RoomOrder::default().mutes("zounds"));
    }
}
