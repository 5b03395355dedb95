//! The table itself.

use super::{
    Key,
    Need::{self, Else, Optional, Required},
    Part::{Name, Rule, Text},
    Shape::{self, Choice, Flag, Number, OneOf, Schema, Table, Whole},
    form::{
        ACTION, ADDRESSES, API, CALL, CRON, DASHED, EVENT, EVENTS, FIELD, Form, ID, LICENCE, LINE, OTHER_ID, PATH,
        RANGE, VERSION, WEBSITE, WORD,
    },
};
use crate::{
    act::Act,
    manifest::{
        Category, ChatPlace, Method, OnFailure, OptionKind, Place, Point, Priority, ReadModel, Role, Scope, Slot,
        UsersDetail,
    },
};

const fn key(name: &'static str, need: Need, shape: Shape, says: &'static str) -> Key {
    Key { name, need, shape, says, part: Rule }
}

/// What a table is found by, in every language.
const fn named(name: &'static str, need: Need, shape: Shape, says: &'static str) -> Key {
    Key { part: Name, ..key(name, need, shape, says) }
}

/// What people read, each in their language.
const fn said(name: &'static str, need: Need, shape: Shape, says: &'static str) -> Key {
    Key { part: Text, ..key(name, need, shape, says) }
}

const fn text(least: usize, most: usize, form: Form) -> Shape {
    Shape::Text { least, most, form }
}

/// Tables of one kind.
const fn tables(of: &'static Shape, most: usize) -> Shape {
    Shape::List { of, least: 0, most, unique: false }
}

/// Words, none twice.
const fn set(of: &'static Shape, least: usize, most: usize) -> Shape {
    Shape::List { of, least, most, unique: true }
}

/// A whole manifest.
pub(crate) static MANIFEST: Shape = Table(&[
    key("manifest", Required, Whole { least: 1, most: 1 }, "The version of this format"),
    key("id", Required, text(1, 64, ID), "Its name in addresses, tables and other manifests"),
    said("name", Required, text(1, 80, LINE), "Its name before people"),
    key("version", Required, text(1, 50, VERSION), "Its version"),
    said("description", Required, text(1, 500, LINE), "What it is for, in a sentence"),
    key("author", Required, text(1, 120, LINE), "Who made it"),
    key("website", Optional, text(1, 500, WEBSITE), "Its page"),
    key("license", Optional, text(1, 200, LICENCE), "Its licence"),
    key("category", Required, Choice(Category::WORDS), "Among what it is listed"),
    key("api", Optional, text(3, 7, API), "The interface it was built against; guests must say, built-ins have none"),
    key(
        "enabled_by_default",
        Else("true"),
        Flag,
        "Whether an organization made from now on finds it on; a guest never is",
    ),
    key("private", Else("false"), Flag, "Only organizations that an operator lists can see it"),
    key("hub_wide", Else("false"), Flag, "One switch for the whole hub, the operator's"),
    key("requires", Else("{}"), Table(REQUIRES), "What must be there"),
    key("optional", Else("{}"), Table(RELATIONS), "What is used where it is there"),
    key("conflicts", Else("{}"), Table(RELATIONS), "What it can't be on beside"),
    key("pages", Else("[]"), tables(&Table(PAGE), 32), "Its pages"),
    key("routes", Else("[]"), tables(&Table(ROUTE), 64), "Its routes of the API"),
    key(
        "webhooks",
        Else("[]"),
        tables(&Table(WEBHOOK), 16),
        "Addresses that strangers' programs call: `/hooks/{id}/{name}/{token}`",
    ),
    key("commands", Else("[]"), tables(&Table(COMMAND), 32), "Its commands in chats"),
    key("listens", Else("[]"), tables(&Table(LISTEN), 64), "What it hears of"),
    key("emits", Else("[]"), tables(&Table(EMIT), 64), "What it tells"),
    key("tasks", Else("[]"), tables(&Table(TASK), 32), "What it does at its times"),
    key("actions", Else("[]"), tables(&Table(ACTIONS), 64), "Permissions it adds"),
    key("notifications", Else("[]"), tables(&Table(NOTIFICATION), 32), "What people can be told of, and switch off"),
    key("widgets", Else("[]"), tables(&Table(WIDGET), 16), "Its parts of other pages"),
    key("checks", Else("[]"), tables(&Table(CHECK), 16), "What it asks to be asked before"),
    key("exports", Else("[]"), tables(&Table(EXPORT), 32), "Functions other plugins may call"),
    key("capabilities", Else("{}"), Table(CAPABILITIES), "The powers it asks for; asking grants nothing"),
    said("config", Optional, Schema, "Its settings: the form is drawn from it, and values are checked by it"),
]);

const REQUIRES: &[Key] = &[
    key("hub", Else("\"*\""), text(1, 100, RANGE), "Versions of the hub"),
    key("plugins", Else("[]"), tables(&Table(RELATION), 32), "Plugins that must be on wherever it is"),
];

const RELATIONS: &[Key] = &[key("plugins", Else("[]"), tables(&Table(RELATION), 32), "Which")];

const RELATION: &[Key] = &[
    key("id", Required, text(1, 64, OTHER_ID), "Which plugin"),
    key("version", Else("\"*\""), text(1, 100, RANGE), "In which versions"),
];

const PAGE: &[Key] = &[
    named("path", Required, text(0, 200, PATH), "Its address below the plugin's; empty: the plugin's first page"),
    said("title", Required, text(1, 80, LINE), "Its heading"),
    named("scope", Else("\"organization\""), Choice(Scope::WORDS), "For whom"),
    key("sign_in", Else("true"), Flag, "Strangers are sent to log in"),
    key("permission", Optional, text(3, 129, ACTION), "Who may see it: one of its own actions"),
    key("menu", Optional, Table(MENU), "Where it stands in a menu"),
];

const MENU: &[Key] = &[
    said("label", Required, text(1, 40, LINE), "What stands there"),
    key("icon", Else("\"plugin\""), text(1, 32, DASHED), "One of the hub's icons; another word shows the plain one"),
    key("place", Else("\"sidebar\""), Choice(Place::WORDS), "Which menu"),
    key("order", Else("100"), Whole { least: 0, most: 999 }, "Smaller numbers stand higher"),
];

const ROUTE: &[Key] = &[
    named("method", Required, Choice(Method::WORDS), "What it answers to"),
    named("path", Required, text(0, 200, PATH), "Its address below the plugin's"),
    said("summary", Optional, text(1, 120, LINE), "A line for the API's document"),
    named("scope", Else("\"organization\""), Choice(Scope::WORDS), "For whom"),
    key("permission", Optional, text(3, 129, ACTION), "Who may: one of its own actions; else whoever is logged in"),
    key("public", Else("false"), Flag, "Strangers may; needs the capability `routes:public`"),
    key("max_body_bytes", Else("65536"), Whole { least: 0, most: 1_048_576 }, "The largest body it takes"),
];

const WEBHOOK: &[Key] = &[
    named("name", Required, text(1, 32, DASHED), "Its name"),
    said("reason", Required, text(1, 200, LINE), "What for: the admin reads it"),
];

const COMMAND: &[Key] = &[
    named("name", Required, text(1, 32, DASHED), "What is typed"),
    said("description", Required, text(1, 100, LINE), "What it does"),
    key("where", Required, set(&Choice(ChatPlace::WORDS), 1, 3), "Where it can be given"),
    key("options", Else("[]"), tables(&Table(OPTION), 25), "What it takes; what must be given first"),
    key("permission", Optional, text(3, 129, ACTION), "Who may: one of its own actions; else every member"),
    key("cooldown_secs", Else("3"), Whole { least: 0, most: 3600 }, "How long one person waits between two of it"),
];

const OPTION: &[Key] = &[
    named("name", Required, text(1, 32, DASHED), "Its name"),
    said("description", Optional, text(1, 100, LINE), "What it is for"),
    key("kind", Required, Choice(OptionKind::WORDS), "Of what kind"),
    key("required", Else("false"), Flag, "It can't be left out"),
    key("max_length", Optional, Whole { least: 1, most: 2000 }, "The longest text, in characters"),
    key("min", Optional, Number, "The smallest number"),
    key("max", Optional, Number, "The largest number"),
    key("choices", Else("[]"), tables(&Table(CHOICE), 25), "What can be chosen, for the kind `choice`"),
];

const CHOICE: &[Key] = &[
    named("value", Required, text(1, 100, LINE), "What the plugin is told"),
    said("label", Required, text(1, 100, LINE), "What people read"),
];

const LISTEN: &[Key] = &[
    key("event", Required, text(3, 200, EVENTS), "Which events, never its own"),
    key("priority", Else("\"normal\""), Choice(Priority::WORDS), "In which turn, the highest first"),
];

const EMIT: &[Key] = &[
    key("event", Required, text(3, 200, EVENT), "Its name, which begins with the plugin's id and a dot"),
    key("version", Else("1"), Whole { least: 1, most: 1000 }, "The version of its payload"),
    key("schema", Required, Schema, "Its payload"),
];

const TASK: &[Key] = &[
    named("id", Required, text(1, 64, WORD), "Its name"),
    said("title", Optional, text(1, 80, LINE), "Its name before people"),
    key("schedule", Required, OneOf(SCHEDULE), "When"),
    key(
        "scope",
        Else("\"organization\""),
        Choice(&["organization", "hub"]),
        "Once for each organization, or once for the hub",
    ),
    key(
        "deadline_secs",
        Else("30"),
        Whole { least: 1, most: 300 },
        "How long a run may take; the operator's limit counts where it is lower",
    ),
    key("active", Else("true"), Flag, "It runs until somebody says otherwise"),
];

const SCHEDULE: &[Key] = &[
    key("cron", Optional, text(9, 100, CRON), "Minute, hour, day of month, month, day of week"),
    key("every_secs", Optional, Whole { least: 10, most: 31_536_000 }, "From one time to the next"),
];

const ACTIONS: &[Key] = &[
    named("name", Required, text(3, 129, ACTION), "Its name, which begins with the plugin's id and a colon"),
    said("description", Required, text(1, 200, LINE), "What it lets one do"),
    key(
        "default_roles",
        Else("[]"),
        set(&Choice(Role::WORDS), 0, 7),
        "Who has it until an organization says otherwise",
    ),
];

const NOTIFICATION: &[Key] = &[
    named("event", Required, text(3, 200, EVENT), "One of its own events"),
    said("label", Required, text(1, 100, LINE), "What stands beside the switch"),
];

const WIDGET: &[Key] = &[key("slot", Required, Choice(Slot::WORDS), "Where")];

const CHECK: &[Key] = &[
    key("point", Required, Choice(Point::WORDS), "Before what"),
    key("on_failure", Required, Choice(OnFailure::WORDS), "What is answered for it when it fails"),
    key("deadline_ms", Else("50"), Whole { least: 1, most: 50 }, "How long it may take"),
    key("rewrites", Else("[]"), set(&text(1, 64, WORD), 0, 8), "What it may put something else in place of"),
];

const EXPORT: &[Key] = &[
    named("name", Required, text(1, 64, WORD), "Its name"),
    said("description", Optional, text(1, 200, LINE), "What it does"),
    key("input", Else("{}"), Schema, "What goes in"),
    key("output", Else("{}"), Schema, "What comes out"),
];

const CAPABILITIES: &[Key] = &[
    key("kv", Optional, Table(QUOTA), "Keep values under keys"),
    key("documents", Optional, Table(DOCUMENTS), "Keep documents"),
    key("sql", Optional, Table(OWN), "Keep a database of its own; a hub on PostgreSQL gives none"),
    key("http", Else("[]"), set(&text(1, 300, ADDRESSES), 0, 32), "Call out, to where"),
    key(
        "secrets",
        Else("[]"),
        set(&text(1, 64, WORD), 0, 16),
        "Use secrets an admin enters, in calls to those addresses",
    ),
    key("users", Else("\"none\""), Choice(UsersDetail::WORDS), "See of people"),
    key("read", Else("[]"), set(&Choice(ReadModel::WORDS), 0, 32), "Look at"),
    key("act", Else("[]"), set(&Choice(Act::WORDS), 0, 64), "Do; each is asked again when it is done"),
    key("notify", Else("false"), Flag, "Notify people"),
    key("chat", Else("[]"), set(&Choice(ChatPlace::WORDS), 0, 3), "Speak in the channels an admin picks"),
    key("call", Else("[]"), set(&text(3, 129, CALL), 0, 64), "Call exports of other plugins"),
    key("routes:public", Else("false"), Flag, "Answer strangers"),
    key("live", Else("false"), Flag, "Update its pages while somebody looks at them"),
];

const QUOTA: &[Key] =
    &[key("quota_mib", Required, Whole { least: 1, most: 4096 }, "How much, at most, for each organization")];

const OWN: &[Key] =
    &[key("quota_mib", Required, Whole { least: 1, most: 4096 }, "How much, at most, for all organizations together")];

const DOCUMENTS: &[Key] = &[
    key("quota_mib", Required, Whole { least: 1, most: 4096 }, "How much, at most, for each organization"),
    key("collections", Else("[]"), tables(&Table(COLLECTION), 32), "Of which kinds"),
];

const COLLECTION: &[Key] = &[
    key("name", Required, text(1, 64, WORD), "Its name"),
    key(
        "indexes",
        Else("[]"),
        set(&text(1, 64, FIELD), 0, 8),
        "Fields at the top that documents are found and ordered by",
    ),
];
