//! Manifests good and bad, and what becomes of them: by the parser, by the published schema, in other languages, and out of the old format.

mod locales;
mod parsing;
mod resolving;
mod seeds;

use crate::{Kind, Manifest, parse};

/// The smallest manifest there is.
const SMALL: &str = r#"manifest = 1
id = "seed_vault"
name = "Seed vault"
version = "1.4.0"
description = "Keeps every seed ever rolled."
author = "A community"
category = "utility"
"#;

fn guest(more: &str) -> String {
    format!("{SMALL}api = \"1.0\"\n{more}")
}

fn read(source: &str) -> Manifest {
    parse(source, Kind::Guest).unwrap_or_else(|problems| panic!("{problems:#?}")).manifest
}
