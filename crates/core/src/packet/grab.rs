use crate::{
    Context, State,
    command::Reply,
    cut::Key,
    fact::Fact,
    ids::{PacketId, UserId},
    refusal::Refusal,
};

/// Asks whether there is anything left. Changes nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GrabPacket {
    pub user: UserId,
    pub packet: PacketId,
}

impl GrabPacket {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Packet(self.packet));
    }

    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Vec<Fact>, Refusal> {
        let packet = state.packets.get(&self.packet).ok_or(Refusal::NoSuchPacket)?;
        if !packet.visible_to(self.user) {
            return Err(Refusal::PacketNotForYou);
        }
        // What was claimed, and what has ended, can be looked at all the same.
        let could_open = !packet.head.status.ended() && packet.share_of(self.user).is_none();
        if could_open && state.is_suspended(self.user, context.now) {
            return Err(Refusal::RiskSuspended);
        }
        Ok(vec![])
    }

    pub(crate) fn reply(&self, state: &State) -> Reply {
        let packet = state.packets.get(&self.packet).expect("decided on it");
        Reply::PacketGrab {
            packet: self.packet,
            status: packet.head.status,
            left: packet.left(),
            mine: packet.share_of(self.user).map(|(_, amount)| amount),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::OpenPacket,
        fen::Fen,
        packet::{PacketKind, PacketStatus},
        trial::{Trial, check_order},
    };

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let [ann, bob, eve] = [trial.rich("ann", 100), trial.user("bob"), trial.user("eve")];
        let group = trial.group(ann, &[bob]);
        let packet = trial.fund(ann, group, PacketKind::Lucky, 100, 2);
        let grab = |user| GrabPacket { user, packet };
        check_order(
            &mut trial,
            vec![
                ("packet", GrabPacket { user: eve, packet: PacketId(1) }, Err(Refusal::NoSuchPacket)),
                ("on its way", grab(bob), Err(Refusal::PacketNotForYou)),
                ("its sender's, on its way", grab(ann), Ok(())),
            ],
        );
        trial.settle();
        check_order(
            &mut trial,
            vec![("stranger", grab(eve), Err(Refusal::PacketNotForYou)), ("member", grab(bob), Ok(()))],
        );
    }

    #[test]
    fn it_says_what_is_left_and_mine() {
        let mut trial = Trial::new();
        let [ann, bob, eve] = [trial.rich("ann", 100), trial.user("bob"), trial.user("eve")];
        let group = trial.group(ann, &[bob, eve]);
        let packet = trial.fund(ann, group, PacketKind::Equal, 100, 2);
        let seen = |status, left, mine: Option<i64>| Reply::PacketGrab { packet, status, left, mine: mine.map(Fen) };
        trial.again(GrabPacket { user: ann, packet }, &seen(PacketStatus::Funded, 2, None));
        trial.settle();
        trial.must(OpenPacket { user: bob, packet });
        trial.again(GrabPacket { user: bob, packet }, &seen(PacketStatus::Open, 1, Some(50)));
        trial.again(GrabPacket { user: eve, packet }, &seen(PacketStatus::Open, 1, None));
        trial.must(OpenPacket { user: ann, packet });
        trial.again(GrabPacket { user: eve, packet }, &seen(PacketStatus::Finished, 0, None));
    }
}
