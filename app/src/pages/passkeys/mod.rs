//! Passkeys: one's own, and the button that uses one. All of it needs script, as passkeys do; what does not, works without.

pub(crate) mod api;
mod button;
mod card;
mod device;

pub(crate) use button::{PasskeyButton, Place};
pub(crate) use card::PasskeyCard;
