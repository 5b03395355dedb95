//! From a `manifest.yaml` of the program this plugin system descends from to a `plugin.toml`.
//!
//! What has a counterpart is carried over, also where the file has the slips that were common there: `plugin_id` for `id`, a list where a
//! table was meant, keys nobody read. What has none is told in a note. What the author alone can know stays open as a problem of the
//! new text.

mod config;
mod write;
mod yaml;

use serde_json::{Map, Value, json};

pub use self::yaml::LARGEST;
use self::yaml::{Node, Tree};
use crate::{
    manifest::{Category, Kind},
    name,
    problem::{Position, Problem, hint},
    read,
};

/// What became of a seed-style manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Converted {
    /// The new manifest.
    pub toml: String,
    /// Whose code it is: the old format wrote it into the manifest, here it follows from where the plugin stands.
    pub kind: Kind,
    /// What was changed or left behind, at its place in the old text.
    pub notes: Vec<Note>,
    /// What is still wrong with the new text, at its place there: for the author to mend. Empty: it is taken as it is.
    pub problems: Vec<Problem>,
}

/// Something that was changed or left behind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// Where, in the old text.
    pub at: Position,
    /// What became of it.
    pub text: String,
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.at, self.text)
    }
}

const KEYS: [&str; 18] = [
    "id",
    "name",
    "version",
    "description",
    "author",
    "website",
    "license",
    "type",
    "category",
    "enabled_by_default",
    "private",
    "global_plugin",
    "requires",
    "optional",
    "conflicts",
    "provides",
    "permissions",
    "config_schema",
];
const PROVIDES: [&str; 8] =
    ["models", "pages", "api_routes", "discord_commands", "events", "tasks", "services", "exports"];

/// Converts one. Fails only where the text can't be read at all.
pub fn from_seed(source: &str) -> Result<Converted, Vec<Problem>> {
    let root = yaml::read(source)?;
    let Tree::Table(_) = root.tree else {
        return Err(vec![root.problem("this is not a manifest: it has no keys")]);
    };
    let mut seed = Seed { out: Map::new(), notes: Vec::new(), id: String::new() };
    let kind = seed.convert(&root);
    let Seed { out, mut notes, .. } = seed;
    notes.sort();
    let toml = write::manifest(&out);
    let problems = read::parse(&toml, kind).err().unwrap_or_default();
    Ok(Converted { toml, kind, notes, problems })
}

struct Seed {
    out: Map<String, Value>,
    notes: Vec<Note>,
    id: String,
}

impl Seed {
    fn note(&mut self, at: Position, text: impl Into<String>) {
        self.notes.push(Note { at, text: text.into() });
    }

    fn put(&mut self, key: &str, value: impl Into<Value>) {
        self.out.insert(key.to_owned(), value.into());
    }

    fn push(&mut self, table: &str, value: Value) {
        match self.out.entry(table).or_insert_with(|| json!([])) {
            Value::Array(list) => list.push(value),
            _ => unreachable!("only lists are pushed to"),
        }
    }

    fn convert(&mut self, root: &Node) -> Kind {
        self.put("manifest", 1);
        self.identity(root);
        let kind = self.place(root);
        for table in ["requires", "optional", "conflicts"] {
            self.relations(root, table);
        }
        if let Some(provides) = root.get("provides") {
            self.provides(provides);
        }
        if let Some(permissions) = root.get("permissions") {
            self.permissions(permissions);
        }
        if let Some(schema) = root.get("config_schema").or_else(|| root.get("config")) {
            let (config, notes) = config::convert(schema);
            self.notes.extend(notes);
            if let Some(config) = config {
                self.put("config", config);
            }
        }
        for (key, _) in root.entries() {
            match key.text() {
                "feature_flags" => {
                    self.note(key.at, "`feature_flags` is left out: switches are the hub's, one for each organization");
                }
                "plugin_id" | "config" => {}
                word if !KEYS.contains(&word) => {
                    let text = format!("unknown key `{word}` is left out; {}", hint(word, &KEYS));
                    self.note(key.at, text);
                }
                _ => {}
            }
        }
        kind
    }

    fn identity(&mut self, root: &Node) {
        if let Some(id) = root.get("id").or_else(|| root.get("plugin_id")) {
            let old = id.text().trim();
            self.id = old.to_ascii_lowercase().replace(['-', ' ', '.'], "_");
            if self.id != old {
                let text = format!("the id `{old}` became `{}`: lower-case letters, digits and underscores", self.id);
                self.note(id.at, text);
            }
            let id = self.id.clone();
            self.put("id", id);
        }
        for (key, most) in [("name", 80), ("description", 500), ("author", 120)] {
            let Some(given) = root.get(key).filter(|given| !given.is_nothing()) else { continue };
            let line = given.text().split_whitespace().collect::<Vec<_>>().join(" ");
            let short: String = line.chars().take(most).collect();
            if short != line {
                self.note(given.at, format!("`{key}` was cut to {most} characters"));
            }
            self.put(key, short.trim_end());
        }
        if let Some(given) = root.get("version").filter(|given| !given.is_nothing()) {
            let old = given.text().trim();
            let new = whole_version(old);
            if new != old {
                self.note(
                    given.at,
                    format!("the version `{old}` became `{new}`: a semantic version has three numbers"),
                );
            }
            self.put("version", new);
        }
        for key in ["website", "license"] {
            let Some(given) = root.get(key).filter(|given| !given.is_nothing()) else { continue };
            let mut text = given.text().trim().to_owned();
            if let Some(rest) = text.strip_prefix("http://") {
                text = format!("https://{rest}");
                self.note(given.at, "the website became https; see whether it answers");
            }
            self.put(key, text);
        }
    }

    /// Kind, category, switches.
    fn place(&mut self, root: &Node) -> Kind {
        let kind = match root.get("type").map(|given| (given.at, given.text())) {
            Some((_, "builtin")) => Kind::Builtin,
            Some((_, "external")) | None => Kind::Guest,
            Some((at, other)) => {
                self.note(at, format!("the type `{other}` is unknown; it is taken for `external`"));
                Kind::Guest
            }
        };
        if kind == Kind::Guest {
            self.put("api", "1.0");
            self.note(
                root.get("type").map_or(root.at, |given| given.at),
                "`api = \"1.0\"` was added: a guest says which interface it is built against. Its code has to be written anew, as a component",
            );
        }
        let mut hub_wide = self.flag(root, "global_plugin");
        if let Some(given) = root.get("category") {
            match given.text() {
                "global" => {
                    self.note(given.at, "the category `global` became `core`, and the plugin `hub_wide`");
                    self.put("category", "core");
                    hub_wide = Some(true);
                }
                word => {
                    if Category::from_word(word).is_none() {
                        self.note(
                            given.at,
                            format!("the category `{word}` is unknown; {}", hint(word, Category::WORDS)),
                        );
                    }
                    self.put("category", word);
                }
            }
        }
        let enabled = self.flag(root, "enabled_by_default");
        // There it was on until somebody said otherwise, and so it is here; for guests it never is.
        match (kind, enabled) {
            (Kind::Guest, Some(true)) => {
                let at = root.get("enabled_by_default").map_or(root.at, |given| given.at);
                self.note(at, "`enabled_by_default` is left out: a guest is never on before somebody said so");
            }
            (_, Some(false)) => self.put("enabled_by_default", false),
            _ => {}
        }
        if let Some(private) = self.flag(root, "private").filter(|private| *private) {
            self.put("private", private);
        }
        if hub_wide == Some(true) {
            self.put("hub_wide", true);
        }
        kind
    }

    fn flag(&mut self, node: &Node, key: &str) -> Option<bool> {
        let given = node.get(key)?;
        let flag = given.flag();
        if flag.is_none() {
            self.note(given.at, format!("`{key}` is neither true nor false, and is left out"));
        }
        flag
    }

    fn relations(&mut self, root: &Node, table: &str) {
        let Some(given) = root.get(table) else { return };
        let mut relations = Map::new();
        let mut others = Vec::new();
        let plugins = match &given.tree {
            Tree::List(_) => {
                self.note(given.at, format!("`{table}` is a list, and was taken for its `plugins`"));
                Some(given)
            }
            _ => given.get("plugins"),
        };
        for (key, value) in given.entries() {
            match key.text() {
                "sahabot2" | "hub" if table == "requires" => {
                    let range = self.range(value);
                    self.note(
                        value.at,
                        format!(
                            "`requires.hub = \"{range}\"` counted versions of another program: see whether it is meant"
                        ),
                    );
                    relations.insert("hub".into(), range.into());
                }
                "python" => self.note(key.at, "`python` is left out: there is none"),
                "plugins" => {}
                word => self.note(key.at, format!("unknown key `{table}.{word}` is left out")),
            }
        }
        if let Some(plugins) = plugins {
            for (key, value) in plugins.entries() {
                others.push((key.at, key.text().to_owned(), self.range(value)));
            }
            for one in plugins.items() {
                let slip = one.get("plugin_id").is_none() && one.get("id").is_some();
                match one.get("plugin_id").or_else(|| one.get("id")) {
                    Some(id) => {
                        if slip {
                            self.note(one.at, "`id` was meant for `plugin_id`, and was taken so");
                        }
                        let range = one.get("version").map_or_else(|| "*".to_owned(), |range| self.range(range));
                        others.push((id.at, id.text().to_owned(), range));
                    }
                    None if matches!(one.tree, Tree::Text { .. }) => {
                        others.push((one.at, one.text().to_owned(), "*".to_owned()));
                    }
                    None => {
                        self.note(one.at, format!("an entry of `{table}.plugins` names no plugin, and is left out"));
                    }
                }
            }
        }
        let list: Vec<Value> = others
            .into_iter()
            .map(|(at, id, range)| {
                let new = id.trim().to_ascii_lowercase().replace('-', "_");
                if new != id {
                    self.note(at, format!("the plugin `{id}` became `{new}`"));
                }
                json!({ "id": new, "version": range })
            })
            .collect();
        if !list.is_empty() {
            relations.insert("plugins".into(), list.into());
        }
        if !relations.is_empty() {
            self.put(table, relations);
        }
    }

    /// Ranges were written as Python's packages write them.
    fn range(&mut self, given: &Node) -> String {
        let old = given.text().trim();
        if old.is_empty() {
            return "*".to_owned();
        }
        let mut parts = Vec::new();
        for part in old.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty()) {
            if let Some(version) = part.strip_prefix("~=") {
                // `~=1.2` is any 1 from 1.2 on, `~=1.2.3` any 1.2 from there on.
                let like = if version.matches('.').count() >= 2 { '~' } else { '^' };
                parts.push(format!("{like}{version}"));
            } else if let Some(version) = part.strip_prefix("==") {
                parts.push(format!("={version}"));
            } else if part.starts_with("!=") {
                self.note(given.at, format!("`{part}` can't be said here, and is left out"));
            } else {
                parts.push(part.to_owned());
            }
        }
        // `>= 1.0` has a blank that split it.
        let new = if parts.is_empty() { "*".to_owned() } else { parts.join(", ") };
        let new = [">=,", "<=,", ">,", "<,", "^,", "~,", "=,"]
            .iter()
            .fold(new, |new, sign| new.replace(sign, sign.trim_end_matches(',')));
        if semver::VersionReq::parse(&new).is_ok() {
            if new.replace(' ', "") != old.replace(' ', "") {
                self.note(given.at, format!("the range `{old}` became `{new}`"));
            }
            new
        } else {
            self.note(given.at, format!("`{old}` is no range of versions; any version is taken"));
            "*".to_owned()
        }
    }

    fn provides(&mut self, provides: &Node) {
        for (key, value) in provides.entries() {
            let names = || value.items().map(Node::name).collect::<Vec<_>>().join(", ");
            match key.text() {
                "pages" => value.items().for_each(|page| self.page(page)),
                "api_routes" => {
                    for route in value.items() {
                        let prefix = route.get("prefix").map_or(route.name(), Node::text);
                        let text = format!(
                            "the routes below `{prefix}` are left out: here each stands by itself, with its method"
                        );
                        self.note(route.at, text);
                    }
                }
                "discord_commands" => value.items().for_each(|command| self.command(command)),
                "events" => value.items().for_each(|event| self.event(event)),
                "exports" => value.items().for_each(|export| self.export(export)),
                "models" if !value.is_nothing() => {
                    let text = format!(
                        "the tables {} are left out: ask for `kv`, `documents` or `sql` among the capabilities",
                        names()
                    );
                    self.note(key.at, text);
                }
                "tasks" if !value.is_nothing() => {
                    let text =
                        format!("the tasks {} are left out: here each has its schedule in the manifest", names());
                    self.note(key.at, text);
                }
                "services" if !value.is_nothing() => {
                    let text = format!("the services {} are left out: other plugins call `exports`", names());
                    self.note(key.at, text);
                }
                word if !PROVIDES.contains(&word) => {
                    self.note(key.at, format!("unknown key `provides.{word}` is left out; {}", hint(word, &PROVIDES)));
                }
                _ => {}
            }
        }
    }

    fn page(&mut self, page: &Node) {
        let old = page.get("path").map_or(page.name(), Node::text);
        let scope = page.get("scope").map_or("organization", Node::text);
        let (scope, beginnings) = match scope {
            "organization" => ("organization", &["org/{}", "orgs/{}", ""][..]),
            "admin" => ("admin", &["admin", ""][..]),
            "global" => ("hub", &[""][..]),
            "root" => {
                let text = format!(
                    "the page `{old}` is left out: only the hub has addresses at the root; for calls from other programs there are `webhooks`"
                );
                return self.note(page.at, text);
            }
            other => {
                return self.note(page.at, format!("the page `{old}` is left out: its scope `{other}` is unknown"));
            }
        };
        let words: Vec<&str> = old.trim_matches('/').split('/').filter(|word| !word.is_empty()).collect();
        let plain =
            |word: &str| if word.starts_with('{') || word.starts_with('<') { "{}".to_owned() } else { word.to_owned() };
        let shape: Vec<String> = words.iter().map(|word| plain(word)).collect();
        // What stood in front is now the hub's to put there.
        let rest = beginnings.iter().find_map(|beginning| {
            let front: Vec<&str> =
                beginning.split('/').filter(|word| !word.is_empty()).chain([self.id.as_str()]).collect();
            shape.iter().map(String::as_str).take(front.len()).eq(front.iter().copied()).then(|| &words[front.len()..])
        });
        let path: Vec<String> = rest.unwrap_or(&words).iter().map(|word| path_word(word)).collect();
        let path = path.join("/");
        if path != old {
            self.note(page.at, format!("the page `{old}` became `{path}`, below the plugin's own address"));
        }
        let title = page
            .get("name")
            .or_else(|| page.get("title"))
            .map_or_else(|| titled(&path, &self.id), |title| title.text().to_owned());
        let mut new = json!({ "path": path, "title": title.trim(), "scope": scope });
        if self.flag(page, "requires_auth") == Some(false) {
            new["sign_in"] = false.into();
        }
        self.push("pages", new);
    }

    fn command(&mut self, command: &Node) {
        let old = command.get("name").map_or(command.name(), Node::text).trim();
        let name = old.trim_start_matches(['/', '!']).to_lowercase().replace(' ', "-");
        if name != old {
            self.note(command.at, format!("the command `{old}` became `{name}`"));
        }
        let description = match command.get("description").map(|given| given.text().trim()) {
            Some(text) if !text.is_empty() => text.chars().take(100).collect(),
            _ => {
                self.note(command.at, format!("the command `{name}` says nothing of itself: write its `description`"));
                name.clone()
            }
        };
        self.push("commands", json!({ "name": name, "description": description, "where": ["discord"] }));
    }

    fn event(&mut self, event: &Node) {
        let old = event.get("name").map_or(event.name(), Node::text);
        let what = snake(old.trim_end_matches("Event").rsplit('.').next().unwrap_or_default());
        let new = format!("{}.{what}", self.id);
        self.note(event.at, format!("the event `{old}` became `{new}`; describe its payload in `schema`"));
        self.push("emits", json!({ "event": new, "schema": { "type": "object" } }));
    }

    fn export(&mut self, export: &Node) {
        let old = export.get("name").map_or(export.name(), Node::text);
        let new = snake(old);
        self.note(export.at, format!("the export `{old}` became the function `{new}`: JSON in, JSON out; describe both in `input` and `output`"));
        self.push("exports", json!({ "name": new }));
    }

    fn permissions(&mut self, permissions: &Node) {
        let actions = match &permissions.tree {
            Tree::List(_) => {
                self.note(permissions.at, "`permissions` is a list, and was taken for its `actions`");
                Some(permissions)
            }
            _ => permissions.get("actions"),
        };
        for (key, value) in permissions.entries() {
            match key.text() {
                "actions" => {}
                "roles" => {
                    let names = value.items().map(Node::name).collect::<Vec<_>>().join(", ");
                    self.note(key.at, format!("the roles {names} are left out: roles are the hub's, and actions say in `default_roles` who has them"));
                }
                word => self.note(key.at, format!("unknown key `permissions.{word}` is left out")),
            }
        }
        for action in actions.into_iter().flat_map(Node::items) {
            let old = action.get("name").map_or(action.name(), Node::text).trim();
            let (thing, verb) = old.split_once([':', '.']).unwrap_or(("", old));
            let (thing, verb) = (snake(thing), snake(verb));
            let verb = if thing.is_empty() || thing == self.id { verb } else { format!("{thing}_{verb}") };
            let new = format!("{}:{verb}", self.id);
            if new != old {
                self.note(action.at, format!("the action `{old}` became `{new}`: actions begin with the plugin's id"));
            }
            let description = match action.get("description").map(|given| given.text().trim()) {
                Some(text) if !text.is_empty() => text.to_owned(),
                _ => {
                    self.note(action.at, format!("the action `{new}` says nothing of itself: write its `description`, and who has it in `default_roles`"));
                    format!("May {}", verb.replace('_', " "))
                }
            };
            self.push("actions", json!({ "name": new, "description": description }));
        }
    }
}

/// `1` and `1.2` to three numbers.
fn whole_version(old: &str) -> String {
    let plain = old.strip_prefix('v').unwrap_or(old);
    let numbers = plain.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    match plain.matches('.').count() {
        count @ 0..=1 if numbers => format!("{plain}{}", ".0".repeat(2 - count)),
        _ => plain.to_owned(),
    }
}

/// `TournamentCreated` to `tournament_created`.
fn snake(text: &str) -> String {
    let mut snake = String::new();
    let mut before_is_small = false;
    for letter in text.chars() {
        if letter.is_ascii_uppercase() && before_is_small {
            snake.push('_');
        }
        before_is_small = letter.is_ascii_lowercase() || letter.is_ascii_digit();
        snake.push(if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' });
    }
    let snake = snake.trim_matches('_').to_owned();
    if name::is_word(&snake, 64, "_") || snake.is_empty() { snake } else { snake.chars().take(64).collect() }
}

/// Something to read over a page that says nothing of itself.
fn titled(path: &str, id: &str) -> String {
    let words =
        path.rsplit('/').find(|word| !word.is_empty() && !word.starts_with('{')).unwrap_or(id).replace(['_', '-'], " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A word of an old address: `<int:match_id>` and `{match-id}` are `{match_id}`.
fn path_word(word: &str) -> String {
    let inner = word.trim_matches(['{', '}', '<', '>']);
    let inner = inner.rsplit(':').next().unwrap_or_default().to_ascii_lowercase();
    if word.starts_with(['{', '<']) { format!("{{{}}}", inner.replace('-', "_")) } else { inner }
}
