//! From a host's name to its addresses.

use std::{io, net::IpAddr};

use futures::future::BoxFuture;

/// Who knows the addresses of hosts: the system, or a test.
pub trait Resolve: Send + Sync + 'static {
    /// All addresses of the host, best first.
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>>;
}

/// The system's resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            // The port is of no account: only addresses are asked for.
            Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
        })
    }
}
