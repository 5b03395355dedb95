//! What somebody writes of themselves: how long, of what, and how it is read from a form.

use contract::{
    Code, Field, FieldProblem,
    people::{About, Fact, GameTexts, SaveProfile},
};
use url::Url;

use crate::error::Error;

const LONGEST_TEXT: usize = 2_000;
const LONGEST_LABEL: usize = 24;
const LONGEST_VALUE: usize = 80;
const LONGEST_LINK: usize = 200;
const MOST_LINES: usize = 5;

/// Reads the form; names every wrong field.
pub(crate) fn parse(form: &SaveProfile) -> Result<About, Error> {
    let mut wrong = Vec::new();
    let mut check = |field, code| wrong.push(FieldProblem { field, code });
    let typed = form.about.replace("\r\n", "\n");
    let text = typed.trim().to_owned();
    // Too long with its blanks is too long: what the API's document says of the text, it says of what is sent.
    if let Err(code) = within(&typed, LONGEST_TEXT).and_then(|()| fits(&text, LONGEST_TEXT, true)) {
        check(Field::About, code);
    }
    let facts = lines(&form.facts, fact).unwrap_or_else(|code| {
        check(Field::Facts, code);
        Vec::new()
    });
    let links = lines(&form.links, link).unwrap_or_else(|code| {
        check(Field::Links, code);
        Vec::new()
    });
    let country = form.country.trim().to_ascii_uppercase();
    if !country.is_empty() && !base::is_country(&country) {
        check(Field::Country, Code::NotACountry);
    }
    if !wrong.is_empty() {
        return Err(Error::Fields(wrong));
    }
    Ok(About { text, facts, links, country: (!country.is_empty()).then_some(country), ..About::default() })
}

/// Judges what was written in a game: no longer than its packet takes, which has room for all four together.
pub(crate) fn judge(texts: &GameTexts) -> Result<(), Error> {
    texts
        .each()
        .into_iter()
        .try_for_each(|text| fits(text, GameTexts::LONGEST, false))
        .and_then(|()| within(&texts.each().concat(), GameTexts::LONGEST))
        .map_err(|code| Error::field(Field::About, code))
}

fn lines<T>(text: &str, read: impl Fn(&str) -> Result<T, Code>) -> Result<Vec<T>, Code> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > MOST_LINES {
        return Err(Code::TooManyLines);
    }
    lines.into_iter().map(read).collect()
}

fn fact(line: &str) -> Result<Fact, Code> {
    let (label, value) = line.split_once(':').ok_or(Code::NotAFact)?;
    let (label, value) = (label.trim(), value.trim());
    if label.is_empty() || value.is_empty() {
        return Err(Code::NotAFact);
    }
    fits(label, LONGEST_LABEL, false)?;
    fits(value, LONGEST_VALUE, false)?;
    Ok(Fact { label: label.to_owned(), value: value.to_owned() })
}

/// An address on the web, by TLS, without a name and password in it.
fn link(line: &str) -> Result<String, Code> {
    fits(line, LONGEST_LINK, false)?;
    let url = Url::parse(line).map_err(|_| Code::NotAUrl)?;
    let plain = url.scheme() == "https" && url.has_host() && url.username().is_empty() && url.password().is_none();
    if plain { Ok(url.into()) } else { Err(Code::NotAUrl) }
}

/// No longer than that, and nothing in it that changes how the rest of the page reads.
fn fits(text: &str, longest: usize, many_lines: bool) -> Result<(), Code> {
    within(text, longest)?;
    if text.chars().any(|c| turns_text(c) || (c.is_control() && !(many_lines && c == '\n'))) {
        return Err(Code::BadCharacters);
    }
    Ok(())
}

fn within(text: &str, longest: usize) -> Result<(), Code> {
    if text.chars().count() > longest { Err(Code::TooLong) } else { Ok(()) }
}

/// Unicode's marks that turn the direction of what follows (UAX 9).
const fn turns_text(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(about: &str, facts: &str, links: &str, country: &str) -> SaveProfile {
        SaveProfile { about: about.into(), facts: facts.into(), links: links.into(), country: country.into() }
    }

    #[test]
    fn a_form_becomes_what_is_kept() {
        let about =
            parse(&form(" Hi.\r\nBye. ", "Plays: Myth II\n\n Since : 1998", "https://example.org/a", "br")).unwrap();
        assert_eq!(about.text, "Hi.\nBye.");
        assert_eq!(about.facts[1], Fact { label: "Since".into(), value: "1998".into() });
        assert_eq!(about.links, ["https://example.org/a"]);
        assert_eq!(about.country.as_deref(), Some("BR"));
        assert_eq!(parse(&form("", "", "", "")).unwrap(), About::default());
    }

    #[test]
    fn every_wrong_field_is_named() {
        let long = "x".repeat(2_001);
        let Err(error) = parse(&form(&long, "no colon", "javascript:alert(1)", "XX")) else { panic!("accepted") };
        let fields: Vec<_> = error.problem().fields.iter().map(|wrong| (wrong.field, wrong.code)).collect();
        let wanted = [
            (Field::About, Code::TooLong),
            (Field::Facts, Code::NotAFact),
            (Field::Links, Code::NotAUrl),
            (Field::Country, Code::NotACountry),
        ];
        assert_eq!(fields, wanted);
    }

    #[test]
    fn the_texts_of_a_game_share_one_packet() {
        let texts = |city: usize, quote: usize| GameTexts {
            city: "ä".repeat(city),
            quote: "x".repeat(quote),
            ..GameTexts::default()
        };
        assert!(judge(&texts(0, GameTexts::LONGEST)).is_ok());
        assert!(judge(&texts(1, GameTexts::LONGEST - 1)).is_ok());
        assert!(judge(&texts(1, GameTexts::LONGEST)).is_err());
        assert!(judge(&GameTexts { quote: "two\nlines".into(), ..GameTexts::default() }).is_err());
    }

    #[test]
    fn links_lead_to_the_web_and_carry_no_password() {
        for bad in ["http://example.org", "https://a:b@example.org", "example.org", "https://"] {
            assert_eq!(link(bad), Err(Code::NotAUrl), "{bad}");
        }
        assert_eq!(lines("a:1\nb:2\nc:3\nd:4\ne:5\nf:6", fact), Err(Code::TooManyLines));
        assert_eq!(fits("a\u{202e}b", 9, true), Err(Code::BadCharacters));
    }
}
