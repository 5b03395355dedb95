use serde_json::{Value, json};

use super::read;
use crate::{LARGEST, Manifest, parse_locale};

const WHOLE: &str = include_str!("whole.toml");
const PORTUGUESE: &str = include_str!("pt-BR.toml");

fn whole() -> Manifest {
    let more = r##"
description = "They are kept that long."
x-group = "Keeping"
[config.properties.mode]
enum = ["open", 2]
x-labels = { open = "Open" }
[config.properties.marks]
type = "array"
[config.properties.marks.items]
"$ref" = "#/$defs/mark"
[config."$defs".mark]
type = "string"
title = "Mark"
"##;
    read(&format!("{WHOLE}{more}"))
}

fn problems(source: &str) -> Vec<String> {
    let problems = parse_locale(source, &whole()).expect_err("it is wrong");
    problems.iter().map(ToString::to_string).collect()
}

/// Every text of the manifest, by its pointer.
fn texts(manifest: &Manifest) -> Vec<(String, String)> {
    fn walk(value: &Value, path: &str, found: &mut Vec<(String, String)>) {
        match value {
            Value::Object(map) => map.iter().for_each(|(key, value)| walk(value, &format!("{path}/{key}"), found)),
            Value::Array(list) => {
                list.iter().enumerate().for_each(|(n, value)| walk(value, &format!("{path}/{n}"), found));
            }
            Value::String(text) => found.push((path.to_owned(), text.clone())),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(&manifest.to_json(), "", &mut found);
    found
}

#[test]
fn every_text_can_be_said_again_and_nothing_else_changes() {
    let (before, after) = (whole(), parse_locale(PORTUGUESE, &whole()).unwrap_or_else(|wrong| panic!("{wrong:#?}")));
    let (texts_before, texts_after) = (texts(&before), texts(&after));
    let changed: Vec<&str> = texts_after
        .iter()
        .filter(|(path, text)| texts_before.iter().all(|(other, before)| other != path || before != text))
        .map(|(path, _)| path.as_str())
        .collect();
    let expected = [
        "/actions/0/description",
        "/actions/1/description",
        "/commands/0/description",
        "/commands/0/options/0/description",
        "/commands/0/options/1/description",
        "/commands/0/options/2/choices/0/label",
        "/config/$defs/mark/title",
        "/config/properties/keep_days/description",
        "/config/properties/keep_days/title",
        "/config/properties/keep_days/x-group",
        "/config/properties/mode/title",
        "/config/properties/mode/x-labels/2",
        "/config/properties/mode/x-labels/open",
        "/description",
        "/exports/0/description",
        "/name",
        "/notifications/0/label",
        "/pages/0/menu/label",
        "/pages/0/title",
        "/pages/1/title",
        "/routes/0/summary",
        "/tasks/0/title",
        "/tasks/1/title",
        "/webhooks/0/reason",
    ];
    assert_eq!(changed, expected);
    let (mut before, mut after) = (before.to_json(), after.to_json());
    for path in expected {
        let (above, key) = path.rsplit_once('/').unwrap();
        for manifest in [&mut before, &mut after] {
            if let Some(table) = manifest.pointer_mut(above).and_then(Value::as_object_mut) {
                table.remove(key);
            }
        }
    }
    assert_eq!(before, after);
    // What an editor says of it.
    let schema: Value = serde_json::from_str(crate::LOCALE_SCHEMA).unwrap();
    let source: toml::Value = toml::from_str(PORTUGUESE).unwrap();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&serde_json::to_value(source).unwrap()));
}

#[test]
fn what_is_left_out_reads_as_it_did() {
    assert_eq!(parse_locale("", &whole()).unwrap(), whole());
    let one = parse_locale("[[pages]]\npath = \"\"\nscope = \"hub\"\ntitle = \"Tudo\"", &whole()).unwrap();
    let titles: Vec<&str> = one.pages.iter().map(|page| page.title.as_str()).collect();
    assert_eq!(titles, ["Seeds", "Tudo"]);
    assert_eq!(one.name, "Seed vault");
}

#[test]
fn everything_wrong_is_told_at_once_and_at_its_place() {
    let source = r#"nome = "Cofre"
version = "2.0.0"
description = ""
[[pages]]
path = "seeds"
title = 7
menu = { label = "Uma entrada longa demais para qualquer menu do mundo", icon = "x" }
[[pages]]
path = "none"
title = "Nada"
[[pages]]
path = "seeds"
[[pages]]
path = ""
scope = "hub"
menu = { label = "Tudo" }
[[tasks]]
title = "Sem nome"
[config]
default = {}
[config.properties.keep_days]
title = 3
minimum = 2
[config.properties.days]
title = "Dias"
[config.properties.mode.x-labels]
open = " "
closed = "Fechado"
[config.properties.marks]
items = "Marcas"
"#;
    let expected = [
        "1:1: unknown key `nome`; did you mean `name`?",
        "2:1: unknown key `version`; ",
        "3:15: `description` is empty",
        "6:9: `pages[0].title` is text, and here is a whole number",
        "7:18: `pages[0].menu.label` has at most 40 characters, and here are 52",
        "7:74: unknown key `pages[0].menu.icon`; ",
        "8:1: the manifest has none with `path = \"none\", scope = \"organization\"`",
        "11:1: `path = \"seeds\", scope = \"organization\"` is here twice",
        "16:8: the manifest has no `menu` here",
        "17:1: `tasks[0].id` is missing: its name",
        "20:11: `default` is no text of a setting; ",
        "22:9: `config.properties.keep_days.title` is text",
        "23:11: `minimum` is no text of a setting; ",
        "24:1: the manifest has no `config.properties.days`",
        "27:8: `config.properties.mode.x-labels.open` is empty",
        "28:10: `closed` is not among the values of `enum`",
        "30:9: `config.properties.marks.items` is a table of texts, of a setting that has some",
    ];
    let told = problems(source);
    for start in expected {
        assert!(told.iter().any(|one| one.starts_with(start)), "{start:?} is not among {told:#?}");
    }
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    assert!(problems("name = \n").iter().all(|one| one.contains("this is not TOML")));
    assert!(problems(&"#".repeat(LARGEST + 1))[0].contains("64 KiB"));
}

#[test]
fn texts_of_settings_need_settings() {
    let bare = read(&super::guest(""));
    let told = parse_locale("[config.properties.days]\ntitle = \"Dias\"", &bare).unwrap_err();
    assert_eq!(told[0].message, "the manifest has no `config` here");
    // A setting that takes anything is described by `true`, which has no room for texts.
    let anything = read(&super::guest("[config]\ntype = \"object\"\n[config.properties]\nx = true"));
    let told = parse_locale("[config.properties.x]\ntitle = \"X\"", &anything).unwrap_err();
    assert!(told[0].message.contains("of a setting that has some"), "{told:?}");
    let long = json!("x".repeat(1001));
    let told = parse_locale(&format!("[config]\ntitle = {long}"), &anything).unwrap_err();
    assert!(told[0].message.contains("at most 1000"), "{told:?}");
}
