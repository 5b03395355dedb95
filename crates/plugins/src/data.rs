//! What plugins keep, taken away and brought back by those who run the hub: to another hub, to another database, or from before.
//!
//! Organizations travel by their addresses and people by their names, since numbers say nothing elsewhere.

use std::collections::{BTreeSet, HashMap};

use audit::Entry;
use base::{Action, Actor, Millis, OrgId, UserId};
use base64ct::{Base64, Encoding as _};
use contract::plugins::{
    PluginDataHead, PluginDataTaken, PluginDatum, PluginDocument, PluginValue, data::MOST_AT_ONCE,
};
use plugin_api::{call::Fault, manifest::Collection};
use serde_json::{Value, json};

use crate::{
    Error, Plugins, Unknown,
    hand::{MIB, Refusal},
    shelves,
    snapshot::Installed,
    store::{self, NewDocument, NewKv, Shelf, WholeDocument, WholeKv},
    values,
};

/// A part is no longer than that, in bytes, but for its last thing.
const LARGEST_PART: usize = 1024 * 1024;
/// The same, in things.
const LONGEST_PART: u32 = 200;

/// A place among what a plugin keeps: values before documents, each by its number.
pub type DataPlace = (bool, i64);

/// Something on its way in.
#[derive(Clone)]
enum Incoming {
    Value(NewKv),
    Document(NewDocument, Millis, Millis),
}

/// Who is meant by the names in what comes in.
struct Known {
    organizations: HashMap<String, OrgId>,
    people: HashMap<String, UserId>,
}

fn elsewhere(Unknown(error): Unknown) -> Error {
    Error::Elsewhere(error)
}

impl Plugins {
    /// A part of what a plugin keeps, after a place, and where it goes on. At most so many things, and fewer where they are long.
    pub async fn data(
        &self,
        actor: &Actor,
        id: &str,
        after: Option<DataPlace>,
        at_most: u32,
    ) -> Result<(Vec<PluginDatum>, Option<DataPlace>), Error> {
        actor.may(Action::ManagePlugins)?;
        store::plugin(self.db(), id).await?.ok_or(Error::NotFound)?;
        if after.is_none() {
            self.write_entry(actor, Entry::new("plugin.data_taken_away", "plugin", id)).await?;
        }
        self.part(id, after.unwrap_or_default(), at_most.clamp(1, LONGEST_PART)).await
    }

    async fn part(
        &self,
        id: &str,
        (documents, after): DataPlace,
        at_most: u32,
    ) -> Result<(Vec<PluginDatum>, Option<DataPlace>), Error> {
        let (mut found, mut long) = (Vec::new(), 0);
        let mut names = Names::default();
        if !documents {
            // One more than asked for tells whether there is a next part.
            let rows = store::kv_of_plugin(self.db(), id, after, self.now(), at_most + 1).await?;
            let mut last = after;
            for row in rows {
                if found.len() >= at_most as usize || long >= LARGEST_PART {
                    return Ok((found, Some((false, last))));
                }
                (last, long) = (row.id, long + row.value.len());
                found.push(self.told_value(row, &mut names).await?);
            }
        }
        let mut last = if documents { after } else { 0 };
        let left = at_most + 1 - u32::try_from(found.len()).unwrap_or(at_most);
        for row in store::documents_of_plugin(self.db(), id, last, left).await? {
            if found.len() >= at_most as usize || long >= LARGEST_PART {
                return Ok((found, Some((true, last))));
            }
            (last, long) = (row.id, long + row.body_json.len());
            found.push(self.told_document(row, &mut names).await?);
        }
        Ok((found, None))
    }

    async fn told_value(&self, row: WholeKv, names: &mut Names) -> Result<PluginDatum, Error> {
        let plain = |text: &str| text.chars().all(|letter| !letter.is_control() || "\n\t".contains(letter));
        let (text, base64) = match String::from_utf8(row.value) {
            Ok(text) if plain(&text) => (Some(text), None),
            Ok(text) => (None, Some(Base64::encode_string(text.as_bytes()))),
            Err(error) => (None, Some(Base64::encode_string(error.as_bytes()))),
        };
        Ok(PluginDatum {
            organization: self.address_of(row.organization_id, names).await?,
            person: self.name_of(row.person_id, names).await?,
            value: Some(PluginValue { key: row.key, text, base64, expires_at: row.expires_at.map(Millis) }),
            document: None,
        })
    }

    async fn told_document(&self, row: WholeDocument, names: &mut Names) -> Result<PluginDatum, Error> {
        Ok(PluginDatum {
            organization: self.address_of(row.organization_id, names).await?,
            person: self.name_of(row.person_id, names).await?,
            value: None,
            document: Some(PluginDocument {
                collection: row.collection,
                id: row.name,
                json: row.body_json,
                created_at: Millis(row.created_at),
                updated_at: Millis(row.updated_at),
            }),
        })
    }

    async fn address_of(&self, org: Option<i64>, names: &mut Names) -> Result<Option<String>, Error> {
        let Some(org) = org.map(OrgId::from) else { return Ok(None) };
        if let Some(known) = names.organizations.get(&org) {
            return Ok(Some(known.clone()));
        }
        let address = self.0.parts.neighbours.address_of(org).await.map_err(elsewhere)?;
        // Whatever becomes of it meanwhile: a number is nobody's address.
        let address = address.unwrap_or_else(|| org.to_string());
        names.organizations.insert(org, address.clone());
        Ok(Some(address))
    }

    async fn name_of(&self, person: Option<i64>, names: &mut Names) -> Result<Option<String>, Error> {
        let Some(person) = person.map(UserId::from) else { return Ok(None) };
        if let Some(known) = names.people.get(&person) {
            return Ok(known.clone());
        }
        let name = self.0.parts.neighbours.names(&[person]).await.map_err(elsewhere)?.remove(&person);
        names.people.insert(person, name.clone());
        Ok(name)
    }

    /// What the first line of a file with what a plugin keeps says.
    pub async fn data_head(&self, actor: &Actor, id: &str) -> Result<PluginDataHead, Error> {
        actor.may(Action::ManagePlugins)?;
        let row = store::plugin(self.db(), id).await?.ok_or(Error::NotFound)?;
        Ok(PluginDataHead::new(row.id, row.version))
    }

    /// Takes in what a plugin kept elsewhere, or here before: all of it or nothing, and everything that is wrong at once. What has the same
    /// key or name is replaced, everything else stays; where there is no room it is refused.
    pub async fn take_in(
        &self,
        actor: &Actor,
        id: &str,
        data: &[PluginDatum],
        dry_run: bool,
    ) -> Result<PluginDataTaken, Error> {
        actor.may(Action::ManagePlugins)?;
        let picture = self.snapshot();
        let plugin = picture.find(id).ok_or(Error::NotFound)?;
        if data.is_empty() || data.len() > MOST_AT_ONCE {
            return Err(Error::wrong("data", format!("has 1 to {MOST_AT_ONCE} things")));
        }
        let known = self.known(data).await?;
        let (mut ready, mut wrong) = (Vec::new(), Vec::new());
        for (n, datum) in data.iter().enumerate() {
            match incoming(plugin, datum, &known) {
                Ok(one) => ready.push(one),
                Err(Fault::Invalid(faults)) => {
                    wrong.extend(faults.into_iter().map(|(at, what)| (format!("data.{n}.{at}"), what)));
                }
                Err(other) => return Err(other.into()),
            }
        }
        if !wrong.is_empty() {
            return Err(Error::Invalid(wrong));
        }
        let values = ready.iter().filter(|one| matches!(one, Incoming::Value(_))).count();
        let taken = PluginDataTaken { values: values as u64, documents: (ready.len() - values) as u64 };
        if dry_run {
            return Ok(taken);
        }
        let mib = |quota: Option<u32>| i64::from(quota.unwrap_or(0)) * MIB;
        let most_values = mib(plugin.granted.kv.map(|quota| quota.quota_mib));
        let most_documents = mib(plugin.granted.documents.as_ref().map(|documents| documents.quota_mib));
        let (now, acting, id) = (self.now(), actor.clone(), id.to_owned());
        self.db()
            .write(move |tx| {
                let (acting, id, ready) = (acting.clone(), id.clone(), ready.clone());
                Box::pin(async move {
                    // Held, so that it can't be removed meanwhile.
                    store::hold_plugin(tx, &id).await?;
                    for one in &ready {
                        match one {
                            Incoming::Value(new) => {
                                values::put(tx, new, most_values, now).await?;
                            }
                            Incoming::Document(new, created, updated) => {
                                let row = shelves::put(tx, new, most_documents, now).await?;
                                store::date_document(tx, row.id, *created, *updated).await?;
                            }
                        }
                    }
                    let said = json!({ "values": taken.values, "documents": taken.documents });
                    let entry = Entry::new("plugin.data_taken_in", "plugin", &id).changing((), said);
                    Ok(audit::record(tx, now, &acting, &entry).await?)
                })
            })
            .await
            .map_err(|refusal: Refusal| match refusal.told() {
                Fault::Conflict(full) => Error::wrong("data", full),
                other => other.into(),
            })?;
        Ok(taken)
    }

    async fn write_entry(&self, actor: &Actor, entry: Entry) -> Result<(), Error> {
        let (now, acting) = (self.now(), actor.clone());
        self.db()
            .write(move |tx| {
                let (acting, entry) = (acting.clone(), entry.clone());
                Box::pin(async move { Ok(audit::record(tx, now, &acting, &entry).await?) })
            })
            .await
    }

    /// Who is meant by the names in it. Who is unknown is not among them.
    async fn known(&self, data: &[PluginDatum]) -> Result<Known, Error> {
        let neighbours = &self.0.parts.neighbours;
        let mut known = Known { organizations: HashMap::new(), people: HashMap::new() };
        let addresses: BTreeSet<&String> = data.iter().filter_map(|datum| datum.organization.as_ref()).collect();
        for address in addresses {
            if let Some(org) = neighbours.organization_at(address).await.map_err(elsewhere)? {
                known.organizations.insert(address.clone(), org);
            }
        }
        let names: BTreeSet<&String> = data.iter().filter_map(|datum| datum.person.as_ref()).collect();
        for name in names {
            if let Some(person) = neighbours.person_called(name).await.map_err(elsewhere)? {
                known.people.insert(name.clone(), person);
            }
        }
        Ok(known)
    }
}

/// What things in a part are called, looked up once.
#[derive(Default)]
struct Names {
    organizations: HashMap<OrgId, String>,
    people: HashMap<UserId, Option<String>>,
}

/// A thing as it is kept, by the rules that hold when the plugin itself keeps it.
fn incoming(plugin: &Installed, datum: &PluginDatum, known: &Known) -> Result<Incoming, Fault> {
    let organization = match &datum.organization {
        Some(address) => {
            let org = known.organizations.get(address).copied();
            Some(org.ok_or_else(|| Fault::invalid("organization", format!("there is none at `{address}`")))?)
        }
        None => None,
    };
    let person = match &datum.person {
        Some(name) => {
            let person = known.people.get(name).copied();
            Some(person.ok_or_else(|| Fault::invalid("person", format!("nobody is called `{name}`")))?)
        }
        None => None,
    };
    match (&datum.value, &datum.document) {
        (Some(value), None) => {
            if plugin.granted.kv.is_none() {
                return Err(Fault::invalid("value", "it was not granted `kv`"));
            }
            values::key(&value.key)?;
            let bytes = match (&value.text, &value.base64) {
                (Some(text), None) => text.clone().into_bytes(),
                (None, Some(code)) => {
                    Base64::decode_vec(code).map_err(|_| Fault::invalid("value.base64", "is no base64"))?
                }
                _ => return Err(Fault::invalid("value", "is either text or base64")),
            };
            values::fits(&bytes)?;
            Ok(Incoming::Value(NewKv {
                plugin: plugin.id().to_string(),
                organization,
                key: value.key.clone(),
                value: bytes,
                person,
                expires: value.expires_at,
                only_if: None,
            }))
        }
        (None, Some(document)) => {
            let collections = plugin.granted.documents.as_ref().map(|granted| granted.collections.as_slice());
            let collections: &[Collection] =
                collections.ok_or_else(|| Fault::invalid("document", "it was not granted `documents`"))?;
            let known = collections.iter().find(|known| known.name == document.collection);
            let known = known.ok_or_else(|| Fault::invalid("document.collection", "is none of its manifest's"))?;
            let shelf =
                Shelf { plugin: plugin.id().to_string(), organization, collection: document.collection.clone() };
            let body: Value =
                serde_json::from_str(&document.json).map_err(|_| Fault::invalid("document.json", "is no JSON"))?;
            let new = shelves::document(shelf, known, document.id.clone(), &body, person)?;
            Ok(Incoming::Document(new, document.created_at, document.updated_at))
        }
        _ => Err(Fault::invalid("", "is either a value or a document")),
    }
}
