//! What was measured, beside its bound.

use std::fmt;

/// All that one measurement says.
#[derive(Default)]
pub(crate) struct Report(Vec<Row>);

struct Row {
    what: String,
    figure: f64,
    unit: &'static str,
    bound: Option<Bound>,
}

/// What a figure has to keep to.
#[derive(Clone, Copy)]
pub(crate) enum Bound {
    /// Not more.
    AtMost(f64),
    /// Not less.
    AtLeast(f64),
}

impl Report {
    /// Adds a figure that stands for itself.
    pub(crate) fn note(&mut self, what: impl Into<String>, figure: f64, unit: &'static str) {
        self.0.push(Row { what: what.into(), figure, unit, bound: None });
    }

    /// Adds a figure that has to keep to a bound.
    pub(crate) fn check(&mut self, what: impl Into<String>, figure: f64, unit: &'static str, bound: Bound) {
        self.0.push(Row { what: what.into(), figure, unit, bound: Some(bound) });
    }

    /// Whether every bound is kept.
    pub(crate) fn holds(&self) -> bool {
        self.0.iter().all(Row::holds)
    }
}

impl Row {
    fn holds(&self) -> bool {
        match self.bound {
            None => true,
            Some(Bound::AtMost(most)) => self.figure <= most,
            Some(Bound::AtLeast(least)) => self.figure >= least,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.0 {
            let bound = match row.bound {
                None => String::new(),
                Some(Bound::AtMost(most)) => format!("at most {}", to_hundredths(most)),
                Some(Bound::AtLeast(least)) => format!("at least {}", to_hundredths(least)),
            };
            let verdict = match (row.bound, row.holds()) {
                (None, _) => "",
                (_, true) => "ok",
                (_, false) => "MISSED",
            };
            writeln!(f, "{:<58} {:>14.2} {:<6} {bound:<16} {verdict}", row.what, row.figure, row.unit)?;
        }
        Ok(())
    }
}

/// A bound that was worked out is as exact as what it bounds.
fn to_hundredths(bound: f64) -> f64 {
    (bound * 100.0).round() / 100.0
}
