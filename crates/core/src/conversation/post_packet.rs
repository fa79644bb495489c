use crate::{
    Context, State,
    content::{Content, PacketCard},
    cut::Key,
    fact::Fact,
    ids::{ClientId, ConversationId, UserId},
    packet::PacketKind,
    refusal::Refusal,
};

/// A packet that its shard asks this conversation to show. Ends in the message being posted, or in a refusal that goes
/// back to the packet's shard: never in neither.
#[derive(Clone, Debug)]
pub(crate) struct PostPacket<'a> {
    pub conversation: ConversationId,
    pub sender: UserId,
    pub client_id: ClientId,
    pub card: &'a PacketCard,
}

impl PostPacket<'_> {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Conversation(self.conversation));
        keys.push(Key::Sent(self.sender, self.client_id));
    }

    pub(crate) fn decide(&self, state: &State, context: &mut Context) -> Fact {
        match self.post(state, context) {
            Ok(posted) => posted,
            Err(refusal) => Fact::PacketDeclined { packet: self.card.packet, refusal },
        }
    }

    fn post(&self, state: &State, context: &mut Context) -> Result<Fact, Refusal> {
        if state.sent.get(self.sender, self.client_id).is_some() {
            return Err(Refusal::IdReused);
        }
        let conversation = state.conversations.get(&self.conversation).ok_or(Refusal::NoSuchConversation)?;
        conversation.active_member(self.sender)?;
        Ok(Fact::MessagePosted {
            conversation: self.conversation,
            seq: conversation.head.head.next(),
            message: context.id(),
            sender: self.sender,
            client_id: self.client_id,
            content: Content::Packet(self.card.clone()),
            eligible: self.eligible(conversation)?,
        })
    }

    /// Rule P3.
    fn eligible(&self, conversation: &super::Conversation) -> Result<Vec<UserId>, Refusal> {
        let others = || conversation.recipients.iter().copied().filter(|user| *user != self.sender);
        let direct = conversation.owner().is_none();
        match self.card.kind {
            PacketKind::Named(recipient) => {
                // In a direct conversation the recipient need not be named: there is only one.
                let unnamed = direct && recipient == UserId(0);
                let found = others().find(|user| *user == recipient || unnamed);
                Ok(vec![found.ok_or(Refusal::RecipientInvalid)?])
            }
            PacketKind::Equal | PacketKind::Lucky if direct => {
                if self.card.count != 1 {
                    return Err(Refusal::ShareCountInvalid);
                }
                Ok(others().collect())
            }
            PacketKind::Equal | PacketKind::Lucky => {
                if self.card.count as usize > conversation.recipients.len() {
                    return Err(Refusal::ShareCountInvalid);
                }
                Ok(conversation.recipients.to_vec())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::PostMessage,
        ids::PacketId,
        trial::{Trial, text},
    };

    fn card(kind: PacketKind, count: u32) -> PacketCard {
        PacketCard { packet: PacketId(7), kind, greeting: String::new(), count }
    }

    /// Who may open the card, or why it is declined.
    fn post(
        trial: &mut Trial,
        sender: UserId,
        conversation: ConversationId,
        card: &PacketCard,
    ) -> Result<Vec<UserId>, Refusal> {
        let post = PostPacket { conversation, sender, client_id: trial.id(), card };
        trial.load_keys(|_, keys| post.needs(keys));
        match post.decide(&trial.state, &mut trial.context) {
            Fact::MessagePosted { eligible, .. } => Ok(eligible),
            Fact::PacketDeclined { packet: PacketId(7), refusal } => Err(refusal),
            other => panic!("{other:?}"),
        }
    }

    /// Rules P2 and P3, as far as the conversation decides them.
    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let [ann, bob, eve, dan] = ["ann", "bob", "eve", "dan"].map(|name| trial.user(name));
        let direct = trial.friends(ann, bob);
        let group = trial.group(ann, &[bob, eve]);
        let nobody = UserId(0);
        for (what, sender, conversation, kind, count, expected) in [
            ("conversation", dan, ConversationId(1), PacketKind::Lucky, 9, Err(Refusal::NoSuchConversation)),
            ("member", dan, group, PacketKind::Lucky, 9, Err(Refusal::NotAMember)),
            ("more shares than members", ann, group, PacketKind::Lucky, 4, Err(Refusal::ShareCountInvalid)),
            ("as many as members", ann, group, PacketKind::Lucky, 3, Ok(vec![ann, bob, eve])),
            ("equal", eve, group, PacketKind::Equal, 1, Ok(vec![ann, bob, eve])),
            ("for a member", ann, group, PacketKind::Named(eve), 1, Ok(vec![eve])),
            ("for a stranger", ann, group, PacketKind::Named(dan), 1, Err(Refusal::RecipientInvalid)),
            ("for oneself", ann, group, PacketKind::Named(ann), 1, Err(Refusal::RecipientInvalid)),
            ("for nobody in a group", ann, group, PacketKind::Named(nobody), 1, Err(Refusal::RecipientInvalid)),
            ("for nobody in particular", ann, direct, PacketKind::Named(nobody), 1, Ok(vec![bob])),
            ("for the other", bob, direct, PacketKind::Named(ann), 1, Ok(vec![ann])),
            ("for a third", ann, direct, PacketKind::Named(eve), 1, Err(Refusal::RecipientInvalid)),
            ("two shares for two", ann, direct, PacketKind::Lucky, 2, Err(Refusal::ShareCountInvalid)),
            ("one share for two", ann, direct, PacketKind::Equal, 1, Ok(vec![bob])),
        ] {
            assert_eq!(post(&mut trial, sender, conversation, &card(kind, count)), expected, "{what}");
        }
    }

    #[test]
    fn a_packet_needs_an_id_that_no_message_has() {
        let mut trial = Trial::new();
        let (ann, bob) = (trial.rich("ann", 100), trial.user("bob"));
        let group = trial.group(ann, &[bob]);
        let say = trial.say(ann, group);
        trial.must(say.clone());
        let send = crate::command::SendPacket {
            sender: ann,
            id: say.client_id,
            conversation: group,
            kind: PacketKind::Lucky,
            amount: crate::fen::Fen(100),
            count: 2,
            greeting: String::new(),
            pass: None,
        };
        trial.must(send);
        trial.settle();
        assert_eq!(trial.balance(ann), crate::fen::Fen(100), "the packet went back");
    }

    #[test]
    fn a_message_does_not_take_a_packets_id() {
        let mut trial = Trial::new();
        let (ann, bob) = (trial.rich("ann", 100), trial.user("bob"));
        let group = trial.group(ann, &[bob]);
        trial.fund(ann, group, PacketKind::Lucky, 100, 2);
        trial.settle();
        let Some(client_id) = trial.log.iter().find_map(|(fact, _)| match fact {
            Fact::PacketFunded { id, .. } => Some(*id),
            _ => None,
        }) else {
            panic!("{:?}", trial.log)
        };
        let before = trial.log.len();
        trial.must(PostMessage { sender: ann, conversation: group, client_id, content: text("hello") });
        assert_eq!(trial.log.len(), before);
    }
}
