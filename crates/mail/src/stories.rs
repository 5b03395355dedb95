//! From the change to the mailbox, told on both databases, with a mail server at the other end of a socket.

mod outbox;

use std::{sync::Arc, time::Duration};

use base::{Actor, Credential, Kind, MailId, Person, Role, Secret, SessionId, UserId};
use contract::mail::{Mail as Row, MailCount, MailState};
use db::{Db, sql};
use tokio_util::sync::CancellationToken;

use crate::{
    Address, Error, FactorChange, Letter, Locale, Mail, MailQuery, Security, Text, Transport,
    testing::{CountingChance, Mood, Server, TheHall},
};
use base::testing::HandClock;

const OPERATOR: Actor = Actor::Operator;

struct Hall {
    mail: Mail,
    db: Db,
    clock: Arc<HandClock>,
}

impl Hall {
    fn new(db: Db, transport: Option<Transport>) -> Self {
        let clock = Arc::new(HandClock::default());
        let mail =
            Mail::new(db.clone(), clock.clone(), Arc::new(CountingChance::default()), Arc::new(TheHall), transport);
        Self { mail, db, clock }
    }

    async fn with(db: Db, mood: Mood) -> (Self, Server) {
        let server = Server::start(mood).await;
        (Self::new(db, Some(server.transport(Security::None))), server)
    }

    async fn queue(&self, letter: Letter) -> MailId {
        let now = base::Clock::now(&*self.clock);
        self.db
            .write(move |tx| {
                let letter = letter.clone();
                Box::pin(async move { crate::queue(tx, now, &letter).await })
            })
            .await
            .unwrap()
    }

    async fn find(&self, id: MailId) -> Row {
        self.mail.show(&OPERATOR, id).await.unwrap().mail
    }

    async fn try_once(&self, id: MailId) -> Row {
        let _ = self.mail.deliver(id, false).await;
        self.find(id).await
    }
}

fn person(user: i64, role: Role) -> Actor {
    Actor::Person(Person::logged_in(UserId::from(user), role, SessionId::from(user)))
}

fn recovery(user: i64) -> Letter {
    Letter {
        user: Some(user.into()),
        to: Address::parse("olga@example.org").unwrap(),
        locale: Locale::En,
        text: Text::RecoverPassword { name: "Olga".into(), path: Secret::new("/recover?token=s3cret"), minutes: 30 },
    }
}

fn invitation() -> Letter {
    let text = Text::OrganizationInvitation {
        name: "Olga".into(),
        organization: "Ravens".into(),
        by: "Ivan".into(),
        path: Secret::new("/invitations/s3cret"),
    };
    Letter { text, ..recovery(3) }
}

#[tokio::test]
async fn a_letter_is_sent_once_and_says_what_it_should() {
    db::testing::each(|db| async move {
        let (hall, server) = Hall::with(db, Mood::Takes).await;
        let id = hall.queue(Letter { locale: Locale::PtBr, ..recovery(3) }).await;
        hall.mail.deliver(id, false).await.unwrap();
        hall.mail.deliver(id, false).await.unwrap();
        let row = hall.find(id).await;
        assert_eq!((row.state, row.attempts, row.last_error), (MailState::Sent, 1, None));

        let taken = server.taken();
        assert_eq!(taken.len(), 1, "sent twice");
        assert!(taken[0].from.contains("<hall@hall.example>") && taken[0].to.contains("<olga@example.org>"));
        let message = &taken[0].message;
        for header in [
            "From: \"The Hall\" <hall@hall.example>",
            "To: olga@example.org",
            "Auto-Submitted: auto-generated",
            &format!("Message-ID: <guildhall-{id}-"),
            "Content-Type: multipart/alternative",
            "Date: Fri, 15 Jan 2027 08:00:00 +0000",
        ] {
            assert!(message.contains(header), "{header} is missing:\n{message}");
        }
        // Nobody unsubscribes from their own safety.
        assert!(!message.contains("List-Unsubscribe"));
        assert!(message.contains("text/plain") && message.contains("text/html"));
        assert!(message.contains("https://hall.example/recover?token"), "{message}");
    })
    .await;
}

#[tokio::test]
async fn what_was_rolled_back_is_told_nobody() {
    db::testing::each(|db| async move {
        let (hall, _server) = Hall::with(db, Mood::Takes).await;
        let refused: Result<(), Error> = hall
            .db
            .write(|tx| {
                Box::pin(async move {
                    crate::queue(tx, 1.into(), &recovery(3)).await?;
                    Err(Error::NotAgain)
                })
            })
            .await;
        assert!(refused.is_err());
        assert!(hall.mail.list(&OPERATOR, MailQuery::default()).await.unwrap().mails.is_empty());
        let (jobs,): (i64,) = sql("select count(*) from jobs").fetch_one(&hall.db).await.unwrap();
        assert_eq!(jobs, 0);
    })
    .await;
}

#[tokio::test]
async fn a_server_without_room_is_asked_again() {
    db::testing::each(|db| async move {
        let (hall, server) = Hall::with(db, Mood::PutsOff).await;
        let id = hall.queue(recovery(3)).await;
        assert!(hall.mail.deliver(id, false).await.is_err(), "the job has to come again");
        let row = hall.find(id).await;
        assert_eq!((row.state, row.attempts), (MailState::Queued, 1));
        assert!(row.last_error.unwrap().contains("452"));

        server.is_now(Mood::Takes);
        hall.mail.deliver(id, false).await.unwrap();
        let row = hall.find(id).await;
        assert_eq!((row.state, row.attempts, row.last_error), (MailState::Sent, 2, None));
    })
    .await;
}

#[tokio::test]
async fn after_the_last_attempt_it_has_failed() {
    db::testing::each(|db| async move {
        let (hall, _server) = Hall::with(db, Mood::PutsOff).await;
        let id = hall.queue(recovery(3)).await;
        hall.mail.deliver(id, true).await.unwrap();
        assert_eq!(hall.find(id).await.state, MailState::Failed);
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_nobody_has_is_not_tried_again() {
    db::testing::each(|db| async move {
        let (hall, _server) = Hall::with(db, Mood::Refuses).await;
        let id = hall.queue(recovery(3)).await;
        hall.mail.deliver(id, false).await.unwrap();
        let row = hall.find(id).await;
        assert_eq!(row.state, MailState::Failed);
        let error = row.last_error.unwrap();
        assert!(error.contains("550") && error.contains("no such mailbox"), "{error}");
        assert!(!error.contains('@'), "the server's answer repeats an address: {error}");
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_of_ours_fails_no_letter() {
    db::testing::each(|db| async move {
        let (hall, _server) = Hall::with(db, Mood::RefusesUs).await;
        let id = hall.queue(recovery(3)).await;
        assert!(hall.mail.deliver(id, false).await.is_err());
        assert_eq!(hall.find(id).await.state, MailState::Queued);
    })
    .await;
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up_and_asked_again() {
    db::testing::each(|db| async move {
        let (hall, server) = Hall::with(db, Mood::Hangs).await;
        let id = hall.queue(recovery(3)).await;
        let row = hall.try_once(id).await;
        assert_eq!((row.state, row.attempts), (MailState::Queued, 1));
        server.is_now(Mood::Takes);
        assert_eq!(hall.try_once(id).await.state, MailState::Sent);
    })
    .await;
}

#[tokio::test]
async fn without_encryption_nothing_is_said_to_a_server_that_should_have_it() {
    db::testing::each(|db| async move {
        let server = Server::start(Mood::Takes).await;
        let hall = Hall::new(db, Some(server.transport(Security::StartTls)));
        let id = hall.queue(recovery(3)).await;
        assert_eq!(hall.try_once(id).await.state, MailState::Queued);
        assert!(server.taken().is_empty());
        let heard = server.heard();
        assert!(heard.iter().all(|line| !line.starts_with("AUTH") && !line.starts_with("MAIL")), "{heard:?}");
    })
    .await;
}

#[tokio::test]
async fn only_a_trusted_server_gets_a_letter() {
    db::testing::each(|db| async move {
        let server = Server::start_with_tls(Mood::Takes).await;
        let suspicious = Hall::new(db.clone(), Some(server.transport_trusting(Security::Tls, false)));
        let id = suspicious.queue(recovery(3)).await;
        assert_eq!(suspicious.try_once(id).await.state, MailState::Queued);
        assert!(server.taken().is_empty() && server.heard().is_empty());

        let trusting = Hall::new(db, Some(server.transport_trusting(Security::Tls, true)));
        let row = trusting.try_once(id).await;
        assert_eq!(row.state, MailState::Sent, "{:?}", row.last_error);
        assert_eq!(server.taken().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_doctor_learns_whether_the_server_lets_us_in() {
    let server = Server::start(Mood::Takes).await;
    server.transport(Security::None).check().await.unwrap();
    server.is_now(Mood::RefusesUs);
    let refused = server.transport(Security::None).check().await.unwrap_err().to_string();
    assert!(refused.contains("535"), "{refused}");
    server.is_now(Mood::Hangs);
    assert!(server.transport(Security::None).check().await.is_err());
}

#[tokio::test]
async fn nobody_there_is_no_reason_to_lose_a_letter() {
    db::testing::each(|db| async move {
        let server = Server::start(Mood::Takes).await;
        let transport = server.transport(Security::None);
        drop(server);
        let hall = Hall::new(db, Some(transport));
        let id = hall.queue(recovery(3)).await;
        let row = hall.try_once(id).await;
        assert_eq!((row.state, row.attempts), (MailState::Queued, 1));
    })
    .await;
}

#[tokio::test]
async fn a_link_that_has_ended_is_not_sent_any_more() {
    db::testing::each(|db| async move {
        let (hall, server) = Hall::with(db, Mood::Takes).await;
        let id = hall.queue(recovery(3)).await;
        hall.clock.advance(Duration::from_mins(30));
        hall.mail.deliver(id, false).await.unwrap();
        let row = hall.find(id).await;
        assert_eq!((row.state, row.can_be_retried), (MailState::Late, false));
        assert!(server.taken().is_empty());
        assert!(matches!(hall.mail.retry(&OPERATOR, id).await, Err(Error::NotAgain)));
    })
    .await;
}

#[tokio::test]
async fn a_test_letter_shows_that_mail_arrives() {
    db::testing::each(|db| async move {
        let (hall, server) = Hall::with(db, Mood::Takes).await;
        for bad in ["", "olga", "a@example.org\r\nBcc: b@example.org"] {
            let refused = hall.mail.send_test(&OPERATOR, bad, Locale::En).await.unwrap_err();
            assert_eq!(refused.kind(), Kind::Invalid, "{bad:?}");
        }
        let id = hall.mail.send_test(&OPERATOR, " olga@example.org ", Locale::En).await.unwrap();
        hall.mail.deliver(id, false).await.unwrap();
        assert!(server.taken()[0].message.contains("Subject: Mail from The Hall arrives"));
    })
    .await;
}

#[tokio::test]
async fn an_invitation_is_declined_by_its_own_link_and_only_for_that_mailbox() {
    db::testing::each(|db| async move {
        let (hall, server) = Hall::with(db, Mood::Takes).await;
        let id = hall.queue(invitation()).await;
        hall.mail.deliver(id, false).await.unwrap();
        let message = server.taken()[0].message.replace("=\r\n", "").replace("\r\n ", " ").replace("\r\n\t", " ");
        assert!(message.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{message}");
        let from = message.find("List-Unsubscribe: <https://hall.example/hooks/mail/decline?token=").unwrap();
        let header = message[from..].split("\r\n").next().unwrap();
        let token = header.split("token=").nth(1).unwrap().trim_end_matches('>').to_owned();

        let stranger = Actor::Stranger { address: None };
        for wrong in ["", "x", &"x".repeat(43)] {
            let refused = hall.mail.decline(&stranger, wrong).await.unwrap_err();
            assert_eq!(refused.kind(), Kind::NotFound);
        }
        hall.mail.decline(&stranger, &token).await.unwrap();
        hall.mail.decline(&stranger, &token).await.unwrap();

        let declined = hall.queue(invitation()).await;
        let row = hall.find(declined).await;
        assert_eq!((row.state, row.has_letter), (MailState::Declined, false));
        // What concerns the account's safety comes all the same, and others still get invitations.
        assert_eq!(hall.find(hall.queue(recovery(3)).await).await.state, MailState::Queued);
        let ivan = Letter { to: Address::parse("ivan@example.org").unwrap(), ..invitation() };
        assert_eq!(hall.find(hall.queue(ivan).await).await.state, MailState::Queued);
    })
    .await;
}

fn notice(plugin: &str) -> Letter {
    let text = Text::PluginNotice {
        name: "Olga".into(),
        plugin: plugin.into(),
        called: "Daily streak".into(),
        organization: Some("Ravens".into()),
        label: "A reward".into(),
        lines: vec!["Seven days in a row.".into()],
        path: "/orgs/ravens".into(),
    };
    Letter { text, ..recovery(3) }
}

#[tokio::test]
async fn of_one_plugin_no_more_is_of_no_other() {
    db::testing::each(|db| async move {
        let (hall, server) = Hall::with(db, Mood::Takes).await;
        let id = hall.queue(notice("daily_streak")).await;
        hall.mail.deliver(id, false).await.unwrap();
        let message = server.taken()[0].message.replace("=\r\n", "").replace("\r\n ", " ").replace("\r\n\t", " ");
        let from = message.find("List-Unsubscribe: <https://hall.example/hooks/mail/decline?token=").unwrap();
        let token = message[from..].split("token=").nth(1).unwrap().split('>').next().unwrap().to_owned();
        hall.mail.decline(&Actor::Stranger { address: None }, &token).await.unwrap();
        assert_eq!(hall.find(hall.queue(notice("daily_streak")).await).await.state, MailState::Declined);
        for other in [notice("poll"), invitation(), recovery(3)] {
            assert_eq!(hall.find(hall.queue(other).await).await.state, MailState::Queued);
        }
    })
    .await;
}

#[tokio::test]
async fn only_so_many_letters_of_a_kind_come_in_a_day() {
    db::testing::each(|db| async move {
        let hall = Hall::new(db, None);
        let queue = async |letter: Letter| {
            let now = base::Clock::now(&*hall.clock);
            let queued = hall.db.write(move |tx| {
                let letter = letter.clone();
                Box::pin(async move { crate::queue_at_most(tx, now, &letter, 2).await })
            });
            queued.await.unwrap().is_some()
        };
        assert!(queue(notice("daily_streak")).await && queue(notice("poll")).await);
        assert!(!queue(notice("guild_war")).await, "all plugins together");
        assert!(queue(Letter { user: Some(2.into()), ..notice("poll") }).await, "somebody else");
        assert!(queue(invitation()).await, "another kind");
        hall.clock.advance(Duration::from_hours(24));
        assert!(queue(notice("poll")).await, "the next day");
    })
    .await;
}

#[tokio::test]
async fn a_hostile_name_is_nothing_but_a_name() {
    db::testing::each(|db| async move {
        let (hall, server) = Hall::with(db, Mood::Takes).await;
        let text = Text::OrganizationInvitation {
            name: "Olga".into(),
            organization: "Ravens\r\nBcc: all@example.org\r\n\r\n.\r\nMAIL FROM:<eve@example.org>".into(),
            by: "Ivan".into(),
            path: Secret::new("/invitations/1"),
        };
        let id = hall.queue(Letter { text, ..recovery(3) }).await;
        hall.mail.deliver(id, false).await.unwrap();
        let taken = server.taken();
        assert_eq!(taken.len(), 1);
        let headers = taken[0].message.split("\r\n\r\n").next().unwrap();
        assert!(!headers.lines().any(|line| line.to_ascii_lowercase().starts_with("bcc")), "{headers}");
        assert!(server.heard().iter().all(|line| !line.contains("eve@")));
    })
    .await;
}

#[tokio::test]
async fn the_workers_send_what_is_queued() {
    db::testing::each(|db| async move {
        let (hall, server) = Hall::with(db.clone(), Mood::Takes).await;
        let jobs = jobs::Jobs::new(db, hall.clock.clone(), Arc::new(CountingChance::default()));
        let mut workers = jobs.workers();
        hall.mail.register(&mut workers);
        let stop = CancellationToken::new();
        let mut running = tokio::task::JoinSet::new();
        running.spawn(workers.run(stop.clone(), Duration::from_secs(1)));
        let change = FactorChange::TotpOn;
        let text = Text::SecondFactorChanged { name: "Olga".into(), change, at: 1_800_000_000_000.into() };
        let id = hall.queue(Letter { text, ..recovery(3) }).await;
        db::testing::until("the workers to send it", async || match hall.find(id).await.state {
            MailState::Sent => Ok(()),
            other => Err(other),
        })
        .await;
        stop.cancel();
        running.join_all().await;
        assert_eq!(server.taken().len(), 1);
    })
    .await;
}
