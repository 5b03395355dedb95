//! Keeping order: the queue, one case, what was done, places, appeals.

mod appeals;
mod bulk;
mod case;
mod places;
mod queue;
mod sanctions;
mod tabs;

pub(super) use appeals::AppealsRoute;
pub(super) use bulk::BulkRoute;
pub(super) use case::CaseRoute;
pub(super) use places::PlacesRoute;
pub(super) use queue::QueueRoute;
pub(super) use sanctions::SanctionsRoute;
