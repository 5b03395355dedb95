//! A value of the configuration that is read and never written out again.

use std::fmt;

use base::Secret;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

/// A password as the configuration gives it. Shown, it is a row of dots, whatever shows it.
#[derive(Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Hidden(String);

impl Hidden {
    /// Takes the value in.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value, for whoever needs it.
    pub fn secret(&self) -> Secret {
        Secret::new(self.0.clone())
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

impl Serialize for Hidden {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str("•••")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_shows_nothing() {
        let hidden = Hidden::new("p4ss");
        assert!(!format!("{hidden:?}").contains("p4ss"));
        assert!(!serde_json::to_string(&hidden).unwrap().contains("p4ss"));
        assert_eq!(hidden.secret().expose(), "p4ss");
    }
}
