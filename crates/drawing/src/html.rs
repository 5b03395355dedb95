//! Where text becomes markup, and nowhere else. Names of elements and attributes are ours; everything else is escaped.

/// Markup as it grows.
#[derive(Default)]
pub(crate) struct Html(String);

impl Html {
    /// Opens an element. An attribute without a value is left out.
    pub(crate) fn open(&mut self, name: &'static str, attributes: &[(&'static str, Option<&str>)]) -> &mut Self {
        self.0.push('<');
        self.0.push_str(name);
        for (key, value) in attributes {
            let Some(value) = value else { continue };
            self.0.push(' ');
            self.0.push_str(key);
            self.0.push_str("=\"");
            self.escape(value);
            self.0.push('"');
        }
        self.0.push('>');
        self
    }

    /// Closes it.
    pub(crate) fn close(&mut self, name: &'static str) -> &mut Self {
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
        self
    }

    /// Text.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.escape(text);
        self
    }

    /// An element with nothing but text in it.
    pub(crate) fn whole(
        &mut self,
        name: &'static str,
        attributes: &[(&'static str, Option<&str>)],
        text: &str,
    ) -> &mut Self {
        self.open(name, attributes).text(text).close(name)
    }

    /// Markup that was made here.
    pub(crate) fn made(&mut self, markup: &str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    pub(crate) fn done(self) -> String {
        self.0
    }

    fn escape(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                // Letters that turn the reading direction could make a text look like another.
                '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {}
                letter => self.0.push(letter),
            }
        }
    }
}
