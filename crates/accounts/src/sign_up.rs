//! An account made in a classic game: Aleph One's client has a form for it (protocol §9.5).

use audit::Entry;
use base::{Action, Actor, Secret};
use contract::{Code, Field};
use serde_json::json;

use crate::{
    Accounts,
    claim_link::ClaimLink,
    error::Error,
    failures::Target,
    reading::Reading,
    register::{Seat, insert},
    store::{self, GamePassword},
};

/// As many as the client lets a player type, and remembers: with more of them nobody could log on.
const LONGEST_PASSWORD: usize = 15;

/// The form.
#[derive(Debug, Clone)]
pub struct SignUp {
    /// The account's name.
    pub name: String,
    /// Where the claim link goes; may be empty where the operator wants none.
    pub email: String,
    /// The game password: the game goes on to log on with it. The site's own is chosen by the claim link.
    pub password: Secret,
}

/// What a form that was right came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedUp {
    /// The lobby is open.
    Ready,
    /// It is, once the address is proved by the link that was mailed.
    ToBeProved,
}

impl Accounts {
    /// Makes an account as [`register`](Self::register) does, by the same rules and the same limits, with what was typed for its game
    /// password. No login begins: a game is no browser. A claim link is mailed to the address.
    pub async fn sign_up(&self, actor: &Actor, form: SignUp) -> Result<SignedUp, Error> {
        actor.may(Action::Register)?;
        let mut wrong = self.open_registration(actor, &form.name, &form.email).await?;
        if form.password.expose().chars().count() > LONGEST_PASSWORD {
            wrong.note(Field::Password, Code::TooLong);
        }
        let password = form.password.expose().to_owned();
        let candidate = self.candidate(wrong, &form.name, &form.email, password).await?;
        self.hear_objections(actor, candidate.name()).await?;
        self.0.registrations.check(actor.address())?;
        let waits = self.site().await.verified_email;
        let (user, hash) = self.new_player(candidate).await?;
        let kept = GamePassword { hash, reading: Reading::Exact, waits };
        let link = ClaimLink::new(&*self.0.chance, user.created_at);
        let loud = user
            .email
            .as_ref()
            .is_some_and(|email| self.0.claims.begin(Target::mailbox(email), user.created_at).is_ok());
        let acting = actor.clone();
        self.0
            .db
            .write(move |tx| {
                let (user, kept, link, acting) = (user.clone(), kept.clone(), link.clone(), acting.clone());
                Box::pin(async move {
                    let now = user.created_at;
                    let id = insert(tx, &user, Seat::Any).await?;
                    store::put_game_password(tx, id, &kept, now).await?;
                    let entry = Entry::new("account.registered", "user", id).changing((), json!({"by": "game"}));
                    audit::record(tx, now, &acting, &entry).await?;
                    let holder = store::hold_holder(tx, id).await?.ok_or(Error::NotFound)?;
                    link.mail(tx, now, &holder, loud).await
                })
            })
            .await?;
        metrics::counter!("guildhall_accounts_registered_total").increment(1);
        Ok(if waits { SignedUp::ToBeProved } else { SignedUp::Ready })
    }
}
