//! What those who run the hub decide.

use contract::{
    api::Page,
    settings::{Choice, Held},
};

use crate::operation::operations;

operations! {
    /// Every setting as it stands.
    GET "/settings" list_settings() => Page<Held>;
    /// One setting as it stands.
    GET "/settings/{key}" setting(key: &str) => Held;
    /// Chooses.
    PUT "/settings/{key}" choose_setting(key: &str) = Choice => Held;
    /// Puts a setting back to its default.
    DELETE "/settings/{key}" reset_setting(key: &str) => Held;
}
