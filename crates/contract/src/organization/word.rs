//! The words of an organization: who finds it, how one joins, what has become of it.

use serde::{Deserialize, Serialize};

use crate::words::words;

words! {
    /// Who finds an organization.
    Visibility {
        /// Everybody: it is in the list.
        Public = "public",
        /// Whoever knows its address.
        Unlisted = "unlisted",
        /// Its members and whoever is invited. For everybody else it does not exist.
        Hidden = "hidden",
    }
}

words! {
    /// How one becomes a member.
    Joining {
        /// By a press of a button.
        Open = "open",
        /// By asking, and being let in.
        Request = "request",
        /// By being invited.
        Invitation = "invitation",
    }
}

words! {
    /// What has become of an organization.
    OrgState {
        /// Asked for; whoever runs the hub has not answered yet.
        Requested = "requested",
        /// In its normal life.
        Active = "active",
        /// Stopped by whoever runs the hub.
        Suspended = "suspended",
        /// At its end. For thirty days it can be reopened, then it is gone.
        Closed = "closed",
    }
}

/// The reason of an organization that was closed because the account of its owner is gone: a word that pages put into a sentence.
pub const OWNER_GONE: &str = "owner_gone";

words! {
    /// Whether one may begin an organization.
    Founding {
        /// It is there at once.
        AtOnce = "at_once",
        /// It has to be granted by whoever runs the hub.
        OnRequest = "on_request",
        /// Only those who run the hub begin organizations.
        Closed = "closed",
        /// One owns as many as one person may.
        Full = "full",
        /// Log in first.
        LogInFirst = "log_in_first",
    }
}
