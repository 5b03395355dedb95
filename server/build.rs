//! Lets a release carry its site: xtask names the packed site in `GUILDHALL_SITE_ARCHIVE`, and `site.rs` embeds it.

#[expect(clippy::disallowed_methods, reason = "a build script is told things by environment variables")]
fn main() {
    println!("cargo::rustc-check-cfg=cfg(embedded_site)");
    println!("cargo::rerun-if-env-changed=GUILDHALL_SITE_ARCHIVE");
    if let Ok(archive) = std::env::var("GUILDHALL_SITE_ARCHIVE") {
        println!("cargo::rerun-if-changed={archive}");
        println!("cargo::rustc-env=GUILDHALL_SITE_ARCHIVE={archive}");
        println!("cargo::rustc-cfg=embedded_site");
    }
}
