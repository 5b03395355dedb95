//! Packs: what the lazy parts of the program share, in tens of files instead of hundreds.
//!
//! The splitter makes a chunk of whatever is needed by exactly the same parts. With fifteen parts these are hundreds of modules of
//! a few kilobytes, each asked for by itself and compressed by itself. A pack holds many: it is a module whose custom
//! sections are chunks, so that a browser reads it without a table of contents of ours, and the loader makes all of them at once.
//!
//! What a pack has to hold apart: a player's browser never gets what only the admin area needs, and the home page gets
//! nothing beyond what it asks for itself.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::browser::{LOADER, MANIFEST};
use crate::module;
use crate::progress::note;

/// What only the admin area needs has this word in the names of its parts, and of its packs.
const ADMIN: &str = "admin";

/// The part that every page asks for once it is awake.
const FIRST: &str = "follow_the_hub";

/// Another file is worth so many bytes (before compression) that somebody downloads without a need. With the program as it is,
/// twice as many saves a file or two for each part and costs a tenth more bytes.
const FILE_IS_WORTH: u64 = 20_000;

/// Makes packs of the chunks in `folder`, and the loader and the manifest name them instead.
pub(crate) fn pack(folder: &Path) -> Result<()> {
    let manifest: Manifest = serde_json::from_slice(&fs::read(folder.join(MANIFEST))?)?;
    let parts: Vec<&str> = manifest.keys().map(String::as_str).collect();
    let apart = Apart::of(&parts);
    let packs = gather(&apart, chunks(&manifest, |chunk| Ok(fs::metadata(wasm(folder, chunk))?.len()))?);
    let mut names = Vec::new();
    for (number, pack) in packs.iter().enumerate() {
        let name = if apart.is_of_admin(pack) { format!("pack_{ADMIN}_{number}") } else { format!("pack_{number}") };
        let chunks = pack.chunks.iter().map(|chunk| fs::read(wasm(folder, chunk))).collect::<Result<Vec<_>, _>>()?;
        fs::write(wasm(folder, &name), module::of_sections("chunk", &chunks))?;
        for chunk in &pack.chunks {
            fs::remove_file(wasm(folder, chunk))?;
        }
        names.push(name);
    }
    note(format!("{} chunks in {} packs", packs.iter().map(|pack| pack.chunks.len()).sum::<usize>(), packs.len()));
    let mut packed = Manifest::new();
    for (at, part) in parts.iter().enumerate() {
        let of_it = packs.iter().zip(&names).filter(|(pack, _)| pack.needed_by & (1 << at) != 0);
        let own = manifest[*part].iter().filter(|file| !is_chunk(file));
        packed.insert((*part).to_owned(), of_it.map(|(_, name)| name).chain(own).cloned().collect());
    }
    let loader = folder.join(LOADER);
    let written = fs::read_to_string(&loader)?;
    fs::write(loader, loading(&written, &names, &packed)?)?;
    fs::write(folder.join(MANIFEST), serde_json::to_vec(&packed)?)?;
    Ok(())
}

/// Files without their extension, by the part that needs them.
type Manifest = BTreeMap<String, Vec<String>>;

fn is_chunk(file: &str) -> bool {
    file.starts_with("chunk_")
}

fn wasm(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.wasm"))
}

/// Some chunks.
#[derive(Debug, PartialEq, Eq)]
struct Pack {
    chunks: Vec<String>,
    /// A bit for each part that needs one of them.
    needed_by: u64,
    /// In bytes.
    size: u64,
}

/// Which parts' chunks never share a pack with those of others.
struct Apart {
    admin: u64,
    first: u64,
}

impl Apart {
    fn of(parts: &[&str]) -> Self {
        let those = |wanted: fn(&str) -> bool| {
            parts.iter().enumerate().filter(|(_, part)| wanted(part)).fold(0, |bits, (at, _)| bits | 1 << at)
        };
        Self { admin: those(|part| part.contains(ADMIN)), first: those(|part| part == FIRST) }
    }

    fn is_of_admin(&self, pack: &Pack) -> bool {
        pack.needed_by & !self.admin == 0
    }

    fn keeps(&self, one: &Pack, other: &Pack) -> bool {
        let is_of_first = |pack: &Pack| pack.needed_by & self.first != 0;
        self.is_of_admin(one) != self.is_of_admin(other) || is_of_first(one) != is_of_first(other)
    }
}

impl Pack {
    /// What putting both into one file saves, in bytes: a file for all who need both, less what others get without a need.
    fn gain(&self, other: &Self) -> i128 {
        let count = |parts: u64| i128::from(parts.count_ones());
        count(self.needed_by & other.needed_by) * i128::from(FILE_IS_WORTH)
            - count(self.needed_by & !other.needed_by) * i128::from(other.size)
            - count(other.needed_by & !self.needed_by) * i128::from(self.size)
    }
}

/// A pack of each chunk.
fn chunks(manifest: &Manifest, size: impl Fn(&str) -> Result<u64>) -> Result<Vec<Pack>> {
    ensure!(manifest.len() <= 64, "the program has {} lazy parts, and a pack counts 64", manifest.len());
    let mut needed_by = BTreeMap::<&str, u64>::new();
    for (at, files) in manifest.values().enumerate() {
        for chunk in files.iter().filter(|file| is_chunk(file)) {
            *needed_by.entry(chunk).or_default() |= 1 << at;
        }
    }
    let chunks = needed_by.into_iter();
    chunks
        .map(|(chunk, needed_by)| Ok(Pack { chunks: vec![chunk.to_owned()], needed_by, size: size(chunk)? }))
        .collect()
}

/// Puts the two together that gain most by it, until nothing gains.
fn gather(apart: &Apart, mut packs: Vec<Pack>) -> Vec<Pack> {
    loop {
        let mut best = (0, None);
        for (at, one) in packs.iter().enumerate() {
            for (before, other) in packs[..at].iter().enumerate() {
                let gain = one.gain(other);
                if gain > best.0 && !apart.keeps(one, other) {
                    best = (gain, Some((before, at)));
                }
            }
        }
        let Some((into, from)) = best.1 else { return packs };
        let gone = packs.remove(from);
        let pack = &mut packs[into];
        pack.chunks.extend(gone.chunks);
        pack.chunks.sort();
        pack.needed_by |= gone.needed_by;
        pack.size += gone.size;
    }
}

/// The splitter's own loader up to its first chunk, and what loads packs after it.
fn loading(written: &str, packs: &[String], manifest: &Manifest) -> Result<String> {
    let before =
        written.find("\n/* ").context("the loader names no chunk: has the splitter another form of it now?")?;
    let mut loader = written[..=before].to_owned();
    for known in ["function makeLoad(fetcher, deps)", "function wrapAsyncCb(callee)", "function getSharedImports()"] {
        ensure!(loader.contains(known), "the loader has no `{known}`: has the splitter another form of it now?");
    }
    loader.push_str(PACKS);
    for (number, name) in packs.iter().enumerate() {
        writeln!(loader, "const p{number} = pack(\"./{name}.wasm\");")?;
    }
    for (part, files) in manifest {
        let needs: Vec<_> =
            packs.iter().enumerate().filter(|(_, name)| files.contains(name)).map(|(at, _)| format!("p{at}")).collect();
        let own = files.iter().find(|file| !packs.contains(file));
        let own = own.map_or_else(|| "undefined".to_owned(), |file| format!("\"./{file}.wasm\""));
        writeln!(loader, "export const __wasm_split_load_{part} = part({own}, [{}]);", needs.join(", "))?;
    }
    Ok(loader)
}

/// A part that shares all it has with others has no file of its own. What did not come is asked for again with the next call.
const PACKS: &str = r#"
function fetched(path) {
    const answer = fetch(new URL(path, import.meta.url));
    answer.catch(() => {});
    return answer;
}
function pack(path) {
    return makeLoad(() => {
        const module = WebAssembly.compileStreaming(fetched(path));
        module.catch(() => {});
        return async (imports) => {
            const chunks = WebAssembly.Module.customSections(await module, "chunk");
            await Promise.all(chunks.map((chunk) => WebAssembly.instantiate(chunk, imports)));
        };
    }, []);
}
function part(path, packs) {
    return wrapAsyncCb(makeLoad(() => {
        const answer = path && fetched(path);
        return async (imports) => answer && WebAssembly.instantiateStreaming(answer, imports);
    }, packs));
}
"#;

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(parts: &[(&str, &[&str])]) -> Manifest {
        let names = |files: &[&str]| files.iter().map(|file| (*file).to_owned()).collect();
        parts.iter().map(|(part, files)| ((*part).to_owned(), names(files))).collect()
    }

    fn packed(manifest: &Manifest, size: u64) -> Vec<Pack> {
        let parts: Vec<_> = manifest.keys().map(String::as_str).collect();
        gather(&Apart::of(&parts), chunks(manifest, |_| Ok(size)).unwrap())
    }

    fn chunks_of(packs: &[Pack]) -> Vec<Vec<&str>> {
        packs.iter().map(|pack| pack.chunks.iter().map(String::as_str).collect()).collect()
    }

    #[test]
    fn what_the_same_parts_need_is_one_file() {
        let manifest =
            manifest(&[("load_a", &["chunk_1", "chunk_2", "chunk_3", "split_a"]), ("load_b", &["chunk_1", "chunk_2"])]);
        assert_eq!(chunks_of(&packed(&manifest, 30_000)), [vec!["chunk_1", "chunk_2"], vec!["chunk_3"]]);
        assert_eq!(
            chunks_of(&packed(&manifest, 3_000)),
            [vec!["chunk_1", "chunk_2", "chunk_3"]],
            "small: not worth a file"
        );
    }

    #[test]
    fn a_player_gets_nothing_of_the_admin_areas() {
        let manifest = manifest(&[
            ("load_admin_hub", &["chunk_1", "chunk_2", "chunk_3"]),
            ("load_admin_works", &["chunk_1", "chunk_2"]),
            ("load_people", &["chunk_3"]),
        ]);
        assert_eq!(chunks_of(&packed(&manifest, 1)), [vec!["chunk_1", "chunk_2"], vec!["chunk_3"]]);
    }

    #[test]
    fn home_gets_what_it_asks_for_and_no_more() {
        let manifest = manifest(&[("follow_the_hub", &["chunk_1", "chunk_2"]), ("load_live", &["chunk_1", "chunk_3"])]);
        assert_eq!(chunks_of(&packed(&manifest, 1)), [vec!["chunk_1", "chunk_2"], vec!["chunk_3"]]);
    }

    #[test]
    fn the_loader_names_packs_and_parts() {
        let written = "function getSharedImports() {}\nfunction wrapAsyncCb(callee) {}\nfunction makeLoad(fetcher, deps) {}\n\
                       /* a, b */\nconst __chunk_1 = makeLoad(() => {}, []);\n";
        let manifest = manifest(&[("a", &["pack_0", "split_a"]), ("b", &["pack_0"])]);
        let loader = loading(written, &["pack_0".to_owned()], &manifest).unwrap();
        assert!(loader.contains("const p0 = pack(\"./pack_0.wasm\");"), "{loader}");
        assert!(loader.contains("export const __wasm_split_load_a = part(\"./split_a.wasm\", [p0]);"), "{loader}");
        assert!(loader.contains("export const __wasm_split_load_b = part(undefined, [p0]);"), "{loader}");
        assert!(!loader.contains("__chunk_"), "{loader}");
    }

    #[test]
    fn a_loader_of_another_form_is_refused() {
        assert!(loading("export const loaders = {};", &[], &Manifest::new()).is_err());
    }
}
