//! The server functions of plugins' pages.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{error::AppError, pages::orgs::api::At};

/// A page of a plugin, drawn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PluginPage {
    /// Its heading.
    pub title: String,
    /// Whose it is, as people call it.
    pub plugin: String,
    /// What stands on it. Made by `drawing`; whatever the plugin said is text in it.
    pub html: String,
    /// The events that change parts of it.
    pub live: Vec<String>,
    /// The number of the newest event there was when it was drawn: to wait from.
    pub seen: i64,
}

/// Where a form led.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Sent {
    /// To a page: the answer, or the form again with what is wrong.
    Page(PluginPage),
    /// Elsewhere in the hub.
    To(String),
}

/// What plugins show in a slot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Widgets {
    /// Drawn, as a page is. Empty: nothing.
    pub html: String,
}

/// A page of the hub's, or of the admin area's. `query` is what follows the question mark. With the names of `events`, spaces between: once
/// one of them has happened that is newer than `seen`; without anything drawn, where none does for as long as one may wait.
#[server(endpoint = "plugin_page")]
pub async fn read_plugin_page(
    #[server(default)] admin: bool,
    #[server(default)] plugin: String,
    #[server(default)] path: String,
    #[server(default)] query: String,
    #[server(default)] events: String,
    #[server(default)] seen: i64,
) -> Result<PluginPage, AppError> {
    let place = if admin { plugins::Place::Admin } else { plugins::Place::Hub };
    super::made::page(place, None, (&plugin, &path, &query), (&events, seen)).await
}

/// A page in an organization, asked for as one of the hub's is.
#[server(endpoint = "organization_plugin_page")]
pub async fn read_organization_plugin_page(
    #[server(default)] slug: String,
    #[server(default)] plugin: String,
    #[server(default)] path: String,
    #[server(default)] query: String,
    #[server(default)] events: String,
    #[server(default)] seen: i64,
) -> Result<At<PluginPage>, AppError> {
    use crate::pages::orgs::api::locate;

    match locate(&slug).await? {
        At::Moved(slug) => Ok(At::Moved(slug)),
        At::Here(here, added, ()) => {
            let place = plugins::Place::Organization(here.id);
            let page = super::made::page(place, Some(&here.slug), (&plugin, &path, &query), (&events, seen)).await?;
            Ok(At::Here(here, added, page))
        }
    }
}

/// What plugins show in slots of one page, for each its own. `slots`: their words, spaces between; `organization`: in whose.
#[server(endpoint = "plugin_widgets")]
pub async fn read_widgets(
    #[server(default)] slots: String,
    #[server(default)] organization: Option<i64>,
    #[server(default)] subject: String,
) -> Result<Vec<Widgets>, AppError> {
    use plugin_api::manifest::Slot;

    let mut asked = Vec::new();
    for slot in slots.split(' ').filter_map(Slot::from_word) {
        // Each once: a word more is cheap, a call of each plugin is not.
        if !asked.contains(&slot) {
            asked.push(slot);
        }
    }
    Ok(super::made::widgets(&asked, organization.map(Into::into), subject).await)
}
