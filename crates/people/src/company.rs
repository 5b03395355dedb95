//! Friends, and whom one keeps away from.

use base::{Action, Actor, UserId};
use contract::{
    Event,
    people::{Audience, Company, People as Page},
};

use crate::{
    People,
    error::Error,
    keeps_order, myself,
    privacy::admits,
    search::page,
    store::{self, bonds::Pair},
};

/// Friends, at most.
const MOST_FRIENDS: u32 = 1_000;
/// Requests of one's own that nobody has answered, at most.
const MOST_ASKED: u32 = 100;
/// Blocked and muted people, at most of each.
const MOST_AVOIDED: u32 = 1_000;
/// People on one page of a list.
const PAGE: u32 = 50;

/// How two people stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Between {
    /// One has blocked the other, whichever.
    pub blocked: bool,
    /// They are friends.
    pub friends: bool,
    /// The first has muted the second.
    pub muted: bool,
    /// Who of them has asked to be friends, while it is not answered.
    pub asked_by: Option<UserId>,
}

/// Whether a request of friendship would be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// It would.
    Welcome,
    /// They take none, or none from this one.
    Unwelcome,
}

/// A list of people one keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Friends.
    Friends,
    /// Who asks to be friends.
    Asking,
    /// Whom one has asked.
    Asked,
    /// Blocked.
    Blocked,
    /// Muted.
    Muted,
}

impl List {
    /// The list of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "friends" => Some(Self::Friends),
            "asking" => Some(Self::Asking),
            "asked" => Some(Self::Asked),
            "blocked" => Some(Self::Blocked),
            "muted" => Some(Self::Muted),
            _ => None,
        }
    }
}

impl People {
    /// How the two stand to each other. For other domains, and without a question of permission: it is an answer to a rule, not to a person.
    pub async fn between(&self, viewer: Option<UserId>, other: UserId) -> Result<Between, Error> {
        match viewer {
            Some(viewer) if viewer != other => Ok(store::bonds::between(&self.0.db, viewer, other).await?),
            _ => Ok(Between::default()),
        }
    }

    /// Whom somebody has blocked, and whom they have muted. For other domains, likewise without a question of permission.
    pub async fn avoided_by(&self, user: UserId) -> Result<(Vec<UserId>, Vec<UserId>), Error> {
        Ok(store::bonds::avoided_by(&self.0.db, user).await?)
    }

    /// The first page of every list one keeps.
    pub async fn company(&self, actor: &Actor) -> Result<Company, Error> {
        Ok(Company {
            friends: self.my_list(actor, List::Friends, None).await?,
            asking: self.my_list(actor, List::Asking, None).await?,
            asked: self.my_list(actor, List::Asked, None).await?,
            blocked: self.my_list(actor, List::Blocked, None).await?,
            muted: self.my_list(actor, List::Muted, None).await?,
        })
    }

    /// A page of a list one keeps, by name.
    pub async fn my_list(&self, actor: &Actor, list: List, after: Option<String>) -> Result<Page, Error> {
        actor.may(Action::ViewOwnAccount)?;
        let user = myself(actor)?;
        let found = store::bonds::list(&self.0.db, user, list, &after.unwrap_or_default(), PAGE + 1).await?;
        Ok(page(found, PAGE))
    }

    /// A page of somebody's friends, where they let the one who looks see them.
    pub async fn friends_of(&self, actor: &Actor, user: UserId, after: Option<String>) -> Result<Page, Error> {
        actor.may(Action::ViewPeople)?;
        let person = store::person_by_id(&self.0.db, user).await?.ok_or(Error::NotFound)?;
        let (viewer, between) = (actor.user(), self.between(actor.user(), user).await?);
        let may = viewer == Some(user) || admits(person.privacy.friends, viewer.is_some(), &between);
        if (between.blocked || person.locked || !may) && !keeps_order(actor) {
            audit::refused(actor, "hidden", "friends");
            return Err(Error::NotFound);
        }
        let found = store::bonds::list(&self.0.db, user, List::Friends, &after.unwrap_or_default(), PAGE + 1).await?;
        Ok(page(found, PAGE))
    }

    /// Asks somebody to be friends. Who is asked by the other already has them for a friend at once.
    pub async fn ask(&self, actor: &Actor, other: UserId) -> Result<(), Error> {
        actor.may(Action::KeepCompany)?;
        let user = myself(actor)?;
        let person = store::person_by_id(&self.0.db, other).await?.filter(|person| !person.locked && other != user);
        let person = person.ok_or(Error::NotFound)?;
        let between = self.between(Some(user), other).await?;
        if between.blocked {
            return Err(Error::NotFound);
        }
        if between.asked_by == Some(other) {
            return self.accept(actor, other).await;
        }
        if self.may_ask(Some(user), other, person.privacy.requests).await? == Ask::Unwelcome {
            return Err(Error::NotAsking);
        }
        let now = self.now();
        self.0
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let pair = Pair::of(user, other);
                    // Asked anew within the transaction: a block may have come meanwhile.
                    if store::bonds::pair_is_known(tx, pair).await? {
                        return Ok(());
                    }
                    if !store::bonds::insert_request(tx, pair, user, other, now, MOST_ASKED).await? {
                        return Err(Error::Full);
                    }
                    Ok(events::record(tx, now, &Event::FriendAsked { user: other, by: user }).await?)
                })
            })
            .await
    }

    /// Says yes to whoever has asked.
    pub async fn accept(&self, actor: &Actor, other: UserId) -> Result<(), Error> {
        actor.may(Action::KeepCompany)?;
        let (user, now) = (myself(actor)?, self.now());
        self.0
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if store::bonds::friend_count(tx, user).await? >= i64::from(MOST_FRIENDS) {
                        return Err(Error::Full);
                    }
                    if !store::bonds::accept(tx, Pair::of(user, other), other, now).await? {
                        return Err(Error::NotFound);
                    }
                    Ok(events::record(tx, now, &Event::FriendsMade { user: other, by: user }).await?)
                })
            })
            .await
    }

    /// Ends a friendship, takes a request back, or says no to one. Nobody is told; who keeps lists of friends reads them anew.
    pub async fn part(&self, actor: &Actor, other: UserId) -> Result<(), Error> {
        actor.may(Action::KeepCompany)?;
        let (user, now) = (myself(actor)?, self.now());
        self.0
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if !store::bonds::delete_friendship(tx, Pair::of(user, other)).await? {
                        return Err(Error::NotFound);
                    }
                    Ok(events::record(tx, now, &Event::FriendsParted { user: other, by: user }).await?)
                })
            })
            .await
    }

    /// Blocks somebody: neither sees the other any more, and they are no friends. Nobody is told.
    pub async fn block(&self, actor: &Actor, other: UserId) -> Result<(), Error> {
        self.avoid(actor, other, List::Blocked).await
    }

    /// Mutes somebody: one no longer hears them.
    pub async fn mute(&self, actor: &Actor, other: UserId) -> Result<(), Error> {
        self.avoid(actor, other, List::Muted).await
    }

    /// Ends a block.
    pub async fn unblock(&self, actor: &Actor, other: UserId) -> Result<(), Error> {
        self.stop_avoiding(actor, other, List::Blocked).await
    }

    /// Ends a mute.
    pub async fn unmute(&self, actor: &Actor, other: UserId) -> Result<(), Error> {
        self.stop_avoiding(actor, other, List::Muted).await
    }

    async fn avoid(&self, actor: &Actor, other: UserId, list: List) -> Result<(), Error> {
        actor.may(Action::KeepCompany)?;
        let (user, now) = (myself(actor)?, self.now());
        if user == other || store::person_by_id(&self.0.db, other).await?.is_none() {
            return Err(Error::NotFound);
        }
        self.0
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if !store::bonds::avoid(tx, user, other, list, now, MOST_AVOIDED).await? {
                        return Err(Error::Full);
                    }
                    if list == List::Blocked && store::bonds::delete_friendship(tx, Pair::of(user, other)).await? {
                        events::record(tx, now, &Event::FriendsParted { user: other, by: user }).await?;
                    }
                    Ok(events::record(tx, now, &Event::CompanyChanged { user }).await?)
                })
            })
            .await
    }

    async fn stop_avoiding(&self, actor: &Actor, other: UserId, list: List) -> Result<(), Error> {
        actor.may(Action::KeepCompany)?;
        let (user, now) = (myself(actor)?, self.now());
        self.0
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if !store::bonds::stop_avoiding(tx, user, other, list).await? {
                        return Err(Error::NotFound);
                    }
                    Ok(events::record(tx, now, &Event::CompanyChanged { user }).await?)
                })
            })
            .await
    }

    /// Whether a request would be taken.
    pub(crate) async fn may_ask(&self, viewer: Option<UserId>, other: UserId, takes: Audience) -> Result<Ask, Error> {
        let Some(viewer) = viewer else { return Ok(Ask::Unwelcome) };
        let welcome = match takes {
            Audience::Everybody | Audience::Members => true,
            Audience::Friends => store::bonds::share_a_friend(&self.0.db, viewer, other).await?,
            Audience::Nobody => false,
        };
        Ok(if welcome { Ask::Welcome } else { Ask::Unwelcome })
    }
}
