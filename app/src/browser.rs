//! Small things only a browser can do.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// Loads `path` as a fresh page: what the server knows of the visitor has changed.
pub(crate) fn load(path: &str) {
    let _ = window().location().assign(path);
}

/// Loads this page again.
pub(crate) fn reload() {
    let _ = window().location().reload();
}

/// Milliseconds since 1970, by the reader's clock.
pub(crate) fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// This moment, by the reader's clock.
pub(crate) fn now() -> base::Millis {
    #[expect(clippy::cast_possible_truncation, reason = "instants stay far below 2^53 milliseconds")]
    base::Millis(now_ms() as i64)
}

/// A number from 0 up to 1, to spread reconnects.
pub(crate) fn chance() -> f64 {
    js_sys::Math::random()
}

/// Waits.
pub(crate) async fn sleep(ms: f64) {
    #[expect(clippy::cast_possible_truncation, reason = "waits are well below a day")]
    let ms = ms as i32;
    let timer = js_sys::Promise::new(&mut |done, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&done, ms);
    });
    let _ = wasm_bindgen_futures::JsFuture::from(timer).await;
}

/// The address of a socket on the page's own host.
pub(crate) fn socket_address(path: &str) -> String {
    let location = window().location();
    let scheme = if location.protocol().is_ok_and(|protocol| protocol == "https:") { "wss" } else { "ws" };
    format!("{scheme}://{}{path}", location.host().unwrap_or_default())
}

/// An instant in the reader's zone and the page's language.
pub(crate) fn local_time(ms: i64, with_date: bool) -> String {
    #[expect(clippy::cast_precision_loss, reason = "instants stay far below 2^53 milliseconds")]
    let date = js_sys::Date::new(&JsValue::from_f64(ms as f64));
    let options = js_sys::Object::new();
    let set = |key: &str, value: &str| {
        let _ = js_sys::Reflect::set(&options, &key.into(), &value.into());
    };
    if with_date {
        set("dateStyle", "medium");
    }
    set("timeStyle", "short");
    let code = crate::texts::current().code();
    if with_date {
        date.to_locale_string(code, &options)
    } else {
        date.to_locale_time_string_with_options(code, &options)
    }
    .into()
}

/// Shows the page in another theme.
pub(crate) fn set_theme(word: &str) {
    if let Some(html) = document().document_element() {
        let _ = html.set_attribute("data-theme", word);
    }
}

/// Puts a text where the reader can paste it from. Browsers refuse that over plain http; the text can be selected then.
pub(crate) fn copy(text: &str) {
    // The clipboard is not there at all on a page that came over plain http.
    if window().is_secure_context() {
        let _ = window().navigator().clipboard().write_text(text);
    }
}

/// Names and values as a form would send them.
pub(crate) fn encoded(pairs: &[(&str, &str)]) -> String {
    let Ok(body) = web_sys::UrlSearchParams::new() else { return String::new() };
    for (name, value) in pairs {
        body.append(name, value);
    }
    String::from(body.to_string())
}

/// What a form would send by itself, the pressed button included.
pub(crate) fn form_body(form: &web_sys::HtmlFormElement, pressed: Option<&web_sys::HtmlElement>) -> String {
    let Ok(data) = web_sys::FormData::new_with_form(form) else { return String::new() };
    if let Some(button) = pressed
        && let (Some(name), Some(value)) = (button.get_attribute("name"), button.get_attribute("value"))
    {
        let _ = data.append_with_str(&name, &value);
    }
    web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data)
        .map(|pairs| pairs.to_string().into())
        .unwrap_or_default()
}

/// Closes the menus of the frame.
pub(crate) fn close_menus() {
    let Ok(open) = document().query_selector_all("details.menu[open]") else { return };
    for at in 0..open.length() {
        if let Some(element) = open.item(at).and_then(|node| node.dyn_into::<web_sys::Element>().ok()) {
            let _ = element.remove_attribute("open");
        }
    }
}

/// Moves the focus to the start of the page's content.
pub(crate) fn focus_main() {
    focus_on("main");
}

/// Brings the focus to what has that id.
pub(crate) fn focus_on(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        focus(&element);
    }
}

/// Tells whoever waits for it, tests above all, that the page answers from now on.
pub(crate) fn say_awake() {
    if let Some(html) = document().document_element() {
        let _ = html.set_attribute("data-hydrated", "");
    }
}

/// Moves the focus to an element.
pub(crate) fn focus(element: &web_sys::Element) {
    if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
        let _ = element.focus();
    }
}

/// Tells the instants in what a plugin shows in the reader's zone: whatever stands in `<time datetime>`.
pub(crate) fn local_times(within: &web_sys::Element) {
    let Ok(found) = within.query_selector_all("time[datetime]") else { return };
    for time in (0..found.length()).filter_map(|at| found.item(at)?.dyn_into::<web_sys::Element>().ok()) {
        let ms = js_sys::Date::parse(&time.get_attribute("datetime").unwrap_or_default());
        if ms.is_finite() {
            #[expect(clippy::cast_possible_truncation, reason = "instants stay far below 2^53 milliseconds")]
            time.set_text_content(Some(&local_time(ms as i64, true)));
        }
    }
}

/// Puts what is new into the live parts of a plugin's page, and touches nothing else.
pub(crate) fn replace_live(within: &web_sys::Element, html: &str) {
    let (Ok(fresh), Ok(parts)) = (document().create_element("div"), within.query_selector_all("[data-live]")) else {
        return;
    };
    fresh.set_inner_html(html);
    for part in (0..parts.length()).filter_map(|at| parts.item(at)?.dyn_into::<web_sys::Element>().ok()) {
        let name = part.get_attribute("data-live").unwrap_or_default();
        let Ok(Some(new)) = fresh.query_selector(&format!("[data-live=\"{name}\"]")) else { continue };
        // What somebody is typing into stays as it is.
        let busy = document().active_element().is_some_and(|active| part.contains(Some(&active)));
        if !busy && part.inner_html() != new.inner_html() {
            part.set_inner_html(&new.inner_html());
        }
    }
}

/// Brings the focus to the first thing within that fits.
pub(crate) fn focus_within(within: &web_sys::Element, selector: &str) {
    if let Ok(Some(found)) = within.query_selector(selector) {
        focus(&found);
    }
}
