use laisee_core::ids::ClientId;
use laisee_wire::v1;
use uuid::Uuid;

use super::refused;
use laisee_core::refusal::Refusal;

/// A client id from its text: a UUID in the usual form.
///
/// # Errors
/// `BAD_CLIENT_ID`.
pub fn client_id(text: &str) -> Result<ClientId, v1::Error> {
    // Other spellings of a UUID would let one id pass as several in a client's own books.
    let canonical = text.len() == 36;
    match Uuid::try_parse(text) {
        Ok(uuid) if canonical => Ok(ClientId(uuid.as_u128())),
        _ => Err(refused(Refusal::BadClientId)),
    }
}

pub(super) fn client_id_text(id: ClientId) -> String {
    Uuid::from_u128(id.0).hyphenated().to_string()
}
