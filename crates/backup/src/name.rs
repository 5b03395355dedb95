//! What a backup is called: who asked for it, and when it was made.

use base::{Millis, Utc};

const DAY_SECS: i64 = 24 * 60 * 60;

/// Who asked for a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// The hub itself, at its time. These are thinned out by and by.
    Scheduled,
    /// Somebody. These stay until somebody removes them.
    Asked,
}

/// The name of a backup among the hub's own. Nothing else is a name, so none leads out of their folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// When it was made.
    pub made_at: Millis,
    /// Who asked for it.
    pub occasion: Occasion,
    /// Whether it is encrypted.
    pub encrypted: bool,
}

impl Name {
    /// The file's name: `guildhall-asked-20261121T152200.123Z.tar`.
    pub fn file(&self) -> String {
        let occasion = match self.occasion {
            Occasion::Scheduled => "scheduled",
            Occasion::Asked => "asked",
        };
        let Utc { year, month, day, hour, minute, second } = self.made_at.into();
        let millis = self.made_at.0.rem_euclid(1000);
        let end = if self.encrypted { "tar.age" } else { "tar" };
        format!("guildhall-{occasion}-{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}.{millis:03}Z.{end}")
    }

    /// The opposite; `None` for any other name.
    pub fn parse(file: &str) -> Option<Self> {
        let rest = file.strip_prefix("guildhall-")?;
        let (occasion, rest) = rest.split_once('-')?;
        let (at, end) = rest.split_once("Z.")?;
        let number = |range: std::ops::Range<usize>| at.get(range)?.parse::<i64>().ok();
        let days = days(number(0..4)?, number(4..6)?, number(6..8)?);
        let secs = days * DAY_SECS + number(9..11)? * 3600 + number(11..13)? * 60 + number(13..15)?;
        let occasion = match occasion {
            "scheduled" => Occasion::Scheduled,
            "asked" => Occasion::Asked,
            _ => return None,
        };
        let name = Self { made_at: Millis(secs * 1000 + number(16..19)?), occasion, encrypted: end == "tar.age" };
        // One spelling each.
        (name.file() == file).then_some(name)
    }
}

/// The days from 1970-01-01 to a date, counted as [`Utc`] counts them.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let from_march = (month + 9).rem_euclid(12);
    let day_of_year = (153 * from_march + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_when_and_comes_back() {
        let name = Name { made_at: Millis(1_763_689_799_007), occasion: Occasion::Asked, encrypted: false };
        assert_eq!(name.file(), "guildhall-asked-20251121T014959.007Z.tar");
        for days in (-1_000..40_000).step_by(17) {
            let name = Name {
                made_at: Millis(days * 86_400_000 + 86_399_999),
                occasion: Occasion::Scheduled,
                encrypted: true,
            };
            assert_eq!(Name::parse(&name.file()), Some(name));
        }
    }

    #[test]
    fn nothing_else_is_a_name() {
        for bad in [
            "",
            "guildhall.db",
            "../guildhall-asked-20251121T014959.007Z.tar",
            "guildhall-asked-20251121T014959.007Z.tar/../x",
            "guildhall-asked-20251199T014959.007Z.tar",
            "guildhall-asked-20251121T0149é9.007Z.tar",
            "guildhall-other-20251121T014959.007Z.tar",
            "guildhall-asked-20251121T014959.007Z.tar.gz",
            "guildhall-asked-20251121T014959.007Z.tar.partial",
        ] {
            assert_eq!(Name::parse(bad), None, "{bad}");
        }
    }
}
