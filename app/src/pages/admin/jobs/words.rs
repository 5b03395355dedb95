//! What states of jobs are called.

use contract::job::JobState;

use super::super::ui::badge::Tone;
use crate::texts::admin::jobs;

pub(super) fn state(state: JobState) -> (Tone, &'static str) {
    match state {
        JobState::Waiting => (Tone::Plain, jobs::waiting()),
        JobState::Running => (Tone::Warn, jobs::running()),
        JobState::Done => (Tone::Good, jobs::done()),
        JobState::Dead => (Tone::Bad, jobs::dead()),
    }
}
