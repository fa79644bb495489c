//! Which messages a member sees, and whether there are more.

use laisee_core::{
    ids::{ConversationId, Millis, Seq, UserId},
    query::{Answer, Query, Stretch, StretchFrom},
    refusal::Refusal,
};

use super::world::Group;

fn stretch(conversation: ConversationId, from: StretchFrom, limit: usize) -> Stretch {
    Stretch { conversation, from, not_before: Millis(0), limit }
}

async fn history(group: &Group, user: UserId, from: StretchFrom, limit: usize) -> (Vec<u32>, bool) {
    let query = Query::History { user, stretches: vec![stretch(group.id, from, limit)] };
    match group.answer(query).await {
        Answer::Stretches(found) => (found[0].messages.iter().map(|message| message.seq.0).collect(), found[0].more),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn pages_say_whether_more_follow_in_their_direction() {
    use StretchFrom::{After, Before, NewestAfter};
    let group = Group::new().await;
    group.post(group.owner, 9).await;
    let cases = [
        (Before(Seq(0)), 4, vec![7, 8, 9, 10], true),
        (Before(Seq(0)), 10, (1..=10).collect(), false),
        (Before(Seq(5)), 3, vec![2, 3, 4], true),
        (Before(Seq(5)), 4, vec![1, 2, 3, 4], false),
        (Before(Seq(1)), 4, vec![], false),
        (Before(Seq(99)), 1, vec![10], true),
        (After(Seq(0)), 3, vec![1, 2, 3], true),
        (After(Seq(7)), 3, vec![8, 9, 10], false),
        (After(Seq(7)), 2, vec![8, 9], true),
        (After(Seq(10)), 2, vec![], false),
        (After(Seq(99)), 2, vec![], false),
        (NewestAfter(Seq(4)), 3, vec![8, 9, 10], true),
        (NewestAfter(Seq(4)), 6, vec![5, 6, 7, 8, 9, 10], false),
        (NewestAfter(Seq(10)), 6, vec![], false),
    ];
    for (from, limit, seqs, more) in cases {
        assert_eq!(history(&group, group.bob, from, limit).await, (seqs, more), "{from:?}, {limit}");
    }
}

#[tokio::test]
async fn who_left_sees_its_leaving_and_nothing_after() {
    let group = Group::new().await;
    group.post(group.owner, 4).await;
    // Its leaving is message 6.
    group.leave(group.bob).await;
    group.post(group.owner, 4).await;
    let seen = history(&group, group.bob, StretchFrom::Before(Seq(0)), 3).await;
    assert_eq!(seen, (vec![4, 5, 6], true));
    assert_eq!(history(&group, group.bob, StretchFrom::After(Seq(5)), 9).await, (vec![6], false));
    assert_eq!(history(&group, group.bob, StretchFrom::Before(Seq(9)), 2).await, (vec![5, 6], true));
}

#[tokio::test]
async fn who_comes_back_sees_what_comes_from_then_on() {
    let group = Group::new().await;
    group.post(group.owner, 4).await;
    group.leave(group.bob).await;
    group.post(group.owner, 4).await;
    // Coming back is told in message 11.
    group.come_back(group.bob).await;
    group.post(group.owner, 1).await;
    for from in [StretchFrom::Before(Seq(0)), StretchFrom::After(Seq(0)), StretchFrom::NewestAfter(Seq(3))] {
        assert_eq!(history(&group, group.bob, from, 9).await, (vec![11, 12], false), "{from:?}");
    }
    assert_eq!(history(&group, group.bob, StretchFrom::Before(Seq(11)), 9).await, (vec![], false));
    assert_eq!(history(&group, group.cid, StretchFrom::After(Seq(0)), 99).await.0.len(), 12);
}

#[tokio::test]
async fn what_is_too_old_is_left_out() {
    let group = Group::new().await;
    group.post(group.owner, 2).await;
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    group.post(group.owner, 3).await;
    let all = Query::History { user: group.bob, stretches: vec![stretch(group.id, StretchFrom::After(Seq(0)), 9)] };
    let Answer::Stretches(all) = group.answer(all).await else { panic!("no stretches") };
    let not_before = all[0].messages[3].at;
    for from in [StretchFrom::NewestAfter(Seq(0)), StretchFrom::Before(Seq(0)), StretchFrom::After(Seq(0))] {
        for (limit, seqs, more) in [(9, vec![4, 5, 6], false), (3, vec![4, 5, 6], false)] {
            let stretches = vec![Stretch { not_before, ..stretch(group.id, from, limit) }];
            let found = group.answer(Query::History { user: group.bob, stretches }).await;
            let Answer::Stretches(found) = found else { panic!("{found:?}") };
            let found_seqs: Vec<u32> = found[0].messages.iter().map(|message| message.seq.0).collect();
            assert_eq!((found_seqs, found[0].more), (seqs, more), "{from:?}, {limit}");
        }
    }
}

#[tokio::test]
async fn strangers_get_no_history() {
    let group = Group::new().await;
    let stranger = group.world.sign_up("zoe").await;
    let nowhere = ConversationId(stranger.0);
    for (conversation, refusal) in [(group.id, Refusal::NotAMember), (nowhere, Refusal::NoSuchConversation)] {
        let stretches = vec![stretch(conversation, StretchFrom::Before(Seq(0)), 9)];
        let refused = group.world.ask(Query::History { user: stranger, stretches }).await;
        assert_eq!(refused, Err(refusal));
    }
}
