//! A file with what a plugin kept, taken in from the registry's page.

use base::Actor;
use contract::plugins::{PluginDataHead, PluginDatum, data::MOST_AT_ONCE};
use plugins::{Error, Plugins};

/// Takes it in: whose it was. All of it is looked at before the first of it is written.
pub(crate) async fn take_in(service: &Plugins, actor: &Actor, file: &[u8]) -> Result<String, Error> {
    let wrong = |at: String, what: &str| Error::Invalid(vec![(at, what.to_owned())]);
    let text = std::str::from_utf8(file).map_err(|_| wrong(String::new(), "the file is no text"))?;
    let mut lines = text.lines();
    let head = lines.next().and_then(PluginDataHead::read);
    let head = head.ok_or_else(|| wrong(String::new(), "the file holds no plugin's data"))?;
    let mut data: Vec<PluginDatum> = Vec::new();
    for (n, line) in lines.enumerate() {
        let datum = serde_json::from_str(line);
        // The head is the first line.
        data.push(datum.map_err(|_| wrong(format!("line {}", n + 2), "is nothing a plugin keeps"))?);
    }
    for dry_run in [true, false] {
        for part in data.chunks(MOST_AT_ONCE) {
            service.take_in(actor, &head.plugin, part, dry_run).await?;
        }
    }
    Ok(head.plugin)
}
