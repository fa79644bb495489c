use crate::{
    State,
    cut::Key,
    fact::Fact,
    ids::{ConversationId, UserId},
    refusal::Refusal,
};

/// Switches "do not disturb" for one conversation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetQuiet {
    pub by: UserId,
    pub conversation: ConversationId,
    pub quiet: bool,
}

impl SetQuiet {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Conversation(self.conversation));
    }

    pub(crate) fn decide(&self, state: &State) -> Result<Vec<Fact>, Refusal> {
        let conversation = state.conversations.get(&self.conversation).ok_or(Refusal::NoSuchConversation)?;
        if conversation.active_member(self.by)?.quiet == self.quiet {
            return Ok(vec![]);
        }
        Ok(vec![Fact::QuietSet { conversation: self.conversation, user: self.by, quiet: self.quiet }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{RemoveMember, Reply},
        trial::{Trial, check_order},
    };

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let [ann, bob] = ["ann", "bob"].map(|name| trial.user(name));
        let group = trial.group(ann, &[bob]);
        let quiet = |by, conversation, quiet| SetQuiet { by, conversation, quiet };
        trial.again(quiet(bob, group, false), &Reply::Done);
        check_order(
            &mut trial,
            vec![
                ("conversation", quiet(UserId(1), ConversationId(1), true), Err(Refusal::NoSuchConversation)),
                ("member", quiet(UserId(1), group, true), Err(Refusal::NotAMember)),
                ("fine", quiet(bob, group, true), Ok(())),
            ],
        );
        trial.again(quiet(bob, group, true), &Reply::Done);
        trial.must(RemoveMember { by: ann, conversation: group, user: bob });
        check_order(&mut trial, vec![("former member", quiet(bob, group, false), Err(Refusal::NotAMember))]);
    }
}
