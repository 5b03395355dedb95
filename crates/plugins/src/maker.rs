//! Who makes a guest of a package: the engine, where this build has one.

use std::sync::Arc;

use plugin_api::{Api, Manifest};

use crate::Plugin;

/// Whoever makes guests. It works for a while, and is never asked on a thread that others wait for.
pub trait Maker: Send + Sync + 'static {
    /// The versions of the interface it speaks.
    fn apis(&self) -> Vec<Api>;
    /// A guest, ready to be called; or everything that is wrong with it, a sentence each.
    fn make(&self, manifest: &Manifest, wasm: &[u8]) -> Result<Arc<dyn Plugin>, Vec<String>>;
}

/// Of a hub that was built without an engine for guests.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoGuests;

impl NoGuests {
    /// Why none can start.
    pub const WHY: &'static str = "this hub was built without guests: it runs the plugins that are a part of it";
}

impl Maker for NoGuests {
    fn apis(&self) -> Vec<Api> {
        Vec::new()
    }

    fn make(&self, _: &Manifest, _: &[u8]) -> Result<Arc<dyn Plugin>, Vec<String>> {
        Err(vec![Self::WHY.to_owned()])
    }
}
