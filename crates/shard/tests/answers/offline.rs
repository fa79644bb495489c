//! Rule S5: what an account has not acknowledged, counted and in pages.

use laisee_core::{
    ids::{ConversationId, MessageId, UserId},
    query::{Answer, Query},
};

use super::world::Group;

async fn counts(group: &Group, user: UserId, conversations: &[ConversationId]) -> Vec<u32> {
    let query = Query::OfflineCounts { user, conversations: conversations.to_vec() };
    match group.answer(query).await {
        Answer::OfflineCounts(counts) => counts.into_iter().map(|(_, count)| count).collect(),
        other => panic!("{other:?}"),
    }
}

type Places = Vec<(ConversationId, u32)>;

/// All pages, one after another, and how many they were.
async fn pull(
    group: &Group,
    user: UserId,
    conversations: &[ConversationId],
    newest_first: bool,
    limit: usize,
) -> (Places, usize) {
    let (mut places, mut pages, mut beyond): (Places, usize, Option<MessageId>) = (vec![], 0, None);
    loop {
        let conversations = conversations.to_vec();
        let query = Query::Offline { user, conversations, newest_first, beyond, limit };
        let Answer::Messages(found) = group.answer(query).await else { panic!("no messages") };
        let Some(last) = found.last() else { return (places, pages) };
        assert!(found.len() <= limit);
        beyond = Some(last.id);
        pages += 1;
        places.extend(found.iter().map(|message| (message.conversation, message.seq.0)));
    }
}

async fn seqs(group: &Group, user: UserId, newest_first: bool, limit: usize) -> Vec<u32> {
    let (places, _) = pull(group, user, &[group.id], newest_first, limit).await;
    places.into_iter().map(|(_, seq)| seq).collect()
}

#[tokio::test]
async fn the_mark_and_the_stretch_beyond_it_are_left_out() {
    let group = Group::new().await;
    group.post(group.owner, 11).await;
    let ids = [group.id];
    assert_eq!(counts(&group, group.bob, &ids).await, [12]);
    group.acknowledge(group.bob, 1, 2).await;
    group.acknowledge(group.bob, 8, 10).await;
    assert_eq!(counts(&group, group.bob, &ids).await, [7]);
    for limit in [1, 2, 3, 7, 99] {
        assert_eq!(seqs(&group, group.bob, false, limit).await, [3, 4, 5, 6, 7, 11, 12], "{limit} a page");
        assert_eq!(seqs(&group, group.bob, true, limit).await, [12, 11, 7, 6, 5, 4, 3], "{limit} a page");
    }
    // The stretch grows downwards and meets the mark.
    group.acknowledge(group.bob, 5, 7).await;
    assert_eq!(seqs(&group, group.bob, false, 2).await, [3, 4, 11, 12]);
    group.acknowledge(group.bob, 3, 4).await;
    assert_eq!(seqs(&group, group.bob, false, 2).await, [11, 12]);
    group.acknowledge(group.bob, 0, 12).await;
    assert!(counts(&group, group.bob, &ids).await.is_empty(), "zeros are left out");
    assert!(seqs(&group, group.bob, true, 2).await.is_empty());
}

#[tokio::test]
async fn nobody_is_told_of_its_own_newest_message() {
    let group = Group::new().await;
    group.post(group.owner, 2).await;
    group.post(group.bob, 1).await;
    group.post(group.owner, 1).await;
    assert_eq!(seqs(&group, group.bob, false, 9).await, [1, 2, 3, 5]);
    assert_eq!(counts(&group, group.bob, &[group.id]).await, [4]);
}

#[tokio::test]
async fn pages_go_across_conversations_in_one_order() {
    let group = Group::new().await;
    let other = Group::create(&group.world, group.owner, vec![group.bob]).await;
    // In turn, so that pages mix them.
    for _ in 0..3 {
        group.post(group.owner, 1).await;
        group.post_in(other, group.owner, 2).await;
    }
    let both = [group.id, other];
    let (all, _) = pull(&group, group.bob, &both, false, 99).await;
    assert_eq!(all.len(), 4 + 7);
    assert_eq!(all[..5], [(group.id, 1), (other, 1), (group.id, 2), (other, 2), (other, 3)]);
    let backwards: Places = all.iter().rev().copied().collect();
    for limit in [1, 2, 4, 11] {
        let pages = all.len().div_ceil(limit);
        assert_eq!(pull(&group, group.bob, &both, false, limit).await, (all.clone(), pages));
        assert_eq!(pull(&group, group.bob, &both, true, limit).await, (backwards.clone(), pages));
    }
}

#[tokio::test]
async fn leaving_and_coming_back_bound_what_counts() {
    let group = Group::new().await;
    group.post(group.owner, 2).await;
    group.acknowledge(group.bob, 2, 3).await;
    group.leave(group.bob).await;
    group.post(group.owner, 3).await;
    assert_eq!(seqs(&group, group.bob, false, 9).await, [1]);
    group.come_back(group.bob).await;
    group.post(group.owner, 1).await;
    assert_eq!(seqs(&group, group.bob, false, 9).await, [8, 9], "its return, and what came after");
    assert_eq!(counts(&group, group.bob, &[group.id]).await, [2]);
}
