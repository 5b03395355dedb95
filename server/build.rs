//! Lets a release carry its site: xtask names the packed site in `GUILDHALL_SITE_ARCHIVE`, and `site.rs` embeds it.
//! And has it linked for little memory.

/// Relocations a word for 63 of them instead of three words each, all of which the loader reads at every start; and one body
/// for functions that came out alike, of which generic code has many. Both need the linker that Rust brings for this target;
/// the first a C library from 2.36 on, which is Debian 12's.
const SMALL: [&str; 2] = ["-Wl,-z,pack-relative-relocs", "-Wl,--icf=all"];

#[expect(clippy::disallowed_methods, reason = "a build script is told things by environment variables")]
fn main() {
    println!("cargo::rustc-check-cfg=cfg(embedded_site)");
    println!("cargo::rerun-if-env-changed=GUILDHALL_SITE_ARCHIVE");
    if let Ok(archive) = std::env::var("GUILDHALL_SITE_ARCHIVE") {
        println!("cargo::rerun-if-changed={archive}");
        println!("cargo::rustc-env=GUILDHALL_SITE_ARCHIVE={archive}");
        println!("cargo::rustc-cfg=embedded_site");
        if std::env::var("TARGET").is_ok_and(|target| target == "x86_64-unknown-linux-gnu") {
            for argument in SMALL {
                println!("cargo::rustc-link-arg-bins={argument}");
            }
        }
    }
}
