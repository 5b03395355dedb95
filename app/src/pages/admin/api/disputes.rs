//! The server functions of disputed results.

use contract::ranking::{Dispute, Disputes};
use leptos::prelude::*;

use crate::error::AppError;

/// Those that wait to be judged, or those that were.
#[server(endpoint = "admin_disputes")]
pub async fn read_disputes(
    #[server(default)] judged: bool,
    #[server(default)] after: String,
) -> Result<Disputes, AppError> {
    use crate::context;

    let before = after.parse::<i64>().ok().map(Into::into);
    let found = context::services().ranking.disputes(&context::visitor().actor, judged, before, 20).await;
    found.map_err(context::told)
}

/// One of them.
#[server(endpoint = "admin_dispute")]
pub async fn read_dispute(game: i64) -> Result<Dispute, AppError> {
    use crate::context;

    let found = context::services().ranking.dispute(&context::visitor().actor, game.into()).await;
    found.map_err(context::told)
}

/// Judges one.
#[server(endpoint = "admin_judge")]
pub async fn judge_result(
    game: i64,
    #[server(default)] verdict: String,
    #[server(default)] reporter: String,
    #[server(default)] reason: String,
) -> Result<(), AppError> {
    use contract::{
        Field,
        ranking::{Judge, Verdict},
    };

    use crate::context;

    super::known()?;
    let verdict = Verdict::from_word(&verdict).ok_or_else(context::malformed)?;
    let form = Judge { verdict, reporter: reporter.trim().parse().ok(), reason: reason.clone() };
    let judged = context::services().results.judge(&context::visitor().actor, game.into(), &form).await;
    judged.map_err(|error| context::told(error).keeping([(Field::Reason, reason)]))
}
