//! From what happens in the hub to what is told in channels, and to whose roles are looked at.

use std::collections::HashMap;

use base::{EventId, Millis, OrgId, UserId};
use contract::{Event, discord::Topic};
use events::Reader;
use tokio_util::sync::CancellationToken;

use crate::{
    Discord, Error,
    announce::{self, Message},
    roles, store,
};

/// So many events at a time.
const BATCH: u32 = 64;

/// What an event leads to.
#[derive(Debug, Clone)]
enum Deed {
    Tell { organization: OrgId, topic: Topic, message: Message, at: Millis, event: EventId },
    Look { user: UserId },
    LookEverywhere,
}

impl Discord {
    /// Turns events into messages and looks, each once, until `stop`. To be spawned once in each process.
    pub async fn follow(self, stop: CancellationToken) {
        let mut reader = Reader::new(self.0.db.clone(), "discord");
        loop {
            let anybody = match self.round(&reader).await {
                Ok(anybody) => anybody,
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "what happened can't be told in Discord now; it is tried again"
                    );
                    false
                }
            };
            if !reader.wait(anybody, &stop).await {
                break;
            }
        }
    }

    /// Everything that has happened; says whether there is any server to tell it to.
    async fn round(&self, reader: &Reader) -> Result<bool, Error> {
        loop {
            let anybody = store::anybody_told(&self.0.db).await?;
            let Some(read) = reader.next(BATCH).await? else { return Ok(anybody) };
            let mut deeds = Vec::new();
            if anybody {
                for (id, at, event) in &read.events {
                    self.deeds((*at, *id), event, &mut deeds).await?;
                }
            }
            let (more, now) = (read.more, self.now());
            self.0
                .db
                .write(move |tx| {
                    let (read, deeds) = (read.clone(), deeds.clone());
                    Box::pin(async move {
                        if !read.leave_behind(tx).await? {
                            return Ok(());
                        }
                        for deed in deeds {
                            match deed {
                                Deed::Tell { organization, topic, message, at, event } => {
                                    let of = (at, Some(event));
                                    announce::tell(tx, now, organization, topic, &message, of).await?;
                                }
                                Deed::Look { user } => roles::ask_for_person(tx, now, user).await?,
                                Deed::LookEverywhere => roles::ask_for_all(tx, now).await?,
                            }
                        }
                        Ok::<_, Error>(())
                    })
                })
                .await?;
            if !more {
                return Ok(anybody);
            }
        }
    }

    async fn deeds(&self, id: (Millis, EventId), event: &Event, deeds: &mut Vec<Deed>) -> Result<(), Error> {
        match event {
            Event::MemberJoined { organization, user, role } => {
                let name = self.name(*user).await?;
                let text = format!("**{}** joined as {}.", Message::plain(&name), role.word());
                deeds.push(tell(*organization, Topic::Members, Message::of(text), id));
                deeds.push(Deed::Look { user: *user });
            }
            Event::MemberLeft { organization, user } => {
                let name = self.name(*user).await?;
                let text = format!("**{}** left.", Message::plain(&name));
                deeds.push(tell(*organization, Topic::Members, Message::of(text), id));
                deeds.push(Deed::Look { user: *user });
            }
            Event::MemberRoleChanged { user, .. } | Event::IdentitiesChanged { user } => {
                deeds.push(Deed::Look { user: *user });
            }
            Event::SanctionsChanged { user: Some(user) } => deeds.push(Deed::Look { user: *user }),
            Event::OrganizationChanged { .. } | Event::OrganizationClosed { .. } | Event::UserDeleted { .. } => {
                deeds.push(Deed::LookEverywhere);
            }
            Event::GameListed { host: Some(host), name, .. } => {
                let page = format!("{}/live", self.0.people.site().await);
                let who = self.name(*host).await?;
                let text = format!("**{}** hosts a game: {}", Message::plain(&who), Message::plain(name));
                let message = Message::of(text).leading_to("Lobby", page);
                for (organization, _) in self.0.people.organizations_of(*host).await? {
                    deeds.push(tell(organization, Topic::Games, message.clone(), id));
                }
            }
            _ => {}
        }
        Ok(())
    }

    async fn name(&self, user: UserId) -> Result<String, Error> {
        let names: HashMap<UserId, String> = self.0.people.names(&[user]).await?;
        Ok(names.get(&user).cloned().unwrap_or_else(|| "Somebody".to_owned()))
    }
}

const fn tell(organization: OrgId, topic: Topic, message: Message, (at, event): (Millis, EventId)) -> Deed {
    Deed::Tell { organization, topic, message, at, event }
}
