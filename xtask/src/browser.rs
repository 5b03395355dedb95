//! The browser's side: Rust to WebAssembly, split along the lazy routes, with its JavaScript beside it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;
use wasm_bindgen_cli_support::Bindgen;

use crate::build::Profile;
use crate::module;
use crate::packages;
use crate::progress::note;
use crate::workspace::{self, Workspace};

/// The stem of every file the page asks for: `guildhall.js`, `guildhall_bg.wasm`, `guildhall.css`.
pub(crate) const NAME: &str = "guildhall";

/// Leptos asks for the loader of the lazy routes by exactly this name, with 22 underscores.
pub(crate) const LOADER: &str = "__wasm_split.______________________.js";

/// Which chunks each lazy part of the program needs, by the name of its function. Leptos reads it to preload them.
pub(crate) const MANIFEST: &str = "__wasm_split_manifest.json";

/// Without these flags wasm-opt refuses what rustc emits. `--all-features` instead would let it write forms that
/// browsers do not read yet: the page renders, but never wakes.
const WASM_OPT_FLAGS: [&str; 8] = [
    "-O1",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// What the compiler left behind.
pub(crate) struct Compiled {
    /// The module, with names and relocations.
    pub(crate) wasm: PathBuf,
    /// The component styles that app's build script collected from the very sources of this module.
    pub(crate) scoped_css: PathBuf,
}

/// Compiles `frontend` for the browser.
pub(crate) fn compile(workspace: &Workspace, profile: Profile) -> Result<Compiled> {
    let mut command = workspace.cargo("build");
    command.args(["--package", "frontend", "--lib", "--target", packages::WASM]);
    command.args(["--profile", profile.for_wasm(), "--message-format", "json-render-diagnostics"]);
    let report = workspace::output(command.stdin(Stdio::null()))?;
    let mut wasm = None;
    let mut scoped_css = None;
    for line in report.lines() {
        let message: Value = serde_json::from_str(line).context("cargo's messages are JSON")?;
        match message["reason"].as_str() {
            Some("compiler-artifact") if message["target"]["name"] == "frontend" => {
                let files = message["filenames"].as_array().into_iter().flatten().filter_map(Value::as_str);
                wasm = files.map(PathBuf::from).find(|file| file.extension().is_some_and(|e| e == "wasm"));
            }
            Some("build-script-executed") if is_app(&message) => {
                scoped_css = message["out_dir"].as_str().map(|folder| Path::new(folder).join("scoped.css"));
            }
            _ => {}
        }
    }
    Ok(Compiled {
        wasm: wasm.context("cargo built no frontend.wasm")?,
        scoped_css: scoped_css.context("cargo ran no build script of app, which collects the scoped styles")?,
    })
}

fn is_app(message: &Value) -> bool {
    message["package_id"].as_str().is_some_and(|id| id.contains("/app#"))
}

/// Splits `wasm` and writes modules, scripts and the manifest of chunks into `folder`. `scratch` is for files
/// that are not served.
pub(crate) fn split_and_bind(wasm: &Path, folder: &Path, scratch: &Path) -> Result<()> {
    let input = fs::read(wasm).with_context(|| format!("could not read {}", wasm.display()))?;
    let main = scratch.join(format!("{NAME}.wasm"));
    let main_script = format!("./{NAME}.js");
    let loader = format!("./{LOADER}");
    let mut options = wasm_split_cli_support::Options::new(&input);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.main_module = &main_script;
    options.link_name = &loader;
    let split = wasm_split_cli_support::transform(options).map_err(|error| anyhow!("the splitter: {error:?}"))?;
    // Sorted, so that the same input gives the same bytes and with them the same hash.
    let mut chunks: BTreeMap<String, Vec<String>> = split.prefetch_map.into_iter().collect();
    for names in chunks.values_mut() {
        names.sort();
    }
    fs::write(folder.join(MANIFEST), serde_json::to_vec(&chunks)?)?;
    Bindgen::new()
        .input_path(&main)
        .out_name(NAME)
        .web(true)?
        .keep_lld_exports(true)
        .demangle(false)
        .typescript(false)
        .debug(false)
        .keep_debug(false)
        .generate(folder)
        .context("wasm-bindgen")?;
    Ok(())
}

/// Removes the names of functions from a module: they are half of a file, and only a debugger reads them.
pub(crate) fn drop_names(wasm: &Path) -> Result<()> {
    let bytes = fs::read(wasm)?;
    let without = module::without_names(&bytes).with_context(|| format!("{} is no module", wasm.display()))?;
    fs::write(wasm, without)?;
    Ok(())
}

/// wasm-opt, where there is one: it makes modules quicker to parse, hardly smaller on the wire.
pub(crate) fn find_wasm_opt(workspace: &Workspace) -> Option<PathBuf> {
    let local = workspace.root.join("end2end/node_modules/.bin/wasm-opt");
    if local.is_file() { Some(local) } else { workspace::find_program("wasm-opt") }
}

/// Optimises each module by itself.
pub(crate) fn optimise(workspace: &Workspace, wasm_opt: &Path, modules: &[PathBuf]) -> Result<()> {
    for module in modules {
        let result = module.with_extension("optimised");
        let mut command = workspace.command(wasm_opt);
        command.args(WASM_OPT_FLAGS).arg(module).arg("-o").arg(&result);
        workspace::run(&mut command)?;
        let (before, after) = (fs::metadata(module)?.len(), fs::metadata(&result)?.len());
        if after == 0 {
            bail!("wasm-opt wrote an empty {}", module.display());
        }
        fs::rename(&result, module)?;
        note(format!("wasm-opt: {} {before} → {after} bytes", file_name(module)));
    }
    Ok(())
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
