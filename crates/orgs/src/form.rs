//! A form's wrong fields, gathered so that all of them can be named at once.

use contract::{Code, Field, FieldProblem};

use crate::error::Error;

/// The fields found wrong so far, in the form's order.
#[derive(Default)]
pub(crate) struct Wrong(Vec<FieldProblem>);

impl Wrong {
    /// The value of a field, or a note of what is wrong with it.
    pub(crate) fn check<T>(&mut self, field: Field, parsed: Result<T, Code>) -> Option<T> {
        parsed.map_err(|code| self.0.push(FieldProblem { field, code })).ok()
    }

    /// All of them, if there are any.
    pub(crate) fn finish(self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Fields(self.0)) }
    }
}
