#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod chart;
#[cfg(feature = "pages")]
mod fields;
#[cfg(feature = "pages")]
mod html;
#[cfg(feature = "pages")]
mod markdown;
#[cfg(feature = "pages")]
mod parts;
#[cfg(feature = "pages")]
mod words;

#[cfg(feature = "pages")]
pub use fields::{FileForm, FormOf, Refusal, SettingsForm, file_form, settings_form};
#[cfg(feature = "pages")]
pub use parts::{Around, Drawn, draw, left_out, people_in, widget};
#[cfg(feature = "pages")]
pub use words::Words;
