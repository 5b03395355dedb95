//! `/me/avatar`: a picture of oneself. Apart from the other resources, because its body is longer than theirs may be.

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, Request, State, rejection::BytesRejection},
    http::StatusCode,
};
use contract::people::MyPicture;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Failure, Known},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new().routes(routes!(set_my_avatar, remove_my_avatar))
}

/// The bytes of a picture, whatever the request calls them: what is in them decides.
struct Picture(Vec<u8>);

impl FromRequest<Hub> for Picture {
    type Rejection = Failure;

    async fn from_request(request: Request, hub: &Hub) -> Result<Self, Failure> {
        match Bytes::from_request(request, hub).await {
            Ok(bytes) => Ok(Self(bytes.into())),
            Err(BytesRejection::FailedToBufferBody(failed)) if failed.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(Failure::too_large("a picture has 1 MiB at most"))
            }
            Err(other) => Err(Failure::malformed(other.body_text())),
        }
    }
}

/// Show a picture of oneself.
///
/// The body is the file itself: PNG, JPEG, WebP or GIF, 1 MiB and 4,096 pixels a side at most. Its middle square is drawn anew in
/// two sizes, and nothing else of the file is kept.
#[utoipa::path(
    put, path = "/me/avatar", tag = "people",
    request_body(content = String, content_type = "application/octet-stream", description = "The file"),
    responses((status = 200, description = "Where it is", body = MyPicture)),
)]
async fn set_my_avatar(Known(actor): Known, State(hub): State<Hub>, Picture(file): Picture) -> Answer<Json<MyPicture>> {
    Ok(Json(MyPicture { avatar: hub.people.set_avatar(&actor, file).await? }))
}

/// Take the picture of oneself away.
///
/// One is drawn from the name in its place.
#[utoipa::path(delete, path = "/me/avatar", tag = "people", responses((status = 204, description = "There is none any more")))]
async fn remove_my_avatar(Known(actor): Known, State(hub): State<Hub>) -> Answer<StatusCode> {
    hub.people.remove_avatar(&actor).await?;
    Ok(StatusCode::NO_CONTENT)
}
