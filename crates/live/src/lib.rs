//! Who and what is online right now, as numbered snapshots and changes.
