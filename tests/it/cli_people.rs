//! At the command line, about people: accounts, roles, tokens, organizations; at the hub's own machine and elsewhere.

use base::{Actor, OrgId, Role, Secret};
use contract::organization::OrganizationForm;
use tests::{PASSWORD, Shell, TYPED_PASSWORD, TestApp, at_each_shell};

use crate::safety::set_up;

async fn account(app: &TestApp, name: &str) -> base::UserId {
    let accounts = &app.running().hub.accounts;
    accounts.create_user(&Actor::Operator, name, Secret::new(PASSWORD), Role::Member).await.unwrap().id
}

/// That the newest entry of that act says why.
async fn told_why(shell: &Shell, act: &str, reason: &str) {
    let entry = shell.audited(act).await;
    assert!(entry["after"].as_str().unwrap_or_default().contains(reason), "{entry}");
}

#[tokio::test]
async fn accounts_are_made_looked_at_and_changed() {
    at_each_shell(async |app, shell| {
        assert!(shell.ok(&["user", "create", "Wilma", "--dry-run"]).await.contains("would be made, as member"));
        assert_eq!(shell.json(&["user", "list", "--search", "wilma"]).await, serde_json::json!([]));
        let made = shell.ok(&["user", "create", "Wilma", "--role", "editor"]).await;
        assert!(made.starts_with("Made Wilma, account "), "{made}");
        shell.audited("user.created").await;
        assert!(shell.fails(&["user", "create", "wilma", "--dry-run"]).await.contains("wilma is taken"));
        let taken = shell.fails(&["user", "create", "Wilma"]).await;
        assert!(taken.contains("name: taken"), "{taken}");
        // What was typed is the password.
        let mut wilma = app.stranger();
        let entered = wilma.call("log_in", &[("name", "Wilma"), ("password", TYPED_PASSWORD)]).await;
        assert_eq!(entered.status, 200, "{}", entered.body);

        let table = shell.ok(&["user", "list", "--search", "wilma"]).await;
        assert!(table.starts_with("NUMBER") && table.contains("editor") && table.contains("Wilma"), "{table}");
        let found = shell.json(&["user", "list", "--search", "wilma"]).await;
        assert_eq!((&found[0]["name"], &found[0]["role"]), (&"Wilma".into(), &"editor".into()));
        let shown = shell.ok(&["user", "show", "Wilma"]).await;
        assert!(shown.contains("logins: 1") && shown.contains("ok by password"), "{shown}");
        let shown = shell.json(&["user", "show", "Wilma"]).await;
        assert_eq!(shown["account"]["me"]["name"], "Wilma");
        assert_eq!(shown["sanctions"], serde_json::json!([]));

        assert!(shell.ok(&["user", "rename", "Wilma", "Vilma", "--dry-run"]).await.contains("would be called Vilma"));
        shell.ok(&["user", "rename", "Wilma", "Vilma", "--reason", "She asked for it."]).await;
        told_why(shell, "user.renamed", "She asked for it.").await;
        shell.ok(&["user", "set-email", "Vilma", "vilma@example.org", "--reason", "By letter."]).await;
        told_why(shell, "user.email_set", "By letter.").await;
        shell.ok(&["user", "set-role", "Vilma", "moderator", "--reason", "Elected."]).await;
        told_why(shell, "user.role_set", "Elected.").await;
        shell.ok(&["user", "set-password", "Vilma", "--reason", "Lost it."]).await;
        told_why(shell, "user.password_set", "Lost it.").await;
        let foreseen = shell.ok(&["user", "lock", "Vilma", "--dry-run"]).await;
        assert!(foreseen.contains("Vilma, now moderator, would be locked"), "{foreseen}");
        shell.ok(&["user", "lock", "Vilma", "--reason", "Stolen."]).await;
        told_why(shell, "user.locked", "Stolen.").await;
        assert!(shell.ok(&["user", "show", "Vilma"]).await.contains("locked: "));
        shell.ok(&["user", "unlock", "Vilma", "--reason", "Hers again."]).await;
        told_why(shell, "user.unlocked", "Hers again.").await;
        shell.ok(&["user", "log-out", "Vilma", "--reason", "To be sure."]).await;
        told_why(shell, "user.logged_out", "To be sure.").await;
        shell.ok(&["user", "clear-profile", "Vilma", "about", "--dry-run"]).await;
        shell.ok(&["user", "clear-profile", "Vilma", "about", "--reason", "Rude."]).await;
        told_why(shell, "profile.cleared", "Rude.").await;
        shell.ok(&["user", "clear-second-factor", "Vilma", "--dry-run"]).await;
        let cleared = shell.ok(&["user", "clear-second-factor", "Vilma"]).await;
        assert!(cleared.contains("Vilma needs no second factor any more"), "{cleared}");
        let nobody = shell.fails(&["user", "lock", "Nobody"]).await;
        assert!(nobody.contains("there is no account called Nobody"), "{nobody}");
    })
    .await;
}

#[tokio::test]
async fn a_lost_second_factor_is_taken_away_with_the_reason() {
    at_each_shell(async |app, shell| {
        let mut olga = app.person("Olga").await;
        set_up(app, &mut olga).await;
        shell.ok(&["user", "clear-second-factor", "Olga", "--reason", "Lost in the sea."]).await;
        told_why(shell, "user.second_factor_cleared", "Lost in the sea.").await;
        assert_eq!(olga.call("account", &[]).await.status, 401, "all logins have ended");
    })
    .await;
}

#[tokio::test]
async fn what_is_linked_is_listed_and_unlinked() {
    at_each_shell(async |app, shell| {
        let olga = account(app, "Olga").await;
        let themselves = Actor::Person(base::Person::logged_in(olga, Role::Member, 1.into()));
        let proved = accounts::Proved {
            provider: "steam".into(),
            issuer: "https://steamcommunity.com/openid".into(),
            subject: "76561198000000001".into(),
            name: Some("olga_the_bold".into()),
            email: None,
        };
        let none = shell.run(&["user", "identities", "Olga"]).await;
        assert!(none.err.contains("Olga has linked nothing"), "{none:?}");
        app.running().hub.accounts.link_identity(&themselves, &proved).await.unwrap();
        let listed = shell.json(&["user", "identities", "Olga"]).await;
        assert_eq!(listed[0]["provider"], "steam", "{listed}");
        let number = listed[0]["id"].to_string();
        assert!(shell.ok(&["user", "identities", "Olga"]).await.contains("steam    olga_the_bold"));
        let unlink = ["user", "unlink", "Olga", &number, "--reason", "Stolen."];
        assert!(shell.ok(&[&unlink[..], &["--dry-run"]].concat()).await.contains("would lose steam"));
        assert_eq!(shell.ok(&unlink).await, "Olga has lost steam.\n");
        told_why(shell, "account.identity_unlinked", "Stolen.").await;
        assert!(shell.fails(&unlink).await.contains("Olga has no linked identity"));
    })
    .await;
}

#[tokio::test]
async fn roles_say_who_may_what_and_who_has_them() {
    at_each_shell(async |app, shell| {
        account(app, "Mona").await;
        shell.ok(&["user", "set-role", "Mona", "moderator"]).await;
        let table = shell.ok(&["role", "list", "--scope", "hub"]).await;
        assert!(table.starts_with("ACTION") && table.contains("fresh login"), "{table}");
        let all = shell.json(&["role", "list"]).await;
        assert_eq!(all.as_array().unwrap().len(), base::Action::ALL.len());
        let holders = shell.json(&["role", "holders", "moderator"]).await;
        assert_eq!(holders[0]["name"], "Mona");
        assert!(shell.ok(&["role", "holders"]).await.contains("moderator  1"));
    })
    .await;
}

#[tokio::test]
async fn tokens_are_listed_and_revoked_and_made_at_the_machine() {
    at_each_shell(async |app, shell| {
        account(app, "Olga").await;
        let make = ["token", "make", "Olga", "--called", "Match bot", "--grants", "account:read"];
        let none = shell.run(&["token", "list", "Olga"]).await;
        assert!(none.err.contains("Olga has no token"), "{none:?}");
        let foreseen = shell.ok(&[&make[..], &["--dry-run"]].concat()).await;
        assert!(foreseen.contains("90 days"), "{foreseen}");
        // Elsewhere nobody makes one in another's name; the machine does it for both.
        let token = app.shell().ok(&make).await;
        assert!(token.starts_with("gh_"), "{token}");
        if !shell.is_here() {
            let refused = shell.fails(&make).await;
            assert!(refused.contains("only made on the hub's own machine"), "{refused}");
        }
        let listed = shell.json(&["token", "list", "Olga"]).await;
        assert_eq!(listed[0]["name"], "Match bot");
        let number = listed[0]["id"].to_string();
        assert!(shell.ok(&["token", "list", "Olga"]).await.contains("Match bot"));
        shell.ok(&["token", "revoke", "Olga", &number, "--dry-run"]).await;
        shell.ok(&["token", "revoke", "Olga", &number, "--reason", "Leaked."]).await;
        told_why(shell, "token.revoked", "Leaked.").await;
        assert!(shell.fails(&["token", "revoke", "Olga", &number]).await.contains("has no token"));
    })
    .await;
}

#[tokio::test]
async fn organizations_are_begun_stopped_and_handed_on() {
    at_each_shell(async |app, shell| {
        account(app, "Olga").await;
        let erik = account(app, "Erik").await;
        let create = ["org", "create", "The Lantern", "--owner", "Olga", "--joining", "open"];
        let foreseen = shell.ok(&[&create[..], &["--dry-run"]].concat()).await;
        assert!(foreseen.contains("The Lantern would be begun for Olga"), "{foreseen}");
        let made = shell.ok(&create).await;
        assert!(made.contains("at /orgs/the-lantern"), "{made}");
        shell.audited("org.created").await;
        let taken = shell.fails(&[&create[..], &["--dry-run"]].concat()).await;
        assert!(taken.contains("taken"), "{taken}");
        assert!(shell.ok(&["org", "list"]).await.contains("the-lantern"));
        let listed = shell.json(&["org", "list", "--search", "lantern", "--state", "active"]).await;
        assert_eq!(listed[0]["owner"]["name"], "Olga");

        let hub = &app.running().hub;
        let lantern: OrgId = hub.orgs.id_of(&Actor::Operator, "the-lantern").await.unwrap();
        hub.orgs.join(&Actor::Person(base::Person::logged_in(erik, Role::Member, 1.into())), lantern).await.unwrap();
        let shown = shell.json(&["org", "show", "the-lantern"]).await;
        assert_eq!(shown["members"].as_array().unwrap().len(), 2, "{shown}");
        shell.ok(&["org", "set-role", "the-lantern", "erik", "moderator"]).await;
        assert!(shell.ok(&["org", "show", "the-lantern"]).await.contains("moderator  Erik"));
        let foreseen = shell.ok(&["org", "suspend", "the-lantern", "Too loud.", "--dry-run"]).await;
        assert!(foreseen.contains("would be suspended"), "{foreseen}");
        shell.ok(&["org", "suspend", "the-lantern", "Too loud."]).await;
        shell.audited("org.suspended").await;
        assert!(shell.ok(&["org", "show", "the-lantern"]).await.contains("because: Too loud."));
        shell.ok(&["org", "resume", "the-lantern", "--reason", "They are quiet now."]).await;
        told_why(shell, "org.resumed", "They are quiet now.").await;
        shell.ok(&["org", "set-seats", "the-lantern", "40"]).await;
        assert_eq!(shell.json(&["org", "show", "the-lantern"]).await["organization"]["seats"], 40);
        shell.ok(&["org", "set-owner", "the-lantern", "Erik"]).await;
        shell.ok(&["org", "remove", "the-lantern", "Olga"]).await;
        assert!(shell.fails(&["org", "remove", "the-lantern", "Olga"]).await.contains("does not belong to it"));
        shell.ok(&["org", "close", "the-lantern", "--reason", "Nobody comes."]).await;
        told_why(shell, "org.closed", "Nobody comes.").await;
        assert!(shell.ok(&["org", "show", "the-lantern"]).await.contains("gone for good: "));
        shell.ok(&["org", "reopen", "the-lantern", "--reason", "They come again."]).await;
        told_why(shell, "org.reopened", "They come again.").await;
        assert!(shell.fails(&["org", "show", "nowhere"]).await.contains("there is no organization at /orgs/nowhere"));
    })
    .await;
}

#[tokio::test]
async fn organizations_that_were_asked_for_are_granted_or_refused() {
    at_each_shell(async |app, shell| {
        let olga = account(app, "Olga").await;
        let olga = Actor::Person(base::Person::logged_in(olga, Role::Member, 1.into()));
        for name in ["The Gate", "The Other Gate"] {
            let form = OrganizationForm { name: name.into(), ..OrganizationForm::default() };
            app.running().hub.orgs.found(&olga, form).await.unwrap();
        }
        let waiting = shell.json(&["org", "list", "--state", "requested"]).await;
        assert_eq!(waiting.as_array().unwrap().len(), 2, "{waiting}");
        shell.ok(&["org", "grant", "the-gate", "--reason", "Everybody knows her."]).await;
        told_why(shell, "org.granted", "Everybody knows her.").await;
        shell.ok(&["org", "refuse", "the-other-gate", "Too like another one."]).await;
        shell.audited("org.refused").await;
        assert!(shell.fails(&["org", "grant", "the-gate"]).await.starts_with("guildhall: "));
    })
    .await;
}

#[tokio::test]
async fn an_organizations_policies_are_read_handed_on_and_put_back() {
    at_each_shell(async |app, shell| {
        account(app, "Olga").await;
        shell.ok(&["org", "create", "The Lantern", "--owner", "Olga"]).await;
        let may = async |action: &str| {
            let policies = shell.json(&["org", "policies", "the-lantern"]).await;
            let policies = policies.as_array().unwrap().iter();
            policies.filter(|policy| policy["action"] == action).map(|policy| policy["roles"].clone()).next().unwrap()
        };
        let by_default = may("invite_members").await;
        let others = may("answer_requests").await;
        let set = ["org", "set-policy", "the-lantern", "invite_members", "member", "moderator"];
        let foreseen = shell.ok(&[&set[..], &["--dry-run"]].concat()).await;
        assert!(foreseen.contains("would be changed: invite_members by member moderator owner"), "{foreseen}");
        assert_eq!(may("invite_members").await, by_default);
        assert_eq!(shell.ok(&set).await, "The Lantern: invite_members by member moderator owner.\n");
        shell.audited("org.policies_changed").await;
        assert_eq!(may("invite_members").await, serde_json::json!(["member", "moderator", "owner"]));
        // What was handed on before stays so when something else is.
        shell.ok(&["org", "set-policy", "the-lantern", "answer_requests", "member"]).await;
        assert_eq!(may("invite_members").await, serde_json::json!(["member", "moderator", "owner"]));
        assert!(shell.ok(&["org", "policies", "the-lantern"]).await.contains("its own"));
        for action in ["invite_members", "answer_requests"] {
            shell.ok(&["org", "set-policy", "the-lantern", action, "--default"]).await;
        }
        assert_eq!((may("invite_members").await, may("answer_requests").await), (by_default, others));
        let nothing = shell.fails(&["org", "set-policy", "the-lantern", "manage_policies", "member"]).await;
        assert!(nothing.contains("manage_policies is nothing that an organization decides"), "{nothing}");
    })
    .await;
}

#[tokio::test]
async fn who_wants_into_an_organization_is_let_in_invited_or_turned_away() {
    at_each_shell(async |app, shell| {
        account(app, "Olga").await;
        shell.ok(&["org", "create", "The Lantern", "--owner", "Olga"]).await;
        let lantern = app.running().hub.orgs.id_of(&Actor::Operator, "the-lantern").await.unwrap();
        let nobody = shell.run(&["org", "admissions", "the-lantern"]).await;
        assert!(nobody.err.contains("Nobody asks"), "{nobody:?}");
        for name in ["Vera", "Bert"] {
            let user = account(app, name).await;
            let themselves = Actor::Person(base::Person::logged_in(user, Role::Member, 1.into()));
            app.running().hub.orgs.ask(&themselves, lantern, "We met in the lobby.").await.unwrap();
        }
        let told = shell.ok(&["org", "admissions", "the-lantern"]).await;
        assert!(told.contains("asks: Vera") && told.contains("We met in the lobby."), "{told}");
        let foreseen = shell.ok(&["org", "admit", "the-lantern", "Vera", "--dry-run"]).await;
        assert!(foreseen.contains("would be changed: Vera let in"), "{foreseen}");
        assert_eq!(shell.ok(&["org", "admit", "the-lantern", "vera"]).await, "The Lantern has let in Vera.\n");
        assert_eq!(shell.ok(&["org", "turn-away", "the-lantern", "Bert"]).await, "The Lantern has turned away Bert.\n");
        assert!(shell.fails(&["org", "admit", "the-lantern", "Bert"]).await.starts_with("guildhall: "));
        assert!(shell.ok(&["org", "show", "the-lantern"]).await.contains("member  Vera"));

        shell.ok(&["org", "invite", "the-lantern", "Bert", "--as", "guest", "--dry-run"]).await;
        let invited = shell.ok(&["org", "invite", "the-lantern", "Bert", "--as", "guest"]).await;
        assert_eq!(invited, "The Lantern has invited Bert as guest.\n");
        shell.audited("org.invited").await;
        let waiting = shell.json(&["org", "admissions", "the-lantern"]).await;
        assert_eq!(waiting["invitations"][0]["who"]["name"], "Bert", "{waiting}");
        shell.ok(&["org", "withdraw-invitation", "the-lantern", "Bert"]).await;
        assert!(shell.fails(&["org", "invite", "the-lantern", "Nobody"]).await.contains("name: "));

        let link = shell.ok(&["org", "make-link", "the-lantern", "--uses", "3", "--days", "2"]).await;
        assert!(link.starts_with("/orgs/join?token=") && link.lines().count() == 1, "{link}");
        let waiting = shell.json(&["org", "admissions", "the-lantern"]).await;
        assert_eq!((&waiting["links"][0]["uses_left"], &waiting["invitations"]), (&3.into(), &serde_json::json!([])));
        let number = waiting["links"][0]["id"].to_string();
        assert!(shell.ok(&["org", "admissions", "the-lantern"]).await.contains(&format!("link {number}: as member")));
        shell.ok(&["org", "revoke-link", "the-lantern", &number, "--dry-run"]).await;
        shell.ok(&["org", "revoke-link", "the-lantern", &number]).await;
        assert!(shell.fails(&["org", "revoke-link", "the-lantern", &number]).await.starts_with("guildhall: "));
    })
    .await;
}
