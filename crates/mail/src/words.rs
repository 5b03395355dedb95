//! A letter written out: in the reader's language, once as plain text and once as HTML.
//!
//! The languages say what stands in a letter ([`Draft`]); how it is laid out is said here, once.

mod date;
mod en;
mod html;
mod plain;
mod pt_br;

use crate::{Locale, Text};

/// Under whose name letters go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letterhead {
    /// The hub's name.
    pub name: String,
    /// The address people type: scheme, host and port, no slash at the end. Links begin with it.
    pub address: String,
}

/// A letter as its reader gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The subject: one line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as a whole HTML document, without anything that would be loaded.
    pub html: String,
}

/// What stands in a letter, from top to bottom.
struct Draft {
    subject: String,
    greeting: String,
    parts: Vec<Part>,
    /// Why the reader gets it.
    reason: String,
}

/// One thing in a letter.
enum Part {
    /// A paragraph.
    Line(String),
    /// What somebody else has written, a line each.
    Quote(Vec<String>),
    /// Something to type, by itself.
    Code(String),
    /// Somewhere to go: what for, and one of our paths.
    Link(String, String),
}

/// Writes a letter out. `decline` is the path by which its reader can ask to get no more of its kind.
pub(crate) fn write(head: &Letterhead, locale: Locale, text: &Text, decline: Option<&str>) -> Written {
    let (draft, no_more) = match locale {
        Locale::En => (en::draft(head, text), en::no_more(text)),
        Locale::PtBr => (pt_br::draft(head, text), pt_br::no_more(text)),
    };
    let no_more = one_line(&no_more);
    let decline = decline.map(|path| (no_more.as_str(), path));
    Written {
        subject: one_line(&draft.subject),
        text: plain::write(head, &draft, decline),
        html: html::write(head, locale, &draft, decline),
    }
}

/// Names come from people: whatever would break a line, or turn the direction of a text, becomes a blank.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if breaks(c) { ' ' } else { c }).collect()
}

fn breaks(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{every_text, letterhead};

    #[test]
    fn every_text_is_written_in_every_language() {
        for locale in Locale::ALL {
            for text in every_text() {
                let written = write(&letterhead(), locale, &text, None);
                for part in [&written.subject, &written.text, &written.html] {
                    assert!(!part.trim().is_empty() && !part.contains('{'), "{text:?} in {locale:?}: {part}");
                }
                // It says whose it is, and its links lead to the hub.
                assert!(written.text.contains("The Hall") && written.text.contains("https://hall.example"));
                assert!(written.html.starts_with("<!doctype html>") && written.html.contains(locale.tag()));
                let kept = serde_json::to_value(&text).unwrap();
                if let Some(path) = kept.get("path").and_then(|path| path.as_str()) {
                    let link = format!("https://hall.example{path}");
                    assert!(written.text.contains(&link), "{}", written.text);
                    assert!(written.html.contains(&format!("href=\"{link}\"")), "{}", written.html);
                }
                if let Some(code) = kept.get("code").and_then(|code| code.as_str()) {
                    assert!(written.text.contains(code) && written.html.contains(code));
                }
            }
        }
    }

    #[test]
    fn no_two_languages_say_the_same() {
        for text in every_text() {
            let [en, pt] = Locale::ALL.map(|locale| write(&letterhead(), locale, &text, None));
            assert_ne!(en.subject, pt.subject, "{text:?}");
            assert_ne!(en.text, pt.text);
        }
    }

    #[test]
    fn a_plugin_writes_under_its_own_name_and_nothing_but_words() {
        let notice = |organization: Option<&str>| Text::PluginNotice {
            name: "Zoë".into(),
            plugin: "streak".into(),
            called: "The Hall security\r\nBcc: all@example.org".into(),
            organization: organization.map(str::to_owned),
            label: "Seven days".into(),
            lines: vec![
                "Well done.".into(),
                String::new(),
                "-- ".into(),
                "<a href=\"https://evil.example\">in</a>\r\n.".into(),
            ],
            path: "/orgs/ravens".into(),
        };
        for locale in Locale::ALL {
            let written = write(&letterhead(), locale, &notice(Some("Ravens")), Some("/decline?token=t"));
            assert!(written.subject.starts_with("[Ravens · "), "{}", written.subject);
            assert!(written.subject.ends_with("plugin The Hall security  Bcc: all@example.org] Seven days"));
            assert!(written.text.contains("\n> Well done.\n>\n> --\n> <a href"), "{}", written.text);
            assert!(!written.text.contains("\nBcc") && !written.text.contains("\n."), "{}", written.text);
            assert!(written.html.contains("<blockquote>Well done.<br>\n<br>\n"), "{}", written.html);
            assert!(!written.html.contains("href=\"https://evil"), "{}", written.html);
            assert!(written.text.contains("https://hall.example/decline?token=t"));
            let hub = write(&letterhead(), locale, &notice(None), None);
            assert!(hub.subject.starts_with("[The Hall · "), "{}", hub.subject);
        }
    }

    #[test]
    fn what_people_call_things_stays_words() {
        let text = Text::OrganizationInvitation {
            name: "Olga".into(),
            organization: "<b>Bold</b>\r\nBcc: all@example.org".into(),
            by: "Eve \u{202e}live\" onclick=\"x".into(),
            path: base::Secret::new("/invitations/s3cret?a=1&b=2"),
        };
        let written = write(&letterhead(), Locale::En, &text, Some("/decline?token=t"));
        assert!(!written.subject.contains(['\r', '\n']), "{:?}", written.subject);
        assert!(!written.text.contains("\nBcc"), "{}", written.text);
        assert!(!written.html.contains("<b>") && !written.html.contains("\" onclick"), "{}", written.html);
        assert!(written.html.contains("?a=1&amp;b=2"), "{}", written.html);
        assert!(!written.html.contains('\u{202e}'));
        assert!(written.text.contains("https://hall.example/decline?token=t"));
    }
}
