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
