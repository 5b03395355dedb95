//! What has to be there before an example of the API's document is run, so that it does what it says.

mod orders;
mod plugins;

use std::time::Duration;

use accounts::Proved;
use base::{Actor, Person, Role, UserId};
use contract::{moderation::SanctionKind, token::MakeToken};
use discord::testing::GUILD;
use hyper::Method;
use jobs::NewJob;
use moderation::Measure;
use serde_json::{Value, json};
use tests::{Answer, InDiscord, PASSWORD, Program, TestApp, herald, until};

/// A picture of one pixel.
const PICTURE: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// A hub with the people whom the examples name: Freya owns it; Olga and Bert play.
pub(super) struct Stage {
    pub(super) app: TestApp,
    freya: Program,
    olga: Program,
    bert: Program,
    discord: InDiscord,
    made: u32,
}

/// An operation that can be asked for.
pub(super) struct Asked {
    /// As somebody who may.
    pub(super) program: Program,
    /// What stands in the path in place of its `{…}`.
    pub(super) parts: Vec<(&'static str, String)>,
    /// What no example can know, because it is told once.
    pub(super) secret: Option<(&'static str, String)>,
    /// What is sent that is no JSON.
    pub(super) file: Option<Vec<u8>>,
}

impl Asked {
    fn by(program: &Program) -> Self {
        Self { program: program.clone(), parts: Vec::new(), secret: None, file: None }
    }

    fn with(mut self, part: &'static str, is: impl ToString) -> Self {
        self.parts.push((part, is.to_string()));
        self
    }
}

impl Stage {
    pub(super) async fn set() -> Self {
        let discord = InDiscord::start().await;
        let app = TestApp::with_plugins(|settings| discord.configure(settings), vec![herald()]).await;
        let freya = app.owner_program().await;
        let (olga, bert) = (app.program_of("Olga").await, app.program_of("Bert").await);
        Self { app, freya, olga, bert, discord, made: 0 }
    }

    /// The operation `GET /users/{user}`, with everything there that it is about.
    pub(super) async fn ask(&mut self, method: &str, path: &str) -> Asked {
        match path.trim_start_matches('/').split('/').next().unwrap_or_default() {
            "auth" => Asked::by(&self.app.program()),
            "me" => self.own(method, path).await,
            "people" => Asked::by(&self.bert).with("name", "Olga"),
            "players" => Asked::by(&self.bert).with("name", "Olga").with("other", "Bert"),
            "films" if method == "DELETE" => {
                Asked::by(&self.freya).with("game", crate::films::filmed_game(&self.app).await)
            }
            "films" => Asked::by(&self.bert).with("game", crate::films::filmed_game(&self.app).await),
            "games" => Asked::by(&self.bert).with("game", crate::ranking::settled_game(&self.app).await),
            "organizations" => self.organizations(method, path).await,
            "orders" | "order-ladder" => self.orders(method, path).await,
            "moderation" => self.order(method, path).await,
            "users" => self.accounts(method, path).await,
            "plugins" | "plugin-packages" => self.plugins(method, path).await,
            _ => self.office(method, path).await,
        }
    }

    /// One's own account, as Freya unless it takes somebody else.
    async fn own(&mut self, method: &str, path: &str) -> Asked {
        let asked = Asked::by(&self.freya);
        match (method, path) {
            ("PUT", "/me/avatar") => Asked { file: Some(PICTURE.to_vec()), ..asked },
            ("DELETE", "/me/sessions") => Asked::by(&self.newcomer().await.1),
            (_, "/me/sessions/{session}") => {
                let mut browser = self.app.stranger();
                let entered = browser.call("log_in", &[("name", "Freya"), ("password", PASSWORD)]).await;
                assert_eq!(entered.status, 200, "{}", entered.body);
                let session = self.read("/me/sessions").await[0]["id"].clone();
                asked.with("session", session)
            }
            (_, "/me/passkeys/{passkey}") => asked.with("passkey", self.passkey().await),
            (_, "/me/identities/{identity}") => {
                let freya = self.who("Freya").await;
                asked.with("identity", self.identity(freya, Role::Owner).await)
            }
            (_, "/me/tokens/{token}") => {
                let form = json!({ "name": self.name("Bot"), "grants": "account:read" });
                asked.with("token", self.make("/me/tokens", &form).await["id"].clone())
            }
            (_, "/me/friends/{user}" | "/me/blocks/{user}" | "/me/mutes/{user}") => {
                let user = self.newcomer().await.0;
                if method == "DELETE" {
                    self.doing(Method::PUT, &path.replace("{user}", &user.to_string())).await;
                }
                asked.with("user", user)
            }
            (_, "/me/memberships/{membership}") => {
                let org = self.organization("Freya", "open").await;
                let member = self.newcomer().await.1;
                if method == "DELETE" {
                    self.belongs(&member, org).await;
                }
                Asked::by(&member).with("membership", org)
            }
            (_, "/me/sanctions/{sanction}/appeal") => Asked::by(&self.bert).with("sanction", self.sanction().await),
            ("POST", "/me/reports") => Asked::by(&self.olga),
            _ => asked,
        }
    }

    async fn organizations(&mut self, method: &str, path: &str) -> Asked {
        let freya = Asked::by(&self.freya);
        let Some(rest) = path.strip_prefix("/organizations/{organization}") else {
            if path != "/organizations/links/follow" {
                return freya;
            }
            let org = self.organization("Freya", "invitation").await;
            let link = self.link(org).await["token"].as_str().unwrap().to_owned();
            return Asked { secret: Some(("token", link)), ..Asked::by(&self.bert) };
        };
        let joining = if rest.contains("request") { "request" } else { "open" };
        let org = match (method, rest) {
            // The one that an example has begun has the name that this one gives it.
            ("PUT", "") => self.read("/organizations/at/the-northern-gate").await["id"].as_i64().unwrap(),
            (_, "/grant" | "/refuse") => self.requested().await,
            (_, rest) if rest.starts_with("/offer") => self.organization("Olga", joining).await,
            _ => self.organization("Freya", joining).await,
        };
        let at = |what: &str| format!("/organizations/{org}{what}");
        let asked = match (method, rest) {
            (_, "/resume") => {
                self.make(&at("/suspend"), &json!({ "reason": "Too loud." })).await;
                freya
            }
            (_, "/reopen") => {
                self.doing(Method::POST, &at("/close")).await;
                freya
            }
            (_, "/members/{user}" | "/members/{user}/role") => {
                let (user, member) = self.newcomer().await;
                self.belongs(&member, org).await;
                freya.with("user", user)
            }
            (_, rest) if rest.starts_with("/offer") => {
                let first = self.who("Freya").await;
                self.belongs(&self.freya.clone(), org).await;
                let offer = json!({ "user": first });
                let (olga, path) = (self.olga.clone(), at("/offer"));
                if (method, rest) != ("POST", "/offer") {
                    done(&olga.clone().post(&api(&path), &offer).await, &path);
                }
                if rest == "/offer" { Asked::by(&olga) } else { freya }
            }
            ("POST", "/request") => Asked::by(&self.bert),
            (_, "/request") => {
                self.asks_in(org).await;
                Asked::by(&self.bert)
            }
            (_, "/requests/{user}/answer") => {
                self.asks_in(org).await;
                freya.with("user", self.who("Bert").await)
            }
            (_, "/invitations/{user}" | "/invitation/answer") => {
                self.make(&at("/invitations"), &json!({ "name": "Bert", "role": "member" })).await;
                let whose = if rest == "/invitation/answer" { Asked::by(&self.bert) } else { freya };
                whose.with("user", self.who("Bert").await)
            }
            (_, rest) if rest.starts_with("/discord/guilds/{guild}") => {
                self.discord.set_up(&self.app).await;
                // Numbers at Discord are given out once; so is the link of an account.
                let account = self.discord.there.number();
                let owner = self.discord.link(&self.app, "Freya", &account).await;
                self.app.clock.pass(Duration::from_secs(4));
                self.discord.link_server(&self.app, org.into(), owner, &account).await;
                if rest.ends_with("/test") {
                    let choice =
                        json!({ "channels": [{ "topic": "members", "channel": "3300000000000000001" }], "roles": [] });
                    let path = at(&format!("/discord/guilds/{GUILD}"));
                    done(&self.freya.clone().send(Method::PUT, &api(&path), &choice).await, &path);
                }
                freya.with("guild", GUILD)
            }
            (_, rest) if rest.starts_with("/plugins") => self.plugins_in(freya, org, method, rest).await,
            (_, "/links/{link}") => freya.with("link", self.link(org).await["id"].clone()),
            _ => freya,
        };
        asked.with("organization", org)
    }

    /// What keeps order.
    async fn order(&mut self, method: &str, path: &str) -> Asked {
        let asked = Asked::by(&self.freya);
        match (method, path) {
            (_, path) if path.starts_with("/moderation/reports/{report}") => {
                let report = self.report().await;
                let done_before = |what: &str| format!("/moderation/reports/{report}/{what}");
                match (method, path.rsplit('/').next().unwrap()) {
                    ("DELETE", "claim") => self.doing(Method::PUT, &done_before("claim")).await,
                    ("DELETE", "decision") => {
                        self.doing_with(Method::PUT, &done_before("decision"), &json!({ "reason": "" })).await;
                    }
                    _ => {}
                }
                asked.with("report", report)
            }
            (_, "/moderation/sanctions/{sanction}") => asked.with("sanction", self.sanction().await),
            (_, "/moderation/places/{sanction}") => {
                self.made += 1;
                let form = json!({ "network": format!("198.51.100.{}", self.made), "reason": "Flooding." });
                asked.with("sanction", self.make("/moderation/places", &form).await["id"].clone())
            }
            (_, "/moderation/appeals/{appeal}/answer") => {
                let sanction = self.sanction().await;
                let path = format!("/me/sanctions/{sanction}/appeal");
                done(&self.bert.post(&api(&path), &json!({ "text": "It was my brother." })).await, &path);
                let waiting = self.read("/moderation/appeals").await;
                let last = waiting["items"].as_array().unwrap().last().unwrap();
                asked.with("appeal", last["id"].clone())
            }
            (_, path) if path.contains("{user}") => asked.with("user", self.who("Bert").await),
            _ => asked,
        }
    }

    /// Other people's accounts.
    async fn accounts(&mut self, method: &str, path: &str) -> Asked {
        let asked = Asked::by(&self.freya);
        if !path.contains("{user}") {
            return asked;
        }
        let user = self.newcomer().await.0;
        let asked = asked.with("user", user);
        match (method, path) {
            ("DELETE", "/users/{user}/lock") => {
                self.doing(Method::PUT, &format!("/users/{user}/lock")).await;
                asked
            }
            (_, "/users/{user}/tokens/{token}") => {
                let form = MakeToken { name: "Bot".into(), grants: "account:read".parse().unwrap(), days: 1 };
                let made = self.app.running().hub.accounts.make_token_for(&Actor::Operator, user, form).await;
                asked.with("token", made.unwrap().about.id)
            }
            (_, "/users/{user}/identities/{identity}") => {
                asked.with("identity", self.identity(user, Role::Member).await)
            }
            _ => asked,
        }
    }

    /// What the hub does by itself.
    async fn office(&mut self, method: &str, path: &str) -> Asked {
        let asked = Asked::by(&self.freya);
        if path.contains("{job}") {
            return asked.with("job", self.job().await);
        }
        if path.contains("{mail}") {
            let mail = self.make("/test-mails", &json!({ "to": "olga@example.org" })).await["mail"].clone();
            // There is no mail server: what is still queued will be found unsent.
            until("a mail that could not be sent", async || {
                let state =
                    self.freya.clone().get(&api(&format!("/mails/{mail}"))).await.json()["mail"]["state"].clone();
                if state == "unsent" { Ok(()) } else { Err(state) }
            })
            .await;
            return asked.with("mail", mail);
        }
        if path.contains("{backup}") {
            let backup = until("the backup that an example has begun", async || {
                let listed = self.freya.clone().get("/api/v1/backups").await.json();
                listed["items"][0]["name"].as_str().map(str::to_owned).ok_or(listed)
            });
            return asked.with("backup", backup.await);
        }
        if path == "/discord/check" {
            self.discord.set_up(&self.app).await;
        }
        if path.starts_with("/disputes/") {
            return asked.with("game", crate::ranking::disputed_game(&self.app).await);
        }
        if path == "/rooms/{room}/kicks" {
            return asked.with("room", self.room_with_bert().await);
        }
        if path.ends_with("/lines") || path.ends_with("/position") {
            // One that the lobby has had open since it began, and the first: those who play in other examples enter it.
            return asked.with("room", self.read("/rooms").await[0]["id"].clone());
        }
        if path.contains("{room}") {
            // The one that an example sets up anew keeps its banner.
            let rooms = self.read("/rooms").await;
            let tyr = rooms.as_array().unwrap().iter().find(|room| room["banner"] == 6).cloned();
            let tyr = match tyr {
                Some(tyr) => tyr,
                None => self.make("/rooms", &json!({ "banner": 6 })).await,
            };
            let room = tyr["id"].clone();
            let asked = asked.with("room", &room).with("word", "blockhead");
            if path.contains("{restraint}") {
                let form = json!({ "kind": "gag", "player": "Bert" });
                let made = self.make(&format!("/rooms/{room}/restraints"), &form).await;
                return asked.with("restraint", made["id"].clone());
            }
            return if path.contains("{user}") { asked.with("user", self.newcomer().await.0) } else { asked };
        }
        if path == "/seasons/running" {
            let season = json!({ "name": self.name("Season") });
            self.make("/seasons", &season).await;
        }
        if path.contains("{schedule}") {
            return asked.with("schedule", self.read("/schedules").await["items"][0]["id"].clone());
        }
        if path.contains("{webhook}") {
            let form = json!({ "name": self.name("Bot"), "url": "http://127.0.0.1:9/hook" });
            let webhook = if method == "PUT" {
                // The one that an example has made has the name that this one gives it.
                self.read("/webhooks").await[0]["id"].clone()
            } else {
                self.make("/webhooks", &form).await["webhook"]["id"].clone()
            };
            let asked = asked.with("webhook", &webhook);
            if !path.contains("{delivery}") {
                return asked;
            }
            let sent = self.make(&format!("/webhooks/{webhook}/test"), &Value::Null).await;
            return asked.with("delivery", sent["id"].clone());
        }
        asked
    }

    /// The first room, with Bert in it: a guest could not be named.
    async fn room_with_bert(&mut self) -> Value {
        let room = self.read("/rooms").await[0]["id"].clone();
        // Other examples mute him.
        let held = self.freya.clone().get(&api("/moderation/sanctions?name=Bert&holding=true")).await.json();
        for sanction in held["items"].as_array().into_iter().flatten() {
            let lift = api(&format!("/moderation/sanctions/{}?reason=Over", sanction["id"]));
            self.freya.clone().ask(Method::DELETE, &lift).await;
        }
        let said = self.bert.clone().post(&api(&format!("/rooms/{room}/lines")), &json!({ "text": "Hello" })).await;
        assert_eq!(said.status, 204, "{}", said.body);
        until("Bert in the room", async || {
            let players = self.freya.clone().get(&api(&format!("/rooms/{room}/players"))).await.json();
            let here = players.as_array().is_some_and(|all| all.iter().any(|one| one["name"] == "Bert"));
            if here { Ok(()) } else { Err(players) }
        })
        .await;
        room
    }

    /// A name that nobody and nothing has.
    fn name(&mut self, kind: &str) -> String {
        self.made += 1;
        format!("{kind} {}", self.made)
    }

    /// Somebody who has just come.
    async fn newcomer(&mut self) -> (UserId, Program) {
        let name = self.name("Player");
        let program = self.app.program_of(&name).await;
        (self.who(&name).await, program)
    }

    async fn who(&self, name: &str) -> UserId {
        self.app.running().hub.accounts.find_user(&Actor::Operator, name).await.unwrap().unwrap().id
    }

    async fn organization(&mut self, owner: &str, joining: &str) -> i64 {
        let form = json!({ "owner": owner, "organization": { "name": self.name("Hall"), "joining": joining } });
        self.make("/organizations/all", &form).await["id"].as_i64().unwrap()
    }

    /// One that somebody has asked for.
    async fn requested(&mut self) -> i64 {
        let (name, mut newcomer) = (self.name("Gate"), self.newcomer().await.1);
        let made = newcomer.post("/api/v1/organizations", &json!({ "name": name })).await;
        done(&made, "/organizations")["id"].as_i64().unwrap()
    }

    async fn belongs(&mut self, member: &Program, org: i64) {
        let path = format!("/me/memberships/{org}");
        done(&member.clone().ask(Method::PUT, &api(&path)).await, &path);
    }

    async fn asks_in(&mut self, org: i64) {
        let path = format!("/organizations/{org}/request");
        done(&self.bert.post(&api(&path), &json!({ "message": "" })).await, &path);
    }

    async fn link(&mut self, org: i64) -> Value {
        self.make(&format!("/organizations/{org}/links"), &json!({ "role": "member", "uses": 1, "days": 1 })).await
    }

    /// Of Bert, by Olga.
    async fn report(&mut self) -> Value {
        let form =
            json!({ "target": "person", "name": "Bert", "reason": "spam", "text": "", "reference": self.name("line") });
        done(&self.olga.post("/api/v1/me/reports", &form).await, "/me/reports")["id"].clone()
    }

    /// Bert is muted by the operator, so that anybody may look at it again.
    async fn sanction(&self) -> i64 {
        let mute = Measure { kind: SanctionKind::Mute, span: None };
        let moderation = &self.app.running().hub.moderation;
        moderation.sanction_named(&Actor::Operator, "Bert", mute, "Flooding.").await.unwrap().id.get()
    }

    async fn identity(&mut self, user: UserId, role: Role) -> i64 {
        let proved = Proved {
            provider: "steam".into(),
            issuer: "https://steamcommunity.com/openid".into(),
            subject: self.name("7656119800000000"),
            name: None,
            email: None,
        };
        let themselves = Actor::Person(Person::logged_in(user, role, 1.into()));
        self.app.running().hub.accounts.link_identity(&themselves, &proved).await.unwrap().get()
    }

    /// One of Freya's, written down as if a device had made it: there is none here, and nobody logs in with it.
    async fn passkey(&mut self) -> i64 {
        self.made += 1;
        let (freya, credential) = (self.who("Freya").await, self.made.to_be_bytes());
        let made: Result<(i64,), db::Error> = self
            .app
            .running()
            .hub
            .db
            .write(move |tx| {
                Box::pin(async move {
                    db::sql(
                        "insert into passkeys (user_id, credential_id, static_state, dynamic_state, transports, name, created_at)
                         values ($1, $2, $2, $2, 0, 'A stick', 1) returning id",
                    )
                    .bind(freya)
                    .bind(credential)
                    .fetch_one(tx)
                    .await
                })
            })
            .await;
        made.unwrap().0
    }

    /// One that waits: nobody has its turn come while the examples run.
    async fn job(&self) -> i64 {
        let hub = &self.app.running().hub;
        let now = hub.clock.now();
        let later = now.plus(std::time::Duration::from_hours(1));
        let job = hub.db.write(move |tx| {
            Box::pin(async move { jobs::enqueue(tx, now, &NewJob::new("story.told", &json!({})).due(later)).await })
        });
        job.await.unwrap().get()
    }

    async fn read(&mut self, path: &str) -> Value {
        done(&self.freya.get(&api(path)).await, path)
    }

    async fn make(&mut self, path: &str, body: &Value) -> Value {
        done(&self.freya.post(&api(path), body).await, path)
    }

    async fn doing(&mut self, method: Method, path: &str) {
        done(&self.freya.ask(method, &api(path)).await, path);
    }

    async fn doing_with(&mut self, method: Method, path: &str, body: &Value) {
        done(&self.freya.send(method, &api(path), body).await, path);
    }
}

fn api(path: &str) -> String {
    format!("/api/v1{path}")
}

fn done(answer: &Answer, path: &str) -> Value {
    assert!((200..300).contains(&answer.status), "{path}: {} {}", answer.status, answer.body);
    if answer.body.is_empty() { Value::Null } else { answer.json() }
}
