//! The first start: a wizard that makes the owner and names the hub, and is gone afterwards.

pub(crate) mod api;
mod owner;
mod setup_page;
mod site;

pub(crate) use setup_page::SetupRoute;
