//! Plugins, as the examples need them: `herald` is a part of the hub, `poll` a guest that comes in as many versions as are asked for.

use std::fs;

use base::{Actor, OrgId};
use hyper::Method;
use serde_json::{Value, json};
use tests::example_in;

use super::{Asked, Stage, api, done};

/// What it asks for, as the example of an approval grants it.
const POWERS: [&str; 2] = ["documents", "kv"];

impl Stage {
    /// What those who run the hub do with plugins.
    pub(super) async fn plugins(&mut self, method: &str, path: &str) -> Asked {
        let asked = Asked::by(&self.freya);
        match (method, path) {
            ("GET", "/plugins" | "/plugin-packages") => asked,
            ("POST", "/plugin-packages") => {
                let folder = self.app.running().hub.settings.data_dir.join("plugins");
                let package = self.next_poll().1;
                fs::create_dir_all(&folder).unwrap();
                fs::write(folder.join("poll.tar.gz"), package).unwrap();
                asked
            }
            (_, "/plugin-packages/upload") => Asked { file: Some(self.next_poll().1), ..asked },
            (_, "/plugins/{plugin}/versions/{version}/approval") => {
                let staged = self.staged().await;
                let asked = asked.with("plugin", "poll").with("version", staged["version"].as_str().unwrap());
                Asked { secret: Some(("sha256", staged["sha256"].as_str().unwrap().to_owned())), ..asked }
            }
            (_, "/plugins/{plugin}/versions/{version}/upgrade") => {
                self.runs().await;
                let staged = self.staged().await;
                asked.with("plugin", "poll").with("version", staged["version"].as_str().unwrap())
            }
            (_, "/plugins/{plugin}/versions/{version}") => {
                let staged = self.staged().await;
                asked.with("plugin", "poll").with("version", staged["version"].as_str().unwrap())
            }
            // The example's value of data goes to the one that was granted a store.
            ("DELETE", "/plugins/{plugin}") | (_, "/plugins/{plugin}/data") => {
                self.runs().await;
                asked.with("plugin", "poll")
            }
            (_, "/plugins/{plugin}/roll-back") => {
                self.runs().await;
                self.runs().await;
                asked.with("plugin", "poll")
            }
            (_, "/plugins/{plugin}/quarantine") => {
                self.runs().await;
                if method == "DELETE" {
                    let path = "/plugins/poll/quarantine";
                    self.doing_with(Method::PUT, path, &json!({ "why": "It counts twice." })).await;
                }
                asked.with("plugin", "poll")
            }
            (_, path) => {
                let organization = path.contains("{organization}");
                let asked = self.herald(asked, method, path, None).await;
                if organization { asked.with("organization", self.organization("Freya", "open").await) } else { asked }
            }
        }
    }

    /// What an organization does with the herald.
    pub(super) async fn plugins_in(&mut self, asked: Asked, org: i64, method: &str, path: &str) -> Asked {
        self.herald(asked, method, path, Some(org)).await
    }

    /// The herald as a setting, a secret or an address of its is asked for.
    async fn herald(&mut self, asked: Asked, method: &str, path: &str, org: Option<i64>) -> Asked {
        let plugin =
            org.map_or_else(|| "/plugins/herald".to_owned(), |org| format!("/organizations/{org}/plugins/herald"));
        let asked = asked.with("plugin", "herald");
        if path.ends_with("/parked/{event}/replay") {
            return asked.with("event", self.parked().await);
        }
        if path.contains("/webhooks") && method != "GET" {
            self.is_on(org).await;
        }
        if path.ends_with("/secrets/{secret}") {
            return asked.with("secret", "key");
        }
        if path.ends_with("/webhooks/{webhook}") {
            let made = self.make(&format!("{plugin}/webhooks"), &json!({ "name": "incoming" })).await;
            return asked.with("webhook", made["id"].clone());
        }
        asked
    }

    async fn is_on(&self, org: Option<i64>) {
        let plugins = &self.app.running().hub.plugins;
        let org = org.map(OrgId::from);
        if plugins.on_in(org).iter().all(|on| on.id().as_str() != "herald") {
            plugins.enable(&Actor::Operator, org, "herald", false).await.unwrap();
        }
    }

    /// A version of the guest that was never there.
    fn next_poll(&mut self) -> (String, Vec<u8>) {
        self.made += 1;
        let version = format!("1.0.{}", self.made);
        let package = example_in("poll", &version, |manifest| manifest);
        (version, package)
    }

    /// One that waits to be approved.
    async fn staged(&mut self) -> Value {
        let package = self.next_poll().1;
        let headers = [("content-type", "application/octet-stream")];
        let path = "/plugin-packages/upload";
        done(&self.freya.clone().raw(Method::PUT, &api(path), &headers, &package).await, path)
    }

    /// One that runs.
    async fn runs(&mut self) {
        let staged = self.staged().await;
        let path = format!("/plugins/poll/versions/{}/approval", staged["version"].as_str().unwrap());
        let form = json!({ "sha256": staged["sha256"], "granted": POWERS });
        self.doing_with(Method::PUT, &path, &form).await;
    }

    /// An event that was put aside, written down as if the herald had not listened.
    async fn parked(&mut self) -> i64 {
        self.made += 1;
        let event = i64::from(self.made);
        let made: Result<(i64,), db::Error> = self
            .app
            .running()
            .hub
            .db
            .write(move |tx| {
                Box::pin(async move {
                    db::sql(
                        "insert into plugin_inbox
                            (plugin_id, event_id, subject, priority, happened_json, depth, attempts, parked_at)
                         values ('herald', $1, 'user:1', 2, '{\"name\":\"user.registered\"}', 0, 6, 1) returning id",
                    )
                    .bind(event)
                    .fetch_one(tx)
                    .await
                })
            })
            .await;
        made.unwrap().0
    }
}
