//! What a plugin keeps, and whom it calls.

/// Values under keys. Capability `kv`.
pub mod kv {
    use serde::{Serialize, de::DeserializeOwned};

    use crate::{Fault, Keep, Kept, bindings::guildhall::plugin::kv, translate};

    /// The bytes under a key.
    pub fn bytes(key: &str) -> Result<Option<Kept>, Fault> {
        Ok(kv::get(key).map_err(translate::fault)?.map(translate::kept))
    }

    /// The value under a key, read into whatever it fits.
    pub fn get<T: DeserializeOwned>(key: &str) -> Result<Option<T>, Fault> {
        Ok(versioned(key)?.map(|(value, _)| value))
    }

    /// The value under a key, and its version.
    pub fn versioned<T: DeserializeOwned>(key: &str) -> Result<Option<(T, i64)>, Fault> {
        bytes(key)?.map(|kept| Ok((read(&kept.value)?, kept.version))).transpose()
    }

    /// Keeps a value under a key, for good; its new version.
    pub fn put(key: &str, value: &impl Serialize) -> Result<i64, Fault> {
        put_with(key, value, Keep::default())
    }

    /// Keeps a value under a key: until when, about whom, in place of which version.
    pub fn put_with(key: &str, value: &impl Serialize, how: Keep) -> Result<i64, Fault> {
        let value = serde_json::to_vec(value).map_err(|error| Fault::Internal(error.to_string()))?;
        kv::put(key, &value, &translate::keep(how)).map_err(translate::fault)
    }

    /// Changes a value, and tries again where somebody else has changed it meanwhile: `change` may be asked more than once.
    pub fn change<T: DeserializeOwned + Default + Serialize>(
        key: &str,
        person: Option<&str>,
        mut change: impl FnMut(&mut T),
    ) -> Result<T, Fault> {
        const TRIES: u32 = 8;
        for _ in 0..TRIES {
            let (mut value, version) = versioned(key)?.unwrap_or_default();
            change(&mut value);
            let how = Keep { person: person.map(str::to_owned), only_if: Some(version), ..Keep::default() };
            match put_with(key, &value, how) {
                Ok(_) => return Ok(value),
                Err(Fault::Conflict(_)) => {}
                Err(fault) => return Err(fault),
            }
        }
        Err(Fault::Busy(1))
    }

    /// Whether there was one.
    pub fn delete(key: &str) -> Result<bool, Fault> {
        kv::delete(key).map_err(translate::fault)
    }

    /// Those whose keys begin so, by key, all of them: a hundred at a time.
    pub fn all<T: DeserializeOwned>(prefix: &str) -> Result<Vec<(String, T)>, Fault> {
        const AT_ONCE: u32 = 100;
        let mut all = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let some = kv::scan(prefix, after.as_deref(), AT_ONCE).map_err(translate::fault)?;
            let is_last = some.len() < AT_ONCE as usize;
            after = some.last().map(|(key, _)| key.clone());
            for (key, kept) in some {
                all.push((key, read(&kept.value)?));
            }
            if is_last {
                return Ok(all);
            }
        }
    }

    fn read<T: DeserializeOwned>(value: &[u8]) -> Result<T, Fault> {
        serde_json::from_slice(value).map_err(|error| Fault::Internal(error.to_string()))
    }
}

/// JSON objects in collections. Capability `documents`.
pub mod documents {
    use serde_json::Value;

    use crate::{Document, Fault, Find, Found, KeepDocument, bindings::guildhall::plugin::documents, translate};

    /// One of them.
    pub fn get(collection: &str, id: &str) -> Result<Option<Document>, Fault> {
        documents::get(collection, id).map_err(translate::fault)?.map(translate::document).transpose()
    }

    /// Keeps one, under an id of the hub's where none is given.
    pub fn put(collection: &str, id: Option<&str>, body: &Value, how: KeepDocument) -> Result<Document, Fault> {
        let how = translate::keep_document(how);
        documents::put(collection, id, &body.to_string(), &how).map_err(translate::fault).and_then(translate::document)
    }

    /// Whether there was one.
    pub fn delete(collection: &str, id: &str) -> Result<bool, Fault> {
        documents::delete(collection, id).map_err(translate::fault)
    }

    /// Those that say what is looked for.
    pub fn find(collection: &str, wanted: &Find) -> Result<Found, Fault> {
        let wanted = serde_json::to_string(wanted).map_err(|error| Fault::Internal(error.to_string()))?;
        let found = documents::find(collection, &wanted).map_err(translate::fault)?;
        let documents = found.documents.into_iter().map(translate::document).collect::<Result<_, _>>()?;
        Ok(Found { documents, next: found.next })
    }
}

/// The plugin's own database, for all organizations together; `:org` in a statement is the one of the call. Its tables are made by the package's
/// migrations. Capability `sql`.
pub mod sql {
    use serde_json::{Map, Value};

    use crate::{Fault, bindings::guildhall::plugin::sql, translate};

    /// The rows that a statement answers with: 1,000 at most.
    pub fn query(text: &str, args: &[Value]) -> Result<Vec<Map<String, Value>>, Fault> {
        sql::query(text, &Value::from(args).to_string())
            .map_err(translate::fault)
            .and_then(|rows| translate::json(&rows))
    }

    /// How many rows a statement changes.
    pub fn execute(text: &str, args: &[Value]) -> Result<u64, Fault> {
        sql::execute(text, &Value::from(args).to_string()).map_err(translate::fault)
    }
}

/// Calls to elsewhere. Capability `http`.
pub mod http {
    use serde::Serialize;

    use crate::{Fault, Outgoing, Response, bindings::guildhall::plugin::http, translate};

    /// Sends a request.
    pub fn send(request: Outgoing) -> Result<Response, Fault> {
        http::send(&translate::outgoing(request)).map(translate::response).map_err(translate::fault)
    }

    /// Fetches an address.
    pub fn get(url: &str) -> Result<Response, Fault> {
        send(Outgoing { method: "GET".into(), url: url.into(), ..Outgoing::default() })
    }

    /// Posts JSON to an address.
    pub fn post_json(url: &str, body: &impl Serialize) -> Result<Response, Fault> {
        let body = serde_json::to_vec(body).map_err(|error| Fault::Internal(error.to_string()))?;
        let headers = vec![("content-type".into(), "application/json".into())];
        send(Outgoing { method: "POST".into(), url: url.into(), headers, body, ..Outgoing::default() })
    }
}
