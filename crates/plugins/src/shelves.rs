//! Documents: what a plugin keeps in collections, and finds again by what it says.

use base::{ChanceExt as _, Millis, UserId};
use plugin_api::{call::Fault, manifest::Collection};
use serde_json::{Map, Value};

use crate::{
    hand::{Hand, MIB, Refusal, make_room, ours, person},
    powers::{Document, Find, Found, KeepDocument},
    store::{self, DocumentRow, Indexed, MOST_EQUALS, NewDocument, Shelf, Wanted},
};

/// A document's body, in bytes of JSON, and its id.
const LARGEST: usize = 64 * 1024;
const LONGEST_ID: usize = 128;
const LONGEST_PAGE: u32 = 100;
/// What is found by a text is found by so much of it, in bytes.
const LONGEST_INDEXED: usize = 256;

impl Hand {
    /// The collection, where there is one of that name among those that were granted.
    fn shelf(&self, collection: &str) -> Result<(Shelf, &Collection, i64), Fault> {
        let granted = self.ask.on.granted.documents.as_ref();
        self.granted("documents", granted.is_some())?;
        let known = granted.and_then(|granted| granted.collections.iter().find(|known| known.name == collection));
        let known = known.ok_or_else(|| Fault::invalid("collection", "is none of its manifest's"))?;
        let quota = i64::from(granted.map_or(0, |granted| granted.quota_mib)) * MIB;
        let shelf = Shelf {
            plugin: self.id().to_owned(),
            organization: self.organization(),
            collection: collection.to_owned(),
        };
        Ok((shelf, known, quota))
    }

    pub(crate) async fn look_up(&self, collection: String, id: String) -> Result<Option<Document>, Fault> {
        let (shelf, ..) = self.shelf(&collection)?;
        named(&id)?;
        let row = store::document(self.hub.db(), &shelf, &id).await.map_err(ours)?;
        row.map(told).transpose()
    }

    pub(crate) async fn keep(
        &self,
        collection: String,
        id: Option<String>,
        body: Value,
        how: KeepDocument,
    ) -> Result<Document, Fault> {
        let (shelf, known, most) = self.shelf(&collection)?;
        let name = id.unwrap_or_else(|| hex::encode(self.hub.0.parts.chance.bytes::<16>()));
        let person = person(how.person.as_deref())?;
        let new = NewDocument { only_if: how.only_if, ..document(shelf, known, name, &body, person)? };
        let now = self.hub.now();
        let row = self
            .hub
            .db()
            .write(move |tx| {
                let new = new.clone();
                Box::pin(async move { put(tx, &new, most, now).await })
            })
            .await
            .map_err(Refusal::told)?;
        told(row)
    }

    pub(crate) async fn let_go(&self, collection: String, id: String) -> Result<bool, Fault> {
        let (shelf, ..) = self.shelf(&collection)?;
        named(&id)?;
        self.hub
            .db()
            .write(move |tx| {
                let (shelf, id) = (shelf.clone(), id.clone());
                Box::pin(async move {
                    let gone = store::delete_document(tx, &shelf, &id).await?;
                    if let Some(length) = gone {
                        store::use_bytes(tx, &shelf.plugin, shelf.organization, "documents", -length, 0).await?;
                    }
                    Ok::<_, db::Error>(gone.is_some())
                })
            })
            .await
            .map_err(ours)
    }

    pub(crate) async fn search(&self, collection: String, find: Find) -> Result<Found, Fault> {
        let (shelf, known, _) = self.shelf(&collection)?;
        let is_indexed = |field: &str| {
            let known = known.indexes.iter().any(|index| index == field);
            if known { Ok(()) } else { Err(Fault::invalid(field, "is none of the collection's indexes")) }
        };
        if find.equals.len() > MOST_EQUALS {
            return Err(Fault::invalid("equals", format!("has at most {MOST_EQUALS} fields")));
        }
        let mut wanted = Wanted { order: find.order.clone(), descending: find.descending, ..Wanted::default() };
        for (field, value) in &find.equals {
            is_indexed(field)?;
            let Some(entry) = entry(field, value) else {
                return Err(Fault::invalid(field, "has to be a text, a number or a flag"));
            };
            wanted.equals.push(entry);
        }
        if let Some(order) = &find.order {
            is_indexed(order)?;
            let bound = |value: &Option<Value>, name: &str| match value {
                None => Ok(None),
                Some(value) => entry(order, value)
                    .map(Some)
                    .ok_or_else(|| Fault::invalid(name, "has to be a text, a number or a flag")),
            };
            (wanted.from, wanted.to) = (bound(&find.from, "from")?, bound(&find.to, "to")?);
        } else if find.from.is_some() || find.to.is_some() {
            return Err(Fault::invalid("order", "has to be given with `from` and `to`"));
        }
        if let Some(after) = &find.after {
            let (text, number, name): (Option<String>, Option<u64>, String) =
                serde_json::from_str(after).map_err(|_| Fault::invalid("after", "is no place in this list"))?;
            let place = (text, number.map(f64::from_bits), name);
            if place.0.iter().chain([&place.2]).any(|text| text.contains('\0')) {
                return Err(Fault::invalid("after", "is no place in this list"));
            }
            wanted.after = Some(place);
        }
        let limit = if find.limit == 0 { LONGEST_PAGE } else { find.limit.min(LONGEST_PAGE) };
        // One more than asked for tells whether there is a next page.
        wanted.limit = limit + 1;
        let mut rows = store::find_documents(self.hub.db(), &shelf, &wanted).await.map_err(ours)?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| more).map(|last| {
            serde_json::json!((&last.sort_text, last.sort_number.map(f64::to_bits), &last.name)).to_string()
        });
        let documents = rows.into_iter().map(|row| {
            told(DocumentRow {
                id: row.id,
                name: row.name,
                body_json: row.body_json,
                version: row.version,
                person_id: row.person_id,
                created_at: row.created_at,
                updated_at: row.updated_at,
            })
        });
        Ok(Found { documents: documents.collect::<Result<_, _>>()?, next })
    }
}

/// A document as it is put on its shelf, found by what the collection says.
pub(crate) fn document(
    shelf: Shelf,
    known: &Collection,
    name: String,
    body: &Value,
    person: Option<UserId>,
) -> Result<NewDocument, Fault> {
    named(&name)?;
    let Value::Object(fields) = body else { return Err(Fault::invalid("body", "has to be an object")) };
    let text = body.to_string();
    if text.len() > LARGEST {
        return Err(Fault::invalid("body", format!("has at most {} KiB", LARGEST >> 10)));
    }
    Ok(NewDocument { index: index(fields, &known.indexes), shelf, name, body: text, person, only_if: None })
}

/// Puts a document where there is room for it.
pub(crate) async fn put(
    tx: &mut db::Tx<'_>,
    new: &NewDocument,
    most: i64,
    now: Millis,
) -> Result<DocumentRow, Refusal> {
    let before = store::document(&mut *tx, &new.shelf, &new.name).await?;
    let length = |text: &str| i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let change = length(&new.body) - before.map_or(0, |before| length(&before.body_json));
    make_room(tx, &new.shelf.plugin, new.shelf.organization, "documents", change, most).await?;
    let row = store::put_document(tx, new, now).await?;
    row.ok_or_else(|| Refusal::Fault(Fault::Conflict("another version is kept".into())))
}

fn named(id: &str) -> Result<(), Fault> {
    if id.is_empty() || id.len() > LONGEST_ID || id.contains('\0') {
        return Err(Fault::invalid("id", format!("has 1 to {LONGEST_ID} bytes")));
    }
    Ok(())
}

/// What the document is found by: what it says in those of its fields.
fn index(fields: &Map<String, Value>, indexes: &[String]) -> Vec<Indexed> {
    indexes.iter().filter_map(|field| entry(field, fields.get(field)?)).collect()
}

/// Texts are compared as texts, everything else as numbers; a flag is 0 or 1.
fn entry(field: &str, value: &Value) -> Option<Indexed> {
    let (text, number) = match value {
        Value::String(text) => {
            let mut end = LONGEST_INDEXED.min(text.len());
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            let text = &text[..end];
            (Some(text.to_owned()).filter(|text| !text.contains('\0')), None)
        }
        Value::Number(number) => (None, number.as_f64()),
        Value::Bool(flag) => (None, Some(f64::from(u8::from(*flag)))),
        _ => (None, None),
    };
    (text.is_some() || number.is_some()).then(|| Indexed { field: field.to_owned(), text, number })
}

fn told(row: DocumentRow) -> Result<Document, Fault> {
    Ok(Document {
        id: row.name,
        body: serde_json::from_str(&row.body_json).map_err(ours)?,
        version: row.version,
        person: row.person_id.map(|person| person.to_string()),
        created: row.created_at,
        updated: row.updated_at,
    })
}
