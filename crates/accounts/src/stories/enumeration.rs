//! Whose an address is, and that nobody learns it from us.

use contract::account::Recover;

use super::*;
use crate::Deed;

fn with_email(name: &str, email: &str) -> Register {
    Register { email: email.into(), ..registration(name) }
}

impl World {
    async fn join_at(&self, name: &str, email: &str) -> NewLogin {
        done(self.accounts.register(&stranger(), with_email(name, email), FIREFOX).await).unwrap()
    }

    /// Everything a person can read of their own address, and what they may try with it.
    async fn can_tell(&self, login: &NewLogin, email: &str) -> Vec<String> {
        let actor = self.actor(login).await;
        let account = self.accounts.account(&actor).await.unwrap();
        let safety = self.accounts.safety(&actor).await.unwrap();
        let exported = self.accounts.export(&Actor::Job, login.me.id).await.unwrap();
        let exported = String::from_utf8_lossy(&exported[0].1).matches(email).count();
        let by_address = self.log_in(email, PASSWORD).await.map(|login| login.me.name);
        let wrong_code = self.accounts.confirm_address(&actor, "aaaaaaaa").await;
        let again = self.accounts.verify_address(&actor).await;
        let waiting = self.accounts.safety(&actor).await.unwrap().email_waiting.is_some();
        vec![
            format!("{:?} {}", account.email.map(|shown| shown == email), account.email_verified),
            format!("{:?} {waiting}", safety.email_waiting.map(|shown| shown == email)),
            format!("{exported} {by_address:?} {wrong_code:?} {again:?}"),
        ]
    }

    async fn letters_to(&self, email: &str) -> Vec<String> {
        let rows: Vec<(String,)> = db::sql("select kind from mails where address = $1 order by id")
            .bind(email)
            .fetch_all(&self.db)
            .await
            .unwrap();
        rows.into_iter().map(|(kind,)| kind).collect()
    }
}

#[tokio::test]
async fn an_account_with_a_taken_address_looks_like_any_other() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        // With another password than theirs, or trying the address would be logging in as her.
        let form = Register { password: OTHER_PASSWORD.into(), ..with_email("Olga", "olga@example.org") };
        world.accounts.register(&stranger(), form, FIREFOX).await.unwrap();
        let letter = world.letters("verify_address").await.pop().unwrap();
        world.accounts.confirm_address_by_link(&stranger(), &token_of(&letter)).await.unwrap();
        let before = world.letters_to("olga@example.org").await.len();
        let taken = world.join_at("Bert", "olga@example.org").await;
        let free = world.join_at("Carl", "carl@example.org").await;
        assert_eq!(world.can_tell(&taken, "olga@example.org").await, world.can_tell(&free, "carl@example.org").await);

        // As many letters in the queue for the one as for the other, and Olga reads of her own account.
        assert_eq!(world.letters_to("olga@example.org").await[before..], ["address_taken", "address_taken"]);
        assert_eq!(world.letters_to("carl@example.org").await, ["verify_address", "verify_address"]);
        assert_eq!(world.letters("address_taken").await[0]["name"], "Olga");
        assert_eq!(world.log_in("olga@example.org", OTHER_PASSWORD).await.unwrap().me.name, "Olga");

        // What becomes of his account is not written to her mailbox, nor to one that nobody has proved.
        for (login, email) in [(&taken, "olga@example.org"), (&free, "carl@example.org")] {
            let sent = world.letters_to(email).await.len();
            let name = login.me.name.clone();
            done(world.accounts.log_in(&stranger(), credentials(&name, PASSWORD), CURL).await).unwrap();
            assert_eq!(world.letters_to(email).await.len(), sent);
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_changes_to_a_taken_address_sees_no_difference_either() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        world.register_at("Olga", "olga@example.org").await;
        let login = world.register_at("Bert", "bert@example.org").await;
        let bert = world.actor(&login).await;
        for (email, letter) in [("olga@example.org", "address_taken"), ("free@example.org", "verify_address")] {
            world.accounts.set_address(&bert, email).await.unwrap();
            assert_eq!(world.accounts.safety(&bert).await.unwrap().email_waiting.as_deref(), Some(email));
            assert_eq!(world.letters_to(email).await.last().unwrap(), letter);
            assert_eq!(world.accounts.account(&bert).await.unwrap().email.as_deref(), Some("bert@example.org"));
        }
    })
    .await;
}

#[tokio::test]
async fn an_owner_is_told_three_times_a_day() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        world.register_at("Olga", "olga@example.org").await;
        // Her own letter counted as well: the count knows no owners.
        for n in 0..5 {
            world.join_at(&format!("Bert {n}"), "olga@example.org").await;
        }
        assert_eq!(world.letters("address_taken").await.len(), 2);
        world.clock.advance(24 * HOUR);
        world.join_at("Bert 9", "olga@example.org").await;
        assert_eq!(world.letters("address_taken").await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn who_waits_at_an_address_does_not_learn_that_its_owner_came() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let waiting = world.join_at("Squatter", "olga@example.org").await;
        let squatter = world.actor(&waiting).await;
        let seen = async || {
            let account = world.accounts.account(&squatter).await.unwrap();
            (account.email, account.email_verified, world.log_in("olga@example.org", OTHER_PASSWORD).await.is_ok())
        };
        let before = seen().await;
        world.register_at("Olga", "olga@example.org").await;
        assert_eq!(seen().await, before);
        assert_eq!(world.log_in("olga@example.org", PASSWORD).await.unwrap().me.name, "Olga");
    })
    .await;
}

#[tokio::test]
async fn of_two_who_prove_an_address_at_once_one_has_it() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let mut links = Vec::new();
        for name in ["Olga", "Bert"] {
            world.join_at(name, "both@example.org").await;
            links.push(token_of(&world.letters("verify_address").await.pop().unwrap()));
        }
        let here = stranger();
        let attempts = links.iter().map(|link| world.accounts.confirm_address_by_link(&here, link));
        let outcomes = futures::future::join_all(attempts).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
        let refused = outcomes.into_iter().find(Result::is_err).unwrap();
        assert_eq!(wrong(refused), [(Field::Email, Code::Taken)], "whoever reads the mailbox may know");
    })
    .await;
}

#[tokio::test]
async fn a_way_in_is_mailed_to_who_has_proved_the_address_or_to_each_who_typed_it() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        for n in 0..7 {
            world.join_at(&format!("Olga {n}"), "olga@example.org").await;
        }
        world.accounts.mail_recovery(&Actor::Job, "olga@example.org").await.unwrap();
        let letters = world.letters("recover_password").await;
        assert_eq!(letters.iter().map(|letter| &letter["name"]).collect::<Vec<_>>().len(), 5, "the oldest");
        // The first proves the mailbox with it, and the others' links open their accounts without having it.
        let recover = async |token: String| {
            let form = Recover { token, new_password: OTHER_PASSWORD.into() };
            done(world.accounts.recover(&stranger(), form, FIREFOX).await).unwrap()
        };
        let verified =
            async |login: &NewLogin| world.accounts.account(&world.actor(login).await).await.unwrap().email_verified;
        assert!(verified(&recover(token_of(&letters[1])).await).await);
        assert!(!verified(&recover(token_of(&letters[0])).await).await);
        assert_eq!(world.log_in("olga@example.org", OTHER_PASSWORD).await.unwrap().me.name, "Olga 1");
        // From now on it is hers alone.
        world.accounts.mail_recovery(&Actor::Job, "olga@example.org").await.unwrap();
        assert_eq!(world.letters("recover_password").await.len(), 6);
    })
    .await;
}

#[tokio::test]
async fn an_address_that_the_hubs_owner_gave_is_ones_own() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let olga = world.join_at("Olga", "olga@example.org").await.me.id;
        let bert = world.join_at("Bert", "olga@example.org").await.me.id;
        let give = async |user, email: &str| {
            world.accounts.act_on(&Actor::Operator, user, Deed::SetEmail(email.into()), "no mail here").await
        };
        assert!(world.log_in("olga@example.org", PASSWORD).await.is_err());
        give(olga, "olga@example.org").await.unwrap();
        assert_eq!(world.log_in("olga@example.org", PASSWORD).await.unwrap().me.id, olga);
        assert_eq!(wrong(give(bert, "olga@example.org").await), [(Field::Email, Code::Taken)], "an admin may know");

        // It is hers until somebody proves it.
        world
            .accounts
            .confirm_address_by_link(&stranger(), &token_of(&world.letters("verify_address").await[1]))
            .await
            .unwrap();
        assert_eq!(world.log_in("olga@example.org", PASSWORD).await.unwrap().me.id, bert);
    })
    .await;
}
