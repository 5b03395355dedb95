//! What results make of those who play: ladders, players, games that are over.

#[expect(clippy::too_many_arguments, reason = "a ladder has as many filters as its address has keys")]
pub(crate) mod api;
mod charts;
mod film;
mod films;
mod filters;
mod game;
mod games;
mod parts;
mod player;
mod rungs;
mod searched;

pub(crate) use self::{
    charts::figure,
    parts::{about_one, class_name, dialect_name, fate_name, games_table, player_page, table},
};
use super::area::area;

area! {
    /// What was played, and what it makes of people.
    pub(crate) enum Ladders loaded by load_ladders, fetch_ladders {
        Ladder => rungs::show,
        Player => player::show,
        Game => game::show,
        Games => games::show,
        Films => films::show,
        Film => film::show,
    }
}
