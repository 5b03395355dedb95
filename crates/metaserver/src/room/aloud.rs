//! Commands that everybody hears (spec section 12.4): what somebody does, why they are away, what those who keep order announce. They are
//! talk, and held to its rules.

use metaserver_proto::Text;

/// What is made known by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    /// What somebody does: `.me waves`.
    Does,
    /// Why they are away.
    IsAway,
    /// What those who keep order have to say.
    Announces,
}

/// A line that is such a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Aloud<'a> {
    pub(crate) deed: Deed,
    /// The command as it was typed, with its full stop.
    command: &'a str,
    /// What others hear of it; never blank.
    pub(crate) text: &'a str,
}

impl<'a> Aloud<'a> {
    /// Of a line as it was typed, and as it came.
    pub(crate) fn of(message: &Text, typed: &'a str) -> Option<Self> {
        if !begins_as_command(message) {
            return None;
        }
        let (command, text) = typed.trim().split_once(char::is_whitespace)?;
        let deed = match command.to_ascii_lowercase().as_str() {
            ".me" | ".action" => Deed::Does,
            ".afk" => Deed::IsAway,
            ".message" => Deed::Announces,
            _ => return None,
        };
        Some(Self { deed, command, text: text.trim() })
    }

    /// What is spoken where somebody has put `text` in the place of a line: by the same command, and never by another.
    pub(crate) fn instead(message: &Text, typed: &'a str, text: &str) -> String {
        let text = text.trim().trim_start_matches('.');
        Self::of(message, typed).map_or_else(|| text.to_owned(), |aloud| format!("{} {text}", aloud.command))
    }
}

/// A full stop and a letter; "…" and ".5" are talk.
pub(crate) fn begins_as_command(message: &Text) -> bool {
    matches!(message.as_bytes(), [b'.', letter, ..] if letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_begin_with_a_full_stop_and_a_letter() {
        for (text, command) in
            [(".help", true), (".x", true), ("...", false), (".5 damage", false), (".", false), ("a.b", false)]
        {
            assert_eq!(begins_as_command(&Text::new(text)), command, "{text}");
        }
    }

    #[test]
    fn some_commands_are_heard_by_all() {
        for (line, heard) in [
            (".me waves  twice", Some((Deed::Does, "waves  twice"))),
            (".ACTION waves", Some((Deed::Does, "waves"))),
            (".afk dinner", Some((Deed::IsAway, "dinner"))),
            (".message Be quiet", Some((Deed::Announces, "Be quiet"))),
            (".me", None),
            (".me  ", None),
            (".afk", None),
            (".meow loudly", None),
            ("|i.me waves", None),
            ("me waves", None),
        ] {
            let read = Aloud::of(&Text::new(line), line).map(|aloud| (aloud.deed, aloud.text));
            assert_eq!(read, heard, "{line}");
        }
    }

    #[test]
    fn what_is_put_in_a_lines_place_gives_no_other_command() {
        for (line, instead, spoken) in [
            (".me waves", "nods", ".me nods"),
            (".Action waves", " .kick olga", ".Action kick olga"),
            ("hello", "..help", "help"),
        ] {
            assert_eq!(Aloud::instead(&Text::new(line), line, instead), spoken);
        }
    }
}
