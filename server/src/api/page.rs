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
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, RefOr,
        schema::{Schema, Type},
    },
};

/// Longer than any place in a list.
const LONGEST: usize = 400;
/// How much of a list is given where nobody says how much.
const USUAL: u32 = 50;
/// The most that is given.
const MOST: u32 = 200;

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
        let unknown = || D::Error::custom("the cursor is none that this list gave out");
        if text.len() > LONGEST {
            return Err(unknown());
        }
        let json = Base64UrlUnpadded::decode_vec(&text).map_err(|_| unknown())?;
        serde_json::from_slice(&json).map(Self).map_err(|_| unknown())
    }
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
