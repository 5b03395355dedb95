//! Somebody's picture: their own, or one drawn from their name.

use contract::people::Card;
use leptos::prelude::*;

/// How many colours a drawn picture can have; each is a class of its own.
const TONES: u32 = 8;

/// The picture. It says nothing that the name beside it does not, so screen readers pass over it.
#[component]
pub(crate) fn Portrait(
    /// Whose.
    card: Card,
    /// Whether it is the large one of their own page.
    #[prop(default = false)]
    large: bool,
) -> impl IntoView {
    let class = if large { "portrait large" } else { "portrait" };
    let (pixels, side) = if large { (256, "128") } else { (96, "48") };
    if let Some(key) = &card.avatar {
        let address = format!("/avatars/{key}/{pixels}.png");
        return view! { <img class=class src=address alt="" width=side height=side loading="lazy" decoding="async"/> }
            .into_any();
    }
    view! {
        <svg class=format!("{class} tone-{}", tone(&card.name)) viewBox="0 0 48 48" width=side height=side aria-hidden="true">
            <rect width="48" height="48"/>
            <text x="24" y="31" text-anchor="middle">{initials(&card.name)}</text>
        </svg>
    }
    .into_any()
}

/// The first letters of the first two words, or of one.
fn initials(name: &str) -> String {
    let mut words = name.split([' ', '.', '_', '-']).filter_map(|word| word.chars().next());
    let letters: String = words.by_ref().take(2).collect();
    letters.to_uppercase()
}

/// Always the same for a name (FNV-1a).
fn tone(name: &str) -> u32 {
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash % TONES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_initials_and_a_tone_of_its_own() {
        for (name, letters) in [("Olga", "O"), ("João da Silva", "JD"), ("x_y", "XY"), ("éric", "É")] {
            assert_eq!(initials(name), letters);
            assert!(tone(name) < TONES);
        }
        assert_ne!(tone("Olga"), tone("Igor"));
    }
}
