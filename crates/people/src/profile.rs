//! Somebody's page.

use std::collections::BTreeMap;

use audit::{Entry, Reason};
use base::{Action, Actor, Kind, UserId};
use contract::{
    Field,
    people::{About, Audience, MyProfile, Profile, SaveProfile, Tie},
};
use serde_json::json;

use crate::{People, about, company::Ask, error::Error, keeps_order, myself, privacy::admits, store};

/// What those who keep order may take off somebody's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What they wrote, here or in a game.
    About,
    /// Their picture.
    Avatar,
}

impl People {
    /// The names of those of these people whom the actor may see.
    pub async fn names(&self, actor: &Actor, people: &[i64]) -> Result<BTreeMap<i64, String>, Error> {
        let mut names = BTreeMap::new();
        if actor.may(Action::ViewPeople).is_err() {
            return Ok(names);
        }
        for id in people {
            let Some(them) = store::person_by_id(&self.0.db, UserId::from(*id)).await? else { continue };
            let hidden = them.locked || self.between(actor.user(), them.card.id).await?.blocked;
            if !hidden || keeps_order(actor) {
                names.insert(*id, them.card.name);
            }
        }
        Ok(names)
    }

    /// The page of whoever has that name, as far as the one who looks may see it. `here`: who is here now.
    ///
    /// Whoever is blocked, either way, finds nobody. Those who keep order see everything.
    pub async fn profile(&self, actor: &Actor, name: &str, here: impl Fn(UserId) -> bool) -> Result<Profile, Error> {
        actor.may(Action::ViewPeople)?;
        let found = store::person_by_name(&self.0.db, &(self.0.fold)(name)).await?.ok_or(Error::NotFound)?;
        let (them, viewer) = (found.card.id, actor.user());
        let (between, all) = (self.between(viewer, them).await?, keeps_order(actor));
        let own = viewer == Some(them);
        if (between.blocked || found.locked) && !all {
            audit::refused(actor, "hidden", "person");
            return Err(Error::NotFound);
        }
        let shows = |audience| own || all || admits(audience, viewer.is_some(), &between);
        let tie = match (own, between.friends, between.asked_by) {
            (true, ..) => Tie::Yourself,
            (_, true, _) => Tie::Friend,
            (.., Some(asked_by)) => {
                if asked_by == them {
                    Tie::AsksYou
                } else {
                    Tie::Asked
                }
            }
            _ if viewer.is_none() || between.blocked => Tie::Stranger,
            _ => match self.may_ask(viewer, them, found.privacy.requests).await? {
                Ask::Welcome => Tie::MayAsk,
                Ask::Unwelcome => Tie::Stranger,
            },
        };
        let about = if shows(found.privacy.profile) { Some(store::about(&self.0.db, them).await?) } else { None };
        Ok(Profile {
            tie,
            muted: between.muted,
            about,
            here: shows(found.privacy.presence).then(|| here(them)),
            shows_friends: shows(found.privacy.friends),
            card: found.card,
        })
    }

    /// What somebody writes of themselves, and the key of their picture: for a report that has to show it, without a question of permission.
    pub async fn shown_by(&self, user: UserId) -> Result<(About, Option<String>), Error> {
        let avatar = store::person_by_id(&self.0.db, user).await?.and_then(|person| person.card.avatar);
        Ok((store::about(&self.0.db, user).await?, avatar))
    }

    /// The country that somebody's profile names: for rooms of the lobby that ask for one, likewise.
    pub async fn country_of(&self, user: UserId) -> Result<Option<String>, Error> {
        Ok(store::about(&self.0.db, user).await?.country)
    }

    /// Whether everybody may know that somebody is here: for the list of who is on the site, without a question of permission.
    pub async fn is_listed(&self, user: UserId) -> Result<bool, Error> {
        let person = store::person_by_id(&self.0.db, user).await?;
        Ok(person.is_some_and(|person| person.privacy.presence == Audience::Everybody))
    }

    /// One's own page, to change it.
    pub async fn my_profile(&self, actor: &Actor) -> Result<MyProfile, Error> {
        actor.may(Action::ViewOwnAccount)?;
        let user = myself(actor)?;
        let found = store::person_by_id(&self.0.db, user).await?.ok_or(Error::NotFound)?;
        let about = store::about(&self.0.db, user).await?;
        Ok(MyProfile { card: found.card, about, privacy: found.privacy })
    }

    /// Changes what one writes of oneself.
    pub async fn save_profile(&self, actor: &Actor, form: &SaveProfile) -> Result<(), Error> {
        actor.may(Action::ManageOwnAccount)?;
        let user = myself(actor)?;
        let (about, now) = (about::parse(form)?, self.now());
        self.0
            .db
            .write(move |tx| {
                let about = about.clone();
                Box::pin(async move { Ok::<_, Error>(store::put_about(tx, user, &about, now).await?) })
            })
            .await
    }

    /// Takes something off somebody's page: for those who keep order, on those below them. `reason` stands in the audit trail, and may be
    /// empty.
    pub async fn clear(&self, actor: &Actor, user: UserId, part: Part, reason: &str) -> Result<(), Error> {
        actor.may(Action::Moderate)?;
        let reason = Reason::read(reason).map_err(|code| Error::field(Field::Reason, code))?;
        let found = store::person_by_id(&self.0.db, user).await?.ok_or(Error::NotFound)?;
        if !actor.outranks(found.card.role) {
            return Err(Error::Refused(Kind::Forbidden));
        }
        let (acting, now, avatar) = (actor.clone(), self.now(), found.card.avatar);
        self.0
            .db
            .write(move |tx| {
                let (acting, avatar, reason) = (acting.clone(), avatar.clone(), reason.clone());
                Box::pin(async move {
                    let entry = match part {
                        Part::About => {
                            let before = store::about_in(tx, user).await?;
                            store::put_about(tx, user, &About::default(), now).await?;
                            store::game_texts::delete(tx, user).await?;
                            Entry::new("profile.cleared", "user", user).changing(before, About::default())
                        }
                        Part::Avatar => {
                            store::avatars::delete(tx, user).await?;
                            let before = json!({ "avatar": avatar });
                            Entry::new("avatar.removed", "user", user).changing(before, json!({ "avatar": null }))
                        }
                    };
                    Ok::<_, Error>(audit::record(tx, now, &acting, &entry.because(&reason)).await?)
                })
            })
            .await
    }

    /// The name and the account of whoever has that name; for doors that are given names.
    pub async fn find(&self, actor: &Actor, name: &str) -> Result<UserId, Error> {
        actor.may(Action::ViewPeople)?;
        let found = store::person_by_name(&self.0.db, &(self.0.fold)(name)).await?.ok_or(Error::NotFound)?;
        let hidden = found.locked || self.between(actor.user(), found.card.id).await?.blocked;
        if hidden && !keeps_order(actor) {
            audit::refused(actor, "hidden", "person");
            return Err(Error::NotFound);
        }
        Ok(found.card.id)
    }
}
