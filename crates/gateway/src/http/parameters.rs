use axum::{
    body::Body,
    extract::{FromRequestParts, RawPathParams},
    http::{Response, request::Parts},
};
use laisee_wire::v1;

use super::rest::refuse;
use crate::convert::bad_request;

/// The parts of a path that fill the braces of its route. What cannot be read is refused as everything else is (E3), and not
/// in the router's own words.
pub(super) struct Parameters(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Response<Body>;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response<Body>> {
        let unreadable = |_| refuse(&bad_request("the path is not in UTF-8"));
        let found = RawPathParams::from_request_parts(parts, state).await.map_err(unreadable)?;
        Ok(Self(found.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()))
    }
}

impl Parameters {
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// # Errors
    /// `MALFORMED` when it is no id.
    pub(super) fn id(&self, name: &str) -> Result<u64, v1::Error> {
        let found = self.iter().find(|(found, _)| *found == name);
        found.and_then(|(_, value)| value.parse().ok()).ok_or_else(|| bad_request(&format!("`{name}` is an id")))
    }
}
