//! The harness of the stories in `it/`.
