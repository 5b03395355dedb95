//! What shows that a form of a plugin's page was drawn here, and is sent once.

use std::{pin::Pin, sync::Arc};

use app::context::Forms;
use base::{Chance, ChanceExt as _, Clock};
use db::Db;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

/// Seals with a key that lies beside the database; what was used up is kept where requests are that must not be done twice.
pub(crate) struct FormSeal {
    key: [u8; 32],
    db: Db,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
}

impl FormSeal {
    /// With that key.
    pub(crate) fn new(key: [u8; 32], db: Db, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Self {
        Self { key, db, clock, chance }
    }

    fn mac(&self, text: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("a key of any length will do");
        mac.update(text.as_bytes());
        mac
    }
}

impl Forms for FormSeal {
    fn nonce(&self) -> String {
        hex::encode(self.chance.bytes::<12>())
    }

    fn seal(&self, text: &str) -> String {
        hex::encode(self.mac(text).finalize().into_bytes())
    }

    fn is_sealed(&self, text: &str, seal: &str) -> bool {
        hex::decode(seal).is_ok_and(|seal| self.mac(text).verify_slice(&seal).is_ok())
    }

    fn use_once<'a>(&'a self, token: &'a str) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>> {
        Box::pin(async move {
            let id: [u8; 32] = Sha256::new().chain_update("form\0").chain_update(token).finalize().into();
            let first = crate::api::use_once(&self.db, id, self.clock.now()).await;
            // Where nobody can say, it is not taken: sent again it will be.
            first.inspect_err(|error| tracing::error!(%error, "a form can't be used up")).unwrap_or(false)
        })
    }
}

#[cfg(test)]
mod tests {
    use base::testing::HandClock;

    use super::*;
    use crate::system::SystemChance;

    #[tokio::test]
    async fn a_seal_is_for_one_text_and_a_token_for_one_time() {
        db::testing::each(|db| async move {
            let clock: Arc<dyn Clock> = Arc::new(HandClock::default());
            let forms = |key| FormSeal::new([key; 32], db.clone(), Arc::clone(&clock), Arc::new(SystemChance));
            let (ours, theirs) = (forms(1), forms(2));
            let seal = ours.seal("form 1");
            assert!(ours.is_sealed("form 1", &seal));
            assert!(!ours.is_sealed("form 2", &seal) && !theirs.is_sealed("form 1", &seal));
            assert!(!ours.is_sealed("form 1", "") && !ours.is_sealed("form 1", "zz"));
            assert_ne!(ours.nonce(), ours.nonce());
            assert!(ours.use_once("a").await && ours.use_once("b").await);
            assert!(!ours.use_once("a").await && !theirs.use_once("a").await, "used up is used up on every node");
        })
        .await;
    }
}
