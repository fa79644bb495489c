//! What each kind of rule counts, and what follows.

use super::{
    Consequence, Effect, Rule, RuleId, RuleKind, Suspension, SuspensionReason,
    change_rules::{ChangeRules, RuleChange},
};
use crate::{
    command::{ExpirePacket, GrabPacket, OpenPacket, OpenSession, SendPacket},
    fact::Fact,
    fen::Fen,
    ids::{ConversationId, OperatorId, UserId},
    packet::PacketKind,
    refusal::Refusal,
    risk::device::device_of,
    trial::{Trial, check_order},
};

/// A trial with one rule, which is on.
fn with_rule(kind: RuleKind, threshold: u32) -> Trial {
    let mut trial = Trial::new();
    let suspend = Consequence::Suspend { for_ms: 60_000, self_release: true };
    put(&mut trial, kind, threshold, suspend, false);
    trial
}

fn put(trial: &mut Trial, kind: RuleKind, threshold: u32, consequence: Consequence, dry_run: bool) {
    let (id, name, window_ms) = (RuleId(0), "rule".to_owned(), 10_000);
    let rule = Rule { id, name, kind, window_ms, threshold, consequence, enabled: true, dry_run };
    let expected = trial.state.rules.book.sequence;
    trial.must(ChangeRules { expected, change: RuleChange::Put(rule), by: OperatorId(1), reason: "trial".into() });
    // Rules are obeyed from the next moment on.
    trial.later(1);
}

/// Who was hit, with which count.
fn hits(trial: &Trial) -> Vec<(UserId, u32)> {
    let hits = trial.log.iter().filter_map(|(fact, _)| match fact {
        Fact::RuleHit { user, count, .. } => Some((*user, *count)),
        _ => None,
    });
    hits.collect()
}

fn suspension(trial: &Trial, user: UserId) -> Option<Suspension> {
    trial.state.risks.peek(&user)?.suspended(trial.context.now).cloned()
}

/// A packet of equal shares that is opened by these.
fn opened(trial: &mut Trial, sender: UserId, conversation: ConversationId, each: i64, openers: &[UserId]) {
    let count = openers.len() as u32;
    let packet = trial.fund(sender, conversation, PacketKind::Equal, each * i64::from(count), count);
    trial.settle();
    for user in openers {
        trial.must(OpenPacket { user: *user, packet });
    }
    trial.settle();
}

#[test]
fn too_many_opens_suspend_and_a_slower_hand_goes_on() {
    let mut trial = with_rule(RuleKind::Opens, 3);
    let (ann, bob) = (trial.rich("ann", 10_000), trial.user("bob"));
    let group = trial.group(ann, &[bob]);
    for _ in 0..6 {
        opened(&mut trial, ann, group, 10, &[bob]);
        trial.later(5_000);
    }
    assert_eq!(hits(&trial), [], "never three within the window");
    opened(&mut trial, ann, group, 10, &[bob]);
    opened(&mut trial, ann, group, 10, &[bob]);
    assert_eq!(hits(&trial), [(bob, 3)]);
    let suspended = suspension(&trial, bob).unwrap();
    assert_eq!((suspended.reason, suspended.rule), (SuspensionReason::Opens, Some(RuleId(6))));
    assert_eq!(suspended.until, suspended.since.plus(60_000));

    let packet = trial.fund(ann, group, PacketKind::Equal, 20, 2);
    trial.settle();
    let (id, kind, greeting) = (trial.id(), PacketKind::Equal, String::new());
    let send =
        SendPacket { sender: bob, id, conversation: group, kind, amount: Fen(10), count: 1, greeting, pass: None };
    let refused = Err(Refusal::RiskSuspended);
    check_order(&mut trial, vec![("open", OpenPacket { user: bob, packet }, refused)]);
    check_order(&mut trial, vec![("grab", GrabPacket { user: bob, packet }, refused)]);
    check_order(&mut trial, vec![("send", send.clone(), refused)]);
    check_order(&mut trial, vec![("others go on", OpenPacket { user: ann, packet }, Ok(()))]);
    trial.later(60_000);
    check_order(&mut trial, vec![("when it is over", OpenPacket { user: bob, packet }, Ok(()))]);
    check_order(&mut trial, vec![("sending, too", send, Ok(()))]);
}

/// Money that was claimed arrives, and what was claimed can be seen again.
#[test]
fn a_suspension_takes_nothing_that_was_claimed() {
    let mut trial = with_rule(RuleKind::Opens, 2);
    let (ann, bob) = (trial.rich("ann", 10_000), trial.user("bob"));
    let group = trial.group(ann, &[bob]);
    let packets = [(); 3].map(|()| trial.fund(ann, group, PacketKind::Equal, 20, 2));
    trial.settle();
    for packet in packets {
        trial.must(OpenPacket { user: bob, packet });
    }
    assert_eq!(suspension(&trial, bob), None, "counted where the money arrives");
    trial.settle();
    assert!(suspension(&trial, bob).is_some());
    assert_eq!(trial.balance(bob), Fen(30), "all three arrived");
    for packet in packets {
        check_order(&mut trial, vec![("its share again", OpenPacket { user: bob, packet }, Ok(()))]);
        check_order(&mut trial, vec![("looking at it", GrabPacket { user: bob, packet }, Ok(()))]);
    }
}

#[test]
fn a_dry_run_and_a_flag_only_say_so() {
    for (consequence, dry_run, effect) in [
        (Consequence::Suspend { for_ms: 60_000, self_release: true }, true, Effect::DryRun),
        (Consequence::Flag, false, Effect::Flagged),
    ] {
        let mut trial = Trial::new();
        put(&mut trial, RuleKind::Opens, 2, consequence, dry_run);
        let (ann, bob) = (trial.rich("ann", 10_000), trial.user("bob"));
        let group = trial.group(ann, &[bob]);
        for _ in 0..5 {
            opened(&mut trial, ann, group, 10, &[bob]);
        }
        assert_eq!(hits(&trial), [(bob, 2), (bob, 2)], "no open counts in two hits");
        let effects = trial.log.iter().filter_map(|(fact, _)| match fact {
            Fact::RuleHit { effect, .. } => Some(effect.clone()),
            _ => None,
        });
        assert!(effects.eq([effect.clone(), effect]));
        assert_eq!(suspension(&trial, bob), None);
    }
}

#[test]
fn a_rule_that_is_off_counts_nothing() {
    let mut trial = with_rule(RuleKind::Opens, 2);
    let mut rule = trial.state.rules.book.rules.last().unwrap().clone();
    rule.enabled = false;
    trial.must(ChangeRules { expected: 1, change: RuleChange::Put(rule), by: OperatorId(1), reason: "off".into() });
    trial.later(1);
    let (ann, bob) = (trial.rich("ann", 10_000), trial.user("bob"));
    let group = trial.group(ann, &[bob]);
    for _ in 0..5 {
        opened(&mut trial, ann, group, 10, &[bob]);
    }
    assert_eq!(hits(&trial), []);
    assert!(trial.state.risks.is_empty(), "and holds nothing");
}

#[test]
fn packets_to_strangers_are_those_without_a_friend_among_the_openers() {
    let mut trial = with_rule(RuleKind::Strangers, 2);
    let [ann, bob, eve] = [trial.rich("ann", 10_000), trial.user("bob"), trial.user("eve")];
    let direct = trial.friends(ann, bob);
    let (mixed, strange) = (trial.group(ann, &[bob, eve]), trial.group(ann, &[eve]));
    trial.settle();
    for _ in 0..3 {
        opened(&mut trial, ann, direct, 10, &[bob]);
        opened(&mut trial, ann, mixed, 10, &[eve]);
    }
    assert_eq!(hits(&trial), [], "a friend may open each of them");
    opened(&mut trial, ann, strange, 10, &[eve]);
    opened(&mut trial, ann, strange, 10, &[eve]);
    assert_eq!(hits(&trial), [(ann, 2)]);
    assert_eq!(suspension(&trial, ann).unwrap().reason, SuspensionReason::Strangers);
    trial.later(100_000);
    trial.must(crate::command::RemoveFriend { by: ann, other: bob });
    trial.settle();
    opened(&mut trial, ann, mixed, 10, &[eve]);
    opened(&mut trial, ann, mixed, 10, &[eve]);
    assert_eq!(hits(&trial).len(), 2, "friends no longer");
}

#[test]
fn accounts_that_share_a_device_are_all_hit_once() {
    let mut trial = with_rule(RuleKind::SharedDevice, 3);
    let people = ["ann", "bob", "eve", "dan"].map(|name| trial.user(name));
    let device_id = Some(device_of("phone", 1));
    let mut sign_in = |user| {
        trial.must(OpenSession { user, token_hash: [1; 32], device: "phone".into(), device_id });
        trial.settle();
        hits(&trial)
    };
    for user in [people[0], people[1], people[0]] {
        assert_eq!(sign_in(user), []);
    }
    let all: Vec<_> = people.iter().take(3).map(|user| (*user, 3)).collect();
    assert_eq!(sign_in(people[2]), all);
    assert_eq!(sign_in(people[0]), all, "known already");
    assert_eq!(sign_in(people[3]).last(), Some(&(people[3], 4)));
    assert_eq!(suspension(&trial, people[1]).unwrap().reason, SuspensionReason::SharedDevice);
}

#[test]
fn money_in_circles_hits_both() {
    let mut trial = with_rule(RuleKind::CircularFlow, 2);
    let [ann, bob] = [trial.rich("ann", 10_000), trial.rich("bob", 10_000)];
    let group = trial.group(ann, &[bob]);
    opened(&mut trial, ann, group, 100, &[bob]);
    opened(&mut trial, bob, group, 50, &[ann]);
    assert_eq!(hits(&trial), [], "not a similar amount");
    opened(&mut trial, bob, group, 95, &[ann]);
    assert_eq!(hits(&trial), [], "one circle");
    trial.later(20_000);
    opened(&mut trial, ann, group, 100, &[bob]);
    opened(&mut trial, bob, group, 100, &[ann]);
    assert_eq!(hits(&trial), [], "the first is out of the window");
    opened(&mut trial, bob, group, 100, &[ann]);
    opened(&mut trial, ann, group, 100, &[bob]);
    let mut hit: Vec<_> = hits(&trial);
    hit.sort_unstable();
    assert_eq!(hit, [(ann, 2), (bob, 2)]);
}

#[test]
fn packets_that_go_back_hit_their_sender() {
    let mut trial = with_rule(RuleKind::RefundRate { of_at_least: 4 }, 50);
    let [ann, bob] = [trial.rich("ann", 10_000), trial.user("bob")];
    let group = trial.group(ann, &[bob]);
    let refused = |trial: &mut Trial| {
        trial.fund(ann, group, PacketKind::Equal, 100, 100);
        trial.settle();
    };
    refused(&mut trial);
    refused(&mut trial);
    opened(&mut trial, ann, group, 10, &[bob]);
    assert_eq!(hits(&trial), [], "two of three, but three are too few");
    opened(&mut trial, ann, group, 10, &[bob]);
    assert_eq!(hits(&trial), [(ann, 50)]);
    trial.later(100_000);
    let packets = [(); 4].map(|()| trial.fund(ann, group, PacketKind::Equal, 20, 2));
    trial.settle();
    trial.later(trial.state.settings.packet_life_ms);
    for packet in packets {
        trial.must(ExpirePacket { packet });
    }
    assert_eq!(hits(&trial), [(ann, 50), (ann, 100)], "those that run out, too");
}

/// What the log says again is what was counted.
#[test]
fn counts_follow_from_the_log() {
    let mut trial = with_rule(RuleKind::Opens, 2);
    put(&mut trial, RuleKind::CircularFlow, 2, Consequence::Flag, false);
    put(&mut trial, RuleKind::Strangers, 2, Consequence::Flag, true);
    let [ann, bob, eve] = [trial.rich("ann", 10_000), trial.rich("bob", 10_000), trial.user("eve")];
    trial.friends(ann, bob);
    let group = trial.group(ann, &[bob, eve]);
    for _ in 0..2 {
        opened(&mut trial, ann, group, 10, &[bob, eve]);
        opened(&mut trial, bob, group, 10, &[ann]);
        opened(&mut trial, ann, group, 10, &[eve]);
        trial.later(60_000);
    }
    assert!(!hits(&trial).is_empty());
    let mut replayed = trial.replayed();
    assert_eq!(Trial::words(&mut replayed), Trial::words(&mut trial.state));
}
