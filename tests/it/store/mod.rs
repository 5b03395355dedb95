//! The whole hub on every database. The store's own stories lie with it, in `crates/db/tests`.

use db::{Options, sql, testing};
use tests::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_is_kept_together_with_its_event_and_outlives_the_hub() {
    testing::each_place(async |place| {
        let app = TestApp::with(|settings| settings.database_url.clone_from(&place.address)).await;
        app.person("olga").await;
        assert!(app.stop().await, "the hub stops in order");

        let db = place.open(Options::default()).await.unwrap();
        let kept: Vec<(String, String)> =
            sql("select u.name, o.event from users u join outbox o on o.subject = 'user/' || cast(u.id as text)")
                .fetch_all(&db)
                .await
                .unwrap();
        let [(name, event)] = kept.as_slice() else { panic!("one account with one event, not {kept:?}") };
        assert_eq!(name, "olga");
        assert!(event.contains("user_registered"), "{event}");
        db.close().await;
    })
    .await;
}
