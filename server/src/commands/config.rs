//! `guildhall config`: what the configuration is, where it came from, what else there is.

use std::{path::PathBuf, process::ExitCode};

use clap::Subcommand;

use super::{Done, print_json};
use crate::config::{Loaded, book, schema, show_json, show_text, template};

/// Shows and checks the configuration.
#[derive(Subcommand)]
pub enum ConfigCommand {
    /// Every key, its value, and where it came from. Secrets are hidden.
    Show {
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Says whether the configuration can be used; the exit code tells.
    Check,
    /// Writes a commented file with every key, unless it is there already.
    Init {
        /// Where to.
        #[arg(default_value = "guildhall.toml")]
        file: PathBuf,
    },
    /// The JSON schema, for an editor to complete from.
    Schema,
    /// The page of the book that lists every key.
    Book,
}

/// Runs the command. That it could be read at all means it is in order.
pub fn run(loaded: &Loaded, command: &ConfigCommand) -> Done {
    match command {
        ConfigCommand::Show { json: true } => print_json(&show_json(loaded)),
        ConfigCommand::Show { json: false } => print!("{}", show_text(loaded)),
        ConfigCommand::Check => println!("The configuration is in order."),
        ConfigCommand::Schema => print_json(&schema()),
        ConfigCommand::Book => print!("{}", book()),
        ConfigCommand::Init { file } => {
            let mut options = std::fs::OpenOptions::new();
            let written = options.write(true).create_new(true).open(file);
            let mut written = written.map_err(|error| format!("{} can't be made: {error}", file.display()))?;
            std::io::Write::write_all(&mut written, template().as_bytes())?;
            println!("{} is written; every key in it is commented out, at its default.", file.display());
        }
    }
    Ok(ExitCode::SUCCESS)
}
