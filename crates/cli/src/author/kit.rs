//! The kit that plugins are built with, as this program carries it: a new plugin gets its own copy, which fits the hub it was made by and
//! needs nobody's server.

macro_rules! files {
    ($($to:literal = $from:literal,)*) => { &[$(($to, include_str!(concat!("../../../", $from)))),*] };
}

/// Where each file goes in the plugin's folder, and what is in it.
pub(super) const FILES: &[(&str, &str)] = files! {
    "kit/plugin-sdk/README.md" = "plugin-sdk/README.md",
    "kit/plugin-sdk/LICENSE-MIT" = "plugin-sdk/LICENSE-MIT",
    "kit/plugin-sdk/LICENSE-APACHE" = "plugin-sdk/LICENSE-APACHE",
    "kit/plugin-sdk/src/lib.rs" = "plugin-sdk/src/lib.rs",
    "kit/plugin-sdk/src/bindings.rs" = "plugin-sdk/src/bindings.rs",
    "kit/plugin-sdk/src/draw.rs" = "plugin-sdk/src/draw.rs",
    "kit/plugin-sdk/src/exported.rs" = "plugin-sdk/src/exported.rs",
    "kit/plugin-sdk/src/hub.rs" = "plugin-sdk/src/hub.rs",
    "kit/plugin-sdk/src/plugin.rs" = "plugin-sdk/src/plugin.rs",
    "kit/plugin-sdk/src/powers.rs" = "plugin-sdk/src/powers.rs",
    "kit/plugin-sdk/src/translate.rs" = "plugin-sdk/src/translate.rs",
    "kit/plugin-api/LICENSE-MIT" = "plugin-api/LICENSE-MIT",
    "kit/plugin-api/LICENSE-APACHE" = "plugin-api/LICENSE-APACHE",
    "kit/plugin-api/src/act.rs" = "plugin-api/src/act.rs",
    "kit/plugin-api/src/words.rs" = "plugin-api/src/words.rs",
    "kit/plugin-api/src/call.rs" = "plugin-api/src/call.rs",
    "kit/plugin-api/src/model.rs" = "plugin-api/src/model.rs",
    "kit/plugin-api/src/page.rs" = "plugin-api/src/page.rs",
    "kit/plugin-api/src/page/check.rs" = "plugin-api/src/page/check.rs",
    "kit/plugin-api/src/page/check/parts.rs" = "plugin-api/src/page/check/parts.rs",
    "kit/plugin-api/src/page/form.rs" = "plugin-api/src/page/form.rs",
    "kit/plugin-api/src/page/target.rs" = "plugin-api/src/page/target.rs",
    "kit/plugin-api/wit/v1.0/plugin.wit" = "plugin-api/wit/v1.0/plugin.wit",
    "kit/plugin-api/wit/v1.0/powers.wit" = "plugin-api/wit/v1.0/powers.wit",
    "kit/plugin-api/wit/v1.0/types.wit" = "plugin-api/wit/v1.0/types.wit",
    "kit/Cargo.toml" = "cli/src/author/template/kit.toml",
    "kit/plugin-sdk/Cargo.toml" = "cli/src/author/template/plugin-sdk.toml",
    "kit/plugin-api/Cargo.toml" = "cli/src/author/template/plugin-api.toml",
    "kit/plugin-api/src/lib.rs" = "cli/src/author/template/plugin-api.lib",
};

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::FILES;

    /// A file that is missing here would be missing in every new plugin.
    #[test]
    fn the_kit_is_carried_whole() {
        let carried: BTreeSet<&str> = FILES.iter().map(|(to, _)| *to).collect();
        let house = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for folder in ["plugin-sdk/src", "plugin-api/src/page", "plugin-api/src/page/check", "plugin-api/wit/v1.0"] {
            let entries = fs::read_dir(house.join(folder)).unwrap().flatten();
            // Nobody tests the kit in a plugin's folder.
            for entry in entries.filter(|entry| entry.path().is_file() && entry.file_name() != "tests.rs") {
                let to = format!("kit/{folder}/{}", entry.file_name().into_string().unwrap());
                assert!(carried.contains(to.as_str()), "{to} is not among `FILES` in crates/cli/src/author/kit.rs");
            }
        }
    }
}
