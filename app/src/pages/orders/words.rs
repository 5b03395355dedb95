//! What is said of orders, in the reader's language.

use contract::orders::{Admission, Division, Rank, Tincture};

use crate::texts::orders as say;

pub(super) fn rank(of: Rank) -> &'static str {
    match of {
        Rank::Leader => say::leader(),
        Rank::Officer => say::officer(),
        Rank::Member => say::member(),
    }
}

pub(super) fn admission(of: Admission) -> &'static str {
    match of {
        Admission::Open => say::open(),
        Admission::Request => say::by_request(),
        Admission::Invitation => say::by_invitation(),
    }
}

pub(super) fn division(of: Division) -> &'static str {
    match of {
        Division::Plain => say::plain(),
        Division::Pale => say::pale(),
        Division::Fess => say::fess(),
        Division::Bend => say::bend(),
        Division::Chevron => say::chevron(),
        Division::Cross => say::cross(),
        Division::Saltire => say::saltire(),
        Division::Quarterly => say::quarterly(),
    }
}

pub(super) fn tincture(of: Tincture) -> &'static str {
    match of {
        Tincture::Gold => say::gold(),
        Tincture::Silver => say::silver(),
        Tincture::Red => say::red(),
        Tincture::Blue => say::blue(),
        Tincture::Green => say::green(),
        Tincture::Purple => say::purple(),
        Tincture::Black => say::black(),
        Tincture::Orange => say::orange(),
    }
}
