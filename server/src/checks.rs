//! Asks plugins before something happens, for the domains, which know of a question and nothing of plugins.

use std::sync::{Arc, OnceLock};

use accounts::{Objection, Objector};
use base::{Actor, Credential, OrgId, Person};
use futures::future::BoxFuture;
use metaserver::{Heard, Said};
use plugin_api::manifest::Point;
use plugins::{Checked, Plugins, Visit};
use serde_json::{Map, Value, json};

/// What is said for a plugin that says no and nothing more, or that failed and is set to refuse then. Classic clients speak no language that
/// they would tell, and pages say it in their own words before it.
const NO: &str = "A rule of this hub does not allow this.";

/// The plugins, as the domains ask them. Until there are any, nobody is asked. Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct Checks(Arc<OnceLock<Plugins>>);

impl Checks {
    /// From now on these are asked.
    pub(crate) fn ask(&self, plugins: Plugins) {
        let first = self.0.set(plugins).is_ok();
        debug_assert!(first, "there is one host of plugins");
    }

    /// Whoever is to be asked before that.
    fn asked(&self, organization: Option<OrgId>, point: Point) -> Option<&Plugins> {
        self.0.get().filter(|plugins| plugins.asks(organization, point))
    }

    /// Whether anybody wants to hear lines of chat before they are spoken.
    pub(crate) fn hear_lines(&self) -> bool {
        self.asked(None, Point::Chat).is_some()
    }

    /// What becomes of a line.
    pub(crate) fn line(&self, line: Said) -> BoxFuture<'static, Heard> {
        let Some(plugins) = self.asked(None, Point::Chat).cloned() else { return Box::pin(async { Heard::Fine }) };
        Box::pin(async move {
            let actor = match line.user {
                Some(user) => {
                    let (role, by) = (line.role, Credential::Game);
                    Actor::Person(Person { user, role, by, fresh: false, address: None })
                }
                None => Actor::Stranger { address: None },
            };
            let draft = fields([
                ("text", json!(line.text)),
                ("name", json!(line.name)),
                ("room", json!(line.room.to_string())),
            ]);
            match ask(&plugins, &actor, Point::Chat, draft).await {
                Err(why) => Heard::Not(why),
                Ok(draft) => match draft.get("text").and_then(Value::as_str) {
                    Some(text) if text != line.text => Heard::Instead(text.to_owned()),
                    _ => Heard::Fine,
                },
            }
        })
    }
}

impl orders::Objector for Checks {
    fn before_naming<'a>(&'a self, actor: &'a Actor, name: &'a str) -> Option<orders::Named<'a>> {
        let plugins = self.asked(None, Point::Guild)?;
        Some(Box::pin(async move {
            match ask(plugins, actor, Point::Guild, fields([("name", json!(name))])).await {
                Ok(draft) => Ok(draft.get("name").and_then(Value::as_str).unwrap_or(name).to_owned()),
                Err(says) => Err(orders::Objection { says }),
            }
        }))
    }
}

impl Objector for Checks {
    fn before_registration<'a>(
        &'a self,
        actor: &'a Actor,
        name: &'a str,
    ) -> Option<BoxFuture<'a, Result<(), Objection>>> {
        let plugins = self.asked(None, Point::Register)?;
        Some(Box::pin(async move {
            let asked = ask(plugins, actor, Point::Register, fields([("name", json!(name))])).await;
            asked.map(drop).map_err(|says| Objection { says })
        }))
    }
}

/// What the draft has become; an error is the sentence of whoever doesn't want it.
async fn ask(
    plugins: &Plugins,
    actor: &Actor,
    point: Point,
    draft: Map<String, Value>,
) -> Result<Map<String, Value>, String> {
    match plugins.check(actor, None, point, draft.clone(), &Visit::default()).await {
        Ok(Checked { refused: None, draft }) => Ok(draft),
        Ok(Checked { refused: Some((plugin, says)), .. }) => {
            tracing::info!(plugin = plugin.as_str(), point = point.word(), "a plugin objects");
            Err(if says.is_empty() { NO.to_owned() } else { says })
        }
        // What a plugin's own failure means is in its manifest, and was heeded. This is the host's, which stops nobody.
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, point = point.word(), "plugins can't be asked");
            Ok(draft)
        }
    }
}

fn fields<const N: usize>(of: [(&str, Value); N]) -> Map<String, Value> {
    of.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
