//! How the hub is doing, and who may do what.

use contract::{
    api::Permission,
    vitals::{Dashboard, System},
};

use crate::operation::operations;

operations! {
    /// What the doctor finds, versions, the configuration without its secrets, licences.
    GET "/system" system() => System;
    /// The numbers of the dashboard: now and before.
    GET "/system/dashboard" dashboard() => Dashboard;
    /// Who may do what.
    GET "/permissions" list_permissions() => Vec<Permission>;
    /// Makes the secrets anew that the hub makes itself. Only on the hub's own machine.
    POST "/secrets/rotate" rotate_secrets() => ();
}
