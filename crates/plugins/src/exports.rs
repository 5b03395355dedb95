//! Calls from one plugin to another: JSON in, JSON out, both looked at by the schemas of whoever offers it.

use plugin_api::{PluginId, call::Fault};
use serde_json::Value;

use crate::{
    Error,
    calling::{Ask, Export},
    hand::{DEEPEST, Hand, within, wrong},
};

impl Hand {
    pub(crate) async fn call_another(&self, plugin: String, name: String, input: Value) -> Result<Value, Fault> {
        let called = format!("{plugin}.{name}");
        self.granted("call", self.ask.on.granted.call.contains(&called))?;
        if self.ask.nested + 1 > DEEPEST {
            return Err(Fault::Conflict(format!("plugins call one another at most {DEEPEST} deep")));
        }
        let here = self.hub.snapshot();
        // What is for everybody is there for an organization's plugins, too.
        let on = here.here(self.ask.at).find(&plugin).cloned().ok_or(Fault::NotFound)?;
        let facts = on.plugin.facts.clone();
        let (takes, gives) = facts.exports.get(&name).ok_or(Fault::NotFound)?;
        wrong(takes.check(&input), "input")?;
        let ask = Ask {
            on,
            export: Export::Provide,
            nested: self.ask.nested + 1,
            asked: within(&self.ask),
            ..self.ask.clone()
        };
        let id: PluginId = facts.manifest.id.clone();
        // A call within a call within a call: on the heap, so that each is as large as the last.
        let answer = Box::pin(self.hub.call(ask, move |plugin, ctx| plugin.provide(ctx, name, input))).await;
        let output = answer.map_err(|error| told(&id, error))?;
        wrong(gives.check(&output), "output")
            .map_err(|fault| Fault::Upstream(format!("{id} answered otherwise than it says: {fault}")))?;
        Ok(output)
    }
}

fn told(id: &PluginId, error: Error) -> Fault {
    match error {
        Error::NotFound => Fault::NotFound,
        Error::Invalid(wrong) => Fault::Invalid(wrong),
        Error::Fault(fault @ (Fault::Forbidden(_) | Fault::Conflict(_) | Fault::Busy(_))) => fault,
        Error::Away(_) | Error::TooMany(_) => Fault::Busy(30),
        _ => Fault::Upstream(format!("{id} failed")),
    }
}
