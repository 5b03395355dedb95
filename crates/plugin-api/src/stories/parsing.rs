use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::Value;

use super::{SMALL, guest, read};
use crate::{
    Kind, LARGEST, Manifest, Position, Problem,
    manifest::{ChatPlace, Point, Schedule, Scope},
    parse,
    problem::nearest,
    shape::{self, MANIFEST, Shape},
};

const WHOLE: &str = include_str!("whole.toml");

fn problems(source: &str) -> Vec<Problem> {
    parse(source, Kind::Guest).expect_err("it is wrong")
}

/// What an editor would say.
fn by_schema(source: &str) -> bool {
    thread_local! {
        static PUBLISHED: Validator = jsonschema::validator_for(&serde_json::from_str(crate::SCHEMA).unwrap()).unwrap();
    }
    let value: toml::Value = toml::from_str(source).expect("it is TOML");
    PUBLISHED.with(|published| published.is_valid(&serde_json::to_value(value).unwrap()))
}

#[test]
fn a_small_manifest_has_everything_else_as_the_book_says() {
    let manifest = parse(SMALL, Kind::Builtin).unwrap().manifest;
    assert!(manifest.begins_enabled());
    assert_eq!(manifest.kind(), Kind::Builtin);
    assert!(manifest.requires.hub.matches(&semver::Version::new(0, 1, 0)));
    assert!(manifest.pages.is_empty() && manifest.config.is_none());
    assert!(by_schema(SMALL));
}

#[test]
fn a_guest_is_never_on_before_somebody_said_so() {
    let manifest = read(&guest("enabled_by_default = true"));
    assert!(!manifest.begins_enabled());
}

#[test]
fn every_key_arrives() {
    let manifest = read(WHOLE);
    assert_eq!(manifest.id.as_str(), "seed_vault");
    assert_eq!(manifest.pages[1].scope, Scope::Hub);
    assert_eq!(manifest.commands[0].places, ChatPlace::ALL);
    assert_eq!(manifest.commands[0].options[1].max, Some(5.0));
    assert_eq!(manifest.tasks[1].schedule, Schedule::EverySecs(300));
    assert_eq!(manifest.checks[0].point, Point::Chat);
    assert_eq!(manifest.capabilities.http[1].host(), "*.example.org");
    assert!(manifest.capabilities.routes_public);
    assert_eq!(manifest.config.as_ref().unwrap()["properties"]["keep_days"]["maximum"], 3650);
    assert!(by_schema(WHOLE));
}

/// The types and the table of keys know the same: nothing is read and then forgotten, nothing is there that can't be written.
#[test]
fn types_and_keys_are_the_same() {
    fn walk(path: &str, shape: &Shape, values: &[&Value]) {
        match shape {
            Shape::Table(keys) | Shape::OneOf(keys) => {
                for key in *keys {
                    let below: Vec<&Value> = values.iter().filter_map(|value| value.get(key.name)).collect();
                    assert!(!below.is_empty(), "{path}.{} is in the table of keys, and never in the types", key.name);
                    walk(&format!("{path}.{}", key.name), &key.shape, &below);
                }
                for value in values {
                    for name in value.as_object().unwrap().keys() {
                        assert!(keys.iter().any(|key| key.name == name), "{path}.{name} is in the types alone");
                    }
                }
            }
            Shape::List { of, .. } => {
                let below: Vec<&Value> = values.iter().flat_map(|value| value.as_array().unwrap()).collect();
                assert!(!below.is_empty(), "{path} is empty in the whole manifest");
                walk(path, of, &below);
            }
            _ => {}
        }
    }
    let json = read(WHOLE).to_json();
    walk("manifest", &MANIFEST, &[&json]);
}

#[test]
fn a_kept_manifest_comes_back_also_from_a_hub_that_knew_fewer_keys() {
    let manifest = read(WHOLE);
    assert_eq!(Manifest::from_json(manifest.to_json()).unwrap(), manifest);
    let mut older = read(&guest("")).to_json();
    for key in ["checks", "optional", "enabled_by_default"] {
        older.as_object_mut().unwrap().remove(key);
    }
    older["capabilities"].as_object_mut().unwrap().remove("live");
    assert_eq!(Manifest::from_json(older).unwrap(), read(&guest("")));
}

#[test]
fn everything_wrong_is_told_at_once_and_at_its_place() {
    let source = "manifest = 2\nid = \"Vault\"\nname = \"\"\nversion = \"1.4\"\ndescription = 7\ncategry = \"utility\"\n\n[[pages]]\npath = \"/seeds\"\nscope = \"organisation\"\n\n[config]\ntype = \"object\"\n[config.properties.days]\ntype = \"integer\"\nminumum = 1\n";
    let told: Vec<String> = problems(source).iter().map(ToString::to_string).collect();
    let expected = [
        "1:1: `author` is missing: who made it",
        "1:1: `category` is missing: among what it is listed",
        "1:1: `api` is missing: a guest says which interface it was built against",
        "1:12: `manifest` must be 1",
        "2:6: `id` an id is 1 to 64 lower-case letters, digits and underscores, and begins with a letter",
        "3:8: `name` is empty",
        "4:11: `version` is not a semantic version such as \"1.4.0\"",
        "5:15: `description` is text, and here is a whole number",
        "6:1: unknown key `categry`; did you mean `category`?",
        "8:1: `pages[0].title` is missing: its heading",
        "9:8: `pages[0].path` is at most eight lower-case words",
        "10:9: `pages[0].scope` can't be `organisation`; did you mean `organization`?",
        "16:11: unknown word `minumum` in a schema; did you mean `minimum`?",
    ];
    for start in expected {
        assert!(told.iter().any(|one| one.starts_with(start)), "{start:?} is not among {told:#?}");
    }
    assert_eq!(told.len(), expected.len(), "{told:#?}");
}

#[test]
fn every_broken_line_is_told() {
    let told = problems("manifest = 1\nid = \"unfinished\nname = \n[pages\n");
    let lines: Vec<usize> = told.iter().map(|problem| problem.at.line).collect();
    assert!(lines.contains(&2) && lines.contains(&3) && lines.contains(&4), "{told:#?}");
    assert!(told.iter().all(|problem| problem.message.starts_with("this is not TOML")));
    let twice = problems("manifest = 1\nmanifest = 1\n");
    assert_eq!(twice[0].at.line, 2, "{twice:#?}");
}

#[test]
fn a_manifest_is_at_most_64_kib() {
    let comment = "#".repeat(LARGEST - guest("").len() - 1) + "\n";
    assert!(parse(&guest(&comment), Kind::Guest).is_ok());
    assert!(problems(&guest(&(comment + "#")))[0].message.contains("64 KiB"));
}

#[test]
fn a_problem_that_others_see_has_its_place_too() {
    let parsed = parse(WHOLE, Kind::Guest).unwrap();
    let line = WHOLE.lines().position(|line| line.starts_with("maximum")).unwrap() + 1;
    assert_eq!(parsed.problem("/config/properties/keep_days/maximum", "x").at, Position { line, column: 11 });
    // What does not stand there itself is shown at what it would stand in.
    let at = parsed.problem("/config/properties/keep_days/none/at/all", "x").at;
    assert!(at.line < line && at.line >= line - 3, "{at}");
}

/// For each rule one manifest that breaks it: what is added to the smallest guest, what is said, and whether an editor sees it too.
const BAD: &[(&str, &str, bool)] = &[
    ("private = true\nhub_wide = true", "can't be private", false),
    ("website = \"http://example.org\"", "https://", true),
    ("license = \"Free\"", "SPDX", false),
    ("pages = 3", "is a list of tables, and here is a whole number", true),
    ("private = \"yes\"", "is `true` or `false`, and here is text", true),
    ("[requires]\nhub = \"latest\"", "not a range", false),
    ("[requires]\nplugins = [{ id = \"seed_vault\" }]", "is the plugin itself", false),
    ("[requires]\nplugins = [{ id = \"a\" }]\n[optional]\nplugins = [{ id = \"a\" }]", "named twice", false),
    (
        "[requires]\nplugins = [{ plugin_id = \"a\" }]",
        "unknown key `requires.plugins[0].plugin_id`; there are: id, version",
        true,
    ),
    (
        "[[pages]]\npath = \"a\"\ntitle = \"A\"\n[[pages]]\npath = \"a\"\ntitle = \"B\"",
        "`a` (organization) is in `pages` twice",
        false,
    ),
    ("[[pages]]\npath = \"a/{x}\"\ntitle = \"A\"\n[[pages]]\npath = \"a/{y}\"\ntitle = \"B\"", "twice", false),
    ("[[pages]]\npath = \"{x}/{x}\"\ntitle = \"A\"", "`{x}` is there twice", false),
    (
        "[[pages]]\npath = \"a\"\ntitle = \"A\"\npermission = \"seed_vault:see\"",
        "not among the plugin's `actions`",
        false,
    ),
    ("[[pages]]\npath = \"a/{x}\"\ntitle = \"A\"\nmenu = { label = \"A\" }", "can't stand in a menu", false),
    ("[[pages]]\npath = \"assets/x\"\ntitle = \"A\"\nscope = \"hub\"", "plugin's files", false),
    ("[[pages]]\npath = \"a\"\ntitle = \" A\"", "one line of text", true),
    (
        "[[pages]]\npath = \"a\"\ntitle = \"A\"\nsign_in = false\npermission = \"seed_vault:see\"\n[[actions]]\nname = \"seed_vault:see\"\ndescription = \"See\"",
        "needs a login too",
        false,
    ),
    ("[[routes]]\nmethod = \"get\"\npath = \"a\"", "did you mean `GET`?", true),
    ("[[routes]]\nmethod = \"GET\"\npath = \"a\"\npublic = true", "routes:public", false),
    ("[[routes]]\nmethod = \"GET\"\npath = \"orgs/a\"\nscope = \"hub\"", "can't begin with `orgs`", false),
    ("[[routes]]\nmethod = \"GET\"\npath = \"a\"\nmax_body_bytes = 1048577", "from 0 to 1048576", true),
    ("[[webhooks]]\nname = \"a\"", "`webhooks[0].reason` is missing", true),
    ("[[commands]]\nname = \"Seed\"\ndescription = \"x\"\nwhere = [\"discord\"]", "lower-case", true),
    ("[[commands]]\nname = \"seed\"\ndescription = \"x\"\nwhere = []", "1 to 3 entries", true),
    ("[[commands]]\nname = \"seed\"\ndescription = \"x\"\nwhere = [\"discord\", \"discord\"]", "twice", true),
    (
        "[[commands]]\nname = \"seed\"\ndescription = \"x\"\nwhere = [\"discord\"]\noptions = [{ name = \"a\", kind = \"text\" }, { name = \"b\", kind = \"text\", required = true }]",
        "stands before",
        false,
    ),
    (
        "[[commands]]\nname = \"seed\"\ndescription = \"x\"\nwhere = [\"discord\"]\noptions = [{ name = \"a\", kind = \"choice\" }]",
        "has `choices`",
        false,
    ),
    (
        "[[commands]]\nname = \"seed\"\ndescription = \"x\"\nwhere = [\"discord\"]\noptions = [{ name = \"a\", kind = \"person\", max_length = 3 }]",
        "`max_length` is for `text`",
        false,
    ),
    (
        "[[commands]]\nname = \"seed\"\ndescription = \"x\"\nwhere = [\"discord\"]\noptions = [{ name = \"a\", kind = \"integer\", min = 3, max = 2.5 }]",
        "more than `max`",
        false,
    ),
    ("[[listens]]\nevent = \"*\"", "begins like one", true),
    ("[[listens]]\nevent = \"seed_vault.*\"", "does not listen to itself", false),
    (
        "[[listens]]\nevent = \"match.ended\"\npriority = \"critical\"",
        "there are: lowest, low, normal, high, highest",
        true,
    ),
    ("[[emits]]\nevent = \"match.ended\"\nschema = {}", "must begin with `seed_vault.`", false),
    ("[[emits]]\nevent = \"seed_vault.a\"", "`emits[0].schema` is missing", true),
    (
        "[[emits]]\nevent = \"seed_vault.a\"\nschema = { properties = { x = { \"$ref\" = \"https://example.org\" } } }",
        "same schema",
        false,
    ),
    ("[[tasks]]\nid = \"a\"\nschedule = { cron = \"0 3 * *\" }", "five fields", true),
    ("[[tasks]]\nid = \"a\"\nschedule = { cron = \"0 61 * * *\" }", "five fields", false),
    ("[[tasks]]\nid = \"a\"\nschedule = { every_secs = 9 }", "from 10 to", true),
    ("[[tasks]]\nid = \"a\"\nschedule = {}", "exactly one of `cron` and `every_secs`", true),
    ("[[tasks]]\nid = \"a\"\nschedule = { cron = \"0 3 * * *\", every_secs = 60 }", "exactly one of", true),
    ("[[tasks]]\nid = \"a\"\nschedule = { every_secs = 60 }\nscope = \"admin\"", "there are: organization, hub", true),
    ("[[actions]]\nname = \"match:set\"\ndescription = \"x\"", "must begin with `seed_vault:`", false),
    (
        "[[actions]]\nname = \"seed_vault:set\"\ndescription = \"x\"\ndefault_roles = [\"membr\"]",
        "did you mean `member`?",
        true,
    ),
    (
        "[[notifications]]\nevent = \"seed_vault.a\"\nlabel = \"x\"\n[capabilities]\nnotify = true",
        "not among the events in `emits`",
        false,
    ),
    (
        "[[emits]]\nevent = \"seed_vault.a\"\nschema = {}\n[[notifications]]\nevent = \"seed_vault.a\"\nlabel = \"x\"",
        "capability `notify = true`",
        false,
    ),
    ("[[widgets]]\nslot = \"match.sidebr\"", "did you mean `match.sidebar`?", true),
    ("[[widgets]]\nslot = \"match.sidebar\"\n[[widgets]]\nslot = \"match.sidebar\"", "twice", false),
    ("[[checks]]\npoint = \"user.register\"", "`checks[0].on_failure` is missing", true),
    ("[[checks]]\npoint = \"user.register\"\non_failure = \"allow\"\ndeadline_ms = 51", "from 1 to 50", true),
    ("[[checks]]\npoint = \"user.register\"\non_failure = \"allow\"\nrewrites = [\"name\"]", "can only refuse", false),
    ("[[checks]]\npoint = \"chat.say\"\non_failure = \"allow\"\nrewrites = [\"title\"]", "it can rewrite: text", false),
    ("[[exports]]\nname = \"a\"\ninput = 3", "JSON Schema", true),
    ("[capabilities]\nact = [\"room.kik\"]", "did you mean `room.kick`?", true),
    ("[capabilities]\nact = [\"match.set_seed\"]", "there are: room.kick, room.gag, room.ungag", true),
    ("[capabilities]\nkv = { quota_mib = 0 }", "from 1 to 4096", true),
    ("[capabilities]\nkv = true", "is a table", true),
    ("[capabilities]\nhttp = [\"http://example.org/*\"]", "must begin with `https://`", true),
    ("[capabilities]\nhttp = [\"https://*.org/*\"]", "two parts", false),
    ("[capabilities]\nsecrets = [\"key\"]", "there are none", false),
    ("[capabilities]\nread = [\"passwords\"]", "can't be `passwords`", true),
    ("[capabilities]\ncall = [\"presets.resolve\"]", "neither in `requires` nor in `optional`", false),
    ("[capabilities]\nroutes_public = true", "did you mean `routes:public`?", true),
    (
        "[capabilities]\ndocuments = { quota_mib = 1, collections = [{ name = \"a\" }, { name = \"a\" }] }",
        "the collection `a` is there twice",
        false,
    ),
    ("[config]\ntype = \"array\"", "`type = \"object\"`", false),
    ("[config]\ntype = \"object\"\n[config.properties.a]\ndefault = 2026-11-21", "a date", true),
    ("[config]\ntype = \"object\"\n[config.properties.a]\ntype = \"string\"\nx-pickr = \"user\"", "`x-picker`", false),
    ("[config]\ntype = \"object\"\nminProperties = \"one\"", "", true),
];

#[test]
fn each_rule_refuses_and_the_schema_refuses_what_it_can() {
    let mut wrong = Vec::new();
    let lines = guest("").lines().count();
    for (more, says, seen) in BAD {
        let source = guest(more);
        match parse(&source, Kind::Guest) {
            Err(told) => {
                let is_said = told.iter().any(|problem| problem.message.contains(says));
                let is_placed = told.iter().all(|problem| problem.at.line > lines);
                if says.is_empty() || !is_said || !is_placed {
                    wrong.push(format!("{more}\n{says:?} in {told:#?}"));
                }
            }
            // How the words of a schema are used is for the host's validator to say; the published schema refers to the draft's own.
            Ok(_) if says.is_empty() => {}
            Ok(_) => wrong.push(format!("taken: {more}")),
        }
        // A date is no JSON, so the two can't be compared there.
        if !more.contains("2026-11-21") && by_schema(&source) == *seen {
            wrong.push(format!("an editor should see it: {seen}\n{more}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// What the parser takes, the schema takes: an editor never paints red what the hub would let in.
#[test]
fn what_holds_holds_in_an_editor() {
    let good = [
        "",
        "[[pages]]\npath = \"\"\ntitle = \"Été\"\nsign_in = false",
        "[[pages]]\npath = \"a\"\ntitle = \"A\"\n[[pages]]\npath = \"a\"\ntitle = \"A\"\nscope = \"admin\"",
        "[[routes]]\nmethod = \"GET\"\npath = \"a\"\n[[routes]]\nmethod = \"POST\"\npath = \"a\"",
        "[[routes]]\nmethod = \"GET\"\npath = \"orgs/a\"",
        "[[tasks]]\nid = \"a\"\nschedule = { cron = \"*/5 * * * mon-fri\" }",
        "[[listens]]\nevent = \"a.b.c.*\"",
        "[requires]\nhub = \"*\"\nplugins = [{ id = \"a\" }, { id = \"b\", version = \">=1, <3\" }]\n[capabilities]\ncall = [\"a.b\"]",
        "[config]\ntype = \"object\"\n[config.properties.a]\ntype = [\"string\", \"null\"]\nx-locked = true",
        "[[commands]]\nname = \"a\"\ndescription = \"x\"\nwhere = [\"lobby\"]\noptions = [{ name = \"n\", kind = \"number\", min = -1.5, max = 2 }]",
    ];
    for more in good {
        let source = guest(more);
        assert!(parse(&source, Kind::Guest).is_ok(), "{more}\n{:#?}", parse(&source, Kind::Guest));
        assert!(by_schema(&source), "{more}");
    }
}

#[test]
fn names_of_the_hub_are_not_to_be_had() {
    let named = |id: &str| guest("").replace("seed_vault", id);
    for id in ["admin", "webhooks"] {
        assert!(problems(&named(id))[0].message.contains("the hub needs"), "{id}");
        assert!(!by_schema(&named(id)));
    }
    assert!(problems(&named("tournaments"))[0].message.contains("a part of the hub"));
    let own = named("tournaments").replace("api = \"1.0\"\n", "");
    assert!(parse(&own, Kind::Builtin).is_ok(), "a built-in is a part of the hub");
    assert!(parse(&guest(""), Kind::Builtin).unwrap_err()[0].message.contains("for guests"));
}

/// Every key there is, misspelled by a letter, leads back to itself.
#[test]
fn a_slip_leads_to_the_key_that_was_meant() {
    let Shape::Table(keys) = &MANIFEST else { panic!("it is a table") };
    for key in keys.iter().filter(|key| key.name.len() > 3) {
        let slip = format!("{}{}", &key.name[..2], &key.name[3..]);
        assert_eq!(nearest(&slip, keys.iter().map(|key| key.name)), Some(key.name), "{slip}");
    }
}

#[test]
fn what_is_left_out_is_filled_in_once_and_for_all() {
    let mut once = read(WHOLE).to_json();
    let before = once.clone();
    shape::complete(&MANIFEST, &mut once);
    assert_eq!(once, before);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a stranger sends: an answer, with places inside the text.
    #[test]
    fn nothing_makes_it_panic(cut in 0..WHOLE.len(), put in r#"[\[\]{}="'.,#\na-z0-9é]{0,6}"#, skip in 0usize..40) {
        prop_assume!(WHOLE.is_char_boundary(cut));
        let end = (cut + skip).min(WHOLE.len());
        let source = format!("{}{put}{}", &WHOLE[..cut], WHOLE.get(end..).unwrap_or_default());
        if let Err(problems) = parse(&source, Kind::Guest) {
            prop_assert!(!problems.is_empty());
            for problem in problems {
                prop_assert!(problem.at.line <= source.matches('\n').count() + 1, "{:?}", problem);
            }
        }
    }
}

#[test]
fn nothing_deep_makes_it_panic() {
    for source in [
        "[".repeat(60_000),
        format!("a = {}", "[".repeat(60_000)),
        "a.".repeat(30_000),
        format!("x = {}", "{a=".repeat(20_000)),
    ] {
        assert!(!problems(&source).is_empty());
    }
}
