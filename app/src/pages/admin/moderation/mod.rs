//! Keeping order: the queue, one case, what was done, places, appeals.

pub(super) mod appeals;
pub(super) mod bulk;
pub(super) mod case;
pub(super) mod places;
pub(super) mod queue;
pub(super) mod record;
pub(super) mod sanctions;
mod tabs;
