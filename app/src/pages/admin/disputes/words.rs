//! What the pages of disputes say of one.

use contract::ranking::{Dispute, Verdict};
use leptos::prelude::*;

use super::super::ui::badge::{Badge, Tone};
use crate::texts::admin::disputes as say;

/// What was said of it, as a badge.
pub(super) fn state(dispute: &Dispute) -> AnyView {
    let (tone, text) = match dispute.judgement.as_ref().map(|judgement| judgement.verdict) {
        None => (Tone::Warn, say::waits()),
        Some(Verdict::Confirmed) => (Tone::Good, say::confirmed()),
        Some(Verdict::Overturned) => (Tone::Plain, say::overturned()),
        Some(Verdict::Voided) => (Tone::Bad, say::voided()),
    };
    view! { <Badge tone text/> }.into_any()
}
