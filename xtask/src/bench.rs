//! `cargo xtask bench`: measures the release beside its bounds.

use anyhow::Result;

use crate::build::{self, Profile};
use crate::guests;
use crate::postgres;
use crate::progress::Progress;
use crate::workspace::{self, Workspace};

/// Builds site, server and the measurements in release, then runs all of them, or those named in `names`.
pub(crate) fn run(workspace: &Workspace, names: &[String]) -> Result<()> {
    let mut progress = Progress::new(build::STEPS + 1);
    let built = build::everything(workspace, Profile::Release, &mut progress)?;
    let bench = progress.step("Compile the measurements", || {
        build::program(workspace, Profile::Release, "bench", "bench", |_| {})
    })?;
    let mut bench = workspace.command(bench);
    // Alive until the measurements end.
    let wanted = names.is_empty() || names.iter().any(|name| name == "events");
    let database = wanted.then(postgres::start_durable).transpose()?;
    bench.envs(database.iter().map(|database| ("GUILDHALL_TEST_POSTGRES_URL", &database.url)));
    if names.is_empty() || names.iter().any(|name| name == "hooks") {
        bench.env("GUILDHALL_PLUGINS", guests::pack(workspace)?);
    }
    workspace::run(bench.arg(&built.server).arg(&built.site.folder).args(names))
}
