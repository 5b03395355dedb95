//! One delivery: tried again, repeated, given up, kept from where it must not go, forgotten.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_delivery_is_tried_again_and_can_be_repeated() {
    each(|db| async move {
        let (story, receiver) = (Story::begin(db), Receiver::start().await);
        let (hook, secret) = story.hook("all", &receiver, &[]).await;
        receiver.answer(500);
        story.happens(registered(1)).await;
        let waiting = story.until(hook, |delivery| delivery.attempts == 1).await;
        assert_eq!((waiting.state, waiting.status), (DeliveryState::Waiting, Some(500)));
        assert_eq!(waiting.excerpt.as_deref(), Some("thank you"), "what moves a cursor is left out");
        let pause = waiting.next_attempt_at.unwrap().since(story.clock.now());
        assert!(pause > Duration::from_secs(20) && pause < Duration::from_secs(37), "{pause:?}");
        assert!(story.webhooks.find(&ROOT, hook).await.unwrap().unwrap().failing_since.is_some());

        receiver.answer(200);
        story.clock.advance(Duration::from_secs(40));
        let delivered = story.until(hook, |delivery| delivery.state == DeliveryState::Delivered).await;
        assert_eq!((delivered.attempts, delivered.status), (2, Some(200)));
        assert_eq!(story.webhooks.find(&ROOT, hook).await.unwrap().unwrap().failing_since, None);

        let replay = story.webhooks.replay(&ROOT, hook, delivered.id).await.unwrap();
        assert_eq!((replay.replay_of, &replay.body), (Some(delivered.id), &delivered.body));
        story.until(hook, |delivery| delivery.id == replay.id && delivery.state == DeliveryState::Delivered).await;
        let received = receiver.received();
        assert_eq!(received.len(), 3);
        assert!(received.iter().all(|received| received.body == delivered.body && is_signed(received, &secret)));
        assert_ne!(
            received[0].header("guildhall-signature"),
            received[1].header("guildhall-signature"),
            "signed anew each time"
        );
        story.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_eight_retries_it_is_given_up_and_after_three_days_the_webhook_is() {
    each(|db| async move {
        let (story, receiver) = (Story::begin(db), Receiver::start().await);
        let (hook, _) = story.hook("all", &receiver, &[]).await;
        receiver.answer(503);
        story.happens(registered(1)).await;
        let began = story.clock.now();
        for attempt in 1..=9 {
            let delivery = story.until(hook, |delivery| delivery.attempts == attempt).await;
            if let Some(next) = delivery.next_attempt_at {
                story.clock.advance(next.since(story.clock.now()) + Duration::from_secs(1));
            }
        }
        let failed = story.log(hook).await.remove(0);
        assert_eq!((failed.state, failed.next_attempt_at), (DeliveryState::Failed, None));
        let took = story.clock.now().since(began);
        assert!(took > Duration::from_hours(19) && took < Duration::from_hours(29), "{took:?}");
        assert!(story.webhooks.find(&ROOT, hook).await.unwrap().unwrap().enabled, "a day is not long enough");
        // The queue writes down what became of the job after the delivery has.
        until("one dead job", async || {
            let dead = JobQuery { state: Some(contract::job::JobState::Dead), ..JobQuery::default() };
            let dead = story.jobs.list(&ROOT, dead).await.unwrap().jobs;
            if dead.len() == 1 { Ok(()) } else { Err(dead) }
        })
        .await;

        story.clock.advance(Duration::from_hours(60));
        story.happens(registered(2)).await;
        for attempt in 1..=9 {
            let delivery =
                story.until(hook, |delivery| delivery.body.contains("user 2") && delivery.attempts == attempt).await;
            if let Some(next) = delivery.next_attempt_at {
                story.clock.advance(next.since(story.clock.now()) + Duration::from_secs(1));
            }
        }
        let off = story.webhooks.find(&ROOT, hook).await.unwrap().unwrap();
        assert!(!off.enabled && off.given_up);
        let (count,): (i64,) = sql("select count(*) from audit_log where act = 'webhook.given_up' and actor = 'job'")
            .fetch_one(&story.db)
            .await
            .unwrap();
        assert_eq!(count, 1);
        story.happens(registered(3)).await;
        assert!(matches!(story.webhooks.replay(&ROOT, hook, failed.id).await, Err(Error::Off)));
        assert!(matches!(story.webhooks.replay(&ROOT, hook, WebhookDeliveryId::from(999)).await, Err(Error::NotFound)));

        let on = story.webhooks.update(&ROOT, hook, &form("all", &receiver, &[])).await.unwrap();
        assert!(on.enabled && !on.given_up && on.failing_since.is_none());
        story.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_target_gets_five_a_second_at_most() {
    each(|db| async move {
        let (story, receiver) = (Story::begin(db), Receiver::start().await);
        let (hook, _) = story.hook("one", &receiver, &[]).await;
        let (also, _) = story.hook("two", &receiver, &[]).await;
        for user in 0..8 {
            story.happens(registered(user)).await;
        }
        let received = until("sixteen deliveries", async || {
            let received = receiver.received();
            if received.len() == 16 { Ok(received) } else { Err(received.len()) }
        })
        .await;
        for six in received.windows(6) {
            // A turn may be taken late, by as much as a connection takes on a busy machine; a burst would take no time at all.
            let took = six[5].at.duration_since(six[0].at);
            assert!(took >= Duration::from_millis(700), "six in {took:?}");
        }
        for id in [hook, also] {
            assert_eq!(story.log(id).await.len(), 8);
        }
        story.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_leads_inside_is_not_sent() {
    each(|db| async move {
        let mut story = Story::quiet(db);
        let outbound = Outbound::new(Policy::default()).unwrap();
        let (clock, chance) = (Arc::clone(&story.clock) as Arc<_>, Arc::new(SeededChance::new(9)));
        story.webhooks = Webhooks::new(story.db.clone(), outbound, Key::new([7; 32]), clock, chance);
        story.work(&story.webhooks);
        // A name is judged when it is resolved: at each delivery.
        let inside = NewWebhook { name: "in".into(), url: "https://localhost/".into(), events: vec![], enabled: true };
        let hook = story.webhooks.create(&ROOT, &inside).await.unwrap().webhook.id;
        story.webhooks.test(&ROOT, hook).await.unwrap();
        let failed = story.until(hook, |delivery| delivery.state == DeliveryState::Failed).await;
        assert!(failed.error.unwrap().contains("not on the open internet"));
        story.end().await;
    })
    .await;
}

#[tokio::test]
async fn old_deliveries_go_and_forgotten_ones_fail() {
    each(|db| async move {
        let (story, receiver) = (Story::quiet(db), Receiver::start().await);
        let (hook, _) = story.hook("all", &receiver, &[]).await;
        story.webhooks.test(&ROOT, hook).await.unwrap();
        story.webhooks.tidy().await.unwrap();
        assert_eq!(story.log(hook).await[0].state, DeliveryState::Waiting);
        story.clock.advance(Duration::from_hours(4 * 24));
        story.webhooks.tidy().await.unwrap();
        assert_eq!(story.log(hook).await[0].state, DeliveryState::Failed);
        story.clock.advance(Duration::from_hours(30 * 24));
        story.webhooks.tidy().await.unwrap();
        assert_eq!(story.log(hook).await, []);
        story.end().await;
    })
    .await;
}
