//! `guildhall plugin new|check|pack|test|dev`: what somebody needs who writes a plugin. None of it needs a hub, nor a configuration.

mod build;
mod dev;
mod kit;
mod new;
mod scenes;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Subcommand;
use plugin_api::{Kind, Manifest};
use plugins::{
    Plugin, engine,
    migrations::Migration,
    package::{self, Package},
};
use serde_json::json;

use crate::terminal::{Done, Failure, Terminal, hex};

/// Writes plugins.
#[derive(Subcommand)]
pub enum AuthorCommand {
    /// Writes a folder with a plugin that builds, and whose test passes.
    New {
        /// The folder, which is not there yet; its name becomes the plugin's.
        folder: PathBuf,
    },
    /// Says everything that is wrong with a plugin's manifest, its component and its other files.
    Check {
        /// The plugin's folder, or its package.
        #[arg(default_value = ".")]
        plugin: PathBuf,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Builds a plugin, checks it and writes its package.
    Pack {
        /// The plugin's folder.
        #[arg(default_value = ".")]
        folder: PathBuf,
        /// Where the package goes, instead of beside the manifest.
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Take `plugin.wasm` as it lies there, and build nothing.
        #[arg(long)]
        no_build: bool,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Builds a plugin and plays the scenes in its folder `tests`, on a hub in memory.
    Test {
        /// The plugin's folder.
        #[arg(default_value = ".")]
        folder: PathBuf,
        /// Take `plugin.wasm` as it lies there, and build nothing.
        #[arg(long)]
        no_build: bool,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Builds, checks and tests a plugin, and does so again whenever one of its files changes.
    Dev {
        /// The plugin's folder.
        #[arg(default_value = ".")]
        folder: PathBuf,
    },
}

/// Runs one command. Some of them call cargo, and all of them work on files: none is for a thread that others wait for.
pub async fn run(terminal: &mut Terminal<'_>, command: AuthorCommand) -> Done {
    match command {
        AuthorCommand::New { folder } => new::run(terminal, &folder),
        AuthorCommand::Check { plugin, json } => check(terminal, &plugin, json).await,
        AuthorCommand::Pack { folder, output, no_build, json } => pack(terminal, &folder, output, no_build, json),
        AuthorCommand::Test { folder, no_build, json } => test(terminal, &folder, no_build, json).await,
        AuthorCommand::Dev { folder } => dev::run(terminal, &folder).await,
    }
}

/// A plugin that was built and made ready to be called.
struct Ready {
    manifest: Manifest,
    guest: Arc<dyn Plugin>,
    migrations: Vec<Migration>,
    package: Vec<u8>,
}

async fn check(terminal: &mut Terminal<'_>, plugin: &Path, json: bool) -> Done {
    let told = if plugin.is_dir() { wrong_in(plugin).await } else { wrong_with(&fs::read(plugin)?).await.err() };
    let told = told.unwrap_or_default();
    if json {
        let told: Vec<_> = told.iter().map(|(at, what)| json!({ "at": at, "what": what })).collect();
        terminal.json(&json!({ "ok": told.is_empty(), "problems": told }))?;
    } else if told.is_empty() {
        terminal.say(format_args!("{} is in order.", plugin.display()))?;
    } else {
        tell(terminal, &told)?;
    }
    if manifest_of(plugin).is_some_and(|manifest| manifest.capabilities.sql.is_some()) {
        terminal.note(
            "It asks for `sql`, which hubs on PostgreSQL don't grant: keep documents, or see that it goes on without.",
        )?;
    }
    if told.is_empty() { Ok(()) } else { Err(failed(plugin)) }
}

/// What a folder or a package says about itself, where that can be read.
fn manifest_of(plugin: &Path) -> Option<Manifest> {
    if plugin.is_dir() {
        return manifest(plugin).ok();
    }
    fs::read(plugin)
        .ok()
        .and_then(|bytes| package::read_within(&bytes, package::LARGEST_COMPONENT).ok())
        .map(|package| package.manifest)
}

/// What is wrong with a folder. Where it was not built yet, its manifest, in all its languages, is all there is to look at.
async fn wrong_in(folder: &Path) -> Option<package::Wrong> {
    if folder.join("plugin.wasm").exists() {
        return match package::pack_folder(folder) {
            Ok(bytes) => wrong_with(&bytes).await.err(),
            Err(wrong) => Some(wrong),
        };
    }
    manifest(folder).err()
}

async fn wrong_with(bytes: &[u8]) -> Result<(), package::Wrong> {
    let (package, _) = made(bytes)?;
    plugins::migrations::rehearse(&package.manifest, &package.migrations).await
}

/// A package, and its plugin, compiled.
fn made(bytes: &[u8]) -> Result<(Package, Arc<dyn Plugin>), package::Wrong> {
    // As much as any hub takes.
    let component_bytes = package::LARGEST_COMPONENT;
    let package = package::read_within(bytes, component_bytes)?;
    // A machine that compiles beside it is no hub: who waits there waits longer.
    let limits = engine::Limits { component_bytes, patience: 20, ..engine::Limits::default() };
    let at = |problems: Vec<String>| -> package::Wrong {
        problems.into_iter().map(|what| ("plugin.wasm".to_owned(), what)).collect()
    };
    let guest = engine::maker(limits).make(&package.manifest, &package.wasm).map_err(at)?;
    Ok((package, guest))
}

/// The manifest of a folder, where it holds in all its languages.
fn manifest(folder: &Path) -> Result<Manifest, package::Wrong> {
    let text = fs::read_to_string(folder.join("plugin.toml"))
        .map_err(|error| vec![("plugin.toml".into(), error.to_string())])?;
    let manifest = plugins::read(&text, Kind::Guest).map_err(|wrong| -> package::Wrong {
        wrong.into_iter().map(|one| (format!("plugin.toml:{}", one.at), one.message)).collect()
    })?;
    package::locales_in(folder, &manifest)?;
    Ok(manifest)
}

fn tell(terminal: &mut Terminal<'_>, wrong: &package::Wrong) -> Done {
    wrong.iter().try_for_each(|(at, what)| match at.as_str() {
        "" => terminal.note(what),
        at => terminal.note(format_args!("{at}: {what}")),
    })
}

fn failed(plugin: &Path) -> Failure {
    format!("{} is not in order", plugin.display()).into()
}

/// Builds a folder and makes its plugin ready. What is wrong is told.
fn ready(terminal: &mut Terminal<'_>, folder: &Path, no_build: bool) -> Done<Ready> {
    let wrong = |terminal: &mut Terminal<'_>, wrong: &package::Wrong| {
        tell(terminal, wrong)?;
        Err(failed(folder))
    };
    if let Err(told) = manifest(folder) {
        return wrong(terminal, &told);
    }
    if !no_build {
        build::component(terminal, folder)?;
    }
    let package = match package::pack_folder(folder) {
        Ok(package) => package,
        Err(told) => return wrong(terminal, &told),
    };
    match made(&package) {
        Ok((Package { manifest, migrations, .. }, guest)) => Ok(Ready { manifest, guest, migrations, package }),
        Err(told) => wrong(terminal, &told),
    }
}

fn pack(terminal: &mut Terminal<'_>, folder: &Path, output: Option<PathBuf>, no_build: bool, json: bool) -> Done {
    let Ready { manifest, package, .. } = ready(terminal, folder, no_build)?;
    let file = output.unwrap_or_else(|| folder.join(format!("{}-{}.tar.gz", manifest.id, manifest.version)));
    fs::write(&file, &package)?;
    let read = package::read_within(&package, package::LARGEST_COMPONENT).map_err(|_| failed(folder))?;
    if read.wasm.len() > package::USUAL_COMPONENT {
        terminal.note("Its component is larger than 16 MiB: only hubs take it whose operator lets them.")?;
    }
    let sha256 = hex(&read.sha256);
    if json {
        return terminal.json(&json!({
            "file": file.display().to_string(), "id": manifest.id, "version": manifest.version.to_string(),
            "sha256": sha256, "bytes": package.len(),
        }));
    }
    terminal.say(format_args!("{}: {} KiB, SHA-256 {sha256}", file.display(), package.len().div_ceil(1024)))
}

async fn test(terminal: &mut Terminal<'_>, folder: &Path, no_build: bool, json: bool) -> Done {
    let ready = ready(terminal, folder, no_build)?;
    let scenes = scenes::read(folder)?;
    let played = engine::scenes::play(&ready.manifest, &ready.guest, &ready.migrations, &scenes).await;
    if json {
        terminal.json(&played)?;
    } else {
        scenes::tell(terminal, &played)?;
    }
    if played.iter().all(engine::scenes::Played::is_good) {
        Ok(())
    } else {
        Err("a scene did not go as it should".into())
    }
}
