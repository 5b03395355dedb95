//! The calls of SQLite that `sqlx` has no words for. All unsafe code of this crate is here, each piece with its reason.

use std::{
    ffi::{CStr, c_char, c_int, c_void},
    ptr,
};

use libsqlite3_sys as sqlite;
use sqlx::sqlite::LockedSqliteHandle;

use crate::rules::{Rules, allow};

/// The longest text, blob and row, in bytes. Few things in SQLite take time with more than its square.
pub(crate) const LONGEST_VALUE: usize = 64 * 1024;
/// The longest text that SQLite reads at once, in bytes: a migration's. A single statement's is looked at before.
pub(crate) const LONGEST_SCRIPT: usize = 1024 * 1024;
/// The most arguments of a statement, `:org` among them.
pub(crate) const MOST_ARGUMENTS: usize = 256;

/// What one connection may do at most: <https://sqlite.org/c3ref/c_limit_attached.html>.
const LIMITS: [(c_int, usize); 11] = [
    (sqlite::SQLITE_LIMIT_LENGTH, LONGEST_VALUE),
    (sqlite::SQLITE_LIMIT_SQL_LENGTH, LONGEST_SCRIPT),
    (sqlite::SQLITE_LIMIT_COLUMN, 128),
    (sqlite::SQLITE_LIMIT_EXPR_DEPTH, 100),
    (sqlite::SQLITE_LIMIT_COMPOUND_SELECT, 64),
    (sqlite::SQLITE_LIMIT_FUNCTION_ARG, 100),
    (sqlite::SQLITE_LIMIT_ATTACHED, 0),
    (sqlite::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 256),
    (sqlite::SQLITE_LIMIT_VARIABLE_NUMBER, MOST_ARGUMENTS),
    (sqlite::SQLITE_LIMIT_TRIGGER_DEPTH, 16),
    (sqlite::SQLITE_LIMIT_WORKER_THREADS, 0),
];

/// Sets the limits of a connection, for as long as it is open.
pub(crate) fn limit(handle: &mut LockedSqliteHandle<'_>) {
    for (which, most) in LIMITS {
        let most = c_int::try_from(most).expect("all are below a MiB");
        #[expect(unsafe_code, reason = "a function of SQLite that sqlx does not offer")]
        // SAFETY: the handle is of an open connection, and while it is locked nobody else uses that. Two numbers go in, one comes out.
        unsafe {
            sqlite::sqlite3_limit(handle.as_raw_handle().as_ptr(), which, most);
        }
    }
}

/// Has every statement from now on judged by the rules, or by none.
pub(crate) fn hold(handle: &mut LockedSqliteHandle<'_>, rules: Option<Rules>) {
    type Judge =
        unsafe extern "C" fn(*mut c_void, c_int, *const c_char, *const c_char, *const c_char, *const c_char) -> c_int;
    let judge: Option<Judge> = match rules {
        None => None,
        Some(Rules::Rows) => Some(judge_rows),
        Some(Rules::Schema) => Some(judge_schema),
    };
    #[expect(unsafe_code, reason = "a function of SQLite that sqlx does not offer")]
    // SAFETY: the handle is of an open connection, and while it is locked nobody else uses that. The judges are functions that are there for
    // as long as the program, and look at nothing but what they are handed: the pointer beside them is never followed.
    unsafe {
        sqlite::sqlite3_set_authorizer(handle.as_raw_handle().as_ptr(), judge, ptr::null_mut());
    }
}

/// How much memory SQLite has taken, over all connections of this program, in bytes.
pub(crate) fn memory_used() -> i64 {
    #[expect(unsafe_code, reason = "a function of SQLite that sqlx does not offer")]
    // SAFETY: it takes nothing, may be called from any thread, and tells a number.
    unsafe {
        sqlite::sqlite3_memory_used()
    }
}

extern "C" fn judge_rows(
    _: *mut c_void,
    action: c_int,
    first: *const c_char,
    second: *const c_char,
    _: *const c_char,
    _: *const c_char,
) -> c_int {
    judge(Rules::Rows, action, first, second)
}

extern "C" fn judge_schema(
    _: *mut c_void,
    action: c_int,
    first: *const c_char,
    second: *const c_char,
    _: *const c_char,
    _: *const c_char,
) -> c_int {
    judge(Rules::Schema, action, first, second)
}

fn judge(rules: Rules, action: c_int, first: *const c_char, second: *const c_char) -> c_int {
    let allowed = match (word(first), word(second)) {
        (Ok(first), Ok(second)) => allow(rules, action, first, second),
        _ => false,
    };
    if allowed { sqlite::SQLITE_OK } else { sqlite::SQLITE_DENY }
}

/// A word of SQLite's; `None`: it said nothing. What is no UTF-8 is no word.
fn word<'a>(text: *const c_char) -> Result<Option<&'a str>, std::str::Utf8Error> {
    if text.is_null() {
        return Ok(None);
    }
    #[expect(unsafe_code, reason = "SQLite tells by pointers what it asks about")]
    // SAFETY: what is not null ends with a zero, and stays as it is until the judge has answered, by SQLite's own promise
    // (<https://sqlite.org/c3ref/set_authorizer.html>); nobody keeps the word for longer.
    let text = unsafe { CStr::from_ptr(text) };
    text.to_str().map(Some)
}
