//! Who may see what of somebody.

use std::collections::BTreeSet;

use base::{Action, Actor, UserId};
use contract::{
    Event,
    people::{Audience, Privacy},
};

use crate::{People, company::Between, error::Error, myself, store};

impl People {
    /// Changes who may see what of oneself, and who may ask to be friends.
    pub async fn save_privacy(&self, actor: &Actor, privacy: Privacy) -> Result<(), Error> {
        actor.may(Action::ManageOwnAccount)?;
        let (user, now) = (myself(actor)?, self.now());
        self.0
            .db
            .write(move |tx| {
                Box::pin(async move {
                    store::put_privacy(tx, user, &privacy).await?;
                    Ok::<_, Error>(events::record(tx, now, &Event::CompanyChanged { user }).await?)
                })
            })
            .await
    }
}

impl People {
    /// Of those people whoever is left out of lists of what everybody may see, such as ladders, before that viewer: they keep their page to
    /// their friends or to themselves, or a block stands between the two. For other domains, and without a question of permission: it is an
    /// answer to a rule, not to a person.
    ///
    /// A page for members only, which is what everybody begins with, hides nobody: who plays in public is seen there anyway.
    pub async fn hidden_from(&self, viewer: Option<UserId>, users: &[UserId]) -> Result<BTreeSet<UserId>, Error> {
        if users.is_empty() {
            return Ok(BTreeSet::new());
        }
        Ok(store::listing::hidden(&self.0.db, viewer, users).await?.into_iter().collect())
    }
}

/// Whether somebody who looks belongs to the audience. `known`: they have an account.
pub(crate) const fn admits(audience: Audience, known: bool, between: &Between) -> bool {
    match audience {
        Audience::Everybody => true,
        Audience::Members => known,
        Audience::Friends => between.friends,
        Audience::Nobody => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_audience_is_within_the_one_before() {
        let friend = Between { friends: true, ..Between::default() };
        let other = Between::default();
        let seen = |audience| {
            [admits(audience, false, &other), admits(audience, true, &other), admits(audience, true, &friend)]
        };
        assert_eq!(
            Audience::ALL.map(seen),
            [[true, true, true], [false, true, true], [false, false, true], [false, false, false]]
        );
    }
}
