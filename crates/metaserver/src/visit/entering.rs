//! Coming into the room.

use std::sync::Arc;

use contract::lobby::PlayerNumber;
use metaserver_proto::{EntryRequest, Refusal};
use tokio::{
    sync::oneshot,
    time::{Instant, timeout_at},
};

use super::{Stay, Visit};
use crate::{ended::dialect_word, login::refusal_word, passes::Token, room::Command};

impl Visit {
    /// Decides, with the room, whether somebody comes in.
    pub(super) async fn enter(&mut self, request: EntryRequest) {
        match self.ask(&request).await {
            Ok(number) => {
                let capacity = i16::try_from(self.door.room.facts().capacity).unwrap_or(i16::MAX);
                self.machine.admit(number.0, capacity);
                self.begin_company();
            }
            Err(refusal) => {
                self.stay = None;
                let labels = [("dialect", dialect_word(Some(request.dialect))), ("reason", refusal_word(refusal))];
                metrics::counter!("guildhall_lobby_refusals_total", &labels).increment(1);
                self.machine.refuse(refusal, None);
            }
        }
        self.heard_at = Instant::now();
        let unread = std::mem::take(&mut self.unread);
        self.digest(&mut unread.as_slice());
    }

    /// Finds out whose a pass is that this node has not issued.
    pub(super) async fn seek(&mut self, token: &Token) {
        self.hub.fetch_pass(token).await;
        self.machine.belongs_to(self.hub.passes.dialect(token));
        let unread = std::mem::take(&mut self.unread);
        self.digest(&mut unread.as_slice());
    }

    async fn ask(&mut self, request: &EntryRequest) -> Result<PlayerNumber, Refusal> {
        let (visit, room) = (self.hub.next_visit(), self.door.room.facts().banner);
        let stamp = self.hub.take_pass(&request.token, visit).await?;
        let EntryRequest { token, dialect, user_name, .. } = request;
        let visitor = self.hub.passes.redeem(token, *dialect, user_name, room, (visit, stamp), &self.outbox)?;
        if let Some(user) = visitor.user {
            self.hub.seats.gone_elsewhere(user, self.door.room.id, &self.hub.tasks);
        }
        let number = visitor.number;
        self.stay = Some(Stay {
            hub: Arc::clone(&self.hub),
            door: Arc::clone(&self.door),
            token: request.token,
            visit,
            number,
            visitor: Arc::clone(&visitor),
        });
        let (answer, answered) = oneshot::channel();
        let enter = Command::Enter { visitor, outbox: self.outbox.clone(), visit, answer };
        self.door.inbox.try_send(enter).map_err(|_busy| Refusal::Unavailable)?;
        let late = self.began + self.hub.config.limits.login;
        match timeout_at(late, answered).await {
            Ok(Ok(admitted)) => admitted.map(|()| number),
            _ => Err(Refusal::Unavailable),
        }
    }
}
