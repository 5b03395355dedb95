//! The server function behind the link at the foot of a letter.

use leptos::prelude::*;

use crate::error::AppError;

/// Sends no more letters of that kind to the mailbox the link was sent to. Answers with the path to go on to.
#[server(endpoint = "decline_mail")]
pub async fn decline_mail(#[server(default)] token: String) -> Result<String, AppError> {
    use crate::context;

    let declined = context::services().mail.decline(&context::visitor().actor, &token).await;
    declined.map_err(context::told)?;
    context::go_on_to("/mail/decline?done=1");
    Ok("/mail/decline?done=1".to_owned())
}
