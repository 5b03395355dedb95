//! `cargo xtask bench`: measures the release beside its bounds.

use anyhow::Result;

use crate::build::{self, Profile};
use crate::guests;
use crate::nats;
use crate::postgres;
use crate::progress::Progress;
use crate::workspace::{self, Workspace};

/// Builds site, server and the measurements in release, then runs all of them, or those named in `names`.
pub(crate) fn run(workspace: &Workspace, names: &[String]) -> Result<()> {
    let mut progress = Progress::new(build::STEPS + 1);
    let built = build::everything(workspace, Profile::Release, &mut progress)?;
    let bench = progress
        .step("Compile the measurements", || build::program(workspace, Profile::Release, "bench", "bench", |_| {}))?;
    let mut bench = workspace.command(bench);
    // Alive until the measurements end.
    let wanted = |these: &[&str]| names.is_empty() || names.iter().any(|name| these.contains(&name.as_str()));
    let database = wanted(&["events", "nodes"]).then(postgres::start_durable).transpose()?;
    let nats = wanted(&["nodes"]).then(nats::start).transpose()?;
    bench.envs(nats.iter().map(|nats| ("GUILDHALL_TEST_NATS_URL", &nats.url)));
    bench.envs(database.iter().map(|database| ("GUILDHALL_TEST_POSTGRES_URL", &database.url)));
    if wanted(&["hooks", "pages"]) {
        bench.env("GUILDHALL_PLUGINS", guests::pack_by(workspace, &built.server)?);
    }
    workspace::run(bench.arg(&built.server).arg(&built.site.folder).args(names))
}
