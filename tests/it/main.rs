//! Stories through real doors.
