//! A line of text becomes a command and its options: for chats in which commands are typed.

use crate::{Definition, Kind, Options, Refusal, Value};

/// A command as it was typed: its word, and what stood behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Typed<'a> {
    /// The command's name, as it was typed.
    pub name: &'a str,
    /// The rest of the line.
    pub rest: &'a str,
}

impl<'a> Typed<'a> {
    /// Of a line that begins with one of the signs commands begin with.
    pub fn read(line: &'a str) -> Option<Self> {
        let line = line.trim();
        let line = line.strip_prefix(['.', '!'])?;
        let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        (!name.is_empty()).then(|| Self { name, rest: rest.trim() })
    }

    /// Its options, in the order of the definition. A text that comes last takes the rest of the line. A person, channel or role is a
    /// text still: the chat's door knows what it stands for.
    pub fn options(&self, definition: &Definition) -> Result<Options, Refusal> {
        let mut options = Options::default();
        let mut rest = self.rest;
        for (index, option) in definition.options.iter().enumerate() {
            if rest.is_empty() {
                if option.required {
                    return Err(Refusal::Missing(option.name.to_string()));
                }
                break;
            }
            let last = index + 1 == definition.options.len();
            let (word, more) = if last && matches!(option.kind, Kind::Text(_) | Kind::Person) {
                (rest, "")
            } else {
                rest.split_once(char::is_whitespace).unwrap_or((rest, ""))
            };
            let wrong = || Refusal::Wrong(option.name.to_string());
            let value = match &option.kind {
                Kind::Text(longest) if word.chars().count() > usize::from(*longest) => return Err(wrong()),
                Kind::Text(_) | Kind::Person | Kind::Channel | Kind::Role => Value::Text(word.to_owned()),
                Kind::Integer => Value::Integer(word.parse().map_err(|_| wrong())?),
                Kind::Number => {
                    Value::Number(word.parse().ok().filter(|number: &f64| number.is_finite()).ok_or_else(wrong)?)
                }
                Kind::Flag => Value::Flag(read_flag(word).ok_or_else(wrong)?),
                Kind::Choice(choices) => {
                    let named = |text: &str| text.eq_ignore_ascii_case(word);
                    let chosen = choices.iter().find(|choice| named(&choice.value) || named(&choice.label));
                    Value::Text(chosen.ok_or_else(wrong)?.value.clone())
                }
            };
            options.put(option.name.as_ref(), value);
            rest = more.trim_start();
        }
        Ok(options)
    }
}

fn read_flag(word: &str) -> Option<bool> {
    match word.to_lowercase().as_str() {
        "yes" | "y" | "true" | "on" | "1" | "sim" | "s" => Some(true),
        "no" | "n" | "false" | "off" | "0" | "não" | "nao" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Choice, Wording};

    fn about() -> Wording {
        Wording::one("Which")
    }

    #[test]
    fn a_command_begins_with_its_sign() {
        let typed = |name, rest| Some(Typed { name, rest });
        assert_eq!(Typed::read(" .seed  open fast "), typed("seed", "open fast"));
        assert_eq!(Typed::read("!help"), typed("help", ""));
        assert_eq!((Typed::read("seed"), Typed::read("."), Typed::read(". seed")), (None, None, None));
    }

    #[test]
    fn options_come_in_their_order() {
        let easy = Choice { value: "easy".into(), label: "Easy".into() };
        let definition = Definition::new("seed", about())
            .option("how", about(), Kind::Choice(vec![easy]), true)
            .option("many", about(), Kind::Integer, true)
            .option("much", about(), Kind::Number, true)
            .option("loud", about(), Kind::Flag, true)
            .option("note", about(), Kind::Text(20), false);
        let read = |rest| Typed { name: "seed", rest }.options(&definition);
        let options = read("EASY 3 0.5 sim  with  spaces").unwrap();
        assert_eq!(options.text("how"), "easy");
        assert_eq!(options.get("many"), Some(&Value::Integer(3)));
        assert_eq!(options.get("much"), Some(&Value::Number(0.5)));
        assert_eq!(options.get("loud"), Some(&Value::Flag(true)));
        assert_eq!(options.text("note"), "with  spaces");
        assert_eq!(read("easy 3 1 no").unwrap().get("note"), None);
        for (rest, refusal) in [
            ("", Refusal::Missing("how".into())),
            ("easy", Refusal::Missing("many".into())),
            ("hard 1 1 no", Refusal::Wrong("how".into())),
            ("easy one 1 no", Refusal::Wrong("many".into())),
            ("easy 1 NaN no", Refusal::Wrong("much".into())),
            ("easy 1 1 perhaps", Refusal::Wrong("loud".into())),
            ("easy 1 1 no a note that is far too long", Refusal::Wrong("note".into())),
        ] {
            assert_eq!(read(rest), Err(refusal), "{rest}");
        }
    }
}
