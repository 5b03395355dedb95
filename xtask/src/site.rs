//! The site: everything a browser may ask for by name, in one folder and, for the release binary, in one file.
//!
//! ```text
//! site/build.txt                       the hash, and nothing else
//! site/precache.json                   {"build": hash, "files": […], "chunks": […]}, for the service worker
//! site/pkg/<hash>/guildhall.js         the main script; beside it the modules, in release in packs, the style sheet, the loader
//! site/pkg/<hash>/guildhall.js.br      the same, compressed (release)
//! site/…                               the files of public/, with __BUILD__ in sw.js replaced by the hash
//! ```
//!
//! The archive is a plain, uncompressed tar of that folder with relative paths and one build under `pkg/`. Owners and
//! times in it are zero, so that the same site gives the same bytes.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result};
use serde_json::json;

use crate::browser::{self, Compiled, LOADER, NAME};
use crate::build::Profile;
use crate::files;
use crate::packs;
use crate::progress::{Progress, note};
use crate::styles;
use crate::workspace::Workspace;

/// A finished site.
pub(crate) struct Site {
    pub(crate) folder: PathBuf,
    pub(crate) hash: String,
    /// Only in release.
    pub(crate) archive: Option<PathBuf>,
}

/// Compiles the browser's side and assembles the site, in two steps; the second is skipped when nothing changed.
pub(crate) fn build(workspace: &Workspace, profile: Profile, progress: &mut Progress) -> Result<Site> {
    let compiled = progress.step("Compile the browser's side", || browser::compile(workspace, profile))?;
    progress.step("Assemble the site", || assemble_if_changed(workspace, profile, &compiled))
}

fn assemble_if_changed(workspace: &Workspace, profile: Profile, compiled: &Compiled) -> Result<Site> {
    let (folder, archive) = match profile {
        Profile::Debug => (workspace.target.join("site"), None),
        Profile::Release => (workspace.target.join("site-release"), Some(workspace.target.join("site.tar"))),
    };
    let inputs = describe_inputs(workspace, profile, compiled)?;
    let memory = workspace.memory().join(format!("{}.inputs", profile.for_wasm()));
    let hash = fs::read_to_string(folder.join("build.txt")).unwrap_or_default();
    let complete = !hash.is_empty() && archive.as_ref().is_none_or(|file| file.is_file());
    if complete && fs::read_to_string(&memory).is_ok_and(|before| before == inputs) {
        note("nothing has changed");
        return Ok(Site { folder, hash, archive });
    }
    fs::create_dir_all(workspace.memory())?;
    let hash = assemble(workspace, profile, compiled, &folder, archive.as_deref())?;
    fs::write(&memory, inputs)?;
    Ok(Site { folder, hash, archive })
}

/// Everything the result depends on, as text: files by time and size, and this program itself.
fn describe_inputs(workspace: &Workspace, profile: Profile, compiled: &Compiled) -> Result<String> {
    let mut inputs = vec![compiled.wasm.clone(), compiled.scoped_css.clone(), std::env::current_exe()?];
    for folder in ["public", "style"] {
        let folder = workspace.root.join(folder);
        inputs.extend(files::list(&folder)?.into_iter().map(|file| folder.join(file)));
    }
    if profile == Profile::Release {
        inputs.extend(browser::find_wasm_opt(workspace));
    }
    Ok(format!("{:#?}\n", files::stamps(inputs)))
}

/// Makes the new site beside the old one and swaps them at the end.
fn assemble(
    workspace: &Workspace,
    profile: Profile,
    compiled: &Compiled,
    folder: &Path,
    archive: Option<&Path>,
) -> Result<String> {
    let scratch = workspace.memory().join("scratch");
    let new = workspace.memory().join("site.new");
    let fresh = new.join("pkg/.new");
    files::remove_tree(&scratch)?;
    files::remove_tree(&new)?;
    fs::create_dir_all(&scratch)?;
    fs::create_dir_all(&fresh)?;

    browser::split_and_bind(&compiled.wasm, &fresh, &scratch)?;
    if profile == Profile::Release {
        finish_modules(workspace, &fresh)?;
        packs::pack(&fresh)?;
    }
    let mut sheet = styles::inline(&workspace.root.join("style/main.css"))?;
    sheet.push_str(&fs::read_to_string(&compiled.scoped_css).context("could not read the scoped styles")?);
    fs::write(fresh.join(format!("{NAME}.css")), sheet)?;
    files::copy_tree(&workspace.root.join("public"), &new)?;

    let hash = hash_all(&new)?;
    let package = new.join("pkg").join(&hash);
    fs::rename(&fresh, &package)?;
    write_precache(&new, &hash)?;
    if profile == Profile::Release {
        compress_all(&new)?;
    }
    fs::write(new.join("build.txt"), &hash)?;
    if let Some(archive) = archive {
        pack(&new, archive)?;
    }
    if profile == Profile::Release {
        report_sizes(&package)?;
    }
    keep_previous(folder, &new, &hash)?;
    let old = workspace.memory().join("site.old");
    files::remove_tree(&old)?;
    if folder.exists() {
        fs::rename(folder, &old)?;
    }
    fs::rename(&new, folder)?;
    files::remove_tree(&old)?;
    files::remove_tree(&scratch)?;
    Ok(hash)
}

/// Names go from every module, chunks included; wasm-opt comes after, where there is one.
fn finish_modules(workspace: &Workspace, package: &Path) -> Result<()> {
    let modules = with_extension(package, "wasm")?;
    for module in &modules {
        browser::drop_names(module)?;
    }
    if let Some(program) = browser::find_wasm_opt(workspace) {
        return browser::optimise(workspace, &program, &modules);
    }
    note("no wasm-opt found: modules stay some 6 % larger before compression, the same after it");
    Ok(())
}

fn with_extension(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let all = files::list(folder)?.into_iter();
    Ok(all.filter(|file| file.extension().is_some_and(|e| e == extension)).map(|file| folder.join(file)).collect())
}

/// One hash for all files: they name each other in a circle (main script and loader), and chunks of different
/// builds must never be mixed. The files of `public/` are in it too, because the release binary unpacks its site
/// into a folder with this name.
fn hash_all(new: &Path) -> Result<String> {
    let contents = files::list(new)?
        .into_iter()
        .map(|file| Ok((file.to_string_lossy().into_owned(), fs::read(new.join(&file))?)))
        .collect::<Result<Vec<_>>>()?;
    Ok(files::hash(contents.iter().map(|(name, content)| (name.as_str(), content.as_slice()))))
}

/// The service worker's shopping list, and the worker itself, which must change with every build to be noticed.
fn write_precache(new: &Path, hash: &str) -> Result<()> {
    let address = |file: &Path| format!("/pkg/{hash}/{}", file.display());
    let (mut shell, mut chunks) = (Vec::new(), Vec::new());
    for file in files::list(&new.join("pkg").join(hash))? {
        let name = file.to_string_lossy();
        let main = name.starts_with(NAME) || name == LOADER || name.starts_with("snippets");
        if main {
            shell.push(address(&file));
        } else if name.ends_with(".wasm") {
            chunks.push(address(&file));
        }
    }
    let list = json!({ "build": hash, "files": shell, "chunks": chunks });
    fs::write(new.join("precache.json"), serde_json::to_vec_pretty(&list)?)?;
    let worker = new.join("sw.js");
    if worker.exists() {
        fs::write(&worker, fs::read_to_string(&worker)?.replace("__BUILD__", hash))?;
    }
    Ok(())
}

/// Writes `.br` and `.gz` beside every file that gets smaller by it, on all cores.
fn compress_all(new: &Path) -> Result<()> {
    const WORTH_IT: [&str; 8] = ["wasm", "js", "css", "json", "svg", "html", "txt", "webmanifest"];
    let mut all = files::list(new)?;
    all.retain(|file| file.extension().is_some_and(|e| WORTH_IT.iter().any(|w| e == *w)));
    let next = AtomicUsize::new(0);
    let work = || -> Result<()> {
        while let Some(file) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            compress(&new.join(file)).with_context(|| format!("could not compress {}", file.display()))?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> =
            (0..thread::available_parallelism().map_or(1, usize::from)).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().expect("no worker panics"))
    })
}

fn compress(file: &Path) -> Result<()> {
    let plain = fs::read(file)?;
    let mut best = Vec::new();
    {
        let mut writer = brotli::CompressorWriter::new(&mut best, 1 << 16, 11, 22);
        writer.write_all(&plain)?;
        writer.flush()?;
    }
    let mut common = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    common.write_all(&plain)?;
    for (suffix, bytes) in [(".br", best), (".gz", common.finish()?)] {
        if bytes.len() < plain.len() {
            let mut name = file.as_os_str().to_owned();
            name.push(suffix);
            fs::write(name, bytes)?;
        }
    }
    Ok(())
}

/// Packs the site into one file, and leaves that file alone when it holds the same bytes already: the server is
/// compiled again whenever it changes.
fn pack(new: &Path, archive: &Path) -> Result<()> {
    let mut tar = tar::Builder::new(Vec::new());
    for file in files::list(new)? {
        let content = fs::read(new.join(&file))?;
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, &file, content.as_slice())?;
    }
    let bytes = tar.into_inner()?;
    if fs::read(archive).is_ok_and(|before| before == bytes) {
        return Ok(());
    }
    fs::write(archive, bytes).with_context(|| format!("could not write {}", archive.display()))
}

/// Pages that are still open ask for chunks of their own build, so the newest other build stays for one round.
fn keep_previous(folder: &Path, new: &Path, hash: &str) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder.join("pkg")) else { return Ok(()) };
    let others = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| !path.ends_with(hash));
    let newest = others.max_by_key(|path| fs::metadata(path).and_then(|data| data.modified()).ok());
    if let Some(previous) = newest {
        let name = previous.file_name().expect("an entry of a folder has a name").to_owned();
        fs::rename(&previous, new.join("pkg").join(name))?;
    }
    Ok(())
}

fn report_sizes(package: &Path) -> Result<()> {
    for file in files::list(package)? {
        let path = package.join(&file);
        let Ok(compressed) = fs::metadata(format!("{}.br", path.display())) else { continue };
        note(format!(
            "{:<44} {:>9} bytes, {:>8} in brotli",
            file.display(),
            fs::metadata(&path)?.len(),
            compressed.len()
        ));
    }
    Ok(())
}
