//! Results that players dispute: which there are, and one of them, judged beside each report.

pub(super) mod list;
pub(super) mod one;
mod words;
