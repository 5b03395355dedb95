//! The server functions of the mail outbox.

use contract::mail::{MailCounts, MailPage, ShownMail};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What the outbox shows.
#[derive(Clone, Serialize, Deserialize)]
pub struct Outbox {
    /// The mails asked for.
    pub page: MailPage,
    /// How many there are of each state.
    pub counts: MailCounts,
}

/// The mails of a state, or all; `after` is the cursor of the page before.
#[server(endpoint = "admin_mails")]
pub async fn read_outbox(
    #[server(default)] state: String,
    #[server(default)] after: String,
) -> Result<Outbox, AppError> {
    use contract::mail::MailState;

    use crate::context;

    let (mail, actor) = (&context::services().mail, context::visitor().actor);
    let before = after.parse::<i64>().ok().map(Into::into);
    let query = mail::MailQuery { state: MailState::from_word(&state), before, at_most: 50 };
    let page = mail.list(&actor, query).await.map_err(context::told)?;
    let counts = mail.counts(&actor).await.map_err(context::told)?;
    Ok(Outbox { page, counts })
}

/// One mail. What was revealed by a form sent without script stands in it, this once.
#[server(endpoint = "admin_mail")]
pub async fn read_mail(mail: i64) -> Result<ShownMail, AppError> {
    use crate::context;

    let outbox = &context::services().mail;
    let shown = outbox.show(&context::visitor().actor, mail.into()).await;
    let mut shown = shown.map_err(context::told)?;
    if let Some(revealed) = context::take_once().as_deref().and_then(|once| once.strip_prefix("mail ")) {
        shown.hand_over = revealed.split(' ').map(str::to_owned).collect();
    }
    Ok(shown)
}

/// The codes and links of one mail, to be handed over.
#[server(endpoint = "admin_reveal_mail")]
pub async fn reveal_mail(mail: i64) -> Result<Vec<String>, AppError> {
    use crate::context;

    let outbox = &context::services().mail;
    let shown = outbox.reveal(&context::visitor().actor, mail.into()).await;
    let shown = shown.map_err(context::told)?;
    if context::wants_page() && !shown.hand_over.is_empty() {
        // None of them has a blank in it, nor anything else a cookie could not hold.
        context::hand_on_once(&format!("mail {}", shown.hand_over.join(" ")));
    }
    Ok(shown.hand_over)
}

/// Sends one again.
#[server(endpoint = "admin_retry_mail")]
pub async fn retry_mail(mail: i64) -> Result<(), AppError> {
    use crate::context;

    let outbox = &context::services().mail;
    let retried = outbox.retry(&context::visitor().actor, mail.into()).await;
    retried.map_err(context::told)
}

/// Removes one. Answers with the path to go on to.
#[server(endpoint = "admin_remove_mail")]
pub async fn remove_mail(mail: i64) -> Result<String, AppError> {
    use crate::context;

    let outbox = &context::services().mail;
    let removed = outbox.remove(&context::visitor().actor, mail.into()).await;
    removed.map_err(context::told)?;
    context::go_on_to("/admin/mail");
    Ok("/admin/mail".to_owned())
}

/// Sends a letter that only says that mail arrives, in the language of whoever asks.
#[server(endpoint = "admin_send_test_mail")]
pub async fn send_test_mail(#[server(default)] email: String) -> Result<(), AppError> {
    use contract::Field;

    use crate::context;

    let (outbox, visitor) = (&context::services().mail, context::visitor());
    let locale = mail::Locale::of(visitor.locale.code());
    let sent = outbox.send_test(&visitor.actor, &email, locale).await;
    let told = |error: mail::Error| context::told(error).keeping([(Field::Email, email.clone())]);
    sent.map(drop).map_err(told)
}
