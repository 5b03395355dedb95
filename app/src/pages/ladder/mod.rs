//! What results make of those who play: ladders, players, games that are over.

pub(crate) mod api;
mod game;
mod parts;
mod player;
mod rungs;

pub(crate) use self::parts::player_page;
use super::area::area;

area! {
    /// What was played, and what it makes of people.
    pub(crate) enum Ladders loaded by load_ladders, fetch_ladders {
        Ladder => rungs::show,
        Player => player::show,
        Game => game::show,
    }
}
