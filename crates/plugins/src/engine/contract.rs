//! The interface of `wit/v1.0` as Rust, made by the engine's macro. One module for each version the hub speaks.

wasmtime::component::bindgen!({
    path: "../plugin-api/wit/v1.0",
    world: "plugin",
    imports: { default: async | trappable },
    exports: { default: async },
});
