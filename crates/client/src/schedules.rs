//! What is done at its time.

use base::ScheduleId;
use contract::{
    api::Page,
    schedule::{AskedFor, Schedule, ScheduleRun, When},
};

use crate::{Onward, operation::operations};

operations! {
    /// What is done at its time, in the order in which it was first planned.
    GET "/schedules" list_schedules() ? Onward => Page<Schedule>;
    /// One of them, with its next times.
    GET "/schedules/{schedule}" schedule(schedule: ScheduleId) => Schedule;
    /// Chooses another time.
    PUT "/schedules/{schedule}/when" choose_time(schedule: ScheduleId) = When => Schedule;
    /// Has it done when its owner would have it done.
    DELETE "/schedules/{schedule}/when" reset_time(schedule: ScheduleId) => Schedule;
    /// Leaves it undone until it is resumed.
    POST "/schedules/{schedule}/pause" pause_schedule(schedule: ScheduleId) => Schedule;
    /// Has it done again at its times.
    POST "/schedules/{schedule}/resume" resume_schedule(schedule: ScheduleId) => Schedule;
    /// Has it done at once.
    POST "/schedules/{schedule}/run" run_schedule(schedule: ScheduleId) => AskedFor;
    /// When it was done, newest first.
    GET "/schedules/{schedule}/runs" list_schedule_runs(schedule: ScheduleId) ? Onward => Page<ScheduleRun>;
}
