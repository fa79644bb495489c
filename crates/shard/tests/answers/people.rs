//! Members of groups, and who sees a packet.

use laisee_core::{
    command::{Command, Reply, SendPacket, TopUp},
    fen::Fen,
    ids::{PacketId, UserId},
    packet::{PacketKind, PacketStatus},
    query::{Answer, Query},
    refusal::Refusal,
};

use super::world::{Group, World};

async fn members(group: &Group, user: UserId, after: UserId, limit: usize) -> (Vec<UserId>, bool) {
    match group.answer(Query::Members { user, conversation: group.id, after, limit }).await {
        Answer::Members { members, more } => (members.into_iter().map(|member| member.user).collect(), more),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn former_members_are_passed_over() {
    let group = Group::new().await;
    let (ann, bob, cid) = (group.owner, group.bob, group.cid);
    let nobody = UserId(0);
    assert_eq!(members(&group, ann, nobody, 9).await, (vec![ann, bob, cid], false));
    assert_eq!(members(&group, ann, nobody, 2).await, (vec![ann, bob], true));
    assert_eq!(members(&group, ann, bob, 2).await, (vec![cid], false));

    group.leave(bob).await;
    assert_eq!(members(&group, ann, nobody, 1).await, (vec![ann], true), "one is left, behind the former one");
    assert_eq!(members(&group, ann, ann, 1).await, (vec![cid], false));
    group.leave(cid).await;
    assert_eq!(members(&group, ann, nobody, 1).await, (vec![ann], false), "only former ones follow");

    let query = Query::Members { user: bob, conversation: group.id, after: nobody, limit: 9 };
    assert_eq!(group.world.ask(query).await, Err(Refusal::NotAMember));
}

async fn seen(world: &World, user: UserId, packet: PacketId) -> Result<PacketStatus, Refusal> {
    match world.ask(Query::Packet { user, packet }).await {
        Ok(Answer::Packet(seen)) => {
            assert_eq!(seen.secret.is_some(), seen.status.ended(), "the secret is shown at the end (D1)");
            Ok(seen.status)
        }
        Ok(other) => panic!("{other:?}"),
        Err(refusal) => Err(refusal),
    }
}

#[tokio::test]
async fn strangers_learn_nothing_of_a_packet() {
    let group = Group::new().await;
    let world = &group.world;
    let stranger = world.sign_up("zoe").await;
    group.leave(group.cid).await;
    world.call(Command::TopUp(TopUp { user: group.owner, id: world.id(), amount: Fen(1_000) })).await;
    let send = SendPacket {
        sender: group.owner,
        id: world.id(),
        conversation: group.id,
        kind: PacketKind::Lucky,
        amount: Fen(200),
        count: 2,
        greeting: String::new(),
        pass: None,
    };
    let Reply::PacketFunded { packet, .. } = world.call(Command::SendPacket(send)).await else {
        panic!("it is not funded");
    };
    while seen(world, group.owner, packet).await != Ok(PacketStatus::Open) {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    assert_eq!(seen(world, group.bob, packet).await, Ok(PacketStatus::Open));
    for user in [stranger, group.cid] {
        assert_eq!(seen(world, user, packet).await, Err(Refusal::NoSuchPacket));
    }
    assert_eq!(seen(world, group.owner, PacketId(group.owner.0)).await, Err(Refusal::NoSuchPacket));

    group.come_back(stranger).await;
    assert_eq!(seen(world, stranger, packet).await, Err(Refusal::NoSuchPacket), "it came after the packet");
}
