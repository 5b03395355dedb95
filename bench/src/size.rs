//! What a signed-out visitor downloads before the home page is interactive: the main module, its script, the loader.

use std::{fs, path::Path};

use crate::{
    Failure,
    report::{Bound, Report},
    start::to_f64,
};

/// Sums the compressed files of the built site, by what a page asks for.
pub(crate) fn measure(site: &Path, report: &mut Report) -> Result<(), Failure> {
    let build = fs::read_to_string(site.join("build.txt"))
        .map_err(|error| format!("{} holds no built site: {error}", site.display()))?;
    let folder = site.join("pkg").join(build.trim());
    let (mut first, mut later, mut styles) = (0, 0, 0);
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        let (Some("br"), Some(plain)) = (extension(&path), path.file_stem().map(Path::new)) else { continue };
        let bytes = fs::metadata(&path)?.len();
        let name = plain.to_string_lossy();
        match extension(plain) {
            Some("css") => styles += bytes,
            _ if name == "guildhall.js" || name == "guildhall_bg.wasm" || name.starts_with("__wasm_split.") => {
                first += bytes;
            }
            Some("wasm" | "js") => later += bytes,
            _ => {}
        }
    }
    if first == 0 {
        return Err(format!("{} holds no compressed build; build with --release", folder.display()).into());
    }
    report.check("wasm + JS before home is interactive, brotli", to_f64(first) / 1000.0, "kB", Bound::AtMost(230.0));
    report.note("  the rest, loaded when visited", to_f64(later) / 1000.0, "kB");
    report.note("  styles", to_f64(styles) / 1000.0, "kB");
    Ok(())
}

fn extension(path: &Path) -> Option<&str> {
    path.extension()?.to_str()
}
