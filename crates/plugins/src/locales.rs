//! What plugins say about themselves in other languages than their manifest's.

use std::collections::BTreeMap;

use plugin_api::{Manifest, parse_locale};

use crate::{Plugins, package::Wrong};

/// The most languages in a package, beside its manifest's own.
pub const MOST: usize = 16;

/// The manifest as it reads in other languages, by their names.
pub type Locales = BTreeMap<String, Manifest>;

/// Those among a package's files. Everything wrong in all of them is told.
pub(crate) fn of(files: &BTreeMap<String, Vec<u8>>, manifest: &Manifest) -> Result<Locales, Wrong> {
    let (mut found, mut wrong) = (Locales::new(), Wrong::new());
    for (path, content) in files {
        let Some(language) = language(path) else { continue };
        match std::str::from_utf8(content).map(|text| parse_locale(text, manifest)) {
            Err(_) => wrong.push((path.clone(), "is no UTF-8".into())),
            Ok(Ok(manifest)) => {
                found.insert(language.to_owned(), manifest);
            }
            Ok(Err(problems)) => {
                wrong.extend(problems.into_iter().map(|problem| (format!("{path}:{}", problem.at), problem.message)));
            }
        }
    }
    if found.len() > MOST {
        wrong.push(("locales".into(), format!("are at most {MOST} languages")));
    }
    if wrong.is_empty() { Ok(found) } else { Err(wrong) }
}

/// The language that a file of a package is in, by its path.
pub(crate) fn language(path: &str) -> Option<&str> {
    let name = path.strip_prefix("locales/")?.strip_suffix(".toml")?;
    plugin_api::is_language(name).then_some(name)
}

/// The manifest as somebody reads it whose language that is: `pt-BR`, else `pt`, else its own.
pub(crate) fn reading<'a>(manifest: &'a Manifest, locales: &'a Locales, locale: &str) -> &'a Manifest {
    let language = locale.split('-').next().unwrap_or(locale);
    locales.get(locale).or_else(|| locales.get(language)).unwrap_or(manifest)
}

impl Plugins {
    /// A manifest in the reader's language, where the version that is installed says it in that; else as it was given.
    pub fn in_language(&self, manifest: &Manifest, locale: &str) -> Manifest {
        let picture = self.snapshot();
        let installed = picture.find(manifest.id.as_str()).filter(|one| one.facts.manifest == *manifest);
        installed.map_or(manifest, |one| one.facts.manifest_in(locale)).clone()
    }
}
