//! How many tests passed, failed and were skipped, read from what each runner prints.

use std::fmt;
use std::ops::AddAssign;

use serde_json::Value;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Tally {
    /// `2 tests run: 1 passed, 1 timed out, 3 skipped`, nextest's last line; `12/40 tests run` when it stopped early.
    pub(crate) fn of_nextest(output: &str) -> Option<Self> {
        let line = output.lines().rev().find(|line| line.trim_start().starts_with("Summary ["))?;
        let (_, counts) = line.split_once(" run: ")?;
        let mut tally = Self::default();
        for (number, word) in numbered_words(&without_brackets(counts)) {
            match word {
                "passed" => tally.passed += number,
                "skipped" => tally.skipped += number,
                // Failed, timed out, could not be started.
                _ => tally.failed += number,
            }
        }
        Some(tally)
    }

    /// `test result: ok. 3 passed; 0 failed; 1 ignored; …`, one line for each binary of `cargo test`.
    pub(crate) fn of_cargo_test(output: &str) -> Option<Self> {
        let mut lines = output.lines().filter_map(|line| line.trim_start().strip_prefix("test result: ")).peekable();
        lines.peek()?;
        let mut tally = Self::default();
        for (number, word) in lines.flat_map(numbered_words) {
            match word {
                "passed" => tally.passed += number,
                "failed" => tally.failed += number,
                "ignored" => tally.skipped += number,
                _ => {}
            }
        }
        Some(tally)
    }

    /// `N passed, N failed, N skipped`, as this workspace's own tools close.
    pub(crate) fn of_plain(output: &str) -> Option<Self> {
        let line = output.lines().rev().find(|line| !line.trim().is_empty())?;
        let mut tally = Self::default();
        let mut known = 0;
        for (number, word) in numbered_words(line) {
            match word {
                "passed" => tally.passed += number,
                "failed" => tally.failed += number,
                "skipped" => tally.skipped += number,
                _ => return None,
            }
            known += 1;
        }
        (known > 1).then_some(tally)
    }

    /// The `stats` of Playwright's JSON report. A story that passed only when told again has passed: `playwright_failures` names it.
    pub(crate) fn of_playwright(report: &str) -> Option<Self> {
        let report: Value = serde_json::from_str(report).ok()?;
        let count = |key: &str| report["stats"][key].as_u64();
        Some(Self {
            passed: count("expected")? + count("flaky")?,
            failed: count("unexpected")?,
            skipped: count("skipped")?,
        })
    }

    pub(crate) fn one_passed() -> Self {
        Self { passed: 1, ..Self::default() }
    }

    pub(crate) fn one_failed() -> Self {
        Self { failed: 1, ..Self::default() }
    }
}

/// Each story of Playwright's JSON report that failed, were it only the first time, in one line: its project, its name and what went
/// wrong first. Playwright itself tells it at length, but its last lines name stories only, and the last lines are all that some
/// readers of a log get.
pub(crate) fn playwright_failures(report: &str) -> Vec<String> {
    let mut failures = Vec::new();
    if let Ok(report) = serde_json::from_str(report) {
        gather_failures(&report, &mut failures);
    }
    failures
}

fn gather_failures(suite: &Value, failures: &mut Vec<String>) {
    let list = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    for inner in list(suite, "suites") {
        gather_failures(&inner, failures);
    }
    for spec in list(suite, "specs") {
        for test in list(&spec, "tests") {
            let outcome = match test["status"].as_str() {
                Some("unexpected") => "",
                Some("flaky") => "passed only when told again: ",
                _ => continue,
            };
            let error = list(&test, "results").iter().find_map(|result| reasons(&list(result, "errors")));
            let name = |value: &Value| value.as_str().unwrap_or("?").to_owned();
            failures.push(format!(
                "{outcome}[{}] {}:{} {}: {}",
                name(&test["projectName"]),
                name(&spec["file"]),
                spec["line"],
                name(&spec["title"]),
                error.as_deref().unwrap_or("no reason given")
            ));
        }
    }
}

/// Everything that went wrong at once, with the line it did: a story that ran out of its time says first that it did, and only then
/// what it waited for.
fn reasons(errors: &[Value]) -> Option<String> {
    let reason = |error: &Value| {
        let message = plain(error["message"].as_str()?);
        let place = &error["location"];
        let file = place["file"].as_str().and_then(|file| file.rsplit('/').next());
        Some(file.map_or_else(|| message.clone(), |file| format!("{message} ({file}:{})", place["line"])))
    };
    let reasons: Vec<_> = errors.iter().filter_map(reason).collect();
    (!reasons.is_empty()).then(|| reasons.join("; "))
}

/// A message's first 400 characters on one line, without the colours that a terminal would show.
fn plain(message: &str) -> String {
    let mut text = String::new();
    for (at, part) in message.split("\u{1b}[").enumerate() {
        text.push_str(if at == 0 { part } else { part.split_once('m').map_or(part, |(_, rest)| rest) });
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(400).collect()
}

/// Pairs such as (3, "passed") from `3 passed, 2 timed out`.
fn numbered_words(text: &str) -> impl Iterator<Item = (u64, &str)> {
    text.split([',', ';']).filter_map(|part| {
        let part = part.rsplit(". ").next().unwrap_or(part);
        let (number, word) = part.trim().split_once(' ')?;
        Some((number.parse().ok()?, word.trim()))
    })
}

/// `9 passed (1 slow, 2 leaky), 1 failed` without the detail that nextest gives in brackets.
fn without_brackets(text: &str) -> String {
    text.split('(').map(|part| part.rsplit(')').next().unwrap_or(part)).collect()
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    fn tally(passed: u64, failed: u64, skipped: u64) -> Tally {
        Tally { passed, failed, skipped }
    }

    #[test]
    fn nextest() {
        let line = "────\n     Summary [   3.039s] 12 tests run: 9 passed (1 slow, 2 leaky), 2 failed, 1 timed out, 3 skipped\n        FAIL x";
        assert_eq!(Tally::of_nextest(line), Some(tally(9, 3, 3)));
        assert_eq!(Tally::of_nextest("     Summary [   0.1s] 1 test run: 1 passed, 0 skipped"), Some(tally(1, 0, 0)));
        assert_eq!(
            Tally::of_nextest("     Summary [   0.1s] 3/9 tests run: 2 passed, 1 failed, 0 skipped"),
            Some(tally(2, 1, 0))
        );
        assert_eq!(Tally::of_nextest("error: could not compile"), None);
    }

    #[test]
    fn cargo_test_sums_its_binaries() {
        let two = "running 3 tests\ntest result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
                   test result: FAILED. 0 passed; 2 failed; 0 ignored; 0 measured; 5 filtered out; finished in 0.00s\n";
        assert_eq!(Tally::of_cargo_test(two), Some(tally(3, 2, 1)));
        assert_eq!(Tally::of_cargo_test("error: could not compile"), None);
    }

    #[test]
    fn our_own_closing_line() {
        assert_eq!(Tally::of_plain("x\n41 passed, 0 failed, 2 skipped\n\n"), Some(tally(41, 0, 2)));
        assert_eq!(Tally::of_plain("12 files, 3 folders"), None);
        assert_eq!(Tally::of_plain(""), None);
    }

    #[test]
    fn playwright() {
        let report = r#"{"suites": [], "stats": {"expected": 8, "unexpected": 1, "flaky": 1, "skipped": 2}}"#;
        assert_eq!(Tally::of_playwright(report), Some(tally(9, 1, 2)));
        assert_eq!(Tally::of_playwright("{}"), None);
    }

    #[test]
    fn a_failed_story_says_why_in_one_line() {
        let report = r#"{"suites": [{"suites": [{"specs": [
            {"title": "a door", "file": "doors.spec.ts", "line": 7, "tests": [
                {"projectName": "phone", "status": "unexpected",
                 "results": [{"errors": [{"message": "Timeout"}, {"message": "Error: \u001b[31mnot\u001b[39m there\n\n  at line 9",
                  "location": {"file": "stories/doors.spec.ts", "line": 9}}]}]},
                {"projectName": "script", "status": "expected", "results": [{"errors": []}]}]}]}]}]}"#;
        assert_eq!(
            super::playwright_failures(report),
            ["[phone] doors.spec.ts:7 a door: Timeout; Error: not there at line 9 (doors.spec.ts:9)"]
        );
    }
}
