//! The manifest as types: what [`parse`](crate::parse) gives back once everything in it holds.

pub mod capability;
pub mod contribution;
pub mod word;

use semver::{Version, VersionReq};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use capability::{Capabilities, Collection, Documents, Quota};
pub use contribution::{
    Action, Check, Choice, Command, CommandOption, Emit, Export, Listen, Menu, Notification, Page, Route, Schedule,
    Task, Webhook, Widget,
};
pub use word::{
    Category, ChatPlace, Kind, Method, OnFailure, OptionKind, Place, Point, Priority, ReadModel, Role, Scope, Slot,
    UsersDetail,
};

use crate::{
    name::{Api, PluginId},
    shape,
};

/// What a plugin says about itself. Optional parts are empty rather than absent, so that nobody has to ask twice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of this format: 1.
    pub manifest: u32,
    /// Its name everywhere but before people.
    pub id: PluginId,
    /// Its name before people.
    pub name: String,
    /// Its version.
    pub version: Version,
    /// What it is for, in a sentence.
    pub description: String,
    /// Who made it.
    pub author: String,
    /// Its page, https.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// Its licence, an SPDX expression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// Among what it is listed.
    pub category: Category,
    /// The interface it was built against. Guests have one, built-ins none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api: Option<Api>,
    /// What the manifest says; ask [`begins_enabled`](Self::begins_enabled) instead.
    pub enabled_by_default: bool,
    /// Only organizations that an operator lists can see it.
    pub private: bool,
    /// One switch for the whole hub, the operator's.
    pub hub_wide: bool,
    /// What must be there.
    pub requires: Requires,
    /// What is used where it is there.
    pub optional: Relations,
    /// What it can't be on beside.
    pub conflicts: Relations,
    /// Its pages.
    pub pages: Vec<Page>,
    /// Its routes of the API.
    pub routes: Vec<Route>,
    /// Addresses that strangers' programs call.
    pub webhooks: Vec<Webhook>,
    /// Its commands in chats.
    pub commands: Vec<Command>,
    /// What it hears of.
    pub listens: Vec<Listen>,
    /// What it tells.
    pub emits: Vec<Emit>,
    /// What it does at its times.
    pub tasks: Vec<Task>,
    /// Permissions it adds.
    pub actions: Vec<Action>,
    /// What people can be told of, and switch off.
    pub notifications: Vec<Notification>,
    /// Its parts of others' pages.
    pub widgets: Vec<Widget>,
    /// What it asks to be asked before.
    pub checks: Vec<Check>,
    /// Functions other plugins may call.
    pub exports: Vec<Export>,
    /// The powers it asks for.
    pub capabilities: Capabilities,
    /// The JSON Schema of its settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<Value>,
}

impl Manifest {
    /// Whether an organization that is made now finds it on. A stranger's code never is on before somebody said so.
    pub fn begins_enabled(&self) -> bool {
        self.kind() == Kind::Builtin && self.enabled_by_default
    }

    /// Whether it is a part of the hub or a stranger: only strangers were built against an interface.
    pub fn kind(&self) -> Kind {
        if self.api.is_some() { Kind::Guest } else { Kind::Builtin }
    }

    /// As the registry keeps it.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).expect("a manifest has text for keys")
    }

    /// A kept one, also of a version of the hub that knew fewer keys: those are filled in as if they had been left out.
    pub fn from_json(mut kept: Value) -> Result<Self, serde_json::Error> {
        shape::complete(&shape::MANIFEST, &mut kept);
        serde_json::from_value(kept)
    }
}

/// What must be there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requires {
    /// Versions of the hub.
    pub hub: VersionReq,
    /// Other plugins.
    pub plugins: Vec<Relation>,
}

/// Other plugins.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relations {
    /// Which.
    pub plugins: Vec<Relation>,
}

/// Another plugin, in some of its versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// Which.
    pub id: PluginId,
    /// In which versions.
    pub version: VersionReq,
}
