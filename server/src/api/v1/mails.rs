//! `/mails`: what the hub writes to people, as those who run it see it.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use base::MailId;
use contract::{
    api::Page,
    mail::{Mail, MailCounts, MailState, NewTestMail, QueuedMail, ShownMail},
};
use mail::{Locale, MailQuery};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Body, Cursor, Id, Known, Limit, Listing, Query, shown_once},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list_mails))
        .routes(routes!(count_mails))
        .routes(routes!(get_mail, remove_mail))
        .routes(routes!(reveal_mail))
        .routes(routes!(retry_mail))
        .routes(routes!(send_test_mail))
}

/// Which mails to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WhichMails {
    /// Only those in that state.
    #[param(inline)]
    state: Option<MailState>,
    #[param(inline)]
    cursor: Option<Cursor<MailId>>,
    #[serde(default)]
    #[param(inline, required = false)]
    limit: Limit,
}

/// The mails, newest first.
#[utoipa::path(get, path = "/mails", tag = "mails", params(WhichMails), responses((status = 200, description = "As asked", body = Page<Mail>)))]
async fn list_mails(
    Known(actor): Known,
    State(hub): State<Hub>,
    Query(which): Query<WhichMails>,
) -> Answer<Listing<Mail>> {
    let query =
        MailQuery { state: which.state, before: which.cursor.map(|Cursor(before)| before), at_most: which.limit.0 };
    let page = hub.mail.list(&actor, query).await?;
    Ok(Listing::new(page.mails, page.next))
}

/// How many mails there are in each state.
#[utoipa::path(get, path = "/mail-counts", tag = "mails", responses((status = 200, description = "As asked", body = MailCounts)))]
async fn count_mails(Known(actor): Known, State(hub): State<Hub>) -> Answer<Json<MailCounts>> {
    Ok(Json(hub.mail.counts(&actor).await?))
}

/// One mail and what it says, without its codes and links.
#[utoipa::path(get, path = "/mails/{mail}", tag = "mails", params(("mail" = MailId, Path, description = "Which")), responses((status = 200, description = "As asked", body = ShownMail)))]
async fn get_mail(Known(actor): Known, State(hub): State<Hub>, Id(mail): Id<MailId>) -> Answer<Json<ShownMail>> {
    Ok(Json(hub.mail.show(&actor, mail).await?))
}

/// One mail with its codes and links, to be handed over where no mail server did it.
///
/// Not of a mail that was sent, and not of one to somebody who stands as high as you. It is noted in the audit log.
#[utoipa::path(post, path = "/mails/{mail}/reveal", tag = "mails", params(("mail" = MailId, Path, description = "Which")), responses((status = 200, description = "As asked", body = ShownMail)))]
async fn reveal_mail(Known(actor): Known, State(hub): State<Hub>, Id(mail): Id<MailId>) -> Answer<Response> {
    Ok(shown_once(Json(hub.mail.reveal(&actor, mail).await?)))
}

/// Send a mail again that failed or was never sent.
#[utoipa::path(post, path = "/mails/{mail}/retry", tag = "mails", params(("mail" = MailId, Path, description = "Which")), responses((status = 204, description = "Back in the queue")))]
async fn retry_mail(Known(actor): Known, State(hub): State<Hub>, Id(mail): Id<MailId>) -> Answer<StatusCode> {
    hub.mail.retry(&actor, mail).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove a mail. What is still queued is not sent.
#[utoipa::path(delete, path = "/mails/{mail}", tag = "mails", params(("mail" = MailId, Path, description = "Which")), responses((status = 204, description = "Gone")))]
async fn remove_mail(Known(actor): Known, State(hub): State<Hub>, Id(mail): Id<MailId>) -> Answer<StatusCode> {
    hub.mail.remove(&actor, mail).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send a letter that only says that mail arrives.
#[utoipa::path(post, path = "/test-mails", tag = "mails", request_body = NewTestMail, responses((status = 201, description = "In the queue", body = QueuedMail)))]
async fn send_test_mail(
    Known(actor): Known,
    State(hub): State<Hub>,
    Body(new): Body<NewTestMail>,
) -> Answer<(StatusCode, Json<QueuedMail>)> {
    let mail = hub.mail.send_test(&actor, &new.to, Locale::of(&new.locale)).await?;
    Ok((StatusCode::CREATED, Json(QueuedMail { mail })))
}
