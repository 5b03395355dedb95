//! Results that players dispute, judged by those who keep order: what stands, what another report makes of it, what counts for nothing.

use std::sync::Arc;

use audit::{Entry, Reason};
use base::{Action, Actor, Clock, GameId, Kind};
use contract::{
    Code, Event, Field,
    ranking::{Judge, Verdict},
};
use db::{Db, Tx};
use serde_json::json;

use crate::{
    Error,
    store::judgements::{self, Disputed},
};

/// The results of the lobby's games. Clones are the same.
#[derive(Clone)]
pub struct Results(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
}

impl Results {
    /// The results of this database, whose migrations have been applied.
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner { db, clock }))
    }

    /// Judges a result that players dispute: it stands, another report is it, or it counts for nothing. It may be judged again. Whoever was
    /// in the game doesn't judge it.
    pub async fn judge(&self, actor: &Actor, game: GameId, form: &Judge) -> Result<(), Error> {
        actor.may(Action::JudgeResults)?;
        let reason = Reason::read(&form.reason).map_err(|code| Error::field(Field::Reason, code))?;
        let wanted = read(form)?;
        let (now, acting, text) = (self.0.clock.now(), actor.clone(), form.reason.trim().to_owned());
        self.0
            .db
            .write(move |tx| {
                let (acting, reason, text) = (acting.clone(), reason.clone(), text.clone());
                Box::pin(async move {
                    let before = judgements::disputed(tx, game).await?.ok_or(Error::NotFound)?;
                    if let Some(user) = acting.user()
                        && judgements::was_in(tx, game, user).await?
                    {
                        return Err(Error::Refused(Kind::Forbidden));
                    }
                    // Said twice is said once.
                    if (before.verdict, before.reporter) == (Some(wanted.0), wanted.1) {
                        return Ok(());
                    }
                    carry_out(tx, game, &before, wanted).await?;
                    judgements::put(tx, game, wanted, &text, acting.user(), now).await?;
                    let was = json!({ "verdict": before.verdict, "reporter": before.reporter });
                    let is = json!({ "verdict": wanted.0, "reporter": wanted.1 });
                    let entry = Entry::new("result.judged", "game", game).changing(was, is).because(&reason);
                    audit::record(tx, now, &acting, &entry).await?;
                    let judged = Event::ResultJudged { game, dialect: before.dialect, verdict: wanted.0 };
                    events::record(tx, now, &judged).await?;
                    Ok(())
                })
            })
            .await
    }
}

/// A report is named to overturn a result, and for nothing else.
fn read(form: &Judge) -> Result<(Verdict, Option<u32>), Error> {
    match (form.verdict, form.reporter) {
        (Verdict::Overturned, None) => Err(Error::field(Field::Player, Code::Required)),
        (Verdict::Overturned, Some(reporter)) => Ok((Verdict::Overturned, Some(reporter))),
        (verdict, _) => Ok((verdict, None)),
    }
}

/// Makes of the record what was said. What the players have done is changed by as much as the game had counted for.
async fn carry_out(
    tx: &mut Tx<'_>,
    game: GameId,
    before: &Disputed,
    (verdict, reporter): (Verdict, Option<u32>),
) -> Result<(), Error> {
    let counted = before.verdict != Some(Verdict::Voided);
    let Some(reporter) = reporter else {
        let counts = verdict != Verdict::Voided;
        if counts != counted {
            judgements::weigh(tx, game, counts, before.settled_at).await?;
        }
        return Ok(());
    };
    let reports = judgements::reports(tx, game).await?;
    let chosen = reports.iter().find(|report| report.reporter.0 == reporter);
    let chosen = chosen.ok_or_else(|| Error::field(Field::Player, Code::NotAChoice))?;
    if counted {
        judgements::weigh(tx, game, false, before.settled_at).await?;
    }
    judgements::replace_result(tx, game, &reports, chosen).await?;
    judgements::weigh(tx, game, true, before.settled_at).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_named_to_overturn_and_for_nothing_else() {
        let asked = |verdict, reporter| read(&Judge { verdict, reporter, reason: String::new() }).ok();
        assert_eq!(asked(Verdict::Overturned, None), None);
        assert_eq!(asked(Verdict::Overturned, Some(7)), Some((Verdict::Overturned, Some(7))));
        assert_eq!(asked(Verdict::Voided, Some(7)), Some((Verdict::Voided, None)));
        assert_eq!(asked(Verdict::Confirmed, None), Some((Verdict::Confirmed, None)));
    }
}
