//! `/backups`: everything the hub keeps, as those who run it look after it.

use axum::{
    Json,
    body::Body as Bytes,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use base::Kind;
use contract::{
    api::Page,
    backup::{Backup, BackupState},
};
use tokio_util::io::ReaderStream;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Id, Known, Listing, Onward, Query},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list_backups, make_backup))
        .routes(routes!(get_backup_state))
        .routes(routes!(delete_backup))
        .routes(routes!(download_backup))
}

/// The hub's backups, newest first.
#[utoipa::path(get, path = "/backups", tag = "backups", params(Onward<String>), responses((status = 200, description = "As asked", body = Page<Backup>)))]
async fn list_backups(
    Known(actor): Known,
    State(hub): State<Hub>,
    Query(which): Query<Onward<String>>,
) -> Answer<Listing<Backup>> {
    let (before, at_most) = which.parts();
    let page = hub.backups.list(&actor, before.as_deref(), at_most).await?;
    Ok(Listing::new(page.backups, page.next))
}

/// What is going on with backups.
#[utoipa::path(get, path = "/backup-state", tag = "backups", responses((status = 200, description = "As asked", body = BackupState)))]
async fn get_backup_state(Known(actor): Known, State(hub): State<Hub>) -> Answer<Json<BackupState>> {
    Ok(Json(hub.backups.state(&actor).await?))
}

/// Begin to make a backup.
///
/// It may take longer than a request: `GET /backup-state` tells when it is there. Only one is made at a time.
#[utoipa::path(post, path = "/backups", tag = "backups", responses((status = 202, description = "Begun")))]
async fn make_backup(Known(actor): Known, State(hub): State<Hub>) -> Answer<StatusCode> {
    hub.backups.begin(&actor)?;
    Ok(StatusCode::ACCEPTED)
}

/// Remove a backup.
#[utoipa::path(delete, path = "/backups/{backup}", tag = "backups", params(("backup" = String, Path, description = "Its name")), responses((status = 204, description = "Gone")))]
async fn delete_backup(Known(actor): Known, State(hub): State<Hub>, Id(backup): Id<String>) -> Answer<StatusCode> {
    hub.backups.delete(&actor, &backup).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The file itself.
///
/// It holds everything the hub knows. It is noted in the audit log.
#[utoipa::path(get, path = "/backups/{backup}/content", tag = "backups", params(("backup" = String, Path, description = "Its name")), responses((status = 200, description = "As asked", content_type = "application/octet-stream", body = Vec<u8>)))]
async fn download_backup(Known(actor): Known, State(hub): State<Hub>, Id(backup): Id<String>) -> Answer<Response> {
    let path = hub.backups.download(&actor, &backup).await?;
    // It was there a moment ago: whoever removed it meanwhile is right.
    let file = tokio::fs::File::open(&path).await.map_err(|_| Kind::NotFound)?;
    let bytes = file.metadata().await.map_err(|_| Kind::NotFound)?.len();
    let mut response = Response::new(Bytes::from_stream(ReaderStream::with_capacity(file, 64 * 1024)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes));
    // The name is one of ours: letters, digits, dots and hyphens.
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{backup}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}
