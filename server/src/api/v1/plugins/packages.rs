//! Packages on their way in: staged from an upload, an address or the hub's folder, then approved or thrown away.

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, Request, State, rejection::BytesRejection},
    http::StatusCode,
};
use contract::{
    Code, Field, FieldProblem, Problem,
    plugins::{ApprovePlugin, FetchPackage, PluginDetail, PluginSources, StagedPlugin},
};
use plugins::package;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::told;
use crate::{
    api::{Answer, Body, Failure, Id, Known},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list_plugin_sources, fetch_plugin_package))
        .routes(routes!(refuse_plugin_version))
        .routes(routes!(approve_plugin_version))
        .routes(routes!(upgrade_plugin))
}

/// What takes a whole package.
pub(crate) fn uploads() -> OpenApiRouter<Hub> {
    OpenApiRouter::new().routes(routes!(upload_plugin_package))
}

/// Where packages come from: the operator's sources, and what lies in the hub's folder of plugins.
#[utoipa::path(get, path = "/plugin-packages", tag = "plugins", responses((status = 200, description = "As asked", body = PluginSources)))]
async fn list_plugin_sources(Known(actor): Known, State(hub): State<Hub>) -> Answer<Json<PluginSources>> {
    let found = hub.plugins.found(&actor).await?;
    let sources = hub.plugins.sources().to_vec();
    Ok(Json(PluginSources { sources, found: found.into_iter().map(told::found).collect() }))
}

/// Take a package in, from the hub's folder of plugins or from an address below one of the sources.
///
/// Nothing of it runs before it is approved.
#[utoipa::path(post, path = "/plugin-packages", tag = "plugins", request_body = FetchPackage, responses((status = 201, description = "It waits to be approved", body = StagedPlugin)))]
async fn fetch_plugin_package(
    Known(actor): Known,
    State(hub): State<Hub>,
    Body(form): Body<FetchPackage>,
) -> Answer<(StatusCode, Json<StagedPlugin>)> {
    let field = |code| FieldProblem { field: Field::Url, code };
    let staged = match (&form.path, &form.url) {
        (Some(path), None) => hub.plugins.stage_found(&actor, path).await?,
        (None, Some(url)) => hub.plugins.stage_from(&actor, url, form.sha256.as_deref()).await?,
        // One of the two says where it is.
        (None, None) => return Err(Problem::invalid(vec![field(Code::Required)]).into()),
        (Some(_), Some(_)) => return Err(Problem::invalid(vec![field(Code::NotAChoice)]).into()),
    };
    Ok((StatusCode::CREATED, Json(told::staged(staged))))
}

/// The bytes of a package, whatever the request calls them.
struct Package(Vec<u8>);

impl FromRequest<Hub> for Package {
    type Rejection = Failure;

    async fn from_request(request: Request, hub: &Hub) -> Result<Self, Failure> {
        match Bytes::from_request(request, hub).await {
            Ok(bytes) => Ok(Self(bytes.into())),
            Err(BytesRejection::FailedToBufferBody(failed)) if failed.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(Failure::too_large(format!("a package has {} MiB at most", package::LARGEST >> 20)))
            }
            Err(other) => Err(Failure::malformed(other.body_text())),
        }
    }
}

/// Take a package in that is sent along.
///
/// The body is the file itself, 16 MiB at most. Nothing of it runs before it is approved. Sent again, it waits as before.
#[utoipa::path(
    put, path = "/plugin-packages/upload", tag = "plugins",
    request_body(content = String, content_type = "application/octet-stream", description = "The package"),
    responses((status = 200, description = "It waits to be approved", body = StagedPlugin)),
)]
async fn upload_plugin_package(
    Known(actor): Known,
    State(hub): State<Hub>,
    Package(file): Package,
) -> Answer<Json<StagedPlugin>> {
    Ok(Json(told::staged(hub.plugins.stage(&actor, file).await?)))
}

/// Have a version run, with what it is granted.
///
/// The hash says which package was looked at. A newer version takes the place of the one that runs.
#[utoipa::path(put, path = "/plugins/{plugin}/versions/{version}/approval", tag = "plugins", params(("plugin" = String, Path, description = "Its id"), ("version" = String, Path, description = "Which version")), request_body = ApprovePlugin, responses((status = 200, description = "It runs", body = PluginDetail)))]
async fn approve_plugin_version(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((plugin, version)): Id<(String, String)>,
    Body(form): Body<ApprovePlugin>,
) -> Answer<Json<PluginDetail>> {
    let granted = form.granted.into_iter().collect();
    hub.plugins.approve(&actor, &plugin, &version, &form.sha256, &granted, form.other_signer).await?;
    Ok(Json(told::detail(hub.plugins.find(&actor, &plugin).await?)))
}

/// Have a newer version run that asks for no more than the one that does.
///
/// It has what that one was granted. One that asks for more is refused, and has to be approved.
#[utoipa::path(post, path = "/plugins/{plugin}/versions/{version}/upgrade", tag = "plugins", params(("plugin" = String, Path, description = "Its id"), ("version" = String, Path, description = "Which version")), responses((status = 200, description = "It runs", body = PluginDetail)))]
async fn upgrade_plugin(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((plugin, version)): Id<(String, String)>,
) -> Answer<Json<PluginDetail>> {
    hub.plugins.upgrade(&actor, &plugin, &version).await?;
    Ok(Json(told::detail(hub.plugins.find(&actor, &plugin).await?)))
}

/// Throw a version away that waits to be approved.
#[utoipa::path(delete, path = "/plugins/{plugin}/versions/{version}", tag = "plugins", params(("plugin" = String, Path, description = "Its id"), ("version" = String, Path, description = "Which version")), responses((status = 204, description = "Gone")))]
async fn refuse_plugin_version(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((plugin, version)): Id<(String, String)>,
) -> Answer<StatusCode> {
    hub.plugins.refuse(&actor, &plugin, &version).await?;
    Ok(StatusCode::NO_CONTENT)
}
