//! The icons that castes are shown by, in words.

use crate::texts::caste as say;

/// The icon of a caste, from the lowest: 0 to 16.
pub(crate) fn caste_name(caste: u8) -> &'static str {
    match caste {
        0 => say::c0(),
        1 => say::c1(),
        2 => say::c2(),
        3 => say::c3(),
        4 => say::c4(),
        5 => say::c5(),
        6 => say::c6(),
        7 => say::c7(),
        8 => say::c8(),
        9 => say::c9(),
        10 => say::c10(),
        11 => say::c11(),
        12 => say::c12(),
        13 => say::c13(),
        14 => say::c14(),
        15 => say::c15(),
        _ => say::c16(),
    }
}
