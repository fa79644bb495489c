use crate::{
    State,
    command::Reply,
    cut::Key,
    fact::Fact,
    ids::{ConversationId, Seq, UserId},
    refusal::Refusal,
};

/// Moves the account's read mark, never backwards (M8).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MarkRead {
    pub user: UserId,
    pub conversation: ConversationId,
    pub through: Seq,
}

impl MarkRead {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Conversation(self.conversation));
    }

    pub(crate) fn decide(&self, state: &State) -> Result<Vec<Fact>, Refusal> {
        let conversation = state.conversations.get(&self.conversation).ok_or(Refusal::NoSuchConversation)?;
        let member = conversation.members.get(&self.user).ok_or(Refusal::NotAMember)?;
        if self.through > member.sees_to(conversation.head.head) {
            return Err(Refusal::PositionAhead);
        }
        if self.through <= member.read {
            return Ok(vec![]);
        }
        Ok(vec![Fact::ReadMarked { conversation: self.conversation, user: self.user, through: self.through }])
    }

    pub(crate) fn reply(&self, state: &State) -> Reply {
        let conversation = state.conversations.get(&self.conversation).expect("decided on it");
        let member = conversation.members[&self.user];
        Reply::ReadMarked {
            conversation: self.conversation,
            through: member.read,
            unread: member.unread(conversation.head.head),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::RemoveMember,
        trial::{Trial, check_order},
    };

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let [ann, bob] = ["ann", "bob"].map(|name| trial.user(name));
        let group = trial.group(ann, &[bob]);
        let read = |user, conversation, through| MarkRead { user, conversation, through: Seq(through) };
        check_order(
            &mut trial,
            vec![
                ("conversation", read(UserId(1), ConversationId(1), 9), Err(Refusal::NoSuchConversation)),
                ("member", read(UserId(1), group, 9), Err(Refusal::NotAMember)),
                ("ahead", read(bob, group, 2), Err(Refusal::PositionAhead)),
                ("fine", read(bob, group, 1), Ok(())),
            ],
        );
        trial.must(RemoveMember { by: ann, conversation: group, user: bob });
        let say = trial.say(ann, group);
        trial.must(say);
        check_order(
            &mut trial,
            vec![
                ("beyond what a former member sees", read(bob, group, 3), Err(Refusal::PositionAhead)),
                ("its farewell", read(bob, group, 2), Ok(())),
            ],
        );
    }

    /// Rule M8.
    #[test]
    fn the_mark_never_moves_back_and_sending_reads() {
        let mut trial = Trial::new();
        let [ann, bob] = ["ann", "bob"].map(|name| trial.user(name));
        let conversation = trial.group(ann, &[bob]);
        for _ in 0..4 {
            let say = trial.say(ann, conversation);
            trial.must(say);
        }
        let read = |through| MarkRead { user: bob, conversation, through: Seq(through) };
        let answer = |through, unread| Reply::ReadMarked { conversation, through: Seq(through), unread };
        assert_eq!(trial.must(read(3)), answer(3, 2));
        trial.again(read(2), &answer(3, 2));
        trial.again(read(0), &answer(3, 2));
        let say = trial.say(bob, conversation);
        trial.must(say);
        trial.again(read(3), &answer(3, 0));
        let say = trial.say(ann, conversation);
        trial.must(say);
        trial.again(read(1), &answer(3, 1));
        assert_eq!(trial.must(read(7)), answer(7, 0));
    }
}
