//! The routes that plugins offer, as they stand in the API's document: what their manifests say, and nothing of how they answer.

use std::sync::Arc;

use plugin_api::manifest::{Method, Route, Scope};
use plugins::On;
use serde_json::{Value, json};

/// Where routes are offered.
pub(in crate::api) enum Place<'a> {
    /// By the hub itself, and to those who run it.
    Hub,
    /// In the organization of that address.
    Organization(&'a str),
}

impl Place<'_> {
    fn has(&self, scope: Scope) -> bool {
        match self {
            Self::Hub => matches!(scope, Scope::Hub | Scope::Admin),
            Self::Organization(_) => scope == Scope::Organization,
        }
    }

    fn path(&self, plugin: &str, route: &Route) -> String {
        let below = match (self, route.scope) {
            (Self::Organization(slug), _) => format!("orgs/{slug}/{}", route.path),
            (Self::Hub, Scope::Admin) => format!("admin/{}", route.path),
            (Self::Hub, _) => route.path.clone(),
        };
        format!("/api/plugins/{plugin}/{below}").trim_end_matches('/').to_owned()
    }
}

/// Whether anything is offered there.
pub(super) fn is_any(on: &[Arc<On>], place: &Place<'_>) -> bool {
    on.iter().flat_map(|on| &on.manifest().routes).any(|route| place.has(route.scope))
}

/// Puts what is offered there into the document.
pub(super) fn put_into(document: &mut Value, on: &[Arc<On>], place: &Place<'_>) {
    for plugin in on {
        let manifest = plugin.manifest();
        let routes: Vec<&Route> = manifest.routes.iter().filter(|route| place.has(route.scope)).collect();
        if routes.is_empty() {
            continue;
        }
        let id = manifest.id.as_str();
        if let Some(tags) = document["tags"].as_array_mut() {
            let about = format!("{}: {}", manifest.name, manifest.description);
            tags.push(json!({ "name": tag(id), "description": about }));
        }
        for route in routes {
            let method = route.method.word().to_ascii_lowercase();
            document["paths"][place.path(id, route)][method] = operation(id, route);
        }
    }
}

fn tag(plugin: &str) -> String {
    format!("plugin {plugin}")
}

fn operation(plugin: &str, route: &Route) -> Value {
    let problem = |description: &str| {
        json!({
            "description": description,
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        })
    };
    let word = |text: &str| text.replace(|letter: char| !letter.is_ascii_alphanumeric(), "_");
    let (verb, scope) = (route.method.word(), route.scope.word());
    let title = route.summary.clone().unwrap_or_else(|| format!("{verb} {}", route.path));
    let mut operation = json!({
        "operationId": format!("plugin_{plugin}_{scope}_{}_{}", verb.to_ascii_lowercase(), word(&route.path)),
        "tags": [tag(plugin)],
        "summary": title,
        "responses": {
            "2XX": { "description": "What the plugin answers." },
            "404": problem("There is no such thing, the plugin is off here, or whoever asks may not see it."),
            "429": problem("Too often; `Retry-After` says when to come back."),
            "503": problem("The plugin can't answer now; `Retry-After` says when to come back."),
            "default": problem("Anything else that kept it from being done."),
        },
    });
    if route.public {
        operation["security"] = json!([{}, { "token": [] }]);
    } else {
        operation["responses"]["401"] = problem("No token, or one that is no good.");
    }
    if let Some(permission) = &route.permission {
        operation["description"] = format!("Takes the plugin's permission `{permission}`.").into();
    }
    let parameters: Vec<Value> = parameters(&route.path)
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    if matches!(route.method, Method::Post | Method::Put | Method::Patch) {
        let about = format!("At most {} bytes.", route.max_body_bytes);
        operation["requestBody"] = json!({ "description": about, "content": { "*/*": { "schema": {} } } });
    }
    operation
}

/// What stands in the braces of a path.
fn parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}
