use crate::{
    Context, State,
    content::SystemNote,
    conversation::post_message::post_note,
    cut::Key,
    fact::Fact,
    ids::{ConversationId, UserId},
    refusal::Refusal,
};

/// Leaves a group (`user` is oneself), or removes another from it, which only the owner may.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RemoveMember {
    pub by: UserId,
    pub conversation: ConversationId,
    pub user: UserId,
}

impl RemoveMember {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Conversation(self.conversation));
    }

    pub(crate) fn decide(&self, state: &State, context: &mut Context) -> Result<Vec<Fact>, Refusal> {
        let conversation = state.conversations.get(&self.conversation).ok_or(Refusal::NoSuchConversation)?;
        conversation.active_member(self.by)?;
        let owner = conversation.owner().ok_or(Refusal::NotAGroup)?;
        if self.user != self.by && self.by != owner {
            return Err(Refusal::NotOwner);
        }
        if self.user == owner {
            return Err(Refusal::OwnerCannotLeave);
        }
        if conversation.active_member(self.user).is_err() {
            return Ok(vec![]);
        }
        let note = if self.user == self.by {
            SystemNote::MemberLeft { user: self.user }
        } else {
            SystemNote::MemberRemoved { by: self.by, user: self.user }
        };
        // The note comes first, so that it is the last thing the leaving member sees.
        Ok(vec![
            post_note(conversation, self.by, note, context),
            Fact::MemberLeft { conversation: self.conversation, user: self.user },
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::Reply,
        trial::{Trial, check_order},
    };

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let [ann, bob, eve, dan] = ["ann", "bob", "eve", "dan"].map(|name| trial.user(name));
        let direct = trial.friends(ann, bob);
        let group = trial.group(ann, &[bob, eve]);
        let remove = |by, conversation, user| RemoveMember { by, conversation, user };
        check_order(
            &mut trial,
            vec![
                ("conversation", remove(dan, ConversationId(1), ann), Err(Refusal::NoSuchConversation)),
                ("member", remove(dan, direct, ann), Err(Refusal::NotAMember)),
                ("group", remove(ann, direct, ann), Err(Refusal::NotAGroup)),
                ("the owner, by another", remove(bob, group, ann), Err(Refusal::NotOwner)),
                ("another, by a member", remove(bob, group, eve), Err(Refusal::NotOwner)),
                ("the owner, by itself", remove(ann, group, ann), Err(Refusal::OwnerCannotLeave)),
                ("oneself", remove(bob, group, bob), Ok(())),
                ("oneself, again", remove(bob, group, bob), Err(Refusal::NotAMember)),
                ("another, by the owner", remove(ann, group, eve), Ok(())),
            ],
        );
        trial.again(remove(ann, group, eve), &Reply::Done);
        trial.again(remove(ann, group, dan), &Reply::Done);
    }

    #[test]
    fn the_last_thing_seen_is_the_farewell() {
        let mut trial = Trial::new();
        let [ann, bob] = ["ann", "bob"].map(|name| trial.user(name));
        let group = trial.group(ann, &[bob]);
        trial.must(RemoveMember { by: ann, conversation: group, user: bob });
        let message = trial.say(ann, group);
        trial.must(message);
        let found = trial.state.conversations.get(&group).unwrap();
        let (head, member) = (found.head.head, found.members[&bob]);
        assert_eq!((head.0, member.left.0, member.sees_to(head).0), (3, 2, 2));
        assert_eq!(member.unread(head), 2);
        assert_eq!(*found.recipients, [ann]);
    }
}
