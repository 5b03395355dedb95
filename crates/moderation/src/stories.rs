//! Keeping order, told on both databases.

mod reports;

use std::{
    net::IpAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use base::testing::HandClock;
use base::{Actor, Chance, Credential, Kind, OrgId, Person, ReportId, Role, SessionId, UserId};
use contract::{
    Code, Field,
    moderation::{AppealState, MakeReport, ReportState, SanctionKind, Target, Whom},
};
use db::{Db, sql};
use futures::future::BoxFuture;

use crate::{
    About, AppealQuery, Decision, Error, Measure, Moderation, QueueQuery, SanctionQuery, Seen, Stake, Subject, Verdict,
    Witness,
};

const HOUR: Duration = Duration::from_hours(1);
const MUTE: Measure = Measure { kind: SanctionKind::Mute, span: Some(HOUR) };
const SUSPEND: Measure = Measure { kind: SanctionKind::Suspend, span: Some(HOUR) };
const BAN: Measure = Measure { kind: SanctionKind::Ban, span: None };
const WARN: Measure = Measure { kind: SanctionKind::Warn, span: None };

/// The one organization there is.
const LANTERN: i64 = 7;

struct Counting(AtomicU8);

impl Chance for Counting {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(self.0.fetch_add(1, Ordering::SeqCst));
    }
}

/// Somebody who saw it, and knows who runs the organization.
#[derive(Default)]
struct Bystander(Mutex<Option<UserId>>);

impl Witness for Bystander {
    fn context<'a>(&'a self, target: Target, _user: Option<UserId>, reference: &'a str) -> BoxFuture<'a, String> {
        Box::pin(async move { format!("{} {reference}", target.word()) })
    }

    /// There is one, with an older address that still leads to it.
    fn organization<'a>(&'a self, _: &'a Actor, address: &'a str) -> BoxFuture<'a, Result<Option<Seen>, Kind>> {
        let seen = matches!(address, "lantern" | "the-lamp").then(|| Seen {
            id: LANTERN.into(),
            address: "lantern".into(),
            name: "The Lantern".into(),
            page: "We keep it lit.".into(),
        });
        Box::pin(async move { Ok(seen) })
    }

    fn stake<'a>(&'a self, actor: &'a Actor, organization: OrgId) -> BoxFuture<'a, Result<Option<Stake>, Kind>> {
        let runs = actor.user().is_some() && actor.user() == *self.0.lock().unwrap();
        let stake = if runs { Stake::Runs } else { Stake::Knows };
        Box::pin(async move { Ok((organization == OrgId::from(LANTERN)).then_some(stake)) })
    }
}

struct World {
    moderation: Moderation,
    witness: Arc<Bystander>,
    clock: Arc<HandClock>,
    db: Db,
}

impl World {
    fn new(db: Db) -> Self {
        let clock = Arc::new(HandClock::default());
        let chance = Arc::new(Counting(AtomicU8::new(0)));
        let witness = Arc::new(Bystander::default());
        let moderation = Moderation::new(db.clone(), clock.clone(), chance, witness.clone(), str::to_lowercase);
        Self { moderation, witness, clock, db }
    }

    fn pass_by(&self, span: Duration) {
        self.clock.advance(span);
    }

    async fn person(&self, name: &str, role: Role) -> (Actor, UserId) {
        let (shown, folded) = (name.to_owned(), name.to_lowercase());
        let made: Result<(i64,), db::Error> = self
            .db
            .write(move |tx| {
                let (shown, folded) = (shown.clone(), folded.clone());
                Box::pin(async move {
                    sql("insert into users (name, folded_name, folded_game_name, email, folded_email, password_hash, role, created_at, password_changed_at)
                         values ($1, $2, $2, $3, $3, '', $4, 1, 1) returning id")
                    .bind(shown)
                    .bind(&folded)
                    .bind(format!("{folded}@example.org"))
                    .bind(role.word())
                    .fetch_one(tx)
                    .await
                })
            })
            .await;
        let id = UserId::from(made.unwrap().0);
        (Actor::Person(Person::logged_in(id, role, SessionId::from(1))), id)
    }

    /// The organization that can be reported.
    async fn lantern(&self) {
        let made: Result<u64, db::Error> = self
            .db
            .write(|tx| {
                Box::pin(async move {
                    sql(
                        "insert into organizations (id, slug, name, folded_name, sort_name, description, visibility, joining, state, member_count, seats, created_at, granted_at)
                         values ($1, 'lantern', 'The Lantern', 'lantern', 'lantern', '', 'public', 'open', 'active', 0, 10, 1, 1)",
                    )
                    .bind(LANTERN)
                    .execute(tx)
                    .await
                })
            })
            .await;
        assert_eq!(made.unwrap(), 1);
    }

    async fn count(&self, statement: &'static str) -> i64 {
        let (count,): (i64,) = sql(statement).fetch_one(&self.db).await.unwrap();
        count
    }

    async fn state(&self, actor: &Actor, report: ReportId) -> ReportState {
        self.moderation.case(actor, report).await.unwrap().report.state
    }

    async fn barred(&self, user: UserId) -> Option<SanctionKind> {
        self.moderation.barred(Some(user), None).await.unwrap().map(|barred| barred.kind)
    }
}

fn about(name: &str) -> MakeReport {
    MakeReport {
        target: "person".into(),
        name: name.into(),
        reason: "abuse".into(),
        text: "He shouts.".into(),
        ..MakeReport::default()
    }
}

fn act(measure: Measure) -> Decision {
    Decision { verdict: Verdict::Act(measure), reason: "Be kind.".into() }
}

fn dismiss() -> Decision {
    Decision { verdict: Verdict::Dismiss, reason: String::new() }
}

fn forbidden<T>(outcome: Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Refused(Kind::Forbidden)))
}

#[tokio::test]
async fn a_report_waits_is_claimed_and_decided() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let hub = &world.moderation;
        let (olga, _) = world.person("Olga", Role::Member).await;
        let (bert, bert_id) = world.person("Bert", Role::Member).await;
        let (mona, _) = world.person("Mona", Role::Moderator).await;
        let (max, _) = world.person("Max", Role::Moderator).await;
        let form = MakeReport { target: "chat".into(), reference: "26/17".into(), ..about("BERT") };
        let report = hub.report(&olga, &form).await.unwrap();
        assert_eq!(hub.report(&olga, &form).await.unwrap(), report, "the same twice is one");
        assert_eq!(hub.my_reports(&olga, None).await.unwrap().reports[0].state, ReportState::Open);
        assert!(hub.my_reports(&bert, None).await.unwrap().reports.is_empty());
        assert!(forbidden(hub.queue(&bert, &QueueQuery::default()).await));

        let queue = hub.queue(&mona, &QueueQuery::default()).await.unwrap();
        assert_eq!((queue.waiting, queue.reports[0].name.as_str()), (1, "Bert"), "as the account is called");
        let case = hub.case(&mona, report).await.unwrap();
        assert_eq!((case.report.context.as_str(), case.report.reporter.as_deref()), ("chat 26/17", Some("Olga")));

        hub.claim(&mona, report).await.unwrap();
        assert!(matches!(hub.claim(&max, report).await, Err(Error::Conflict)));
        assert!(matches!(hub.release(&max, report).await, Err(Error::Conflict)));
        assert_eq!(world.state(&max, report).await, ReportState::Claimed);
        assert_eq!(hub.my_reports(&olga, None).await.unwrap().reports[0].state, ReportState::Claimed);
        world.pass_by(Duration::from_mins(30));
        hub.claim(&max, report).await.unwrap();
        hub.release(&max, report).await.unwrap();
        hub.note(&max, report, "He is new here.").await.unwrap();
        hub.note_person(&mona, bert_id, "Second time.").await.unwrap();
        let notes: Vec<_> = hub.case(&mona, report).await.unwrap().notes.into_iter().map(|note| note.text).collect();
        assert_eq!(notes, ["He is new here.", "Second time."]);

        hub.decide(&mona, report, &act(MUTE)).await.unwrap().unwrap();
        assert!(matches!(hub.decide(&max, report, &dismiss()).await, Err(Error::Conflict)), "decided once");
        assert!(hub.is_muted(bert_id));
        assert_eq!(world.barred(bert_id).await, None, "muted, not shut out");
        assert_eq!(hub.my_reports(&olga, None).await.unwrap().reports[0].state, ReportState::Acted);
        assert_eq!(world.count("select count(*) from mails").await, 1, "he is told");
        assert_eq!(
            world.count("select count(*) from audit_log where act in ('report.decided', 'user.sanctioned')").await,
            2
        );
        world.pass_by(HOUR);
        assert!(!hub.is_muted(bert_id), "by the clock alone");
        let decided = hub.queue(&mona, &QueueQuery { decided: true, ..QueueQuery::default() }).await.unwrap();
        assert_eq!((decided.waiting, decided.reports[0].by.as_deref()), (0, Some("Mona")));
    })
    .await;
}

#[tokio::test]
async fn a_decision_can_be_taken_back_for_ten_minutes() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let hub = &world.moderation;
        let (olga, _) = world.person("Olga", Role::Member).await;
        let (_, bert) = world.person("Bert", Role::Member).await;
        let (mona, _) = world.person("Mona", Role::Moderator).await;
        let report = hub.report(&olga, &about("Bert")).await.unwrap();
        hub.decide(&mona, report, &act(BAN)).await.unwrap();
        assert_eq!(world.barred(bert).await, Some(SanctionKind::Ban));
        // The reporter reports anew while it is decided: undoing must not make two of one.
        let anew = hub.report(&olga, &about("Bert")).await.unwrap();
        assert_ne!(anew, report);
        world.pass_by(Duration::from_mins(9));
        hub.undo(&mona, report).await.unwrap();
        assert_eq!(world.barred(bert).await, None);
        assert_eq!(world.state(&mona, report).await, ReportState::Open);
        hub.decide(&mona, report, &dismiss()).await.unwrap();
        world.pass_by(Duration::from_mins(10));
        assert!(matches!(hub.undo(&mona, report).await, Err(Error::Conflict)), "too late");
        assert_eq!(hub.case(&mona, report).await.unwrap().undo_until, None);
    })
    .await;
}

#[tokio::test]
async fn places_are_shut_out_by_range_and_by_name() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let hub = &world.moderation;
        world.person("Spambot", Role::Member).await;
        let at = |address: &str| address.parse::<IpAddr>().unwrap();
        let operator = Actor::Operator;
        let v4 =
            hub.ban_place(&operator, &About::Network("203.0.113.0/24".into()), Some(HOUR), "Flooding.").await.unwrap();
        hub.ban_place(&operator, &About::Network("2001:db8:1::/48".into()), None, "Flooding.").await.unwrap();
        for (address, shut) in [
            ("203.0.113.9", true),
            ("::ffff:203.0.113.9", true),
            ("203.0.114.9", false),
            ("2001:db8:1:5::9", true),
            ("2001:db8:2::9", false),
        ] {
            let barred = hub.barred(None, Some(at(address))).await.unwrap();
            assert_eq!(barred.is_some(), shut, "{address}");
            assert!(barred.is_none_or(|barred| !barred.account));
        }
        let pattern = hub.ban_place(&operator, &About::Names("spam*".into()), None, "Bots.").await.unwrap();
        assert!(hub.is_name_barred("SPAM-o-matic").await.unwrap());
        assert!(!hub.is_name_barred("Notspam").await.unwrap());
        assert_eq!(hub.preview_names(&operator, "spam*").await.unwrap(), ["Spambot"]);
        let places =
            hub.sanctions(&operator, &SanctionQuery { places: true, ..SanctionQuery::default() }).await.unwrap();
        assert_eq!(places.sanctions.len(), 3);
        assert_eq!(places.sanctions[0].whom, Whom::Names { pattern: "spam*".into() });

        assert!(matches!(hub.lift(&operator, pattern, "").await, Err(Error::NotFound)), "people and places apart");
        hub.lift_place(&operator, pattern, "They are gone.").await.unwrap();
        let told = r#"select count(*) from audit_log where act = 'sanction.lifted' and after = '{"holds":false,"reason":"They are gone."}'"#;
        assert_eq!(world.count(told).await, 1);
        assert!(matches!(hub.lift_place(&operator, pattern, "").await, Err(Error::Conflict)));
        assert!(!hub.is_name_barred("spam").await.unwrap());
        world.pass_by(HOUR);
        assert!(hub.barred(None, Some(at("203.0.113.9"))).await.unwrap().is_none(), "by the clock alone");
        assert!(matches!(hub.lift_place(&operator, v4, "").await, Err(Error::Conflict)), "it has ended");
        let holding = SanctionQuery { holding: true, ..SanctionQuery::default() };
        assert_eq!(hub.sanctions(&operator, &holding).await.unwrap().sanctions.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_appeal_is_answered_by_somebody_else() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let hub = &world.moderation;
        let (bert, bert_id) = world.person("Bert", Role::Member).await;
        let (olga, _) = world.person("Olga", Role::Member).await;
        let (mona, _) = world.person("Mona", Role::Moderator).await;
        let alone = hub.sanction(&mona, bert_id, MUTE, "Loud.").await.unwrap();
        assert!(matches!(hub.appeal(&olga, alone, "Let him.").await, Err(Error::NotFound)), "not hers");
        hub.appeal(&bert, alone, "I was not.").await.unwrap();
        assert!(matches!(hub.appeal(&bert, alone, "Again.").await, Err(Error::Conflict)), "once");
        let open = hub.appeals(&mona, &AppealQuery::default()).await.unwrap().appeals;
        assert!(open[0].yours_to_answer, "there is nobody else");
        hub.answer(&mona, open[0].id, false, "You were.").await.unwrap();
        assert!(hub.is_muted(bert_id));

        let (max, _) = world.person("Max", Role::Moderator).await;
        let ban = hub.sanction(&mona, bert_id, BAN, "Louder.").await.unwrap();
        let pass = hub.pass(bert_id).await.unwrap();
        let stranger = Actor::Stranger { address: None };
        let told = hub.sanctions_by_pass(&stranger, pass.expose()).await.unwrap();
        assert_eq!((told[0].kind, told[0].reason.as_str(), told[0].holds), (SanctionKind::Ban, "Louder.", true));
        hub.appeal_by_pass(&stranger, pass.expose(), ban, "Please.").await.unwrap();
        let open = hub.appeals(&mona, &AppealQuery::default()).await.unwrap().appeals;
        assert!(!open[0].yours_to_answer);
        assert!(forbidden(hub.answer(&mona, open[0].id, true, "Well.").await));
        hub.answer(&max, open[0].id, true, "Welcome back.").await.unwrap();
        assert_eq!(world.barred(bert_id).await, None);
        let told = hub.my_sanctions(&bert).await.unwrap();
        assert_eq!(told[0].appeal.as_ref().unwrap().state, AppealState::Lifted);
        assert_eq!(told[0].appeal.as_ref().unwrap().answer.as_deref(), Some("Welcome back."));
        assert_eq!(world.count("select count(*) from mails").await, 4, "two sanctions, two answers");

        assert!(matches!(hub.sanctions_by_pass(&stranger, "guessed").await, Err(Error::NotFound)));
        world.pass_by(HOUR);
        assert!(
            matches!(hub.sanctions_by_pass(&stranger, pass.expose()).await, Err(Error::NotFound)),
            "an hour is over"
        );
    })
    .await;
}

#[tokio::test]
async fn many_are_decided_at_once_after_a_look() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let hub = &world.moderation;
        let (olga, _) = world.person("Olga", Role::Member).await;
        let (_, bert) = world.person("Bert", Role::Member).await;
        let (_, carl) = world.person("Carl", Role::Member).await;
        let (mona, _) = world.person("Mona", Role::Moderator).await;
        let mut reports = Vec::new();
        for name in ["Bert", "Carl", "Mona"] {
            reports.push(hub.report(&olga, &about(name)).await.unwrap());
        }
        let shown = |effects: Vec<contract::moderation::Effect>| -> Vec<(String, Option<Kind>)> {
            effects.into_iter().map(|effect| (effect.name, effect.refused)).collect()
        };
        let wanted =
            vec![("Bert".to_owned(), None), ("Carl".to_owned(), None), ("Mona".to_owned(), Some(Kind::Forbidden))];
        assert_eq!(shown(hub.preview(&mona, &reports, &act(WARN)).await.unwrap()), wanted);
        assert_eq!(world.count("select count(*) from sanctions").await, 0, "a look changes nothing");
        assert_eq!(shown(hub.decide_many(&mona, &reports, &act(WARN)).await.unwrap()), wanted);
        assert_eq!(world.count("select count(*) from sanctions").await, 2);
        let again = shown(hub.decide_many(&mona, &reports, &dismiss()).await.unwrap());
        assert_eq!(again[0], ("Bert".to_owned(), Some(Kind::Conflict)));
        assert!(!hub.is_muted(bert) && world.barred(carl).await.is_none(), "a warning is a warning");
    })
    .await;
}

#[test]
fn a_measure_says_what_it_is() {
    for (kind, span, fits) in [
        (SanctionKind::Warn, None, true),
        (SanctionKind::Warn, Some(HOUR), false),
        (SanctionKind::Mute, None, true),
        (SanctionKind::Mute, Some(HOUR), true),
        (SanctionKind::Suspend, None, false),
        (SanctionKind::Suspend, Some(HOUR), true),
        (SanctionKind::Suspend, Some(HOUR * 24 * 365 * 6), false),
        (SanctionKind::Ban, None, true),
        (SanctionKind::Ban, Some(HOUR), false),
        (SanctionKind::Mute, Some(Duration::ZERO), false),
    ] {
        assert_eq!(Measure { kind, span }.check().is_ok(), fits, "{kind:?} {span:?}");
    }
}
