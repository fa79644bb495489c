use super::check_title;
use crate::{
    Context, State,
    content::SystemNote,
    conversation::post_message::post_note,
    cut::Key,
    fact::Fact,
    ids::{ConversationId, Seq, UserId},
    refusal::Refusal,
};

/// Changes a group's title or announcement; only the owner may. `None` leaves it as it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UpdateGroup {
    pub by: UserId,
    pub conversation: ConversationId,
    pub title: Option<String>,
    pub announcement: Option<String>,
}

impl UpdateGroup {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Conversation(self.conversation));
    }

    pub(crate) fn decide(&self, state: &State, context: &mut Context) -> Result<Vec<Fact>, Refusal> {
        let conversation = state.conversations.get(&self.conversation).ok_or(Refusal::NoSuchConversation)?;
        conversation.active_member(self.by)?;
        if conversation.owner().ok_or(Refusal::NotAGroup)? != self.by {
            return Err(Refusal::NotOwner);
        }
        let head = &conversation.head;
        let title = self.title.clone().unwrap_or_else(|| head.title.clone());
        let announcement = self.announcement.clone().unwrap_or_else(|| head.announcement.clone());
        check_title(&title)?;
        if announcement.chars().count() > 2_000 {
            return Err(Refusal::TitleInvalid);
        }
        let mut facts = Vec::new();
        if title != head.title {
            facts.push(SystemNote::TitleChanged { by: self.by, title: title.clone() });
        }
        if announcement != head.announcement {
            facts.push(SystemNote::AnnouncementChanged { by: self.by, text: announcement.clone() });
        }
        if facts.is_empty() {
            return Ok(vec![]);
        }
        let mut facts: Vec<Fact> =
            facts.into_iter().map(|note| post_note(conversation, self.by, note, context)).collect();
        // Each note was made for the next place; the second one comes after the first.
        if let Some(Fact::MessagePosted { seq, .. }) = facts.get_mut(1) {
            *seq = Seq(seq.0 + 1);
        }
        facts.push(Fact::GroupUpdated { conversation: self.conversation, title, announcement });
        Ok(facts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::Reply,
        content::Content,
        trial::{Trial, check_order},
    };

    fn update(
        by: UserId,
        conversation: ConversationId,
        title: Option<&str>,
        announcement: Option<&str>,
    ) -> UpdateGroup {
        UpdateGroup { by, conversation, title: title.map(str::to_owned), announcement: announcement.map(str::to_owned) }
    }

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let [ann, bob, eve] = ["ann", "bob", "eve"].map(|name| trial.user(name));
        let direct = trial.friends(ann, bob);
        let group = trial.group(ann, &[bob]);
        let (longest, too_long) = ("告".repeat(2_000), "告".repeat(2_001));
        check_order(
            &mut trial,
            vec![
                ("conversation", update(eve, ConversationId(1), Some(""), None), Err(Refusal::NoSuchConversation)),
                ("member", update(eve, direct, Some(""), None), Err(Refusal::NotAMember)),
                ("group", update(ann, direct, Some(""), None), Err(Refusal::NotAGroup)),
                ("owner", update(bob, group, Some(""), None), Err(Refusal::NotOwner)),
                ("no title", update(ann, group, Some("\u{3000}"), None), Err(Refusal::TitleInvalid)),
                ("title of two lines", update(ann, group, Some("a\nb"), None), Err(Refusal::TitleInvalid)),
                ("announcement", update(ann, group, Some("fine"), Some(&too_long)), Err(Refusal::TitleInvalid)),
                ("fine", update(ann, group, Some("fine"), Some(&longest)), Ok(())),
            ],
        );
        trial.again(update(ann, group, Some("fine"), Some(&longest)), &Reply::Done);
        trial.again(update(ann, group, None, None), &Reply::Done);
    }

    #[test]
    fn each_change_is_a_note_of_its_own() {
        let mut trial = Trial::new();
        let ann = trial.user("ann");
        let group = trial.group(ann, &[]);
        trial.must(update(ann, group, Some("new"), Some("words")));
        trial.must(update(ann, group, None, Some("")));
        let notes: Vec<_> = trial
            .log
            .iter()
            .filter_map(|(fact, _)| match fact {
                Fact::MessagePosted { seq, content: Content::Note(note), .. } => Some((seq.0, note.clone())),
                _ => None,
            })
            .collect();
        assert_eq!(
            notes[1..],
            [
                (2, SystemNote::TitleChanged { by: ann, title: "new".into() }),
                (3, SystemNote::AnnouncementChanged { by: ann, text: "words".into() }),
                (4, SystemNote::AnnouncementChanged { by: ann, text: String::new() }),
            ]
        );
        let head = &trial.state.conversations.get(&group).unwrap().head;
        assert_eq!((&*head.title, &*head.announcement, head.revision), ("new", "", 3));
    }
}
