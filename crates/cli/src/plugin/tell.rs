//! Plugins in words.

use contract::plugins::{
    LimitPlugin, OrganizationPlugin, OrganizationPluginDetail, ParkedEvent, Plugin, PluginDetail, PluginKeeps,
    PluginLine, PluginPower, PluginSources, PluginState, PluginSwitch, PluginWebhook, StagedPlugin, SwitchState,
};

use crate::terminal::{Done, Terminal, day_and_hour, perhaps, plain};

pub(super) fn plugins(terminal: &mut Terminal<'_>, all: &[Plugin]) -> Done {
    let rows: Vec<_> = all
        .iter()
        .map(|plugin| {
            let state = match plugin.state {
                PluginState::Installed => plugin.health.word(),
                state => state.word(),
            };
            [
                plugin.about.id.clone(),
                plugin.about.version.clone(),
                state.to_owned(),
                plugin.switch.state.word().to_owned(),
                plugin.organizations.to_string(),
                plugin.calls.calls.to_string(),
                plugin.calls.failures.to_string(),
                plugin.staged.clone().unwrap_or_else(|| "-".into()),
                plain(&plugin.about.name),
            ]
        })
        .collect();
    let heads = ["id", "version", "state", "hub", "organizations", "calls", "failures", "waits", "name"];
    terminal.table(heads, &rows, "There are no plugins.")
}

pub(super) fn in_organization(terminal: &mut Terminal<'_>, all: &[OrganizationPlugin]) -> Done {
    let rows: Vec<_> = all
        .iter()
        .map(|plugin| {
            let (health, switch) = (plugin.health.word().to_owned(), plugin.switch.state.word().to_owned());
            [plugin.about.id.clone(), plugin.about.version.clone(), health, switch, plain(&plugin.about.name)]
        })
        .collect();
    terminal.table(["id", "version", "state", "switch", "name"], &rows, "There are no plugins for it.")
}

fn powers(terminal: &mut Terminal<'_>, powers: &[PluginPower]) -> Done {
    for power in powers {
        let detail = if power.detail.is_empty() { String::new() } else { format!(" ({})", power.detail.join(", ")) };
        let granted = if power.granted { "granted" } else { "not granted" };
        let new = if power.wider { ", new" } else { "" };
        terminal.say(format_args!("  {}{}: {granted}{new}", power.power, plain(&detail)))?;
    }
    Ok(())
}

pub(super) fn staged(terminal: &mut Terminal<'_>, staged: &StagedPlugin) -> Done {
    terminal.say(format_args!("{} {} waits to be approved.", staged.id, staged.version))?;
    terminal.say(format_args!("SHA-256: {}", staged.sha256))?;
    terminal.say(format_args!("Signed with: {}", staged.signer.as_deref().unwrap_or("nothing")))?;
    if staged.other_signer {
        terminal.say("It is not signed with the key that signed the versions before it.")?;
    }
    if let Some(runs) = &staged.runs {
        terminal.say(format_args!("Version {runs} runs."))?;
    }
    terminal.say(if staged.powers.is_empty() { "It asks for nothing." } else { "It asks for:" })?;
    powers(terminal, &staged.powers)
}

/// How it is, in a line.
pub(super) fn health(terminal: &mut Terminal<'_>, detail: &PluginDetail) -> Done {
    let plugin = &detail.plugin;
    let why = plugin.why.as_deref().map(|why| format!(": {}", plain(why))).unwrap_or_default();
    terminal.say(format_args!("{} is {}{why}", plugin.about.id, plugin.health.word()))
}

/// Which version runs, in a line.
pub(super) fn runs(terminal: &mut Terminal<'_>, detail: &PluginDetail) -> Done {
    let plugin = &detail.plugin;
    terminal.say(format_args!("{} runs in version {}.", plugin.about.id, plugin.about.version))
}

pub(super) fn switch(terminal: &mut Terminal<'_>, plugin: &str, org: Option<&str>, switch: &PluginSwitch) -> Done {
    let place = org.map_or_else(|| "for the hub".to_owned(), |org| format!("in {org}"));
    let why = switch.why.as_deref().map(|why| format!(": {}", plain(why))).unwrap_or_default();
    terminal.say(format_args!("{plugin} is {} {place}{why}", switch.state.word()))
}

pub(super) fn detail(terminal: &mut Terminal<'_>, detail: &PluginDetail) -> Done {
    let plugin = &detail.plugin;
    let about = &plugin.about;
    terminal.say(format_args!("{} {} ({})", plain(&about.name), about.version, about.id))?;
    terminal.say(plain(&about.description))?;
    terminal.say(format_args!("By {}; {}", plain(&about.author), plugin.kind.word()))?;
    terminal.say(format_args!("State: {}", plugin.state.word()))?;
    health(terminal, detail)?;
    switch(terminal, &about.id, None, &plugin.switch)?;
    if let Some(hash) = &detail.sha256 {
        terminal.say(format_args!("SHA-256: {hash}"))?;
    }
    if !detail.powers.is_empty() {
        terminal.say("It asks for:")?;
        powers(terminal, &detail.powers)?;
    }
    for place in detail.organizations.iter().filter(|place| place.switch.state != SwitchState::Off) {
        let why = place.switch.why.as_deref().map(|why| format!(": {}", plain(why))).unwrap_or_default();
        terminal.say(format_args!("In organization {}: {}{why}", place.organization, place.switch.state.word()))?;
    }
    for version in &detail.versions {
        let (staged, approved) = (day_and_hour(version.staged_at), perhaps(version.approved_at));
        terminal.say(format_args!("Version {}: added {staged}, approved {approved}", version.version))?;
    }
    for strike in &detail.strikes {
        let (at, why) = (day_and_hour(strike.at), plain(&strike.why));
        terminal.say(format_args!("Strike {at} in {} {}: {why}", strike.version, strike.export))?;
    }
    detail.problems.iter().try_for_each(|problem| terminal.say(format_args!("Problem: {}", plain(problem))))?;
    detail.staged.iter().try_for_each(|waits| staged(terminal, waits))
}

pub(super) fn detail_in_organization(terminal: &mut Terminal<'_>, detail: &OrganizationPluginDetail) -> Done {
    let OrganizationPlugin { about, health, switch: stands } = &detail.plugin;
    terminal.say(format_args!("{} {} ({})", plain(&about.name), about.version, about.id))?;
    terminal.say(plain(&about.description))?;
    terminal.say(format_args!("It is {}", health.word()))?;
    let why = stands.why.as_deref().map(|why| format!(": {}", plain(why))).unwrap_or_default();
    terminal.say(format_args!("Switch: {}{why}", stands.state.word()))?;
    if !detail.together.is_empty() {
        terminal.say(format_args!("Switched with it: {}", detail.together.join(", ")))?;
    }
    detail.problems.iter().try_for_each(|problem| terminal.say(format_args!("Problem: {}", plain(problem))))?;
    powers(terminal, &detail.powers)?;
    limits(terminal, detail)?;
    detail.errors.iter().try_for_each(|line| {
        terminal.say(format_args!("{} {}: {}", day_and_hour(line.at), line.level, plain(&line.text)))
    })
}

/// What it may there, and what it keeps.
pub(super) fn limits(terminal: &mut Terminal<'_>, detail: &OrganizationPluginDetail) -> Done {
    let limits = &detail.limits;
    for keeps in &detail.keeps {
        let PluginKeeps { store, bytes, most } = keeps;
        let quota = limits.quotas.get(store).map(|mib| format!(", limited to {mib} MiB here")).unwrap_or_default();
        terminal.say(format_args!("Keeps {bytes} of {most} bytes in {store}{quota}"))?;
    }
    if !limits.off.is_empty() {
        terminal.say(format_args!("Taken away here: {}", limits.off.join(", ")))?;
    }
    for (permission, roles) in &limits.roles {
        let roles: Vec<&str> = roles.iter().map(|role| role.word()).collect();
        let roles = if roles.is_empty() { "nobody".to_owned() } else { roles.join(", ") };
        terminal.say(format_args!("{permission} here: {roles}"))?;
    }
    if let Some(requests) = limits.requests_a_minute {
        terminal.say(format_args!("At most {requests} requests a minute here"))?;
    }
    if *limits == LimitPlugin::default() { terminal.say("Nothing is taken away here.") } else { Ok(()) }
}

pub(super) fn sources(terminal: &mut Terminal<'_>, sources: &PluginSources) -> Done {
    sources.sources.iter().try_for_each(|source| terminal.say(format_args!("Source: {source}")))?;
    let rows: Vec<_> = sources
        .found
        .iter()
        .map(|found| {
            let says = match (&found.plugin, &found.version, &found.trouble) {
                (Some(plugin), Some(version), _) => format!("{plugin} {version}"),
                (_, _, trouble) => trouble.clone().unwrap_or_default(),
            };
            [plain(&found.path), plain(&says)]
        })
        .collect();
    terminal.table(["found", "says"], &rows, "Nothing lies in the hub's folder of plugins.")
}

pub(super) fn log(terminal: &mut Terminal<'_>, lines: &[PluginLine]) -> Done {
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            let place = line.organization.map_or_else(|| "hub".to_owned(), |org| org.to_string());
            [day_and_hour(line.at), line.level.clone(), place, line.trace.clone(), plain(&line.text)]
        })
        .collect();
    terminal.table(["when", "level", "where", "trace", "line"], &rows, "It has written nothing down.")
}

pub(super) fn parked(terminal: &mut Terminal<'_>, parked: &[ParkedEvent]) -> Done {
    let rows: Vec<_> = parked
        .iter()
        .map(|event| {
            let name = event.event["name"].as_str().unwrap_or_default();
            let why = plain(event.why.as_deref().unwrap_or_default());
            [event.id.to_string(), plain(name), event.attempts.to_string(), perhaps(event.parked_at), why]
        })
        .collect();
    terminal.table(["number", "event", "attempts", "since", "why"], &rows, "No event was put aside.")
}

pub(super) fn webhooks(terminal: &mut Terminal<'_>, all: &[PluginWebhook]) -> Done {
    let rows: Vec<_> = all
        .iter()
        .map(|webhook| {
            let (made, used) = (day_and_hour(webhook.created_at), perhaps(webhook.last_used_at));
            [webhook.id.to_string(), plain(&webhook.name), made, used]
        })
        .collect();
    terminal.table(["number", "name", "made", "last used"], &rows, "It has no addresses.")
}
