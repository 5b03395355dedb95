//! Checks and gathers what the pages are made of beside Rust: scoped styles and texts.
//!
//! Both parts stop the build with a file and a line when something is wrong, so that a forgotten translation or a style
//! block the macro would read differently is found in a second and not on a page.

#[path = "build/styles.rs"]
mod styles;
#[path = "build/texts.rs"]
mod texts;

use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-changed=build");
    #[expect(clippy::disallowed_methods, reason = "cargo hands a build script its folder through the environment")]
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);

    let mut wrong = Vec::new();
    let css = styles::collect("src".as_ref(), &mut wrong)?;
    fs::write(out.join("scoped.css"), css)?;
    for (folder, file) in [("locales", "texts.rs"), ("locales/admin", "admin_texts.rs")] {
        fs::write(out.join(file), texts::generate(folder.as_ref(), &mut wrong)?)?;
    }

    for sentence in wrong {
        println!("cargo::error={sentence}");
    }
    Ok(())
}
