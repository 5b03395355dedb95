//! The inputs that are changed: the bytes of every vector of the fixture file.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::dialect::Dialect;
use crate::frame::{HEADER_BYTES, Header};

const FIXTURE: &str = include_str!("../../../../tests/fixtures/metaserver/vectors.json");

/// Bodies by dialect and packet number, and whole streams.
pub struct Corpus {
    bodies: BTreeMap<(Dialect, i16), Vec<Vec<u8>>>,
    wholes: Vec<Vec<u8>>,
}

impl Corpus {
    /// The fixture file as it was when this was compiled.
    pub fn compiled_in() -> Self {
        let file: Value = serde_json::from_str(FIXTURE).expect("the fixture is JSON");
        let mut corpus = Self { bodies: BTreeMap::new(), wholes: Vec::new() };
        for vector in file.as_array().expect("the fixture is a list") {
            let bytes = unhex(vector["hex"].as_str().unwrap_or_default());
            corpus.add(vector["dialect"].as_str().unwrap_or_default(), &bytes);
            corpus.wholes.push(bytes);
        }
        corpus
    }

    fn add(&mut self, dialect: &str, bytes: &[u8]) {
        let Some((&header, body)) = bytes.split_first_chunk::<HEADER_BYTES>() else {
            return;
        };
        let Ok(header) = Header::parse(header, usize::MAX) else {
            return;
        };
        for (name, key) in [("myth2", Dialect::Myth2), ("alephone", Dialect::AlephOne)] {
            if dialect == name || dialect == "both" {
                let bodies = self.bodies.entry((key, header.kind)).or_default();
                bodies.push(body.to_vec());
            }
        }
    }

    /// The bodies of a packet number; those of the other dialect where this one's vectors have
    /// none, since most layouts are shared.
    pub fn bodies(&self, dialect: Dialect, number: i16) -> &[Vec<u8>] {
        self.bodies
            .get(&(dialect, number))
            .or_else(|| self.bodies.get(&(Dialect::Myth2, number)))
            .map_or(&[], Vec::as_slice)
    }

    /// Every vector's bytes.
    pub fn wholes(&self) -> &[Vec<u8>] {
        &self.wholes
    }
}

fn unhex(text: &str) -> Vec<u8> {
    text.as_bytes().chunks(2).filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
