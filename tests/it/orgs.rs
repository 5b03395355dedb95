//! Organizations, through the site's own forms and the API.

use std::collections::BTreeMap;

use base::{Actor, OrgId, Role, Secret};
use contract::organization::{InvitationLinkForm, OrganizationForm};
use hyper::Method;
use serde_json::{Value, json};
use tests::{Answer, Person, TestApp, until};

const ROLES: [Role; 7] =
    [Role::Guest, Role::Member, Role::Editor, Role::Organiser, Role::Moderator, Role::Admin, Role::Owner];

/// An organization with somebody in each role, somebody who belongs to another one, and a stranger.
struct Hall {
    app: TestApp,
    id: OrgId,
    people: BTreeMap<&'static str, Person>,
}

impl Hall {
    async fn open(visibility: &str) -> Self {
        let app = TestApp::start().await;
        let mut people = BTreeMap::from([("stranger", app.stranger())]);
        for role in ROLES {
            people.insert(role.word(), app.person(&format!("A {}", role.word())).await);
        }
        people.insert("elsewhere", app.person("A outsider").await);
        let form =
            |name: &str| OrganizationForm { name: name.into(), visibility: visibility.into(), ..Default::default() };
        let orgs = &app.running().hub.orgs;
        let id = orgs.found_for(&Actor::Operator, "A owner", form("Lantern")).await.unwrap().id;
        orgs.found_for(&Actor::Operator, "A outsider", form("Elsewhere")).await.unwrap();
        let hall = Self { app, id, people };
        for role in ROLES.into_iter().filter(|role| *role != Role::Owner) {
            hall.let_in(role).await;
        }
        hall
    }

    async fn let_in(&self, role: Role) {
        let (orgs, name) = (&self.app.running().hub.orgs, format!("A {}", role.word()));
        let link = InvitationLinkForm { role: Role::Member, uses: 1, days: 1 };
        let token = orgs.make_link(&Actor::Operator, self.id, &link).await.unwrap().token;
        let followed = self.people[role.word()].clone().call("follow_invitation", &[("token", &token)]).await;
        assert_eq!(followed.status, 200, "{}", followed.body);
        if role != Role::Member {
            let user = orgs.member_named(&Actor::Operator, self.id, &name).await.unwrap();
            orgs.set_role(&Actor::Operator, self.id, user, role).await.unwrap();
        }
    }

    async fn user(&self, name: &str) -> String {
        let found = self.app.running().hub.accounts.find_user(&Actor::Operator, name).await.unwrap();
        found.unwrap().id.to_string()
    }

    fn who(&self, who: &str) -> Person {
        self.people[who].clone()
    }

    /// What somebody is answered when they send the form to the function.
    async fn call(&self, who: &str, function: &str, fields: &[(&str, &str)]) -> Answer {
        let id = self.id.to_string();
        let mut all = vec![("organization", id.as_str())];
        all.extend_from_slice(fields);
        self.who(who).call(function, &all).await
    }
}

fn code(answer: &Answer) -> Value {
    answer.json()["problem"]["code"].clone()
}

/// A server function, who may call it, and its fields.
type Door<'a> = (&'a str, Role, Vec<(&'a str, &'a str)>);

#[tokio::test]
async fn every_door_asks_for_the_role_that_the_table_says() {
    let hall = Hall::open("public").await;
    let target = hall.user("A guest").await;
    // Each changes nothing that another asks for: it is refused at the door, or later because there is nothing to do.
    let nobody = "999999";
    let doors: [Door<'_>; 12] = [
        ("invite_member", Role::Moderator, vec![("name", "Nobody Here"), ("role", "member")]),
        ("make_invitation_link", Role::Moderator, vec![("role", "member"), ("uses", "1"), ("days", "1")]),
        ("revoke_invitation_link", Role::Moderator, vec![("link", nobody)]),
        ("withdraw_invitation", Role::Moderator, vec![("user", nobody)]),
        ("answer_join_request", Role::Moderator, vec![("user", nobody), ("answer", "yes")]),
        ("set_member_role", Role::Admin, vec![("user", target.as_str()), ("role", "guest")]),
        ("remove_member", Role::Admin, vec![("user", nobody)]),
        ("revise_organization", Role::Admin, vec![("name", "Lantern")]),
        ("set_organization_policies", Role::Owner, vec![]),
        ("offer_organization", Role::Owner, vec![("user", nobody)]),
        ("withdraw_organization_offer", Role::Owner, vec![]),
        ("reopen_organization", Role::Owner, vec![]),
    ];
    for (function, least, fields) in doors {
        let stranger = hall.call("stranger", function, &fields).await;
        assert_eq!(stranger.status, 401, "a stranger at {function}: {}", stranger.body);
        for who in ["elsewhere", "guest", "member", "editor", "organiser", "moderator", "admin", "owner"] {
            let answer = hall.call(who, function, &fields).await;
            let may = Role::from_word(who).is_some_and(|role| role >= least);
            // What is decided by rank stands in the table, too: organiser is above editor and may no more than a member.
            assert_eq!(answer.status != 403, may, "{who} at {function}: {} {}", answer.status, answer.body);
        }
    }
}

#[tokio::test]
async fn pages_are_there_for_whom_they_concern() {
    let hall = Hall::open("public").await;
    for (page, least) in [
        ("", None),
        ("/members", Some(Role::Member)),
        ("/admissions", Some(Role::Moderator)),
        ("/audit", Some(Role::Admin)),
    ] {
        for who in ["elsewhere", "guest", "member", "organiser", "moderator", "admin", "owner"] {
            let answer = hall.who(who).get(&format!("/orgs/lantern{page}")).await;
            let may = least.is_none_or(|least| Role::from_word(who).is_some_and(|role| role >= least));
            assert_eq!(answer.status, if may { 200 } else { 403 }, "{who} at {page}");
            assert_eq!(answer.body.contains("<h1>Lantern<"), may, "{who} at {page}");
        }
        let stranger = hall.who("stranger").get(&format!("/orgs/lantern{page}")).await;
        if least.is_some() {
            assert_eq!(stranger.header("location"), format!("/login?next=/orgs/lantern{page}"));
        } else {
            assert!(stranger.body.contains("<h1>Lantern<") && stranger.body.contains("A owner"));
        }
    }
    // The buttons are those of the role.
    let of = async |who: &str| hall.who(who).get("/orgs/lantern").await.body;
    assert!(
        of("owner").await.contains("/orgs/lantern/policies") && !of("admin").await.contains("/orgs/lantern/policies")
    );
    assert!(
        of("member").await.contains("/orgs/lantern/members") && !of("guest").await.contains("/orgs/lantern/members")
    );
}

#[tokio::test]
async fn a_hidden_one_is_nowhere_for_those_outside() {
    let hall = Hall::open("hidden").await;
    let target = hall.user("A guest").await;
    for who in ["stranger", "elsewhere"] {
        for page in ["", "/members", "/admissions", "/settings", "/policies", "/audit"] {
            let (hidden, absent) = (
                hall.who(who).get(&format!("/orgs/lantern{page}")).await,
                hall.who(who).get(&format!("/orgs/nowhere{page}")).await,
            );
            assert_eq!((hidden.status, absent.status), (404, 404), "{who} at {page}");
            assert!(!hidden.body.contains("Lantern"), "{who} at {page}");
        }
    }
    let absent = OrgId::from(999_999).to_string();
    for (function, fields) in [
        ("join_organization", vec![]),
        ("ask_to_join", vec![("message", "")]),
        ("leave_organization", vec![]),
        ("invite_member", vec![("name", "A guest"), ("role", "member")]),
        ("set_member_role", vec![("user", target.as_str()), ("role", "admin")]),
        ("revise_organization", vec![("name", "Mine now")]),
        ("close_organization", vec![]),
    ] {
        let hidden = hall.call("elsewhere", function, &fields).await;
        let mut there: Vec<(&str, &str)> = vec![("organization", &absent)];
        there.extend_from_slice(&fields);
        let nowhere = hall.who("elsewhere").call(function, &there).await;
        assert_eq!((hidden.status, &hidden.body), (nowhere.status, &nowhere.body), "{function}");
        assert_eq!(hidden.status, 404, "{function}");
    }
    assert!(!hall.who("elsewhere").get("/orgs").await.body.contains("Lantern"));
    assert!(hall.who("member").get("/orgs").await.body.contains("Lantern"), "among one's own");

    let mut program = hall.app.program_of("A outsider").await;
    let paths = ["", "/members", "/admissions", "/policies", "/audit"];
    for path in paths {
        let answers = [hall.id.get(), 999_999].map(|id| format!("/api/v1/organizations/{id}{path}"));
        assert_eq!(program.get(&answers[0]).await.status, 404, "{path}");
        assert_eq!(program.get(&answers[1]).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_former_address_leads_to_the_present_one() {
    let hall = Hall::open("public").await;
    let moved = hall.call("admin", "revise_organization", &[("name", "Lantern"), ("slug", "the-lantern")]).await;
    assert_eq!(moved.status, 200, "{}", moved.body);
    for page in ["", "/members"] {
        let answer = hall.who("member").get(&format!("/orgs/lantern{page}")).await;
        assert!((300..400).contains(&answer.status), "{}", answer.status);
        assert_eq!(answer.header("location"), format!("/orgs/the-lantern{page}"));
    }
    let taken = hall.who("elsewhere").call("found_organization", &[("name", "Another"), ("slug", "lantern")]).await;
    assert_eq!(taken.json()["problem"]["fields"][0]["code"], "taken", "{}", taken.body);
}

#[tokio::test]
async fn one_is_asked_for_granted_and_joined_without_script() {
    let app = TestApp::start().await;
    let mut olga = app.person("Olga").await.without_script();
    assert!(olga.get("/orgs/new").await.body.contains("has to grant it first"));
    let form = [
        ("name", "The Northern Gate"),
        ("description", "Two\nlines"),
        ("visibility", "public"),
        ("joining", "request"),
    ];
    let asked = olga.call("found_organization", &form).await;
    assert_eq!((asked.status, asked.header("location")), (302, "/orgs/the-northern-gate"));
    let page = olga.get("/orgs/the-northern-gate").await;
    assert!(page.body.contains("Two\nlines") && page.body.contains("has been asked for"));
    assert_eq!(app.stranger().get("/orgs/the-northern-gate").await.status, 404);

    let wrong = olga.call("found_organization", &[("name", "the northern gate"), ("slug", "-")]).await;
    let (_, query) = wrong.header("location").split_once('?').expect("the error travels in the query");
    let back = olga.get(&format!("/orgs/new?{query}")).await;
    assert!(back.body.contains("role=\"alert\"") && back.body.contains("value=\"the northern gate\""), "{}", back.body);

    let orgs = &app.running().hub.orgs;
    let id = orgs.id_of(&Actor::Operator, "the-northern-gate").await.unwrap();
    orgs.grant(&Actor::Operator, id, "").await.unwrap();
    let number = id.to_string();
    let mut vera = app.person("Vera").await.without_script();
    let asked = vera.call("ask_to_join", &[("organization", &number), ("message", "Let me in <b>please</b>")]).await;
    assert_eq!(asked.status, 302);
    assert!(vera.get("/orgs/the-northern-gate").await.body.contains("You asked to join."));
    let waiting = olga.get("/orgs/the-northern-gate/admissions").await.body;
    assert!(waiting.contains("Vera") && waiting.contains("&lt;b&gt;please&lt;/b&gt;"), "what people write is text");
    let user = app.running().hub.accounts.find_user(&Actor::Operator, "Vera").await.unwrap().unwrap().id.to_string();
    let fields = [("organization", number.as_str()), ("user", &user), ("answer", "yes")];
    assert_eq!(olga.call("answer_join_request", &fields).await.status, 302);
    assert!(vera.get("/orgs/the-northern-gate/members").await.body.contains("Vera"));
}

#[tokio::test]
async fn a_link_shows_what_it_leads_to_and_lets_in_once() {
    let hall = Hall::open("hidden").await;
    let made = hall.call("owner", "make_invitation_link", &[("role", "member"), ("uses", "1"), ("days", "7")]).await;
    let link: String = serde_json::from_str(&made.body).unwrap();
    let (_, path) = link.split_once("/orgs/").unwrap();
    let path = format!("/orgs/{path}");
    let page = hall.who("stranger").get(&path).await;
    assert!(page.body.contains("Lantern") && page.body.contains("/login?next=/orgs/join?token="), "{}", page.body);
    assert_eq!(page.header("cache-control"), "no-store");
    let token = path.split_once("token=").unwrap().1.to_owned();
    let mut outsider = hall.who("elsewhere");
    assert!(outsider.get(&path).await.body.contains("Come in"));
    let followed = outsider.call("follow_invitation", &[("token", &token)]).await;
    assert_eq!((followed.status, followed.body.as_str()), (200, "\"/orgs/lantern\""));
    let mut late = hall.app.person("Late").await;
    let refused = late.call("follow_invitation", &[("token", &token)]).await;
    assert_eq!((refused.status, code(&refused)), (409, json!("bad_invitation")));
    assert!(!late.get(&path).await.body.contains("Lantern"), "a used link says nothing of the hidden any more");

    // Without script the link is shown on the page that comes back, once.
    let mut owner = hall.who("owner").without_script();
    let id = hall.id.to_string();
    let fields = [("organization", id.as_str()), ("role", "guest"), ("uses", "2"), ("days", "7")];
    assert_eq!(owner.call("make_invitation_link", &fields).await.status, 302);
    assert!(owner.get("/orgs/lantern/admissions").await.body.contains("/orgs/join?token="));
    assert!(!owner.get("/orgs/lantern/admissions").await.body.contains("/orgs/join?token="));
}

#[tokio::test]
async fn what_is_grave_asks_for_a_fresh_login() {
    let hall = Hall::open("public").await;
    hall.app.clock.pass(std::time::Duration::from_mins(16));
    let stale = hall.call("owner", "close_organization", &[]).await;
    assert_eq!((stale.status, code(&stale)), (403, json!("prove_again")), "{}", stale.body);
    let name = hall.call("owner", "revise_organization", &[("name", "Lantern"), ("description", "Still here.")]).await;
    assert_eq!(name.status, 200, "{}", name.body);
}

#[tokio::test]
async fn policies_are_ticked_on_a_page() {
    let hall = Hall::open("public").await;
    let fields = [("granted[0]", "invite_members:member"), ("granted[1]", "view_members:guest")];
    assert_eq!(hall.call("owner", "set_organization_policies", &fields).await.status, 200);
    let invited = hall.call("member", "invite_member", &[("name", "A outsider"), ("role", "guest")]).await;
    assert_eq!(invited.status, 200, "{}", invited.body);
    assert_eq!(
        hall.call("moderator", "invite_member", &[("name", "Nobody Here"), ("role", "guest")]).await.status,
        403
    );
    assert_eq!(hall.who("guest").get("/orgs/lantern/members").await.status, 200);
    for rubbish in ["manage_policies:member", "invite_members", "invite_members:wizard", "invite_members:guest"] {
        let answer = hall.call("owner", "set_organization_policies", &[("granted[0]", rubbish)]).await;
        assert_eq!(answer.status, 422, "{rubbish}: {}", answer.body);
    }
}

#[tokio::test]
async fn the_api_does_what_the_pages_do() {
    let hall = Hall::open("public").await;
    let root = format!("/api/v1/organizations/{}", hall.id);
    let (mut owner, mut outsider) = (hall.app.program_of("A owner").await, hall.app.program_of("A outsider").await);
    let list = hall.app.program().get("/api/v1/organizations?search=lant").await;
    assert_eq!(list.json()["items"][0]["slug"], "lantern", "{}", list.body);
    let members = owner.get(&format!("{root}/members?limit=2")).await.json();
    assert_eq!(members["items"][0]["role"], "owner");
    assert!(members["next"].is_string(), "{members}");

    assert_eq!(outsider.get(&format!("{root}/members")).await.status, 403);
    let asked = outsider.post(&format!("{root}/request"), &json!({ "message": "Hello" })).await;
    assert_eq!(asked.status, 204, "{}", asked.body);
    let user = hall.user("A outsider").await;
    let answered = owner.post(&format!("{root}/requests/{user}/answer"), &json!({ "accept": true })).await;
    assert_eq!(answered.status, 204, "{}", answered.body);
    let raised = owner.send(Method::PUT, &format!("{root}/members/{user}/role"), &json!({ "role": "organiser" })).await;
    assert_eq!(raised.status, 204, "{}", raised.body);
    assert_eq!(outsider.get(&root).await.json()["you"]["role"], "organiser");
    let trail = owner.get(&format!("{root}/audit?limit=1")).await.json();
    assert_eq!(trail["items"][0]["act"], "org.role_changed");
    assert!(trail["items"][0].get("address").is_none(), "from where is not for them");
    let mine = outsider.get("/api/v1/me/organizations").await.json();
    assert_eq!(mine["member_of"].as_array().unwrap().len(), 2);
    let left = outsider.ask(Method::DELETE, &format!("/api/v1/me/memberships/{}", hall.id)).await;
    assert_eq!(left.status, 204, "{}", left.body);
    assert_eq!(owner.post(&format!("{root}/grant"), &json!({})).await.status, 403);
}

#[tokio::test]
async fn whoever_is_gone_is_gone_from_organizations() {
    let hall = Hall::open("public").await;
    let (app, orgs) = (&hall.app, &hall.app.running().hub.orgs);
    let user = orgs.member_named(&Actor::Operator, hall.id, "A owner").await.unwrap();
    let now = base::Clock::now(&*app.clock);
    app.running()
        .hub
        .db
        .write(move |tx| Box::pin(async move { events::record(tx, now, &contract::Event::UserDeleted { user }).await }))
        .await
        .unwrap();
    let org = until("the organization to close", async || {
        let org = orgs.organization(&Actor::Operator, hall.id).await.unwrap();
        if org.state == contract::organization::OrgState::Closed { Ok(org) } else { Err(org) }
    })
    .await;
    assert!(org.owner.is_none() && org.members == 6, "{org:?}");
}

#[tokio::test]
async fn a_secret_of_a_link_never_reaches_the_list() {
    let hall = Hall::open("public").await;
    let link = InvitationLinkForm { role: Role::Member, uses: 5, days: 5 };
    let orgs = &hall.app.running().hub.orgs;
    let token = Secret::new(orgs.make_link(&Actor::Operator, hall.id, &link).await.unwrap().token);
    for page in ["/admissions", "/audit", "/members"] {
        let shown = hall.who("owner").get(&format!("/orgs/lantern{page}")).await;
        assert_eq!(shown.status, 200);
        assert!(!shown.body.contains(token.expose()), "{page}");
    }
}
