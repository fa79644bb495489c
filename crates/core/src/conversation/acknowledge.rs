use crate::{
    State,
    command::Reply,
    cut::Key,
    fact::Fact,
    ids::{ConversationId, Seq, UserId},
    refusal::Refusal,
};

/// Says that a device of the user holds the messages `from` to `through`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Acknowledge {
    pub user: UserId,
    pub conversation: ConversationId,
    /// `Seq(1)` (or `Seq(0)`) to say "everything up to `through`".
    pub from: Seq,
    pub through: Seq,
}

impl Acknowledge {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Conversation(self.conversation));
    }

    pub(crate) fn decide(&self, state: &State) -> Result<Vec<Fact>, Refusal> {
        let conversation = state.conversations.get(&self.conversation).ok_or(Refusal::NoSuchConversation)?;
        let member = conversation.members.get(&self.user).ok_or(Refusal::NotAMember)?;
        if self.through > member.sees_to(conversation.head.head) {
            return Err(Refusal::PositionAhead);
        }
        if self.through < self.from || member.holds(self.from, self.through) {
            return Ok(vec![]);
        }
        let first_new = member.acked.max(member.joined).next();
        Ok(vec![Fact::Acknowledged {
            conversation: self.conversation,
            user: self.user,
            from: self.from.max(first_new),
            through: self.through,
        }])
    }

    pub(crate) fn reply(&self) -> Reply {
        Reply::Acknowledged { conversation: self.conversation, through: self.through }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::RemoveMember,
        trial::{Trial, check_order},
    };

    /// Ann and Bob in a group with `messages` in it, all by Ann.
    fn world(messages: u32) -> (Trial, UserId, UserId, ConversationId) {
        let mut trial = Trial::new();
        let [ann, bob] = ["ann", "bob"].map(|name| trial.user(name));
        let group = trial.group(ann, &[bob]);
        for _ in 1..messages {
            let say = trial.say(ann, group);
            trial.must(say);
        }
        (trial, ann, bob, group)
    }

    #[test]
    fn checks_come_in_this_order() {
        let (mut trial, ann, bob, group) = world(3);
        let ack = |user, conversation, from, through| Acknowledge {
            user,
            conversation,
            from: Seq(from),
            through: Seq(through),
        };
        let stranger = UserId(1);
        check_order(
            &mut trial,
            vec![
                ("conversation", ack(stranger, ConversationId(1), 1, 9), Err(Refusal::NoSuchConversation)),
                ("member", ack(stranger, group, 1, 9), Err(Refusal::NotAMember)),
                ("ahead", ack(bob, group, 9, 4), Err(Refusal::PositionAhead)),
                ("fine", ack(bob, group, 1, 3), Ok(())),
            ],
        );
        trial.must(RemoveMember { by: ann, conversation: group, user: bob });
        let say = trial.say(ann, group);
        trial.must(say);
        check_order(
            &mut trial,
            vec![
                ("beyond what a former member sees", ack(bob, group, 1, 5), Err(Refusal::PositionAhead)),
                ("its farewell", ack(bob, group, 1, 4), Ok(())),
            ],
        );
    }

    /// Rule M5: an answer comes, and what was known is no fact.
    #[test]
    fn nothing_new_is_no_fact() {
        let (mut trial, _, bob, conversation) = world(10);
        let ack = |from, through| Acknowledge { user: bob, conversation, from: Seq(from), through: Seq(through) };
        let answer = |through| Reply::Acknowledged { conversation, through: Seq(through) };
        trial.must(ack(0, 4));
        trial.must(ack(7, 8));
        for (from, through) in [(0, 4), (1, 3), (2, 2), (7, 8), (8, 8), (9, 5), (0, 0)] {
            trial.again(ack(from, through), &answer(through));
        }
    }

    #[test]
    fn a_stretch_beyond_joins_the_mark_when_the_gap_is_filled() {
        let (mut trial, _, bob, conversation) = world(10);
        let mut ack = |from, through| {
            trial.must(Acknowledge { user: bob, conversation, from: Seq(from), through: Seq(through) });
            let member = trial.state.conversations.get(&conversation).unwrap().members[&bob];
            (member.acked.0, member.acked_from.0, member.acked_to.0, member.unacked(Seq(10)))
        };
        assert_eq!(ack(8, 10), (0, 8, 10, 7));
        assert_eq!(ack(5, 7), (0, 5, 10, 4));
        assert_eq!(ack(1, 2), (2, 5, 10, 2));
        assert_eq!(ack(2, 4), (10, 0, 0, 0));
    }

    #[test]
    fn the_fact_names_only_what_is_new() {
        let (mut trial, _, bob, conversation) = world(10);
        trial.must(Acknowledge { user: bob, conversation, from: Seq(1), through: Seq(4) });
        trial.must(Acknowledge { user: bob, conversation, from: Seq(1), through: Seq(6) });
        let Some((Fact::Acknowledged { from, through, .. }, _)) = trial.log.last() else { panic!("{:?}", trial.log) };
        assert_eq!((*from, *through), (Seq(5), Seq(6)));
    }
}
