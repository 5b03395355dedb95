//! What players write of themselves in a game, for others who look them up (spec section 19).

use std::sync::Arc;

use futures::future::BoxFuture;
use metaserver_proto::packet::social::OwnTexts;
use tokio::sync::oneshot;

use super::{Asking, Visit};
use crate::{inquiry, room::Command};

impl Visit {
    /// Packet 122. The room says whether they may; then an account keeps it, and a guest has it for as long as they are here.
    pub(super) fn write_texts(&mut self, own: &OwnTexts) {
        let Some(stay) = &self.stay else { return };
        let (number, visit, visitor) = (stay.number, stay.visit, Arc::clone(&stay.visitor));
        let (door, logon, texts) = (Arc::clone(&self.door), Arc::clone(&self.hub.logon), inquiry::texts(own));
        let answer: BoxFuture<'static, Result<(), String>> = Box::pin(async move {
            let (answer, judged) = oneshot::channel();
            let ask = Command::Write { number, visit, texts: texts.clone(), answer };
            // Of a room that closes they are told enough.
            if door.inbox.send(ask).await.is_err() {
                return Ok(());
            }
            let Ok(judged) = judged.await else { return Ok(()) };
            judged.map_err(|why| why.told())?;
            if let Some(user) = visitor.user {
                return logon.keep_texts(user, visitor.role, texts).await;
            }
            visitor.writes(texts);
            Ok(())
        });
        self.asking = Some(Asking::Writing { answer });
    }

    pub(super) fn say_unwritten(&mut self, why: &str) {
        self.say_cut(&format!("What others read of you stays as it was. {why}"));
    }
}
