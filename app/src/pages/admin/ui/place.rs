//! Where the reader's keyboard is, found again when what they stood on has been drawn anew.

use leptos::{ev::FocusEvent, prelude::*};
use wasm_bindgen::JsCast;

/// Whatever can be stood on.
const STOPS: &str = "a[href], button, input, select, textarea, summary, [tabindex]";

/// A stop within a part of the page, by what tells it apart for people: what it is called and where it leads.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Place {
    told: String,
    /// Which of those that are told alike: a button in every row of a table.
    nth: usize,
}

impl Place {
    /// Where the focus has come to, within `around`.
    pub(super) fn of(event: &FocusEvent, around: &web_sys::HtmlElement) -> Option<Self> {
        let element = event.target()?.dyn_into::<web_sys::Element>().ok()?;
        let told = told(&element);
        let nth = stops(around).into_iter().filter(|stop| self::told(stop) == told).position(|stop| stop == element)?;
        Some(Self { told, nth })
    }

    /// Brings the focus back, if it was lost with what is gone: to the same stop; else to what came of the last form; else to the whole,
    /// from where the next stop is not far.
    pub(super) fn keep_in(self, around: web_sys::HtmlElement) {
        // When the new is there, and the browser has noticed.
        request_animation_frame(move || {
            let lost = document().active_element().is_none_or(|active| active.tag_name() == "BODY");
            if !lost {
                return;
            }
            let alike: Vec<_> = stops(&around).into_iter().filter(|stop| told(stop) == self.told).collect();
            let same = alike.get(self.nth).or(alike.last()).cloned();
            let found = same.or_else(|| around.query_selector(".notice[tabindex]").ok().flatten());
            crate::browser::focus(found.as_ref().unwrap_or(&around));
        });
    }
}

fn stops(around: &web_sys::HtmlElement) -> Vec<web_sys::Element> {
    let Ok(found) = around.query_selector_all(STOPS) else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
}

fn told(element: &web_sys::Element) -> String {
    let attributes = ["id", "href", "name", "aria-label"].map(|name| element.get_attribute(name).unwrap_or_default());
    let text = element.text_content().unwrap_or_default();
    let text: String = if element.tag_name() == "SELECT" { String::new() } else { text.chars().take(80).collect() };
    format!("{} {} {text}", element.tag_name(), attributes.join(" "))
}
