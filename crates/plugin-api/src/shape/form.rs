//! Forms of text: for each a function that decides, and a pattern that an editor understands.

use croner::parser::{CronParser, Seconds, Year};
use semver::{Version, VersionReq};
use url::Url;

use crate::{
    http_pattern::HttpPattern,
    name::{self, Api, RESERVED},
};

/// A form of text.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    /// What it is, for the book.
    pub(crate) says: &'static str,
    /// What an editor checks. It never refuses what `check` lets in; for most forms (the tests say which) it lets in the same.
    pub(crate) pattern: &'static str,
    /// Texts of that form that are not let in all the same.
    pub(crate) not: Option<&'static [&'static str]>,
    /// What decides; says what is wrong.
    pub(crate) check: fn(&str) -> Result<(), String>,
}

const fn form(says: &'static str, pattern: &'static str, check: fn(&str) -> Result<(), String>) -> Form {
    Form { says, pattern, not: None, check }
}

/// One that no pattern tells whole.
const fn rough(says: &'static str, pattern: &'static str, check: fn(&str) -> Result<(), String>) -> Form {
    Form { says, pattern, not: None, check }
}

fn holds(is: bool, says: &str) -> Result<(), String> {
    if is { Ok(()) } else { Err(says.to_owned()) }
}

pub(crate) const LINE: Form =
    form("one line of text", r"^[^\s\u0000-\u001f\u007f]([^\u0000-\u001f\u007f]*[^\s\u0000-\u001f\u007f])?$", |text| {
        holds(name::is_line(text), "is one line of text, without blanks around it")
    });
pub(crate) const ID: Form = Form {
    not: Some(&RESERVED),
    ..form(
        "lower-case letters, digits and `_`, a letter first, not a word of the hub's",
        "^[a-z][a-z0-9_]{0,63}$",
        |text| {
            text.parse::<name::PluginId>().map_err(|error| error.to_string())?;
            holds(!RESERVED.contains(&text), "is a word the hub needs for itself; choose another id")
        },
    )
};
/// Another plugin's id.
pub(crate) const OTHER_ID: Form = form("a plugin's id", "^[a-z][a-z0-9_]{0,63}$", |text| {
    text.parse::<name::PluginId>().map(|_| ()).map_err(|error| error.to_string())
});
pub(crate) const WORD: Form = form("lower-case letters, digits and `_`, a letter first", "^[a-z][a-z0-9_]*$", |text| {
    holds(
        name::is_word(text, usize::MAX, "_"),
        "is lower-case letters, digits and underscores, and begins with a letter",
    )
});
pub(crate) const FIELD: Form = form("letters, digits and `_`, a letter first", "^[A-Za-z][A-Za-z0-9_]*$", |text| {
    let is_field = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    holds(is_field, "is letters, digits and underscores, and begins with a letter")
});
pub(crate) const DASHED: Form =
    form("lower-case letters, digits, `_` and `-`, a letter first", "^[a-z][a-z0-9_-]*$", |text| {
        let says = "is lower-case letters, digits, underscores and hyphens, and begins with a letter";
        holds(name::is_word(text, usize::MAX, "_-"), says)
    });
pub(crate) const ACTION: Form =
    form("an action, `<id>:<verb>`", "^[a-z][a-z0-9_]{0,63}:[a-z][a-z0-9_]{0,63}$", |text| {
        holds(name::is_action(text), "is an action, written `<id of the plugin>:<verb>` in lower case")
    });
pub(crate) const EVENT: Form =
    form("an event, `<id>.<what happened>`", r"^[a-z][a-z0-9_]{0,63}(\.[a-z][a-z0-9_]{0,63})+$", |text| {
        holds(
            name::is_event(text),
            "is the name of an event, lower-case words with dots between, such as `match.scheduled`",
        )
    });
pub(crate) const EVENTS: Form = form(
    "an event, or such as `match.*`",
    r"^[a-z][a-z0-9_]{0,63}((\.[a-z][a-z0-9_]{0,63})+|(\.[a-z][a-z0-9_]{0,63})*\.\*)$",
    |text| {
        let says = "is the name of an event such as `match.scheduled`, or begins like one and ends in `.*`";
        holds(name::is_event_pattern(text), says)
    },
);
pub(crate) const CALL: Form =
    form("two words with a dot between", r"^[a-z][a-z0-9_]{0,63}\.[a-z][a-z0-9_]{0,63}$", |text| {
        holds(name::is_call(text), "is two lower-case words with a dot between, such as `presets.resolve`")
    });
pub(crate) const PATH: Form = form(
    "at most eight words with `/` between; `{name}` stands for whatever is there",
    r"^$|^([a-z0-9][a-z0-9_-]{0,63}|\{[a-z][a-z0-9_]{0,31}\})(/([a-z0-9][a-z0-9_-]{0,63}|\{[a-z][a-z0-9_]{0,31}\})){0,7}$",
    |text| {
        let says = "is at most eight lower-case words with `/` between and none around, such as `seeds/{id}`";
        holds(name::is_path(text), says)
    },
);
pub(crate) const API: Form = form("two numbers, `1.0`", r"^(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})$", |text| {
    text.parse::<Api>().map(|_| ()).map_err(|error| error.to_string())
});
pub(crate) const VERSION: Form = rough(
    "a semantic version, `1.4.0`",
    r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$",
    |text| {
        let says = |error| format!("is not a semantic version such as \"1.4.0\": {error}");
        Version::parse(text).map(|_| ()).map_err(says)
    },
);
pub(crate) const RANGE: Form = rough("versions, such as `^1`, `>=1.2, <2`, `*`", "^[0-9A-Za-z.*^~<>=,+ -]+$", |text| {
    let says = |error| format!("is not a range of versions such as \"^1\" or \">=1.2, <2\": {error}");
    VersionReq::parse(text).map(|_| ()).map_err(says)
});
pub(crate) const LICENCE: Form = rough("an SPDX expression", "^[A-Za-z0-9.+:() -]+$", |text| {
    let says =
        |error: spdx::ParseError| format!("is not an SPDX expression such as \"MIT OR Apache-2.0\": {}", error.reason);
    spdx::Expression::parse(text).map(|_| ()).map_err(says)
});
pub(crate) const WEBSITE: Form = rough("an https address", "^https://", |text| {
    let is_website = Url::parse(text).is_ok_and(|url| {
        url.scheme() == "https" && url.host_str().is_some() && url.username().is_empty() && url.password().is_none()
    });
    holds(is_website && text.starts_with("https://"), "is an address that begins with https://")
});
pub(crate) const ADDRESSES: Form =
    rough("https addresses, such as `https://example.org/api/*`", r"^https://[^\s?#]+$", |text| {
        let says = |error| format!("is not a pattern of addresses such as \"https://example.org/api/*\": {error}");
        HttpPattern::try_from(text.to_owned()).map(|_| ()).map_err(says)
    });
pub(crate) const CRON: Form = rough("five fields, UTC", r"^\s*\S+(\s+\S+){4}\s*$", |text| {
    // As the hub's own schedules read it: what every cron knows, and nothing that only some know.
    const NAMES: [&str; 19] = [
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC", "SUN", "MON", "TUE", "WED",
        "THU", "FRI", "SAT",
    ];
    let upper = text.to_ascii_uppercase();
    let mut words = upper.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let is_plain = upper.split_whitespace().count() == 5
        && upper.chars().all(|c| c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || "*,-/".contains(c))
        && words.all(|word| NAMES.contains(&word));
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
    let says = "is five fields: minute, hour, day of month, month, day of week, such as \"0 3 * * *\"";
    holds(is_plain && parser.parse(&upper).is_ok(), says)
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    const EXACT: [&Form; 12] =
        [&LINE, &ID, &OTHER_ID, &WORD, &FIELD, &DASHED, &ACTION, &EVENT, &EVENTS, &CALL, &PATH, &API];
    const ROUGH: [&Form; 6] = [&VERSION, &RANGE, &LICENCE, &WEBSITE, &ADDRESSES, &CRON];

    fn lets_in(form: &Form, text: &str) -> bool {
        Regex::new(form.pattern).unwrap().is_match(text) && !form.not.is_some_and(|not| not.contains(&text))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        /// The pattern an editor checks is the rule that counts.
        #[test]
        fn patterns_say_what_the_functions_decide(text in r"[a-zA-Z01_.:*{}/ \-\né\x7f]{0,12}", which in 0..EXACT.len()) {
            prop_assert_eq!(lets_in(EXACT[which], &text), (EXACT[which].check)(&text).is_ok(), "{:?}", text);
        }
    }

    #[test]
    fn patterns_and_functions_agree_on_what_is_written() {
        let long = "a".repeat(64);
        let longer = "a".repeat(65);
        let texts = [
            "seed_vault",
            "admin",
            "a",
            "",
            "1.0",
            "0.10",
            "01.0",
            "seeds/{id}",
            "seeds//x",
            "/seeds",
            "a/b/c/d/e/f/g/h",
            "a/b/c/d/e/f/g/h/i",
            "match.scheduled",
            "match.*",
            "match",
            "*",
            "seed_vault:roll",
            "seed_vault:",
            "presets.resolve",
            "a.b.c",
            " a",
            "a ",
            "é",
            "Été à la mer",
            "a\tb",
            "race-room",
            "maxValue",
            "{id}",
            "{Id}",
            "1000.0",
            &long,
            &longer,
        ];
        for form in EXACT {
            for text in texts {
                assert_eq!(lets_in(form, text), (form.check)(text).is_ok(), "{text:?}: {}", form.says);
            }
        }
    }

    #[test]
    fn a_rough_pattern_never_refuses_what_holds() {
        let good = [
            (&VERSION, ["1.4.0", "0.1.0-rc.1", "1.0.0+build.5", "10.20.30"]),
            (&RANGE, ["*", "^1", ">=1.2, <2", "~1.2.3-beta"]),
            (&LICENCE, ["MIT", "MIT OR Apache-2.0", "(GPL-3.0-only WITH Classpath-exception-2.0)", "LicenseRef-mine"]),
            (
                &WEBSITE,
                ["https://example.org", "https://example.org/a?b#c", "https://münchen.example", "https://a.b:8443/"],
            ),
            (
                &ADDRESSES,
                ["https://a.example/*", "https://*.example.org/api/*", "https://a.example:81/", "https://a.example/x"],
            ),
            (&CRON, ["0 3 * * *", "*/5 * * * 1-5", "0 0 1 JAN *", "15,45 6-18/2 * * sun,wed"]),
        ];
        for (form, texts) in good {
            for text in texts {
                assert_eq!((form.check)(text), Ok(()), "{text}");
                assert!(lets_in(form, text), "{text}");
            }
        }
        let bad = [
            (&VERSION, ["1.4", "v1.4.0", "01.0.0", ""]),
            (&RANGE, ["", "latest", ">=", "1 || 2"]),
            (&LICENCE, ["", "Free", "MIT OR", "mit/apache"]),
            (&WEBSITE, ["http://example.org", "https://", "https://me:pw@example.org", "example.org"]),
            (&ADDRESSES, ["https://*/*", "http://a.example/*", "https://a.example", "https://a.example/a?b"]),
            (&CRON, ["", "* * * *", "0 0 3 * * *", "61 * * * *"]),
        ];
        for (form, texts) in bad {
            for text in texts {
                assert!((form.check)(text).is_err(), "{text}");
            }
        }
        assert_eq!(ROUGH.len(), bad.len());
        for text in ["@daily", "0 3 L * *", "0 3 * * 1#2", "0 3 W * *", "0 3 ? * *", "0 3 * * * 2026"] {
            assert!((CRON.check)(text).is_err(), "{text}");
        }
    }
}
