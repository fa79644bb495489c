use std::collections::BTreeSet;

use crate::{
    Context, State,
    content::SystemNote,
    conversation::post_message::post_note,
    cut::Key,
    fact::Fact,
    ids::{ConversationId, UserId},
    refusal::Refusal,
};

/// Brings people into a group; any member may. The gateway has checked that they are the member's friends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddMembers {
    pub by: UserId,
    pub conversation: ConversationId,
    pub users: Vec<UserId>,
}

impl AddMembers {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Conversation(self.conversation));
    }

    pub(crate) fn decide(&self, state: &State, context: &mut Context) -> Result<Vec<Fact>, Refusal> {
        let conversation = state.conversations.get(&self.conversation).ok_or(Refusal::NoSuchConversation)?;
        conversation.active_member(self.by)?;
        if conversation.owner().is_none() {
            return Err(Refusal::NotAGroup);
        }
        let new: BTreeSet<UserId> =
            self.users.iter().copied().filter(|user| conversation.active_member(*user).is_err()).collect();
        if new.is_empty() {
            return Ok(vec![]);
        }
        if conversation.recipients.len() + new.len() > state.settings.group_members_max {
            return Err(Refusal::GroupFull);
        }
        let users: Vec<UserId> = new.into_iter().collect();
        let note = SystemNote::MembersAdded { by: self.by, users: users.clone() };
        Ok(vec![
            Fact::MembersAdded { conversation: self.conversation, users },
            post_note(conversation, self.by, note, context),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::{Acknowledge, MarkRead, RemoveMember, Reply, SetQuiet},
        ids::Seq,
        settings::Settings,
        trial::{Trial, check_order},
    };

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::with(Settings { group_members_max: 3, ..Settings::default() });
        let [ann, bob, eve, dan] = ["ann", "bob", "eve", "dan"].map(|name| trial.user(name));
        let direct = trial.friends(ann, bob);
        let group = trial.group(ann, &[bob]);
        let add = |by, conversation, users: &[UserId]| AddMembers { by, conversation, users: users.to_vec() };
        check_order(
            &mut trial,
            vec![
                ("conversation", add(eve, ConversationId(1), &[dan]), Err(Refusal::NoSuchConversation)),
                ("member", add(eve, direct, &[dan]), Err(Refusal::NotAMember)),
                ("group", add(ann, direct, &[eve, dan]), Err(Refusal::NotAGroup)),
                ("too many", add(bob, group, &[eve, dan]), Err(Refusal::GroupFull)),
                ("any member, some twice, some in it", add(bob, group, &[eve, ann, eve]), Ok(())),
                ("full", add(bob, group, &[dan]), Err(Refusal::GroupFull)),
            ],
        );
        trial.again(add(bob, group, &[eve, ann]), &Reply::Done);
        trial.again(add(bob, group, &[]), &Reply::Done);
        trial.must(RemoveMember { by: eve, conversation: group, user: eve });
        check_order(
            &mut trial,
            vec![
                ("former member", add(eve, group, &[eve]), Err(Refusal::NotAMember)),
                ("one comes, as one has left", add(bob, group, &[dan]), Ok(())),
            ],
        );
    }

    #[test]
    fn who_joins_sees_its_own_welcome_and_nothing_before() {
        let mut trial = Trial::new();
        let [ann, bob] = ["ann", "bob"].map(|name| trial.user(name));
        let group = trial.group(ann, &[]);
        for _ in 0..3 {
            let message = trial.say(ann, group);
            trial.must(message);
        }
        trial.must(AddMembers { by: ann, conversation: group, users: vec![bob] });
        let found = trial.state.conversations.get(&group).unwrap();
        let member = found.members[&bob];
        assert_eq!((found.head.head, member.joined), (Seq(5), Seq(4)));
        assert_eq!((member.unread(Seq(5)), member.unacked(Seq(5))), (1, 1));
        assert_eq!(found.head.revision, 2);
    }

    #[test]
    fn who_comes_back_begins_anew_but_stays_quiet() {
        let mut trial = Trial::new();
        let [ann, bob] = ["ann", "bob"].map(|name| trial.user(name));
        let conversation = trial.group(ann, &[bob]);
        trial.must(SetQuiet { by: bob, conversation, quiet: true });
        trial.must(Acknowledge { user: bob, conversation, from: Seq(1), through: Seq(1) });
        trial.must(MarkRead { user: bob, conversation, through: Seq(1) });
        trial.must(RemoveMember { by: bob, conversation, user: bob });
        let message = trial.say(ann, conversation);
        trial.must(message);
        trial.must(AddMembers { by: ann, conversation, users: vec![bob] });
        let found = trial.state.conversations.get(&conversation).unwrap();
        let member = found.members[&bob];
        assert!(member.active() && member.quiet);
        assert_eq!((member.joined, found.head.head), (Seq(3), Seq(4)));
        assert_eq!((member.unread(Seq(4)), member.unacked(Seq(4))), (1, 1));
    }
}
