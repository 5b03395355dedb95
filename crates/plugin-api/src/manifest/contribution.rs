//! What a plugin adds to the hub.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::word::{ChatPlace, Method, OnFailure, OptionKind, Place, Point, Priority, Role, Scope, Slot};
use crate::name::EventPattern;

/// A page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Its address below the plugin's; empty: the plugin's first page.
    pub path: String,
    /// Its heading.
    pub title: String,
    /// For whom.
    pub scope: Scope,
    /// Whether strangers are sent to log in.
    pub sign_in: bool,
    /// Who may see it: one of the plugin's own actions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<String>,
    /// Where it stands in a menu.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub menu: Option<Menu>,
}

/// An entry in a menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Menu {
    /// What stands there.
    pub label: String,
    /// Its picture: one of the hub's icons; another word shows the plain one.
    pub icon: String,
    /// Which menu.
    pub place: Place,
    /// Smaller numbers stand higher.
    pub order: u32,
}

/// A route of the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// What it answers to.
    pub method: Method,
    /// Its address below the plugin's.
    pub path: String,
    /// A line for the API's document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// For whom.
    pub scope: Scope,
    /// Who may: one of the plugin's own actions. Neither this nor `public`: whoever is logged in and can see the plugin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<String>,
    /// Strangers may.
    pub public: bool,
    /// The largest body it takes, in bytes.
    pub max_body_bytes: u32,
}

/// An address that strangers' programs call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// Its name.
    pub name: String,
    /// What for: the admin reads it.
    pub reason: String,
}

/// A command in chats.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// What is typed.
    pub name: String,
    /// What it does.
    pub description: String,
    /// Where it can be given.
    #[serde(rename = "where")]
    pub places: Vec<ChatPlace>,
    /// What it takes, in order.
    pub options: Vec<CommandOption>,
    /// Who may: one of the plugin's own actions. None: whoever is a member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<String>,
    /// How long one person waits between two of it, in seconds.
    pub cooldown_secs: u32,
}

/// What a command takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandOption {
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Of what kind.
    pub kind: OptionKind,
    /// Whether it can be left out.
    pub required: bool,
    /// The longest text, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// The smallest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The largest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// What can be chosen.
    pub choices: Vec<Choice>,
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What the plugin is told.
    pub value: String,
    /// What people read.
    pub label: String,
}

/// Something a plugin hears of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    /// Which events.
    pub event: EventPattern,
    /// In which turn.
    pub priority: Priority,
}

/// An event a plugin tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Emit {
    /// Its name, with the plugin's in front.
    pub event: String,
    /// The version of its payload.
    pub version: u32,
    /// The JSON Schema of its payload.
    pub schema: Value,
}

/// Something done at its times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// Its name.
    pub id: String,
    /// Its name before people; else its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// When.
    pub schedule: Schedule,
    /// Once for the hub, or once for each organization.
    pub scope: Scope,
    /// How long a run may take, in seconds. The operator's limit counts where it is lower.
    pub deadline_secs: u32,
    /// Whether it runs until somebody says otherwise.
    pub active: bool,
}

/// When a task is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// Five fields, UTC.
    Cron(String),
    /// From one time to the next, in seconds.
    EverySecs(u32),
}

/// A permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Its name, with the plugin's in front.
    pub name: String,
    /// What it lets one do.
    pub description: String,
    /// Who has it until an organization says otherwise.
    pub default_roles: Vec<Role>,
}

/// Something people can be told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notification {
    /// One of the plugin's own events.
    pub event: String,
    /// What stands beside the switch.
    pub label: String,
}

/// A part of another page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Widget {
    /// Where.
    pub slot: Slot,
}

/// Something a plugin is asked before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Before what.
    pub point: Point,
    /// What is answered for it when it fails.
    pub on_failure: OnFailure,
    /// How long it may take, in milliseconds.
    pub deadline_ms: u32,
    /// What it may put something else in place of.
    pub rewrites: Vec<String>,
}

/// A function other plugins may call: JSON in, JSON out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Export {
    /// Its name.
    pub name: String,
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The JSON Schema of what goes in.
    pub input: Value,
    /// The JSON Schema of what comes out.
    pub output: Value,
}
