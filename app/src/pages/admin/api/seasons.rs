//! The server functions of seasons.

use contract::ranking::Season;
use leptos::prelude::*;

use crate::error::AppError;

/// All seasons, the newest first.
#[server(endpoint = "admin_seasons")]
pub async fn read_seasons() -> Result<Vec<Season>, AppError> {
    use crate::context;

    let all = context::services().ranking.seasons(&context::visitor().actor).await;
    all.map_err(context::told)
}

/// Begins one; the one that runs ends with it.
#[server(endpoint = "admin_begin_season")]
pub async fn begin_season(#[server(default)] name: String) -> Result<(), AppError> {
    use contract::{Field, ranking::NewSeason};

    use crate::context;

    let form = NewSeason { name: name.clone() };
    let begun = context::services().ranking.begin_season(&context::visitor().actor, &form).await;
    begun.map(drop).map_err(|error| context::told(error).keeping([(Field::Name, name)]))
}

/// Ends the one that runs.
#[server(endpoint = "admin_end_season")]
pub async fn end_season() -> Result<(), AppError> {
    use crate::context;

    let ended = context::services().ranking.end_season(&context::visitor().actor).await;
    ended.map_err(context::told)
}
