//! How a name reads, whatever it is spelled with.

/// The first of the words that a name holds.
pub(crate) fn held<'a>(name: &str, words: &'a [String]) -> Option<&'a str> {
    let name = letters(name);
    let once = undoubled(&name);
    words.iter().map(String::as_str).find(|word| {
        let word = letters(word);
        !word.is_empty() && (name.contains(&word) || once.contains(&undoubled(&word)))
    })
}

/// The letters a name reads as: figures and signs that look like letters are letters, marks on letters and what stands between them is nothing.
fn letters(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).filter_map(letter).collect()
}

fn letter(c: char) -> Option<char> {
    Some(match c {
        '0' | 'о' | 'ο' | 'ö' | 'ó' | 'ò' | 'ô' | 'õ' | 'ø' => 'o',
        '1' | '!' | '|' | 'і' | 'ι' | 'í' | 'ì' | 'î' | 'ï' => 'i',
        '3' | 'е' | 'ε' | 'é' | 'è' | 'ê' | 'ë' => 'e',
        '4' | '@' | 'а' | 'α' | 'ä' | 'á' | 'à' | 'â' | 'ã' | 'å' => 'a',
        '5' | '$' | 'ѕ' => 's',
        '7' | '+' | 'т' | 'τ' => 't',
        '8' => 'b',
        'ü' | 'ú' | 'ù' | 'û' => 'u',
        'с' | 'ç' => 'c',
        'ñ' => 'n',
        'р' | 'ρ' => 'p',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        c if c.is_alphabetic() => c,
        _ => return None,
    })
}

/// A letter that stands twice or more stands once.
fn undoubled(letters: &str) -> String {
    let mut once = String::with_capacity(letters.len());
    for c in letters.chars() {
        if !once.ends_with(c) {
            once.push(c);
        }
    }
    once
}

#[cfg(test)]
mod tests {
    use super::held;

    #[test]
    fn a_word_is_found_however_it_is_spelled() {
        let words = ["admin".to_owned(), "troll".to_owned()];
        for name in ["admin", "Admin42", "4dm1n", "a.d.m.i.n", "xX_ADMIN_Xx", "аdmin", "aaadminn", "tr0l", "TROLLLL"] {
            assert!(held(name, &words).is_some(), "{name}");
        }
        for name in ["Ada", "admiral", "Olga", "trophy", "", "42"] {
            assert_eq!(held(name, &words), None, "{name}");
        }
    }

    #[test]
    fn an_empty_word_is_in_no_name() {
        assert_eq!(held("anybody", &[String::new(), "--".into()]), None);
    }
}
