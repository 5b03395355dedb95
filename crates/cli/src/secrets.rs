//! `guildhall secrets …`

use clap::Subcommand;
use client::Client;
use serde::Serialize;

use crate::terminal::{Done, Terminal};

/// Looks after the hub's secrets.
#[derive(Subcommand)]
pub enum SecretsCommand {
    /// Says which secrets there are, and where each of them is. None of them is shown.
    List {
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Makes the secrets anew that the hub makes itself. Access tokens end at once; programs get new ones with their refresh tokens.
    /// What is sealed is sealed anew.
    Rotate {
        /// Only say what would be made anew.
        #[arg(long)]
        dry_run: bool,
    },
}

/// A secret, and what to do when it is known to others.
#[derive(Serialize)]
struct Kept {
    what: &'static str,
    #[serde(rename = "where")]
    place: &'static str,
    anew: &'static str,
}

/// Everything that is worth keeping to oneself. What the database has as hashes only is not among it: nobody can use a hash.
const SECRETS: [Kept; 8] = [
    Kept { what: "the key that signs access tokens", place: "database", anew: "guildhall secrets rotate" },
    Kept {
        what: "second factors of accounts",
        place: "database, sealed",
        anew: "their owners set them up again, or an admin clears them",
    },
    Kept {
        what: "the key that seals them",
        place: "file secrets/accounts.key of the data directory",
        anew: "guildhall secrets rotate; then copy the file to the other nodes",
    },
    Kept {
        what: "the key that webhooks' secrets are made from",
        place: "file secrets/webhooks.key of the data directory",
        anew: "remove the file, start the hub, and give each webhook a new secret",
    },
    Kept { what: "the signatures of webhooks", place: "database", anew: "each in the admin area, or by the API" },
    Kept { what: "the database's password", place: "configuration", anew: "at the server, then database_url_file" },
    Kept {
        what: "the mail server's password",
        place: "configuration",
        anew: "at the mail server, then smtp.password_file",
    },
    Kept {
        what: "the passphrase of backups",
        place: "configuration",
        anew: "backup.passphrase_file; older backups keep the older one",
    },
];

/// Runs one command.
pub async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: SecretsCommand) -> Done {
    match command {
        SecretsCommand::List { json } => terminal.answer(json, &SECRETS, |terminal, secrets| {
            secrets.iter().try_for_each(|Kept { what, place, anew }| {
                terminal.say(format_args!("{what}\n    in the {place}; anew: {anew}"))
            })
        }),
        SecretsCommand::Rotate { dry_run: true } => {
            terminal.say("The key that signs access tokens would be made anew, and every access token would end.")?;
            terminal.say("The key that seals second factors would be made anew, and all of them sealed with it.")
        }
        SecretsCommand::Rotate { dry_run: false } => {
            hub.rotate_secrets().await?;
            terminal.say("The key that signs access tokens is a new one; every access token has ended.")?;
            terminal.say(
                "So is the key that seals second factors. Of several nodes, copy secrets/accounts.key to the others.",
            )
        }
    }
}
