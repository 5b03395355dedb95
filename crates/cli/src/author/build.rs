//! Builds a plugin with cargo, and makes a component of what comes out.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use plugins::engine;
use serde_json::Value;

use crate::terminal::{Done, Failure, Terminal};

/// What plugins are compiled for: WebAssembly with nothing around it.
const TARGET: &str = "wasm32-unknown-unknown";

/// Builds the folder and puts the component there as `plugin.wasm`.
pub(super) fn component(terminal: &mut Terminal<'_>, folder: &Path) -> Done {
    if !folder.join("Cargo.toml").exists() {
        return Err(format!(
            "{} holds no Cargo.toml. A plugin in another language is built by its own tools; then take --no-build",
            folder.display()
        )
        .into());
    }
    terminal.note(format_args!("Building {} …", folder.display()))?;
    let module = module(folder)?;
    let component = engine::component(&fs::read(&module)?).map_err(Failure::from)?;
    Ok(fs::write(folder.join("plugin.wasm"), component)?)
}

/// The module that cargo says it has made.
fn module(folder: &Path) -> Done<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo
        .args(["build", "--release", "--lib", "--target", TARGET, "--message-format", "json-render-diagnostics"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit());
    let built = cargo.output().map_err(|error| format!("cargo could not be started: {error}"))?;
    if !built.status.success() {
        return Err(format!("cargo could not build it; is the target there? `rustup target add {TARGET}`").into());
    }
    let manifest = fs::canonicalize(folder.join("Cargo.toml"))?;
    let of_this = |message: &Value| {
        let path = message["manifest_path"].as_str().map(PathBuf::from);
        path.and_then(|path| fs::canonicalize(path).ok()).is_some_and(|path| path == manifest)
    };
    let text = String::from_utf8_lossy(&built.stdout);
    let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let module = messages
        .filter(|message| message["reason"] == "compiler-artifact" && of_this(message))
        .flat_map(|message| message["filenames"].as_array().cloned().unwrap_or_default())
        .filter_map(|file| file.as_str().map(PathBuf::from))
        .find(|file| file.extension().is_some_and(|end| end == "wasm"));
    module.ok_or_else(|| "cargo made no module: the crate's type has to be `cdylib`".into())
}
