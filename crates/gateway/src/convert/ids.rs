use laisee_core::ids::ClientId;
use laisee_wire::v1;
use uuid::Uuid;

use super::refused;
use laisee_core::refusal::Refusal;

/// A client id from its text: a UUID in lower case with hyphens.
///
/// # Errors
/// `BAD_CLIENT_ID`.
pub fn client_id(text: &str) -> Result<ClientId, v1::Error> {
    // Answers and notices bear the id in this spelling; a client that used another would not know its own.
    let canonical = |uuid: &Uuid| uuid.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == text;
    match Uuid::try_parse(text) {
        Ok(uuid) if canonical(&uuid) => Ok(ClientId(uuid.as_u128())),
        _ => Err(refused(Refusal::BadClientId)),
    }
}

pub(super) fn client_id_text(id: ClientId) -> String {
    Uuid::from_u128(id.0).hyphenated().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_spelling_is_an_id() {
        let text = "01890a5d-ac96-774b-bcce-b302099a8057";
        assert_eq!(client_id(text).map(client_id_text).as_deref(), Ok(text));
        let spellings = [
            text.to_uppercase(),
            text.replace('-', ""),
            format!("{{{text}}}"),
            format!("urn:uuid:{text}"),
            String::new(),
        ];
        for other in spellings {
            assert_eq!(client_id(&other), Err(refused(Refusal::BadClientId)), "{other}");
        }
    }
}
