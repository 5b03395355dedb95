//! Ids that cannot be swapped: each kind of thing has a type of its own.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        id!($(#[$doc])* $name, id);
    };
    ($(#[$doc:meta])* $name:ident, $schema:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// The number as the database and the wire carry it.
            pub const fn get(self) -> i64 {
                self.0
            }

            /// Whether it can be the id of anything: 1 to 2^53 - 1, the largest number that every reader of JSON keeps exactly.
            pub const fn was_ever_given(self) -> bool {
                1 <= self.0 && self.0 < 1 << 53
            }
        }

        impl From<i64> for $name {
            fn from(raw: i64) -> Self {
                Self(raw)
            }
        }

        impl From<$name> for i64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                crate::schema::$schema()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// A person's account.
    UserId
);
id!(
    /// One login of one person on one device.
    SessionId
);
id!(
    /// A room of the lobby. Not the number that picks a banner in the classic clients; that is `Banner` in `contract`.
    RoomId
);
id!(
    /// What is done about somebody in one room of the lobby.
    RestraintId
);
id!(
    /// A game that was listed in the lobby, for as long as the hub remembers it. Those that were played elsewhere before, and
    /// brought here, count down from -1.
    GameId,
    game
);
id!(
    /// An order of players: the clients' word for a guild.
    OrderId
);
id!(
    /// A row of the outbox: rises by at least one with every event.
    EventId
);
id!(
    /// An organization of the hub.
    OrgId
);
id!(
    /// A token of the API.
    TokenId
);
id!(
    /// Something still to be done, or done lately.
    JobId
);
id!(
    /// Something that is done at its time.
    ScheduleId
);
id!(
    /// One time it was done, or was to be.
    ScheduleRunId
);
id!(
    /// Another program's address that the hub calls.
    WebhookId
);
id!(
    /// One event told, or to be told, to one webhook.
    WebhookDeliveryId
);
id!(
    /// A letter in the mail queue.
    MailId
);
id!(
    /// A report to those who keep order.
    ReportId
);
id!(
    /// What those who keep order decided about somebody.
    SanctionId
);
id!(
    /// A request to look at a sanction again.
    AppealId
);
id!(
    /// A passkey of somebody.
    PasskeyId
);
id!(
    /// An account at another service that somebody logs in with.
    IdentityId
);
id!(
    /// A link that lets people into an organization.
    InvitationLinkId
);
id!(
    /// An entry of the audit trail.
    AuditId
);
