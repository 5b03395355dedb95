//! Appeals: asking that a sanction be looked at again, by somebody else where there is somebody.

use audit::{Entry, Reason};
use base::{Action, Actor, AppealId, Kind, SanctionId, UserId};
use contract::{
    Field,
    moderation::{AppealState, Appeals, Whom},
};
use serde_json::json;

use crate::{
    Moderation,
    error::{Error, words},
    myself, notice,
    sanction::lift,
    store,
};

const LONGEST_TEXT: usize = 4_000;
const LONGEST_PAGE: u32 = 200;

/// Which appeals to list.
#[derive(Debug, Clone)]
pub struct AppealQuery {
    /// Answered ones, the newest first; else those that wait, the oldest first.
    pub answered: bool,
    /// Those after this one; among answered ones: before it.
    pub after: Option<AppealId>,
    /// So many, 200 at most.
    pub at_most: u32,
}

impl Default for AppealQuery {
    fn default() -> Self {
        Self { answered: false, after: None, at_most: 50 }
    }
}

impl Moderation {
    /// Appeals against something that was done about oneself; once for each.
    pub async fn appeal(&self, actor: &Actor, sanction: SanctionId, text: &str) -> Result<(), Error> {
        actor.may(Action::Report)?;
        let user = myself(actor)?;
        self.write_appeal(actor, user, sanction, text).await
    }

    /// The same for whoever holds a pass and may not log in.
    pub async fn appeal_by_pass(
        &self,
        actor: &Actor,
        pass: &str,
        sanction: SanctionId,
        text: &str,
    ) -> Result<(), Error> {
        actor.may(Action::RecoverAccount)?;
        let user = self.holder(pass).await?;
        self.write_appeal(actor, user, sanction, text).await
    }

    async fn write_appeal(&self, actor: &Actor, user: UserId, sanction: SanctionId, text: &str) -> Result<(), Error> {
        let text = words(Field::Text, text, LONGEST_TEXT)?;
        let found = store::sanction(&self.0.db, sanction, self.now()).await?.ok_or(Error::NotFound)?;
        if !matches!(found.whom, Whom::Person { user: theirs, .. } if theirs == user) {
            return Err(Error::NotFound);
        }
        if !found.holds {
            return Err(Error::Conflict);
        }
        let (acting, now) = (actor.clone(), self.now());
        self.0
            .db
            .write(move |tx| {
                let (acting, text) = (acting.clone(), text.clone());
                Box::pin(async move {
                    if !store::insert_appeal(tx, sanction, &text, now).await? {
                        return Err(Error::Conflict);
                    }
                    Ok(audit::record(tx, now, &acting, &Entry::new("sanction.appealed", "sanction", sanction)).await?)
                })
            })
            .await
    }

    /// A page of appeals.
    pub async fn appeals(&self, actor: &Actor, query: &AppealQuery) -> Result<Appeals, Error> {
        actor.may(Action::ViewModeration)?;
        let at_most = query.at_most.clamp(1, LONGEST_PAGE);
        let rows = store::appeals(&self.0.db, query.answered, query.after, self.now(), at_most + 1).await?;
        let more = rows.len() > at_most as usize;
        let mut appeals = Vec::new();
        for (mut appeal, by) in rows.into_iter().take(at_most as usize) {
            appeal.yours_to_answer = appeal.state == AppealState::Open && self.may_answer(actor, by).await?;
            appeals.push(appeal);
        }
        let next = appeals.last().filter(|_| more).map(|last| last.id);
        Ok(Appeals { appeals, next })
    }

    /// Answers an appeal: the sanction stays, or is lifted. Whoever imposed it answers only where nobody else could.
    pub async fn answer(&self, actor: &Actor, appeal: AppealId, lifts: bool, answer: &str) -> Result<(), Error> {
        actor.may(Action::Moderate)?;
        let answer = words(Field::Text, answer, LONGEST_TEXT)?;
        let (found, by) = store::appeal(&self.0.db, appeal, self.now()).await?.ok_or(Error::NotFound)?;
        let Whom::Person { user, .. } = found.sanction.whom else { return Err(Error::NotFound) };
        if actor.user() == Some(user) || !self.may_answer(actor, by).await? {
            return Err(Error::Refused(Kind::Forbidden));
        }
        let (acting, now, holds, kind) = (actor.clone(), self.now(), found.sanction.holds, found.sanction.kind);
        let state = if lifts { AppealState::Lifted } else { AppealState::Upheld };
        self.0
            .db
            .write(move |tx| {
                let (acting, answer) = (acting.clone(), answer.clone());
                Box::pin(async move {
                    if !store::answer(tx, appeal, state, &answer, acting.user(), now).await? {
                        return Err(Error::Conflict);
                    }
                    // It may have run out meanwhile: then there is nothing left to lift.
                    if lifts && holds {
                        // Why is the answer, which has an entry of its own.
                        lift(tx, &acting, found.sanction.id, Some(user), &Reason::default(), now).await?;
                    }
                    notice::answered(tx, now, user, kind, lifts, &answer).await?;
                    let entry = Entry::new("appeal.answered", "appeal", appeal)
                        .changing(json!({ "state": "open" }), json!({ "state": state, "answer": answer }));
                    Ok(audit::record(tx, now, &acting, &entry).await?)
                })
            })
            .await?;
        self.refresh_muted().await
    }

    /// Whether somebody may answer an appeal against what `by` did.
    async fn may_answer(&self, actor: &Actor, by: Option<UserId>) -> Result<bool, Error> {
        match (actor.user(), by) {
            (Some(me), Some(by)) if me == by => Ok(!store::another_moderator(&self.0.db, me).await?),
            _ => Ok(true),
        }
    }
}
