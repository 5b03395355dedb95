//! What clients of Myth II ask about players: who is where, and what somebody has done (spec sections 8.1 and 19).

use std::sync::Arc;

use base::OrderId;
use contract::{lobby::PlayerNumber, people::GameTexts};
use metaserver_proto::{
    Dialect, Text,
    packet::{
        player::{LONGEST_NAME, Verb},
        profile::{ByClass, Overall, Profile, SCORING_TYPES, Score as Block, Spread},
        social::{LocatedPlayer, OwnTexts},
    },
};

use crate::{circle::order_number, names::readable, visitor::Visitor};

/// Players found at most, as the oldest server has it. Fifty fit into one packet.
pub(crate) const MOST_FOUND: usize = 50;

/// What an account has done, as far as a client shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Career {
    /// Its name.
    pub name: String,
    /// Whether they run the hub.
    pub administrator: bool,
    /// How they stand, by what was played.
    pub scores: Vec<(Section, Score)>,
    /// How everybody stands, likewise.
    pub field: Vec<(Section, Field)>,
    /// How many have a place in the ranking.
    pub placed: u32,
    /// The order they belong to.
    pub order: Option<OrderCareer>,
    /// How many orders there are.
    pub orders: u32,
    /// What they write of themselves, as far as the one who asks may read it.
    pub texts: GameTexts,
}

/// What an order has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderCareer {
    /// Which.
    pub id: OrderId,
    /// Its name.
    pub name: String,
    /// How it stands, by what was played.
    pub scores: Vec<(Section, Score)>,
}

/// Which games a score is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Those in rooms for fun.
    Unranked,
    /// Those that count.
    Ranked,
    /// Of those that count, the ones of this scoring.
    Kind(u16),
}

/// How somebody stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    /// Games.
    pub games: u32,
    /// Of them won.
    pub wins: u32,
    /// Lost.
    pub losses: u32,
    /// Tied.
    pub ties: u32,
    /// Left before the end.
    pub dropped: u32,
    /// Damage dealt.
    pub damage_given: i64,
    /// Damage suffered.
    pub damage_taken: i64,
    /// Points.
    pub points: i32,
    /// The most there ever were.
    pub most_points: i32,
    /// The icon that goes with it.
    pub caste: u8,
    /// The place in the ranking, from 1; 0 for none.
    pub place: u32,
}

/// How everybody stands: of each figure the average and the best.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Field {
    /// Who is first.
    pub top: String,
    /// Points.
    pub points: (i64, i64),
    /// Games.
    pub games: (i64, i64),
    /// Games won.
    pub wins: (i64, i64),
    /// Damage dealt.
    pub damage_given: (i64, i64),
    /// Damage suffered.
    pub damage_taken: (i64, i64),
}

/// As packet 14 lists them.
pub(crate) fn located(found: &[(Arc<Visitor>, i16)]) -> Vec<LocatedPlayer> {
    found
        .iter()
        .map(|(visitor, room)| LocatedPlayer {
            room_id: i32::from(*room),
            player: visitor.entry(Dialect::Myth2, Verb::Add, false, true),
        })
        .collect()
}

/// What packet 122 says, as people read it.
pub(crate) fn texts(own: &OwnTexts) -> GameTexts {
    GameTexts {
        city: readable(&own.city),
        state: readable(&own.state),
        country: readable(&own.country),
        quote: readable(&own.quote),
    }
}

/// Packet 17. `None` where there is nobody of that number: no account, and no guest in a room.
pub(crate) fn profile(seen: Option<&Visitor>, number: PlayerNumber, career: &Career) -> Option<Profile> {
    let name = seen.map_or(career.name.as_str(), |visitor| visitor.name.as_str());
    if name.is_empty() {
        return None;
    }
    let mut profile = Profile {
        administrator: career.administrator.into(),
        order: career.order.as_ref().and_then(|order| order_number(order.id)).unwrap_or_default(),
        order_name: career.order.as_ref().map(|order| Text::new(&order.name).cut(LONGEST_NAME)).unwrap_or_default(),
        orders: career.orders,
        ranked_users: career.placed,
        // As the server in daily use writes it.
        login: if seen.is_some_and(Visitor::is_guest) { Text::new("Guest") } else { Text::new(&number.0.to_string()) },
        name: seen.map_or_else(|| Text::new(name).cut(LONGEST_NAME), |visitor| visitor.shown_name.clone()),
        city: Text::new(&career.texts.city),
        state: Text::new(&career.texts.state),
        country: Text::new(&career.texts.country),
        quote: Text::new(&career.texts.quote),
        ..Profile::default()
    };
    if let Some(visitor) = seen {
        profile.icon = i16::from(visitor.look.icon);
        profile.primary = visitor.look.primary;
        profile.secondary = visitor.look.secondary;
    }
    for (section, score) in &career.scores {
        if let Some(block) = block(&mut profile.scores, *section) {
            *block = score.block();
        }
    }
    for (section, score) in career.order.iter().flat_map(|order| &order.scores) {
        if let Some(block) = block(&mut profile.order_scores, *section) {
            *block = score.block();
        }
    }
    for (section, field) in &career.field {
        if let Some(block) = block(&mut profile.overall, *section) {
            *block = field.block();
        }
    }
    Some(profile)
}

fn block<T>(blocks: &mut ByClass<T>, section: Section) -> Option<&mut T> {
    match section {
        Section::Unranked => Some(&mut blocks.unranked),
        Section::Ranked => Some(&mut blocks.ranked),
        Section::Kind(kind) if usize::from(kind) < SCORING_TYPES => Some(&mut blocks.by_type[usize::from(kind)]),
        Section::Kind(_) => None,
    }
}

impl Score {
    /// Figures that are too large for the packet are as large as it takes.
    fn block(&self) -> Block {
        let short = |value: u32| i16::try_from(value).unwrap_or(i16::MAX);
        let points = |value: i32| i16::try_from(value).unwrap_or(i16::MAX);
        let damage = |value: i64| i32::try_from(value).unwrap_or(i32::MAX);
        Block {
            games: short(self.games),
            wins: short(self.wins),
            losses: short(self.losses),
            ties: short(self.ties),
            damage_inflicted: damage(self.damage_given),
            damage_received: damage(self.damage_taken),
            disconnects: short(self.dropped),
            points: points(self.points),
            rank: i16::from(self.caste),
            highest_points: points(self.most_points),
            highest_rank: i16::from(self.caste),
            place: self.place,
            ..Block::default()
        }
    }
}

impl Field {
    fn block(&self) -> Overall {
        let spread = |(average, best): (i64, i64)| {
            let whole = |value: i64| u32::try_from(value.max(0)).unwrap_or(u32::MAX);
            Spread { average: whole(average), best: whole(best) }
        };
        Overall {
            top_player: Text::new(&self.top).cut(LONGEST_NAME),
            points: spread(self.points),
            games: spread(self.games),
            wins: spread(self.wins),
            damage_inflicted: spread(self.damage_given),
            damage_received: spread(self.damage_taken),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_that_do_not_fit_are_as_large_as_they_may_be() {
        let score =
            Score { games: 70_000, damage_given: i64::MAX, points: 40_000, caste: 16, place: 3, ..Score::default() };
        let block = score.block();
        assert_eq!((block.games, block.damage_inflicted, block.points), (i16::MAX, i32::MAX, i16::MAX));
        assert_eq!((block.rank, block.place), (16, 3));
        let field = Field { points: (-5, 9), ..Field::default() };
        assert_eq!(field.block().points, Spread { average: 0, best: 9 });
    }

    #[test]
    fn a_kind_that_no_client_knows_is_left_out_and_nobody_has_no_profile() {
        let score = Score { games: 2, ..Score::default() };
        let career = Career {
            name: "Olga".into(),
            scores: vec![(Section::Kind(5), score), (Section::Kind(16), score), (Section::Ranked, score)],
            ..Career::default()
        };
        let profile = profile(None, PlayerNumber(7), &career).expect("an account");
        assert_eq!(
            (profile.scores.by_type[5].games, profile.scores.ranked.games, profile.scores.unranked.games),
            (2, 2, 0)
        );
        assert_eq!((profile.login, profile.name), (Text::new("7"), Text::new("Olga")));
        assert_eq!(super::profile(None, PlayerNumber(7), &Career::default()), None);
    }
}
