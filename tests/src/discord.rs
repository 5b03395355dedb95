//! A Discord of one's own beside a hub.

use accounts::Proved;
use base::{Actor, Clock as _, OrgId, Role, SessionId, UserId};
use contract::discord::ChooseDiscord;
use discord::testing::{APPLICATION, FakeDiscord, TOKEN};
use hyper::Method;
use serde_json::{Value, json};
use server::config::{Hidden, Settings, SignInProtocol, SignInSettings};

use crate::{Answer, TestApp};

/// Discord, and what a hub has to do with it.
pub struct InDiscord {
    /// Discord.
    pub there: FakeDiscord,
}

impl InDiscord {
    /// Opens it.
    pub async fn start() -> Self {
        Self { there: FakeDiscord::start().await }
    }

    /// Has a hub sign people in with it, and so speak to it and to no other.
    pub fn configure(&self, settings: &mut Settings) {
        settings.outbound.allow = vec!["127.0.0.1".into()];
        settings.sign_in.push(SignInSettings {
            id: "discord".into(),
            protocol: Some(SignInProtocol::Discord),
            issuer: self.issuer(),
            client_id: APPLICATION.into(),
            client_secret: Some(Hidden::new("s3cret")),
            ..SignInSettings::default()
        });
    }

    fn issuer(&self) -> String {
        self.there.api.trim_end_matches("/api/v10").to_owned()
    }

    /// Sets up its application.
    pub async fn set_up(&self, app: &TestApp) {
        let form = ChooseDiscord {
            application_id: APPLICATION.into(),
            public_key: self.there.public_key(),
            token: TOKEN.into(),
            gateway: false,
        };
        app.running().hub.discord.choose(&Actor::Operator, &form).await.unwrap();
    }

    /// Somebody links that account to theirs.
    pub async fn link(&self, app: &TestApp, name: &str, account: &str) -> UserId {
        let accounts = &app.running().hub.accounts;
        let user = accounts.find_user(&Actor::Operator, name).await.unwrap().unwrap().id;
        let proved = Proved {
            provider: "discord".into(),
            issuer: self.issuer(),
            subject: account.into(),
            name: Some(name.into()),
            email: None,
        };
        accounts.link_identity(&themselves(user), &proved).await.unwrap();
        self.there.join(account);
        user
    }

    /// Discord knocks at the hub's door with what somebody did.
    pub async fn knock(&self, app: &TestApp, interaction: &Value) -> Answer {
        let (signature, timestamp, body) = self.there.signed(interaction, app.clock.now().0 / 1000);
        self.knock_with(app, &signature, &timestamp, &body).await
    }

    /// The same with these headers and that body.
    pub async fn knock_with(&self, app: &TestApp, signature: &str, timestamp: &str, body: &str) -> Answer {
        let headers = [
            ("x-signature-ed25519", signature),
            ("x-signature-timestamp", timestamp),
            ("content-type", "application/json"),
        ];
        app.program().raw(Method::POST, "/hooks/discord", &headers, body.as_bytes()).await
    }

    /// What somebody is answered.
    pub async fn says(&self, app: &TestApp, account: &str, command: &str, options: Value, permissions: &str) -> String {
        let answer = self.knock(app, &self.there.command_of(account, command, options, permissions)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["data"]["content"].as_str().unwrap().to_owned()
    }

    /// Its server is linked to the organization by its owner, who has that account there.
    pub async fn link_server(&self, app: &TestApp, organization: OrgId, owner: UserId, account: &str) {
        let code = app.running().hub.discord.make_code(&themselves(owner), organization).await.unwrap().code;
        let said = self.says(app, account, "connect", json!({ "code": code }), "32").await;
        assert!(said.contains("is linked"), "{said}");
    }
}

fn themselves(user: UserId) -> Actor {
    Actor::Person(base::Person::logged_in(user, Role::Member, SessionId::from(1)))
}
