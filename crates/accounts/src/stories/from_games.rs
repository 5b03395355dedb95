//! Accounts that are made in a game, and the way from a game to one's account.

use super::*;
use crate::{SignUp, SignedUp};
use contract::{
    account::{Proof, Recover},
    settings::{Setting, Value},
};

/// What somebody chooses in a game: fifteen characters at most.
const CHOSEN: &str = "Vrlq Wopk 7";

fn form(name: &str, email: &str) -> SignUp {
    SignUp { name: name.into(), email: email.into(), password: secret(CHOSEN) }
}

impl World {
    async fn sign_up(&self, name: &str, email: &str) -> Result<SignedUp, Error> {
        self.accounts.sign_up(&stranger(), form(name, email)).await
    }

    /// What the client puts into an address of the token it got.
    async fn token_for_account(&self, name: &str, password: &str) -> String {
        let token = self.accounts.open_account_token(name, password, None).await.unwrap();
        hex::encode_upper(token)
    }

    async fn come_from_game(&self, token: &str) -> Result<crate::LogInStep, Error> {
        self.accounts.come_from_game(&stranger(), token, FIREFOX).await
    }
}

#[tokio::test]
async fn whoever_signs_up_in_a_game_plays_at_once_and_claims_the_site_by_mail() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        assert_eq!(world.sign_up("Olga", "olga@example.org").await.unwrap(), SignedUp::Ready);
        world.accounts.check_game_password("Olga", CHOSEN, None).await.unwrap();
        for wrong in ["vrlq wopk 7", "Vrlq Wopk 7 ", ""] {
            let refused = world.accounts.check_game_password("Olga", wrong, None).await;
            assert!(
                matches!(refused, Err(Error::WrongCredentials)),
                "{wrong:?}: it was chosen, so it is taken exactly"
            );
        }
        assert!(matches!(world.log_in("Olga", CHOSEN).await, Err(Error::WrongCredentials)), "it opens no site");
        assert!(matches!(world.log_in("Olga", "").await, Err(Error::Fields(_))));

        let letter = world.letters("claim_account").await.pop().unwrap();
        assert_eq!((letter["to"].as_str(), letter["days"].as_u64()), (Some("olga@example.org"), Some(14)));
        let claim = Recover { token: token_of(&letter), new_password: PASSWORD.into() };
        let login = done(world.accounts.recover(&stranger(), claim, FIREFOX).await).unwrap();
        assert!(
            world.accounts.safety(&world.actor(&login).await).await.unwrap().email_verified,
            "they read that mailbox"
        );
        world.log_in("Olga", PASSWORD).await.unwrap();
        world.accounts.check_game_password("Olga", CHOSEN, None).await.unwrap();
        assert!(world.trail().await.iter().any(|line| line.starts_with("stranger account.registered")));
        assert!(world.events().await.contains(&"user_registered".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_sign_up_in_a_game_is_refused_as_everywhere() {
    db::testing::each(|db| async move {
        let world = World::with(db, Settings { hashing: cheap(), ..Settings::default() });
        world.register("Olga").await;
        for (name, field, code) in [
            ("olga", Field::Name, Code::Taken),
            ("0lga", Field::Name, Code::Reserved),
            ("admin", Field::Name, Code::Reserved),
            ("Guest of honour", Field::Name, Code::Reserved),
            ("x|b", Field::Name, Code::BadCharacters),
            ("", Field::Name, Code::Required),
        ] {
            assert_eq!(wrong(world.sign_up(name, "").await), [(field, code)], "{name:?}");
        }
        for (password, code) in [
            ("", Code::Required),
            ("short", Code::TooShort),
            ("password", Code::CommonPassword),
            ("Vrlq Wopk 7 Zmmb", Code::TooLong),
        ] {
            let form = SignUp { password: secret(password), ..form("Bert", "") };
            assert_eq!(
                wrong(world.accounts.sign_up(&stranger(), form).await),
                [(Field::Password, code)],
                "{password:?}"
            );
        }
        assert_eq!(wrong(world.sign_up("Bert", "nowhere").await), [(Field::Email, Code::NotAnEmail)]);

        for name in ["Bert", "Carl"] {
            world.sign_up(name, "").await.unwrap();
        }
        assert!(
            matches!(world.sign_up("Dora", "").await, Err(Error::TooMany { .. })),
            "three an hour and address, together"
        );

        let hub = world.accounts.hub();
        hub.set(&Actor::Operator, Setting::EmailRequired, Value::Flag(true)).await.unwrap();
        world.clock.advance(HOUR);
        assert_eq!(wrong(world.sign_up("Dora", "").await), [(Field::Email, Code::Required)]);
        hub.set(&Actor::Operator, Setting::Registration, Value::Flag(false)).await.unwrap();
        assert!(matches!(world.sign_up("Dora", "d@example.org").await, Err(Error::RegistrationClosed)));
    })
    .await;
}

#[tokio::test]
async fn where_a_proved_address_is_demanded_the_lobby_waits_for_it() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let hub = world.accounts.hub();
        hub.set(&Actor::Operator, Setting::VerifiedAddressRequired, Value::Flag(true)).await.unwrap();
        assert_eq!(world.sign_up("Olga", "olga@example.org").await.unwrap(), SignedUp::ToBeProved);
        let refused = world.accounts.check_game_password("Olga", CHOSEN, None).await;
        assert!(matches!(refused, Err(Error::WrongCredentials)));
        let token = token_of(&world.letters("claim_account").await.pop().unwrap());
        let claim = Recover { token, new_password: PASSWORD.into() };
        done(world.accounts.recover(&stranger(), claim, FIREFOX).await).unwrap();
        world.accounts.check_game_password("Olga", CHOSEN, None).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn somebody_elses_address_gets_them_nothing_and_its_owner_hears_of_it() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        world.register_at("Olga", "olga@example.org").await;
        assert_eq!(world.sign_up("Mallory", "Olga@example.org").await.unwrap(), SignedUp::Ready, "the same answer");
        assert!(world.letters("claim_account").await.is_empty());
        assert_eq!(world.letters("address_taken").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_game_opens_its_players_account_once() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        world.sign_up("Olga", "").await.unwrap();
        let token = world.token_for_account("Olga", CHOSEN).await;
        assert_eq!(world.accounts.from_game(&stranger(), &token).await.unwrap().as_deref(), Some("Olga"));
        assert_eq!(
            world.accounts.from_game(&stranger(), &token.to_lowercase()).await.unwrap().as_deref(),
            Some("Olga")
        );
        let bytes: [u8; 16] = hex::decode(&token).unwrap().try_into().unwrap();
        let lobby = world.accounts.redeem_lobby_token("Olga", &bytes).await;
        assert!(matches!(lobby, Err(Error::WrongCredentials)), "it opens the account and no lobby");

        let login = done(world.come_from_game(&token).await).unwrap();
        let olga = world.actor(&login).await;
        assert!(olga.may(base::Action::SecureOwnAccount).is_ok(), "there is no better proof of who she is");
        assert!(matches!(world.come_from_game(&token).await, Err(Error::LinkGone)), "once");
        assert_eq!(world.accounts.from_game(&stranger(), &token).await.unwrap(), None);
        let entries = world.accounts.log_ins(&olga, None, 10).await.unwrap().entries;
        assert_eq!(entries[0].proof, Proof::GamePassword);

        let late = world.token_for_account("Olga", CHOSEN).await;
        world.clock.advance(5 * MINUTE);
        assert_eq!(world.accounts.from_game(&stranger(), &late).await.unwrap(), None);
        assert!(matches!(world.come_from_game(&late).await, Err(Error::LinkGone)));
        for rubbish in ["", "2D", "zz", &"41".repeat(16), &"41".repeat(400)] {
            assert_eq!(world.accounts.from_game(&stranger(), rubbish).await.unwrap(), None, "{rubbish}");
            assert!(matches!(world.come_from_game(rubbish).await, Err(Error::LinkGone)), "{rubbish}");
        }
        let played = world.accounts.open_lobby_token("Olga", CHOSEN, None).await.unwrap();
        assert!(
            matches!(world.come_from_game(&hex::encode(played)).await, Err(Error::LinkGone)),
            "nor the other way about"
        );
    })
    .await;
}

#[tokio::test]
async fn a_game_password_is_not_enough_for_what_is_grave() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register("Olga").await;
        let password = world.accounts.make_game_password(&world.actor(&login).await).await.unwrap().password;
        let token = world.token_for_account("Olga", &password).await;
        let login = done(world.come_from_game(&token).await).unwrap();
        let olga = world.actor(&login).await;
        assert!(olga.may(base::Action::ManageOwnAccount).is_ok());
        assert_eq!(
            olga.may(base::Action::SecureOwnAccount),
            Err(base::Kind::Stale),
            "she has a password to prove it with"
        );
    })
    .await;
}

#[tokio::test]
async fn a_game_gets_nobody_past_a_second_factor_or_into_an_account_with_power() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register("Olga").await;
        let olga = world.actor(&login).await;
        let now = || base::Clock::now(&*world.clock);
        let shown = super::second_factors::secret_of(&world.accounts.begin_totp(&olga).await.unwrap().key);
        world.accounts.confirm_totp(&olga, &crate::totp::code_at(&shown, now())).await.unwrap();
        let password = world.accounts.make_game_password(&olga).await.unwrap().password;
        let token = world.token_for_account("Olga", &password).await;
        pending(world.come_from_game(&token).await);

        let freya = world.owner().await;
        let password = world.accounts.make_game_password(&world.actor(&freya).await).await.unwrap().password;
        let token = world.token_for_account("Freya", &password).await;
        assert_eq!(world.accounts.from_game(&stranger(), &token).await.unwrap(), None);
        assert!(matches!(world.come_from_game(&token).await, Err(Error::LinkGone)), "she logs in at the site");

        let bert = world.register("Bert").await;
        let bert_actor = world.actor(&bert).await;
        let password = world.accounts.make_game_password(&bert_actor).await.unwrap().password;
        let token = world.token_for_account("Bert", &password).await;
        world.accounts.lock(&Actor::Operator, bert.me.id).await.unwrap();
        assert!(matches!(world.come_from_game(&token).await, Err(Error::LinkGone)));
    })
    .await;
}
