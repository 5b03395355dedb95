//! The resources, one a file.

mod audit;
mod auth;
mod backups;
mod jobs;
mod log_ins;
mod mails;
mod me;
mod moderation;
mod organizations;
mod passkeys;
mod people;
mod settings;
mod system;
mod tokens;
mod users;
mod webhooks;

use utoipa_axum::router::OpenApiRouter;

use super::V1;
use crate::http::Hub;

/// Every resource, with its part of the document.
pub(crate) fn resources() -> OpenApiRouter<Hub> {
    let resources = OpenApiRouter::new()
        .merge(audit::routes())
        .merge(auth::routes())
        .merge(backups::routes())
        .merge(jobs::routes())
        .merge(log_ins::routes())
        .merge(mails::routes())
        .merge(me::routes())
        .merge(passkeys::routes())
        .merge(moderation::routes())
        .merge(organizations::routes())
        .merge(people::routes())
        .merge(settings::routes())
        .merge(system::routes())
        .merge(tokens::routes())
        .merge(users::routes())
        .merge(webhooks::routes());
    OpenApiRouter::new().nest(V1, resources)
}
