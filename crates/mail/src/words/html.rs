//! The HTML of a letter: one column, the reader's own colours and fonts, nothing to load.

use std::fmt::Write as _;

use super::{Draft, Letterhead, Part, breaks};
use crate::Locale;

pub(super) fn write(head: &Letterhead, locale: Locale, draft: &Draft, decline: Option<(&str, &str)>) -> String {
    let mut body = String::new();
    let _ = writeln!(body, "<p>{}</p>", escaped(&draft.greeting));
    for part in &draft.parts {
        let _ = match part {
            Part::Line(line) => writeln!(body, "<p>{}</p>", escaped(line)),
            Part::Quote(lines) => {
                let lines: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
                writeln!(body, "<blockquote>{}</blockquote>", lines.join("<br>\n"))
            }
            Part::Code(code) => {
                writeln!(body, "<p style=\"font:bold 1.5em monospace;letter-spacing:.1em\">{}</p>", escaped(code))
            }
            Part::Link(label, path) => {
                let link = escaped(&format!("{}{path}", head.address));
                // The link is also written out: not every reader shows where a label leads.
                writeln!(body, "<p><a href=\"{link}\">{}</a><br>\n<small>{link}</small></p>", escaped(label))
            }
        };
    }
    let (name, address) = (escaped(&head.name), escaped(&head.address));
    let _ =
        write!(body, "<hr>\n<p><small>{name} · <a href=\"{address}\">{address}</a><br>\n{}", escaped(&draft.reason));
    if let Some((words, path)) = decline {
        let link = escaped(&format!("{}{path}", head.address));
        let _ = write!(body, "<br>\n{} <a href=\"{link}\">{link}</a>", escaped(words));
    }
    body.push_str("</small></p>\n");
    format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n</head>\n\
         <body style=\"max-width:36em;margin:1em auto;padding:0 1em;font:1em/1.5 sans-serif\">\n{body}</body>\n</html>\n",
        locale.tag(),
        escaped(&draft.subject)
    )
}

/// Words stay words: nothing in them is markup, in text and in attributes alike.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c if breaks(c) => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}
