//! What a stranger's statement may do. SQLite asks while it reads one, before any of it runs.

use libsqlite3_sys as sqlite;

/// Which rules hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rules {
    /// Rows are read and changed.
    Rows,
    /// Tables, indexes, views and triggers are made and dropped as well.
    Schema,
}

/// Functions that reach beyond what they are given: other code, the program's log. All others compute.
const FORBIDDEN: [&str; 3] = ["load_extension", "fts3_tokenizer", "sqlite_log"];

/// What only tells how tables are made, and may name one.
const TELLING: [&str; 7] =
    ["table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list"];

/// What tells a number, and would set it if it were given one.
const COUNTING: [&str; 4] = ["page_count", "page_size", "freelist_count", "max_page_count"];

/// Whether one step of a statement is allowed. What is not named here is not: attaching files, making tables of other programs' kinds,
/// beginning and ending transactions, and whatever later versions of SQLite will think of.
/// `first` and `second` say what it is about, by the action: <https://sqlite.org/c3ref/c_alter_table.html>.
pub(crate) fn allow(rules: Rules, action: i32, first: Option<&str>, second: Option<&str>) -> bool {
    match action {
        sqlite::SQLITE_SELECT
        | sqlite::SQLITE_READ
        | sqlite::SQLITE_RECURSIVE
        | sqlite::SQLITE_INSERT
        | sqlite::SQLITE_UPDATE
        | sqlite::SQLITE_DELETE => true,
        sqlite::SQLITE_FUNCTION => {
            second.is_some_and(|name| !FORBIDDEN.iter().any(|forbidden| forbidden.eq_ignore_ascii_case(name)))
        }
        sqlite::SQLITE_PRAGMA => {
            let is_one_of =
                |names: &[&str]| first.is_some_and(|name| names.iter().any(|known| known.eq_ignore_ascii_case(name)));
            is_one_of(&TELLING) || (second.is_none() && is_one_of(&COUNTING))
        }
        sqlite::SQLITE_CREATE_TABLE
        | sqlite::SQLITE_CREATE_INDEX
        | sqlite::SQLITE_CREATE_VIEW
        | sqlite::SQLITE_CREATE_TRIGGER
        | sqlite::SQLITE_DROP_TABLE
        | sqlite::SQLITE_DROP_INDEX
        | sqlite::SQLITE_DROP_VIEW
        | sqlite::SQLITE_DROP_TRIGGER
        | sqlite::SQLITE_ALTER_TABLE
        | sqlite::SQLITE_REINDEX
        | sqlite::SQLITE_ANALYZE => rules == Rules::Schema,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_is_refused() {
        // SQLite's codes go to 33 in 3.51; whatever comes after them is refused until somebody has looked at it.
        let rows: Vec<i32> = (-1..100).filter(|action| allow(Rules::Rows, *action, None, Some("upper"))).collect();
        assert_eq!(
            rows,
            [
                sqlite::SQLITE_DELETE,
                sqlite::SQLITE_INSERT,
                sqlite::SQLITE_READ,
                sqlite::SQLITE_SELECT,
                sqlite::SQLITE_UPDATE,
                sqlite::SQLITE_FUNCTION,
                sqlite::SQLITE_RECURSIVE
            ]
        );
        for never in [
            sqlite::SQLITE_ATTACH,
            sqlite::SQLITE_DETACH,
            sqlite::SQLITE_TRANSACTION,
            sqlite::SQLITE_SAVEPOINT,
            sqlite::SQLITE_CREATE_VTABLE,
            sqlite::SQLITE_DROP_VTABLE,
            sqlite::SQLITE_CREATE_TEMP_TABLE,
            sqlite::SQLITE_CREATE_TEMP_TRIGGER,
        ] {
            assert!(!allow(Rules::Schema, never, None, None), "{never}");
        }
    }

    #[test]
    fn of_pragmas_only_those_that_tell() {
        let pragma = |name, value| allow(Rules::Schema, sqlite::SQLITE_PRAGMA, Some(name), value);
        assert!(pragma("table_info", Some("seeds")) && pragma("TABLE_LIST", None) && pragma("page_count", None));
        for (name, value) in [
            ("max_page_count", Some("1000000")),
            ("page_size", Some("65536")),
            ("writable_schema", Some("on")),
            ("user_version", None),
            ("user_version", Some("9")),
            ("journal_mode", Some("off")),
            ("temp_store_directory", Some("/tmp")),
            ("database_list", None),
        ] {
            assert!(!pragma(name, value), "{name} {value:?}");
        }
    }

    #[test]
    fn functions_that_reach_beyond_are_refused() {
        let function = |name| allow(Rules::Schema, sqlite::SQLITE_FUNCTION, None, Some(name));
        assert!(function("count") && function("json_extract"));
        assert!(!function("load_extension") && !function("LOAD_EXTENSION") && !function("fts3_tokenizer"));
        assert!(!allow(Rules::Schema, sqlite::SQLITE_FUNCTION, None, None), "one without a name");
    }
}
