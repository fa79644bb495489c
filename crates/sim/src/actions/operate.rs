//! What an operator does about risk.

use laisee_core::{
    command::{ChangeRules, Command, LiftSuspension, SuspendUser},
    ids::{Millis, OperatorId, UserId},
    risk::{Consequence, Rule, RuleId, RuleKind, change_rules::RuleChange},
};

use crate::world::World;

/// The gateway that operators come through.
const GATEWAY: u16 = 0;
/// Rules made in a world at most.
const RULES_MAX: u64 = 6;

/// What becomes of it is told to nobody: operators look at lists.
fn command(world: &mut World, command: Command) {
    let ticket = world.ticket();
    world.send_request(GATEWAY, ticket, command, None);
}

pub fn tune_rules(world: &mut World, _: usize) -> bool {
    let kinds = [
        RuleKind::Opens,
        RuleKind::Opens,
        RuleKind::Strangers,
        RuleKind::SharedDevice,
        RuleKind::CircularFlow,
        RuleKind::RefundRate { of_at_least: 2 },
    ];
    let kind = kinds[world.chance.index(kinds.len())];
    let for_ms = world.chance.between(1_000, 30_000);
    let consequence =
        if world.chance.happens(800) { Consequence::Suspend { for_ms, self_release: true } } else { Consequence::Flag };
    let rule = Rule {
        id: RuleId(0),
        name: "simulated".into(),
        kind,
        window_ms: world.chance.between(1_000, 120_000),
        threshold: world.chance.between(2, 4) as u32,
        consequence,
        enabled: true,
        dry_run: world.chance.happens(200),
    };
    // Nobody looked at the rules before, so the sequence is a guess, which is often stale.
    let expected = world.chance.below(RULES_MAX);
    let change = RuleChange::Put(rule);
    let (by, reason) = (OperatorId::HOST, "tuning".to_owned());
    command(world, Command::ChangeRules(ChangeRules { expected, change, by, reason }));
    true
}

fn somebody(world: &mut World) -> Option<UserId> {
    let users: Vec<u64> = world.people.iter().filter_map(|person| person.user).collect();
    world.chance.pick(&users).map(|user| UserId(*user))
}

pub fn suspend(world: &mut World, device: usize) -> bool {
    let Some(user) = somebody(world) else { return false };
    let until = Millis(world.device_now(device)).plus(world.chance.between(2_000, 60_000));
    let self_release = world.chance.happens(500);
    let (by, reason) = (OperatorId::HOST, "asked about".to_owned());
    command(world, Command::SuspendUser(SuspendUser { user, until, self_release, by, reason }));
    true
}

pub fn lift(world: &mut World, _: usize) -> bool {
    let Some(user) = somebody(world) else { return false };
    let lift = LiftSuspension { user, by: OperatorId::HOST, reason: "a mistake".into() };
    command(world, Command::LiftSuspension(lift));
    true
}
