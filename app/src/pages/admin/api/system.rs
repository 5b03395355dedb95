//! How the hub is doing.

use contract::vitals::{Dashboard, System};
use leptos::prelude::*;

use crate::error::AppError;

/// The dashboard's numbers.
#[server(endpoint = "admin_dashboard")]
pub async fn read_dashboard() -> Result<Dashboard, AppError> {
    use crate::context;

    let dashboard = context::services().vitals.dashboard(&context::visitor().actor).await;
    dashboard.map_err(context::told)
}

/// What the doctor finds, versions, the configuration, licences.
#[server(endpoint = "admin_system")]
pub async fn read_system() -> Result<System, AppError> {
    use crate::context;

    let system = context::services().vitals.system(&context::visitor().actor).await;
    system.map_err(context::told)
}
