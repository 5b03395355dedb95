//! The hub of this machine, as a command reaches it: the API's own routes, in this process, as [`base::Actor::Operator`].
//!
//! So a command is written once, for here and elsewhere, and can do what the API can. A hub that runs beside hears of what is
//! done by the events it records, and carries it out.

use std::sync::Arc;

use axum::Router;
use base::Clock;
use bytes::Bytes;
use client::{Asking, Broken, Client, Door};
use db::Db;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use plugins::Plugins;
use tower::ServiceExt as _;

use crate::{
    api,
    config::Settings,
    database,
    lifecycle::Lifecycle,
    wiring::{self, StartError},
};

/// A hub that is opened for one command.
pub(super) struct Here {
    db: Db,
    lifecycle: Lifecycle,
    client: Client,
    plugins: Plugins,
}

impl Here {
    /// On its database, brought up to date as the hub would.
    pub(super) async fn open(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        let lifecycle = Lifecycle::default();
        let db = database::open_beside(&settings, &*clock, &lifecycle.db_tasks).await?;
        Self::on(settings, db, clock, lifecycle)
    }

    /// On its database as it is.
    pub(super) async fn open_as_it_is(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        let lifecycle = Lifecycle::default();
        let db = database::open_as_it_is(&settings, &lifecycle.db_tasks).await?;
        Self::on(settings, db, clock, lifecycle)
    }

    fn on(settings: Settings, db: Db, clock: Arc<dyn Clock>, lifecycle: Lifecycle) -> Result<Self, StartError> {
        let hub = wiring::at_rest(settings, db.clone(), clock, lifecycle.clone())?;
        let client = Client::at(Arc::new(Routes(api::for_the_operator(&hub))));
        Ok(Self { db, lifecycle, client, plugins: hub.plugins.clone() })
    }

    pub(super) const fn client(&self) -> &Client {
        &self.client
    }

    pub(super) const fn db(&self) -> &Db {
        &self.db
    }

    /// Has the plugins run in this process, too: what is done with them is said to them.
    pub(super) async fn start_plugins(&self) -> Result<(), plugins::Error> {
        self.plugins.start().await
    }

    /// Has them end here; in the hub that runs they go on.
    pub(super) async fn stop_plugins(&self) {
        self.plugins.stop().await;
    }

    /// Waits for what was begun, and closes the database.
    pub(super) async fn close(self) {
        self.lifecycle.stop.cancel();
        self.lifecycle.tasks.close();
        self.lifecycle.tasks.wait().await;
        self.db.close().await;
    }
}

/// The API's routes as a door.
struct Routes(Router);

impl Door for Routes {
    fn ask(&self, request: Request<Full<Bytes>>) -> Asking<'_> {
        let routes = self.0.clone();
        Box::pin(async move {
            let answered = routes.oneshot(request.map(axum::body::Body::new)).await;
            let answer = answered.unwrap_or_else(|never| match never {});
            Ok(answer.map(|body| body.map_err(Broken::from).boxed_unsync()))
        })
    }
}
