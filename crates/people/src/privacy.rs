//! Who may see what of somebody.

use base::{Action, Actor};
use contract::people::{Audience, Privacy};

use crate::{People, company::Between, error::Error, myself, store};

impl People {
    /// Changes who may see what of oneself, and who may ask to be friends.
    pub async fn save_privacy(&self, actor: &Actor, privacy: Privacy) -> Result<(), Error> {
        actor.may(Action::ManageOwnAccount)?;
        let user = myself(actor)?;
        self.0
            .db
            .write(move |tx| Box::pin(async move { Ok::<_, Error>(store::put_privacy(tx, user, &privacy).await?) }))
            .await
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
