#![doc = include_str!("../README.md")]

/// Called by the page's script once the module is there.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    app::wake();
}
