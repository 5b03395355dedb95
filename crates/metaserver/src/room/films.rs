//! Which game of a room a film is of (spec section 16).

use contract::{film::RoomFilms, lobby::PlayerNumber};

use super::Room;
use crate::films::{FilmedGame, Unfilmed};

impl Room {
    /// A host begins to stream a film. Between two rounds it is one of the next: a client may say so before it says that the game starts.
    pub(super) fn film(&mut self, number: PlayerNumber) -> Result<FilmedGame, Unfilmed> {
        if self.plan.facts().films == RoomFilms::None {
            return Err(Unfilmed::NotWanted);
        }
        if self.games.get(&number).ok_or(Unfilmed::NoGame)?.over {
            self.begin_another_round(number);
        }
        let round = &self.games.get(&number).ok_or(Unfilmed::NoGame)?.round;
        Ok(FilmedGame {
            game: round.game,
            host: round.host.user,
            number: number.0,
            recorder: self.plan.recorder.clone(),
        })
    }
}
