//! What is on record: reports and sanctions as lines, beside a report, an account or an organization.

use contract::moderation::{Report, Sanction};
use leptos::prelude::*;

use super::{
    super::ui::badge::{Badge, Tone},
    tabs::what,
};
use crate::{
    pages::people::words::{reason_name, state_name, target_name},
    texts::admin::moderation as say,
    ui::time::Time,
};

/// Reports, each a link to its page.
pub(in crate::pages::admin) fn reports(reports: Vec<Report>) -> AnyView {
    let lines: Vec<_> = reports
        .into_iter()
        .map(|one| {
            let address = format!("/admin/moderation/{}", one.id);
            view! {
                <li>
                    <a href=address>{target_name(one.target)}": "{reason_name(one.reason)}</a>
                    " · "{state_name(one.state)}" · "<Time at=one.created_at/>
                </li>
            }
        })
        .collect();
    view! { <ul class="plain">{lines}</ul> }.into_any()
}

/// Sanctions, with whether each holds, by whom it was and why.
pub(in crate::pages::admin) fn sanctions(sanctions: Vec<Sanction>) -> AnyView {
    let lines: Vec<_> = sanctions
        .into_iter()
        .map(|one| {
            let (tone, word) = if one.holds { (Tone::Warn, say::holds()) } else { (Tone::Plain, say::over()) };
            let told = what(&one);
            let by = one.by.unwrap_or_else(|| say::operator().to_owned());
            view! {
                <li>
                    {told}" "<Badge tone text=word/>
                    <p class="as-written">{one.reason}</p>
                    <p class="hint">{by}" · "<Time at=one.at/></p>
                </li>
            }
        })
        .collect();
    view! { <ul class="plain">{lines}</ul> }.into_any()
}
