//! What a setting may be: rules on plain values.

use contract::{
    Code,
    settings::{Setting, Shape, Value},
};
use url::Url;

const LONGEST_URL: usize = 255;

/// Reads what was typed. A browser's checkbox says `on`, or nothing at all.
pub fn parse(setting: Setting, typed: &str) -> Result<Value, Code> {
    let value = match setting.about().shape {
        Shape::Flag => Value::Flag(match typed.trim() {
            "true" | "on" | "yes" | "1" => true,
            "false" | "off" | "no" | "0" | "" => false,
            _ => return Err(Code::NotAChoice),
        }),
        Shape::Whole { .. } => Value::Whole(typed.trim().parse().map_err(|_| Code::NotANumber)?),
        _ => Value::Text(typed.to_owned()),
    };
    check(setting, value)
}

/// The value, put into its usual form, if the setting may be that.
pub fn check(setting: Setting, value: Value) -> Result<Value, Code> {
    match (setting.about().shape, value) {
        (Shape::Flag, Value::Flag(flag)) => Ok(Value::Flag(flag)),
        (Shape::Whole { least, most }, Value::Whole(number)) if (least..=most).contains(&number) => {
            Ok(Value::Whole(number))
        }
        (Shape::Whole { .. }, Value::Whole(_)) => Err(Code::OutOfRange),
        (Shape::Whole { .. }, _) => Err(Code::NotANumber),
        (Shape::Text { longest, optional }, Value::Text(text)) => line(&text, longest, optional).map(Value::Text),
        (Shape::Lines { longest, most }, Value::Text(text)) => lines(&text, longest, most).map(Value::Text),
        (Shape::Origin, Value::Text(text)) => origin(&text).map(Value::Text),
        (Shape::Page, Value::Text(text)) => page(&text).map(Value::Text),
        (Shape::Word(words), Value::Text(text)) if words.contains(&text.trim()) => {
            Ok(Value::Text(text.trim().to_owned()))
        }
        (Shape::Flag | Shape::Word(_), _) => Err(Code::NotAChoice),
        (Shape::Text { .. } | Shape::Lines { .. } | Shape::Origin | Shape::Page, _) => Err(Code::BadCharacters),
    }
}

/// What holds where nobody chose.
pub(crate) fn default(setting: Setting) -> Value {
    parse(setting, setting.about().default).expect("a test holds every default against its own rule")
}

fn line(typed: &str, longest: usize, optional: bool) -> Result<String, Code> {
    let text = typed.trim();
    if text.is_empty() && !optional {
        return Err(Code::Required);
    }
    if text.chars().count() > longest {
        return Err(Code::TooLong);
    }
    if text.chars().any(char::is_control) {
        return Err(Code::BadCharacters);
    }
    Ok(text.to_owned())
}

/// Blank ones are left out.
fn lines(typed: &str, longest: usize, most: usize) -> Result<String, Code> {
    let lines: Vec<&str> = typed.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let text = lines.join("\n");
    if text.chars().count() > longest {
        return Err(Code::TooLong);
    }
    if lines.len() > most {
        return Err(Code::TooManyLines);
    }
    if lines.iter().any(|line| line.chars().any(char::is_control)) {
        return Err(Code::BadCharacters);
    }
    Ok(text)
}

/// An address of the web, of which nobody learns a name or a password.
fn page(typed: &str) -> Result<String, Code> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(String::new());
    }
    if typed.len() > LONGEST_URL {
        return Err(Code::TooLong);
    }
    let url = Url::parse(typed).map_err(|_| Code::NotAUrl)?;
    let good = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    if good { Ok(url.into()) } else { Err(Code::NotAUrl) }
}

/// Nothing but scheme, host and port, because links are made by putting paths behind it.
fn origin(typed: &str) -> Result<String, Code> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(String::new());
    }
    if typed.len() > LONGEST_URL {
        return Err(Code::TooLong);
    }
    let url = Url::parse(typed).map_err(|_| Code::NotAUrl)?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if plain { Ok(url.origin().ascii_serialization()) } else { Err(Code::NotAUrl) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_fits_its_setting() {
        for setting in Setting::ALL {
            let default = parse(setting, setting.about().default);
            assert_eq!(default.map(|value| value.typed()).as_deref(), Ok(setting.about().default), "{setting:?}");
        }
    }

    #[test]
    fn addresses_of_sites() {
        for (typed, kept) in [
            ("https://play.example.org", "https://play.example.org"),
            ("https://Play.Example.org:443/", "https://play.example.org"),
            (" http://192.0.2.1:8080 ", "http://192.0.2.1:8080"),
            ("", ""),
        ] {
            assert_eq!(parse(Setting::PublicUrl, typed), Ok(Value::Text(kept.to_owned())));
        }
        for bad in [
            "play.example.org",
            "ftp://example.org",
            "https://example.org/hub",
            "https://a:b@example.org",
            "javascript:alert(1)",
            "https://",
        ] {
            assert_eq!(parse(Setting::PublicUrl, bad), Err(Code::NotAUrl), "{bad}");
        }
    }

    #[test]
    fn lines_and_pages() {
        let text = |text: &str| Ok(Value::Text(text.to_owned()));
        assert_eq!(parse(Setting::LobbyMotd, " One \r\n\r\n\tTwo"), text("One\nTwo"));
        assert_eq!(parse(Setting::LobbyMotd, &"x\n".repeat(6)), Err(Code::TooManyLines));
        assert_eq!(parse(Setting::LobbyMotd, &"x".repeat(501)), Err(Code::TooLong));
        assert_eq!(parse(Setting::LobbyMotd, "a\u{7}b"), Err(Code::BadCharacters));
        assert_eq!(check(Setting::LobbyMotd, Value::Flag(true)), Err(Code::BadCharacters));
        assert_eq!(
            parse(Setting::LobbyPage, "https://example.org/news?of=today"),
            text("https://example.org/news?of=today")
        );
        assert_eq!(parse(Setting::LobbyPage, ""), text(""));
        for bad in ["example.org", "ftp://example.org", "https://a:b@example.org/", "javascript:alert(1)"] {
            assert_eq!(parse(Setting::LobbyPage, bad), Err(Code::NotAUrl), "{bad}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_by_its_reason() {
        for (setting, typed, code) in [
            (Setting::SiteName, " ", Code::Required),
            (Setting::SiteName, "a\u{7}b", Code::BadCharacters),
            (Setting::SiteTheme, "pink", Code::NotAChoice),
            (Setting::Registration, "perhaps", Code::NotAChoice),
            (Setting::BackupKeep, "many", Code::NotANumber),
            (Setting::BackupKeep, "0", Code::OutOfRange),
            (Setting::BackupKeep, "366", Code::OutOfRange),
        ] {
            assert_eq!(parse(setting, typed), Err(code), "{typed}");
        }
        assert_eq!(parse(Setting::SiteName, &"a".repeat(61)), Err(Code::TooLong));
        assert_eq!(check(Setting::Registration, Value::Whole(1)), Err(Code::NotAChoice));
        assert_eq!(check(Setting::BackupKeep, Value::Flag(true)), Err(Code::NotANumber));
        assert_eq!(check(Setting::SiteName, Value::Whole(1)), Err(Code::BadCharacters));
    }

    #[test]
    fn what_a_browser_sends_of_a_checkbox() {
        assert_eq!(parse(Setting::Registration, "on"), Ok(Value::Flag(true)));
        assert_eq!(parse(Setting::Registration, ""), Ok(Value::Flag(false)));
    }

    #[test]
    fn a_setting_travels_as_its_key() {
        let json = serde_json::to_string(&Setting::SiteName).unwrap();
        assert_eq!(json, "\"site.name\"");
        assert_eq!(serde_json::from_str::<Setting>(&json).unwrap(), Setting::SiteName);
        for (value, json) in [(Value::Flag(true), "true"), (Value::Whole(14), "14"), (Value::Text("a".into()), "\"a\"")]
        {
            assert_eq!(serde_json::to_string(&value).unwrap(), json);
            assert_eq!(serde_json::from_str::<Value>(json).unwrap(), value);
        }
    }
}
