//! A plugin's package: one `.tar.gz`, read with suspicion.
//!
//! Nothing of it is ever written to a disk: it is unpacked in memory each time it is needed, within bounds, so there is no path for a trick to
//! lead to.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read as _},
    path::{Component, Path},
};

use base64ct::{Base64, Encoding as _};
use flate2::{Compression, GzBuilder, read::GzDecoder};
use plugin_api::{Kind, Manifest};
use ring::signature::{ED25519, UnparsedPublicKey};
use sha2::{Digest as _, Sha256};
use tar::{Archive, Builder, EntryType, Header};

use crate::{
    check,
    locales::{self, Locales},
    migrations::{self, Migration},
};

/// The largest package, in bytes.
pub const LARGEST: usize = 16 * 1024 * 1024;
/// The largest component in it, in bytes, where an operator says nothing else, and the most that one can say: it may be well compressible.
pub const USUAL_COMPONENT: usize = 16 * 1024 * 1024;
/// The same.
pub const LARGEST_COMPONENT: usize = 64 * 1024 * 1024;
/// The most files.
pub const MOST_FILES: usize = 64;
/// The largest asset, and all of them together, in bytes.
pub const LARGEST_ASSET: usize = 2 * 1024 * 1024;
/// All assets together, in bytes.
pub const LARGEST_ASSETS: usize = 8 * 1024 * 1024;
/// Everything else in it unpacked, in bytes: where a bomb goes off in vain.
const LARGEST_REST: usize = 24 * 1024 * 1024;
/// The largest text in it, in bytes.
const LARGEST_TEXT: usize = 512 * 1024;
/// The longest path, in bytes.
const LONGEST_PATH: usize = 200;
/// The name of the signature's file.
const SIGNATURE: &str = "plugin.sig";

/// What is wrong with one: where, and how.
pub type Wrong = Vec<(String, String)>;

/// A package that was looked at whole.
#[derive(Debug, Clone)]
pub struct Package {
    /// What it says about itself.
    pub manifest: Manifest,
    /// Its component.
    pub wasm: Vec<u8>,
    /// Everything in it, by path.
    pub files: BTreeMap<String, Vec<u8>>,
    /// SHA-256 of the package: what it is known by.
    pub sha256: [u8; 32],
    /// The steps of its own database, in their order.
    pub migrations: Vec<Migration>,
    /// What it says about itself in other languages.
    pub locales: Locales,
    /// The key it was signed with, in base64, where it was.
    pub signer: Option<String>,
}

impl Package {
    /// A file that pages may show, and its type.
    pub fn asset(&self, file: &str) -> Option<(&[u8], &'static str)> {
        let content = self.files.get(&format!("assets/{file}"))?;
        Some((content, asset_type(file)?))
    }
}

/// Reads one as a hub does whose operator says nothing else. Everything wrong that can be told at once is.
pub fn read(bytes: &[u8]) -> Result<Package, Wrong> {
    read_within(bytes, USUAL_COMPONENT)
}

/// The same with a component of at most so many bytes.
pub fn read_within(bytes: &[u8], component: usize) -> Result<Package, Wrong> {
    let one = |what: String| vec![(String::new(), what)];
    if bytes.len() > LARGEST {
        return Err(one(format!("a package has at most {} MiB", LARGEST >> 20)));
    }
    let files = unpack(bytes, component + LARGEST_REST).map_err(one)?;
    let mut wrong: Wrong = Vec::new();
    for (path, content) in &files {
        if let Err(what) = judge(path, content.len(), component) {
            wrong.push((path.clone(), what));
        }
    }
    let assets: usize =
        files.iter().filter(|(path, _)| path.starts_with("assets/")).map(|(_, content)| content.len()).sum();
    if assets > LARGEST_ASSETS {
        wrong.push(("assets".into(), format!("have at most {} MiB together", LARGEST_ASSETS >> 20)));
    }
    let signer = files.get(SIGNATURE).and_then(|signature| {
        verify(&files, signature).map_err(|what| wrong.push((SIGNATURE.into(), what.to_owned()))).ok()
    });
    if !files.contains_key("plugin.wasm") {
        wrong.push(("plugin.wasm".into(), "is missing".into()));
    }
    let manifest = match files.get("plugin.toml").map(|text| std::str::from_utf8(text)) {
        None => Err(vec![("plugin.toml".to_owned(), "is missing".to_owned())]),
        Some(Err(_)) => Err(vec![("plugin.toml".into(), "is no UTF-8".into())]),
        Some(Ok(text)) => check::read(text, Kind::Guest).map_err(|problems| {
            problems.into_iter().map(|problem| (format!("plugin.toml:{}", problem.at), problem.message)).collect()
        }),
    };
    let whole =
        manifest.and_then(|manifest| match (migrations::of(&files, &manifest), locales::of(&files, &manifest)) {
            (Ok(migrations), Ok(locales)) => Ok((manifest, migrations, locales)),
            (migrations, locales) => Err([migrations.err(), locales.err()].into_iter().flatten().flatten().collect()),
        });
    match whole {
        Ok((manifest, migrations, locales)) if wrong.is_empty() => Ok(Package {
            manifest,
            wasm: files.get("plugin.wasm").cloned().unwrap_or_default(),
            files,
            sha256: Sha256::digest(bytes).into(),
            migrations,
            locales,
            signer,
        }),
        Ok(_) => Err(wrong),
        Err(more) => {
            wrong.extend(more);
            Err(wrong)
        }
    }
}

/// A package of what lies in a folder: what belongs to one is taken, everything else (sources, what was built on the way) is left. The same
/// files make the same package.
pub fn pack_folder(folder: &Path) -> Result<Vec<u8>, Wrong> {
    let mut files = BTreeMap::new();
    gather(folder, "", &mut files).map_err(|(at, error)| vec![(at, error.to_string())])?;
    pack(&files).map_err(|error| vec![(String::new(), error.to_string())])
}

/// What a folder's manifest says in other languages, also where there is no component yet to pack it with.
pub fn locales_in(folder: &Path, manifest: &Manifest) -> Result<Locales, Wrong> {
    let mut files = BTreeMap::new();
    let folder = folder.join("locales");
    if folder.is_dir() {
        gather(&folder, "locales", &mut files).map_err(|(at, error)| vec![(at, error.to_string())])?;
    }
    let misplaced =
        files.iter().filter_map(|(path, content)| Some((path.clone(), judge(path, content.len(), 0).err()?)));
    let mut wrong: Wrong = misplaced.collect();
    match locales::of(&files, manifest) {
        Ok(locales) if wrong.is_empty() => Ok(locales),
        read => {
            wrong.extend(read.err().into_iter().flatten());
            Err(wrong)
        }
    }
}

/// A package of these files.
pub fn pack(files: &BTreeMap<String, Vec<u8>>) -> io::Result<Vec<u8>> {
    let zipped = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    let mut archive = Builder::new(zipped);
    for (path, content) in files {
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_size(content.len() as u64);
        archive.append_data(&mut header, path, content.as_slice())?;
    }
    archive.into_inner()?.finish()
}

/// What a signature is made over: every file but the signature itself, by path.
pub fn digest(files: &BTreeMap<String, Vec<u8>>) -> [u8; 32] {
    let mut digest = Sha256::new();
    for (path, content) in files.iter().filter(|(path, _)| *path != SIGNATURE) {
        digest.update(path.as_bytes());
        digest.update(b"\0");
        digest.update(content.len().to_string().as_bytes());
        digest.update(b"\n");
        digest.update(content);
    }
    digest.finalize().into()
}

/// The key that `plugin.sig` names, where its signature holds.
fn verify(files: &BTreeMap<String, Vec<u8>>, signature: &[u8]) -> Result<String, &'static str> {
    const FORM: &str = "is one line: `ed25519`, the public key and the signature, both in base64";
    let line = std::str::from_utf8(signature).map_err(|_| FORM)?.trim_end();
    let mut words = line.split(' ');
    let (Some("ed25519"), Some(key), Some(signature), None) = (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(FORM);
    };
    let bytes = Base64::decode_vec(key).map_err(|_| FORM)?;
    let signature = Base64::decode_vec(signature).map_err(|_| FORM)?;
    UnparsedPublicKey::new(&ED25519, &bytes)
        .verify(&digest(files), &signature)
        .map_err(|_| "does not hold: the package was changed after it was signed, or by somebody else")?;
    Ok(key.to_owned())
}

fn unpack(bytes: &[u8], most: usize) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let broken = |error: io::Error| format!("it is no `.tar.gz`, or a broken one: {error}");
    let most = most as u64;
    // One byte more than may be there: who reads that one has read too many.
    let mut archive = Archive::new(GzDecoder::new(bytes).take(most + 1));
    let mut files = BTreeMap::new();
    let mut unpacked = 0_u64;
    for (n, entry) in archive.entries().map_err(broken)?.enumerate() {
        let mut entry = entry.map_err(broken)?;
        // Folders count as well, so that a million of them are no work.
        if n >= MOST_FILES * 2 || files.len() >= MOST_FILES {
            return Err(format!("it holds at most {MOST_FILES} files"));
        }
        let raw = entry.path_bytes().into_owned();
        let path = plain(&raw).ok_or_else(|| format!("the path `{}` is not taken", shown(&raw)))?;
        match entry.header().entry_type() {
            EntryType::Regular => {}
            // The second is what some programs put before everything else: nothing in it is looked at.
            EntryType::Directory | EntryType::XGlobalHeader => continue,
            _ => return Err(format!("`{path}` is no plain file: links and devices are not taken")),
        }
        unpacked += entry.size();
        if unpacked > most {
            return Err(format!("unpacked it has at most {} MiB", most >> 20));
        }
        let mut content = Vec::new();
        entry.read_to_end(&mut content).map_err(broken)?;
        if path.is_empty() || files.insert(path.clone(), content).is_some() {
            return Err(format!("`{path}` is in it twice"));
        }
    }
    Ok(files)
}

/// A path below the package's folder, with `/` between its parts; `None`: one that leads elsewhere, or could somewhere.
fn plain(raw: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(raw).ok()?;
    if text.len() > LONGEST_PATH || text.contains(['\\', ':']) || text.chars().any(char::is_control) {
        return None;
    }
    let mut parts = Vec::new();
    for part in Path::new(text).components() {
        match part {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::CurDir => {}
            _ => return None,
        }
    }
    Some(parts.join("/"))
}

fn shown(raw: &[u8]) -> String {
    String::from_utf8_lossy(raw).chars().filter(|c| !c.is_control()).take(LONGEST_PATH).collect()
}

/// Whether a file belongs into a package, and may be as large.
fn judge(path: &str, length: usize, component: usize) -> Result<(), String> {
    let at_most = |most: usize| {
        if length <= most { Ok(()) } else { Err(format!("has at most {} KiB", most >> 10)) }
    };
    match path {
        "plugin.toml" => at_most(plugin_api::LARGEST),
        "plugin.wasm" => at_most(component),
        SIGNATURE => at_most(1024),
        _ => match path.split_once('/') {
            None if path == "README.md" || path.starts_with("LICENSE") => at_most(LARGEST_TEXT),
            Some(("assets", file)) if asset_type(file).is_some() => at_most(LARGEST_ASSET),
            Some(("assets", _)) => Err("is of no type that is shown: png, jpg, webp, gif, txt, json".into()),
            Some(("locales", _)) if locales::language(path).is_some() => at_most(plugin_api::LARGEST),
            Some(("locales", _)) => Err("is called by no language: pt-BR.toml".into()),
            Some(("migrations", file)) if is_migration(file) => at_most(LARGEST_TEXT),
            Some(("migrations", _)) => Err("is no migration: 0001_name.sql".into()),
            _ => Err("has no place in a package".into()),
        },
    }
}

fn asset_type(file: &str) -> Option<&'static str> {
    let plain = file.split('/').all(|part| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    });
    let (_, end) = file.rsplit_once('.').filter(|_| plain)?;
    // No drawing that can hold script, no style, no page: nothing of a guest's runs in a browser.
    Some(match end {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "txt" => "text/plain; charset=utf-8",
        "json" => "application/json",
        _ => return None,
    })
}

fn is_plain_name(file: &str, end: &str) -> bool {
    file.strip_suffix(end)
        .is_some_and(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b)))
}

fn is_migration(file: &str) -> bool {
    is_plain_name(file, ".sql")
        && file.len() > 9
        && file.as_bytes()[..4].iter().all(u8::is_ascii_digit)
        && file.as_bytes()[4] == b'_'
}

fn gather(folder: &Path, below: &str, files: &mut BTreeMap<String, Vec<u8>>) -> Result<(), (String, io::Error)> {
    let told = |error: io::Error| (folder.display().to_string(), error);
    for entry in fs::read_dir(folder).map_err(told)? {
        let entry = entry.map_err(told)?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
        let told = |error: io::Error| (path.clone(), error);
        // Of the link itself, not of what it leads to.
        let about = entry.metadata().map_err(told)?;
        let is_ours = ["assets", "locales", "migrations"].contains(&path.split('/').next().unwrap_or_default());
        if about.is_symlink() {
            if is_ours {
                return Err(told(io::Error::other("links are not taken")));
            }
        } else if about.is_dir() {
            if is_ours {
                gather(&entry.path(), &path, files)?;
            }
        } else if is_ours || judge(&path, 0, LARGEST_COMPONENT).is_ok() {
            if files.len() >= MOST_FILES {
                return Err(told(io::Error::other(format!("a package holds at most {MOST_FILES} files"))));
            }
            if about.len() > LARGEST_COMPONENT as u64 {
                return Err(told(io::Error::other("is too large")));
            }
            files.insert(path.clone(), fs::read(entry.path()).map_err(told)?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use ring::signature::{Ed25519KeyPair, KeyPair as _};

    use super::*;

    const MANIFEST: &str = "manifest = 1\nid = \"seed_vault\"\nname = \"Seed vault\"\nversion = \"1.4.0\"\ndescription = \"Keeps seeds.\"\nauthor = \"A community\"\ncategory = \"utility\"\napi = \"1.0\"\n";

    fn files() -> BTreeMap<String, Vec<u8>> {
        BTreeMap::from([
            ("plugin.toml".to_owned(), MANIFEST.into()),
            ("plugin.wasm".to_owned(), b"\0asm".to_vec()),
            ("assets/logo.png".to_owned(), vec![1, 2, 3]),
        ])
    }

    fn with(path: &str, content: &[u8]) -> Vec<u8> {
        let mut files = files();
        files.insert(path.to_owned(), content.to_vec());
        pack(&files).unwrap()
    }

    /// One entry as a stranger would write it, its path taken as it is.
    fn crafted(path: &str, kind: EntryType, link: Option<&str>) -> Vec<u8> {
        let mut archive = Builder::new(GzBuilder::new().write(Vec::new(), Compression::fast()));
        for (path, content) in files() {
            let mut header = Header::new_ustar();
            header.set_size(content.len() as u64);
            archive.append_data(&mut header, path, content.as_slice()).unwrap();
        }
        let mut header = Header::new_gnu();
        header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
        header.set_entry_type(kind);
        header.set_size(0);
        if let Some(link) = link {
            header.set_link_name_literal(link).unwrap();
        }
        header.set_cksum();
        archive.append(&header, io::empty()).unwrap();
        archive.into_inner().unwrap().finish().unwrap()
    }

    fn says(bytes: &[u8]) -> String {
        let lines: Vec<String> = read(bytes).unwrap_err().iter().map(|(at, what)| format!("{at}: {what}")).collect();
        lines.join("\n")
    }

    #[test]
    fn a_package_is_what_was_packed() {
        let bytes = pack(&files()).unwrap();
        assert_eq!(bytes, pack(&files()).unwrap(), "the same files make the same package");
        let package = read(&bytes).unwrap();
        assert_eq!((package.manifest.id.as_str(), package.wasm.as_slice()), ("seed_vault", b"\0asm".as_slice()));
        assert_eq!(package.asset("logo.png"), Some(([1, 2, 3].as_slice(), "image/png")));
        assert_eq!(package.asset("../plugin.toml"), None);
        assert_eq!(package.signer, None);
    }

    #[test]
    fn a_folder_is_packed_without_what_lies_around() {
        let folder = tempfile::tempdir().unwrap();
        for (path, content) in files() {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        fs::create_dir(folder.path().join("src")).unwrap();
        fs::write(folder.path().join("src/lib.rs"), "fn main() {}").unwrap();
        fs::write(folder.path().join("Cargo.toml"), "").unwrap();
        assert_eq!(pack_folder(folder.path()).unwrap(), pack(&files()).unwrap());
        // Looked at before there is a component, too.
        fs::create_dir(folder.path().join("locales")).unwrap();
        fs::write(folder.path().join("locales/de.toml"), "nahme = \"Tresor\"").unwrap();
        let manifest = read(&pack(&files()).unwrap()).unwrap().manifest;
        let wrong = locales_in(folder.path(), &manifest).unwrap_err();
        assert_eq!(wrong[0].0, "locales/de.toml:1:1", "{wrong:?}");
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("assets/secrets.txt")).unwrap();
        let wrong = pack_folder(folder.path()).unwrap_err();
        assert!(wrong[0].0 == "assets/secrets.txt" && wrong[0].1.contains("links"), "{wrong:?}");
    }

    #[test]
    fn tricks_with_paths_are_refused() {
        for path in ["../plugin.toml", "/etc/passwd", "assets/../../x.txt", "assets\\x.txt", "c:x.txt"] {
            assert!(says(&crafted(path, EntryType::Regular, None)).contains("is not taken"), "{path}");
        }
        for kind in [EntryType::Symlink, EntryType::Link] {
            assert!(says(&crafted("assets/x.txt", kind, Some("/etc/passwd"))).contains("no plain file"));
        }
        assert!(says(&crafted("assets/x.txt", EntryType::Fifo, None)).contains("no plain file"));
        assert!(says(&crafted("./plugin.toml", EntryType::Regular, None)).contains("twice"));
    }

    #[test]
    fn what_is_too_much_is_refused() {
        let mut many = files();
        many.extend((0..MOST_FILES).map(|n| (format!("assets/{n}.txt"), Vec::new())));
        assert!(says(&pack(&many).unwrap()).contains("at most 64 files"));
        assert!(says(&with("assets/a.png", &vec![0; LARGEST_ASSET + 1])).contains("2048 KiB"));
        // A bomb: a little of it is a lot.
        let bomb = with("assets/a.txt", &vec![0; USUAL_COMPONENT + LARGEST_REST + 1]);
        assert!(bomb.len() < 200 * 1024);
        assert!(says(&bomb).contains("unpacked"), "{}", says(&bomb));
        assert!(says(&vec![0; LARGEST + 1]).contains("16 MiB"));
    }

    #[test]
    fn an_operator_may_take_larger_components() {
        let large = with("plugin.wasm", &vec![0; USUAL_COMPONENT + 1]);
        assert!(says(&large).contains("16384 KiB"));
        assert_eq!(read_within(&large, LARGEST_COMPONENT).unwrap().wasm.len(), USUAL_COMPONENT + 1);
    }

    #[test]
    fn what_has_no_place_is_told_all_at_once() {
        let mut files = files();
        files.remove("plugin.wasm");
        files.insert("plugin.toml".into(), "manifest = 2".into());
        files.insert("assets/x.js".into(), Vec::new());
        files.insert("migrations/first.sql".into(), Vec::new());
        files.insert("run.sh".into(), Vec::new());
        let says = says(&pack(&files).unwrap());
        for part in ["plugin.wasm: is missing", "assets/x.js: ", "migrations/first.sql: ", "run.sh: ", "plugin.toml:1:"]
        {
            assert!(says.contains(part), "{part} is not in {says}");
        }
        assert!(self::says(b"no archive").contains("no `.tar.gz`"));
    }

    #[test]
    fn texts_in_other_languages_are_read_with_it() {
        let read_in = |locale: &str, package: &Package| {
            locales::reading(&package.manifest, &package.locales, locale).name.clone()
        };
        let package = read(&with("locales/pt.toml", b"name = \"Cofre\"")).unwrap();
        for (locale, name) in [("pt-BR", "Cofre"), ("pt", "Cofre"), ("en", "Seed vault"), ("", "Seed vault")] {
            assert_eq!(read_in(locale, &package), name, "{locale}");
        }
        let mut files = files();
        files.insert("locales/pt.toml".into(), b"name = \"Cofre\"".to_vec());
        files.insert("locales/pt-BR.toml".into(), b"name = \"Cofrinho\"".to_vec());
        let both = read(&pack(&files).unwrap()).unwrap();
        assert_eq!((read_in("pt-BR", &both), read_in("pt-PT", &both)), ("Cofrinho".into(), "Cofre".into()));

        // Everything wrong in all of them, each at its file and line.
        files.insert("locales/de.toml".into(), b"# Deutsch\nnahme = \"Tresor\"\n[[pages]]\npath = \"x\"".to_vec());
        files.insert("locales/fr.toml".into(), vec![0xff]);
        files.insert("locales/pt-br.toml".into(), Vec::new());
        files.insert("locales/es.toml".into(), vec![b'#'; plugin_api::LARGEST + 1]);
        let told = says(&pack(&files).unwrap());
        for part in [
            "locales/de.toml:2:1: unknown key `nahme`",
            "locales/de.toml:3:1: the manifest has none with",
            "locales/fr.toml: is no UTF-8",
            "locales/pt-br.toml: is called by no language",
            "locales/es.toml: has at most 64 KiB",
        ] {
            assert!(told.contains(part), "{part} is not in {told}");
        }
        let mut many = self::files();
        many.extend((b'a'..=b'q').map(|letter| (format!("locales/a{}.toml", char::from(letter)), Vec::new())));
        assert!(says(&pack(&many).unwrap()).contains("at most 16 languages"));
    }

    #[test]
    fn a_signature_holds_for_what_was_signed() {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let key = Base64::encode_string(pair.public_key().as_ref());
        let line = |files: &BTreeMap<_, _>| {
            format!("ed25519 {key} {}\n", Base64::encode_string(pair.sign(&digest(files)).as_ref()))
        };
        let mut files = files();
        files.insert(SIGNATURE.into(), line(&files).into());
        let signed = read(&pack(&files).unwrap()).unwrap();
        assert_eq!(signed.signer.as_deref(), Some(key.as_str()));
        files.insert("assets/logo.png".into(), vec![1, 2, 4]);
        assert!(says(&pack(&files).unwrap()).contains("does not hold"));
        files.insert(SIGNATURE.into(), b"rubbish".to_vec());
        assert!(says(&pack(&files).unwrap()).contains("is one line"));
    }
}
