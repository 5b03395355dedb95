//! Schemas in words: inside a line, as a table, and by example.

use std::fmt::Write as _;

use serde_json::Value;

/// A text as it may stand in markup.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// The name a reference leads to.
fn name(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or_default()
}

/// What kind of thing it is, in a few words; markup.
pub(super) fn in_line(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = escaped(name(reference));
        return format!("<a href=\"#schema-{name}\">{name}</a>");
    }
    for (key, between) in [("oneOf", " or "), ("anyOf", " or "), ("allOf", " and ")] {
        if let Some(parts) = schema[key].as_array() {
            return parts.iter().map(in_line).collect::<Vec<_>>().join(between);
        }
    }
    if let Some(words) = schema["enum"].as_array() {
        let words = words.iter().filter_map(Value::as_str).map(|word| format!("<code>{}</code>", escaped(word)));
        return words.collect::<Vec<_>>().join(", ");
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => kind.as_str().into_iter().collect(),
    };
    let mut words = match kinds.as_slice() {
        [] => String::new(),
        kinds if kinds.contains(&"array") => format!("list of {}", in_line(&schema["items"])),
        kinds => escaped(&kinds.join(" or ")),
    };
    for (key, says) in [
        ("minimum", "at least"),
        ("maximum", "at most"),
        ("minLength", "characters, at least"),
        ("maxLength", "characters, at most"),
        ("maxItems", "of them, at most"),
        ("default", "else"),
    ] {
        if !schema[key].is_null() {
            let _ = write!(words, ", {says} {}", escaped(&schema[key].to_string()));
        }
    }
    words
}

/// Its fields as a table; markup. Something without fields is said in one line.
pub(super) fn table(schema: &Value) -> String {
    let mut rows = String::new();
    fields(schema, &mut rows);
    if rows.is_empty() {
        return format!("<p>{}</p>", in_line(schema));
    }
    format!(
        "<table><thead><tr><th scope=\"col\">Field</th><th scope=\"col\">Kind</th><th scope=\"col\">What</th></tr></thead>\
         <tbody>{rows}</tbody></table>"
    )
}

fn fields(schema: &Value, rows: &mut String) {
    for key in ["allOf", "oneOf", "anyOf"] {
        for part in schema[key].as_array().into_iter().flatten() {
            fields(part, rows);
        }
    }
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let about = field["description"].as_str().unwrap_or_default();
        let optional = if required.contains(&name.as_str()) { "" } else { ", optional" };
        let _ = write!(
            rows,
            "<tr><th scope=\"row\"><code>{}</code></th><td>{}{optional}</td><td>{}</td></tr>",
            escaped(name),
            in_line(field),
            escaped(about)
        );
    }
}

/// The example a schema gives, or the one it leads to.
pub(super) fn example<'d>(document: &'d Value, schema: &'d Value) -> Option<&'d Value> {
    if let Some(reference) = schema["$ref"].as_str() {
        return example(document, &document["components"]["schemas"][name(reference)]);
    }
    match &schema["example"] {
        Value::Null => schema["examples"].as_array().and_then(|examples| examples.first()),
        example => Some(example),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_is_said_in_a_line() {
        for (schema, said) in [
            (json!({ "$ref": "#/components/schemas/User" }), "<a href=\"#schema-User\">User</a>"),
            (json!({ "type": "array", "items": { "type": "string" } }), "list of string"),
            (json!({ "type": ["integer", "null"], "minimum": 1 }), "integer or null, at least 1"),
            (json!({ "enum": ["a", "<"] }), "<code>a</code>, <code>&lt;</code>"),
        ] {
            assert_eq!(in_line(&schema), said);
        }
    }
}
