//! The built site: scripts, styles, icons. A release carries it inside and unpacks it to `data/site/<hash>`, keeping the
//! one before for pages that are still open.

use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use thiserror::Error;

/// Where the files of the site are.
#[derive(Debug, Clone)]
pub struct Site {
    /// The folder with `build.txt`, `pkg/<hash>/` and the public files.
    pub root: PathBuf,
    /// The hash of this build.
    pub build: String,
    /// The folder of the build before, where there is one.
    pub previous: Option<PathBuf>,
}

/// Why there is no site to serve.
#[derive(Debug, Error)]
pub enum SiteError {
    /// The folder named in the configuration holds no built site.
    #[error("{} holds no built site; build one with `cargo xtask build`", .0.display())]
    NotBuilt(PathBuf),
    /// A development build without `site_root`.
    #[error("this program was built without its site; set `site_root` to a folder with a built one")]
    NotCarried,
    /// The carried site can't be unpacked.
    #[error("the site can't be unpacked to {}", .0.display())]
    Unpack(PathBuf, #[source] io::Error),
}

/// The file that names the build.
const BUILD: &str = "build.txt";

/// The packed site, in a release.
#[cfg(embedded_site)]
const CARRIED: Option<&[u8]> = Some(include_bytes!(env!("GUILDHALL_SITE_ARCHIVE")));
#[cfg(not(embedded_site))]
const CARRIED: Option<&[u8]> = None;

impl Site {
    /// The site in `folder`, or the one the program carries, unpacked below `data_dir`.
    pub fn find(folder: Option<&Path>, data_dir: &Path) -> Result<Self, SiteError> {
        match (folder, CARRIED) {
            (Some(folder), _) => Self::built(folder),
            (None, Some(archive)) => {
                let place = data_dir.join("site");
                unpack(archive, &place).map_err(|error| SiteError::Unpack(place, error))
            }
            (None, None) => Err(SiteError::NotCarried),
        }
    }

    /// None: for a command, which serves nothing.
    pub(crate) fn absent() -> Self {
        Self { root: PathBuf::new(), build: String::new(), previous: None }
    }

    fn built(folder: &Path) -> Result<Self, SiteError> {
        let build = read_build(folder).ok_or_else(|| SiteError::NotBuilt(folder.to_owned()))?;
        Ok(Self { root: folder.to_owned(), build, previous: None })
    }
}

/// The hash in a site's `build.txt`.
fn read_build(folder: &Path) -> Option<String> {
    build_in(&fs::read_to_string(folder.join(BUILD)).ok()?)
}

/// Letters and digits only, since it becomes part of a path.
fn build_in(text: &str) -> Option<String> {
    let build = text.trim();
    (!build.is_empty() && build.bytes().all(|b| b.is_ascii_alphanumeric())).then(|| build.to_owned())
}

/// The hash in a packed site, of which nothing else is read: most starts find it unpacked, and a start takes no longer than it has to.
fn packed_build(archive: &[u8]) -> io::Result<Option<String>> {
    for entry in tar::Archive::new(io::Cursor::new(archive)).entries_with_seek()? {
        let mut entry = entry?;
        if *entry.path()? == *Path::new(BUILD) {
            let mut text = String::new();
            entry.read_to_string(&mut text)?;
            return Ok(build_in(&text));
        }
    }
    Ok(None)
}

/// Unpacks `archive` (a plain tar of a site folder) to `place/<hash>`, unless it is there already, and clears away all
/// but that one and the one before. A folder gets its name only once it is whole.
fn unpack(archive: &[u8], place: &Path) -> io::Result<Site> {
    let build = packed_build(archive)?
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the carried site has no build.txt"))?;
    let root = place.join(&build);
    if !root.exists() {
        let staging = place.join(format!(".unpacking-{}", std::process::id()));
        let _ = fs::remove_dir_all(&staging);
        fs::create_dir_all(&staging)?;
        tar::Archive::new(archive).unpack(&staging)?;
        fs::rename(&staging, &root)?;
    }

    let note = place.join("current.txt");
    let mut earlier = fs::read_to_string(&note).unwrap_or_default().lines().map(str::to_owned).collect::<Vec<_>>();
    earlier.retain(|name| *name != build);
    earlier.truncate(1);
    fs::write(&note, format!("{build}\n{}\n", earlier.join("\n")))?;

    let previous = earlier.first().map(|name| place.join(name)).filter(|folder| read_build(folder).is_some());
    for entry in fs::read_dir(place)?.flatten() {
        let path = entry.path();
        if path.is_dir() && path != root && Some(&path) != previous.as_ref() {
            fs::remove_dir_all(&path)?;
        }
    }
    Ok(Site { root, build, previous })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(build: &str) -> Vec<u8> {
        let mut tar = tar::Builder::new(Vec::new());
        for (name, text) in [("build.txt", build), (&*format!("pkg/{build}/guildhall.js"), "// script")] {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_mode(0o644);
            header.set_cksum();
            tar.append_data(&mut header, name, text.as_bytes()).unwrap();
        }
        tar.into_inner().unwrap()
    }

    #[test]
    fn an_upgrade_keeps_the_build_before_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        for build in ["aaa", "bbb", "ccc"] {
            unpack(&archive(build), folder.path()).unwrap();
        }
        let site = unpack(&archive("ccc"), folder.path()).unwrap();
        assert_eq!(site.build, "ccc");
        assert!(site.root.join("pkg/ccc/guildhall.js").exists());
        assert_eq!(site.previous, Some(folder.path().join("bbb")));
        assert!(!folder.path().join("aaa").exists());
    }

    #[test]
    fn a_build_without_a_proper_hash_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(unpack(&archive("no hash"), folder.path()).is_err());
    }
}
