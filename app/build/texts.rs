//! Turns a folder of `*.json`, a file a language, into one Rust function a text. There are two: what any page shows, and
//! what only the admin area does.
//!
//! A key that is missing in a language, has other placeholders there, is empty or is not a text stops the build. A key
//! that no page uses is a function that nobody calls, which the compiler reports by itself.

use std::{collections::BTreeMap, error::Error, fmt::Write as _, fs, path::Path};

use serde_json::Value;

/// The plural categories of CLDR that the shipped languages use. A plural takes one slot for each.
const CATEGORIES: [&str; 4] = ["one", "few", "many", "other"];
/// The language whose keys are the list the others are held against.
const FIRST: &str = "en";

/// One text in one language.
#[derive(Clone)]
enum Text {
    Plain(String),
    /// One form for each of `CATEGORIES`.
    Plural(Vec<String>),
}

type Language = BTreeMap<String, Text>;

/// The source of the module `texts::generated`.
pub(crate) fn generate(folder: &Path, wrong: &mut Vec<String>) -> Result<String, Box<dyn Error>> {
    let mut languages = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            continue;
        }
        let code = path.file_stem().ok_or("a file has a name")?.to_string_lossy().into_owned();
        let file = format!("app/{}", path.display());
        let json: Value =
            serde_json::from_str(&fs::read_to_string(&path)?).map_err(|error| format!("{file}: {error}"))?;
        let mut language = Language::new();
        flatten("", &json, &file, &mut language, wrong);
        languages.insert(code, language);
    }
    let first = languages.get(FIRST).cloned().ok_or("en.json is the first language")?;
    for (code, language) in &languages {
        compare(&first, language, &format!("app/{}/{code}.json", folder.display()), wrong);
    }
    Ok(render(&first, &languages)?)
}

fn flatten(prefix: &str, value: &Value, file: &str, into: &mut Language, wrong: &mut Vec<String>) {
    let Value::Object(entries) = value else {
        wrong.push(format!("{file}: `{prefix}` is neither a text nor a group of texts"));
        return;
    };
    for (key, value) in entries {
        let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        if !key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
            wrong.push(format!("{file}: `{name}`: keys are lower case words joined by `_`"));
        }
        match value {
            Value::String(text) if text.trim().is_empty() => {
                wrong.push(format!("{file}: `{name}` is empty"));
            }
            Value::String(text) => {
                into.insert(name, Text::Plain(text.clone()));
            }
            Value::Object(forms) if forms.contains_key("other") => match plural(forms) {
                Some(forms) => {
                    into.insert(name, Text::Plural(forms));
                }
                None => wrong.push(format!("{file}: `{name}`: a form is not one of {CATEGORIES:?}")),
            },
            _ => flatten(&name, value, file, into, wrong),
        }
    }
}

fn plural(forms: &serde_json::Map<String, Value>) -> Option<Vec<String>> {
    if forms.keys().any(|key| !CATEGORIES.contains(&key.as_str())) {
        return None;
    }
    let other = forms.get("other")?.as_str()?;
    CATEGORIES.iter().map(|key| forms.get(*key).map_or(Some(other), Value::as_str).map(str::to_owned)).collect()
}

fn compare(first: &Language, language: &Language, file: &str, wrong: &mut Vec<String>) {
    for (key, text) in first {
        let Some(here) = language.get(key) else {
            wrong.push(format!("{file}: `{key}` is missing"));
            continue;
        };
        match (text, here) {
            (Text::Plain(_), Text::Plain(_)) | (Text::Plural(_), Text::Plural(_)) => {}
            _ => wrong.push(format!("{file}: `{key}` is a plural in one language and not in another")),
        }
        if !same_names(text, here) {
            wrong.push(format!("{file}: `{key}` has other placeholders than in {FIRST}.json"));
        }
    }
    for key in language.keys().filter(|key| !first.contains_key(*key)) {
        wrong.push(format!("{file}: `{key}` is not in {FIRST}.json"));
    }
}

/// The names in braces, in the order they are read in, each once. Of a plural: of its last form, which must name them all.
fn placeholders(text: &Text) -> Vec<String> {
    let text = match text {
        Text::Plain(text) => text,
        Text::Plural(forms) => &forms[CATEGORIES.len() - 1],
    };
    let mut names: Vec<String> = Vec::new();
    for (name, _) in text.split('{').skip(1).filter_map(|rest| rest.split_once('}')) {
        if !names.iter().any(|known| known == name) {
            names.push(name.into());
        }
    }
    names
}

fn same_names(a: &Text, b: &Text) -> bool {
    let (mut a, mut b) = (placeholders(a), placeholders(b));
    a.sort();
    b.sort();
    a == b
}

fn render(first: &Language, languages: &BTreeMap<String, Language>) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    let mut groups: BTreeMap<&str, String> = BTreeMap::new();
    let mut slot = 0;
    for (key, text) in first {
        let (group, name) = key.rsplit_once('.').unwrap_or(("common", key));
        let body = groups.entry(group).or_default();
        function(body, name, text, slot)?;
        slot += match text {
            Text::Plain(_) => 1,
            Text::Plural(forms) => forms.len(),
        };
    }
    for (group, body) in groups {
        writeln!(out, "pub(crate) mod {} {{{body}}}", group.replace('.', "_"))?;
    }
    writeln!(
        out,
        "/// How many texts a language has.\n#[cfg(feature = \"ssr\")]\npub(super) const COUNT: usize = {slot};"
    )?;
    writeln!(out, "/// Every language with its texts, which the browser gets one of.\n#[cfg(feature = \"ssr\")]")?;
    writeln!(out, "pub(super) static LANGUAGES: [(&str, [&str; COUNT]); {}] = [", languages.len())?;
    for (code, language) in languages {
        writeln!(out, "({code:?}, [")?;
        for key in first.keys() {
            match language.get(key) {
                Some(Text::Plain(text)) => writeln!(out, "{text:?},")?,
                Some(Text::Plural(forms)) => forms.iter().try_for_each(|form| writeln!(out, "{form:?},"))?,
                None => {}
            }
        }
        writeln!(out, "]),")?;
    }
    writeln!(out, "];")?;
    Ok(out)
}

fn function(out: &mut String, name: &str, text: &Text, slot: usize) -> std::fmt::Result {
    let mut names = placeholders(text);
    let pick = match text {
        Text::Plain(_) => format!("super::super::text({slot})"),
        Text::Plural(_) => {
            names.retain(|name| name != "count");
            format!("super::super::plural({slot}, count)")
        }
    };
    let is_plural = matches!(text, Text::Plural(_));
    if names.is_empty() && !is_plural {
        return writeln!(out, "pub(crate) fn {name}() -> &'static str {{ {pick} }}");
    }
    let mut arguments: Vec<_> = names.iter().map(|name| format!("{name}: &str")).collect();
    let mut fills: Vec<_> = names.iter().map(|name| format!("({:?}, {name})", format!("{{{name}}}"))).collect();
    if is_plural {
        arguments.insert(0, "count: usize".into());
        fills.insert(0, "(\"{count}\", &count.to_string())".into());
    }
    writeln!(
        out,
        "pub(crate) fn {name}({}) -> String {{ super::super::fill({pick}, &[{}]) }}",
        arguments.join(", "),
        fills.join(", ")
    )
}
