//! Packet 17: everything the server tells of one player (spec section 8.1; Myth II).

use super::player::Colour;
use crate::text::Text;
use crate::wire::{DecodeError, Reader, Wire, Writer};

/// Scoring types that have a score of their own.
pub const SCORING_TYPES: usize = 16;

/// A score block, 48 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Score {
    /// Games played.
    pub games: i16,
    /// Games won.
    pub wins: i16,
    /// Games lost.
    pub losses: i16,
    /// Games tied.
    pub ties: i16,
    /// Damage given.
    pub damage_inflicted: i32,
    /// Damage taken.
    pub damage_received: i32,
    /// Games left early.
    pub disconnects: i16,
    /// Padding, kept as it came.
    pub padding: u16,
    /// Points.
    pub points: i16,
    /// Caste.
    pub rank: i16,
    /// Most points ever.
    pub highest_points: i16,
    /// Highest caste ever.
    pub highest_rank: i16,
    /// Place in the ranking, from 1.
    pub place: u32,
    /// Sixteen bytes nobody reads, kept as they came.
    pub unused: [u8; 16],
}

impl Wire for Score {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            games: from.i16()?,
            wins: from.i16()?,
            losses: from.i16()?,
            ties: from.i16()?,
            damage_inflicted: from.i32()?,
            damage_received: from.i32()?,
            disconnects: from.i16()?,
            padding: from.u16()?,
            points: from.i16()?,
            rank: from.i16()?,
            highest_points: from.i16()?,
            highest_rank: from.i16()?,
            place: from.u32()?,
            unused: from.array()?,
        })
    }

    fn write(&self, to: &mut Writer) {
        to.i16(self.games);
        to.i16(self.wins);
        to.i16(self.losses);
        to.i16(self.ties);
        to.i32(self.damage_inflicted);
        to.i32(self.damage_received);
        to.i16(self.disconnects);
        to.u16(self.padding);
        to.i16(self.points);
        to.i16(self.rank);
        to.i16(self.highest_points);
        to.i16(self.highest_rank);
        to.u32(self.place);
        to.bytes(&self.unused);
    }
}

/// Average and best of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Spread {
    /// Average over all players.
    pub average: u32,
    /// The best player's.
    pub best: u32,
}

/// An overall block, 72 bytes: the field the player is measured against.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Overall {
    /// Name of the best player, at most 32 bytes.
    pub top_player: Text,
    /// Points.
    pub points: Spread,
    /// Games played.
    pub games: Spread,
    /// Games won.
    pub wins: Spread,
    /// Damage given.
    pub damage_inflicted: Spread,
    /// Damage taken.
    pub damage_received: Spread,
}

impl Wire for Overall {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let top_player = from.text(32)?;
        let mut spread = || Ok(Spread { average: from.u32()?, best: from.u32()? });
        Ok(Self {
            top_player,
            points: spread()?,
            games: spread()?,
            wins: spread()?,
            damage_inflicted: spread()?,
            damage_received: spread()?,
        })
    }

    fn write(&self, to: &mut Writer) {
        to.text(&self.top_player, 32);
        for spread in [self.points, self.games, self.wins, self.damage_inflicted, self.damage_received] {
            to.u32(spread.average);
            to.u32(spread.best);
        }
    }
}

/// One kind of block for unranked games, ranked games, and ranked games by scoring type.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ByClass<T> {
    /// Unranked games.
    pub unranked: T,
    /// Ranked games; what the client shows as the total.
    pub ranked: T,
    /// Ranked games by scoring type 0…15.
    pub by_type: [T; SCORING_TYPES],
}

impl<T: Wire + Default> Wire for ByClass<T> {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut classes =
            Self { unranked: T::read(from)?, ranked: T::read(from)?, by_type: std::array::from_fn(|_| T::default()) };
        for block in &mut classes.by_type {
            *block = T::read(from)?;
        }
        Ok(classes)
    }

    fn write(&self, to: &mut Writer) {
        self.unranked.write(to);
        self.ranked.write(to);
        for block in &self.by_type {
            block.write(to);
        }
    }
}

/// The packet: 4356 bytes, then seven texts.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Profile {
    /// 0 or 1.
    pub administrator: i32,
    /// 0 or 1.
    pub employee: i32,
    /// The player's order.
    pub order: i16,
    /// Coat of arms.
    pub icon: i16,
    /// Primary colour.
    pub primary: Colour,
    /// Secondary colour.
    pub secondary: Colour,
    /// The player's own scores.
    pub scores: ByClass<Score>,
    /// The player's order's scores.
    pub order_scores: ByClass<Score>,
    /// Ranked players in all.
    pub ranked_users: u32,
    /// Orders in all.
    pub orders: u32,
    /// All players together.
    pub overall: ByClass<Overall>,
    /// All orders together.
    pub order_overall: ByClass<Overall>,
    /// Login; gateofstorms sends the user id in digits, or `Guest`.
    pub login: Text,
    /// Player name.
    pub name: Text,
    /// Order name.
    pub order_name: Text,
    /// City.
    pub city: Text,
    /// State.
    pub state: Text,
    /// Country.
    pub country: Text,
    /// Quote.
    pub quote: Text,
}

impl Wire for Profile {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            administrator: from.i32()?,
            employee: from.i32()?,
            order: from.i16()?,
            icon: from.i16()?,
            primary: Colour::read(from)?,
            secondary: Colour::read(from)?,
            scores: ByClass::read(from)?,
            order_scores: ByClass::read(from)?,
            ranked_users: from.u32()?,
            orders: from.u32()?,
            overall: ByClass::read(from)?,
            order_overall: ByClass::read(from)?,
            login: from.cstr()?,
            name: from.cstr()?,
            order_name: from.cstr()?,
            city: from.cstr()?,
            state: from.cstr()?,
            country: from.cstr()?,
            quote: from.cstr()?,
        })
    }

    fn write(&self, to: &mut Writer) {
        to.i32(self.administrator);
        to.i32(self.employee);
        to.i16(self.order);
        to.i16(self.icon);
        self.primary.write(to);
        self.secondary.write(to);
        self.scores.write(to);
        self.order_scores.write(to);
        to.u32(self.ranked_users);
        to.u32(self.orders);
        self.overall.write(to);
        self.order_overall.write(to);
        for text in [&self.login, &self.name, &self.order_name, &self.city, &self.state, &self.country, &self.quote] {
            to.cstr(text);
        }
    }
}
