//! A game that the server that is left has filed.

use base::Millis;
use contract::{ranking::Fate, room::RoomKind};

/// One game of Myth II.
#[derive(Debug, Clone)]
pub struct Game {
    /// Which it is there.
    pub number: String,
    /// What its room was for.
    pub class: RoomKind,
    /// As its host called it.
    pub name: String,
    /// Where it was played.
    pub map: String,
    /// As the clients number it (protocol §5).
    pub scoring: i16,
    /// 0 timid … 4 legendary.
    pub difficulty: i16,
    /// In thirtieths of a second.
    pub time_limit_ticks: i32,
    /// Likewise.
    pub planning_time_ticks: i32,
    /// When it began, where that was filed.
    pub began_at: Option<Millis>,
    /// When it was over.
    pub ended_at: Millis,
    /// As the host reported it.
    pub end_code: i16,
    /// How long it ran.
    pub played_ms: i64,
    /// Who played, by place; within a team the captain first.
    pub seats: Vec<Seat>,
}

/// Somebody in it.
#[derive(Debug, Clone)]
pub struct Seat {
    /// Whose account, by [`Player::number`](crate::Player::number); `None`: a guest.
    pub player: Option<String>,
    /// As they were called then.
    pub name: String,
    /// Equal numbers are one team; `None` for a spectator.
    pub team: Option<i16>,
    /// 1 for the winners; `None` for a spectator.
    pub place: Option<i32>,
    /// What it counts as (protocol §14).
    pub fate: Fate,
    /// Whether they hosted it.
    pub host: bool,
    /// Whether they led their team.
    pub captain: bool,
    /// Whether they left before the end.
    pub dropped: bool,
    /// Units of others that fell.
    pub units_killed: i32,
    /// Units of theirs that fell.
    pub units_lost: i32,
    /// Damage to others.
    pub damage_given: i32,
    /// Damage to theirs.
    pub damage_taken: i32,
}
