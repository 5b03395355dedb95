//! `cargo xtask vectors FILE…`: checks vector files of the metaserver protocol.

use std::io::Write;

use metaserver_proto::vectors::{Outcome, check_file};

/// Checks every file named. Prints the first difference of each vector that fails and, as the
/// last line, the tally; `Ok(true)` only if nothing failed. A file that cannot be read has failed.
pub(crate) fn run(args: &[String]) -> Result<bool, String> {
    if args.is_empty() {
        return Err("name at least one vector file".to_owned());
    }
    let mut out = std::io::stdout().lock();
    let (mut passed, mut failed) = (0, 0);
    for path in args {
        let differences = match check(path) {
            Ok(outcomes) => {
                passed += outcomes.iter().filter(|o| o.difference.is_none()).count();
                outcomes.into_iter().filter_map(|o| Some(format!("{}: {}", o.name, o.difference?))).collect()
            }
            Err(why) => vec![format!("{path}: {why}")],
        };
        failed += differences.len();
        for difference in differences {
            say(&mut out, &difference)?;
        }
    }
    // Nothing is ever skipped: a kind the checker does not know has failed.
    say(&mut out, &format!("{passed} passed, {failed} failed, 0 skipped"))?;
    Ok(failed == 0)
}

fn check(path: &str) -> Result<Vec<Outcome>, String> {
    let text = std::fs::read_to_string(path).map_err(|why| why.to_string())?;
    check_file(&text).map_err(|why| why.to_string())
}

fn say(out: &mut impl Write, line: &str) -> Result<(), String> {
    writeln!(out, "{line}").map_err(|why| format!("standard output: {why}"))
}
