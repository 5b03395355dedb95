//! What people write of themselves in a game, whose own profiles show it: under the same privacy as what they write on the site.

use base::{Action, Actor, UserId};
use contract::people::GameTexts;

use crate::{People, about, error::Error, keeps_order, myself, privacy::admits, store};

impl People {
    /// Keeps what one writes in a game. Nothing written takes away what there was.
    pub async fn save_game_texts(&self, actor: &Actor, texts: &GameTexts) -> Result<(), Error> {
        actor.may(Action::ManageOwnAccount)?;
        let user = myself(actor)?;
        about::judge(texts)?;
        let (texts, now) = (texts.clone(), self.now());
        self.0
            .db
            .write(move |tx| {
                let texts = texts.clone();
                Box::pin(async move {
                    if texts.is_empty() {
                        store::game_texts::delete(tx, user).await?;
                    } else {
                        store::game_texts::put(tx, user, &texts, now).await?;
                    }
                    Ok::<_, Error>(())
                })
            })
            .await
    }

    /// What somebody wrote in a game, as far as the one who asks may read it: as on their page, and nothing where they may not.
    pub async fn game_texts(&self, actor: &Actor, user: UserId) -> Result<GameTexts, Error> {
        actor.may(Action::ViewPeople)?;
        let Some(found) = store::person_by_id(&self.0.db, user).await? else { return Ok(GameTexts::default()) };
        let viewer = actor.user();
        let between = self.between(viewer, user).await?;
        let admitted = !between.blocked && !found.locked && admits(found.privacy.profile, viewer.is_some(), &between);
        if admitted || viewer == Some(user) || keeps_order(actor) {
            Ok(store::about(&self.0.db, user).await?.game)
        } else {
            Ok(GameTexts::default())
        }
    }
}
