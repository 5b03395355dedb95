//! A manifest, read and looked at whole.

use plugin_api::{Kind, Manifest, Problem, json_schema::Use, parse};

use crate::schema::Schema;

/// Reads `plugin.toml` as [`parse`] does, and holds the schemas inside against the draft they are written in: what an author checks is what the
/// hub lets in.
pub fn read(source: &str, kind: Kind) -> Result<Manifest, Vec<Problem>> {
    let parsed = parse(source, kind)?;
    let manifest = &parsed.manifest;
    let mut schemas = Vec::new();
    if let Some(config) = &manifest.config {
        schemas.push(("/config".to_owned(), config, Use::Settings));
    }
    for (n, emit) in manifest.emits.iter().enumerate() {
        schemas.push((format!("/emits/{n}/schema"), &emit.schema, Use::Payload));
    }
    for (n, export) in manifest.exports.iter().enumerate() {
        schemas.push((format!("/exports/{n}/input"), &export.input, Use::Payload));
        schemas.push((format!("/exports/{n}/output"), &export.output, Use::Payload));
    }
    let mut problems = Vec::new();
    for (path, schema, used) in schemas {
        if let Err(wrong) = Schema::new(schema, used) {
            problems.extend(wrong.into_iter().map(|(inner, says)| parsed.problem(&format!("{path}{inner}"), says)));
        }
    }
    if problems.is_empty() {
        return Ok(parsed.manifest);
    }
    problems.sort();
    problems.dedup();
    Err(problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "manifest = 1\nid = \"seed_vault\"\nname = \"Seed vault\"\nversion = \"1.4.0\"\ndescription = \"Keeps seeds.\"\nauthor = \"A community\"\ncategory = \"utility\"\napi = \"1.0\"\n";

    #[test]
    fn what_the_draft_forbids_is_told_at_its_line() {
        let source = format!(
            "{HEAD}[config]\ntype = \"object\"\n[config.properties.days]\ntype = \"integr\"\nminimum = \"one\"\n[config.properties.name]\npattern = \"(?=a)\"\n[[exports]]\nname = \"x\"\ninput = {{ required = \"a\" }}\n"
        );
        let told: Vec<String> = read(&source, Kind::Guest).unwrap_err().iter().map(ToString::to_string).collect();
        for place in ["12:8: ", "13:11: ", "18:22: "] {
            assert!(told.iter().any(|one| one.starts_with(place)), "{place} is not in {told:#?}");
        }
        assert_eq!(told.len(), 3, "{told:#?}");
        // A pattern is looked at once the draft holds.
        let source = format!("{HEAD}[config]\ntype = \"object\"\n[config.properties.name]\npattern = \"(?=a)\"\n");
        let told: Vec<String> = read(&source, Kind::Guest).unwrap_err().iter().map(ToString::to_string).collect();
        assert!(told.len() == 1 && told[0].starts_with("12:11: ") && told[0].contains("look"), "{told:#?}");
    }

    #[test]
    fn what_holds_is_taken() {
        let source =
            format!("{HEAD}[config]\ntype = \"object\"\n[config.properties.days]\ntype = \"integer\"\ndefault = 3\n");
        assert_eq!(read(&source, Kind::Guest).unwrap().id.as_str(), "seed_vault");
        let source = source.replace("default = 3", "default = \"three\"");
        let told = read(&source, Kind::Guest).unwrap_err();
        assert!(told[0].message.contains("default") && told[0].at.line == 13, "{told:#?}");
    }
}
