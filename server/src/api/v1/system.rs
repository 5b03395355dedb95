//! `/system`: how the hub is doing, and what the doctor finds.

use axum::{Json, extract::State};
use contract::vitals::{Dashboard, System};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Known},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new().routes(routes!(read_dashboard)).routes(routes!(read_system))
}

/// The numbers of the dashboard: now and before.
#[utoipa::path(get, path = "/system/dashboard", tag = "system", responses((status = 200, description = "As asked", body = Dashboard)))]
async fn read_dashboard(Known(actor): Known, State(hub): State<Hub>) -> Answer<Json<Dashboard>> {
    Ok(Json(hub.vitals.dashboard(&actor).await?))
}

/// What the doctor finds, versions, the configuration without its secrets, licences.
#[utoipa::path(get, path = "/system", tag = "system", responses((status = 200, description = "As asked", body = System)))]
async fn read_system(Known(actor): Known, State(hub): State<Hub>) -> Answer<Json<System>> {
    Ok(Json(hub.vitals.system(&actor).await?))
}
