//! How a package comes in: read, judged whole, and laid ready to be approved, or thrown away again.

use std::{fs, sync::Arc};

use audit::Entry;
use base::{Action, Actor};
use contract::Event;
use plugin_api::{Manifest, manifest::Capabilities, resolve};
use serde_json::json;

use crate::{
    Error, NoGuests, Plugins,
    grants::{self, Asked},
    package::{self, Package},
    running::json_of,
    snapshot::Facts,
    store::{self, NewVersion, PluginRow},
};

/// So many packages are looked for in the folder.
const MOST_FOUND: usize = 200;

/// A version that lies ready to be approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staged {
    /// Which plugin.
    pub id: String,
    /// Which version.
    pub version: String,
    /// SHA-256 of its package, in hexadecimal.
    pub hash: String,
    /// What it asks for, and what of that is new.
    pub asks: Vec<Asked>,
    /// The key it is signed with, in base64.
    pub signer: Option<String>,
    /// The plugin was signed with another key before, or this one is not signed at all.
    pub other_signer: bool,
    /// The version that runs, where one does.
    pub runs: Option<String>,
    /// It asks for more than the one that runs.
    pub wider: bool,
}

/// A package that somebody has laid into the folder of plugins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its path within that folder.
    pub path: String,
    /// Which plugin it says it is, and which version; or what is wrong with it.
    pub says: Result<(String, String), String>,
}

impl Plugins {
    /// Takes a package in. Nothing of it runs before it is approved.
    pub async fn stage(&self, actor: &Actor, bytes: Vec<u8>) -> Result<Staged, Error> {
        actor.may(Action::ManagePlugins)?;
        if self.0.parts.maker.apis().is_empty() {
            return Err(Error::Unsupported(NoGuests::WHY.into()));
        }
        let (maker, component) = (Arc::clone(&self.0.parts.maker), self.0.parts.bounds.component);
        let looked_at = tokio::task::spawn_blocking(move || -> Result<(Package, Vec<u8>), Error> {
            let package = package::read_within(&bytes, component).map_err(Error::Invalid)?;
            let wrong = |at: &'static str| {
                move |wrong: Vec<String>| Error::Invalid(wrong.into_iter().map(|what| (at.to_owned(), what)).collect())
            };
            Facts::new(package.manifest.clone(), Some(&package)).map_err(wrong("plugin.toml"))?;
            // Made once to be sure, and thrown away: what it imports has to be what it asks for.
            maker.make(&package.manifest, &package.wasm).map_err(wrong("plugin.wasm"))?;
            Ok((package, bytes))
        });
        let (package, bytes) =
            looked_at.await.map_err(|_panic| Error::wrong("plugin.wasm", "could not be compiled"))??;
        let manifest = &package.manifest;
        self.may_be_called(manifest).await?;
        let alone = resolve::resolve(std::slice::from_ref(manifest), &self.0.parts.hub, &self.0.parts.maker.apis());
        let alone: Vec<String> = alone
            .problems
            .iter()
            .filter(|problem| matches!(problem, resolve::Problem::Hub { .. } | resolve::Problem::Api { .. }))
            .map(ToString::to_string)
            .collect();
        if !alone.is_empty() {
            return Err(Error::Unsupported(alone.join("; ")));
        }

        let now = self.now();
        let facts = store::Facts::of(manifest, Some(&package.sha256), None);
        let new = NewVersion {
            id: manifest.id.to_string(),
            version: manifest.version.to_string(),
            sha256: package.sha256,
            signer: package.signer.clone(),
            manifest_json: manifest.to_json().to_string(),
            package: Arc::new(bytes),
            by: actor.user(),
        };
        let hash = hex::encode(package.sha256);
        let (acting, said) = (actor.clone(), hash.clone());
        let row = self
            .db()
            .write(move |tx| {
                let (facts, new, acting, said) = (facts.clone(), new.clone(), acting.clone(), said.clone());
                Box::pin(async move {
                    store::insert_plugin(tx, &facts, "staged", "off", now).await?;
                    let row = store::hold_plugin(tx, &new.id).await?.ok_or(Error::MovedOn)?;
                    if !store::stage_version(tx, &new, now).await? {
                        return Err(Error::State {
                            is: "approved already in this version",
                            needs: "of another version",
                        });
                    }
                    let entry = Entry::new("plugin.staged", "plugin", &new.id)
                        .changing((), json!({ "version": new.version, "sha256": said }));
                    audit::record(tx, now, &acting, &entry).await?;
                    events::record(tx, now, &Event::PluginChanged { plugin: new.id.clone() }).await?;
                    Ok(row)
                })
            })
            .await?;
        let granted = self.granted_now(&row.id).await?;
        Ok(self.staged(&row, manifest, hash, package.signer.clone(), &granted))
    }

    /// The same with what lies in the folder of plugins.
    pub async fn stage_found(&self, actor: &Actor, path: &str) -> Result<Staged, Error> {
        actor.may(Action::ManagePlugins)?;
        let folder = self.0.parts.folder.clone();
        let wanted = path.to_owned();
        let bytes = tokio::task::spawn_blocking(move || {
            // Only what is in the list has a path that leads nowhere else.
            let known = candidates(&folder).into_iter().find(|known| *known == wanted).ok_or(Error::NotFound)?;
            read_candidate(&folder.join(known)).map_err(Error::Invalid)
        });
        let bytes = bytes.await.map_err(|_panic| Error::NotFound)??;
        self.stage(actor, bytes).await
    }

    /// What lies in the folder of plugins and is not installed in that version. Nothing of it is ever started.
    pub async fn found(&self, actor: &Actor) -> Result<Vec<Found>, Error> {
        actor.may(Action::ViewPlugins)?;
        let (folder, component) = (self.0.parts.folder.clone(), self.0.parts.bounds.component);
        let found = tokio::task::spawn_blocking(move || {
            let read = |path: String| {
                let says =
                    read_candidate(&folder.join(&path)).and_then(|bytes| package::read_within(&bytes, component));
                let says = says
                    .map(|package| (package.manifest.id.to_string(), package.manifest.version.to_string()))
                    .map_err(|wrong| Error::Invalid(wrong).to_string());
                Found { path, says }
            };
            candidates(&folder).into_iter().map(read).collect::<Vec<_>>()
        });
        let found = found.await.unwrap_or_default();
        let mut left = Vec::new();
        for one in found {
            let known = match &one.says {
                Ok((id, version)) => {
                    store::version(self.db(), id, version).await?.is_some_and(|row| row.removed_at.is_none())
                }
                Err(_) => false,
            };
            if !known {
                left.push(one);
            }
        }
        Ok(left)
    }

    /// Throws a staged version away.
    pub async fn refuse(&self, actor: &Actor, id: &str, version: &str) -> Result<(), Error> {
        actor.may(Action::ManagePlugins)?;
        let (now, acting) = (self.now(), actor.clone());
        let (plugin, version) = (id.to_owned(), version.to_owned());
        self.db()
            .write(move |tx| {
                let (acting, plugin, version) = (acting.clone(), plugin.clone(), version.clone());
                Box::pin(async move {
                    let row = store::hold_plugin(tx, &plugin).await?.ok_or(Error::NotFound)?;
                    if !store::drop_version(tx, &plugin, &version).await? {
                        return Err(Error::NotFound);
                    }
                    if row.state == "staged" && row.version == version {
                        store::delete_plugin(tx, &plugin).await?;
                    }
                    let entry =
                        Entry::new("plugin.refused", "plugin", &plugin).changing((), json!({ "version": version }));
                    audit::record(tx, now, &acting, &entry).await?;
                    Ok(events::record(tx, now, &Event::PluginChanged { plugin }).await?)
                })
            })
            .await
    }

    /// A version that lies ready, as an admin looks at it.
    pub(crate) fn staged(
        &self,
        row: &PluginRow,
        manifest: &Manifest,
        hash: String,
        signer: Option<String>,
        granted: &Capabilities,
    ) -> Staged {
        let before = (row.state == "installed").then(|| read_manifest(&row.manifest_json).ok()).flatten();
        let asks = grants::told(
            &manifest.capabilities,
            granted,
            before.as_ref().map(|before| &before.capabilities),
            self.gives_databases(),
        );
        Staged {
            id: row.id.clone(),
            version: manifest.version.to_string(),
            wider: before.is_none() || asks.iter().any(|asked| asked.wider),
            asks,
            other_signer: row.signer.is_some() && row.signer != signer,
            signer,
            hash,
            runs: before.map(|_| row.version.clone()),
        }
    }
}

pub(crate) fn read_manifest(json: &str) -> Result<Manifest, Error> {
    Manifest::from_json(json_of(json)).map_err(|error| Error::wrong("manifest", error.to_string()))
}

/// What could be a package: archives in the folder, and `<id>/<version>/` with a manifest. By path.
fn candidates(folder: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    for path in names_in(folder) {
        if path.ends_with(".tar.gz") {
            found.push(path);
            continue;
        }
        for version in names_in(&folder.join(&path)) {
            let below = format!("{path}/{version}");
            if version.ends_with(".tar.gz") || folder.join(&below).join("plugin.toml").is_file() {
                found.push(below);
            }
        }
    }
    found.sort();
    found.truncate(MOST_FOUND);
    found
}

fn names_in(folder: &std::path::Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let plain = entries.filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_symlink()));
    plain.filter_map(|entry| entry.file_name().into_string().ok()).take(MOST_FOUND).collect()
}

fn read_candidate(path: &std::path::Path) -> Result<Vec<u8>, package::Wrong> {
    if path.is_dir() {
        return package::pack_folder(path);
    }
    let told = |error: std::io::Error| vec![(String::new(), error.to_string())];
    let length = fs::metadata(path).map_err(told)?.len();
    if length > package::LARGEST as u64 {
        return Err(vec![(String::new(), format!("a package has at most {} MiB", package::LARGEST >> 20))]);
    }
    fs::read(path).map_err(told)
}
