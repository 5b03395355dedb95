//! A hub elsewhere: `--remote URL --token-file FILE`.

use std::{fs, path::PathBuf};

use base::Secret;
use clap::Args;
use client::Client;

use crate::wiring::StartError;

/// Where the command shall work, if not on this machine.
#[derive(Args)]
pub struct Remote {
    /// A hub elsewhere, such as `https://hub.example`, to work on through its API.
    #[arg(long, global = true, value_name = "URL")]
    pub remote: Option<String>,
    /// The file that holds a token of that hub on its first line.
    #[arg(long, global = true, value_name = "FILE", requires = "remote")]
    pub token_file: Option<PathBuf>,
}

impl Remote {
    /// The hub elsewhere, if one is named.
    pub fn open(&self) -> Result<Option<Client>, StartError> {
        let Some(hub) = &self.remote else { return Ok(None) };
        let token = match &self.token_file {
            Some(file) => {
                let text = fs::read_to_string(file)
                    .map_err(|error| format!("the token file {} can't be read: {error}", file.display()))?;
                Some(Secret::new(text.lines().next().unwrap_or_default().trim()))
            }
            None => None,
        };
        Ok(Some(Client::new(hub, token)?))
    }
}
