//! A guest that the hub switches off by itself: whoever runs it gets a letter, and a word among what the doctor finds.

use std::collections::BTreeSet;

use base::Actor;
use db::{Engine, sql, testing::Place};
use tests::{TestApp, example, until};

/// Its own package does not answer to its hash any more when another node starts.
#[tokio::test(flavor = "multi_thread")]
async fn who_runs_the_hub_is_written_to_when_it_switches_a_guest_off() {
    let Some(place) = Place::migrated(Engine::Postgres).await else { return };
    let node = async || TestApp::beside(Some(&place.address), Vec::new()).await;
    let first = node().await;
    let operator = Actor::Operator;
    for (name, role) in [("Olga", base::Role::Owner), ("Ada", base::Role::Admin), ("Bert", base::Role::Member)] {
        first.person(name).await;
        let accounts = &first.running().hub.accounts;
        let id = accounts.find_user(&operator, name).await.unwrap().unwrap().id;
        accounts.set_role(&operator, id, role).await.unwrap();
    }
    let plugins = &first.running().hub.plugins;
    let staged = plugins.stage(&operator, example("name-filter")).await.unwrap();
    let granted: BTreeSet<String> = staged.asks.iter().map(|asked| asked.word.to_owned()).collect();
    plugins.approve(&operator, &staged.id, &staged.version, &staged.hash, &granted, false).await.unwrap();
    first
        .running()
        .hub
        .db
        .write::<_, db::Error, _>(|tx| {
            Box::pin(async move {
                // Ada has no address.
                sql("update users set email = lower(name) || '@example.org', folded_email = lower(name) || '@example.org',
                     email_verified_at = 1, email_held = true where name <> 'Ada'")
                .execute(&mut *tx)
                .await?;
                sql("update plugin_versions set package = $1").bind(vec![0_u8; 8]).execute(tx).await
            })
        })
        .await
        .unwrap();

    let second = node().await;
    let letter = second.letter("plugin_quarantined").await;
    assert_eq!((&letter["name"], &letter["plugin"]), (&"Olga".into(), &"name_filter".into()), "{letter}");
    let count: (i64,) = sql("select count(*) from mails where kind = 'plugin_quarantined'")
        .fetch_one(&second.running().hub.db)
        .await
        .unwrap();
    assert_eq!(count.0, 1, "nobody else runs the hub and can be written to");
    let system = second.running().hub.vitals.system(&operator).await.unwrap();
    let found = system.findings.iter().find(|finding| finding.about == "plugins").expect("the doctor knows of it");
    assert!(found.found.starts_with("name_filter is switched off everywhere"), "{found:?}");
    // The first node hears of it.
    until("it to be away there, too", async || {
        let card = first.running().hub.plugins.list(&operator).await.unwrap().remove(0);
        if matches!(card.health, plugins::Health::Quarantined { .. }) { Ok(()) } else { Err(card.health) }
    })
    .await;
    assert!(first.stop().await && second.stop().await);
    place.remove().await;
}
