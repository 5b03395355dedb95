//! Asks the linker to keep relocations, which the splitter of lazy routes reads.

fn main() {
    #[expect(clippy::disallowed_methods, reason = "cargo tells a build script its target through the environment")]
    let family = std::env::var("CARGO_CFG_TARGET_FAMILY");
    if family.is_ok_and(|family| family == "wasm") {
        println!("cargo::rustc-link-arg-cdylib=--emit-relocs");
    }
}
