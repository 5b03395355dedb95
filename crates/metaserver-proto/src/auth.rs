//! Computations around passwords that Aleph One clients make (spec sections 9.3 and 9.5).
//!
//! A server needs neither: method 1 is never offered, and the form is parsed by the web side.
//! They are here for test clients and vectors.

use crate::text::Text;

/// The 16 bytes a client sends for method 1, "braindead simple".
pub fn simple_key(password: &Text, salt: [u8; 16]) -> [u8; 16] {
    let mut key = padded(password.as_bytes());
    for (byte, salt) in key.iter_mut().zip(salt) {
        *byte ^= salt;
    }
    for i in 1..16 {
        key[i] ^= key[i - 1];
    }
    for i in 1..16 {
        key[i] = !key[i].wrapping_mul(key[i - 1]);
    }
    key
}

/// The first 16 bytes, with NULs behind: how passwords and tokens travel in packet 109.
pub fn padded(bytes: &[u8]) -> [u8; 16] {
    let mut padded = [0; 16];
    for (to, &from) in padded.iter_mut().zip(bytes) {
        *to = from;
    }
    padded
}

/// The body of the HTTPS form a client posts for method 4; the salt ends at its first NUL.
pub fn https_form(user_name: &Text, password: &Text, salt: [u8; 16]) -> String {
    let salt = Text::from_bytes(&salt);
    let mut form = String::new();
    for (key, value) in [("password=", password), ("&salt=", &salt), ("&username=", user_name)] {
        form.push_str(key);
        for &byte in value.as_bytes() {
            push_escaped(&mut form, byte);
        }
    }
    form
}

fn push_escaped(form: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        form.push(byte.into());
    } else {
        form.push('%');
        form.push(DIGITS[usize::from(byte >> 4)].into());
        form.push(DIGITS[usize::from(byte & 15)].into());
    }
}
