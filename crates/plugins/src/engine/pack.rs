//! Makes a component of the plain module that a compiler leaves.

use wit_component::ComponentEncoder;

/// The component of a module, or of one that is a component already. The module says by itself, in a section its kit has put there, which
/// interface it keeps to.
pub fn component(module: &[u8]) -> Result<Vec<u8>, String> {
    // The version of the binary format, with the bit that tells a component from a module.
    if module.get(..8) == Some(b"\0asm\x0d\0\x01\0") {
        return Ok(module.to_vec());
    }
    let encoder = ComponentEncoder::default()
        .module(module)
        .map_err(|error| format!("it is no module of a plugin: {error:#}"))?;
    encoder.validate(true).encode().map_err(|error| format!("no component can be made of it: {error:#}"))
}
