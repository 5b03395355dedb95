//! Values under keys: what a plugin keeps without saying what it is.

use base::Millis;
use plugin_api::call::Fault;

use crate::{
    hand::{Hand, MIB, Refusal, make_room, ours, person},
    powers::{Keep, Kept},
    store::{self, KvRow, NewKv},
};

/// Keys and values, in bytes.
const LONGEST_KEY: usize = 256;
const LARGEST: usize = 64 * 1024;
/// The longest page.
const LONGEST_PAGE: u32 = 100;

/// Whether that can be a key.
pub(crate) fn key(text: &str) -> Result<(), Fault> {
    if text.is_empty() || text.len() > LONGEST_KEY || text.contains('\0') {
        return Err(Fault::invalid("key", format!("has 1 to {LONGEST_KEY} bytes, none of them empty")));
    }
    Ok(())
}

/// Whether a value is small enough.
pub(crate) fn fits(value: &[u8]) -> Result<(), Fault> {
    if value.len() > LARGEST {
        return Err(Fault::invalid("value", format!("has at most {} KiB", LARGEST >> 10)));
    }
    Ok(())
}

/// Puts a value where there is room for it; its version.
pub(crate) async fn put(tx: &mut db::Tx<'_>, new: &NewKv, most: i64, now: Millis) -> Result<i64, Refusal> {
    let before = store::kv_length(tx, &new.plugin, new.organization, &new.key).await?.unwrap_or(0);
    let length = i64::try_from(new.key.chars().count() + new.value.len()).unwrap_or(i64::MAX);
    make_room(tx, &new.plugin, new.organization, "kv", length - before, most).await?;
    let put = store::put_kv(tx, new, now).await?;
    put.ok_or_else(|| Refusal::Fault(Fault::Conflict("another version is kept".into())))
}

/// The first text behind all that begin so; `None`: there is none.
fn behind(prefix: &str) -> Option<String> {
    let mut letters: Vec<char> = prefix.chars().collect();
    while let Some(last) = letters.pop() {
        // The letters between the two halves of the table are none.
        let next = (last as u32 + 1..=char::MAX as u32).find_map(char::from_u32);
        if let Some(next) = next {
            letters.push(next);
            return Some(letters.into_iter().collect());
        }
    }
    None
}

fn kept(row: KvRow) -> Kept {
    Kept { value: row.value, version: row.version }
}

impl Hand {
    /// What lies under a key.
    pub(crate) async fn value(&self, at: String) -> Result<Option<Kept>, Fault> {
        self.granted("kv", self.ask.on.granted.kv.is_some())?;
        key(&at)?;
        let row = store::kv(self.hub.db(), self.id(), self.ask.at, &at, self.hub.now()).await.map_err(ours)?;
        Ok(row.map(kept))
    }

    /// Keeps a value; its version.
    pub(crate) async fn keep_value(&self, at: String, value: Vec<u8>, how: Keep) -> Result<i64, Fault> {
        let quota = self.ask.on.granted.kv;
        self.granted("kv", quota.is_some())?;
        key(&at)?;
        fits(&value)?;
        let most = i64::from(quota.map_or(0, |quota| quota.quota_mib)) * MIB;
        let new = NewKv {
            plugin: self.id().to_owned(),
            organization: self.ask.at,
            key: at,
            value,
            person: person(how.person.as_deref())?,
            expires: how.expires.map(Millis),
            only_if: how.only_if,
        };
        let now = self.hub.now();
        self.hub
            .db()
            .write(move |tx| {
                let new = new.clone();
                Box::pin(async move { put(tx, &new, most, now).await })
            })
            .await
            .map_err(Refusal::told)
    }

    /// Whether there was one.
    pub(crate) async fn drop_value(&self, at: String) -> Result<bool, Fault> {
        self.granted("kv", self.ask.on.granted.kv.is_some())?;
        key(&at)?;
        let (plugin, organization) = (self.id().to_owned(), self.ask.at);
        self.hub
            .db()
            .write(move |tx| {
                let (plugin, at) = (plugin.clone(), at.clone());
                Box::pin(async move {
                    let gone = store::delete_kv(tx, &plugin, organization, &at).await?;
                    if let Some(length) = gone {
                        store::use_bytes(tx, &plugin, organization, "kv", -length, 0).await?;
                    }
                    Ok::<_, db::Error>(gone.is_some())
                })
            })
            .await
            .map_err(ours)
    }

    /// Those whose keys begin so.
    pub(crate) async fn values(
        &self,
        prefix: String,
        after: Option<String>,
        limit: u32,
    ) -> Result<Vec<(String, Kept)>, Fault> {
        self.granted("kv", self.ask.on.granted.kv.is_some())?;
        if prefix.len() > LONGEST_KEY || prefix.contains('\0') {
            return Err(Fault::invalid("prefix", "is longer than a key"));
        }
        let limit = if limit == 0 { LONGEST_PAGE } else { limit.min(LONGEST_PAGE) };
        let after = after.filter(|after| **after >= *prefix);
        let from = after.as_deref().map_or((prefix.as_str(), false), |after| (after, true));
        let to = behind(&prefix);
        let now = self.hub.now();
        let rows = store::kv_list(self.hub.db(), self.id(), self.ask.at, from, to.as_deref(), now, limit)
            .await
            .map_err(ours)?;
        Ok(rows.into_iter().map(|row| (row.key.clone(), kept(row))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_alike_ends_before_the_next() {
        assert_eq!(behind("user/").as_deref(), Some("user0"));
        assert_eq!(behind("a\u{d7ff}").as_deref(), Some("a\u{e000}"));
        assert_eq!(behind("a\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(behind(""), None);
        assert_eq!(behind("\u{10ffff}"), None);
    }
}
