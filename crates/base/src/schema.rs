//! How these words look in the API's document.

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        KnownFormat, ObjectBuilder, RefOr, SchemaFormat,
        schema::{Schema, Type},
    },
};

use crate::{Grants, Millis, Role, permission::Area};

/// The largest whole number that every JSON reader keeps exactly: 2^53 - 1.
const LARGEST: i64 = 9_007_199_254_740_991;

/// Any id.
pub(crate) fn id() -> RefOr<Schema> {
    whole_number(1).into()
}

/// The id of a game.
pub(crate) fn game() -> RefOr<Schema> {
    whole_number(-LARGEST).into()
}

fn whole_number(least: i64) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        .minimum(Some(least))
        .maximum(Some(LARGEST))
}

impl PartialSchema for Millis {
    fn schema() -> RefOr<Schema> {
        whole_number(0).description(Some("Milliseconds since 1970-01-01T00:00:00Z.")).into()
    }
}

impl ToSchema for Millis {}

impl PartialSchema for Role {
    fn schema() -> RefOr<Schema> {
        let words = Self::ALL.map(Self::word);
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
    }
}

impl ToSchema for Role {}

impl PartialSchema for Grants {
    fn schema() -> RefOr<Schema> {
        let areas = Area::ALL.map(Area::word).join("|");
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("What a token may be used for: words with a space between. Writing includes reading."))
            .pattern(Some(format!("^({areas}):(read|write)( ({areas}):(read|write)){{0,11}}$")))
            .examples(["account:read people:write"])
            .into()
    }
}

impl ToSchema for Grants {}
