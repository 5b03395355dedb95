//! Linked identities: joining by one, logging in by it, linking and taking away; and what is worth nothing.

use base::Kind;
use contract::{
    account::Step,
    identity::JoinBy,
    settings::{Setting, Value},
};

use super::*;
use crate::{CameBack, IdentityStep, Proved, SignInFor};

fn proved(subject: &str, email: Option<&str>) -> Proved {
    Proved {
        provider: "there".into(),
        issuer: "https://id.example".into(),
        subject: subject.into(),
        name: Some("olga\u{7}".into()),
        email: email.map(str::to_owned),
    }
}

fn join(name: &str, email: &str) -> JoinBy {
    JoinBy { name: name.into(), email: email.into() }
}

impl World {
    async fn enter_as(&self, who: &Proved) -> Result<IdentityStep, Error> {
        self.accounts.log_in_by_identity(&stranger(), who, FIREFOX).await
    }

    async fn newcomer(&self, who: &Proved) -> Secret {
        match self.enter_as(who).await.unwrap() {
            IdentityStep::Newcomer(token) => token,
            IdentityStep::Known(_) => panic!("somebody's already"),
        }
    }

    async fn known(&self, who: &Proved) -> LogInStep {
        match self.enter_as(who).await.unwrap() {
            IdentityStep::Known(step) => step,
            IdentityStep::Newcomer(_) => panic!("nobody's yet"),
        }
    }

    async fn join(&self, token: &Secret, form: JoinBy) -> Result<NewLogin, Error> {
        done(self.accounts.join_by_identity(&stranger(), token.expose(), form, FIREFOX).await)
    }

    async fn begin(&self, actor: &Actor, purpose: SignInFor) -> (Secret, Secret) {
        let (state, kept) = (secret(&format!("state of {purpose:?}")), secret("kept"));
        let browser = self.accounts.begin_sign_in(actor, purpose, "there", &state, &kept, "/x").await.unwrap();
        (state, browser)
    }

    async fn comes_back(&self, actor: &Actor, provider: &str, state: &Secret, cookie: &str) -> Result<CameBack, Error> {
        self.accounts.take_sign_in(actor, provider, state.expose(), cookie).await
    }

    async fn set(&self, setting: Setting, on: bool) {
        self.accounts.hub().set(&Actor::Operator, setting, Value::Flag(on)).await.unwrap();
    }
}

#[tokio::test]
async fn a_newcomer_chooses_a_name_and_comes_again() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let who = proved("u-1", Some("Olga@example.org"));
        let token = world.newcomer(&who).await;
        let shown = world.accounts.newcomer(&stranger(), token.expose()).await.unwrap();
        assert_eq!((shown.name.as_deref(), shown.email.as_deref()), (Some("olga"), Some("Olga@example.org")));
        assert_eq!(wrong(world.join(&token, join("", "nonsense")).await).len(), 2);
        let login = world.join(&token, join("Olga", "olga@example.org")).await.unwrap();
        assert!(world.is_known(&login).await);
        let olga = world.actor(&login).await;
        let safety = world.accounts.safety(&olga).await.unwrap();
        assert!(safety.email_verified && !safety.has_password);
        // The step is used up, and what is nobody's yet cannot become two people's.
        assert!(matches!(world.join(&token, join("Other", "")).await, Err(Error::LogInGone)));

        world.clock.advance(MINUTE);
        assert_eq!(world.known(&who).await.done().unwrap().me.id, login.me.id);
        let mine = world.accounts.identities(&olga).await.unwrap();
        assert_eq!((mine.len(), mine[0].provider.as_str()), (1, "there"));
        assert_eq!(mine[0].last_used_at, Some(base::Clock::now(&*world.clock)));
        // Another subject, or the same one of another issuer, is somebody else.
        world.newcomer(&proved("u-2", None)).await;
        world.newcomer(&Proved { issuer: "https://other.example".into(), ..who }).await;
        assert!(world.log_in("Olga", "").await.is_err(), "an empty password is none");
    })
    .await;
}

#[tokio::test]
async fn an_address_links_nothing_by_itself() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let olga = world.register_at("Olga", "olga@example.org").await;
        let who = proved("u-1", Some("olga@example.org"));
        let token = world.newcomer(&who).await;
        let refused = world.join(&token, join("Eve", "olga@example.org")).await;
        assert_eq!(wrong(refused), [(Field::Email, Code::Taken)]);
        // An address of one's own choice is not proved by what the service says of another.
        let login = world.join(&token, join("Eve", "eve@example.org")).await.unwrap();
        assert_ne!(login.me.id, olga.me.id);
        let eve = world.actor(&login).await;
        assert!(!world.accounts.safety(&eve).await.unwrap().email_verified);
        assert_eq!(world.letters("verify_address").await.last().unwrap()["to"], "eve@example.org");
        // And what is hers can't be linked by anybody else.
        let actor = world.actor(&olga).await;
        assert!(matches!(world.accounts.link_identity(&actor, &who).await, Err(Error::IdentityTaken)));
        assert!(world.accounts.identities(&actor).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_closed_hub_takes_no_newcomers() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let token = world.newcomer(&proved("u-1", None)).await;
        world.set(Setting::EmailRequired, true).await;
        assert_eq!(wrong(world.join(&token, join("Olga", "")).await), [(Field::Email, Code::Required)]);
        world.set(Setting::Registration, false).await;
        assert!(matches!(world.join(&token, join("Olga", "o@example.org")).await, Err(Error::RegistrationClosed)));
        assert!(matches!(world.enter_as(&proved("u-2", None)).await, Err(Error::RegistrationClosed)));
        world.set(Setting::Registration, true).await;
        world.clock.advance(10 * MINUTE);
        assert!(matches!(world.join(&token, join("Olga", "o@example.org")).await, Err(Error::LogInGone)));
    })
    .await;
}

#[tokio::test]
async fn an_identity_is_linked_and_taken_away() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register_at("Olga", "olga@example.org").await;
        let olga = world.actor(&login).await;
        let who = proved("u-1", None);
        let id = world.accounts.link_identity(&olga, &who).await.unwrap();
        assert_eq!(world.accounts.link_identity(&olga, &who).await.unwrap(), id, "twice is once");
        assert_eq!(world.known(&who).await.done().unwrap().me.id, login.me.id);
        let told = world.letters("second_factor_changed").await;
        assert_eq!((told.len(), &told[0]["to"]), (1, &"olga@example.org".into()));
        // Nobody else takes it away.
        let eve = world.actor(&world.register("Eve").await).await;
        assert!(matches!(world.accounts.unlink_identity(&eve, id).await, Err(Error::NotFound)));
        world.accounts.unlink_identity(&olga, id).await.unwrap();
        world.newcomer(&who).await;
        let trail = world.trail().await;
        for act in ["account.identity_linked", "account.identity_unlinked"] {
            assert!(trail.iter().any(|line| line.contains(act)), "{act} is missing: {trail:?}");
        }

        // The last way in stays.
        let token = world.newcomer(&proved("u-3", None)).await;
        let login = world.join(&token, join("Ada", "")).await.unwrap();
        let ada = world.actor(&login).await;
        let only = world.accounts.identities(&ada).await.unwrap()[0].id;
        assert!(matches!(world.accounts.unlink_identity(&ada, only).await, Err(Error::LastWayIn)));
        world.accounts.link_identity(&ada, &proved("u-4", None)).await.unwrap();
        world.accounts.unlink_identity(&ada, only).await.unwrap();
        // An old login may look, and nothing more.
        world.clock.advance(16 * MINUTE);
        let ada = world.actor(&login).await;
        assert_eq!(world.accounts.identities(&ada).await.unwrap().len(), 1);
        let stale = world.accounts.link_identity(&ada, &proved("u-5", None)).await.unwrap_err();
        assert_eq!(stale.kind(), Kind::Stale);
        assert_eq!(world.accounts.identities(&stranger()).await.unwrap_err().kind(), Kind::Unauthenticated);
    })
    .await;
}

#[tokio::test]
async fn those_who_run_the_hub_see_and_unlink_what_those_below_have_linked() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let freya = world.actor(&world.owner().await).await;
        let olga = world.actor(&world.register("Olga").await).await;
        let user = olga.user().unwrap();
        let id = world.accounts.link_identity(&olga, &proved("u-1", None)).await.unwrap();
        let seen = world.accounts.identities_of(&freya, user).await.unwrap();
        assert_eq!(seen, world.accounts.identities(&olga).await.unwrap());
        assert_eq!(world.accounts.identities_of(&olga, user).await.unwrap_err().kind(), Kind::Forbidden);
        assert!(matches!(world.accounts.identities_of(&freya, 999.into()).await, Err(Error::NotFound)));

        let hers = world.accounts.link_identity(&freya, &proved("u-2", None)).await.unwrap();
        let unlink =
            async |actor: &Actor, user, id| world.accounts.unlink_identity_of(actor, user, id, "Stolen.").await;
        assert_eq!(unlink(&olga, freya.user().unwrap(), hers).await.unwrap_err().kind(), Kind::Forbidden);
        assert!(matches!(unlink(&freya, user, hers).await, Err(Error::NotFound)), "it is not this account's");
        unlink(&freya, user, id).await.unwrap();
        assert_eq!(world.why("account.identity_unlinked").await, r#"{"reason":"Stolen."}"#);
        assert!(world.accounts.identities(&olga).await.unwrap().is_empty());

        // Nobody is left before a door without a handle.
        let token = world.newcomer(&proved("u-3", None)).await;
        let ada = world.actor(&world.join(&token, join("Ada", "")).await.unwrap()).await;
        let only = world.accounts.identities(&ada).await.unwrap()[0].id;
        assert!(matches!(unlink(&freya, ada.user().unwrap(), only).await, Err(Error::LastWayIn)));
    })
    .await;
}

#[tokio::test]
async fn a_second_factor_is_still_asked_for() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let app = world.with_app("Olga").await;
        let olga = world.actor(&app.login).await;
        let who = proved("u-1", None);
        world.accounts.link_identity(&olga, &who).await.unwrap();
        assert_eq!(pending(Ok(world.known(&who).await)).step, Step::SecondFactor);
        world.accounts.act_on(&Actor::Operator, app.login.me.id, crate::Deed::Lock, "x").await.unwrap();
        assert!(matches!(world.enter_as(&who).await, Err(Error::Locked)));
    })
    .await;
}

#[tokio::test]
async fn one_links_so_many_and_begins_so_often() {
    db::testing::each(|db| async move {
        let world = World::with(db, Settings { limits: Limits::default(), ..patient() });
        let olga = world.actor(&world.register("Olga").await).await;
        for n in 0..20 {
            world.accounts.link_identity(&olga, &proved(&format!("u-{n}"), None)).await.unwrap();
        }
        assert!(matches!(world.accounts.link_identity(&olga, &proved("u-20", None)).await, Err(Error::Full)));
        assert_eq!(world.accounts.identities(&olga).await.unwrap().len(), 20);

        let linking = world.accounts.allow_sign_in(&stranger(), SignInFor::Link);
        assert_eq!(linking.unwrap_err().kind(), Kind::Unauthenticated);
        let mut begun = (0..1000).map(|_| world.accounts.allow_sign_in(&stranger(), SignInFor::LogIn));
        let refused = begun.find_map(Result::err).expect("there is an end to it");
        assert!(matches!(refused, Error::TooMany { .. }), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_comes_back_once_where_it_began() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (state, browser) = world.begin(&stranger(), SignInFor::LogIn).await;
        let back = world.comes_back(&stranger(), "there", &state, browser.expose()).await.unwrap();
        assert_eq!((back.purpose, back.kept.expose(), back.next.as_str()), (SignInFor::LogIn, "kept", "/x"));
        let gone = |outcome: Result<CameBack, Error>| matches!(outcome, Err(Error::SignInGone));
        assert!(gone(world.comes_back(&stranger(), "there", &state, browser.expose()).await), "a second time");
        assert!(gone(world.comes_back(&stranger(), "there", &secret("never"), browser.expose()).await));

        // In another browser; and then it is used up in its own, too.
        let (state, browser) = world.begin(&stranger(), SignInFor::LogIn).await;
        assert!(gone(world.comes_back(&stranger(), "there", &state, "another").await));
        assert!(gone(world.comes_back(&stranger(), "there", &state, browser.expose()).await));
        // From another service.
        let (state, browser) = world.begin(&stranger(), SignInFor::LogIn).await;
        assert!(gone(world.comes_back(&stranger(), "elsewhere", &state, browser.expose()).await));
        // Too late.
        let (state, browser) = world.begin(&stranger(), SignInFor::LogIn).await;
        world.clock.advance(10 * MINUTE);
        assert!(gone(world.comes_back(&stranger(), "there", &state, browser.expose()).await));
        world.accounts.tidy(&Actor::Job).await.unwrap();
        let (left,): (i64,) = db::sql("select count(*) from sign_ins").fetch_one(&world.db).await.unwrap();
        assert_eq!(left, 0);

        // What one began to link is not linked to whoever is logged in later.
        let olga = world.actor(&world.register("Olga").await).await;
        let eve = world.actor(&world.register("Eve").await).await;
        let (state, browser) = world.begin(&olga, SignInFor::Link).await;
        assert!(gone(world.comes_back(&eve, "there", &state, browser.expose()).await));
        let (state, browser) = world.begin(&olga, SignInFor::Link).await;
        let back = world.comes_back(&olga, "there", &state, browser.expose()).await.unwrap();
        assert_eq!(back.purpose, SignInFor::Link);
        let refused = world.accounts.begin_sign_in(&stranger(), SignInFor::Link, "there", &state, &state, "/").await;
        assert_eq!(refused.unwrap_err().kind(), Kind::Unauthenticated);
    })
    .await;
}
