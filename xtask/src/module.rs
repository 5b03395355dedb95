//! WebAssembly modules as files: a header, and sections of an id, a length in LEB128 and a content. A custom section (id 0)
//! begins with its own name.

const HEADER: &[u8; 8] = b"\0asm\x01\0\0\0";

/// A module without the section that names its functions; none where `module` is no module.
pub(crate) fn without_names(module: &[u8]) -> Option<Vec<u8>> {
    let (header, mut rest) = module.split_at_checked(8)?;
    if !header.starts_with(&HEADER[..4]) {
        return None;
    }
    let mut kept = header.to_vec();
    while let Some((&id, after_id)) = rest.split_first() {
        let (size, content) = leb128(after_id)?;
        let (content, next) = content.split_at_checked(size)?;
        let section = &rest[..rest.len() - next.len()];
        let named = leb128(content).and_then(|(length, name)| name.get(..length));
        if id != 0 || named != Some(b"name") {
            kept.extend_from_slice(section);
        }
        rest = next;
    }
    Some(kept)
}

fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0usize;
    for (at, byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[at + 1..]));
        }
    }
    None
}

/// A module of nothing but custom sections, all of one name, one for each of `contents`.
pub(crate) fn of_sections(name: &str, contents: &[Vec<u8>]) -> Vec<u8> {
    let mut module = HEADER.to_vec();
    for content in contents {
        let mut section = Vec::with_capacity(name.len() + content.len() + 2);
        push_leb128(&mut section, name.len());
        section.extend_from_slice(name.as_bytes());
        section.extend_from_slice(content);
        module.push(0);
        push_leb128(&mut module, section.len());
        module.extend_from_slice(&section);
    }
    module
}

fn push_leb128(bytes: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        bytes.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    bytes.push(value.to_le_bytes()[0]);
}

#[cfg(test)]
mod tests {
    use super::{leb128, of_sections, without_names};

    fn section(id: u8, content: &[u8]) -> Vec<u8> {
        let mut bytes = vec![id, u8::try_from(content.len()).unwrap()];
        bytes.extend_from_slice(content);
        bytes
    }

    #[test]
    fn only_the_names_go() {
        let header = b"\0asm\x01\0\0\0".to_vec();
        let types = section(1, &[0]);
        let names = section(0, b"\x04namexyz");
        let producers = section(0, b"\x09producers\0");
        let module = [header.clone(), types.clone(), names, producers.clone()].concat();
        assert_eq!(without_names(&module), Some([header, types, producers].concat()));
    }

    #[test]
    fn what_is_no_module_is_refused() {
        assert_eq!(without_names(b"GIF89a.."), None);
        assert_eq!(without_names(b"\0asm\x01\0\0\0\x01\xff"), None);
        assert_eq!(without_names(b"\0asm\x01\0\0\0\x01\x05ab"), None);
    }

    #[test]
    fn what_is_put_into_sections_is_found_in_them() {
        let (small, large) = (b"ab".to_vec(), vec![7; 300]);
        let module = of_sections("chunk", &[small.clone(), large.clone()]);
        let mut rest = module.strip_prefix(b"\0asm\x01\0\0\0").unwrap();
        for chunk in [small, large] {
            let (size, content) = leb128(rest.strip_prefix(&[0]).unwrap()).unwrap();
            assert_eq!(content[..size], [&b"\x05chunk"[..], &chunk].concat());
            rest = &content[size..];
        }
        assert!(rest.is_empty());
    }
}
