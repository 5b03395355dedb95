//! Packets 204 to 206: a host streams the film of its game (spec section 16).
//!
//! The room is asked once, when a film begins; what follows goes from the connection to the disk, and no room has a part in it.

use std::sync::Arc;

use metaserver_proto::{
    RoomMessage, ServerPacket,
    packet::server_message::{ServerMessage, code},
};
use tokio::{sync::oneshot, time::Instant};

use super::{Asking, ROOM_BUSY, Visit};
use crate::{
    films::{Filming, Lost, Unfilmed},
    pace::Bucket,
    room::Command,
};

/// What a connection has of a film.
#[derive(Default)]
pub(super) enum Film {
    /// None ever came.
    #[default]
    Never,
    /// One is under way.
    On(Box<Filming>),
    /// One is over, or is not taken: what still comes of it is passed over. Where the last of it was a piece of its header, another piece
    /// may follow; otherwise one is the beginning of another film.
    Over { in_header: bool },
}

/// Whether a message is a part of a film.
pub(super) const fn is_of_film(message: &RoomMessage) -> bool {
    matches!(message, RoomMessage::FilmHeader(_) | RoomMessage::FilmCommand(_) | RoomMessage::FilmEnd(_))
}

impl Film {
    /// A film under way has a pace of its own: a game in which much happens is no flood.
    pub(super) fn pace(&mut self) -> Option<&mut Bucket> {
        match self {
            Self::On(filming) => Some(&mut filming.pace),
            _ => None,
        }
    }
}

impl Visit {
    /// Takes a part of a film.
    pub(super) fn film(&mut self, message: RoomMessage) {
        let is_header = matches!(message, RoomMessage::FilmHeader(_));
        self.film = match (std::mem::take(&mut self.film), message) {
            (Film::Over { in_header: true }, RoomMessage::FilmHeader(_)) => Film::Over { in_header: true },
            (Film::On(filming), RoomMessage::FilmHeader(piece)) if !filming.takes_header() => {
                // The film before it never ended, so it is none.
                drop(filming);
                return self.begin_film(piece);
            }
            (Film::On(mut filming), message) => match filming.take(message) {
                Ok(()) => Film::On(filming),
                Err(lost) => {
                    self.say_film_is_lost(lost);
                    Film::Over { in_header: is_header }
                }
            },
            (_, RoomMessage::FilmHeader(piece)) => return self.begin_film(piece),
            (Film::Over { .. }, _) => Film::Over { in_header: false },
            (Film::Never, _) => {
                self.tell_unexpected("No film has begun.");
                Film::Over { in_header: false }
            }
        };
        self.hand_film_on();
    }

    /// Asks whether there is a game to film and room for the film.
    fn begin_film(&mut self, header: Vec<u8>) {
        self.film = Film::Over { in_header: true };
        let (Some(stay), Some(films)) = (&self.stay, self.hub.config.films.clone()) else { return };
        let (number, visit) = (stay.number, stay.visit);
        let (door, hub) = (Arc::clone(&self.door), Arc::clone(&self.hub));
        let answer = Box::pin(async move {
            let (answer, answered) = oneshot::channel();
            let asked = door.inbox.send(Command::Film { number, visit, answer }).await;
            asked.map_err(|_closed| Unfilmed::NotWanted)?;
            let game = answered.await.map_err(|_closed| Unfilmed::NotWanted)??;
            films.begin(game, &hub.tasks).await
        });
        self.asking = Some(Asking::Film { header, answer });
    }

    /// The film begins, or is not taken.
    pub(super) fn film_is_judged(&mut self, header: Vec<u8>, judged: Result<Box<Filming>, Unfilmed>) {
        match judged {
            Ok(filming) => {
                self.film = Film::On(filming);
                self.film(RoomMessage::FilmHeader(header));
            }
            Err(unfilmed) => {
                metrics::counter!("guildhall_lobby_films_total", "outcome" => "refused").increment(1);
                match unfilmed {
                    Unfilmed::NotWanted => {}
                    Unfilmed::NoGame => self.tell_unexpected("You have no game to film."),
                    Unfilmed::Busy => self.say_line("Your film is not kept: too many are under way."),
                    Unfilmed::HostFull => self.say_line("Your film is not kept: you have as many here as you may."),
                    Unfilmed::Failed => self.say_line("Your film is not kept: it cannot be written now."),
                }
            }
        }
    }

    /// Gives the writer what waits for it; the host waits with it.
    pub(super) fn hand_film_on(&mut self) {
        let Film::On(filming) = &mut self.film else { return };
        match filming.hand_on() {
            Ok(true) if filming.is_over() => self.film = Film::Over { in_header: false },
            Ok(true) => {}
            Ok(false) => self.paused_until = Some(Instant::now() + ROOM_BUSY),
            Err(lost) => {
                self.film = Film::Over { in_header: filming.takes_header() };
                self.say_film_is_lost(lost);
            }
        }
    }

    fn say_film_is_lost(&mut self, lost: Lost) {
        self.say_line(match lost {
            Lost::TooLong => "Your film is not kept: it is longer than films may be here.",
            Lost::Short(_) => "Your film is not kept: it has no header.",
            Lost::Unwritten => "Your film is not kept: it cannot be written now.",
        });
    }

    /// Where one reference closes the connection, the host keeps its place and is told: as with a start of no game.
    fn tell_unexpected(&mut self, text: &str) {
        self.tell(&ServerPacket::Message(ServerMessage::new(code::SYNTAX, text)).pack());
    }
}
