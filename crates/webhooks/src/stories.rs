//! What other programs are told, on both databases and through real sockets.

mod deliveries;

use std::{sync::Arc, time::Duration};

use base::testing::{MovedClock, SeededChance};
use base::{Actor, Clock as _, Kind as Fault, Person, Role, SessionId, UserId, WebhookDeliveryId, WebhookId};
use contract::{
    Code, Event, Field,
    webhook::{DeliveryState, NewWebhook, WebhookDelivery},
};
use db::{
    Db, sql,
    testing::{each, until},
};
use jobs::{JobQuery, Jobs};
use outbound::{Outbound, Policy};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    DeliveryQuery, Error, Key, Webhooks, sign,
    testing::{Received, Receiver},
};

const ROOT: Actor = Actor::Operator;

struct Story {
    db: Db,
    clock: Arc<MovedClock>,
    webhooks: Webhooks,
    jobs: Jobs,
    tasks: TaskTracker,
    stop: CancellationToken,
}

fn outbound() -> Outbound {
    let policy =
        Policy { allow: vec!["127.0.0.1".parse().unwrap()], timeout: Duration::from_secs(2), ..Policy::default() };
    Outbound::new(policy).unwrap()
}

impl Story {
    fn begin(db: Db) -> Self {
        let story = Self::quiet(db);
        story.work(&story.webhooks);
        story.tasks.spawn(story.webhooks.clone().follow(story.stop.clone()));
        story
    }

    /// Has deliveries sent.
    fn work(&self, webhooks: &Webhooks) {
        let mut workers = self.jobs.workers();
        webhooks.register(&mut workers);
        self.tasks.spawn(workers.run(self.stop.clone(), Duration::from_secs(5)));
    }

    /// Nothing is done by itself.
    fn quiet(db: Db) -> Self {
        let clock = Arc::new(MovedClock::default());
        let chance = Arc::new(SeededChance::new(5));
        let jobs = Jobs::new(db.clone(), Arc::clone(&clock) as Arc<_>, Arc::clone(&chance) as Arc<_>);
        let webhooks = Webhooks::new(db.clone(), outbound(), Key::new([7; 32]), Arc::clone(&clock) as Arc<_>, chance);
        Self { db, clock, webhooks, jobs, tasks: TaskTracker::new(), stop: CancellationToken::new() }
    }

    async fn hook(&self, name: &str, receiver: &Receiver, events: &[&str]) -> (WebhookId, base::Secret) {
        let made = self.webhooks.create(&ROOT, &form(name, receiver, events)).await.unwrap();
        (made.webhook.id, made.secret.into())
    }

    async fn happens(&self, event: Event) {
        let now = self.clock.now();
        self.db
            .write(move |tx| {
                let event = event.clone();
                Box::pin(async move { events::record(tx, now, &event).await })
            })
            .await
            .unwrap();
    }

    async fn log(&self, id: WebhookId) -> Vec<WebhookDelivery> {
        self.webhooks.deliveries(&ROOT, id, DeliveryQuery::default()).await.unwrap().unwrap().deliveries
    }

    /// Waits until the newest delivery is as wanted.
    async fn until(&self, id: WebhookId, wanted: impl Fn(&WebhookDelivery) -> bool) -> WebhookDelivery {
        until("a delivery", async || {
            let log = self.log(id).await;
            log.first().filter(|delivery| wanted(delivery)).cloned().ok_or(log)
        })
        .await
    }

    async fn end(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

fn form(name: &str, receiver: &Receiver, events: &[&str]) -> NewWebhook {
    let events = events.iter().map(|event| (*event).to_owned()).collect();
    NewWebhook { name: name.into(), url: receiver.url(), events, enabled: true }
}

fn registered(user: i64) -> Event {
    Event::UserRegistered { user: user.into(), name: format!("user {user}") }
}

/// Checks a signature as the book tells receivers to.
fn is_signed(received: &Received, secret: &base::Secret) -> bool {
    let header = received.header("guildhall-signature").unwrap();
    let at = header.strip_prefix("t=").unwrap().split(',').next().unwrap().parse().unwrap();
    sign(secret, at, &received.body) == header
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_to_know_is_told_once_and_signed() {
    each(|db| async move {
        let (story, people, all) = (Story::begin(db), Receiver::start().await, Receiver::start().await);
        story.happens(registered(1)).await;
        // A moment later, so that what happened before is before.
        story.clock.advance(Duration::from_secs(1));
        let (of_people, secret) = story.hook("people", &people, &["user_registered"]).await;
        let (of_all, _) = story.hook("all", &all, &[]).await;
        story.happens(registered(2)).await;
        story.happens(Event::SiteChanged).await;
        story.happens(Event::PasswordChanged { user: 2.into() }).await;

        let told = story.until(of_people, |delivery| delivery.state == DeliveryState::Delivered).await;
        assert_eq!(
            (told.event.as_str(), told.attempts, told.status, told.next_attempt_at),
            ("user_registered", 1, Some(204), None)
        );
        story
            .until(of_all, |delivery| delivery.event == "site_changed" && delivery.state == DeliveryState::Delivered)
            .await;
        assert_eq!(story.log(of_all).await.len(), 2, "of passwords nobody is told");
        let received = people.received();
        assert_eq!(received.len(), 1);
        assert!(is_signed(&received[0], &secret));
        assert!(!is_signed(&received[0], &base::Secret::new("whsec_other")));
        assert_eq!(received[0].header("guildhall-event").unwrap(), "user_registered");
        assert_eq!(received[0].header("guildhall-delivery").unwrap(), told.id.to_string());
        assert!(received[0].head.starts_with("POST /hook?key=1 HTTP/1.1"));
        assert_eq!(received[0].body, told.body);
        assert!(told.body.contains(r#""data":{"name":"user 2","user":2}"#), "{}", told.body);
        story.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_while_the_hub_was_down_is_told_when_it_is_up() {
    each(|db| async move {
        let receiver = Receiver::start().await;
        let story = Story::begin(db.clone());
        let (hook, _) = story.hook("all", &receiver, &[]).await;
        story.happens(registered(1)).await;
        story.until(hook, |delivery| delivery.state == DeliveryState::Delivered).await;
        story.end().await;

        let later = Arc::new(MovedClock::default());
        later.advance(Duration::from_mins(1));
        let at = later.now();
        db.write(move |tx| Box::pin(async move { events::record(tx, at, &registered(2)).await })).await.unwrap();
        let story = Story { clock: later, ..Story::begin(db) };
        story
            .until(hook, |delivery| delivery.body.contains("user 2") && delivery.state == DeliveryState::Delivered)
            .await;
        assert_eq!(receiver.received().len(), 2, "each once");
        story.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_gone_is_believed_and_a_test_is_sent_once() {
    each(|db| async move {
        let (story, receiver) = (Story::begin(db), Receiver::start().await);
        let (hook, secret) = story.hook("all", &receiver, &[]).await;
        receiver.answer(500);
        story.webhooks.test(&ROOT, hook).await.unwrap();
        let test = story.until(hook, |delivery| delivery.state == DeliveryState::Failed).await;
        assert_eq!((test.event.as_str(), test.attempts, test.event_id), ("test", 1, None));
        assert!(is_signed(&receiver.received()[0], &secret));
        let unharmed = story.webhooks.find(&ROOT, hook).await.unwrap().unwrap();
        assert!(unharmed.enabled && unharmed.failing_since.is_none());

        receiver.answer(410);
        story.happens(registered(1)).await;
        story
            .until(hook, |delivery| delivery.state == DeliveryState::Failed && delivery.event == "user_registered")
            .await;
        assert!(!story.webhooks.find(&ROOT, hook).await.unwrap().unwrap().enabled);
        receiver.answer(200);
        story.webhooks.test(&ROOT, hook).await.unwrap();
        story.until(hook, |delivery| delivery.state == DeliveryState::Delivered).await;
        story.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_secret_signs_and_another_key_signs_nothing() {
    each(|db| async move {
        let (story, receiver) = (Story::begin(db.clone()), Receiver::start().await);
        let (hook, old) = story.hook("all", &receiver, &[]).await;
        let new = base::Secret::from(story.webhooks.renew_secret(&ROOT, hook).await.unwrap().secret);
        story.webhooks.test(&ROOT, hook).await.unwrap();
        story.until(hook, |delivery| delivery.state == DeliveryState::Delivered).await;
        let received = receiver.received().remove(0);
        assert!(is_signed(&received, &new) && !is_signed(&received, &old));
        let (kept,): (i64,) = sql("select count(*) from webhooks where secret_hash = $1 or salt = $1")
            .bind(new.expose().as_bytes())
            .fetch_one(&db)
            .await
            .unwrap();
        assert_eq!(kept, 0);
        story.end().await;

        let mut story = Story::quiet(db.clone());
        let chance = Arc::new(SeededChance::new(6));
        story.webhooks = Webhooks::new(db, outbound(), Key::new([8; 32]), Arc::clone(&story.clock) as Arc<_>, chance);
        story.work(&story.webhooks);
        story.webhooks.test(&ROOT, hook).await.unwrap();
        let failed = story.until(hook, |delivery| delivery.state == DeliveryState::Failed).await;
        assert!(failed.error.unwrap().contains("another one"), "the log says what to do");
        assert_eq!(receiver.received().len(), 1);
        story.end().await;
    })
    .await;
}

#[tokio::test]
async fn wrong_fields_are_named_and_our_own_network_is_none_of_its_business() {
    each(|db| async move {
        let clock = Arc::new(MovedClock::default());
        let outbound = Outbound::new(Policy::default()).unwrap();
        let webhooks = Webhooks::new(db, outbound, Key::new([7; 32]), clock, Arc::new(SeededChance::new(5)));
        let form = |name: &str, url: &str, event: &str| NewWebhook {
            name: name.into(),
            url: url.into(),
            events: vec![event.into()],
            enabled: true,
        };
        let wrong = async |form: NewWebhook| match webhooks.create(&ROOT, &form).await {
            Err(Error::Fields(fields)) => fields.into_iter().map(|wrong| (wrong.field, wrong.code)).collect::<Vec<_>>(),
            other => panic!("{:?}", other.map(|made| made.webhook)),
        };
        assert_eq!(
            wrong(form(" ", "nonsense", "password_changed")).await,
            [(Field::Name, Code::Required), (Field::Url, Code::NotAUrl), (Field::Events, Code::NotAChoice)]
        );
        for url in ["https://127.0.0.1/", "https://[::1]/", "http://hub.example/", "https://169.254.169.254/latest"] {
            assert_eq!(wrong(form("a", url, "site_changed")).await, [(Field::Url, Code::NotCallable)], "{url}");
        }
        webhooks.create(&ROOT, &form("a", "https://hub.example/", "site_changed")).await.unwrap();
        assert_eq!(wrong(form("a", "https://hub.example/", "site_changed")).await, [(Field::Name, Code::Taken)]);
        for number in 1..50 {
            webhooks.create(&ROOT, &form(&number.to_string(), "https://hub.example/", "site_changed")).await.unwrap();
        }
        let over = webhooks.create(&ROOT, &form("over", "https://hub.example/", "site_changed")).await;
        assert!(matches!(over, Err(Error::Full)));
    })
    .await;
}

#[tokio::test]
async fn a_choice_that_cannot_be_read_does_not_pass_for_all_events() {
    each(|db| async move {
        let story = Story::quiet(db);
        let form = NewWebhook { name: "in".into(), url: "https://hub.example/".into(), events: vec![], enabled: true };
        let hook = story.webhooks.create(&ROOT, &form).await.unwrap().webhook.id;
        let garbled = story.db.write(move |tx| {
            Box::pin(async move {
                sql("update webhooks set events = 'site_changed' where id = $1").bind(hook).execute(tx).await
            })
        });
        garbled.await.unwrap();
        let read = story.webhooks.find(&ROOT, hook).await;
        assert!(matches!(read, Err(Error::Store(_))), "{read:?}");
    })
    .await;
}

#[tokio::test]
async fn removing_takes_the_log_along_and_everything_is_audited() {
    each(|db| async move {
        let (story, receiver) = (Story::begin(db), Receiver::start().await);
        let (hook, _) = story.hook("all", &receiver, &["site_changed"]).await;
        story.webhooks.test(&ROOT, hook).await.unwrap();
        story.until(hook, |delivery| delivery.state == DeliveryState::Delivered).await;
        story.webhooks.renew_secret(&ROOT, hook).await.unwrap();
        story
            .webhooks
            .update(&ROOT, hook, &NewWebhook { enabled: false, ..form("other", &receiver, &[]) })
            .await
            .unwrap();
        story.webhooks.remove(&ROOT, hook).await.unwrap();
        assert!(matches!(story.webhooks.remove(&ROOT, hook).await, Err(Error::NotFound)));
        assert!(matches!(story.webhooks.test(&ROOT, hook).await, Err(Error::NotFound)));
        assert_eq!(story.webhooks.deliveries(&ROOT, hook, DeliveryQuery::default()).await.unwrap(), None);
        let acts: Vec<(String, Option<String>, Option<String>)> =
            sql("select act, before, after from audit_log order by id").fetch_all(&story.db).await.unwrap();
        let words: Vec<&str> = acts.iter().map(|(act, ..)| act.as_str()).collect();
        let expected =
            ["webhook.created", "webhook.tested", "webhook.secret_renewed", "webhook.changed", "webhook.removed"];
        assert_eq!(words, expected);
        assert!(!format!("{acts:?}").contains("key=1"), "of addresses the trail holds only the host");
        story.end().await;
    })
    .await;
}

#[tokio::test]
async fn only_those_who_run_the_hub_have_others_told() {
    each(|db| async move {
        let (story, receiver) = (Story::begin(db), Receiver::start().await);
        let (hook, _) = story.hook("all", &receiver, &[]).await;
        let person = |role| Actor::Person(Person::logged_in(UserId::from(1), role, SessionId::from(1)));
        let stale = Actor::Person(Person {
            fresh: false,
            ..Person::logged_in(UserId::from(1), Role::Owner, SessionId::from(1))
        });
        for (actor, looking, changing) in [
            (Actor::Stranger { address: None }, Some(Fault::Unauthenticated), Fault::Unauthenticated),
            (person(Role::Moderator), Some(Fault::Forbidden), Fault::Forbidden),
            (stale, None, Fault::Stale),
        ] {
            let (webhooks, delivery) = (&story.webhooks, WebhookDeliveryId::from(1));
            let looked = [
                webhooks.list(&actor).await.err(),
                webhooks.find(&actor, hook).await.err(),
                webhooks.deliveries(&actor, hook, DeliveryQuery::default()).await.err(),
                webhooks.find_delivery(&actor, hook, delivery).await.err(),
            ];
            assert_eq!(looked.map(|error| error.map(|error| error.kind())), [looking; 4], "{actor:?}");
            let form = form("b", &receiver, &[]);
            let changed = [
                webhooks.create(&actor, &form).await.err(),
                webhooks.update(&actor, hook, &form).await.err(),
                webhooks.renew_secret(&actor, hook).await.err(),
                webhooks.remove(&actor, hook).await.err(),
                webhooks.test(&actor, hook).await.err(),
                webhooks.replay(&actor, hook, delivery).await.err(),
            ];
            assert_eq!(changed.map(|error| error.map(|error| error.kind())), [Some(changing); 6], "{actor:?}");
        }
        story.end().await;
    })
    .await;
}
