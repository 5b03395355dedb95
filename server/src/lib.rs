//! The one binary: doors, wiring, lifecycle.
