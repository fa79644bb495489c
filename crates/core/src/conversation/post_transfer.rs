use crate::{
    Context, State,
    content::{Content, TransferCard},
    cut::Key,
    fact::Fact,
    ids::{ClientId, ConversationId, UserId},
    pair::{Bond, PairKey},
    refusal::Refusal,
};

/// A transfer that its shard asks this conversation to show. Ends in the message being posted, or in a refusal that goes
/// back to the transfer's shard: never in neither.
#[derive(Clone, Debug)]
pub(crate) struct PostTransfer<'a> {
    pub conversation: ConversationId,
    pub sender: UserId,
    pub client_id: ClientId,
    pub card: &'a TransferCard,
}

impl PostTransfer<'_> {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Conversation(self.conversation));
        keys.push(Key::Sent(self.sender, self.client_id));
        // Two people's conversation and their friendship live in one shard.
        keys.push(Key::Pair(PairKey::of(self.sender, self.card.receiver)));
    }

    pub(crate) fn decide(&self, state: &State, context: &mut Context) -> Fact {
        match self.post(state, context) {
            Ok(posted) => posted,
            Err(refusal) => Fact::TransferDeclined { transfer: self.card.transfer, refusal },
        }
    }

    fn post(&self, state: &State, context: &mut Context) -> Result<Fact, Refusal> {
        if state.sent.get(self.sender, self.client_id).is_some() {
            return Err(Refusal::IdReused);
        }
        let conversation = state.conversations.get(&self.conversation).ok_or(Refusal::NoSuchConversation)?;
        conversation.active_member(self.sender)?;
        let direct = conversation.owner().is_none();
        if !direct || !conversation.members.contains_key(&self.card.receiver) {
            return Err(Refusal::RecipientInvalid);
        }
        let pair = state.pairs.get(&PairKey::of(self.sender, self.card.receiver));
        if pair.is_none_or(|pair| pair.bond != Bond::Friends) {
            return Err(Refusal::NotFriends);
        }
        Ok(Fact::MessagePosted {
            conversation: self.conversation,
            seq: conversation.head.head.next(),
            message: context.id(),
            sender: self.sender,
            client_id: self.client_id,
            content: Content::Transfer(self.card.clone()),
            eligible: vec![],
        })
    }
}
