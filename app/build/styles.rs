//! Gathers every `style! { … }` of `src` into one sheet, with the function the macro itself uses.
//!
//! The crate that ships with the macro has a collector of its own. It sees only blocks bound by `let` at the top of a
//! function and drops the others without a word; this one finds them at any depth and doubles as the check.

use std::{collections::HashMap, fs, io, panic, path::Path};

use proc_macro2::{TokenStream, TokenTree};
use stylers_core::{Class, from_ts};

/// Where a class was first seen, and what it stands for there.
struct Seen {
    place: String,
    css: String,
}

/// The sheet of all blocks beneath `folder`, in the order of their files. What is wrong goes to `wrong`.
pub(crate) fn collect(folder: &Path, wrong: &mut Vec<String>) -> io::Result<String> {
    // `from_ts` panics on what it does not know; the place is reported below, the backtrace would only be noise.
    panic::set_hook(Box::new(|_| {}));
    let mut sheet = String::new();
    let mut seen = HashMap::new();
    for file in files(folder)? {
        let source = fs::read_to_string(&file)?;
        // A file that does not lex is rustc's to report.
        if let Ok(tokens) = source.parse::<TokenStream>() {
            walk(tokens, &file, &mut sheet, &mut seen, wrong);
        }
    }
    let _ = panic::take_hook();
    Ok(sheet)
}

fn files(folder: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            found.push(path.to_string_lossy().into_owned());
        }
    }
    found.sort();
    Ok(found)
}

fn walk(
    tokens: TokenStream,
    file: &str,
    sheet: &mut String,
    seen: &mut HashMap<String, Seen>,
    wrong: &mut Vec<String>,
) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            walk(group.stream(), file, sheet, seen, wrong);
        }
        let TokenTree::Ident(name) = token else { continue };
        let Some(TokenTree::Punct(bang)) = tokens.get(at + 1) else { continue };
        let Some(TokenTree::Group(body)) = tokens.get(at + 2) else { continue };
        if bang.as_char() != '!' {
            continue;
        }
        let place = format!("{file}:{}", name.span().start().line);
        match name.to_string().as_str() {
            "style" => block(body.stream(), place, sheet, seen, wrong),
            other @ ("style_str" | "style_sheet" | "style_sheet_str") => {
                wrong.push(format!("{place}: `{other}!` makes a class by chance or an inline sheet; use `style!`"));
            }
            _ => {}
        }
    }
}

fn block(
    body: TokenStream,
    place: String,
    sheet: &mut String,
    seen: &mut HashMap<String, Seen>,
    wrong: &mut Vec<String>,
) {
    let text = body.to_string();
    let count = text.chars().filter(|c| !c.is_whitespace()).count();
    let class = Class::rand_class_from_seed(text);
    let Ok((css, _)) = panic::catch_unwind(panic::AssertUnwindSafe(|| from_ts(body.into_iter(), &class, false))) else {
        wrong.push(format!(
            "{place}: stylers cannot read this block: one declaration a line, each ended by `;`, lengths in rem"
        ));
        return;
    };
    match seen.get(class.as_name()) {
        None => {
            sheet.push_str(&css);
            sheet.push('\n');
            seen.insert(class.as_name().to_owned(), Seen { place, css });
        }
        Some(first) if first.css == css => {}
        // The class is made from the number of characters alone, so two blocks of one length share it.
        Some(first) => wrong.push(format!(
            "{place}: this block has as many characters as the one at {} ({count}), hence the same class; \
             lengthen one of them, e.g. by `--n: 1;`",
            first.place
        )),
    }
}
