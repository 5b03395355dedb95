//! Writes a new plugin's folder.

use std::{fs, path::Path};

use super::kit;
use crate::terminal::{Done, Terminal};

macro_rules! template {
    ($name:literal) => {
        include_str!(concat!("template/", $name, ".txt"))
    };
}

/// The plugin's own files. `@id@`, `@name@` and `@title@` stand for what follows from the folder's name.
const FILES: [(&str, &str); 5] = [
    ("Cargo.toml", template!("Cargo.toml")),
    ("plugin.toml", template!("plugin.toml")),
    ("src/lib.rs", template!("lib.rs")),
    ("tests/first.toml", template!("first.toml")),
    ("README.md", template!("README.md")),
];

/// What is made on the way and belongs to nobody's history.
const IGNORED: &str = "target\nplugin.wasm\n*.tar.gz\n";

pub(super) fn run(terminal: &mut Terminal<'_>, folder: &Path) -> Done {
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let id = id(name).ok_or_else(|| {
        format!("{name:?} makes no plugin's name: letters, digits, `-` and `_`, and a letter before everything else")
    })?;
    if folder.exists() {
        return Err(format!("{} is there already", folder.display()).into());
    }
    let title = title(&id);
    let own = FILES.iter().map(|(path, text)| {
        let text = text.replace("@id@", &id).replace("@name@", &id.replace('_', "-")).replace("@title@", &title);
        (*path, text)
    });
    let kit = kit::FILES.iter().map(|(path, text)| (*path, (*text).to_owned()));
    for (path, text) in own.chain(kit).chain([(".gitignore", IGNORED.to_owned())]) {
        let file = folder.join(path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(file, text)?;
    }
    terminal.say(format_args!("{} holds a plugin.", folder.display()))?;
    terminal.note(format_args!("Next: guildhall plugin test {}", folder.display()))
}

/// The id a folder's name makes.
fn id(name: &str) -> Option<String> {
    let id = name.to_lowercase().replace('-', "_");
    id.parse::<plugin_api::PluginId>().ok().map(|id| id.to_string())
}

/// As people read it: `seed_vault` is “Seed vault”.
fn title(id: &str) -> String {
    let mut letters = id.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    first + &letters.as_str().replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folders_name_makes_a_plugins() {
        assert_eq!(id("Seed-Vault").as_deref(), Some("seed_vault"));
        assert_eq!(title("seed_vault"), "Seed vault");
        for wrong in ["", "2fast", "a b", "ä", ".."] {
            assert_eq!(id(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_new_plugins_manifest_holds() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("my-first");
        let mut out = Vec::new();
        let mut terminal = Terminal::new(&mut out, std::io::sink(), |_| Err(std::io::ErrorKind::NotFound.into()));
        run(&mut terminal, &at).unwrap();
        assert!(run(&mut terminal, &at).is_err(), "it is not written over");
        let manifest = super::super::manifest(&at).unwrap();
        assert_eq!((manifest.id.as_str(), manifest.name.as_str()), ("my_first", "My first"));
        assert!(fs::read_to_string(at.join("Cargo.toml")).unwrap().contains("name = \"my-first\""));
        assert_eq!(super::super::scenes::read(&at).unwrap().len(), 1);
    }
}
