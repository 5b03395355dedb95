//! What a command answers.

use crate::Options;

/// What a command answers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reply {
    /// The text.
    pub text: String,
    /// Whether all in the chat see it, and not only whoever asked.
    pub public: bool,
    /// A card beneath the text, where the chat shows one.
    pub card: Option<Card>,
    /// Buttons beneath it, where the chat has some.
    pub buttons: Vec<Button>,
}

/// A few facts, set apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Card {
    /// What it is about.
    pub title: String,
    /// Where its title leads.
    pub link: Option<String>,
    /// What there is to say: name and value.
    pub fields: Vec<(String, String)>,
}

/// A button that gives a command.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Button {
    /// What stands on it.
    pub label: String,
    /// Which command is given when it is pressed.
    pub command: String,
    /// With what.
    pub options: Options,
}

/// Fields of a card, and buttons, at most: Discord's own limits.
const MOST_FIELDS: usize = 25;
const MOST_BUTTONS: usize = 5;
const LONGEST_TITLE: usize = 256;
const LONGEST_FIELD: usize = 1024;
const LONGEST_LABEL: usize = 80;

impl Reply {
    /// A text for whoever asked.
    pub fn quietly(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A text for all in the chat.
    pub fn aloud(text: impl Into<String>) -> Self {
        Self { text: text.into(), public: true, ..Self::default() }
    }

    /// With nothing longer than a chat takes whose texts are so long.
    pub(crate) fn cut(mut self, longest: usize) -> Self {
        self.text = cut(self.text, longest);
        if let Some(card) = &mut self.card {
            card.title = cut(std::mem::take(&mut card.title), LONGEST_TITLE);
            card.fields.truncate(MOST_FIELDS);
            for (name, value) in &mut card.fields {
                *name = cut(std::mem::take(name), LONGEST_TITLE);
                *value = cut(std::mem::take(value), LONGEST_FIELD);
            }
            card.fields.retain(|(name, value)| !name.is_empty() && !value.is_empty());
        }
        self.buttons.retain(|button| !button.label.trim().is_empty());
        self.buttons.truncate(MOST_BUTTONS);
        for button in &mut self.buttons {
            button.label = cut(std::mem::take(&mut button.label), LONGEST_LABEL);
        }
        self
    }

    /// For a chat that shows lines and nothing else.
    pub fn as_lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.text.lines().map(str::to_owned).collect();
        if let Some(card) = &self.card {
            lines.extend([&card.title].into_iter().filter(|title| !title.is_empty()).cloned());
            lines.extend(card.fields.iter().map(|(name, value)| format!("{name}: {}", value.replace('\n', ", "))));
            lines.extend(card.link.clone());
        }
        lines.retain(|line| !line.trim().is_empty());
        lines
    }
}

/// So many characters of it at most; what is missing shows.
fn cut(text: String, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text;
    }
    text.chars().take(longest.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_cut_where_it_shows() {
        let field = |name: &str, value: String| (name.to_owned(), value);
        let card = Card {
            title: "T".repeat(300),
            link: None,
            fields: vec![field("a", "ü".repeat(2000)), field("", "x".into()), field("b", "y".into())],
        };
        let button = |label: &str| Button { label: label.into(), command: "vote".into(), ..Button::default() };
        let buttons = vec![button(" "), button("Yes")];
        let reply = Reply { card: Some(card), buttons, ..Reply::quietly("ü".repeat(501)) }.cut(500);
        assert_eq!((reply.text.chars().count(), reply.text.ends_with('…')), (500, true));
        let card = reply.card.unwrap();
        assert_eq!((card.title.len(), card.fields.len()), (255 + '…'.len_utf8(), 2));
        assert_eq!(card.fields[0].1.chars().count(), LONGEST_FIELD);
        assert_eq!(reply.buttons, [button("Yes")]);
        assert_eq!(Reply::quietly("short").cut(500).text, "short");
    }

    #[test]
    fn a_card_is_lines_where_there_are_no_cards() {
        let card = Card {
            title: "Olga".into(),
            link: Some("https://hub.example/people/olga".into()),
            fields: vec![("Games".into(), "3\n4".into())],
        };
        let lines = Reply { card: Some(card), ..Reply::quietly("One\n\nTwo") }.as_lines();
        assert_eq!(lines, ["One", "Two", "Olga", "Games: 3, 4", "https://hub.example/people/olga"]);
    }
}
