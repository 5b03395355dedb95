//! `guildhall plugin …`

use clap::Subcommand;

use crate::author::AuthorCommand;

/// Writes plugins, and looks after those of a hub.
#[derive(Subcommand)]
pub enum PluginCommand {
    /// What needs no hub.
    #[command(flatten)]
    Author(AuthorCommand),
}
