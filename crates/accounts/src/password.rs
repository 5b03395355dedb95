//! What a password must be.

use contract::Code;
use zxcvbn::{Score, matching::patterns::MatchPattern, zxcvbn};

/// Shortest and longest password, in characters. Nothing else is asked of its composition, and nothing is cut off.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=256;

/// Words a guesser tries first on a hub like this.
const OUR_WORDS: &[&str] = &[
    "guildhall",
    "metaserver",
    "lobby",
    "myth",
    "soulblighter",
    "aleph",
    "alephone",
    "marathon",
    "tibia",
    "opentibia",
];

/// Whether `password` may protect an account. `words` are what a guesser knows about it: its name, its address, the hub's name.
///
/// Takes a few milliseconds: call it where that blocks nobody.
pub(crate) fn check(password: &str, words: &[&str]) -> Result<(), Code> {
    let length = password.chars().count();
    if length == 0 {
        return Err(Code::Required);
    }
    if length < *LENGTH.start() {
        return Err(Code::TooShort);
    }
    if length > *LENGTH.end() {
        return Err(Code::TooLong);
    }
    let known: Vec<String> = known_words(words);
    let inputs: Vec<&str> = known.iter().map(String::as_str).collect();
    let verdict = zxcvbn(password, &inputs);
    if verdict.score() >= Score::Three {
        return Ok(());
    }
    // The whole password is one entry of a list that guessers go through: of the 30,000 most common passwords, or of common words and names.
    Err(match verdict.sequence() {
        [only] => match &only.pattern {
            MatchPattern::Dictionary(entry) if !known.contains(&entry.matched_word) => Code::CommonPassword,
            _ => Code::WeakPassword,
        },
        _ => Code::WeakPassword,
    })
}

/// The words and their parts, in lower case as `zxcvbn` compares them.
fn known_words(words: &[&str]) -> Vec<String> {
    let mut known: Vec<String> = OUR_WORDS.iter().map(|word| (*word).to_owned()).collect();
    for word in words {
        let word = word.to_lowercase();
        known.extend(
            word.split(|c: char| !c.is_alphanumeric()).filter(|part| part.chars().count() >= 3).map(str::to_owned),
        );
        known.push(word);
    }
    known.retain(|word| !word.is_empty());
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords() {
        let long = "correct horse battery staple ".repeat(9);
        for (password, answer) in [
            ("", Err(Code::Required)),
            ("x7#kQ2!", Err(Code::TooShort)),
            ("password", Err(Code::CommonPassword)),
            ("PASSWORD", Err(Code::CommonPassword)),
            ("trustno1", Err(Code::CommonPassword)),
            ("sunshine", Err(Code::CommonPassword)),
            ("aaaaaaaaaaaa", Err(Code::WeakPassword)),
            ("guildhall1", Err(Code::WeakPassword)),
            ("olga@example.org", Err(Code::WeakPassword)),
            ("Olga von Example", Err(Code::WeakPassword)),
            ("Hauptbahnhof", Err(Code::CommonPassword)),
            ("vrlq wopk", Ok(())),
            ("日本語のパスワードです", Ok(())),
            (&long[..256], Ok(())),
        ] {
            assert_eq!(check(password, &["Olga von Example", "olga@example.org"]), answer, "{password:?}");
        }
        assert_eq!(check(&"vrlq wopk ".repeat(26), &[]), Err(Code::TooLong));
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(check("ñandú", &[]), Err(Code::TooShort));
    }

    #[test]
    fn the_longest_password_is_judged_in_moderate_time() {
        // Only as a guard against a blow-up of the estimate on long input: the bound is generous for slow machines.
        let begun = std::time::Instant::now();
        let _ = check(&"p4ssw0rd1!qwerty".repeat(16), &["qwerty"]);
        assert!(begun.elapsed() < std::time::Duration::from_secs(3), "{:?}", begun.elapsed());
    }
}
