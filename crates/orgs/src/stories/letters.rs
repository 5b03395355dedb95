//! Who is written to that they are invited.

use base::Role;
use mail::Locale;

use super::*;

/// Every letter there is, in the order they were written: whose, in which state, and what it says.
async fn letters(world: &World) -> Vec<(i64, String, serde_json::Value)> {
    let rows: Vec<(i64, String, String)> =
        db::sql("select user_id, state, letter from mails order by id").fetch_all(&world.db).await.unwrap();
    rows.into_iter().map(|(user, state, letter)| (user, state, serde_json::from_str(&letter).unwrap())).collect()
}

#[tokio::test]
async fn whoever_is_invited_by_name_is_written_to() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let olga = world.person("Olga").await;
        let org = world.org(&olga, "The Order").await;
        let (vera, igor) = (world.person("Vera").await, world.person("Igor").await);
        world.reads_mail(&vera, "vera@example.org", Locale::PtBr);

        world.orgs.invite(&olga, org, "Igor", Role::Member).await.unwrap();
        assert!(letters(&world).await.is_empty(), "nobody writes to who has no address, or one that is not proved");
        assert_eq!(world.orgs.mine(&igor).await.unwrap().invited_to.len(), 1);

        world.orgs.invite(&olga, org, "Vera", Role::Member).await.unwrap();
        let sent = letters(&world).await;
        let [(user, state, letter)] = &sent[..] else { panic!("{sent:?}") };
        assert_eq!((*user, state.as_str()), (id(&vera).get(), "queued"));
        for (key, value) in [
            ("kind", "organization_invitation"),
            ("name", "Vera"),
            ("organization", "The Order"),
            ("by", "Olga"),
            ("path", "/orgs/the-order"),
        ] {
            assert_eq!(letter[key], value);
        }
    })
    .await;
}

#[tokio::test]
async fn an_invitation_that_comes_to_nothing_writes_to_nobody() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (org, olga, staff) = world.staffed("The Order").await;
        let member = &staff[&Role::Member];
        world.reads_mail(member, "member@example.org", Locale::En);
        assert_eq!(
            wrong(world.orgs.invite(&olga, org, "The Order member", Role::Member).await),
            [(Field::Name, Code::AlreadyIn)]
        );
        assert!(letters(&world).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn invitations_fill_no_mailbox() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        world.set(|settings| settings.per_person = 100);
        let olga = world.person("Olga").await;
        let vera = world.person("Vera").await;
        world.reads_mail(&vera, "vera@example.org", Locale::En);
        let org = world.org(&olga, "The Order").await;
        for _ in 0..3 {
            world.orgs.invite(&olga, org, "Vera", Role::Member).await.unwrap();
            world.orgs.withdraw_invitation(&olga, org, id(&vera)).await.unwrap();
        }
        assert_eq!(letters(&world).await.len(), 1, "one organization writes once a week");
        for number in 0..6 {
            let other = world.org(&olga, &format!("Order number {number}")).await;
            world.orgs.invite(&olga, other, "Vera", Role::Member).await.unwrap();
        }
        assert_eq!(letters(&world).await.len(), 5, "and all together five times a day");
        assert_eq!(world.orgs.mine(&vera).await.unwrap().invited_to.len(), 6, "all of them can be read on the page");

        world.clock.advance(DAY * 8);
        world.orgs.tidy(&Actor::Job).await.unwrap();
        let kept: (i64,) = db::sql("select count(*) from organization_letters").fetch_one(&world.db).await.unwrap();
        assert_eq!(kept.0, 0);
        world.orgs.invite(&olga, org, "Vera", Role::Member).await.unwrap();
        assert_eq!(letters(&world).await.len(), 6);
    })
    .await;
}
