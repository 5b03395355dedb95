//! One style sheet out of many files, so that a page asks once.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Reads `main` and puts every file it imports in the place of the import.
///
/// An import stands on its own line, as `@import "tokens.css";` or `@import "tokens.css" layer(tokens);`. Addresses
/// with a scheme stay as they are, though the site's own policy would refuse to load them.
pub(crate) fn inline(main: &Path) -> Result<String> {
    let text = fs::read_to_string(main).with_context(|| format!("could not read {}", main.display()))?;
    let folder = main.parent().expect("a file lies in a folder");
    let mut sheet = String::with_capacity(text.len());
    for line in text.lines() {
        let Some((file, layer)) = parse_import(line) else {
            sheet.push_str(line);
            sheet.push('\n');
            continue;
        };
        let inner = inline(&folder.join(file))?;
        match layer {
            Some(name) => sheet.extend(["@layer ", name, " {\n", &inner, "}\n"]),
            None => sheet.push_str(&inner),
        }
    }
    Ok(sheet)
}

fn parse_import(line: &str) -> Option<(&str, Option<&str>)> {
    let rest = line.trim().strip_prefix("@import")?.trim().strip_suffix(';')?.trim();
    let (address, after) = if let Some(rest) = rest.strip_prefix("url(") {
        rest.split_once(')')?
    } else {
        let end = rest.get(1..)?.find(['"', '\''])? + 2;
        rest.split_at(end)
    };
    let file = address.trim().trim_matches(['"', '\'']);
    let layer = after.trim();
    if file.contains("//") || !(layer.is_empty() || layer.starts_with("layer(")) {
        return None;
    }
    Some((file, layer.strip_prefix("layer(").and_then(|name| name.strip_suffix(')'))))
}

#[cfg(test)]
mod tests {
    use super::parse_import;

    #[test]
    fn imports_are_recognised() {
        let cases = [
            (r#"@import "tokens.css";"#, Some(("tokens.css", None))),
            ("  @import 'a/b.css' layer(base);", Some(("a/b.css", Some("base")))),
            (r#"@import url("x.css");"#, Some(("x.css", None))),
            ("@import url(x.css) layer(ui) ;", Some(("x.css", Some("ui")))),
            (r#"@import "https://elsewhere.example/x.css";"#, None),
            (r#"@import "print.css" print;"#, None),
            ("a { color: red; }", None),
            ("@import ;", None),
        ];
        for (line, expected) in cases {
            assert_eq!(parse_import(line), expected, "{line}");
        }
    }
}
