//! The server functions of the admin area, a file a section: each names who asks, calls one service method, and tells the answer.

pub(crate) mod audit;
pub(crate) mod backups;
pub(crate) mod discord;
pub(crate) mod disputes;
pub(crate) mod jobs;
pub(crate) mod mail;
pub(crate) mod moderation;
pub(crate) mod organizations;
pub(crate) mod roles;
pub(crate) mod room_order;
#[expect(clippy::too_many_arguments, reason = "a server function has the fields of its form, one by one")]
pub(crate) mod rooms;
pub(crate) mod schedules;
pub(crate) mod seasons;
pub(crate) mod settings;
pub(crate) mod system;
pub(crate) mod users;
pub(crate) mod webhooks;

/// Turns strangers away before anything they sent is read. What those who are known may do, the service says.
#[cfg(feature = "ssr")]
fn known() -> Result<(), crate::error::AppError> {
    match crate::context::visitor().actor {
        base::Actor::Stranger { .. } => Err(crate::context::refused(base::Kind::Unauthenticated.into())),
        _ => Ok(()),
    }
}
