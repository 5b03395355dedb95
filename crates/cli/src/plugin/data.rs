//! What a plugin keeps, written to a file and read from one.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufRead as _, BufReader, BufWriter, Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use clap::Args;
use client::{Client, Every};
use contract::plugins::{
    ImportPluginData, PluginDataHead, PluginDataTaken, PluginDatum,
    data::{MOST_AT_ONCE, line},
};

use crate::terminal::{Done, Terminal};

/// So much is sent at once, in bytes, but for the last thing.
const LARGEST: usize = 1024 * 1024;
/// No line of the file is longer: what a plugin keeps in one piece has 64 KiB.
const LONGEST_LINE: u64 = 1024 * 1024;

/// What to write, and where.
#[derive(Args)]
pub struct Exporting {
    /// Its id.
    plugin: String,
    /// Into which file, which is only yours to read. One that is there is not overwritten.
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

/// What to read, and for whom.
#[derive(Args)]
pub struct Importing {
    /// Its id.
    plugin: String,
    /// A file that `export-data` has written.
    file: PathBuf,
    /// Only say whether all of it would be taken in, and how much it is.
    #[arg(long)]
    dry_run: bool,
}

pub(super) async fn export(hub: &Client, terminal: &mut Terminal<'_>, exporting: Exporting) -> Done {
    let Exporting { plugin, output } = exporting;
    let about = hub.plugin(&plugin).await?.plugin.about;
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&output);
    let file = file.map_err(|error| format!("{} can't be written: {error}", output.display()))?;
    let written = write(hub, &plugin, &about.version, file).await;
    if written.is_err() {
        // Half a file looks like a whole one.
        std::fs::remove_file(&output)?;
    }
    let PluginDataTaken { values, documents } = written?;
    terminal.say(format_args!("Wrote {values} values and {documents} documents of {plugin} to {}.", output.display()))
}

async fn write(hub: &Client, plugin: &str, version: &str, file: File) -> Done<PluginDataTaken> {
    let mut file = BufWriter::new(file);
    file.write_all(line(&PluginDataHead::new(plugin, version))?.as_bytes())?;
    let mut count = PluginDataTaken::default();
    let mut data = Every::of(async |part| hub.list_plugin_data(plugin, &part).await);
    while let Some(datum) = data.next().await? {
        count_in(&mut count, &datum);
        file.write_all(line(&datum)?.as_bytes())?;
    }
    file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    Ok(count)
}

const fn count_in(count: &mut PluginDataTaken, datum: &PluginDatum) {
    if datum.value.is_some() { count.values += 1 } else { count.documents += 1 }
}

pub(super) async fn import(hub: &Client, terminal: &mut Terminal<'_>, importing: Importing) -> Done {
    let Importing { plugin, file, dry_run } = importing;
    let mut lines = Lines::open(&file)?;
    let head = lines.next()?.and_then(|first| PluginDataHead::read(&first));
    let head = head.ok_or_else(|| format!("{} holds no plugin's data", file.display()))?;
    if head.plugin != plugin {
        return Err(format!("{} holds what {} kept", file.display(), head.plugin).into());
    }
    let mut taken = PluginDataTaken::default();
    loop {
        let data = lines.some()?;
        if data.is_empty() {
            break;
        }
        let part = hub.import_plugin_data(&plugin, &ImportPluginData { data, dry_run }).await?;
        taken.values += part.values;
        taken.documents += part.documents;
    }
    let PluginDataTaken { values, documents } = taken;
    let does = if dry_run { "Would take in" } else { "Took in" };
    terminal.say(format_args!("{does} {values} values and {documents} documents for {plugin}."))
}

/// The lines of a file, as many at once as are sent together.
struct Lines {
    file: BufReader<File>,
    name: String,
    number: usize,
}

impl Lines {
    fn open(path: &Path) -> Done<Self> {
        let name = path.display().to_string();
        let file = File::open(path).map_err(|error| format!("{name} can't be read: {error}"))?;
        Ok(Self { file: BufReader::new(file), name, number: 0 })
    }

    fn next(&mut self) -> Done<Option<String>> {
        let mut line = String::new();
        self.number += 1;
        let length = (&mut self.file)
            .take(LONGEST_LINE)
            .read_line(&mut line)
            .map_err(|error| format!("{}, line {}: {error}", self.name, self.number))?;
        if length as u64 == LONGEST_LINE {
            return Err(format!("{}, line {}: longer than anything a plugin keeps", self.name, self.number).into());
        }
        Ok((length > 0).then_some(line))
    }

    fn some(&mut self) -> Done<Vec<PluginDatum>> {
        let (mut data, mut long) = (Vec::new(), 0);
        while data.len() < MOST_AT_ONCE && long < LARGEST {
            let Some(line) = self.next()? else { break };
            let datum =
                serde_json::from_str(&line).map_err(|error| format!("{}, line {}: {error}", self.name, self.number))?;
            long += line.len();
            data.push(datum);
        }
        Ok(data)
    }
}
