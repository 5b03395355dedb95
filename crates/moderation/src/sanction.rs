//! What is done about somebody, and lifting it.

use std::time::Duration;

use audit::{Entry, Reason};
use base::{Action, Actor, Kind, Millis, ReportId, SanctionId, Secret, UserId};
use contract::{
    Code, Event, Field,
    moderation::{Sanction, SanctionKind, Sanctions, Whom},
};
use db::Tx;
use serde_json::json;

use crate::{
    Moderation,
    bar::PASS_BY_MAIL,
    error::{Error, why, words},
    network::Network,
    notice, pattern,
    queue::Subject,
    store::{self, NewSanction},
};

const LONGEST_REASON: usize = 500;
const LONGEST_PAGE: u32 = 200;
/// The longest a sanction with an end lasts: five years. Beyond that it is for good.
const LONGEST: Duration = Duration::from_hours(5 * 365 * 24);
/// Patterns are looked through one by one.
const MOST_PATTERNS: i64 = 1_000;

/// What is done, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// What.
    pub kind: SanctionKind,
    /// For how long; `None`: for good.
    pub span: Option<Duration>,
}

impl Measure {
    /// A warning and a ban have no end; a suspension has one.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let fits = match self.kind {
            SanctionKind::Warn | SanctionKind::Ban => self.span.is_none(),
            SanctionKind::Suspend => self.span.is_some(),
            SanctionKind::Mute => true,
        };
        let bounded = self.span.is_none_or(|span| !span.is_zero() && span <= LONGEST);
        if fits && bounded { Ok(()) } else { Err(Error::field(Field::Duration, Code::Required)) }
    }
}

/// Whom to shut out who need not have an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// Whoever comes from these addresses: CIDR, or one address.
    Network(String),
    /// Whoever wants to be called that: letters, and `*` for anything.
    Names(String),
}

/// Which sanctions to list.
#[derive(Debug, Clone)]
pub struct SanctionQuery {
    /// Only those about this person.
    pub user: Option<UserId>,
    /// Only those that hold now.
    pub holding: bool,
    /// Only those about addresses and names.
    pub places: bool,
    /// Those before this one.
    pub before: Option<SanctionId>,
    /// So many, 200 at most.
    pub at_most: u32,
}

impl Default for SanctionQuery {
    fn default() -> Self {
        Self { user: None, holding: false, places: false, before: None, at_most: 50 }
    }
}

impl Moderation {
    /// Does something about somebody without a report.
    pub async fn sanction(
        &self,
        actor: &Actor,
        user: UserId,
        measure: Measure,
        reason: &str,
    ) -> Result<SanctionId, Error> {
        actor.may(Action::Moderate)?;
        measure.check()?;
        let reason = words(Field::Reason, reason, LONGEST_REASON)?;
        let person = store::person(&self.0.db, user).await?.ok_or(Error::NotFound)?;
        if actor.user() == Some(user) || !actor.outranks(person.role) {
            return Err(Error::Refused(Kind::Forbidden));
        }
        let (acting, now, pass) = (actor.clone(), self.now(), self.new_pass());
        let id = self
            .0
            .db
            .write(move |tx| {
                let (acting, reason, pass) = (acting.clone(), reason.clone(), pass.clone());
                Box::pin(async move { impose(tx, &acting, user, measure, &reason, None, now, &pass).await })
            })
            .await?;
        self.refresh_muted().await?;
        Ok(id)
    }

    /// The same about whoever has that name; gives back what was done.
    pub async fn sanction_named(
        &self,
        actor: &Actor,
        name: &str,
        measure: Measure,
        reason: &str,
    ) -> Result<Sanction, Error> {
        actor.may(Action::Moderate)?;
        let person = store::named(&self.0.db, &(self.0.fold)(name)).await?.ok_or(Error::NotFound)?;
        let id = self.sanction(actor, person.id, measure, reason).await?;
        store::sanction(&self.0.db, id, self.now()).await?.ok_or(Error::NotFound)
    }

    /// Shuts out an address range or a pattern of names, until then or for good.
    pub async fn ban_place(
        &self,
        actor: &Actor,
        about: &About,
        span: Option<Duration>,
        reason: &str,
    ) -> Result<SanctionId, Error> {
        actor.may(Action::BanPlaces)?;
        Measure { kind: if span.is_some() { SanctionKind::Suspend } else { SanctionKind::Ban }, span }.check()?;
        let (network, pattern) = match about {
            About::Network(typed) => (Some(Network::parse(typed, actor.address())?), None),
            About::Names(typed) => (None, Some(pattern::parse(typed, self.0.fold)?)),
        };
        let now = self.now();
        let new = NewSanction {
            kind: SanctionKind::Ban,
            user: None,
            network,
            pattern,
            reason: words(Field::Reason, reason, LONGEST_REASON)?,
            report: None,
            by: actor.user(),
            at: now,
            until: span.map(|span| now.plus(span)),
        };
        let acting = actor.clone();
        self.0
            .db
            .write(move |tx| {
                let (new, acting) = (new.clone(), acting.clone());
                Box::pin(async move {
                    if new.pattern.is_some() && store::pattern_count(tx, now).await? >= MOST_PATTERNS {
                        return Err(Error::Full);
                    }
                    let id = store::insert_sanction(tx, &new).await?;
                    events::record(tx, now, &Event::SanctionsChanged { user: None }).await?;
                    let shown = new.network.as_ref().map(|network| network.shown.clone());
                    let entry = Entry::new("place.banned", "sanction", id).changing(
                        None::<()>,
                        json!({ "network": shown, "pattern": new.pattern, "reason": new.reason, "until": new.until }),
                    );
                    audit::record(tx, now, &acting, &entry).await?;
                    Ok(id)
                })
            })
            .await
    }

    /// Which accounts a pattern of names would meet if they were made now, so that one sees what one is about to do.
    pub async fn preview_names(&self, actor: &Actor, typed: &str) -> Result<Vec<String>, Error> {
        actor.may(Action::ViewModeration)?;
        let pattern = pattern::parse(typed, self.0.fold)?;
        Ok(store::names_like(&self.0.db, &pattern.replace('*', "%"), 20).await?)
    }

    /// A page of sanctions, the newest first.
    pub async fn sanctions(&self, actor: &Actor, query: &SanctionQuery) -> Result<Sanctions, Error> {
        actor.may(Action::ViewModeration)?;
        let at_most = query.at_most.clamp(1, LONGEST_PAGE);
        let mut sanctions = store::sanctions(&self.0.db, query, self.now(), at_most + 1).await?;
        if let (true, Some(user)) = (sanctions.is_empty(), query.user) {
            self.must_be_there(actor, Subject::Person(user)).await?;
        }
        let more = sanctions.len() > at_most as usize;
        sanctions.truncate(at_most as usize);
        let next = sanctions.last().filter(|_| more).map(|last| last.id);
        Ok(Sanctions { sanctions, next })
    }

    /// The same about whoever has that name; nothing where nobody has it.
    pub async fn sanctions_named(&self, actor: &Actor, name: &str, query: SanctionQuery) -> Result<Sanctions, Error> {
        actor.may(Action::ViewModeration)?;
        match store::named(&self.0.db, &(self.0.fold)(name)).await? {
            Some(person) => self.sanctions(actor, &SanctionQuery { user: Some(person.id), ..query }).await,
            None => Ok(Sanctions::default()),
        }
    }

    /// One sanction.
    pub async fn find_sanction(&self, actor: &Actor, sanction: SanctionId) -> Result<Sanction, Error> {
        actor.may(Action::ViewModeration)?;
        store::sanction(&self.0.db, sanction, self.now()).await?.ok_or(Error::NotFound)
    }

    /// Lifts what was done about a person; `reason` stands in the audit trail, and may be empty.
    pub async fn lift(&self, actor: &Actor, sanction: SanctionId, reason: &str) -> Result<(), Error> {
        actor.may(Action::Moderate)?;
        let reason = why(reason)?;
        let found = store::sanction(&self.0.db, sanction, self.now()).await?.ok_or(Error::NotFound)?;
        let Whom::Person { user, .. } = found.whom else { return Err(Error::NotFound) };
        // Nobody lets themselves off, nor those at or above them.
        if let Some(person) = store::person(&self.0.db, user).await?
            && (actor.user() == Some(user) || !actor.outranks(person.role))
        {
            return Err(Error::Refused(Kind::Forbidden));
        }
        self.write_lift(actor, sanction, Some(user), reason).await
    }

    /// Lets an address range or a pattern of names in again; `reason` stands in the audit trail, and may be empty.
    pub async fn lift_place(&self, actor: &Actor, sanction: SanctionId, reason: &str) -> Result<(), Error> {
        actor.may(Action::BanPlaces)?;
        let reason = why(reason)?;
        let found = store::sanction(&self.0.db, sanction, self.now()).await?.ok_or(Error::NotFound)?;
        if matches!(found.whom, Whom::Person { .. }) {
            return Err(Error::NotFound);
        }
        self.write_lift(actor, sanction, None, reason).await
    }

    async fn write_lift(
        &self,
        actor: &Actor,
        sanction: SanctionId,
        user: Option<UserId>,
        reason: Reason,
    ) -> Result<(), Error> {
        let (acting, now) = (actor.clone(), self.now());
        self.0
            .db
            .write(move |tx| {
                let (acting, reason) = (acting.clone(), reason.clone());
                Box::pin(async move { lift(tx, &acting, sanction, user, &reason, now).await })
            })
            .await?;
        self.refresh_muted().await
    }
}

/// Writes a sanction down, announces it, and queues the notice.
#[expect(clippy::too_many_arguments, reason = "the facts of one row, written from three places")]
pub(crate) async fn impose(
    tx: &mut Tx<'_>,
    actor: &Actor,
    user: UserId,
    measure: Measure,
    reason: &str,
    report: Option<ReportId>,
    at: Millis,
    pass: &(Secret, [u8; 32]),
) -> Result<SanctionId, Error> {
    let until = measure.span.map(|span| at.plus(span));
    let new = NewSanction {
        kind: measure.kind,
        user: Some(user),
        network: None,
        pattern: None,
        reason: reason.to_owned(),
        report,
        by: actor.user(),
        at,
        until,
    };
    let id = store::insert_sanction(tx, &new).await?;
    events::record(tx, at, &Event::SanctionsChanged { user: Some(user) }).await?;
    let after = json!({ "kind": measure.kind, "reason": reason, "until": until, "report": report });
    let entry = Entry::new("user.sanctioned", "user", user).changing(None::<()>, after);
    audit::record(tx, at, actor, &entry).await?;
    store::insert_pass(tx, pass.1, user, at, at.plus(PASS_BY_MAIL)).await?;
    notice::imposed(tx, at, user, measure.kind, until, reason, &pass.0).await?;
    metrics::counter!("guildhall_moderation_sanctions_total", "kind" => measure.kind.word()).increment(1);
    Ok(id)
}

/// Lifts a sanction that holds.
pub(crate) async fn lift(
    tx: &mut Tx<'_>,
    actor: &Actor,
    sanction: SanctionId,
    user: Option<UserId>,
    reason: &Reason,
    at: Millis,
) -> Result<(), Error> {
    if !store::lift(tx, sanction, actor.user(), at).await? {
        return Err(Error::Conflict);
    }
    events::record(tx, at, &Event::SanctionsChanged { user }).await?;
    let entry = Entry::new("sanction.lifted", "sanction", sanction)
        .changing(json!({ "holds": true }), json!({ "holds": false }))
        .because(reason);
    Ok(audit::record(tx, at, actor, &entry).await?)
}
