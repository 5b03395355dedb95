//! Writes a film down as it comes, and notes it when it is whole.

use std::{io, sync::Arc};

use base::Clock;
use metaserver_proto::film::END_TIME_AT;
use tokio::{
    io::{AsyncSeekExt as _, AsyncWriteExt as _},
    sync::mpsc,
};

use super::{FilmedGame, NewFilm, Reserved, shelf::Unfinished};
use crate::record::Record;

/// A piece of a film's file.
#[derive(Debug)]
pub(super) enum Piece {
    /// What comes next in it.
    Bytes(Vec<u8>),
    /// The last of it, and how long it runs, in ticks of 1/30 s.
    End { last: Vec<u8>, ticks: i32 },
}

/// Writes until the end, or until nothing comes any more: then it is thrown away. `reserved` is given back either way.
pub(super) async fn write(
    mut film: Unfinished,
    pieces: mpsc::Receiver<Piece>,
    of: FilmedGame,
    clock: Arc<dyn Clock>,
    reserved: Reserved,
) {
    let outcome = match receive(&mut film, pieces).await {
        Ok(true) => match film.keep().await {
            Ok(kept) => {
                let FilmedGame { game, host, recorder, .. } = of;
                let (file, size_bytes, sha256) = (kept.file, kept.size_bytes, kept.sha256);
                let new = NewFilm { host, file, size_bytes, sha256, at: clock.now() };
                recorder.note(Record::Filmed { game, film: Box::new(new) });
                "kept"
            }
            Err(error) => failed(&of, &error),
        },
        Ok(false) => {
            film.throw_away().await;
            "interrupted"
        }
        Err(error) => {
            film.throw_away().await;
            failed(&of, &error)
        }
    };
    drop(reserved);
    metrics::counter!("guildhall_lobby_films_total", "outcome" => outcome).increment(1);
}

fn failed(of: &FilmedGame, error: &io::Error) -> &'static str {
    tracing::warn!(%error, game.id = of.game.get(), "a film can't be written and is thrown away");
    "failed"
}

/// Whether its end came.
async fn receive(film: &mut Unfinished, mut pieces: mpsc::Receiver<Piece>) -> io::Result<bool> {
    while let Some(piece) = pieces.recv().await {
        match piece {
            Piece::Bytes(bytes) => film.file.write_all(&bytes).await?,
            Piece::End { last, ticks } => {
                film.file.write_all(&last).await?;
                film.file.seek(io::SeekFrom::Start(END_TIME_AT as u64)).await?;
                film.file.write_all(&ticks.to_be_bytes()).await?;
                film.file.flush().await?;
                film.file.sync_all().await?;
                return Ok(true);
            }
        }
    }
    Ok(false)
}
