//! What a hook of a guest costs: a check answered by a fresh instance, beside the same answer by a crate of the hub's.

use std::{
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use plugin_api::{
    Manifest,
    call::{Call, Fault, Verdict, Where},
    manifest::Point,
};
use plugins::{
    Answer, Ctx, Plugin, Powers,
    engine::{self, Limits, fake::Fake},
    package,
};
use serde_json::{Map, Value};

use crate::{
    Failure,
    report::{Bound, Report},
};

/// Calls that are measured, after as many that are not.
const CALLS: usize = 20_000;

/// Measures with the package of the name filter, which cargo xtask has built.
pub(crate) async fn measure(packages: &Path, report: &mut Report) -> Result<(), Failure> {
    let file = packages.join("name-filter.tar.gz");
    let bytes = fs::read(&file)
        .map_err(|error| format!("{} can't be read: {error}; use `cargo xtask bench`", file.display()))?;
    let package = package::read(&bytes).map_err(|wrong| format!("{wrong:?}"))?;
    let (manifest, wasm) = (package.manifest.clone(), package.wasm);
    let began = Instant::now();
    let made = engine::maker(Limits::default()).make(&manifest, &wasm).map_err(|wrong| wrong.join("; "))?;
    report.note("compiling a guest, once", began.elapsed().as_secs_f64() * 1000.0, "ms");
    let native: Arc<dyn Plugin> = Arc::new(Native { manifest: manifest.clone() });
    let powers: Arc<dyn Powers> = Arc::new(Fake::new(manifest, 0));
    let ours = calls(&native, &powers).await?;
    let theirs = calls(&made, &powers).await?;
    let p = |took: &[Duration], part: usize| took[took.len() * part / 100].as_secs_f64() * 1e6;
    report.note("a hook of the hub's own, p50", p(&ours, 50), "µs");
    report.note("a hook of a guest, p50", p(&theirs, 50), "µs");
    report.note("a hook of a guest, p99", p(&theirs, 99), "µs");
    report.check("  above the hub's own at p50", p(&theirs, 50) - p(&ours, 50), "µs", Bound::AtMost(50.0));
    report.check("  above the hub's own at p99", p(&theirs, 99) - p(&ours, 99), "µs", Bound::AtMost(200.0));
    Ok(())
}

/// How long each call took, shortest first.
async fn calls(plugin: &Arc<dyn Plugin>, powers: &Arc<dyn Powers>) -> Result<Vec<Duration>, Failure> {
    let draft = Map::from_iter([("name".to_owned(), Value::from("Olga the Brave"))]);
    let mut took = Vec::with_capacity(CALLS);
    for n in 0..CALLS * 2 {
        let call =
            Call { at: Where::Organization("1".into()), caller: None, trace: "bench".into(), deadline: i64::MAX };
        let (ctx, draft) = (Ctx { call, powers: Arc::clone(powers) }, draft.clone());
        let began = Instant::now();
        let verdict = plugin.check(ctx, Point::Character, draft).await?;
        if n >= CALLS {
            took.push(began.elapsed());
        }
        if verdict != Verdict::Allow {
            return Err("an ordinary name was refused".into());
        }
    }
    took.sort_unstable();
    Ok(took)
}

/// The same question, answered by a crate: the settings, the name, the words.
struct Native {
    manifest: Manifest,
}

impl Plugin for Native {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn check(&self, ctx: Ctx, _: Point, draft: Map<String, Value>) -> Answer<'_, Verdict> {
        Box::pin(async move {
            let settings = ctx.powers.config();
            let name = draft.get("name").and_then(Value::as_str).unwrap_or_default().to_lowercase();
            let words = settings["words"].as_array().ok_or_else(|| Fault::Internal("there are no words".into()))?;
            let is_held = words.iter().filter_map(Value::as_str).any(|word| name.contains(word));
            Ok(if is_held { Verdict::Refuse("No.".into()) } else { Verdict::Allow })
        })
    }
}
