//! Pages and widgets of plugins as they are drawn for somebody, and what becomes of a form of theirs.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use base::{Actor, Kind, Millis, OrgId, Standing};
use contract::{Problem, organization::Organization};
use drawing::{Around, FormOf, Refusal, Words};
use leptos::prelude::use_context;
use plugin_api::{
    call::{Fault, Submitted},
    manifest::{Place as PlaceWord, Scope, Slot},
    page::{Node, Target, form},
};
use plugins::{On, Place, Shown, Visit};
use serde_json::{Map, Value};

use super::{
    api::{PluginPage, Sent, Widgets},
    picks,
    registry::{self, View, Which},
};
use crate::{
    context::{self, Services, Visitor},
    error::AppError,
    pages::orgs::api::Added,
};

/// How long a form may stand open.
const OPEN_MS: i64 = 12 * 60 * 60 * 1000;
/// How many people a page names at most.
const MOST_PEOPLE: usize = 200;

/// What came of a form that was sent without script: the page it led to is drawn as the answer.
#[derive(Clone)]
pub struct Answered(pub Result<PluginPage, AppError>);

/// Where a page is, and for whom it is drawn.
pub struct Asked<'a> {
    /// The services.
    pub services: &'a Arc<Services>,
    /// For whom.
    pub visitor: &'a Visitor,
    /// In what.
    pub place: Place,
    /// The organization's address, where it is one's.
    pub slug: Option<&'a str>,
    /// Whose page.
    pub plugin: &'a str,
    /// Which.
    pub path: &'a str,
    /// What follows the question mark.
    pub query: &'a str,
}

/// A page, as whoever asks for it reads it.
pub(crate) async fn page(
    place: Place,
    slug: Option<&str>,
    (plugin, path, query): (&str, &str, &str),
    (events, seen): (&str, i64),
) -> Result<PluginPage, AppError> {
    if let Some(Answered(page)) = use_context() {
        return page;
    }
    let (services, visitor) = (context::services(), context::visitor());
    if !events.is_empty() {
        let names: Vec<&str> = events.split(' ').collect();
        let happened = services.plugins.wait(&visitor.actor, place, plugin, path, &names, seen).await;
        if !happened.map_err(|error| context::refused(told(&visitor, &error)))? {
            return Ok(PluginPage { seen, ..PluginPage::default() });
        }
    }
    let asked = Asked { services: &services, visitor: &visitor, place, slug, plugin, path, query };
    asked.page(None).await.map_err(context::refused)
}

/// What plugins show in a slot. One that is late or fails is left out, with a word about it.
pub(crate) async fn widgets(slot: &str, organization: Option<OrgId>, subject: String) -> Widgets {
    let Some(slot) = Slot::from_word(slot) else { return Widgets::default() };
    let (services, visitor) = (context::services(), context::visitor());
    let slug = match organization {
        Some(org) => match services.orgs.organization(&visitor.actor, org).await {
            Ok(here) => Some(here.slug),
            // Whoever may not see it sees nothing of it.
            Err(_) => return Widgets::default(),
        },
        None => None,
    };
    let place = organization.map_or(Place::Hub, Place::Organization);
    let subject = Some(subject).filter(|subject| !subject.is_empty());
    let visit = visit(&visitor);
    let drawn = services.plugins.widgets(&visitor.actor, organization, slot, subject, &visit).await;
    let mut html = String::new();
    for widget in drawn {
        let asked = Asked {
            services: &services,
            visitor: &visitor,
            place,
            slug: slug.as_deref(),
            plugin: widget.id.as_str(),
            path: "",
            query: "",
        };
        let inner = match &widget.nodes {
            Some(nodes) => asked.draw(nodes, 3, None).await.html,
            None => drawing::left_out(
                words(&visitor),
                &widget.name,
                widget.why.as_deref().filter(|_| looks_after(&visitor)),
            ),
        };
        html.push_str(&drawing::widget(&widget.name, &inner));
    }
    Widgets { html }
}

/// The slots of the hub's pages that plugins use, and the pages of theirs that stand among them.
pub(crate) fn in_hub(actor: &Actor) -> (Vec<String>, Vec<(String, String)>) {
    let on = context::services().plugins.on_in(None);
    (slots(&on), menu(&on, actor, None, Scope::Hub, "/plugins"))
}

/// The same of an organization's.
pub(crate) async fn in_organization(here: &Organization) -> Added {
    let (services, actor) = (context::services(), context::visitor().actor);
    let on = services.plugins.on_in(Some(here.id));
    if on.is_empty() {
        return Added::default();
    }
    // Of one that is not at work nothing is shown.
    let Ok(standing) = services.orgs.standing(&actor, here.id).await else { return Added::default() };
    let base = format!("/orgs/{}/plugins", here.slug);
    Added { slots: slots(&on), menu: menu(&on, &actor, Some(&standing), Scope::Organization, &base) }
}

fn slots(on: &[Arc<On>]) -> Vec<String> {
    let mut slots: Vec<String> =
        on.iter().flat_map(|on| &on.manifest().widgets).map(|widget| widget.slot.word().to_owned()).collect();
    slots.sort();
    slots.dedup();
    slots
}

fn menu(on: &[Arc<On>], actor: &Actor, standing: Option<&Standing>, scope: Scope, base: &str) -> Vec<(String, String)> {
    let mut entries: Vec<(u32, String, String)> = Vec::new();
    for on in on {
        for page in on.manifest().pages.iter().filter(|page| page.scope == scope) {
            let Some(menu) = page.menu.as_ref().filter(|menu| menu.place == PlaceWord::Sidebar) else { continue };
            let open = !page.sign_in || actor.user().is_some();
            if open && page.permission.as_ref().is_none_or(|permission| on.may(actor, standing, permission)) {
                entries.push((menu.order, menu.label.clone(), format!("{base}/{}/{}", on.id(), page.path)));
            }
        }
    }
    entries.sort();
    entries.into_iter().map(|(_, label, path)| (label, path.trim_end_matches('/').to_owned())).collect()
}

/// Whether somebody is told why a plugin failed.
fn looks_after(visitor: &Visitor) -> bool {
    visitor.actor.may(base::Action::ViewPlugins).is_ok()
}

fn visit(visitor: &Visitor) -> Visit {
    Visit { locale: visitor.locale.code().to_owned(), trace: visitor.request_id.clone() }
}

fn words(visitor: &Visitor) -> &'static Words {
    Words::of(visitor.locale.code())
}

/// A failure of the service, as it is told. Our own faults and those of plugins are logged here, once.
pub(crate) fn told(visitor: &Visitor, error: &plugins::Error) -> Problem {
    let mut problem = error.problem();
    if matches!(problem.kind, Kind::Internal | Kind::Unavailable) {
        let says = error.to_string();
        tracing::error!(request.id = %visitor.request_id, error = says, "a plugin was asked in vain");
        problem.incident = Some(visitor.request_id.clone());
    }
    problem
}

impl Asked<'_> {
    /// Which of the registry's own pages it is, where it is one.
    fn desk(&self) -> Option<Which<'_>> {
        match self.place {
            Place::Admin if self.plugin.is_empty() => Some(Which::All),
            Place::Admin if self.path.is_empty() => Some(Which::One(self.plugin)),
            Place::Organization(org) if self.plugin.is_empty() => Some(Which::Organization(org)),
            _ => None,
        }
    }

    fn base(&self) -> String {
        match self.slug {
            Some(slug) if self.plugin.is_empty() => format!("/orgs/{slug}/plugins"),
            None if self.plugin.is_empty() => "/admin/plugins".to_owned(),
            Some(slug) => format!("/orgs/{slug}/plugins/{}", self.plugin),
            None if self.place == Place::Admin => format!("/admin/plugins/{}", self.plugin),
            None => format!("/plugins/{}", self.plugin),
        }
    }

    /// The page.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub async fn page(&self, refused: Option<&Refusal>) -> Result<PluginPage, Problem> {
        if let Some(which) = self.desk() {
            let asked = pairs(self.query).into_iter().find(|(name, _)| name == "plugin").map(|(_, plugin)| plugin);
            return self.registry(which, asked.as_deref(), &[]).await;
        }
        let query = pairs(self.query).into_iter().map(|(name, value)| (name, Value::String(value))).collect();
        let visit = visit(self.visitor);
        let service = &self.services.plugins;
        // Before it is drawn: what happens meanwhile may be on it or not, and is waited for.
        let seen = service.seen();
        let shown = service.page(&self.visitor.actor, self.place, self.plugin, self.path, query, &visit).await;
        Ok(self.drawn(shown.map_err(|error| told(self.visitor, &error))?, seen, refused).await)
    }

    /// A page of the registry. `wrong`: what kept the last act from being done.
    async fn registry(&self, which: Which<'_>, plugin: Option<&str>, wrong: &[String]) -> Result<PluginPage, Problem> {
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
    async fn act(
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

    async fn drawn(&self, shown: Shown, seen: i64, refused: Option<&Refusal>) -> PluginPage {
        let drawn = self.draw(&shown.page.body, 2 + u8::from(self.slug.is_some()), refused).await;
        let mut live: Vec<String> = drawn.live.into_iter().flat_map(|(_, events)| events).collect();
        live.sort();
        live.dedup();
        PluginPage { title: shown.title, plugin: shown.plugin, html: drawn.html, live, seen }
    }

    async fn draw(&self, nodes: &[Node], level: u8, refused: Option<&Refusal>) -> drawing::Drawn {
        let people = drawing::people_in(nodes);
        let people: Vec<i64> = people.into_iter().take(MOST_PEOPLE).collect();
        let people = if people.is_empty() {
            BTreeMap::new()
        } else {
            // A page without names is better than none.
            self.services.people.names(&self.visitor.actor, &people).await.unwrap_or_default()
        };
        let on = self.services.plugins.on_in(self.place.organization());
        let hash = on.iter().find(|on| on.id().as_str() == self.plugin).and_then(|on| on.hash()).unwrap_or_default();
        let (base, query) = (self.base(), pairs(self.query));
        let around = Around {
            words: words(self.visitor),
            base: &base,
            path: self.path,
            query: &query,
            assets: &format!("/plugins/{}/assets/{hash}", self.plugin),
            people: &people,
            picks: &self.picks(drawing::pickers_in(nodes)).await,
            token: &|of| self.token(of),
            refused,
            level,
        };
        drawing::draw(nodes, &around)
    }

    async fn picks(&self, wanted: BTreeSet<String>) -> drawing::Picks {
        let (visitor, organization) = (self.visitor, self.place.organization());
        picks::offered(self.services, visitor, organization, words(visitor), wanted).await
    }

    /// Shows that a form was drawn here, for this person, and not long ago.
    fn token(&self, of: &FormOf) -> String {
        let forms = &self.services.forms;
        let begun = format!("{}.{}", self.services.clock.now().0 + OPEN_MS, forms.nonce());
        let seal = forms.seal(&self.about(of, &begun));
        format!("{begun}.{seal}")
    }

    fn about(&self, of: &FormOf, begun: &str) -> String {
        let who = self.visitor.actor.user().map_or(0, base::UserId::get);
        format!("form\n{who}\n{}\n{}\n{}\n{begun}", self.base(), of.to, of.outline)
    }

    /// Whether a token was made here for that form, and is used for the first time.
    async fn is_ours(&self, of: &FormOf, token: &str) -> bool {
        let Some((begun, seal)) = token.rsplit_once('.') else { return false };
        let ends = begun.split('.').next().and_then(|ends| ends.parse().ok()).map(Millis);
        let forms = &self.services.forms;
        ends.is_some_and(|ends| ends > self.services.clock.now())
            && forms.is_sealed(&self.about(of, begun), seal)
            && forms.use_once(token).await
    }

    /// What becomes of a form that was sent to this page.
    ///
    /// # Errors
    ///
    /// Why it was not taken, where that is nothing about its fields.
    pub async fn send(&self, sent: Vec<(String, String)>) -> Result<Sent, Problem> {
        let value = |name: &str| sent.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
        let of = FormOf { to: self.path.to_owned(), outline: value("_outline").to_owned() };
        let (at, number) = (value("_at").to_owned(), value("_form").parse().unwrap_or(0));
        let words = words(self.visitor);
        let refusal = |wrong: Vec<(String, String)>| {
            let typed = sent.iter().filter(|(name, _)| !name.starts_with('_')).cloned().collect();
            Refusal { form: number, wrong, typed }
        };
        if !self.is_ours(&of, value("_token")).await {
            if self.visitor.actor.user().is_none() {
                return Err(Kind::Unauthenticated.into());
            }
            if let Some(which) = self.desk() {
                return Ok(Sent::Page(self.registry(which, None, &[words.stale().to_owned()]).await?));
            }
            return self.again(&at, &refusal(vec![(String::new(), words.stale().to_owned())])).await;
        }
        let form = match form::read(&of.outline, &sent) {
            Ok(form) => form,
            Err(mistakes) if self.desk().is_some() => {
                let wrong = Refusal::of_mistakes(mistakes, words);
                let wrong: Vec<String> = wrong.into_iter().map(|(name, says)| format!("{name}: {says}")).collect();
                return match self.desk() {
                    Some(which) => Ok(Sent::Page(self.registry(which, None, &wrong).await?)),
                    None => Err(Kind::Internal.into()),
                };
            }
            Err(mistakes) => return self.again(&at, &refusal(Refusal::of_mistakes(mistakes, words))).await,
        };
        if let Some(which) = self.desk() {
            return self.act(which, form, &sent).await;
        }
        let seen = self.services.plugins.seen();
        match self.submit(form).await {
            Ok(Submitted::Page(page)) => {
                let title = page.title.clone().unwrap_or_default();
                let shown = Shown { page, title, plugin: self.plugin.to_owned() };
                Ok(Sent::Page(self.drawn(shown, seen, None).await))
            }
            Ok(Submitted::Redirect(to)) => match Target::of(&to) {
                Some(Target::Own("")) => Ok(Sent::To(self.base())),
                Some(Target::Own(to)) => Ok(Sent::To(format!("{}/{to}", self.base()))),
                Some(Target::Hub(to)) => Ok(Sent::To(to.to_owned())),
                _ => Err(Kind::Unavailable.into()),
            },
            Err(plugins::Error::Invalid(wrong) | plugins::Error::Fault(Fault::Invalid(wrong))) => {
                self.again(&at, &refusal(wrong)).await
            }
            Err(error) => Err(told(self.visitor, &error)),
        }
    }

    async fn submit(&self, form: Map<String, Value>) -> Result<Submitted, plugins::Error> {
        let (actor, visit): (&Actor, Visit) = (&self.visitor.actor, visit(self.visitor));
        self.services.plugins.submit(actor, self.place, self.plugin, self.path, form, &visit).await
    }

    /// The page the form stood on, with what is wrong.
    async fn again(&self, at: &str, refusal: &Refusal) -> Result<Sent, Problem> {
        let page = Asked { path: at, query: "", ..*self }.page(Some(refusal)).await?;
        Ok(Sent::Page(page))
    }
}

/// A query or the body of a form, read.
pub fn pairs(query: &str) -> Vec<(String, String)> {
    let plain = |text: &str| {
        let text = text.replace('+', " ");
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text.as_bytes();
        while let [first, others @ ..] = rest {
            let coded = (*first == b'%').then(|| others.get(..2)).flatten();
            let coded = coded.and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
            bytes.push(coded.unwrap_or(*first));
            rest = if coded.is_some() { &others[2..] } else { others };
        }
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let parts = query.split('&').filter(|part| !part.is_empty()).take(1_000);
    parts
        .map(|part| {
            part.split_once('=').map_or((plain(part), String::new()), |(name, value)| (plain(name), plain(value)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_s_body_is_read() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            pairs("a=1&b=x+y%26%3D&c&d=%zz%C3%A9"),
            [pair("a", "1"), pair("b", "x y&="), pair("c", ""), pair("d", "%zzé")]
        );
        assert_eq!(pairs(""), []);
    }
}
