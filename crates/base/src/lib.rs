#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod actor;
mod chance;
mod country;
mod fault;
mod grants;
mod host;
mod id;
pub mod name;
pub mod permission;
mod role;
#[cfg(feature = "openapi")]
mod schema;
mod secret;
#[cfg(feature = "testing")]
pub mod testing;
pub mod text;
mod time;

pub use actor::{Actor, Credential, Person, Plugin};
pub use chance::{Chance, ChanceExt};
pub use country::is_country;
pub use fault::{Kind, chain};
pub use grants::{Grants, UnknownGrant};
pub use host::{is_loopback_host, network_of};
pub use id::{
    AppealId, AuditId, EventId, GameId, IdentityId, InvitationLinkId, JobId, MailId, OrderId, OrgId, PasskeyId,
    ReportId, RestraintId, RoomId, SanctionId, ScheduleId, ScheduleRunId, SessionId, TokenId, UserId,
    WebhookDeliveryId, WebhookId,
};
pub use permission::{Action, Standing};
pub use role::{Role, Roles};
pub use secret::Secret;
pub use time::{Clock, Millis, Utc};
