//! The scenes in a plugin's folder `tests`, and how they went.

use std::{
    fs,
    path::{Path, PathBuf},
};

use plugins::engine::scenes::{Played, Scene};

use crate::terminal::{Done, Terminal};

/// Reads them, by name.
pub(super) fn read(folder: &Path) -> Done<Vec<Scene>> {
    let tests = folder.join("tests");
    let listed = fs::read_dir(&tests).map_err(|error| format!("{} can't be read: {error}", tests.display()))?;
    let mut files = Vec::new();
    for entry in listed {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "toml") {
            files.push(path);
        }
    }
    files.sort();
    let scene = |path: &PathBuf| -> Done<Scene> {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Scene::read(name, &fs::read_to_string(path)?).map_err(|error| format!("{}: {error}", path.display()))?)
    };
    let scenes: Vec<Scene> = files.iter().map(scene).collect::<Done<_>>()?;
    if scenes.is_empty() {
        return Err(format!("{} holds no scene: a file that ends in .toml", tests.display()).into());
    }
    Ok(scenes)
}

/// Tells how they went.
pub(super) fn tell(terminal: &mut Terminal<'_>, played: &[Played]) -> Done {
    for one in played {
        let sign = if one.is_good() { "ok    " } else { "FAILED" };
        terminal.say(format_args!("{sign} {}: {}", one.scene, one.step))?;
        for wrong in &one.wrong {
            terminal.say(format_args!("       {wrong}"))?;
        }
    }
    let bad = played.iter().filter(|one| !one.is_good()).count();
    terminal.say(format_args!("{} good, {bad} failed", played.len() - bad))
}
