use super::FileType;
use crate::{Context, State, command::Reply, cut::Key, fact::Fact, ids::UserId, refusal::Refusal};

const NAME_CHARS_MAX: usize = 120;

/// Makes a file the user's own whose bytes are durable in the data folder. Sent by the gateway that took them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordFile {
    pub user: UserId,
    pub name: String,
    pub file_type: FileType,
    pub bytes: u64,
    pub sha256: [u8; 32],
}

impl RecordFile {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::User(self.user));
        keys.push(Key::Uploads(self.user));
    }

    pub(crate) fn decide(&self, state: &State, context: &mut Context) -> Result<Vec<Fact>, Refusal> {
        if state.users.get(&self.user).is_none() {
            return Err(Refusal::NoSuchUser);
        }
        check_name(&self.name)?;
        if self.bytes > state.settings.file_bytes_max {
            return Err(Refusal::FileTooLarge);
        }
        let today = state.uploads.get(&self.user).copied().unwrap_or_default().on_day_of(context.now);
        if today.saturating_add(self.bytes) > state.settings.file_day_bytes_max {
            return Err(Refusal::FileQuota);
        }
        Ok(vec![Fact::FileRecorded {
            file: context.id(),
            user: self.user,
            name: self.name.clone(),
            file_type: self.file_type,
            bytes: self.bytes,
            sha256: self.sha256,
        }])
    }

    pub(crate) fn reply(&self, state: &State) -> Reply {
        let file = state.uploads.get(&self.user).and_then(|uploads| uploads.newest).expect("recorded now");
        Reply::FileRecorded { file }
    }
}

/// Whether a file may be called so. Names are shown and never used as paths.
///
/// # Errors
/// `FileNameInvalid`.
pub fn check_name(name: &str) -> Result<(), Refusal> {
    let odd = |c: char| c.is_control() || c == '/' || c == '\\';
    let long = name.chars().count() > NAME_CHARS_MAX;
    if name.trim().is_empty() || long || name.chars().any(odd) || name == "." || name == ".." {
        return Err(Refusal::FileNameInvalid);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        file::File,
        settings::Settings,
        trial::{Trial, check_order},
    };

    #[test]
    fn checks_come_in_this_order() {
        let limits = Settings { file_bytes_max: 1_000, file_day_bytes_max: 1_500, ..Settings::default() };
        let mut trial = Trial::with(limits);
        let (ann, bob) = (trial.user("ann"), trial.user("bob"));
        let (name, file_type) = ("chat.png".to_owned(), FileType::Png);
        let fine = RecordFile { user: ann, name, file_type, bytes: 1_000, sha256: [7; 32] };
        let wrong = RecordFile { user: UserId(1), name: "../x".into(), bytes: 1_001, ..fine.clone() };
        check_order(
            &mut trial,
            vec![
                ("user", wrong.clone(), Err(Refusal::NoSuchUser)),
                ("name", RecordFile { user: ann, ..wrong.clone() }, Err(Refusal::FileNameInvalid)),
                ("size", RecordFile { user: ann, name: "x".into(), ..wrong }, Err(Refusal::FileTooLarge)),
                ("fine", fine.clone(), Ok(())),
                ("too much in a day", RecordFile { bytes: 501, ..fine.clone() }, Err(Refusal::FileQuota)),
                ("to the limit", RecordFile { bytes: 500, ..fine.clone() }, Ok(())),
                ("beyond it", RecordFile { bytes: 1, ..fine.clone() }, Err(Refusal::FileQuota)),
                ("another's day", RecordFile { user: bob, ..fine.clone() }, Ok(())),
            ],
        );
        trial.later(24 * 60 * 60 * 1000);
        let Reply::FileRecorded { file } = trial.must(fine) else { panic!("no file") };
        let Some(File { owner, bytes: 1_000, .. }) = trial.state.files.get(&file) else { panic!("no file") };
        assert_eq!(*owner, ann);
    }

    #[test]
    fn names_are_names_and_no_paths() {
        for name in ["", " ", ".", "..", "a/b", "..\\x", "a\0", "a\nb", &"x".repeat(121)] {
            assert_eq!(check_name(name), Err(Refusal::FileNameInvalid), "{name:?}");
        }
        for name in ["a", "聊天记录.png", "...", "a b.pdf", &"证".repeat(120)] {
            assert_eq!(check_name(name), Ok(()), "{name:?}");
        }
    }
}
