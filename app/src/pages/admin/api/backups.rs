//! The server functions of the hub's backups.

use contract::backup::{BackupPage, BackupState};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What the page shows.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Cupboard {
    /// What is going on.
    pub state: BackupState,
    /// The backups asked for.
    pub page: BackupPage,
}

/// The backups, newest first; `after` is the cursor of the page before.
#[server(endpoint = "admin_backups")]
pub async fn read_backups(#[server(default)] after: String) -> Result<Cupboard, AppError> {
    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    let before = (!after.is_empty()).then_some(after);
    let page = services.backups.list(&actor, before.as_deref(), 50).await.map_err(context::told)?;
    let state = services.backups.state(&actor).await.map_err(context::told)?;
    Ok(Cupboard { state, page })
}

/// Begins to make one. Answers with the path to go on to.
#[server(endpoint = "admin_make_backup")]
pub async fn make_backup() -> Result<String, AppError> {
    use crate::context;

    let begun = context::services().backups.begin(&context::visitor().actor);
    begun.map_err(context::told)?;
    context::go_on_to("/admin/backups");
    Ok("/admin/backups".to_owned())
}

/// Removes one. Answers with the path to go on to.
#[server(endpoint = "admin_delete_backup")]
pub async fn delete_backup(#[server(default)] backup: String) -> Result<String, AppError> {
    use crate::context;

    let deleted = context::services().backups.delete(&context::visitor().actor, &backup).await;
    deleted.map_err(context::told)?;
    context::go_on_to("/admin/backups");
    Ok("/admin/backups".to_owned())
}
