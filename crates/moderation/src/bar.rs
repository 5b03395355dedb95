//! Who is shut out: asked at every door, answered by comparing times.

use std::net::IpAddr;

use base::{Action, Actor, ChanceExt as _, Millis, Secret, UserId};
use contract::moderation::{MySanction, SanctionKind};
use sha2::{Digest as _, Sha256};
use std::time::Duration;

use crate::{Moderation, error::Error, myself, network::octets, pattern, store};

/// How long a pass handed out at the log-in is good.
const PASS_AT_THE_DOOR: Duration = Duration::from_hours(1);
/// … and one that goes by mail.
pub(crate) const PASS_BY_MAIL: Duration = Duration::from_hours(30 * 24);

/// Why somebody is not let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Barred {
    /// Suspended or banned.
    pub kind: SanctionKind,
    /// Why, as they are told.
    pub reason: String,
    /// Until when; `None`: for good.
    pub until: Option<Millis>,
    /// Whether it is about their account, and not about where they come from.
    pub account: bool,
}

impl Moderation {
    /// Whether somebody with that account, from that address, is shut out now; the sanction that lasts longest is told.
    ///
    /// For other domains, and without a question of permission: it is an answer to a rule, not to a person.
    pub async fn barred(&self, user: Option<UserId>, address: Option<IpAddr>) -> Result<Option<Barred>, Error> {
        Ok(store::barred(&self.0.db, user, address.map(octets), self.now()).await?)
    }

    /// Whether nobody may be called that.
    pub async fn is_name_barred(&self, name: &str) -> Result<bool, Error> {
        let (name, patterns) = ((self.0.fold)(name), store::patterns(&self.0.db, self.now()).await?);
        Ok(patterns.iter().any(|pattern| pattern::meets(pattern, &name)))
    }

    /// A pass for somebody who has proved who they are and is not let in: with it they read why, and appeal.
    pub async fn pass(&self, user: UserId) -> Result<Secret, Error> {
        let (pass, hash) = self.new_pass();
        let (now, ends_at) = (self.now(), self.now().plus(PASS_AT_THE_DOOR));
        self.0
            .db
            .write(move |tx| {
                Box::pin(async move { Ok::<_, Error>(store::insert_pass(tx, hash, user, now, ends_at).await?) })
            })
            .await?;
        Ok(pass)
    }

    /// What was done about oneself, the newest first.
    pub async fn my_sanctions(&self, actor: &Actor) -> Result<Vec<MySanction>, Error> {
        actor.may(Action::ViewOwnAccount)?;
        Ok(store::sanctions_told(&self.0.db, myself(actor)?, self.now()).await?)
    }

    /// The same for whoever holds a pass.
    pub async fn sanctions_by_pass(&self, actor: &Actor, pass: &str) -> Result<Vec<MySanction>, Error> {
        actor.may(Action::RecoverAccount)?;
        let user = self.holder(pass).await?;
        Ok(store::sanctions_told(&self.0.db, user, self.now()).await?)
    }

    /// Whose pass it is.
    pub(crate) async fn holder(&self, pass: &str) -> Result<UserId, Error> {
        store::pass_holder(&self.0.db, hash(pass), self.now()).await?.ok_or(Error::NotFound)
    }

    /// 32 random bytes as hexadecimal digits, and what the table keeps of them.
    pub(crate) fn new_pass(&self) -> (Secret, [u8; 32]) {
        let bytes: [u8; 32] = self.0.chance.bytes();
        let text = hex::encode(bytes);
        let hash = hash(&text);
        (Secret::new(text), hash)
    }
}

fn hash(pass: &str) -> [u8; 32] {
    Sha256::digest(pass.as_bytes()).into()
}
