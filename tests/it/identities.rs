//! Logging in by what another service says: there and back through the hub's own doors, with services that check what they are sent.

mod services;

use std::time::Duration;

use base::{Actor, Clock as _, Role, Secret};
use contract::settings::{Setting, Value};
use hyper::Method;
use services::{Account, Services};
use tests::{Answer, PASSWORD, Person, TestApp};

const LOGIN: &str = "__Host-guildhall";
const SIGN_IN: &str = "__Host-guildhall-sign-in";
const NEWCOMER: &str = "__Host-guildhall-newcomer";
const STEAM_ID: &str = "76561197960435530";
const DISCORD_ID: &str = "80351110224678912";

/// A hub with all services, and olga logged in at them.
async fn with_services() -> (TestApp, Services) {
    let services = Services::start().await;
    let app = TestApp::with(|settings| services.configure(settings)).await;
    services.keep_time(&app.clock);
    services.log_in(Account::new("u-1", "Olga"));
    (app, services)
}

/// Presses a button: the form of the page, with script or without the same.
async fn press(person: &mut Person, service: &str, fields: &[(&str, &str)]) -> Answer {
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
    let body = serde_urlencoded::to_string(fields).unwrap();
    person.send(Method::POST, &format!("/auth/{service}"), &headers, body.into()).await
}

/// Where a page leads on to by itself.
fn leads_to(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let url = answer.header("refresh").strip_prefix("0; url=").unwrap().to_owned();
    // Whose browser does not follow finds the same as a link.
    assert!(answer.body.contains(&url.replace('&', "&amp;")), "{}", answer.body);
    url
}

/// To the service and as far as the address one comes back to.
async fn go(person: &mut Person, services: &Services, service: &str, fields: &[(&str, &str)]) -> String {
    let going = press(person, service, fields).await;
    services.visit(&leads_to(&going)).await
}

/// All the way: what the hub answers to who comes back.
async fn sign_in(person: &mut Person, services: &Services, service: &str, fields: &[(&str, &str)]) -> Answer {
    let back = go(person, services, service, fields).await;
    person.get(&back).await
}

/// Joins by what a service says of whoever is logged in there.
async fn join(app: &TestApp, services: &Services, service: &str, name: &str) -> Person {
    let mut person = app.stranger().without_script();
    let answer = sign_in(&mut person, services, service, &[]).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/join?next=/"), "{}", answer.body);
    let joined = person.call("join", &[("name", name), ("email", "")]).await;
    assert_eq!((joined.status, joined.header("location")), (302, "/"), "{}", joined.body);
    person
}

/// A refusal is a page of ours that says why and leads back.
fn refused(answer: &Answer, status: u16, says: &str, again: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(answer.header("content-type").starts_with("text/html"));
    assert!(answer.body.contains(says), "{says:?} is not in {}", answer.body);
    assert!(answer.body.contains(&format!("<a href=\"{again}\">Try again</a>")), "{}", answer.body);
}

const GONE: &str = "has been used, took too long, or began in another browser";

#[tokio::test]
async fn a_newcomer_joins_by_a_provider_and_comes_again() {
    let (app, services) = with_services().await;
    let mut olga = app.stranger().without_script();
    for page in ["/login", "/register"] {
        let page = olga.get(page).await.seen();
        for label in ["Continue with The Club", "Continue with Rival", "Continue with Discord", "Continue with Steam"] {
            assert!(page.contains(label), "{label} is missing");
        }
        assert!(page.contains("action=\"/auth/club\""), "{page}");
    }
    let going = press(&mut olga, "club", &[("next", "/people")]).await;
    let (cookie, url) = (going.header("set-cookie").to_owned(), leads_to(&going));
    for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert_eq!(going.header("cache-control"), "no-store");
    assert!(!url.contains("s3cret"));

    let back = services.visit(&url).await;
    let came = olga.get(&back).await;
    assert_eq!((came.status, came.header("location")), (303, "/join?next=/people"), "{}", came.body);
    assert!(olga.cookie(SIGN_IN).is_none() && olga.cookie(LOGIN).is_none());
    let page = olga.get("/join?next=/people").await.seen();
    assert!(page.contains("The Club has told us who you are"), "{page}");
    assert!(page.contains("value=\"Olga\"") && page.contains("value=\"olga@example.org\""), "{page}");

    // A name that is no good is asked for again, with what was typed.
    let again = olga.call("join", &[("name", "x"), ("email", ""), ("next", "/people")]).await;
    assert_eq!(again.status, 302);
    assert!(olga.cookie(LOGIN).is_none());
    let joined = olga.call("join", &[("name", "Olga"), ("email", "olga@example.org"), ("next", "/people")]).await;
    assert_eq!((joined.status, joined.header("location")), (302, "/people"), "{}", joined.body);
    assert!(olga.cookie(LOGIN).is_some() && olga.cookie(NEWCOMER).is_none());
    let safety = olga.get("/account/safety").await.seen();
    assert!(safety.contains("The Club") && safety.contains(" · Olga"), "{safety}");
    assert!(safety.contains("olga@example.org, proved to be yours"), "{safety}");

    // Another day, another browser.
    app.clock.pass(Duration::from_hours(30));
    let mut later = app.stranger();
    let came = sign_in(&mut later, &services, "club", &[("next", "/account")]).await;
    assert_eq!((came.status, came.header("location")), (303, "/account"), "{}", came.body);
    assert!(later.get("/account").await.seen().contains("Olga"));
    // The same person at another provider is somebody else.
    let came = sign_in(&mut app.stranger(), &services, "rival", &[]).await;
    assert_eq!(came.header("location"), "/join?next=/");
}

#[tokio::test]
async fn discord_and_steam_say_who_somebody_is() {
    let (app, services) = with_services().await;
    for (service, subject, name) in [("discord", DISCORD_ID, "Dora"), ("steam", STEAM_ID, "Stan")] {
        services.log_in(Account::new(subject, name));
        let mut person = join(&app, &services, service, name).await;
        assert!(person.get("/account").await.seen().contains(name));
        let came = sign_in(&mut app.stranger(), &services, service, &[("next", "/account")]).await;
        assert_eq!((came.status, came.header("location")), (303, "/account"), "{}", came.body);
    }
    // Each code and each assertion is good once, also at the service.
    for service in ["discord", "steam"] {
        let mut person = app.stranger();
        services.log_in(Account::new(if service == "steam" { STEAM_ID } else { DISCORD_ID }, "X"));
        let back = go(&mut person, &services, service, &[]).await;
        assert_eq!(person.get(&back).await.status, 303);
        let fresh = go(&mut person, &services, service, &[]).await;
        // The old code, or signature, with the new state.
        let what = if service == "steam" { "openid.sig" } else { "code" };
        let value = |path: &str| {
            let query = path.split_once('?').unwrap().1;
            let all: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
            all.into_iter().find(|(key, _)| key == what).unwrap().1
        };
        let encode = |text: &str| serde_urlencoded::to_string([("", text)]).unwrap()[1..].to_owned();
        let mixed = fresh.replace(&encode(&value(&fresh)), &encode(&value(&back)));
        assert_ne!(mixed, fresh);
        refused(&person.get(&mixed).await, 401, "does not prove who you are", "/login");
    }
}

#[tokio::test]
async fn identities_are_linked_and_unlinked_by_their_owner() {
    let (app, services) = with_services().await;
    let mut olga = app.person("Olga").await.without_script();
    let page = olga.get("/account/safety").await.seen();
    assert!(page.contains("You have linked none yet.") && page.contains("Link The Club"), "{page}");
    for service in ["club", "discord", "steam"] {
        services.log_in(Account::new(if service == "club" { "u-1" } else { STEAM_ID }, "Olga"));
        let came = sign_in(&mut olga, &services, service, &[("link", "1"), ("next", "/people")]).await;
        assert_eq!((came.status, came.header("location")), (303, "/account/safety"), "{}", came.body);
    }
    services.log_in(Account::new("u-1", "Olga"));
    // A second time changes nothing.
    assert_eq!(sign_in(&mut olga, &services, "club", &[("link", "1")]).await.status, 303);
    let program = app.program_of("Olga").await;
    let listed = program.clone().get("/api/v1/me/identities").await.json();
    let providers: Vec<_> = listed.as_array().unwrap().iter().map(|one| one["provider"].as_str().unwrap()).collect();
    assert_eq!(providers, ["club", "discord", "steam"]);
    let offered = app.program().get("/api/v1/sign-in-providers").await.json();
    assert_eq!(offered[0], serde_json::json!({"id": "club", "name": "The Club"}));

    // She logs in by any of them.
    let came = sign_in(&mut app.stranger(), &services, "club", &[("next", "/account")]).await;
    assert_eq!(came.header("location"), "/account");
    // Unlinked on the page, and by a program whose login is fresh.
    let club = listed[0]["id"].to_string();
    assert_eq!(olga.call("unlink_identity", &[("identity", &club)]).await.status, 302);
    assert_eq!(sign_in(&mut app.stranger(), &services, "club", &[]).await.header("location"), "/join?next=/");
    // Nobody takes away what is another's.
    let eve = app.person("Eve").await.call("unlink_identity", &[("identity", &listed[1]["id"].to_string())]).await;
    assert_eq!(eve.status, 404);
    let left = app.program_of("Olga").await.get("/api/v1/me/identities").await.json();
    assert_eq!(left.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_last_way_in_stays() {
    let (app, services) = with_services().await;
    let mut ada = join(&app, &services, "club", "Ada").await;
    let (accounts, actor) = (&app.running().hub.accounts, identify(&app, &ada).await);
    let only = accounts.identities(&actor).await.unwrap()[0].id.get().to_string();
    let kept = ada.call("unlink_identity", &[("identity", &only)]).await;
    assert_eq!(kept.status, 302);
    let page = ada
        .get(kept.header("location").split_once("//").map_or("/", |(_, rest)| &rest[rest.find('/').unwrap()..]))
        .await;
    assert!(page.status == 200);
    assert_eq!(accounts.identities(&actor).await.unwrap().len(), 1);
    // With another one it may go.
    services.log_in(Account::new("u-9", "Ada"));
    assert_eq!(sign_in(&mut ada, &services, "rival", &[("link", "1")]).await.status, 303);
    ada.call("unlink_identity", &[("identity", &only)]).await;
    assert_eq!(accounts.identities(&actor).await.unwrap().len(), 1);
    assert_ne!(accounts.identities(&actor).await.unwrap()[0].id.get().to_string(), only);
}

async fn identify(app: &TestApp, person: &Person) -> Actor {
    let cookie = person.cookie(LOGIN).unwrap();
    app.running().hub.accounts.identify(cookie, None).await.unwrap().unwrap().actor
}

#[tokio::test]
async fn linking_asks_for_a_fresh_login_and_one_proves_by_a_service() {
    let (app, services) = with_services().await;
    let mut ada = join(&app, &services, "club", "Ada").await;
    // A stranger is led to log in.
    let stranger = press(&mut app.stranger(), "club", &[("link", "1")]).await;
    assert_eq!((stranger.status, stranger.header("location")), (303, "/login?next=/account/safety"));
    // Begun in time and back too late: nothing is linked.
    app.clock.pass(Duration::from_mins(9));
    services.log_in(Account::new("u-2", "Ada"));
    let back = go(&mut ada, &services, "rival", &[("link", "1")]).await;
    app.clock.pass(Duration::from_mins(8));
    refused(&ada.get(&back).await, 403, "Your login is some time old", "/account/safety");
    assert_eq!(app.running().hub.accounts.identities(&identify(&app, &ada).await).await.unwrap().len(), 1);
    // Somebody whose login is old is led to prove who they are, and can do that by what they have: the service.
    let led = press(&mut ada, "rival", &[("link", "1")]).await;
    assert_eq!((led.status, led.header("location")), (303, "/prove?next=/account/safety"));
    let page = ada.get("/prove?next=/account/safety").await.seen();
    assert!(page.contains("Continue with The Club") && !page.contains("Continue with Rival"), "{page}");
    let old = ada.cookie(LOGIN).unwrap().to_owned();
    services.log_in(Account::new("u-1", "Ada"));
    let came = sign_in(&mut ada, &services, "club", &[("next", "/account/safety")]).await;
    assert_eq!((came.status, came.header("location")), (303, "/account/safety"), "{}", came.body);
    // The old login's cookie is worth nothing any more.
    assert_ne!(ada.cookie(LOGIN), Some(old.as_str()));
    assert!(app.running().hub.accounts.identify(&old, None).await.unwrap().is_none());
    services.log_in(Account::new("u-2", "Ada"));
    assert_eq!(sign_in(&mut ada, &services, "rival", &[("link", "1")]).await.header("location"), "/account/safety");
}

#[tokio::test]
async fn somebody_elses_identity_is_linked_by_nobody() {
    let (app, services) = with_services().await;
    join(&app, &services, "club", "Olga").await;
    let mut eve = app.person("Eve").await;
    let taken = sign_in(&mut eve, &services, "club", &[("link", "1")]).await;
    refused(&taken, 409, "linked to another account here", "/account/safety");
    // An attacker's way back, taken by a victim's browser, links nothing to the victim, and logs nobody in as the attacker.
    services.log_in(Account::new("u-eve", "Eve"));
    let mut victim = app.person("Vera").await;
    for fields in [&[("link", "1")][..], &[]] {
        let back = go(&mut eve, &services, "club", fields).await;
        refused(&victim.get(&back).await, 401, GONE, "/account/safety");
        refused(&app.stranger().get(&back).await, 401, GONE, "/login");
        // And after that it is used up for the attacker, too.
        refused(&eve.get(&back).await, 401, GONE, "/account/safety");
    }
    assert!(app.running().hub.accounts.identities(&identify(&app, &victim).await).await.unwrap().is_empty());
    // A victim with a sign-in of their own under way is not given another's either.
    let (back_of_eve, _own) =
        (go(&mut eve, &services, "club", &[]).await, go(&mut victim, &services, "club", &[("link", "1")]).await);
    refused(&victim.get(&back_of_eve).await, 401, GONE, "/account/safety");
}

#[tokio::test]
async fn what_comes_back_twice_too_late_or_elsewhere_is_worth_nothing() {
    let (app, services) = with_services().await;
    let mut olga = join(&app, &services, "club", "Olga").await;
    olga.call("log_out", &[]).await;
    // Twice.
    let back = go(&mut olga, &services, "club", &[]).await;
    let cookie = olga.cookie(SIGN_IN).unwrap().to_owned();
    assert_eq!(olga.get(&back).await.status, 303);
    let mut replay = app.stranger();
    replay.plant_cookie(SIGN_IN, &cookie);
    refused(&replay.get(&back).await, 401, GONE, "/login");
    assert!(replay.cookie(LOGIN).is_none());
    // In another browser, with another cookie, and without any.
    for planted in ["", "another", &"x".repeat(4000)] {
        let back = go(&mut olga, &services, "club", &[]).await;
        let mut thief = app.stranger();
        if !planted.is_empty() {
            thief.plant_cookie(SIGN_IN, planted);
        }
        refused(&thief.get(&back).await, 401, GONE, "/login");
        assert!(thief.cookie(LOGIN).is_none());
    }
    // After ten minutes.
    let back = go(&mut olga, &services, "club", &[]).await;
    app.clock.pass(Duration::from_mins(10));
    refused(&olga.get(&back).await, 401, GONE, "/account/safety");
    // Without a state, with two of them, and with nothing at all.
    let mut stranger = app.stranger();
    for query in ["", "?code=x", "?state=a&state=b&code=x", "?state=x&code=x", "?state=%ff", "?%00=&&&="] {
        refused(&stranger.get(&format!("/auth/club/back{query}")).await, 401, GONE, "/login");
    }
}

#[tokio::test]
async fn answers_of_one_service_are_worth_nothing_at_another() {
    let (app, services) = with_services().await;
    let mut olga = app.stranger();
    // Begun at one, back at the other.
    let back = go(&mut olga, &services, "club", &[]).await;
    refused(&olga.get(&back.replace("/auth/club/", "/auth/rival/")).await, 401, GONE, "/login");
    // The other one's code and name at the first one's address (RFC 9207).
    let club = press(&mut olga, "club", &[]).await;
    let state = leads_to(&club).split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let rival = go(&mut app.stranger(), &services, "rival", &[]).await;
    let query: Vec<(String, String)> = serde_urlencoded::from_str(rival.split_once('?').unwrap().1).unwrap();
    let code = query.iter().find(|(key, _)| key == "code").unwrap().1.clone();
    let iss = query.iter().find(|(key, _)| key == "iss").unwrap().1.clone();
    let mixed = serde_urlencoded::to_string([("code", &code), ("state", &state), ("iss", &iss)]).unwrap();
    refused(&olga.get(&format!("/auth/club/back?{mixed}")).await, 401, "does not prove who you are", "/login");
    // Even where it hides its name, the code is none at the first.
    let club = press(&mut olga, "club", &[]).await;
    let state = leads_to(&club).split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let own = iss.replace("/rival", "/club");
    let mixed = serde_urlencoded::to_string([("code", &code), ("state", &state), ("iss", &own)]).unwrap();
    refused(&olga.get(&format!("/auth/club/back?{mixed}")).await, 401, "does not prove who you are", "/login");
    // A service nobody has configured.
    for path in ["/auth/nowhere/back?state=x", "/auth/CLUB/back?state=x", "/auth/club%2F..%2Frival/back"] {
        assert_eq!(olga.get(path).await.status, 404, "{path}");
    }
    assert_eq!(press(&mut olga, "nowhere", &[]).await.status, 404);
    assert!(olga.cookie(LOGIN).is_none());
}

#[tokio::test]
async fn what_goes_wrong_there_is_told_here() {
    let (app, services) = with_services().await;
    let mut olga = app.stranger();
    services.deny(true);
    refused(&sign_in(&mut olga, &services, "club", &[]).await, 403, "The other service said no, or you did", "/login");
    services.deny(false);
    services.forge(true);
    refused(&sign_in(&mut olga, &services, "club", &[]).await, 401, "does not prove who you are", "/login");
    services.forge(false);
    // In the reader's language.
    let mut brazilian = app.stranger().saying("accept-language", "pt-BR");
    services.deny(true);
    let told = sign_in(&mut brazilian, &services, "discord", &[]).await;
    assert!(told.body.contains("O outro serviço disse não"), "{}", told.body);
    services.deny(false);

    // One that is away.
    let away = TestApp::with(|settings| {
        services.configure(settings);
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        settings.sign_in[0].issuer = format!("http://127.0.0.1:{port}");
    })
    .await;
    let answer = press(&mut away.stranger(), "club", &[]).await;
    refused(&answer, 503, "be reached just now", "/login");
    assert!(!answer.header("retry-after").is_empty());
    // And where there is none, nothing is said of them.
    let bare = TestApp::start().await;
    let mut stranger = bare.stranger();
    for page in ["/login", "/register"] {
        assert!(!stranger.get(page).await.seen().contains("elsewhere"), "{page}");
    }
    assert!(!bare.person("Olga").await.get("/account/safety").await.seen().contains("Accounts elsewhere"));
    assert_eq!(bare.program().get("/api/v1/sign-in-providers").await.json(), serde_json::json!([]));
    assert_eq!(press(&mut stranger, "club", &[]).await.status, 404);
}

#[tokio::test]
async fn one_goes_on_to_a_page_of_this_site_only() {
    let (app, services) = with_services().await;
    let mut olga = join(&app, &services, "club", "Olga").await;
    for (wanted, next) in [
        ("/account?a=b", "/account?a=b"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/api/log_out", "/"),
        ("/auth/club/back", "/"),
        ("/\r\nSet-Cookie: a=b", "/"),
    ] {
        let came = sign_in(&mut olga, &services, "club", &[("next", wanted)]).await;
        assert_eq!((came.status, came.header("location")), (303, next), "{wanted}");
    }
    // Nor can the page where a name is chosen be made to lead away.
    services.log_in(Account::new("u-5", "Nils"));
    let mut nils = app.stranger().without_script();
    sign_in(&mut nils, &services, "club", &[]).await;
    let joined = nils.call("join", &[("name", "Nils"), ("email", ""), ("next", "//evil.example")]).await;
    assert_eq!(joined.header("location"), "/");
}

#[tokio::test]
async fn the_way_there_begins_on_a_page_of_ours() {
    let (app, _services) = with_services().await;
    let form = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "cross-site")];
    let mut victim = app.person("Vera").await;
    let forced = victim.send(Method::POST, "/auth/club", &form, "link=1".into()).await;
    assert_eq!(forced.status, 403, "{}", forced.body);
    // No link begins one.
    assert_eq!(victim.get("/auth/club").await.status, 405);
    let headers = [("content-type", "application/json"), ("sec-fetch-site", "same-origin")];
    assert_eq!(victim.send(Method::POST, "/auth/club", &headers, "{}".into()).await.status, 422);
}

#[tokio::test]
async fn an_address_line_can_not_change_where_services_send_people() {
    let (app, _services) = with_services().await;
    let mut stranger = app.stranger().saying("host", "evil.example").saying("x-forwarded-host", "evil.example");
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
    let going = stranger.send(Method::POST, "/auth/club", &headers, "".into()).await;
    let url = leads_to(&going);
    assert!(
        url.contains(&format!("redirect_uri=http%3A%2F%2F127.0.0.1%3A{}%2Fauth%2Fclub%2Fback", app.at().port())),
        "{url}"
    );
    assert!(!url.contains("evil"));
}

#[tokio::test]
async fn who_may_not_come_in_does_not_come_in_this_way() {
    let (app, services) = with_services().await;
    let accounts = &app.running().hub.accounts;
    let olga = join(&app, &services, "club", "Olga").await;
    let me = identify(&app, &olga).await.user().unwrap();
    // A second factor is asked for all the same.
    let mut at_home = olga.clone().saying("accept", "application/json");
    let begun = at_home.call("begin_totp", &[]).await;
    assert_eq!(begun.status, 200, "{}", begun.body);
    let key = totp_rs::Secret::try_from_base32(begun.json()["key"].as_str().unwrap().replace(' ', "")).unwrap();
    let secs = u64::try_from(app.clock.now().0).unwrap() / 1000;
    let code = totp_rs::Builder::new().with_secret(key).build_noncompliant().generate(secs).to_string();
    assert_eq!(at_home.call("confirm_totp", &[("code", &code)]).await.status, 200);
    let mut later = app.stranger();
    let came = sign_in(&mut later, &services, "club", &[("next", "/account")]).await;
    assert_eq!((came.status, came.header("location")), (303, "/login/step?next=/account"));
    assert!(later.cookie(LOGIN).is_none());
    // Locked.
    accounts.act_on(&Actor::Operator, me, accounts::Deed::Lock, "a story").await.unwrap();
    refused(&sign_in(&mut later, &services, "club", &[]).await, 403, "This account is locked", "/login");
    // A closed hub takes nobody new, whoever vouches for them.
    accounts.hub().set(&Actor::Operator, Setting::Registration, Value::Flag(false)).await.unwrap();
    services.log_in(Account::new("u-77", "Nils"));
    refused(&sign_in(&mut later, &services, "club", &[]).await, 403, "New accounts are not being taken", "/login");
    let gone = later.get("/join").await;
    assert!(gone.seen().contains("This log-in has run out"), "{}", gone.body);
}

#[tokio::test]
async fn an_address_that_a_service_has_verified_is_proved_and_no_other() {
    let (app, services) = with_services().await;
    let accounts = &app.running().hub.accounts;
    accounts.create_user(&Actor::Operator, "Freya", Secret::new(PASSWORD), Role::Owner).await.unwrap();
    accounts.hub().set(&Actor::Operator, Setting::VerifiedAddressRequired, Value::Flag(true)).await.unwrap();
    for (subject, verified, next) in [("u-1", true, "/"), ("u-2", false, "/login/step?next=/")] {
        let name = format!("Olga{}", &subject[2..]);
        services.log_in(Account { verified, ..Account::new(subject, &name) });
        let mut person = app.stranger().without_script();
        sign_in(&mut person, &services, "club", &[]).await;
        let email = format!("{}@example.org", name.to_lowercase());
        let page = person.get("/join").await.seen();
        assert_eq!(page.contains(&format!("value=\"{email}\"")), verified, "{page}");
        let none = person.call("join", &[("name", &name), ("email", "")]).await;
        assert_ne!(none.header("location"), "/", "an address is asked for");
        let joined = person.call("join", &[("name", &name), ("email", &email)]).await;
        assert_eq!(joined.header("location"), next, "{}", joined.body);
    }
}
