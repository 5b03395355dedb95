//! What admins do with what is queued, and what becomes of it in time.

use super::*;

#[tokio::test]
async fn without_a_mail_server_an_admin_hands_the_link_over() {
    db::testing::each(|db| async move {
        let hall = Hall::new(db, None);
        let id = hall.queue(recovery(3)).await;
        hall.mail.deliver(id, false).await.unwrap();
        assert_eq!(hall.find(id).await.state, MailState::Unsent);

        let admin = person(2, Role::Admin);
        let looked = hall.mail.show(&admin, id).await.unwrap();
        assert!(!looked.revealed && !looked.text.unwrap().contains("s3cret"));
        let revealed = hall.mail.reveal(&admin, id).await.unwrap();
        assert_eq!(revealed.hand_over, ["https://hall.example/recover?token=s3cret"]);
        assert!(revealed.revealed && revealed.text.unwrap().contains("https://hall.example/recover?token=s3cret"));
        let acts: Vec<(String, Option<i64>)> =
            sql("select act, user_id from audit_log").fetch_all(&hall.db).await.unwrap();
        assert_eq!(acts, [("mail.revealed".to_owned(), Some(2))]);
    })
    .await;
}

#[tokio::test]
async fn nobody_reads_the_links_of_those_as_high_as_themselves() {
    db::testing::each(|db| async move {
        let hall = Hall::new(db, None);
        let to_owner = hall.queue(recovery(1)).await;
        let to_admin = hall.queue(recovery(2)).await;
        let (owner, admin, other) = (person(1, Role::Owner), person(2, Role::Admin), person(9, Role::Admin));
        for (actor, mail) in [(&admin, to_owner), (&other, to_admin)] {
            let refused = hall.mail.reveal(actor, mail).await.unwrap_err();
            assert_eq!(refused.kind(), Kind::Forbidden);
        }
        for (actor, mail) in [(&owner, to_owner), (&owner, to_admin), (&admin, to_admin)] {
            assert!(hall.mail.reveal(actor, mail).await.unwrap().revealed);
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_sent_is_revealed_to_nobody() {
    db::testing::each(|db| async move {
        let (hall, _server) = Hall::with(db, Mood::Takes).await;
        let id = hall.queue(recovery(3)).await;
        hall.mail.deliver(id, false).await.unwrap();
        assert_eq!(hall.mail.reveal(&OPERATOR, id).await.unwrap_err().kind(), Kind::Forbidden);
    })
    .await;
}

#[tokio::test]
async fn the_outbox_is_for_those_who_run_the_hub() {
    db::testing::each(|db| async move {
        let hall = Hall::new(db, None);
        let id = hall.queue(recovery(3)).await;
        let stranger = Actor::Stranger { address: None };
        let stale = match person(2, Role::Admin) {
            Actor::Person(person) => Actor::Person(Person { fresh: false, ..person }),
            other => other,
        };
        for (actor, reads, writes) in [
            (stranger, Some(Kind::Unauthenticated), Some(Kind::Unauthenticated)),
            (person(3, Role::Member), Some(Kind::Forbidden), Some(Kind::Forbidden)),
            (person(4, Role::Moderator), Some(Kind::Forbidden), Some(Kind::Forbidden)),
            (stale, None, Some(Kind::Stale)),
        ] {
            let mail = &hall.mail;
            let kind = |outcome: Result<(), Error>| outcome.err().map(|error| error.kind());
            assert_eq!(kind(mail.list(&actor, MailQuery::default()).await.map(drop)), reads);
            assert_eq!(kind(mail.counts(&actor).await.map(drop)), reads);
            assert_eq!(kind(mail.show(&actor, id).await.map(drop)), reads);
            assert_eq!(kind(mail.reveal(&actor, id).await.map(drop)), writes);
            assert_eq!(kind(mail.retry(&actor, id).await), writes);
            assert_eq!(kind(mail.remove(&actor, id).await), writes);
            assert_eq!(kind(mail.send_test(&actor, "a@example.org", Locale::En).await.map(drop)), writes);
            assert_eq!(kind(mail.tidy(&actor).await.map(drop)), writes);
        }
        // A token only for what it was given.
        let Actor::Person(admin) = person(2, Role::Admin) else { panic!("a person") };
        let token = Credential::Token { token: 1.into(), grants: base::Grants::default(), lasting: false };
        let token = Actor::Person(Person { by: token, ..admin });
        assert_eq!(hall.mail.show(&token, id).await.unwrap_err().kind(), Kind::Forbidden);
    })
    .await;
}

#[tokio::test]
async fn an_admin_sends_again_and_removes() {
    db::testing::each(|db| async move {
        let (hall, server) = Hall::with(db, Mood::Refuses).await;
        let admin = person(2, Role::Admin);
        let id = hall.queue(recovery(3)).await;
        // Not while it is on its way.
        assert!(matches!(hall.mail.retry(&admin, id).await, Err(Error::NotAgain)));
        hall.mail.deliver(id, false).await.unwrap();
        assert!(hall.find(id).await.can_be_retried);
        server.is_now(Mood::Takes);
        hall.mail.retry(&admin, id).await.unwrap();
        hall.mail.deliver(id, false).await.unwrap();
        let row = hall.find(id).await;
        assert_eq!((row.state, row.can_be_retried), (MailState::Sent, false));
        assert!(matches!(hall.mail.retry(&admin, id).await, Err(Error::NotAgain)));

        hall.mail.remove(&admin, id).await.unwrap();
        for gone in [hall.mail.remove(&admin, id).await, hall.mail.retry(&admin, id).await] {
            assert_eq!(gone.unwrap_err().kind(), Kind::NotFound);
        }
        let acts: Vec<(String, Option<String>, Option<String>)> =
            sql("select act, before, after from audit_log order by id").fetch_all(&hall.db).await.unwrap();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            acts,
            [
                ("mail.retried".into(), text(r#"{"state":"failed"}"#), text(r#"{"state":"queued"}"#)),
                ("mail.removed".into(), text(r#"{"kind":"recover_password","state":"sent"}"#), None),
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_removed_mail_is_not_sent() {
    db::testing::each(|db| async move {
        let (hall, server) = Hall::with(db, Mood::Takes).await;
        let id = hall.queue(recovery(3)).await;
        hall.mail.remove(&OPERATOR, id).await.unwrap();
        hall.mail.deliver(id, false).await.unwrap();
        assert!(server.taken().is_empty());
    })
    .await;
}

#[tokio::test]
async fn pages_of_the_outbox_follow_one_another() {
    db::testing::each(|db| async move {
        let hall = Hall::new(db, None);
        let mut ids = Vec::new();
        for _ in 0..5 {
            ids.push(hall.queue(recovery(3)).await);
        }
        hall.mail.deliver(ids[1], false).await.unwrap();
        ids.reverse();
        let mut seen = Vec::new();
        let mut query = MailQuery { at_most: 2, ..MailQuery::default() };
        loop {
            let page = hall.mail.list(&OPERATOR, query).await.unwrap();
            assert!(page.mails.len() <= 2);
            seen.extend(page.mails.iter().map(|mail| mail.id));
            query.before = page.next;
            if page.next.is_none() {
                break;
            }
        }
        assert_eq!(seen, ids);
        let unsent = MailQuery { state: Some(MailState::Unsent), at_most: 9, before: None };
        let unsent = hall.mail.list(&OPERATOR, unsent).await.unwrap().mails;
        assert_eq!(unsent.len(), 1);
        let counts = hall.mail.counts(&OPERATOR).await.unwrap();
        assert!(!counts.has_transport);
        assert_eq!(
            counts.by_state,
            [MailCount { state: MailState::Queued, count: 4 }, MailCount { state: MailState::Unsent, count: 1 }]
        );
    })
    .await;
}

#[tokio::test]
async fn letters_are_forgotten_in_time() {
    db::testing::each(|db| async move {
        let (hall, _server) = Hall::with(db, Mood::Takes).await;
        let (sent, invited) = (hall.queue(recovery(3)).await, hall.queue(invitation()).await);
        for id in [sent, invited] {
            hall.mail.deliver(id, false).await.unwrap();
        }
        let tidied = hall.mail.tidy(&Actor::Job).await.unwrap();
        assert_eq!((tidied.letters, tidied.mails, tidied.links), (0, 0, 0));
        hall.clock.advance(Duration::from_hours(7 * 24 + 1));
        let waiting = hall.queue(recovery(3)).await;
        assert_eq!(hall.mail.tidy(&Actor::Job).await.unwrap().letters, 2);
        let gone = hall.mail.show(&OPERATOR, sent).await.unwrap();
        assert_eq!((gone.mail.state, gone.text), (MailState::Sent, None));
        assert!(hall.find(waiting).await.has_letter);

        hall.clock.advance(Duration::from_hours(90 * 24));
        assert_eq!(hall.mail.tidy(&Actor::Job).await.unwrap().mails, 2);
        hall.clock.advance(Duration::from_hours(300 * 24));
        assert_eq!(hall.mail.tidy(&Actor::Job).await.unwrap().links, 1);
    })
    .await;
}

#[tokio::test]
async fn with_the_account_goes_what_was_written_to_it() {
    db::testing::each(|db| async move {
        let (hall, server) = Hall::with(db, Mood::Takes).await;
        let (sent, queued, other) =
            (hall.queue(recovery(3)).await, hall.queue(recovery(3)).await, hall.queue(recovery(1)).await);
        hall.mail.deliver(sent, false).await.unwrap();
        let now = base::Clock::now(&*hall.clock);
        let forgotten: Result<(), db::Error> =
            hall.db.write(move |tx| Box::pin(async move { crate::forget(tx, now, 3.into()).await })).await;
        forgotten.unwrap();
        for id in [sent, queued] {
            let row = hall.find(id).await;
            assert_eq!((row.address, row.user, row.has_letter), (None, None, false));
            hall.mail.deliver(id, false).await.unwrap();
        }
        assert_eq!(server.taken().len(), 1);
        assert!(hall.find(other).await.has_letter);
    })
    .await;
}
