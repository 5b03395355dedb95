use crate::{Kind, parse, seed::from_seed};

/// As the documents of that program had it.
const TOURNAMENT: &str = include_str!("tournament.yaml");

fn notes(source: &str) -> Vec<String> {
    from_seed(source).unwrap().notes.iter().map(ToString::to_string).collect()
}

const HEAD: &str = "id: seed_vault\nname: Seed vault\nversion: 1.4.0\ndescription: Keeps seeds.\nauthor: A community\ntype: external\ncategory: utility\n";

#[test]
fn a_manifest_with_every_key_is_carried_over() {
    let converted = from_seed(TOURNAMENT).unwrap();
    assert_eq!(converted.problems, [], "{}", converted.toml);
    assert_eq!(converted.kind, Kind::Builtin);
    let manifest = parse(&converted.toml, Kind::Builtin).unwrap().manifest;
    assert_eq!(manifest.id.as_str(), "tournament");
    assert!(manifest.begins_enabled());
    assert_eq!(manifest.requires.hub.to_string(), ">=1.0.0");
    assert_eq!(manifest.optional.plugins[0].id.as_str(), "racetime");
    assert_eq!(manifest.optional.plugins[0].version.to_string(), "^1.2");
    let pages: Vec<_> =
        manifest.pages.iter().map(|page| (page.path.as_str(), page.scope.word(), page.sign_in)).collect();
    assert_eq!(
        pages,
        [("", "organization", true), ("{tournament_id}/matches", "organization", true), ("overview", "hub", false)]
    );
    assert_eq!(manifest.commands[0].name, "tournament");
    assert_eq!(manifest.emits[0].event, "tournament.match_scheduled");
    let actions: Vec<_> = manifest.actions.iter().map(|action| action.name.as_str()).collect();
    assert_eq!(actions, ["tournament:manage", "tournament:match_schedule"]);
    assert_eq!(manifest.exports[0].name, "tournament_service");
    let config = manifest.config.unwrap();
    assert_eq!(config["properties"]["default_room_visibility"]["enum"][1], "unlisted");
    assert_eq!(config["properties"]["enable_speedgaming_sync"]["default"], false);
    assert_eq!(config["properties"]["port"]["$ref"], "#/$defs/port");
    assert_eq!(config["additionalProperties"], false);
    let told = converted.notes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    for left in [
        "python",
        "Match, Tournament",
        "`/tournaments`",
        "sync_matches",
        "TournamentService",
        "TOURNAMENT_ADMIN",
        "feature_flags",
        "`default: null`",
        "oauth",
    ] {
        assert!(told.contains(left), "{left} is not in\n{told}");
    }
}

/// The slips of the manifests that came with that program's first implementation.
#[test]
fn the_slips_of_that_time_are_met() {
    let source = format!(
        "{HEAD}requires:\n  plugins:\n    - id: presets\n      version: '>=1.0, <2'\nconflicts: [old-vault]\npermissions:\n  - 'seed_vault:roll'\npages_: []\nprovides:\n  pages:\n    - seeds\n  widgets: []\n"
    );
    let converted = from_seed(&source).unwrap();
    assert_eq!(converted.problems, [], "{}", converted.toml);
    let manifest = parse(&converted.toml, Kind::Guest).unwrap().manifest;
    assert_eq!(manifest.requires.plugins[0].version.to_string(), ">=1.0, <2");
    assert_eq!(manifest.conflicts.plugins[0].id.as_str(), "old_vault");
    assert_eq!(manifest.actions[0].name, "seed_vault:roll");
    assert_eq!((manifest.pages[0].path.as_str(), manifest.pages[0].title.as_str()), ("seeds", "Seeds"));
    let told = notes(&source).join("\n");
    for said in [
        "10:7: `id` was meant for `plugin_id`",
        "12:12: `conflicts` is a list",
        "`old-vault` became `old_vault`",
        "14:3: `permissions` is a list",
        "15:1: unknown key `pages_` is left out",
        "unknown key `provides.widgets`",
        "`api = \"1.0\"` was added",
    ] {
        assert!(told.contains(said), "{said} is not in\n{told}");
    }
}

#[test]
fn versions_and_ranges_of_python_become_ours() {
    let range = |range: &str| {
        let source = format!("{HEAD}requires:\n  plugins:\n    - plugin_id: presets\n      version: \"{range}\"\n");
        parse(&from_seed(&source).unwrap().toml, Kind::Guest).unwrap().manifest.requires.plugins[0].version.to_string()
    };
    for (old, new) in [
        ("*", "*"),
        ("~=1.2", "^1.2"),
        ("~=1.2.3", "~1.2.3"),
        ("==1.2.3", "=1.2.3"),
        (">= 1.0, < 2.0", ">=1.0, <2.0"),
        (">=1.0.0,!=1.1.0", ">=1.0.0"),
        ("newest", "*"),
        ("", "*"),
    ] {
        assert_eq!(range(old), new, "{old}");
    }
    let source = HEAD.replace("1.4.0", "1.4");
    assert!(notes(&source).join("\n").contains("`1.4` became `1.4.0`"));
}

#[test]
fn what_only_the_author_knows_stays_open() {
    let converted = from_seed("id: seed_vault\ntype: external\nversion: new\n").unwrap();
    let told = converted.problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    for open in [
        "`name` is missing",
        "`description` is missing",
        "`author` is missing",
        "`category` is missing",
        "3:11: `version`",
    ] {
        assert!(told.contains(open), "{open} is not in\n{told}\n{}", converted.toml);
    }
    let taken = from_seed(&HEAD.replace("seed_vault", "admin")).unwrap();
    assert!(taken.problems[0].message.contains("the hub needs"), "{:?}", taken.problems);
}

#[test]
fn what_cannot_be_read_is_refused_at_its_place() {
    let refused = |source: &str| from_seed(source).unwrap_err()[0].to_string();
    assert_eq!(refused(""), "1:1: this file is empty");
    assert_eq!(refused("- a\n- b\n"), "1:1: this is not a manifest: it has no keys");
    assert!(refused("id: [a\nname: b\n").contains("this is not YAML"));
    assert!(refused("id: a\nname: !!python/object:os.system x\n").starts_with("2:"));
    assert!(refused("a: &x [1]\nb: *x\n").starts_with("2:4: aliases"));
    assert_eq!(refused("id: a\nid: b\n"), "2:1: `id` is there twice");
    assert!(refused("id: a\n---\nid: b\n").contains("more than one document"));
    assert!(refused(&"[".repeat(50)).contains("40 deep"));
    assert!(refused(&"[".repeat(60_000)).contains("recursion limit"));
    assert!(refused(&"#".repeat(70_000)).contains("64 KiB"));
    assert!(refused(&"? ".repeat(20_000)).len() < 200);
}

#[test]
fn text_comes_through_whatever_is_in_it() {
    let source = HEAD.replace("Keeps seeds.", "\"A \\\"quoted\\\" \\\\ line = [x] # 'é'\"");
    let converted = from_seed(&source).unwrap();
    let manifest = parse(&converted.toml, Kind::Guest).unwrap().manifest;
    assert_eq!(manifest.description, "A \"quoted\" \\ line = [x] # 'é'");
}
