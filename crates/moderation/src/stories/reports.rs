//! What can be reported, by whom, and who decides about it.

use super::*;

#[tokio::test]
async fn nobody_decides_about_themselves_or_above_themselves() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let hub = &world.moderation;
        let (olga, olga_id) = world.person("Olga", Role::Member).await;
        let (mona, mona_id) = world.person("Mona", Role::Moderator).await;
        let (max, max_id) = world.person("Max", Role::Moderator).await;
        let (tyr, tyr_id) = world.person("Tyr", Role::Admin).await;
        let report = hub.report(&olga, &about("Mona")).await.unwrap();
        assert!(forbidden(hub.decide(&mona, report, &dismiss()).await));
        assert!(forbidden(hub.decide(&max, report, &act(MUTE)).await), "an equal");
        assert!(forbidden(hub.sanction(&mona, tyr_id, MUTE, "no").await));
        assert!(forbidden(hub.sanction(&mona, mona_id, MUTE, "no").await));
        assert!(forbidden(hub.sanction(&olga, max_id, MUTE, "no").await));
        hub.decide(&tyr, report, &act(SUSPEND)).await.unwrap();
        assert_eq!(world.barred(mona_id).await, Some(SanctionKind::Suspend));

        // What a token or somebody else's eyes may not do is the table's business; here it is asked.
        let guise = Credential::Guise { session: SessionId::from(1), by: tyr_id };
        let looking = Actor::Person(Person { by: guise, ..Person::logged_in(tyr_id, Role::Admin, SessionId::from(1)) });
        assert!(forbidden(hub.sanction(&looking, olga_id, MUTE, "no").await));
        let stale =
            Actor::Person(Person { fresh: false, ..Person::logged_in(tyr_id, Role::Admin, SessionId::from(1)) });
        let place = About::Network("203.0.113.0/24".into());
        assert!(matches!(hub.ban_place(&stale, &place, None, "no").await, Err(Error::Refused(Kind::Stale))));
        assert!(forbidden(hub.ban_place(&max, &place, None, "no").await), "places are for admins");
    })
    .await;
}

#[tokio::test]
async fn a_report_says_what_and_floods_nobody() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let hub = &world.moderation;
        let (olga, _) = world.person("Olga", Role::Member).await;
        world.person("Bert", Role::Member).await;
        assert!(matches!(hub.report(&olga, &about("Olga")).await, Err(Error::NotFound)), "oneself");
        assert!(matches!(hub.report(&olga, &about("Nobody")).await, Err(Error::NotFound)));
        let olga = &olga;
        let wrong = |form: MakeReport| async move {
            let error = hub.report(olga, &form).await.unwrap_err();
            error.problem().fields.first().map(|wrong| (wrong.field, wrong.code))
        };
        let wordless = MakeReport { reason: "other".into(), text: " ".into(), ..about("Bert") };
        assert_eq!(wrong(wordless).await, Some((Field::Text, Code::Required)));
        assert_eq!(
            wrong(MakeReport { reason: "?".into(), ..about("Bert") }).await,
            Some((Field::Reason, Code::Required))
        );
        assert_eq!(
            wrong(MakeReport { text: "x".repeat(2_001), ..about("Bert") }).await,
            Some((Field::Text, Code::TooLong))
        );
        for line in 0..20 {
            let form = MakeReport { target: "chat".into(), reference: line.to_string(), ..about("a guest") };
            hub.report(olga, &form).await.unwrap();
        }
        assert!(matches!(hub.report(olga, &about("Bert")).await, Err(Error::Full)));
        let export = hub.export(olga, olga.user().unwrap()).await.unwrap();
        assert_eq!(export[0].1.as_array().unwrap().len(), 20);
        let (mona, _) = world.person("Mona", Role::Moderator).await;
        let query = QueueQuery { at_most: 15, ..QueueQuery::default() };
        let first = hub.queue(&mona, &query).await.unwrap();
        let second = hub.queue(&mona, &QueueQuery { after: first.next, ..query }).await.unwrap();
        assert_eq!((first.reports.len(), second.reports.len(), second.next), (15, 5, None));
    })
    .await;
}

#[tokio::test]
async fn an_organization_is_reported_as_its_page_shows_it() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let hub = &world.moderation;
        let (olga, olga_id) = world.person("Olga", Role::Member).await;
        let (bert, _) = world.person("Bert", Role::Member).await;
        let (mona, _) = world.person("Mona", Role::Moderator).await;
        world.lantern().await;
        let about = |address: &str| MakeReport {
            target: "organization".into(),
            name: "whatever was typed".into(),
            reference: address.into(),
            reason: "spam".into(),
            ..MakeReport::default()
        };
        assert!(matches!(hub.report(&olga, &about("hidden")).await, Err(Error::NotFound)), "none for her");
        let report = hub.report(&olga, &about("lantern")).await.unwrap();
        assert_eq!(hub.report(&olga, &about("the-lamp")).await.unwrap(), report, "the same under an older address");
        let second = hub.report(&bert, &about("the-lamp")).await.unwrap();

        let case = hub.case(&mona, report).await.unwrap();
        assert_eq!((case.report.name.as_str(), case.report.reference.as_str()), ("The Lantern", "lantern"));
        assert_eq!((case.report.organization, case.report.user), (Some(OrgId::from(LANTERN)), None));
        assert_eq!(case.report.context, "We keep it lit.");
        assert_eq!(case.others.iter().map(|other| other.id).collect::<Vec<_>>(), [second]);

        assert!(matches!(hub.decide(&mona, report, &act(WARN)).await, Err(Error::NotFound)), "there is nobody to warn");
        let settled = Decision { verdict: Verdict::Settled, reason: "Suspended by Freya.".into() };
        assert_eq!(hub.decide(&mona, report, &settled).await.unwrap(), None);
        assert_eq!(world.state(&mona, report).await, ReportState::Acted);
        assert_eq!(hub.my_reports(&olga, None).await.unwrap().reports[0].state, ReportState::Acted);

        let all = Subject::Organization(LANTERN.into());
        assert!(forbidden(hub.reports_about(&bert, all, None, 1).await));
        let (newest, next) = hub.reports_about(&mona, all, None, 1).await.unwrap();
        assert_eq!((newest[0].id, next), (second, Some(second)));
        let (older, next) = hub.reports_about(&mona, all, next, 1).await.unwrap();
        assert_eq!((older[0].id, next), (report, None), "decided ones too");
        assert!(hub.reports_about(&mona, Subject::Person(olga_id), None, 9).await.unwrap().0.is_empty());
    })
    .await;
}

#[tokio::test]
async fn nobody_decides_about_an_organization_they_run() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let hub = &world.moderation;
        let (olga, _) = world.person("Olga", Role::Member).await;
        let (mona, mona_id) = world.person("Mona", Role::Moderator).await;
        let (max, _) = world.person("Max", Role::Moderator).await;
        world.lantern().await;
        *world.witness.0.lock().unwrap() = Some(mona_id);
        let form = MakeReport { target: "organization".into(), reference: "lantern".into(), ..about("x") };
        let report = hub.report(&olga, &form).await.unwrap();
        let settled = Decision { verdict: Verdict::Settled, reason: String::new() };
        for decision in [dismiss(), settled] {
            assert!(forbidden(hub.decide(&mona, report, &decision).await), "{decision:?}");
            let effects = hub.decide_many(&mona, &[report], &decision).await.unwrap();
            assert_eq!(effects[0].refused, Some(Kind::Forbidden));
        }
        assert_eq!(world.state(&mona, report).await, ReportState::Open);
        hub.decide(&max, report, &dismiss()).await.unwrap();
        assert!(forbidden(hub.undo(&mona, report).await), "nor takes back what somebody else has decided");
        hub.undo(&max, report).await.unwrap();
        hub.decide(&Actor::Operator, report, &dismiss()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn of_nobody_and_nothing_there_is_no_record() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let hub = &world.moderation;
        let (mona, mona_id) = world.person("Mona", Role::Moderator).await;
        world.lantern().await;
        for there in [Subject::Person(mona_id), Subject::Organization(LANTERN.into())] {
            assert!(hub.reports_about(&mona, there, None, 9).await.unwrap().0.is_empty());
        }
        for nothing in [Subject::Person(999.into()), Subject::Organization(999.into())] {
            assert!(matches!(hub.reports_about(&mona, nothing, None, 9).await, Err(Error::NotFound)), "{nothing:?}");
        }
        let about = |user| SanctionQuery { user: Some(user), ..SanctionQuery::default() };
        assert!(hub.sanctions(&mona, &about(mona_id)).await.unwrap().sanctions.is_empty());
        assert!(matches!(hub.sanctions(&mona, &about(999.into())).await, Err(Error::NotFound)));
    })
    .await;
}
