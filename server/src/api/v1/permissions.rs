//! `/permissions`: who may do what.

use axum::Json;
use base::{
    Action, Role,
    permission::{Effect, Scope},
};
use contract::api::Permission;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{api::Anybody, http::Hub};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new().routes(routes!(list_permissions))
}

/// Who may do what: the whole table, as the hub enforces it.
#[utoipa::path(get, path = "/permissions", tag = "system", security(()), responses((status = 200, description = "Every action", body = Vec<Permission>)))]
async fn list_permissions(_: Anybody) -> Json<Vec<Permission>> {
    Json(Action::ALL.into_iter().map(row).collect())
}

fn row(action: Action) -> Permission {
    let rule = action.rule();
    let (scope, effect) = (
        match rule.scope {
            Scope::Hub => "hub",
            Scope::Organization => "organization",
        },
        match rule.effect {
            Effect::Reads => "read",
            Effect::Writes => "write",
        },
    );
    Permission {
        action: rule.word.to_owned(),
        scope: scope.to_owned(),
        grant: format!("{}:{effect}", rule.area.word()),
        roles: Role::ALL.into_iter().filter(|role| rule.roles.has(*role)).collect(),
        strangers: rule.strangers,
        fresh: rule.fresh,
        adjustable: rule.adjustable,
    }
}
