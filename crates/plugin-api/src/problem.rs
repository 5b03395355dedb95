//! What is wrong with a manifest, and where.

use std::fmt;

/// A place in a text, both counted from 1; columns are characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in it.
    pub column: usize,
}

impl Position {
    /// The beginning.
    pub const START: Self = Self { line: 1, column: 1 };

    /// Where the byte stands.
    pub(crate) fn of(source: &str, byte: usize) -> Self {
        let mut byte = byte.min(source.len());
        while !source.is_char_boundary(byte) {
            byte -= 1;
        }
        let before = &source[..byte];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self { line, column }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Something that keeps a manifest from being taken. Shows as `12:8: …`, as compilers do, so that editors find the place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Problem {
    /// Where.
    pub at: Position,
    /// At which value, as a JSON pointer: `/pages/0/path`.
    pub path: String,
    /// What, in a sentence that names the key.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.message)
    }
}

/// The pointer to something below.
pub(crate) fn below(path: &str, key: impl fmt::Display) -> String {
    format!("{path}/{}", key.to_string().replace('~', "~0").replace('/', "~1"))
}

/// A pointer as people say it: `pages[0].path` for the first page's path.
pub(crate) fn spoken(path: &str) -> String {
    let mut spoken = String::new();
    for part in path.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        if part.bytes().all(|b| b.is_ascii_digit()) && !part.is_empty() {
            spoken.extend(["[", &part, "]"]);
        } else {
            if !spoken.is_empty() {
                spoken.push('.');
            }
            spoken.push_str(&part);
        }
    }
    spoken
}

/// A word among `known` that could have been meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let near = known.into_iter().map(|known| (strsim::jaro_winkler(&word, &known.to_lowercase()), known));
    near.filter(|(likeness, _)| *likeness > 0.75).max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, known)| known)
}

/// What to write instead of a word nobody knows.
pub(crate) fn hint(word: &str, known: &[&str]) -> String {
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are: {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_counted_in_lines_and_characters() {
        let text = "a = 1\nbé = 2\r\nc";
        assert_eq!(Position::of(text, 0), Position::START);
        assert_eq!(Position::of(text, text.find('=').unwrap()), Position { line: 1, column: 3 });
        assert_eq!(Position::of(text, text.rfind('=').unwrap()), Position { line: 2, column: 4 });
        assert_eq!(Position::of(text, 9999), Position { line: 3, column: 2 });
        assert_eq!(Position::of("é", 1), Position::START);
    }

    #[test]
    fn pointers_are_spoken_as_they_are_written() {
        assert_eq!(spoken("/pages/0/menu/icon"), "pages[0].menu.icon");
        assert_eq!(spoken("/capabilities/routes:public"), "capabilities.routes:public");
        assert_eq!(spoken(&below("/config/properties", "a/b")), "config.properties.a/b");
    }

    #[test]
    fn a_slip_finds_its_word() {
        assert_eq!(nearest("categry", ["category", "capabilities"]), Some("category"));
        assert_eq!(nearest("get", ["GET", "POST"]), Some("GET"));
        assert_eq!(nearest("zzz", ["category", "capabilities"]), None);
    }
}
