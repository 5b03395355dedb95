//! Those who run the hub at work: deeds with reasons, dossiers, guises, numbers.

use base::{Action, Kind, Role, UserId};
use contract::account::Outcome;

use super::*;
use crate::Deed;

/// An owner, an admin and a member, each logged in.
struct Office {
    world: World,
    owner: Actor,
    admin: Actor,
    member: UserId,
    member_login: NewLogin,
}

impl Office {
    async fn open(db: Db) -> Self {
        let world = World::new(db);
        let owner = world.owner().await;
        let admin = world.register("Tyr").await;
        let owner = world.actor(&owner).await;
        world.accounts.set_role(&owner, admin.me.id, Role::Admin).await.unwrap();
        let admin = world.log_in("Tyr", PASSWORD).await.unwrap();
        let admin = world.actor(&admin).await;
        let member_login = world.register("Olga").await;
        Self { world, owner, admin, member: member_login.me.id, member_login }
    }

    async fn last_entry(&self) -> (String, Option<String>, Option<String>) {
        let mut rows: Vec<(String, Option<String>, Option<String>)> =
            db::sql("select act, before, after from audit_log order by id desc limit 1")
                .fetch_all(&self.world.db)
                .await
                .unwrap();
        rows.remove(0)
    }
}

#[tokio::test]
async fn a_deed_stands_in_the_trail_with_its_reason() {
    db::testing::each(|db| async move {
        let office = Office::open(db).await;
        let (accounts, member) = (&office.world.accounts, office.member);
        let act = async |deed, reason| accounts.act_on(&office.admin, member, deed, reason).await;

        act(Deed::Rename("Olga the Bold".into()), " asked for it ").await.unwrap();
        let (what, before, after) = office.last_entry().await;
        assert_eq!(what, "user.renamed");
        assert_eq!(before.unwrap(), r#"{"name":"Olga"}"#);
        assert_eq!(after.unwrap(), r#"{"name":"Olga the Bold","reason":"asked for it"}"#);
        assert!(office.world.is_known(&office.member_login).await, "a new name ends no login");

        act(Deed::SetEmail("olga@example.org".into()), "lost the old one").await.unwrap();
        let (what, _, after) = office.last_entry().await;
        assert_eq!((what.as_str(), after.unwrap().contains("olga@")), ("user.email_set", false));

        act(Deed::LogOut, "stolen laptop").await.unwrap();
        assert!(!office.world.is_known(&office.member_login).await);
        assert_eq!(office.last_entry().await.0, "user.logged_out");

        act(Deed::Lock, "rude").await.unwrap();
        assert_eq!(office.last_entry().await, ("user.locked".into(), None, Some(r#"{"reason":"rude"}"#.into())));
        act(Deed::Unlock, "").await.unwrap();
        let dossier = accounts.dossier(&office.admin, member).await.unwrap().unwrap();
        assert_eq!((dossier.me.name.as_str(), dossier.email.as_deref()), ("Olga the Bold", Some("olga@example.org")));
        assert!(dossier.locked_at.is_none() && !dossier.email_verified && dossier.may_be_changed);
    })
    .await;
}

#[tokio::test]
async fn a_deed_with_something_wrong_changes_nothing() {
    db::testing::each(|db| async move {
        let office = Office::open(db).await;
        let accounts = &office.world.accounts;
        office.world.register("Freydis").await;
        for (deed, field, code) in [
            (Deed::Rename("freydis".into()), Field::Name, Code::Taken),
            (Deed::Rename("x".into()), Field::Name, Code::TooShort),
            (Deed::SetEmail("nowhere".into()), Field::Email, Code::NotAnEmail),
            (Deed::SetPassword(secret("password")), Field::Password, Code::CommonPassword),
        ] {
            let before = office.last_entry().await;
            assert_eq!(wrong(accounts.act_on(&office.owner, office.member, deed, "").await), [(field, code)]);
            assert_eq!(office.last_entry().await, before);
        }
        let long = "a".repeat(501);
        let outcome = accounts.act_on(&office.owner, office.member, Deed::Lock, &long).await;
        assert_eq!(wrong(outcome), [(Field::Reason, Code::TooLong)]);
        // Their own name in other letters is nobody else's.
        accounts.act_on(&office.owner, office.member, Deed::Rename("OLGA".into()), "").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn nobody_acts_on_those_beside_or_above_them() {
    db::testing::each(|db| async move {
        let office = Office::open(db).await;
        let accounts = &office.world.accounts;
        let owner = office.owner.user().unwrap();
        let tyr = office.admin.user().unwrap();
        for target in [owner, tyr] {
            for deed in [Deed::Rename("Loki".into()), Deed::SetEmail(String::new()), Deed::LogOut, Deed::Lock] {
                let refused = accounts.act_on(&office.admin, target, deed, "").await;
                assert!(matches!(refused, Err(Error::Refused(Kind::Forbidden))));
            }
            assert!(matches!(
                accounts.put_on_guise(&office.admin, target, "").await,
                Err(Error::Refused(Kind::Forbidden))
            ));
        }
        assert!(!accounts.dossier(&office.admin, owner).await.unwrap().unwrap().may_be_changed);
        let olga = office.world.actor(&office.member_login).await;
        assert!(matches!(accounts.dossier(&olga, owner).await, Err(Error::Refused(Kind::Forbidden))));
        assert!(matches!(accounts.put_on_guise(&olga, tyr, "").await, Err(Error::Refused(Kind::Forbidden))));
        assert!(accounts.dossier(&office.admin, 999.into()).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_guise_shows_what_they_see_and_lets_one_do_nothing() {
    db::testing::each(|db| async move {
        let office = Office::open(db).await;
        let accounts = &office.world.accounts;
        let tyr = office.world.log_in("Tyr", PASSWORD).await.unwrap();
        let admin = office.world.actor(&tyr).await;
        accounts.put_on_guise(&admin, office.member, "she says a page is empty").await.unwrap();
        let (act, _, after) = office.last_entry().await;
        assert_eq!(act, "guise.began");
        assert!(after.unwrap().contains("she says a page is empty"));

        let guise = office.world.actor(&tyr).await;
        assert_eq!(guise.user(), Some(office.member));
        assert_eq!(guise.may(Action::ViewOwnAccount), Ok(()));
        for action in
            [Action::ManageOwnAccount, Action::Chat, Action::Report, Action::SecureOwnAccount, Action::ViewUsers]
        {
            assert_eq!(guise.may(action), Err(Kind::Forbidden), "{action:?}");
        }
        assert_eq!(accounts.account(&guise).await.unwrap().me.name, "Olga");
        assert!(matches!(accounts.put_on_guise(&guise, office.member, "").await, Err(Error::Refused(Kind::Forbidden))));

        assert_eq!(accounts.take_off_guise(&guise).await.unwrap(), office.member);
        assert_eq!(office.world.actor(&tyr).await.user(), admin.user());
        assert_eq!(office.last_entry().await.0, "guise.ended");
        assert!(matches!(accounts.take_off_guise(&admin).await, Err(Error::Refused(Kind::Forbidden))));
    })
    .await;
}

#[tokio::test]
async fn a_guise_lasts_half_an_hour_and_not_longer_than_its_subject_is_welcome() {
    db::testing::each(|db| async move {
        let office = Office::open(db).await;
        let accounts = &office.world.accounts;
        let tyr = office.world.log_in("Tyr", PASSWORD).await.unwrap();
        let admin = office.world.actor(&tyr).await;
        accounts.put_on_guise(&admin, office.member, "").await.unwrap();
        office.world.clock.advance(29 * MINUTE);
        assert_eq!(office.world.actor(&tyr).await.user(), Some(office.member));
        office.world.clock.advance(MINUTE);
        assert_eq!(office.world.actor(&tyr).await.user(), admin.user());

        let tyr = office.world.log_in("Tyr", PASSWORD).await.unwrap();
        let admin = office.world.actor(&tyr).await;
        accounts.put_on_guise(&admin, office.member, "").await.unwrap();
        accounts.lock(&Actor::Operator, office.member).await.unwrap();
        assert_eq!(office.world.actor(&tyr).await.user(), admin.user());
        assert!(matches!(accounts.put_on_guise(&admin, office.member, "").await, Err(Error::Refused(Kind::Forbidden))));
    })
    .await;
}

#[tokio::test]
async fn the_dashboard_counts_accounts_and_log_ins() {
    db::testing::each(|db| async move {
        let office = Office::open(db).await;
        let accounts = &office.world.accounts;
        let _ = office.world.log_in("Olga", "not the password at all").await;
        let since = base::Millis(0);
        assert_eq!(accounts.count(&office.admin).await.unwrap(), 3);
        let registrations = accounts.registrations_by_day(&office.admin, since).await.unwrap();
        assert_eq!(registrations.iter().map(|day| day.value).sum::<i64>(), 3);
        assert!(registrations.iter().all(|day| day.at.0 % 86_400_000 == 0));
        let (good, refused) = accounts.log_ins_by_day(&office.admin, since).await.unwrap();
        assert!(good.iter().map(|day| day.value).sum::<i64>() >= 1);
        assert_eq!(refused.iter().map(|day| day.value).sum::<i64>(), 1);
        let olga = office.world.actor(&office.member_login).await;
        assert!(matches!(accounts.count(&olga).await, Err(Error::Refused(Kind::Forbidden))));
        let dossier = accounts.dossier(&office.owner, office.member).await.unwrap().unwrap();
        assert_eq!(dossier.log_ins[0].outcome, Outcome::Wrong);
        assert_eq!(dossier.sessions.len(), 1);
    })
    .await;
}
