//! Settings as operators and organizations make them; and, in `hosting`, plugins from the package to the call, told on both databases.

mod hosting;

use plugin_api::json_schema::Use;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{Fault, Layers, Schema, Wrong, config::lay};

fn schema(source: Value) -> Schema {
    Schema::new(&source, Use::Settings).unwrap_or_else(|wrong| panic!("{wrong:#?}"))
}

fn vault() -> Schema {
    schema(json!({
        "type": "object",
        "$defs": { "port": { "type": "integer", "minimum": 1, "maximum": 65535, "default": 80 } },
        "required": ["name"],
        "properties": {
            "name": { "type": "string", "minLength": 1, "maxLength": 20 },
            "keep_days": { "type": "integer", "minimum": 1, "maximum": 3650, "default": 365 },
            "color": { "type": "string", "format": "color" },
            "site": { "type": "string", "format": "uri" },
            "mode": { "enum": ["open", "closed"], "default": "open" },
            "tags": { "type": "array", "items": { "type": "string", "pattern": "^[a-z]+$" }, "maxItems": 3, "uniqueItems": true },
            "key": { "type": "string", "x-secret": true, "maxLength": 8 },
            "server": {
                "type": "object",
                "properties": {
                    "host": { "type": "string", "default": "localhost" },
                    "port": { "$ref": "#/$defs/port" },
                    "limit": { "type": "integer", "default": 10, "x-locked": true },
                },
            },
        },
    }))
}

fn told(faults: &[Fault]) -> Vec<String> {
    faults.iter().map(|fault| format!("{} {}", fault.path, fault.wrong)).collect()
}

fn organization(layer: &Value) -> Vec<String> {
    told(&Layers { organization: layer, ..Layers::default() }.check_organization(&vault()))
}

#[test]
fn the_stronger_layer_counts_key_by_key() {
    let schema = vault();
    let layers = Layers {
        code: &json!({ "keep_days": 5, "extra_of_code": 1 }),
        installation: &json!({ "keep_days": 100, "tags": ["a", "b"], "server": { "host": "one.example", "limit": 3 } }),
        organization: &json!({ "name": "Ours", "tags": ["c"], "keep_days": null, "server": { "port": 8080 } }),
    };
    assert_eq!(
        layers.merged(&schema),
        json!({
            "extra_of_code": 1,
            "keep_days": 100,
            "mode": "open",
            "name": "Ours",
            "tags": ["c"],
            "server": { "host": "one.example", "port": 8080, "limit": 3 },
        })
    );
    assert_eq!(
        schema.defaults(),
        &json!({ "keep_days": 365, "mode": "open", "server": { "host": "localhost", "port": 80, "limit": 10 } })
    );
}

#[test]
fn null_is_nobodys_opinion_and_in_a_list_a_value() {
    let lay_over = |under: Value, over: Value| {
        let mut under = under;
        lay(&mut under, &over);
        under
    };
    assert_eq!(lay_over(json!({ "a": 1 }), json!({ "a": null, "b": null })), json!({ "a": 1 }));
    assert_eq!(
        lay_over(json!({ "a": { "b": 1 } }), json!({ "a": { "b": null, "c": { "d": null } } })),
        json!({ "a": { "b": 1, "c": {} } })
    );
    assert_eq!(lay_over(json!({ "a": [1, 2] }), json!({ "a": [null] })), json!({ "a": [null] }));
    assert_eq!(lay_over(json!({ "a": 1 }), json!({ "a": { "b": null } })), json!({ "a": {} }));
    assert_eq!(lay_over(json!({ "a": { "b": 1 } }), json!({ "a": 2 })), json!({ "a": 2 }));
    assert_eq!(lay_over(json!({ "a": 1 }), json!(null)), json!({ "a": 1 }));
}

#[test]
fn only_the_operators_word_counts_for_what_is_locked() {
    let schema = vault();
    let installation = json!({ "server": { "limit": 3 } });
    let organization = json!({ "name": "Ours", "server": { "limit": 99 } });
    let layers = Layers { installation: &installation, organization: &organization, ..Layers::default() };
    assert_eq!(layers.merged(&schema)["server"]["limit"], 3);
    assert_eq!(told(&layers.check_organization(&schema)), ["/server/limit is the operator's to set"]);
    // What was written before it was locked keeps nothing from running.
    assert_eq!(layers.check(&schema), []);
    let no_opinion = json!({ "name": "Ours", "server": { "limit": null } });
    assert_eq!(Layers { organization: &no_opinion, ..layers }.check_organization(&schema), []);
}

#[test]
fn a_locked_table_is_locked_with_all_in_it() {
    let schema = schema(json!({
        "type": "object",
        "properties": { "server": { "x-locked": true, "type": "object", "properties": { "host": { "type": "string" } } } },
    }));
    let layer = json!({ "server": { "host": "mine" } });
    let layers = Layers { organization: &layer, ..Layers::default() };
    assert_eq!(told(&layers.check_organization(&schema)), ["/server is the operator's to set"]);
    assert_eq!(layers.merged(&schema), json!({}));
    assert!(schema.is_locked("/server/host") && !schema.is_locked("/serverless") && !schema.is_locked(""));
}

#[test]
fn everything_wrong_is_told_at_once_field_by_field() {
    let wrong = json!({
        "keep_days": 0,
        "color": "reddish",
        "site": "not a site",
        "mode": "opn",
        "tags": ["a", "B", "a"],
        "kep_days": 3,
        "key": "muchtoolong",
        "server": { "port": "80", "hots": "x" },
    });
    assert_eq!(
        organization(&wrong),
        [
            "/color is no color",
            "/keep_days is at least 1",
            "/kep_days is no setting; did you mean `keep_days`?",
            "/key has at most 8 characters",
            "/mode is one of: open, closed",
            "/name has to be given",
            "/server/hots is no setting; did you mean `host`?",
            "/server/port has to be: integer",
            "/site is no uri",
            "/tags has an entry twice",
            "/tags/1 does not look like ^[a-z]+$",
        ]
    );
}

#[test]
fn true_is_no_number_and_a_number_no_text() {
    assert_eq!(organization(&json!({ "name": "x", "keep_days": true })), ["/keep_days has to be: integer"]);
    assert_eq!(organization(&json!({ "name": 7 })), ["/name has to be: string"]);
}

#[test]
fn what_is_missing_may_still_come_from_each_organization() {
    let schema = vault();
    let layers = Layers { installation: &json!({ "keep_days": 4000 }), ..Layers::default() };
    assert_eq!(told(&layers.check_installation(&schema)), ["/keep_days is at most 3650"]);
    let layers = Layers { installation: &json!({ "keep_days": 40 }), ..Layers::default() };
    assert_eq!(layers.check_installation(&schema), []);
    assert_eq!(told(&layers.check(&schema)), ["/name has to be given"]);
}

#[test]
fn settings_have_a_size_and_a_depth() {
    let schema = schema(json!({ "type": "object", "additionalProperties": true }));
    let check = |value: &Value| told(&Layers { organization: value, ..Layers::default() }.check_organization(&schema));
    assert_eq!(check(&json!({ "a": "x".repeat(60_000) })), [""; 0]);
    assert_eq!(check(&json!({ "a": "x".repeat(70_000) })), [" is larger than 64 KiB"]);
    let mut deep = json!(1);
    for _ in 0..8 {
        deep = json!({ "a": deep });
    }
    assert_eq!(check(&deep), [""; 0]);
    assert_eq!(check(&json!({ "a": deep })), [" is nested more than 8 deep"]);
    assert_eq!(check(&json!([1])), [" has to be: object"]);
}

#[test]
fn a_plugin_without_settings_takes_none() {
    let schema = schema(crate::config::nothing());
    let layer = json!({ "a": 1 });
    assert_eq!(told(&Layers { organization: &layer, ..Layers::default() }.check(&schema)), ["/a is no setting"]);
}

#[test]
fn an_author_can_leave_a_table_open_and_join_tables() {
    let open = schema(json!({ "type": "object", "additionalProperties": { "type": "integer" } }));
    assert_eq!(open.check(&json!({ "a": 1 })), []);
    assert_eq!(told(&open.check(&json!({ "a": "x" }))), ["/a has to be: integer"]);
    // What stands in a part of the schema beside `properties` is no stranger.
    let joined = schema(json!({
        "type": "object",
        "$defs": { "base": { "properties": { "a": { "type": "integer" } } } },
        "allOf": [{ "$ref": "#/$defs/base" }],
        "properties": { "b": { "type": "integer" } },
    }));
    assert_eq!(joined.check(&json!({ "a": 1, "b": 2 })), []);
    assert_eq!(told(&joined.check(&json!({ "c": 1 }))), ["/c is no setting"]);
}

#[test]
fn a_rule_over_several_settings_never_quotes_a_secret() {
    let schema = schema(json!({
        "type": "object",
        "properties": { "key": { "type": "string", "x-secret": true }, "mode": { "type": "string" } },
        "not": { "required": ["key", "mode"] },
    }));
    let faults = schema.check(&json!({ "key": "hunter2", "mode": "x" }));
    assert!(matches!(faults[0].wrong, Wrong::Rule(_)), "{faults:?}");
    assert!(!told(&faults)[0].contains("hunter2"), "{faults:?}");
    assert!(schema.is_secret("/key") && !schema.is_secret("/mode"));
}

#[test]
fn a_schema_that_would_cost_is_refused_and_one_that_could_is_quick() {
    let refused = |source: Value| Schema::new(&source, Use::Settings).unwrap_err();
    assert!(refused(json!({ "$ref": "https://example.org/schema" }))[0].1.contains("same schema"));
    assert!(refused(json!({ "$ref": "file:///etc/passwd" }))[0].1.contains("same schema"));
    assert!(refused(json!({ "properties": { "a": { "pattern": "(a{1000}){1000}" } } }))[0].1.contains("pattern"));
    assert!(refused(json!({ "properties": { "a": { "pattern": r"(a)\1" } } }))[0].1.contains("pattern"));
    // A pattern that would take years with a reader that goes back: this one does not.
    let schema = schema(json!({ "type": "object", "properties": { "a": { "type": "string", "pattern": "^(a+)+$" } } }));
    let value = json!({ "a": "a".repeat(60_000) + "!" });
    assert_eq!(schema.check(&value).len(), 1);
}

fn any_layer() -> impl Strategy<Value = Value> {
    let plain = prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), (0..3i64).prop_map(Value::from)];
    plain.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::btree_map("[ab]{1,2}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(map) => map.values().any(has_null),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Twice the same is once, nothing changes nothing, and where somebody has an opinion nobody reads `null`.
    #[test]
    fn layers_lie_as_one_expects(under in any_layer(), over in any_layer()) {
        let mut base = json!({});
        lay(&mut base, &json!({ "x": under }));
        lay(&mut base, &json!({ "x": over }));
        let mut again = base.clone();
        lay(&mut again, &json!({ "x": over }));
        prop_assert_eq!(&again, &base);
        lay(&mut again, &json!(null));
        lay(&mut again, &json!({}));
        prop_assert_eq!(&again, &base);
        prop_assert!(!has_null(&base), "{}", base);
    }
}
