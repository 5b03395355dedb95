//! What those who run the hub decide.

use contract::settings::Held;
use leptos::prelude::*;

use crate::error::AppError;

/// Every setting as it stands.
#[server(endpoint = "admin_settings")]
pub async fn read_settings() -> Result<Vec<Held>, AppError> {
    use crate::context;

    let services = context::services();
    let held = services.accounts.hub().list(&context::visitor().actor).await;
    held.map_err(context::told)
}

/// Chooses.
#[server(endpoint = "admin_set_setting")]
pub async fn set_setting(#[server(default)] setting: String, #[server(default)] value: String) -> Result<(), AppError> {
    use contract::Field;

    use crate::context;

    // What was typed comes back to the one form of many that it was typed into.
    let kept = [(Field::Setting, setting.clone()), (Field::Value, value.clone())];
    let services = context::services();
    let set = services.accounts.hub().set_typed(&context::visitor().actor, &setting, &value).await;
    set.map(|_| ()).map_err(|error| context::told(error).keeping(kept))
}

/// Puts a setting back to its default.
#[server(endpoint = "admin_reset_setting")]
pub async fn reset_setting(#[server(default)] setting: String) -> Result<(), AppError> {
    use contract::Field;

    use crate::context;

    let services = context::services();
    let reset = services.accounts.hub().reset_named(&context::visitor().actor, &setting).await;
    reset.map(|_| ()).map_err(|error| context::told(error).keeping([(Field::Setting, setting)]))
}
