//! The registry's own pages: drawn, pressed on, and handed files.

use base::Kind;
use contract::Problem;
use plugins::Place;
use serde_json::{Map, Value};

use super::{Asked, told, words};
use crate::{
    context,
    pages::plugins::{
        api::{PluginPage, Sent},
        registry::{self, View, Which},
    },
};

impl Asked<'_> {
    /// Which of the registry's own pages it is, where it is one.
    pub(super) fn desk(&self) -> Option<Which<'_>> {
        match self.place {
            Place::Admin if self.plugin.is_empty() => Some(Which::All),
            Place::Admin if self.path.is_empty() => Some(Which::One(self.plugin)),
            Place::Organization(org) if self.plugin.is_empty() => Some(Which::Organization(org)),
            _ => None,
        }
    }

    /// A page of the registry. `wrong`: what kept the last act from being done.
    pub(super) async fn registry(
        &self,
        which: Which<'_>,
        plugin: Option<&str>,
        wrong: &[String],
    ) -> Result<PluginPage, Problem> {
        let words = words(self.visitor);
        let which = match (which, plugin) {
            (Which::Organization(org), Some(plugin)) => Which::OneIn(org, plugin),
            (which, _) => which,
        };
        let view = registry::view(&self.services.plugins, &self.visitor.actor, which, words).await;
        let View { mut page, settings } = view.map_err(|error| told(self.visitor, &error))?;
        if !wrong.is_empty() {
            page.body.insert(0, registry::wrong(wrong));
        }
        let mut html = self.draw(&page.body, 2 + u8::from(self.slug.is_some()), None).await.html;
        if which == Which::All {
            let form = drawing::FileForm {
                action: &self.base(),
                field: "package",
                title: words.say("upload"),
                label: words.say("package"),
                hint: words.say("package_hint"),
                accept: ".gz,application/gzip",
                submit: words.say("upload_now"),
            };
            html.push_str(&drawing::file_form(&form));
            let form = drawing::FileForm {
                field: "data",
                title: words.say("data_in"),
                label: words.say("data_in_label"),
                hint: words.say("data_in_hint"),
                accept: ".jsonl,application/x-ndjson",
                submit: words.say("data_in_now"),
                ..form
            };
            html.push_str(&drawing::file_form(&form));
        }
        if let Some(settings) = settings {
            let (own, version) = (self.slug.is_none(), settings.version.to_string());
            let plugin = plugin.unwrap_or(self.plugin);
            let set: Vec<String> = settings.secrets.iter().map(|(name, _)| name.clone()).collect();
            let form = drawing::SettingsForm {
                schema: &settings.schema,
                values: &settings.shown(!own),
                set: &set,
                picks: &self.picks(drawing::pickers_of(&settings.schema)).await,
                operator: own,
                action: &self.base(),
                with: &[("act", "configure"), ("version", &version), ("plugin", plugin)],
                token: &|of| self.token(of),
                title: words.say("settings"),
                submit: words.say("save"),
            };
            html.push_str(&drawing::settings_form(&form, words));
        }
        Ok(PluginPage { title: page.title.unwrap_or_default(), html, ..PluginPage::default() })
    }

    /// Something that was pressed on a page of the registry.
    pub(super) async fn act(
        &self,
        which: Which<'_>,
        form: Map<String, Value>,
        typed: &[(String, String)],
    ) -> Result<Sent, Problem> {
        let done = registry::act(&self.services.plugins, &self.visitor.actor, which, &form, typed).await;
        let said = |name: &str| form.get(name).and_then(Value::as_str);
        let plugin = said("plugin").filter(|_| matches!(said("act"), Some("configure" | "limit")));
        self.ended(which, plugin, done).await
    }

    /// Takes in a package that was sent from the registry's page.
    ///
    /// # Errors
    ///
    /// Why it was not taken, where that is nothing about the package.
    pub async fn stage(&self, package: Vec<u8>) -> Result<Sent, Problem> {
        let staged = self.services.plugins.stage(&self.visitor.actor, package).await;
        self.ended(Which::All, None, staged.map(|staged| Some(registry::page_of(&staged.id)))).await
    }

    /// Takes in what a plugin kept, from a file that was sent from the registry's page.
    ///
    /// # Errors
    ///
    /// Why it was not taken, where that is nothing about the file.
    pub async fn take_in(&self, file: &[u8]) -> Result<Sent, Problem> {
        let done = registry::take_in(&self.services.plugins, &self.visitor.actor, file).await;
        self.ended(Which::All, None, done.map(|id| Some(registry::page_of(&id)))).await
    }

    /// Where an act of the registry leads: elsewhere, or back to the page with what was in the way.
    async fn ended(
        &self,
        which: Which<'_>,
        plugin: Option<&str>,
        done: Result<Option<String>, plugins::Error>,
    ) -> Result<Sent, Problem> {
        match done {
            Ok(to) => Ok(Sent::To(to.unwrap_or_else(|| match (which, plugin) {
                // Where its settings stand.
                (Which::Organization(_), Some(plugin)) => format!("{}?plugin={plugin}", self.base()),
                _ => self.base(),
            }))),
            Err(error) if error.kind() == Kind::Stale => Ok(Sent::To(context::prove_for(&self.base()))),
            Err(error) => {
                let says = error.says();
                if says.is_empty() {
                    return Err(told(self.visitor, &error));
                }
                Ok(Sent::Page(self.registry(which, plugin, &says).await?))
            }
        }
    }
}
