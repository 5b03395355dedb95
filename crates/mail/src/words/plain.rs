//! The plain text of a letter.

use std::fmt::Write as _;

use super::{Draft, Letterhead, Part, one_line};

pub(super) fn write(head: &Letterhead, draft: &Draft, decline: Option<(&str, &str)>) -> String {
    let mut text = format!("{}\n", one_line(&draft.greeting));
    for part in &draft.parts {
        let _ = match part {
            Part::Line(line) => write!(text, "\n{}\n", one_line(line)),
            Part::Quote(lines) => {
                let _ = writeln!(text);
                lines.iter().try_for_each(|line| writeln!(text, "{}", format!("> {}", one_line(line)).trim_end()))
            }
            Part::Code(code) => write!(text, "\n    {}\n", one_line(code)),
            Part::Link(label, path) => {
                write!(text, "\n{}:\n{}{}\n", one_line(label), head.address, one_line(path))
            }
        };
    }
    // "-- " begins a signature (RFC 3676 §4.3): programs that know it fold it away in replies.
    let _ = write!(text, "\n-- \n{}\n{}\n{}\n", one_line(&head.name), head.address, one_line(&draft.reason));
    if let Some((words, path)) = decline {
        let _ = writeln!(text, "{words} {}{path}", head.address);
    }
    text
}
