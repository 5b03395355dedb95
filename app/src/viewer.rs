//! Who a page is drawn for, as far as both sides need to know.

use contract::{
    account::Me,
    setup::{Site, Theme},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Computed by the server, sent along with the page, the same on both sides.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Viewer {
    /// Their account, when they are logged in.
    pub me: Option<Me>,
    /// The hub's public settings.
    pub site: Site,
    /// The theme they chose, else the site's.
    pub theme: Theme,
    /// Whether somebody else looks with their eyes.
    pub guise: bool,
    /// Whether their browser will keep the login cookie: over TLS, or on the hub's own machine.
    pub keeps_cookies: bool,
    /// The places on the hub's pages where plugins show something.
    pub slots: Vec<String>,
    /// Pages of plugins that stand among the hub's: what they are called, and where they are.
    pub menu: Vec<(String, String)>,
}

impl Viewer {
    /// Whoever this page is drawn for. The server reads the request; the browser reads what the server sent along.
    pub(crate) fn provide() -> Self {
        let viewer = SharedValue::new(Self::of_request).into_inner();
        provide_context(viewer.clone());
        viewer
    }

    #[cfg(feature = "ssr")]
    fn of_request() -> Self {
        crate::context::viewer()
    }

    /// Only reached when the page came without the value: a stranger on a hub with default settings.
    #[cfg(not(feature = "ssr"))]
    fn of_request() -> Self {
        Self {
            me: None,
            site: Site::default(),
            theme: Theme::System,
            guise: false,
            keeps_cookies: true,
            slots: Vec::new(),
            menu: Vec::new(),
        }
    }
}

/// Who the page is drawn for.
pub(crate) fn viewer() -> Viewer {
    use_context().expect("App provides the viewer before any page is drawn")
}
