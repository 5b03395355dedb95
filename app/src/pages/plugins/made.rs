//! Pages and widgets of plugins as they are drawn for somebody, and what becomes of a form of theirs.

mod desk;
mod elsewhere;
mod sending;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use base::{Actor, Kind, OrgId, Standing};
use contract::{
    Problem,
    organization::{OrgState, Organization},
};
use drawing::{Around, Refusal, Words};
use leptos::prelude::use_context;
use plugin_api::{
    manifest::{Place as PlaceWord, Scope, Slot},
    page::Node,
};
use plugins::{On, Place, Shown, Visit};
use serde_json::Value;

pub use elsewhere::Elsewhere;

use super::{
    api::{PluginPage, Widgets},
    picks,
};
use crate::{
    context::{self, Services, Visitor},
    error::AppError,
    pages::orgs::api::Added,
};

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

/// What plugins show in slots of one page. One that is late or fails is left out, with a word about it.
pub(crate) async fn widgets(slots: &[Slot], organization: Option<OrgId>, subject: String) -> Vec<Widgets> {
    let (services, visitor) = (context::services(), context::visitor());
    let (standing, slug) = match organization {
        Some(org) => match context::met(org).await {
            Some((standing, slug)) => (Some((org, standing)), Some(slug)),
            // Whoever may not see it sees nothing of it.
            None => return Vec::new(),
        },
        None => (None, None),
    };
    let place = organization.map_or(Place::Hub, Place::Organization);
    let subject = Some(subject).filter(|subject| !subject.is_empty());
    let visit = visit(&visitor);
    let drawn = services.plugins.widgets(&visitor.actor, standing, slots, subject, &visit).await;
    let mut shown: Vec<Widgets> = slots.iter().map(|_| Widgets::default()).collect();
    for widget in drawn {
        let Some(at) = slots.iter().position(|slot| *slot == widget.slot) else { continue };
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
        shown[at].html.push_str(&drawing::widget(&widget.name, &inner));
    }
    shown
}

/// The slots of the hub's pages that plugins use, and the pages of theirs that stand among them.
pub(crate) fn in_hub(actor: &Actor, locale: &str) -> (Vec<String>, Vec<(String, String)>) {
    let on = context::services().plugins.on_in(None);
    (slots(&on), menu(&on, (actor, None), Scope::Hub, "/plugins", locale))
}

/// The same of an organization's.
pub(crate) fn in_organization(here: &Organization) -> Added {
    let (services, Visitor { actor, locale, .. }) = (context::services(), context::visitor());
    let on = services.plugins.on_in(Some(here.id));
    // Of one that is not at work nothing is shown.
    if on.is_empty() || here.state != OrgState::Active {
        return Added::default();
    }
    // What a plugin lets somebody do goes by their role alone, and that has been read with the organization.
    let standing = Standing { role: here.you.role, policies: Vec::new() };
    let base = format!("/orgs/{}/plugins", here.slug);
    Added { slots: slots(&on), menu: menu(&on, (&actor, Some(&standing)), Scope::Organization, &base, locale.code()) }
}

fn slots(on: &[Arc<On>]) -> Vec<String> {
    let mut slots: Vec<String> =
        on.iter().flat_map(|on| &on.manifest().widgets).map(|widget| widget.slot.word().to_owned()).collect();
    slots.sort();
    slots.dedup();
    slots
}

fn menu(
    on: &[Arc<On>],
    (actor, standing): (&Actor, Option<&Standing>),
    scope: Scope,
    base: &str,
    locale: &str,
) -> Vec<(String, String)> {
    let mut entries: Vec<(u32, String, String)> = Vec::new();
    for on in on {
        for page in on.manifest_in(locale).pages.iter().filter(|page| page.scope == scope) {
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
        let on = on.iter().find(|on| on.id().as_str() == self.plugin);
        let hash = on.and_then(|on| on.hash()).unwrap_or_default();
        let (base, query) = (self.base(), pairs(self.query));
        let around = Around {
            words: words(self.visitor),
            base: &base,
            path: self.path,
            query: &query,
            assets: &format!("/plugins/{}/assets/{hash}", self.plugin),
            people: &people,
            picks: &self.picks(drawing::pickers_in(nodes)).await,
            elsewhere: &|url| {
                on.filter(|on| on.may_show(url)).map(|_| self.elsewhere(url).address(&*self.services.forms))
            },
            token: &|of| self.token(of),
            refused,
            level,
        };
        drawing::draw(nodes, &around)
    }

    fn elsewhere<'a>(&'a self, url: &'a str) -> Elsewhere<'a> {
        Elsewhere { plugin: self.plugin, organization: self.place.organization(), url }
    }

    async fn picks(&self, wanted: BTreeSet<String>) -> drawing::Picks {
        let (visitor, organization) = (self.visitor, self.place.organization());
        picks::offered(self.services, visitor, organization, words(visitor), wanted).await
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
