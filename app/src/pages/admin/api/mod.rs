//! The server functions of the admin area, a file a section: each names who asks, calls one service method, and tells the answer.

pub(crate) mod audit;
pub(crate) mod backups;
pub(crate) mod jobs;
pub(crate) mod webhooks;
pub(crate) mod settings;
pub(crate) mod mail;
pub(crate) mod organizations;
pub(crate) mod moderation;
pub(crate) mod system;
pub(crate) mod users;
