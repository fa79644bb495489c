//! Where a page of a list ended, as a word that comes back with the request for the next page.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use laisee_wire::v1;
use serde::{Serialize, de::DeserializeOwned};

use crate::convert::{ErrorCode, error};

pub(super) fn seal(place: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(postcard::to_stdvec(place).expect("places hold no unencodable values"))
}

/// None: from the beginning.
pub(super) fn read<P: Serialize + DeserializeOwned>(after: &str) -> Result<Option<P>, v1::Error> {
    if after.is_empty() {
        return Ok(None);
    }
    let place = URL_SAFE_NO_PAD.decode(after).ok().and_then(|bytes| postcard::from_bytes(&bytes).ok());
    // Only what was sealed so: many bytes can be read as some place.
    place.filter(|place| seal(place) == after).map(Some).ok_or_else(not_a_token)
}

pub(super) fn not_a_token() -> v1::Error {
    error(ErrorCode::BadPageToken, "`after` is what a page before said, or nothing", 0)
}
