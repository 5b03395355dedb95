#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

#[cfg(feature = "pages")]
mod around;
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
mod people;
#[cfg(feature = "pages")]
mod words;

#[cfg(feature = "pages")]
pub use around::{Around, encoded};
#[cfg(feature = "pages")]
pub use fields::{FileForm, FormOf, Picks, Refusal, SettingsForm, file_form, pickers_in, pickers_of, settings_form};
#[cfg(feature = "pages")]
pub use parts::{Drawn, draw, left_out, widget};
#[cfg(feature = "pages")]
pub use people::people_in;
#[cfg(feature = "pages")]
pub use words::Words;
