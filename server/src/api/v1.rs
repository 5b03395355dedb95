//! The resources, one a file.

mod admissions;
mod audit;
mod auth;
mod avatar;
mod backups;
mod discord;
mod disputes;
mod films;
mod governing;
mod identities;
mod jobs;
mod log_ins;
mod mails;
mod me;
mod members;
mod moderation;
pub(super) mod operator;
mod orders;
mod organizations;
mod passkeys;
mod people;
mod permissions;
mod plugins;
mod policies;
mod ranking;
mod records;
mod roles;
mod room_order;
mod room_talk;
mod rooms;
mod schedules;
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
        .merge(discord::routes())
        .merge(films::routes())
        .merge(disputes::routes())
        .merge(identities::routes())
        .merge(jobs::routes())
        .merge(log_ins::routes())
        .merge(mails::routes())
        .merge(me::routes())
        .merge(passkeys::routes())
        .merge(moderation::routes())
        .merge(orders::routes())
        .merge(organizations::routes())
        .merge(members::routes())
        .merge(admissions::routes())
        .merge(policies::routes())
        .merge(governing::routes())
        .merge(people::routes())
        .merge(permissions::routes())
        .merge(plugins::routes())
        .merge(ranking::routes())
        .merge(records::routes())
        .merge(roles::routes())
        .merge(room_order::routes())
        .merge(room_talk::routes())
        .merge(rooms::routes())
        .merge(schedules::routes())
        .merge(settings::routes())
        .merge(system::routes())
        .merge(tokens::routes())
        .merge(users::routes())
        .merge(webhooks::routes());
    OpenApiRouter::new().nest(V1, resources)
}

/// Those whose bodies are longer than all others' may be, up to the length of a picture.
pub(crate) fn pictures() -> OpenApiRouter<Hub> {
    OpenApiRouter::new().nest(V1, avatar::routes())
}

/// Those whose bodies are up to the length of a plugin's package.
pub(crate) fn packages() -> OpenApiRouter<Hub> {
    OpenApiRouter::new().nest(V1, plugins::uploads())
}
