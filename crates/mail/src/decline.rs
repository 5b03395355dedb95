//! Asking to get no more of a kind of letter: by the link at its foot, or with one click in the mail program (RFC 8058).

use base::{Action, Actor, ChanceExt as _};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use sha2::{Digest as _, Sha256};

use crate::{Error, Letter, Mail, store};

/// Characters of a link's token: 32 random bytes.
const TOKEN_LENGTH: usize = 43;

/// The page at which a reader asks.
pub(crate) fn page(token: &str) -> String {
    format!("/mail/decline?token={token}")
}

/// Where a mail program asks.
pub(crate) fn one_click(token: &str) -> String {
    format!("/hooks/mail/decline?token={token}")
}

impl Mail {
    /// Sends no more letters of the kind to the mailbox the token was sent to. As often as one likes; whoever has the letter may.
    pub async fn decline(&self, actor: &Actor, token: &str) -> Result<(), Error> {
        actor.may(Action::DeclineMail)?;
        if token.len() != TOKEN_LENGTH {
            return Err(Error::NotFound);
        }
        let (hash, now) = (hash(token), self.now());
        let declined: Result<Option<String>, Error> =
            self.0.db.write(move |tx| Box::pin(async move { Ok(store::decline(tx, &hash, now).await?) })).await;
        let kind = declined?.ok_or(Error::NotFound)?;
        let of = kind.split('/').next().unwrap_or(&kind).to_owned();
        metrics::counter!("guildhall_mail_declined_total", "kind" => of).increment(1);
        tracing::info!(mail.kind = kind, "a mailbox wants no more of a kind of letter");
        Ok(())
    }

    /// A token for the foot of that letter, by which its reader gets no more of what it names; good as long as the letter may lie in a mailbox.
    pub(crate) async fn decline_link(&self, letter: &Letter, of: String) -> Result<String, Error> {
        let token = Base64UrlUnpadded::encode_string(&self.0.chance.bytes::<32>());
        let (token_hash, address_hash) = (hash(&token), letter.to.hash());
        let now = self.now();
        let kept: Result<(), Error> = self
            .0
            .db
            .write(move |tx| {
                let of = of.clone();
                Box::pin(async move { Ok(store::insert_decline_link(tx, &token_hash, &address_hash, &of, now).await?) })
            })
            .await;
        kept.map(|()| token)
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
