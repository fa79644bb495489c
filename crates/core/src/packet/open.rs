use super::PacketStatus;
use crate::{
    Context, State,
    command::Reply,
    cut::Key,
    fact::Fact,
    ids::{PacketId, UserId},
    refusal::Refusal,
    risk::rule::Counted,
};

/// Claims the next share. Opening again has no further effect and gets the same answer (P4).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenPacket {
    pub user: UserId,
    pub packet: PacketId,
}

impl OpenPacket {
    pub(crate) fn needs(&self, state: &State, keys: &mut Vec<Key>) {
        keys.push(Key::Packet(self.packet));
        if let Some(packet) = state.packets.peek(&self.packet) {
            state.rules.need(packet.head.terms.sender, &[Counted::CircularFlow, Counted::RefundRate], keys);
        }
    }

    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Vec<Fact>, Refusal> {
        let packet = state.packets.get(&self.packet).ok_or(Refusal::NoSuchPacket)?;
        if packet.claims.contains_key(&self.user) {
            return Ok(vec![]);
        }
        let head = &packet.head;
        if head.status == PacketStatus::Funded {
            return Err(Refusal::PacketNotOpenYet);
        }
        if !head.may_open(self.user) {
            return Err(Refusal::PacketNotForYou);
        }
        match head.status {
            PacketStatus::Finished => return Err(Refusal::PacketFinished),
            PacketStatus::Expired | PacketStatus::Refunded => return Err(Refusal::PacketExpired),
            PacketStatus::Funded | PacketStatus::Open => {}
        }
        // The timer may be late; the time is not.
        if context.now >= head.terms.expires_at {
            return Err(Refusal::PacketExpired);
        }
        // Last, so that a packet from which nothing can be had says the same to everybody, here and at a gateway.
        if state.is_suspended(self.user, context.now) {
            return Err(Refusal::RiskSuspended);
        }
        let index = head.claimed;
        let amount = packet.shares[index as usize];
        let sender = head.terms.sender;
        Ok(vec![Fact::Claimed { packet: self.packet, sender, user: self.user, index, amount }])
    }

    pub(crate) fn reply(&self, state: &State, first: bool) -> Reply {
        let packet = state.packets.get(&self.packet).expect("decided on it");
        let (index, amount) = packet.share_of(self.user).expect("claimed now or before");
        Reply::PacketOpened { packet: self.packet, amount, index, first }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::ExpirePacket,
        fen::Fen,
        ids::ConversationId,
        packet::PacketKind,
        trial::{Trial, check_order},
    };

    /// Ann, who has 1,000 fen, Bob and Eve in her group, and Dan, who is not in it.
    fn world() -> (Trial, [UserId; 4], ConversationId) {
        let mut trial = Trial::new();
        let people = [trial.rich("ann", 1_000), trial.user("bob"), trial.user("eve"), trial.user("dan")];
        let group = trial.group(people[0], &people[1..3]);
        (trial, people, group)
    }

    #[test]
    fn checks_come_in_this_order() {
        let (mut trial, [ann, bob, eve, dan], group) = world();
        let packet = trial.fund(ann, group, PacketKind::Lucky, 100, 2);
        let open = |user| OpenPacket { user, packet };
        check_order(
            &mut trial,
            vec![
                ("packet", OpenPacket { user: dan, packet: PacketId(1) }, Err(Refusal::NoSuchPacket)),
                ("on its way", open(dan), Err(Refusal::PacketNotOpenYet)),
            ],
        );
        trial.settle();
        check_order(
            &mut trial,
            vec![
                ("stranger", open(dan), Err(Refusal::PacketNotForYou)),
                ("first", open(bob), Ok(())),
                ("its sender", open(ann), Ok(())),
                ("stranger, of a finished one", open(dan), Err(Refusal::PacketNotForYou)),
                ("too late", open(eve), Err(Refusal::PacketFinished)),
                ("mine, of a finished one", open(bob), Ok(())),
            ],
        );
        trial.later(trial.state.settings.packet_life_ms);
        check_order(
            &mut trial,
            vec![
                ("finished goes before expired", open(eve), Err(Refusal::PacketFinished)),
                ("mine, long after", open(bob), Ok(())),
            ],
        );
    }

    /// The timer may be late, the time is not.
    #[test]
    fn time_ends_with_the_millisecond_it_ends() {
        let (mut trial, [ann, bob, eve, dan], group) = world();
        let packet = trial.fund(ann, group, PacketKind::Lucky, 100, 3);
        trial.settle();
        let open = |user| OpenPacket { user, packet };
        trial.later(trial.state.settings.packet_life_ms - 1);
        check_order(&mut trial, vec![("in the last millisecond", open(bob), Ok(()))]);
        trial.later(1);
        let late = vec![
            ("stranger", open(dan), Err(Refusal::PacketNotForYou)),
            ("too late", open(eve), Err(Refusal::PacketExpired)),
            ("mine", open(bob), Ok(())),
        ];
        check_order(&mut trial, late.clone());
        trial.must(ExpirePacket { packet });
        check_order(&mut trial, late);
    }

    /// Rule P4.
    #[test]
    fn opening_again_gives_the_same_answer() {
        let (mut trial, [ann, bob, ..], group) = world();
        let packet = trial.fund(ann, group, PacketKind::Lucky, 100, 3);
        trial.settle();
        let Reply::PacketOpened { amount, index: 0, first: true, .. } = trial.must(OpenPacket { user: bob, packet })
        else {
            panic!("{:?}", trial.log)
        };
        let again = Reply::PacketOpened { packet, amount, index: 0, first: false };
        trial.must(OpenPacket { user: ann, packet });
        trial.again(OpenPacket { user: bob, packet }, &again);
        trial.forget_ids();
        trial.again(OpenPacket { user: bob, packet }, &again);
    }

    /// Rules P4 and D5; a claim is also the transfer into transit.
    #[test]
    fn shares_come_in_the_order_drawn_and_reach_the_wallets() {
        let (mut trial, [ann, bob, eve, _], group) = world();
        let packet = trial.fund(ann, group, PacketKind::Lucky, 1_000, 3);
        trial.settle();
        let shares = trial.state.packets.get(&packet).unwrap().shares.clone();
        for (index, user) in [eve, ann, bob].into_iter().enumerate() {
            let got = trial.must(OpenPacket { user, packet });
            let amount = shares[index];
            assert_eq!(got, Reply::PacketOpened { packet, amount, index: index as u32, first: true });
            assert_eq!(trial.balance(user), Fen::ZERO, "what is in transit is in no wallet yet");
        }
        assert_eq!(trial.state.meta.books.escrows, Fen::ZERO);
        trial.settle();
        assert_eq!([eve, ann, bob].map(|user| trial.balance(user)), *shares);
    }

    /// Rule P3: who joins later may not, and who has left may.
    #[test]
    fn who_may_open_was_fixed_when_it_was_posted() {
        use crate::command::{AddMembers, RemoveMember};
        let (mut trial, [ann, bob, eve, dan], group) = world();
        let packet = trial.fund(ann, group, PacketKind::Equal, 300, 3);
        trial.settle();
        trial.must(AddMembers { by: ann, conversation: group, users: vec![dan] });
        trial.must(RemoveMember { by: ann, conversation: group, user: bob });
        check_order(
            &mut trial,
            vec![
                ("joined later", OpenPacket { user: dan, packet }, Err(Refusal::PacketNotForYou)),
                ("left since", OpenPacket { user: bob, packet }, Ok(())),
                ("member", OpenPacket { user: eve, packet }, Ok(())),
            ],
        );
    }
}
