//! Everything the hub keeps, in files.

use bytes::Bytes;
use contract::{
    api::Page,
    backup::{Backup, BackupState},
};
use http_body_util::BodyExt as _;
use hyper::{Method, header};
use tokio::time::timeout;

use crate::{
    Client, Error, Onward,
    call::{Asked, Good, segment},
    operation::operations,
};

operations! {
    /// The hub's backups, newest first.
    GET "/backups" list_backups() ? Onward => Page<Backup>;
    /// Begins to make one.
    POST "/backups" begin_backup() => ();
    /// What is going on with them.
    GET "/backup-state" backup_state() => BackupState;
    /// Removes one.
    DELETE "/backups/{backup}" delete_backup(backup: &str) => ();
}

/// A file as it comes in.
pub struct Download {
    answer: Good,
    patience: std::time::Duration,
}

impl Client {
    /// A backup's file, piece by piece.
    pub async fn download_backup(&self, backup: &str) -> Result<Download, Error> {
        self.download(&Asked::new(Method::GET, format_args!("/backups/{}/content", segment(&backup)))).await
    }

    /// Whatever file it is.
    pub(crate) async fn download(&self, asked: &Asked) -> Result<Download, Error> {
        let answer = timeout(self.patience, self.ask(asked)).await;
        let answer = answer.unwrap_or_else(|late| Err(Error::Unreachable(late.into())))?;
        Ok(Download { answer, patience: self.patience })
    }
}

impl Download {
    /// How many bytes it has, where the hub said so.
    pub fn length(&self) -> Option<u64> {
        self.answer.0.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
    }

    /// The next piece; `None`: that was all of it. A file that breaks off is an error, never an end.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        loop {
            let frame = timeout(self.patience, self.answer.0.body_mut().frame()).await;
            let frame = frame.map_err(|late| Error::Unreachable(late.into()))?;
            match frame.transpose().map_err(Error::Unreachable)? {
                None => return Ok(None),
                // What is no data is a trailer, which says nothing of the file.
                Some(frame) => {
                    if let Ok(piece) = frame.into_data() {
                        return Ok(Some(piece));
                    }
                }
            }
        }
    }
}
