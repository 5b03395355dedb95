//! Lists, a page at a time.

use axum::{
    Json,
    extract::Request,
    http::{HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use contract::api::Page;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error as _},
};
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, RefOr,
        path::{Parameter, ParameterIn},
        schema::{Schema, Type},
    },
};

/// Longer than any place in a list.
const LONGEST: usize = 400;
/// How much of a list is given where nobody says how much.
const USUAL: u32 = 50;
/// The most that is given.
const MOST: u32 = 200;

/// What a cursor that looks like one and is none of ours is refused with.
pub(super) const UNKNOWN_CURSOR: &str = "the cursor is none that this list gave out";

/// A place in a list, opaque to whoever keeps it: what a service needs to go on from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor<T>(pub(crate) T);

impl<T: Serialize> Cursor<T> {
    /// As it travels.
    fn text(&self) -> String {
        serde_json::to_vec(&self.0).map(|json| Base64UrlUnpadded::encode_string(&json)).unwrap_or_default()
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Cursor<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.is_empty() || text.len() > LONGEST || !text.bytes().all(is_of_a_cursor) {
            return Err(D::Error::custom("cursor is 1 to 400 letters, digits, hyphens and underscores"));
        }
        let unknown = || D::Error::custom(UNKNOWN_CURSOR);
        let json = Base64UrlUnpadded::decode_vec(&text).map_err(|_| unknown())?;
        serde_json::from_slice(&json).map(Self).map_err(|_| unknown())
    }
}

fn is_of_a_cursor(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

// What a generic type is composed of is asked for here; the place stays opaque.
impl<T> utoipa::__dev::ComposeSchema for Cursor<T> {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("`next` of the page before."))
            .pattern(Some(format!("^[A-Za-z0-9_-]{{1,{LONGEST}}}$")))
            .into()
    }
}

impl<T> ToSchema for Cursor<T> {}

/// How much of a list: 50 where nobody says, 200 at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit(pub(crate) u32);

impl Default for Limit {
    fn default() -> Self {
        Self(USUAL)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let limit = u32::deserialize(deserializer)?;
        if (1..=MOST).contains(&limit) { Ok(Self(limit)) } else { Err(D::Error::custom("limit is 1 to 200")) }
    }
}

impl PartialSchema for Limit {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .description(Some("The most items to give."))
            .minimum(Some(1))
            .maximum(Some(MOST))
            .default(Some(USUAL.into()))
            .into()
    }
}

impl ToSchema for Limit {}

/// Which part of a list: all that most lists are asked with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, bound = "T: DeserializeOwned")]
pub(crate) struct Onward<T> {
    cursor: Option<Cursor<T>>,
    #[serde(default)]
    limit: Limit,
}

/// The same in the document, where all cursors look alike.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its fields' names and types are of use")]
struct OnwardInDocument {
    #[param(inline)]
    cursor: Option<Cursor<i64>>,
    #[param(inline, required = false)]
    limit: Limit,
}

impl<T> IntoParams for Onward<T> {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        OnwardInDocument::into_params(place)
    }
}

impl<T> Onward<T> {
    /// Where to go on, and how much to give.
    pub(crate) fn parts(self) -> (Option<T>, u32) {
        (self.cursor.map(|Cursor(place)| place), self.limit.0)
    }
}

/// Which part of a list by name: of all that is in it, or of those whose names hold what is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ByName {
    /// Part of a name.
    #[serde(default)]
    #[param(max_length = 100, required = false)]
    search: String,
    #[param(inline)]
    cursor: Option<Cursor<String>>,
    #[serde(default)]
    #[param(inline, required = false)]
    limit: Limit,
}

impl ByName {
    /// What is looked for, where to go on, and how much to give.
    pub(crate) fn parts(self) -> (String, Option<String>, u32) {
        (self.search, self.cursor.map(|Cursor(place)| place), self.limit.0)
    }
}

/// A page as an answer; its `Link` leads to the next one.
#[derive(Debug)]
pub(crate) struct Listing<T>(Page<T>);

impl<T> Listing<T> {
    /// The page of these items; the list goes on after `next`, where there is one.
    pub(crate) fn new<C: Serialize>(items: Vec<T>, next: Option<C>) -> Self {
        Self(Page { items, next: next.map(|place| Cursor(place).text()) })
    }
}

/// Where the list goes on, for [`link`].
#[derive(Clone)]
struct GoesOn(String);

impl<T: Serialize> IntoResponse for Listing<T> {
    fn into_response(self) -> Response {
        let next = self.0.next.clone();
        let mut response = Json(self.0).into_response();
        if let Some(next) = next {
            response.extensions_mut().insert(GoesOn(next));
        }
        response
    }
}

/// The layer that says where a list goes on: the address that was asked, with another cursor.
pub(super) async fn link(request: Request, next: Next) -> Response {
    let (path, query) = (request.uri().path().to_owned(), request.uri().query().unwrap_or_default().to_owned());
    let mut response = next.run(request).await;
    let Some(GoesOn(cursor)) = response.extensions_mut().remove() else { return response };
    let mut kept = String::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor=")) {
        kept.push_str(pair);
        kept.push('&');
    }
    if let Ok(link) = HeaderValue::from_str(&format!("<{path}?{kept}cursor={cursor}>; rel=\"next\"")) {
        response.headers_mut().insert(header::LINK, link);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let text = Cursor((7_i64, "Zoë")).text();
        let back: Cursor<(i64, String)> = serde_json::from_value(text.into()).unwrap();
        assert_eq!(back.0, (7, "Zoë".to_owned()));
        for bad in ["", "!", "e30", "bm90IGpzb24", &"A".repeat(401)] {
            assert!(serde_json::from_value::<Cursor<i64>>(bad.into()).is_err(), "{bad}");
        }
    }
}
