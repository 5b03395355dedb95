//! Several reports of one game made into its result: plain values in, plain values out.

use crate::{
    outcome::{Fate, Participant},
    record::Report,
};

/// How far the reports agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Agreement {
    /// There is only one.
    Alone,
    /// All say the same.
    Agreed,
    /// They don't.
    Disputed,
}

impl Agreement {
    /// The word stored in the database.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Alone => "alone",
            Self::Agreed => "agreed",
            Self::Disputed => "disputed",
        }
    }

    /// As many reports, of which so many say something else than the result.
    const fn of(reports: usize, others: usize) -> Self {
        match (reports, others) {
            (0 | 1, _) => Self::Alone,
            (_, 0) => Self::Agreed,
            _ => Self::Disputed,
        }
    }
}

/// The result.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reconciled<'a> {
    /// The report that is the result.
    pub(crate) chosen: &'a Report,
    /// For each report, in the order given, whether it says the same.
    pub(crate) agrees: Vec<bool>,
    pub(crate) agreement: Agreement,
}

/// Who fared how, whatever seats and team numbers a client gave them. Figures are left out: each client counts its own.
type Verdict<'a> = Vec<(&'a Participant, Option<i32>, Fate)>;

fn verdict(report: &Report) -> Verdict<'_> {
    let players = report.outcome.players.iter();
    let mut verdict: Verdict<'_> = players.map(|placed| (&placed.who, placed.place, placed.fate)).collect();
    verdict.sort_unstable();
    verdict
}

/// What most reports say is the result; among as many, what the host says, and where the host says nothing, what was said first. Of
/// those that say the same the host's is taken, or the first: reports are given in the order in which they came.
pub(crate) fn reconcile(reports: &[Report]) -> Option<Reconciled<'_>> {
    let verdicts: Vec<Verdict<'_>> = reports.iter().map(verdict).collect();
    let weight = |index: usize| {
        let same = |other: &usize| verdicts[*other] == verdicts[index];
        let votes = (0..reports.len()).filter(same).count();
        let hosts = (0..reports.len()).filter(same).any(|other| reports[other].host);
        (votes, hosts, reports[index].host)
    };
    // The first of the heaviest: `max_by_key` alone would take the last.
    let chosen = (0..reports.len()).rev().max_by_key(|&index| weight(index))?;
    let agrees: Vec<bool> = verdicts.iter().map(|other| *other == verdicts[chosen]).collect();
    let others = agrees.iter().filter(|agrees| !**agrees).count();
    Some(Reconciled { chosen: &reports[chosen], agreement: Agreement::of(reports.len(), others), agrees })
}

/// For each report whether it says the same as the one chosen.
pub(crate) fn agreeing(reports: &[Report], chosen: &Report) -> Vec<bool> {
    let chosen = verdict(chosen);
    reports.iter().map(|report| verdict(report) == chosen).collect()
}

#[cfg(test)]
mod tests {
    use base::UserId;
    use contract::lobby::PlayerNumber;

    use super::*;
    use crate::outcome::{Outcome, Placed};

    /// A report by `reporter`, in which they come in this order; the second of the pair is what a client may count as it likes.
    fn report(reporter: u32, host: bool, order: &[(i64, i32)]) -> Report {
        let players = order
            .iter()
            .enumerate()
            .map(|(seat, &(user, killed))| Placed {
                seat,
                who: Participant { user: Some(UserId::from(user)), name: format!("p{user}") },
                team: i16::try_from(seat).ok(),
                place: i32::try_from(seat + 1).ok(),
                fate: if seat == 0 { Fate::Win } else { Fate::Loss },
                host: false,
                captain: true,
                dropped: false,
                units_killed: killed,
                units_lost: 0,
                damage_given: 0,
                damage_taken: 0,
            })
            .collect();
        Report {
            reporter: PlayerNumber(reporter),
            user: None,
            name: String::new(),
            host,
            outcome: Outcome { end_code: 0, played_ms: 1, players },
        }
    }

    /// Who reported what is the result, who agrees, how far all do.
    fn told(reports: &[Report]) -> Option<(u32, Vec<bool>, Agreement)> {
        reconcile(reports).map(|result| (result.chosen.reporter.0, result.agrees, result.agreement))
    }

    #[test]
    fn one_report_stands_alone_and_none_is_no_result() {
        assert_eq!(told(&[]), None);
        assert_eq!(told(&[report(7, false, &[(1, 0), (2, 0)])]), Some((7, vec![true], Agreement::Alone)));
    }

    #[test]
    fn the_hosts_figures_stand_where_all_agree() {
        let reports = [
            report(2, false, &[(1, 5), (2, 5)]),
            report(1, true, &[(1, 9), (2, 9)]),
            report(3, false, &[(1, 0), (2, 0)]),
        ];
        assert_eq!(told(&reports), Some((1, vec![true; 3], Agreement::Agreed)));
    }

    #[test]
    fn most_are_believed_against_the_host() {
        let reports = [
            report(1, true, &[(1, 0), (2, 0)]),
            report(2, false, &[(2, 0), (1, 0)]),
            report(3, false, &[(2, 1), (1, 1)]),
        ];
        assert_eq!(told(&reports), Some((2, vec![false, true, true], Agreement::Disputed)));
    }

    #[test]
    fn among_as_many_the_host_is_believed_and_without_a_host_who_spoke_first() {
        let (one, two) = (report(2, false, &[(2, 0), (1, 0)]), report(1, true, &[(1, 0), (2, 0)]));
        assert_eq!(told(&[one.clone(), two]), Some((1, vec![false, true], Agreement::Disputed)));
        let two = report(3, false, &[(1, 0), (2, 0)]);
        assert_eq!(told(&[one, two]), Some((2, vec![true, false], Agreement::Disputed)));
    }
}
