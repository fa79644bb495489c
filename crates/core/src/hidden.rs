use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What stands for it where people read.
const WORD: &str = "(hidden)";

/// What whoever reads facts must not see: hashes of passwords and PINs, secrets of second factors. The log and the views hold
/// it as it is; wherever it is printed, as JSON or by `Debug`, a word stands in its place. That hangs on the type and not on
/// whoever prints: the next one would forget it.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Hidden<T>(pub T);

impl<T> fmt::Debug for Hidden<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(WORD)
    }
}

impl<T: Serialize> Serialize for Hidden<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { serializer.serialize_str(WORD) } else { self.0.serialize(serializer) }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Hidden<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_has_it_and_people_do_not() {
        let secret = Hidden("$argon2id$...".to_owned());
        assert_eq!(format!("{secret:?}"), "(hidden)");
        assert_eq!(serde_json::to_string(&secret).expect("written"), "\"(hidden)\"");
        let bytes = postcard::to_stdvec(&secret).expect("written");
        assert_eq!(bytes, postcard::to_stdvec(&secret.0).expect("written"), "as if it were not wrapped");
        assert_eq!(postcard::from_bytes::<Hidden<String>>(&bytes).expect("read"), secret);
    }
}
