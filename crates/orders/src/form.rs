//! What a form says of an order, read and judged.

use base::{name, text};
use contract::{
    Code, Field, FieldProblem,
    orders::{Admission, Crest, SaveOrder},
};
use serde_json::{Value, json};

use crate::Error;

/// Shortest and longest name, in characters: packets have room for 31 (spec section 19).
const NAME: std::ops::RangeInclusive<usize> = 3..=31;
const LONGEST_MOTTO: usize = 120;
const LONGEST_DESCRIPTION: usize = 2_000;

/// A name that passed the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    /// As it is shown.
    pub(crate) shown: String,
    /// What must differ between any two orders.
    pub(crate) key: String,
}

impl Name {
    pub(crate) fn parse(typed: &str) -> Result<Self, Code> {
        let shown = name::spaced(typed);
        let (length, key) = (shown.chars().count(), name::title_key(&shown));
        if shown.is_empty() {
            Err(Code::Required)
        } else if length > *NAME.end() {
            Err(Code::TooLong)
        } else if !name::is_title(&shown) {
            Err(Code::BadCharacters)
        } else if length < *NAME.start() || key.len() < 2 {
            Err(Code::TooShort)
        } else if name::is_reserved(&shown) {
            Err(Code::Reserved)
        } else {
            Ok(Self { shown, key })
        }
    }
}

/// What an order is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Charter {
    pub(crate) name: Name,
    pub(crate) motto: String,
    pub(crate) description: String,
    pub(crate) admission: Admission,
    pub(crate) crest: Crest,
}

impl Charter {
    pub(crate) fn parse(form: &SaveOrder) -> Result<Self, Error> {
        let mut wrong = Vec::new();
        let mut note = |field, code| wrong.push(FieldProblem { field, code });
        let name = Name::parse(&form.name).map_err(|code| note(Field::Name, code));
        let motto = fitting(&form.motto, LONGEST_MOTTO, false).map_err(|code| note(Field::Motto, code));
        let description =
            fitting(&form.description, LONGEST_DESCRIPTION, true).map_err(|code| note(Field::Description, code));
        match (name, motto, description) {
            (Ok(name), Ok(motto), Ok(description)) => {
                let crest = Crest { division: form.division, first: form.first, second: form.second };
                Ok(Self { name, motto, description, admission: form.admission, crest })
            }
            _ => Err(Error::Fields(wrong)),
        }
    }

    /// What the audit log keeps of it.
    pub(crate) fn told(&self) -> Value {
        told(&self.name.shown, &self.motto, &self.description, self.admission, self.crest)
    }
}

/// What the audit log keeps of an order.
pub(crate) fn told(name: &str, motto: &str, description: &str, admission: Admission, crest: Crest) -> Value {
    json!({ "name": name, "motto": motto, "description": description, "admission": admission, "crest": crest })
}

fn fitting(typed: &str, longest: usize, many_lines: bool) -> Result<String, Code> {
    let text = text::composed(typed);
    if text.chars().count() > longest {
        return Err(Code::TooLong);
    }
    if text.chars().any(|c| text::is_unfit(c) || (!many_lines && c.is_control())) {
        return Err(Code::BadCharacters);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_fits_into_a_packet_and_speaks_for_nobody() {
        for (typed, read) in [
            ("  The   Avatara ", Ok("The Avatara")),
            ("Clan 42!", Ok("Clan 42!")),
            ("", Err(Code::Required)),
            ("ab", Err(Code::TooShort)),
            ("!!!!", Err(Code::BadCharacters)),
            ("a!!", Err(Code::TooShort)),
            ("moderators", Ok("moderators")),
            ("Moderator", Err(Code::Reserved)),
            ("Ordem do ☠", Err(Code::BadCharacters)),
        ] {
            assert_eq!(Name::parse(typed).map(|name| name.shown), read.map(str::to_owned), "{typed}");
        }
        assert_eq!(Name::parse(&"x".repeat(32)), Err(Code::TooLong));
        let keys = ["The Avatara", "the-avatara", "THE AVATARA!"].map(|name| Name::parse(name).unwrap().key);
        assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    }

    #[test]
    fn every_wrong_field_is_named() {
        let form = SaveOrder { motto: "two\nlines".into(), description: "x".repeat(2_001), ..SaveOrder::new("x") };
        let Err(Error::Fields(fields)) = Charter::parse(&form) else { panic!("taken") };
        let fields: Vec<_> = fields.iter().map(|wrong| (wrong.field, wrong.code)).collect();
        let wanted =
            [(Field::Name, Code::TooShort), (Field::Motto, Code::BadCharacters), (Field::Description, Code::TooLong)];
        assert_eq!(fields, wanted);
        let good = SaveOrder { description: "One.\r\nTwo.".into(), ..SaveOrder::new("The Avatara") };
        assert_eq!(Charter::parse(&good).unwrap().description, "One.\nTwo.");
    }
}
