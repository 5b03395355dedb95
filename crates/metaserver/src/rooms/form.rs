//! The form for a room, read and judged.

use base::is_country;
use contract::{
    Code, Field, FieldProblem,
    room::{BANNERS, HIGHEST_CASTE, RoomKind, SaveRoom},
};

use super::Error;

const LONGEST_NAME: usize = 60;
const LONGEST_GREETING: usize = 500;
const MOST_GREETING_LINES: usize = 5;
/// The room's part of what a process can hold; a client shows far fewer.
const MOST_PLAYERS: u16 = 1_000;
pub(super) const SLOWEST_SECS: u16 = 3_600;

/// Gives the form back with nothing wrong in it.
pub(super) fn read(form: &SaveRoom) -> Result<SaveRoom, Error> {
    let mut wrong = Vec::new();
    let mut note = |field, code| wrong.push(FieldProblem { field, code });
    let known = BANNERS.get(usize::from(form.banner)).copied();
    if known.is_none() {
        note(Field::Banner, Code::NotAChoice);
    }
    let name = match form.name.trim() {
        "" => known.unwrap_or_default(),
        typed => typed,
    };
    if form.name.chars().count() > LONGEST_NAME {
        note(Field::Name, Code::TooLong);
    } else if name.chars().any(char::is_control) {
        note(Field::Name, Code::BadCharacters);
    }
    if !(1..=MOST_PLAYERS).contains(&form.capacity) {
        note(Field::Capacity, Code::OutOfRange);
    }
    for (field, caste) in [(Field::CasteLeast, form.caste_least), (Field::CasteMost, form.caste_most)] {
        if caste.is_some_and(|caste| caste > HIGHEST_CASTE) {
            note(field, Code::OutOfRange);
        }
    }
    if form.caste_least.zip(form.caste_most).is_some_and(|(least, most)| least > most) {
        note(Field::CasteMost, Code::OutOfRange);
    }
    let country = form.country.as_deref().map(|country| country.trim().to_ascii_uppercase());
    let country = country.filter(|country| !country.is_empty());
    if country.as_deref().is_some_and(|country| !is_country(country)) {
        note(Field::Country, Code::NotACountry);
    }
    let typed = form.greeting.replace("\r\n", "\n");
    let lines: Vec<&str> = typed.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if typed.chars().count() > LONGEST_GREETING {
        note(Field::Greeting, Code::TooLong);
    } else if lines.len() > MOST_GREETING_LINES {
        note(Field::Greeting, Code::TooManyLines);
    } else if lines.iter().any(|line| line.chars().any(char::is_control)) {
        note(Field::Greeting, Code::BadCharacters);
    }
    if form.slow_secs > SLOWEST_SECS {
        note(Field::SlowSecs, Code::OutOfRange);
    }
    let (name, greeting) = (name.to_owned(), lines.join("\n"));
    // Guests of a room whose results count could not be told apart afterwards.
    let guests = form.guests && form.kind == RoomKind::Unranked;
    if !wrong.is_empty() {
        return Err(Error::Fields(wrong));
    }
    Ok(SaveRoom { name, country, greeting, guests, ..form.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_as_usual() {
        let read =
            read(&SaveRoom { country: Some(" br ".into()), greeting: " One \r\n\r\nTwo".into(), ..SaveRoom::new(6) });
        let room = read.expect("nothing is wrong");
        assert_eq!(
            (room.name.as_str(), room.country.as_deref(), room.greeting.as_str()),
            ("Tyr", Some("BR"), "One\nTwo")
        );
        let ranked = super::read(&SaveRoom { kind: RoomKind::Ranked, ..SaveRoom::new(6) }).expect("nothing is wrong");
        assert!(!ranked.guests);
    }

    #[test]
    fn every_wrong_field_is_named() {
        let room = || SaveRoom::new(6);
        for (form, field, code) in [
            (SaveRoom::new(30), Field::Banner, Code::NotAChoice),
            (SaveRoom { name: "x".repeat(61), ..room() }, Field::Name, Code::TooLong),
            (SaveRoom { name: "a\u{7}b".into(), ..room() }, Field::Name, Code::BadCharacters),
            (SaveRoom { capacity: 0, ..room() }, Field::Capacity, Code::OutOfRange),
            (SaveRoom { capacity: 1_001, ..room() }, Field::Capacity, Code::OutOfRange),
            (SaveRoom { caste_least: Some(17), ..room() }, Field::CasteLeast, Code::OutOfRange),
            (SaveRoom { caste_least: Some(5), caste_most: Some(4), ..room() }, Field::CasteMost, Code::OutOfRange),
            (SaveRoom { country: Some("XX".into()), ..room() }, Field::Country, Code::NotACountry),
            (SaveRoom { greeting: "x".repeat(501), ..room() }, Field::Greeting, Code::TooLong),
            (SaveRoom { greeting: "x\n".repeat(6), ..room() }, Field::Greeting, Code::TooManyLines),
            (SaveRoom { greeting: "a\u{7}".into(), ..room() }, Field::Greeting, Code::BadCharacters),
            (SaveRoom { slow_secs: 3_601, ..room() }, Field::SlowSecs, Code::OutOfRange),
        ] {
            let Err(Error::Fields(fields)) = read(&form) else { panic!("taken: {form:?}") };
            assert_eq!(fields, [FieldProblem { field, code }], "{form:?}");
        }
    }
}
