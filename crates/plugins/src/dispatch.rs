//! From an address, a slot or a point to the plugin that is asked, for whoever may.

use std::{collections::BTreeMap, sync::Arc};

use base::{Action, Actor, Kind, OrgId, Standing};
use bytes::Bytes;
use plugin_api::{
    PluginId,
    call::{Fault, Request, Response, Submitted, Verdict},
    manifest::{OnFailure, Point, Scope, Slot},
    page::{Node, Page, Target},
};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::{
    Error, Plugins,
    calling::{Ask, Export, Visit},
    moment::View,
    snapshot::On,
    store,
};

/// Which address a page or a route has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// `/plugins/{id}/…`
    Hub,
    /// `/admin/plugins/{id}/…`
    Admin,
    /// `/orgs/{org}/plugins/{id}/…`
    Organization(OrgId),
}

impl Place {
    /// The organization, where it is one's.
    pub const fn organization(self) -> Option<OrgId> {
        match self {
            Self::Organization(org) => Some(org),
            Self::Hub | Self::Admin => None,
        }
    }

    const fn scope(self) -> Scope {
        match self {
            Self::Hub => Scope::Hub,
            Self::Admin => Scope::Admin,
            Self::Organization(_) => Scope::Organization,
        }
    }
}

/// A page, ready to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// What stands on it. It was looked at, and is within its limits.
    pub page: Page,
    /// Its heading.
    pub title: String,
    /// Whose it is, as people call it.
    pub plugin: String,
}

/// A plugin's part of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// Where.
    pub slot: Slot,
    /// Whose.
    pub id: PluginId,
    /// As people call it.
    pub name: String,
    /// What it shows; `None`: it failed, or took too long.
    pub nodes: Option<Arc<[Node]>>,
    /// Why, for those who look after plugins.
    pub why: Option<String>,
}

/// What plugins said to something that is about to happen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Checked {
    /// Who doesn't want it, and the sentence for whoever does.
    pub refused: Option<(PluginId, String)>,
    /// What is to happen instead.
    pub draft: Map<String, Value>,
}

/// A file that pages show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// What is in it.
    pub bytes: Bytes,
    /// Its type.
    pub kind: &'static str,
}

/// Headers of an answer that go on to whoever asked. None that sets a cookie, or says to a browser what it may do.
const HEADERS: [&str; 8] = [
    "content-type",
    "content-disposition",
    "content-language",
    "cache-control",
    "etag",
    "last-modified",
    "retry-after",
    "location",
];
/// Types an answer may be of. None that a browser runs script of.
const TYPES: [&str; 9] = [
    "application/json",
    "application/problem+json",
    "application/octet-stream",
    "text/plain",
    "text/csv",
    "text/calendar",
    "image/png",
    "image/jpeg",
    "image/webp",
];

impl Plugins {
    /// What the actor is there, who may do it there: `NotFound` where there is nothing for them.
    pub(crate) async fn standing(
        &self,
        actor: &Actor,
        organization: Option<OrgId>,
        action: Action,
    ) -> Result<Option<Standing>, Error> {
        let Some(org) = organization else {
            actor.may(action)?;
            return Ok(None);
        };
        if matches!(actor, Actor::Stranger { .. }) && !action.rule().strangers {
            return Err(Error::Refused(Kind::Unauthenticated));
        }
        let standing = self.0.parts.neighbours.standing(actor, org).await.map_err(|error| Error::Elsewhere(error.0))?;
        let standing = standing.ok_or(Error::NotFound)?;
        actor.may_in(action, &standing)?;
        Ok(Some(standing))
    }

    /// The plugin, where it is on there.
    fn on_at(&self, place: Place, id: &str) -> Result<Arc<On>, Error> {
        self.snapshot().here(place.organization()).find(id).cloned().ok_or(Error::NotFound)
    }

    fn ask(on: Arc<On>, place: Place, actor: &Actor, standing: Option<Standing>, visit: &Visit, export: Export) -> Ask {
        Ask {
            actor: Some(actor.clone()),
            standing,
            visit: visit.clone(),
            ..Ask::by_hub(on, place.organization(), export, String::new())
        }
    }

    /// The page at that address, where it may be seen: which plugin's, what the actor is there, the page's heading in that language.
    pub(crate) async fn may_see(
        &self,
        actor: &Actor,
        place: Place,
        id: &str,
        path: &str,
        action: Action,
        locale: &str,
    ) -> Result<(Arc<On>, Option<Standing>, String), Error> {
        let standing = self.enter(actor, place, action).await?;
        let on = self.on_at(place, id)?;
        let pages = on.manifest_in(locale).pages.iter().filter(|page| page.scope == place.scope());
        let page = closest(pages, path, |page| &page.path).ok_or(Error::NotFound)?.0;
        if page.sign_in && actor.user().is_none() && !runs_by_itself(actor) {
            return Err(Error::Refused(Kind::Unauthenticated));
        }
        if let Some(permission) = &page.permission
            && !on.may(actor, standing.as_ref(), permission)
        {
            // Whoever may not see it is told what somebody is told who asks for one that isn't there.
            return Err(Error::NotFound);
        }
        let title = page.title.clone();
        Ok((on, standing, title))
    }

    /// The same, and it counts as a call.
    async fn page_at(
        &self,
        actor: &Actor,
        place: Place,
        id: &str,
        path: &str,
        action: Action,
        locale: &str,
    ) -> Result<(Arc<On>, Option<Standing>, String), Error> {
        let found = self.may_see(actor, place, id, path, action, locale).await?;
        found.0.count(place.organization(), actor.user())?;
        Ok(found)
    }

    /// What is the operator's alone is looked at first.
    async fn enter(&self, actor: &Actor, place: Place, action: Action) -> Result<Option<Standing>, Error> {
        if place == Place::Admin {
            let action = if action == Action::UsePlugins { Action::ViewPlugins } else { Action::ManagePlugins };
            return self.standing(actor, None, action).await;
        }
        self.standing(actor, place.organization(), action).await
    }

    /// Draws a page.
    pub async fn page(
        &self,
        actor: &Actor,
        place: Place,
        id: &str,
        path: &str,
        query: Map<String, Value>,
        visit: &Visit,
    ) -> Result<Shown, Error> {
        let (on, standing, title) = self.page_at(actor, place, id, path, Action::UsePlugins, &visit.locale).await?;
        let ask = Self::ask(on.clone(), place, actor, standing, visit, Export::Page);
        let path = path.to_owned();
        let page = self.call(ask, move |plugin, ctx| plugin.page(ctx, path, query)).await?;
        check(&page)?;
        let title = page.title.clone().unwrap_or(title);
        Ok(Shown { page, title, plugin: on.manifest_in(&visit.locale).name.clone() })
    }

    /// Takes a form of a page. Where it leads is a page that was looked at, or an address within the hub.
    pub async fn submit(
        &self,
        actor: &Actor,
        place: Place,
        id: &str,
        path: &str,
        form: Map<String, Value>,
        visit: &Visit,
    ) -> Result<Submitted, Error> {
        let (on, standing, _) = self.page_at(actor, place, id, path, Action::ActThroughPlugins, &visit.locale).await?;
        if actor.user().is_none() {
            return Err(Error::Refused(Kind::Unauthenticated));
        }
        let ask = Self::ask(on, place, actor, standing, visit, Export::Submit);
        let path = path.to_owned();
        let answer = self.call(ask, move |plugin, ctx| plugin.submit(ctx, path, form)).await?;
        match &answer {
            Submitted::Page(page) => check(page)?,
            Submitted::Redirect(to) if !matches!(Target::of(to), Some(Target::Own(_) | Target::Hub(_))) => {
                return Err(Fault::Internal("it leads out of the hub".into()).into());
            }
            Submitted::Redirect(_) => {}
        }
        Ok(answer)
    }

    /// Asks a route. `request.path` is what follows the address's beginning; what stands in braces is found here.
    pub async fn route(
        &self,
        actor: &Actor,
        place: Place,
        id: &str,
        request: Request,
        visit: &Visit,
    ) -> Result<Response, Error> {
        let reads = request.method == "GET";
        let action = if reads { Action::UsePlugins } else { Action::ActThroughPlugins };
        let standing = self.enter(actor, place, action).await?;
        let on = self.on_at(place, id)?;
        let routes = on.manifest().routes.iter();
        let routes = routes.filter(|route| route.scope == place.scope() && route.method.word() == request.method);
        let (route, params) = closest(routes, &request.path, |route| &route.path).ok_or(Error::NotFound)?;
        let granted_to_all = route.public && on.granted.routes_public;
        if !granted_to_all && actor.user().is_none() && !runs_by_itself(actor) {
            return Err(Error::Refused(Kind::Unauthenticated));
        }
        if let Some(permission) = &route.permission
            && !on.may(actor, standing.as_ref(), permission)
        {
            return Err(Error::NotFound);
        }
        if request.body.len() > route.max_body_bytes as usize {
            return Err(Error::wrong("body", format!("has at most {} bytes", route.max_body_bytes)));
        }
        let request = Request { path: route.path.clone(), params, ..request };
        on.count(place.organization(), actor.user())?;
        let ask = Self::ask(on, place, actor, standing, visit, Export::Route);
        let answer = self.call(ask, move |plugin, ctx| plugin.route(ctx, request)).await?;
        Ok(tame(answer))
    }

    /// Hands on what a stranger's program sends to one of a plugin's addresses. The token decides where that is.
    pub async fn webhook(
        &self,
        actor: &Actor,
        id: &str,
        name: &str,
        token: &str,
        request: Request,
        visit: &Visit,
    ) -> Result<Response, Error> {
        actor.may(Action::ActThroughPlugins)?;
        let hash: [u8; 32] = Sha256::digest(token).into();
        // Looked for by the hash, so how long it takes says nothing about the token.
        let row = store::webhook(self.db(), id, name, &hash).await?.ok_or(Error::NotFound)?;
        let organization = row.organization_id.map(OrgId::from);
        let on = self.snapshot().here(organization).find(id).cloned().ok_or(Error::NotFound)?;
        if on.manifest().webhooks.iter().all(|webhook| webhook.name != name) {
            return Err(Error::NotFound);
        }
        on.count(organization, None)?;
        store::touch_webhook(self.db(), row.id, self.now()).await?;
        let ask = Ask { visit: visit.clone(), ..Ask::by_hub(on, organization, Export::Webhook, String::new()) };
        let name = name.to_owned();
        let answer = self.call(ask, move |plugin, ctx| plugin.webhook(ctx, name, request)).await?;
        Ok(tame(answer))
    }

    /// Everything that plugins show in these slots of one page: slot by slot, in the order they need one another. All are asked at once, and
    /// none is waited for long. Whoever asks for the same again within a moment is given the same. `organization`: on whose page, and what the
    /// reader is to it.
    pub async fn widgets(
        &self,
        actor: &Actor,
        organization: Option<(OrgId, Standing)>,
        slots: &[Slot],
        subject: Option<String>,
        visit: &Visit,
    ) -> Vec<Drawn> {
        let (organization, standing) = organization.unzip();
        let may = match &standing {
            Some(standing) => actor.may_in(Action::UsePlugins, standing),
            None => actor.may(Action::UsePlugins),
        };
        if may.is_err() {
            return Vec::new();
        }
        let here = self.on_in(organization);
        let fills = |on: &On, slot| on.manifest().widgets.iter().any(|widget| widget.slot == slot);
        let there = slots.iter().flat_map(|slot| here.iter().filter(|on| fills(on, *slot)).map(|on| (*slot, on)));
        let there: Vec<(Slot, &Arc<On>)> = there.collect();
        let place = organization.map_or(Place::Hub, Place::Organization);
        let asked = there.into_iter().map(|(slot, on)| {
            let ask = Self::ask(on.clone(), place, actor, standing.clone(), visit, Export::Widget);
            let subject = subject.clone();
            let view = View {
                organization,
                slot: slot.word(),
                subject: subject.clone(),
                reader: actor.user(),
                permissions: on.permissions(actor, standing.as_ref()),
                locale: visit.locale.clone(),
            };
            async move {
                let nodes = match on.moment.shown(&view) {
                    Ok(nodes) if on.is_ready() => Ok(nodes),
                    shown => {
                        let nodes = self.call(ask, move |plugin, ctx| plugin.widget(ctx, slot, subject)).await;
                        let nodes = nodes.and_then(|nodes| {
                            Node::check_all(&nodes).map_err(flawed)?;
                            Ok(Arc::from(nodes))
                        });
                        if let (Err(turn), Ok(nodes)) = (shown, &nodes) {
                            on.moment.keep(turn, view, Arc::clone(nodes));
                        }
                        nodes
                    }
                };
                let why = nodes.as_ref().err().map(ToString::to_string);
                let name = on.manifest_in(&visit.locale).name.clone();
                Drawn { slot, id: on.id().clone(), name, nodes: nodes.ok(), why }
            }
        });
        let drawn = futures::future::join_all(asked).await;
        // Nothing to show is no part of the page.
        drawn.into_iter().filter(|drawn| drawn.nodes.as_ref().is_none_or(|nodes| !nodes.is_empty())).collect()
    }

    /// Whether anybody is to be asked before that. Asks for no memory and waits for nothing.
    pub fn asks(&self, organization: Option<OrgId>, point: Point) -> bool {
        !self.0.snapshot.load().here(organization).checks(point).is_empty()
    }

    /// Asks everybody who wanted to be asked, one after the other: each sees what those before it made of the draft. The first that doesn't
    /// want it has the last word.
    ///
    /// Who may do what is about to happen has been decided by whoever asks this.
    pub async fn check(
        &self,
        actor: &Actor,
        organization: Option<OrgId>,
        point: Point,
        draft: Map<String, Value>,
        visit: &Visit,
    ) -> Result<Checked, Error> {
        let here = Arc::clone(self.snapshot().here(organization));
        let mut checked = Checked { refused: None, draft };
        if here.checks(point).is_empty() {
            return Ok(checked);
        }
        let standing = match organization {
            Some(org) => {
                self.0.parts.neighbours.standing(actor, org).await.map_err(|error| Error::Elsewhere(error.0))?
            }
            None => None,
        };
        let place = organization.map_or(Place::Hub, Place::Organization);
        for on in here.checks(point) {
            let Some(declared) = on.manifest().checks.iter().find(|check| check.point == point) else { continue };
            let export = Export::Check(declared.deadline_ms);
            let ask = Self::ask(on.clone(), place, actor, standing.clone(), visit, export);
            let draft = checked.draft.clone();
            match self.call(ask, move |plugin, ctx| plugin.check(ctx, point, draft)).await {
                Ok(Verdict::Allow) => {}
                Ok(Verdict::Refuse(why)) => {
                    checked.refused = Some((on.id().clone(), why));
                    return Ok(checked);
                }
                Ok(Verdict::Rewrite(fields)) => {
                    for (name, value) in fields {
                        let may = declared.rewrites.contains(&name) && point.rewritable().contains(&name.as_str());
                        if may && checked.draft.contains_key(&name) {
                            checked.draft.insert(name, value);
                        }
                    }
                }
                Err(error) => {
                    tracing::warn!(plugin = on.id().as_str(), point = point.word(), %error, "a plugin's check failed");
                    if declared.on_failure == OnFailure::Refuse {
                        checked.refused = Some((on.id().clone(), String::new()));
                        return Ok(checked);
                    }
                }
            }
        }
        Ok(checked)
    }

    /// A file of a plugin's package. Its address holds the package's hash, so it never changes.
    pub fn asset(&self, actor: &Actor, id: &str, hash: &str, file: &str) -> Result<Asset, Error> {
        actor.may(Action::UsePlugins)?;
        let here = self.0.snapshot.load();
        let plugin = here.find(id).ok_or(Error::NotFound)?;
        if plugin.facts.sha256.map(hex::encode).as_deref() != Some(hash) {
            return Err(Error::NotFound);
        }
        let (bytes, kind) = plugin.facts.assets.get(file).ok_or(Error::NotFound)?;
        Ok(Asset { bytes: bytes.clone(), kind })
    }
}

fn runs_by_itself(actor: &Actor) -> bool {
    matches!(actor, Actor::Job | Actor::Operator)
}

fn flawed(flaws: Vec<plugin_api::page::Flaw>) -> Error {
    let told: Vec<String> = flaws.iter().take(5).map(ToString::to_string).collect();
    Fault::Internal(format!("what it shows can't be drawn: {}", told.join("; "))).into()
}

fn check(page: &Page) -> Result<(), Error> {
    page.check().map_err(flawed)
}

/// Whether an address leads to a place within the hub: a browser takes `//` and `/\` for the beginning of a host's name.
fn is_within(to: &str) -> bool {
    to.starts_with('/') && !to.starts_with("//") && !to.contains('\\') && !to.chars().any(char::is_control)
}

/// An answer as a browser may see it from the hub's own address.
fn tame(answer: Response) -> Response {
    let Response { status, headers, body } = answer;
    let status = if (200..=599).contains(&status) { status } else { 502 };
    let mut kept: Vec<(String, String)> = headers
        .into_iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .filter(|(name, value)| {
            HEADERS.contains(&name.as_str())
                && !value.chars().any(char::is_control)
                && (name != "location" || is_within(value))
        })
        .collect();
    let known = |value: &str| {
        let kind = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        TYPES.contains(&kind.as_str())
    };
    match kept.iter_mut().find(|(name, _)| name == "content-type") {
        Some((_, value)) if !known(value) => "text/plain; charset=utf-8".clone_into(value),
        Some(_) => {}
        None if body.is_empty() => {}
        None => kept.push(("content-type".into(), "application/octet-stream".into())),
    }
    Response { status, headers: kept, body }
}

/// Of those whose path fits, the one with the fewest names in braces, and what stands for them.
fn closest<'a, T>(
    all: impl Iterator<Item = &'a T>,
    path: &str,
    of: impl Fn(&T) -> &str,
) -> Option<(&'a T, BTreeMap<String, String>)> {
    let fitting = all.filter_map(|one| Some((one, fit(of(one), path)?)));
    fitting.min_by_key(|(_, params)| params.len())
}

/// What stands for the names in braces, where the path fits.
fn fit(pattern: &str, path: &str) -> Option<BTreeMap<String, String>> {
    let (pattern, path) = (pattern.trim_matches('/'), path.trim_matches('/'));
    let mut parts = path.split('/');
    let mut params = BTreeMap::new();
    for wanted in pattern.split('/') {
        let part = parts.next()?;
        match wanted.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(_) if part.is_empty() => return None,
            Some(name) => {
                params.insert(name.to_owned(), part.to_owned());
            }
            None if wanted != part => return None,
            None => {}
        }
    }
    parts.next().is_none().then_some(params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_fits_its_pattern() {
        let params = |pattern: &str, path: &str| {
            fit(pattern, path)
                .map(|found| found.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>())
        };
        assert_eq!(params("seeds/{id}", "seeds/7"), Some(vec!["id=7".to_owned()]));
        assert_eq!(params("", "/"), Some(Vec::new()));
        assert_eq!(params("seeds", "/seeds/"), Some(Vec::new()));
        for (pattern, path) in [("seeds/{id}", "seeds"), ("seeds/{id}", "seeds/"), ("seeds", "seeds/7"), ("", "seeds")]
        {
            assert_eq!(params(pattern, path), None, "{pattern} {path}");
        }
        let all = ["seeds/{id}".to_owned(), "seeds/new".to_owned()];
        let of = |path: &str| closest(all.iter(), path, |one| one).unwrap().0.as_str();
        assert_eq!((of("seeds/new"), of("seeds/7")), ("seeds/new", "seeds/{id}"));
    }

    #[test]
    fn an_answer_sets_no_cookie_and_runs_no_script() {
        let answer = Response {
            status: 200,
            headers: [
                ("Content-Type", "text/html"),
                ("Set-Cookie", "a=b"),
                ("Content-Security-Policy", "*"),
                ("Location", "https://evil.example"),
                ("ETag", "\"1\""),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
            body: b"<script>".to_vec(),
        };
        let tamed = tame(answer);
        let kept = [("content-type", "text/plain; charset=utf-8"), ("etag", "\"1\"")];
        assert_eq!(tamed.headers, kept.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(tame(Response { status: 99, ..Response::default() }).status, 502);
        assert!(is_within("/orgs/a") && !is_within("//evil.example") && !is_within("https://evil.example"));
        assert!(!is_within("/\\evil.example"));
    }
}
