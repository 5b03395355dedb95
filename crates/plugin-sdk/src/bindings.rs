//! The interface of `wit/v1.0`, as a macro makes it of the very files the hub reads.

#![allow(missing_docs, unsafe_code, clippy::pedantic, reason = "made by a macro, documented in the interface itself")]

wit_bindgen::generate!({
    path: "../plugin-api/wit/v1.0",
    world: "plugin",
    pub_export_macro: true,
    export_macro_name: "export_plugin",
    default_bindings_module: "plugin_sdk::bindings",
});
