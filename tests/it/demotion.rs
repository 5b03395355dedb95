//! Who loses a role, or is locked, has lost it with the next request: in every browser, program, open socket and guise.

use base::{Actor, OrgId, Role, Secret, UserId};
use contract::{live::Topic, organization::OrganizationForm};
use db::testing::each_place;
use hyper::Method;
use serde_json::{Value, json};
use tests::{LivePage, PASSWORD, Person, Program, TestApp};

/// A hub on each database.
async fn at_each(story: impl AsyncFn(&TestApp)) {
    each_place(async |place| {
        let app = TestApp::with(|settings| settings.database_url.clone_from(&place.address)).await;
        story(&app).await;
        assert!(app.stop().await);
    })
    .await;
}

/// The owner's program, an admin and a member.
async fn company(app: &TestApp) -> (Program, UserId, UserId) {
    let freya = app.owner_program().await;
    (freya, somebody(app, "Ada", Role::Admin).await, somebody(app, "Olga", Role::Member).await)
}

async fn somebody(app: &TestApp, name: &str, role: Role) -> UserId {
    let accounts = &app.running().hub.accounts;
    accounts.create_user(&Actor::Operator, name, Secret::new(PASSWORD), role).await.unwrap().id
}

async fn log_in(app: &TestApp, name: &str) -> Person {
    let mut person = app.stranger();
    let answer = person.call("log_in", &[("name", name), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    person
}

/// A token that somebody makes themselves.
async fn token_by_hand(program: &mut Program, grants: &str) -> String {
    let made = program.post("/api/v1/me/tokens", &json!({ "name": "Bot", "grants": grants })).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.json()["token"].as_str().unwrap().to_owned()
}

/// A socket the hub has told something, so that it surely has its seat.
async fn seated(mut page: LivePage) -> LivePage {
    page.follow(Topic::Site).await;
    page.told().await;
    page
}

/// Everything an admin may have open at once.
struct Open {
    browser: Person,
    /// Another browser, in which she looks with Olga's eyes.
    guise: Person,
    program: Program,
    /// With which the program would get its next token.
    refresh: Value,
    /// By a token that was made by hand.
    bot: Program,
    sockets: Vec<(&'static str, LivePage)>,
}

impl Open {
    async fn of_ada(app: &TestApp, olga: UserId) -> Self {
        let mut browser = log_in(app, "Ada").await;
        let mut guise = log_in(app, "Ada").await;
        let looks = guise.call("admin_put_on_guise", &[("user", &olga.to_string())]).await;
        assert_eq!(looks.status, 200, "{}", looks.body);
        let form = json!({ "grant": "password", "name": "Ada", "password": PASSWORD });
        let granted = app.program().post("/api/v1/auth/token", &form).await.json();
        let access = granted["access_token"].as_str().unwrap();
        let mut program = app.program().with_token(access);
        let token = token_by_hand(&mut program, "administration:write people:write lobby:read account:read").await;
        let mut bot = app.program().with_token(&token);

        assert_eq!(browser.get("/admin/users").await.status, 200);
        assert_eq!(browser.call("admin_users", &[]).await.status, 200);
        assert!(guise.get("/").await.seen().contains("You see the hub as Olga does"));
        assert_eq!(program.get("/api/v1/users").await.status, 200);
        assert_eq!(bot.get("/api/v1/users").await.status, 200);
        let sockets = vec![
            ("the browser's", seated(app.page_of(&browser).await).await),
            ("the guise's", seated(app.page_of(&guise).await).await),
            ("the program's", seated(app.live_with_token(access).await).await),
            ("the bot's", seated(app.live_with_token(&token).await).await),
        ];
        Self { browser, guise, program, refresh: granted["refresh_token"].clone(), bot, sockets }
    }

    /// Whatever hung on a login: gone with the next request, and no socket is left. Gives back the bot, of which more is to be said.
    async fn has_ended(self, app: &TestApp) -> Program {
        let Self { mut browser, mut guise, mut program, refresh, bot, sockets } = self;
        assert_eq!(browser.call("admin_users", &[]).await.status, 401);
        let sent = browser.get("/admin/users").await;
        assert_eq!((sent.status, sent.header("location")), (303, "/login?next=/admin/users"));
        assert!(!guise.get("/").await.seen().contains("You see the hub as"), "the guise has fallen");
        assert_eq!(guise.call("account", &[]).await.status, 401);
        assert_eq!(guise.call("take_off_guise", &[]).await.status, 401);
        assert_eq!(program.get("/api/v1/users").await.status, 401);
        let again = json!({ "grant": "refresh", "refresh_token": refresh });
        assert_eq!(app.program().post("/api/v1/auth/token", &again).await.status, 401);
        for (whose, socket) in sockets {
            assert_eq!(u16::from(socket.closed().await), 1008, "{whose} socket");
        }
        bot
    }
}

#[tokio::test]
async fn an_admin_who_is_one_no_more_loses_it_everywhere_with_the_next_request() {
    at_each(async |app| {
        let (mut freya, ada, olga) = company(app).await;
        let open = Open::of_ada(app, olga).await;

        let path = format!("/api/v1/users/{ada}/role");
        let set = freya.send(Method::PUT, &path, &json!({ "role": "member" })).await;
        assert_eq!(set.status, 204, "{}", set.body);
        let mut bot = open.has_ended(app).await;

        // What was made by hand is still hers, and does what a member may.
        assert_eq!(bot.get("/api/v1/me").await.json()["role"], "member");
        for path in ["/api/v1/users", "/api/v1/settings", "/api/v1/audit", "/api/v1/jobs"] {
            assert_eq!(bot.get(path).await.status, 403, "{path}");
        }
        let path = format!("/api/v1/users/{olga}/lock");
        assert_eq!(bot.ask(Method::PUT, &path).await.status, 403);

        // She comes in again as what she is now.
        let mut browser = log_in(app, "Ada").await;
        assert_eq!(browser.get("/admin/users").await.status, 403);
        assert_eq!(browser.call("admin_users", &[]).await.status, 403);
        assert_eq!(browser.call("admin_put_on_guise", &[("user", &olga.to_string())]).await.status, 403);
    })
    .await;
}

#[tokio::test]
async fn a_role_taken_at_the_machine_is_gone_in_the_hub_that_runs() {
    at_each(async |app| {
        somebody(app, "Freya", Role::Owner).await;
        somebody(app, "Ada", Role::Admin).await;
        let olga = somebody(app, "Olga", Role::Member).await;
        let open = Open::of_ada(app, olga).await;
        // The command has a database of its own open, as it has in another process.
        app.shell().ok(&["user", "set-role", "Ada", "moderator"]).await;
        let mut bot = open.has_ended(app).await;
        assert_eq!(bot.get("/api/v1/users").await.status, 403);
    })
    .await;
}

#[tokio::test]
async fn who_is_locked_is_out_at_every_door() {
    at_each(async |app| {
        let (mut freya, ada, olga) = company(app).await;
        let open = Open::of_ada(app, olga).await;
        let locked = freya.ask(Method::PUT, &format!("/api/v1/users/{ada}/lock")).await;
        assert_eq!(locked.status, 204, "{}", locked.body);
        let mut bot = open.has_ended(app).await;
        assert_eq!(bot.get("/api/v1/me").await.status, 401, "also what was made by hand");
        let entered = app.stranger().call("log_in", &[("name", "Ada"), ("password", PASSWORD)]).await;
        assert_eq!(entered.status, 403, "{}", entered.body);
        let form = json!({ "grant": "password", "name": "Ada", "password": PASSWORD });
        assert_eq!(app.program().post("/api/v1/auth/token", &form).await.status, 403);

        // Unlocked, the bot is let in again; nothing else comes back by itself.
        assert_eq!(freya.ask(Method::DELETE, &format!("/api/v1/users/{ada}/lock")).await.status, 204);
        assert_eq!(bot.get("/api/v1/users").await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn a_socket_is_not_left_to_who_has_no_other_login() {
    at_each(async |app| {
        let mut freya = app.owner_program().await;
        let mut olga = app.program_of("Olga").await;
        let token = token_by_hand(&mut olga, "lobby:read").await;
        // From here on the token is all there is of her.
        let user = app.running().hub.accounts.find_user(&Actor::Operator, "Olga").await.unwrap().unwrap().id;
        assert_eq!(freya.ask(Method::DELETE, &format!("/api/v1/users/{user}/sessions")).await.status, 204);
        let page = seated(app.live_with_token(&token).await).await;
        assert_eq!(freya.ask(Method::PUT, &format!("/api/v1/users/{user}/lock")).await.status, 204);
        assert_eq!(u16::from(page.closed().await), 1008);
    })
    .await;
}

#[tokio::test]
async fn who_is_banned_is_out_with_what_was_made_by_hand_too() {
    at_each(async |app| {
        let mut olga = app.program_of("Olga").await;
        let token = token_by_hand(&mut olga, "lobby:read account:read").await;
        let mut bot = app.program().with_token(&token);
        assert_eq!(bot.get("/api/v1/me").await.status, 200);
        let page = seated(app.live_with_token(&token).await).await;
        app.shell().ok(&["sanction", "add", "--name", "Olga", "--kind", "ban", "--reason", "Shouting."]).await;
        assert_eq!(u16::from(page.closed().await), 1008);
        assert_eq!(bot.get("/api/v1/me").await.status, 401);
        assert_eq!(olga.get("/api/v1/me").await.status, 401);
    })
    .await;
}

#[tokio::test]
async fn a_guise_is_of_no_use_any_more_when_its_subject_is_locked_or_has_risen() {
    at_each(async |app| {
        let (mut freya, _, olga) = company(app).await;
        for end in ["lock", "role"] {
            let mut ada = log_in(app, "Ada").await;
            let began = ada.call("admin_put_on_guise", &[("user", &olga.to_string())]).await;
            assert_eq!(began.status, 200, "{}", began.body);
            let path = format!("/api/v1/users/{olga}/{end}");
            let done = match end {
                "role" => freya.send(Method::PUT, &path, &json!({ "role": "owner" })).await,
                _ => freya.ask(Method::PUT, &path).await,
            };
            assert_eq!(done.status, 204, "{}", done.body);
            assert_eq!(ada.get("/admin/users").await.status, 200, "{end}: she is herself again, and nobody above her");
            if end == "lock" {
                assert_eq!(freya.ask(Method::DELETE, &path).await.status, 204);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn in_an_organization_a_role_is_worth_what_it_is_now() {
    at_each(async |app| {
        let (mut freya, mut olga) = (app.owner_program().await, app.program_of("Olga").await);
        let mut browser = log_in(app, "Olga").await;
        let orgs = &app.running().hub.orgs;
        let form = OrganizationForm { name: "The Lantern".into(), joining: "open".into(), ..Default::default() };
        orgs.found_for(&Actor::Operator, "Freya", form).await.unwrap();
        let lantern: OrgId = orgs.id_of(&Actor::Operator, "the-lantern").await.unwrap();
        let joined = browser.call("join_organization", &[("organization", &lantern.to_string())]).await;
        assert_eq!(joined.status, 200, "{}", joined.body);
        let user = app.running().hub.accounts.find_user(&Actor::Operator, "Olga").await.unwrap().unwrap().id;
        let (role, trail) = (
            format!("/api/v1/organizations/{lantern}/members/{user}/role"),
            format!("/api/v1/organizations/{lantern}/audit"),
        );
        for (role_now, status) in [("admin", 200), ("member", 403), ("admin", 200), ("guest", 403)] {
            let set = freya.send(Method::PUT, &role, &json!({ "role": role_now })).await;
            assert_eq!(set.status, 204, "{}", set.body);
            // No login ends by it: the role is asked for with each request.
            assert_eq!(olga.get(&trail).await.status, status, "{role_now}");
            let page = browser.call("organization_trail", &[("slug", "the-lantern")]).await;
            assert_eq!(page.status, status, "{role_now}: {}", page.body);
        }
    })
    .await;
}
