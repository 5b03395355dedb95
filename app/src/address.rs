//! Addresses on the hub, put together safely, and what the address of a page says.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// What the page's address says under that key when the page is first drawn; empty where it says nothing.
pub(crate) fn given(key: &str) -> String {
    use_query_map().with_untracked(|query| query.get(key)).unwrap_or_default()
}

/// Text as it stands in a path or a query: whatever is not plain is a percent sign and two digits a byte.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-') {
            escaped.push(char::from(byte));
        } else {
            escaped.push('%');
            for digit in [byte >> 4, byte & 15] {
                escaped.push(char::from_digit(u32::from(digit), 16).unwrap_or('0').to_ascii_uppercase());
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_the_part_it_stands_in() {
        assert_eq!(escape("Zoë?a=b&c#/.."), "Zo%C3%AB%3Fa%3Db%26c%23%2F..");
    }
}
