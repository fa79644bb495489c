//! A storm from the first sign-up to the report.

use std::{
    future::{Future, pending},
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use laisee_client::{Connection, Tempo};
use tokio::{
    sync::Semaphore,
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval, sleep, timeout_at},
};

use crate::{
    Plan, Report, StormError,
    audit::Audit,
    cast::{Person, gather, sign_up, tag},
    insist::ask,
    ledger::{Entry, Ledger},
    measure::Measure,
    player::{Counts, Place, Player, Seat, Stage, lock},
    verify::verify_record,
    work::Work,
};

/// Actions under way in an open loop for each user; more wait, and their latency shows it.
const OPEN_LOOP_EACH: usize = 64;

/// Plays the plan to its end.
///
/// # Errors
/// When the plan makes no sense, the preparations do not succeed, or a file cannot be written. What the server does
/// wrong during the play is no error but stands in the report.
pub async fn run(plan: Plan) -> Result<Report, StormError> {
    run_until(plan, pending()).await
}

/// As [`run`], but the play ends as soon as `stop` does, if that is before the plan's duration is over.
pub async fn run_until(plan: Plan, stop: impl Future<Output = ()>) -> Result<Report, StormError> {
    plan.check()?;
    let mut ledger = Ledger::open(plan.ledger.as_deref())?;
    ledger.add(&Entry::Storm { seed: plan.seed, addresses: plan.addresses.clone() });
    say(&plan, format_args!("seed {}: {} users, setting up", plan.seed, plan.users));
    let tag = tag(plan.seed);
    let people = sign_up(&plan.addresses, &tag, plan.users as usize, plan.setup_concurrency as usize).await?;
    for person in &people {
        let Person { user, name, password, token } = person.clone();
        ledger.add(&Entry::User { user, name, password, token });
    }
    let stage = Arc::new(Stage {
        plan: plan.clone(),
        started: Instant::now(),
        audit: Mutex::new(Audit::default()),
        ledger: Mutex::new(ledger),
        measure: Mutex::new(Measure::new()),
        counts: Mutex::new(Counts::default()),
        settings: OnceLock::new(),
    });
    let players = seat(&stage, people);
    form_groups(&stage, &players).await?;
    prepare_wallets(&stage, &players).await?;

    say(&plan, format_args!("playing for {:.0} s", plan.duration_ms as f64 / 1_000.0));
    *lock(&stage.measure) = Measure::new();
    let began = Instant::now();
    let ticker = tokio::spawn(progress(stage.clone(), began));
    let mut unresolved = play(&stage, &players, stop).await;
    let seconds = began.elapsed().as_secs_f64();
    say(&plan, format_args!("settling"));
    unresolved += settle(&stage, &players).await;
    ticker.abort();

    let record = {
        let mut ledger = lock(&stage.ledger);
        ledger.add(&Entry::End { unresolved });
        if let Some(path) = &plan.ledger {
            ledger.flush().map_err(StormError::file(path))?;
        }
        ledger.record.clone()
    };
    say(&plan, format_args!("comparing everything acknowledged with what is stored"));
    let verification = verify_record(&plan.addresses, &record, Duration::from_millis(plan.settle_ms)).await;
    for player in &players {
        player.link.close().await;
    }
    let report = report(&stage, seconds, unresolved, verification);
    report.write()?;
    Ok(report)
}

fn say(plan: &Plan, what: std::fmt::Arguments<'_>) {
    if !plan.quiet {
        eprintln!("storm: {what}");
    }
}

fn seat(stage: &Arc<Stage>, people: Vec<Person>) -> Vec<Player> {
    let every = stage.plan.json_every as usize;
    let mut players = Vec::with_capacity(people.len());
    for (index, person) in people.into_iter().enumerate() {
        let json = every > 0 && index % every == every - 1;
        let mut options = Person::options(&stage.plan.addresses, json);
        // Server settings decide what a heartbeat is; a request may wait through a restart.
        options.request_timeout = Duration::from_secs(5);
        let tempo = Tempo { answer_ms: 3_000, resend_min_ms: 500, ..Tempo::tireless() };
        let device = person.device(tempo, stage.plan.seed.wrapping_add(index as u64));
        let seat = Arc::new(Seat::new(stage.clone(), person));
        let watching = seat.clone();
        let (link, _) = Connection::open(options, device, move |event| watching.observe(event));
        players.push(Player { seat, link });
    }
    players
}

async fn form_groups(stage: &Arc<Stage>, players: &[Player]) -> Result<(), StormError> {
    let permits = Arc::new(Semaphore::new(stage.plan.setup_concurrency as usize));
    let mut tasks = JoinSet::new();
    for (nth, range) in stage.plan.groups().into_iter().enumerate() {
        let members: Vec<(u64, Connection)> =
            players[range.clone()].iter().map(|p| (p.seat.person.user, p.link.clone())).collect();
        let permits = permits.clone();
        tasks.spawn(async move { (range, gather(&members, format!("Storm {nth}"), permits).await) });
    }
    while let Some(done) = tasks.join_next().await {
        let (range, circle) = done.map_err(|e| StormError::Plan(format!("a group's task ended: {e}")))?;
        let circle = circle?;
        let members: Vec<u64> = players[range.clone()].iter().map(|p| p.seat.person.user).collect();
        let mut places: Vec<Vec<Place>> = vec![Vec::new(); members.len()];
        let everybody = Place { conversation: circle.group, members: members.clone(), direct: false };
        places.iter_mut().for_each(|of_one| of_one.push(everybody.clone()));
        for (nth, &conversation) in circle.direct.iter().enumerate() {
            let pair = Place { conversation, members: vec![members[0], members[nth + 1]], direct: true };
            places[0].push(pair.clone());
            places[nth + 1].push(pair);
        }
        for place in places[0].iter() {
            let (conversation, members) = (place.conversation, place.members.clone());
            lock(&stage.audit).rooms.open(conversation, &members);
            lock(&stage.ledger).add(&Entry::Conversation { conversation, members });
        }
        for (player, places) in players[range].iter().zip(places) {
            let _ = player.seat.places.set(places);
        }
    }
    Ok(())
}

/// Gives everybody money, and a PIN where the play needs one.
async fn prepare_wallets(stage: &Arc<Stage>, players: &[Player]) -> Result<(), StormError> {
    let permits = Arc::new(Semaphore::new(stage.plan.setup_concurrency as usize));
    let mut tasks = JoinSet::new();
    for (index, player) in players.iter().enumerate() {
        let (player, permits) = (player.clone(), permits.clone());
        let mut work = Work::new(stage.plan.seed, index as u64, stage.plan.mix);
        tasks.spawn(async move {
            let _permit = permits.acquire().await;
            let mix = player.seat.stage.plan.mix;
            if mix.withdraw > 0 || mix.transfer > 0 {
                player.set_pin(&mut work.dice).await?;
            }
            player.top_up(&mut work.dice).await
        });
    }
    while let Some(done) = tasks.join_next().await {
        let topped_up = done.map_err(|e| StormError::Plan(format!("a wallet's task ended: {e}")))?;
        topped_up.map_err(StormError::setup("preparing wallets"))?;
    }
    Ok(())
}

/// Plays until the time is over, then waits for what is under way; how much was never answered.
async fn play(stage: &Arc<Stage>, players: &[Player], stop: impl Future<Output = ()>) -> u64 {
    let end = Instant::now() + Duration::from_millis(stage.plan.duration_ms);
    let over = Arc::new(OnceLock::new());
    let mut tasks = JoinSet::new();
    if stage.plan.rate > 0.0 {
        let tasks = &mut tasks;
        tokio::select! {
            () = open_loop(stage, players, tasks) => {}
            () = stop => {}
            () = tokio::time::sleep_until(end) => {}
        }
    } else {
        for (index, player) in players.iter().enumerate() {
            for nth in 0..stage.plan.in_flight {
                let worker = (u64::from(nth) + 1) << 32 | index as u64;
                let mut work = Work::new(stage.plan.seed, worker, stage.plan.mix);
                let (player, over) = (player.clone(), over.clone());
                let think = Duration::from_millis(stage.plan.think_ms);
                tasks.spawn(async move {
                    while over.get().is_none() {
                        let action = work.draw();
                        player.play(action, Instant::now(), &mut work.dice).await;
                        if think.is_zero() {
                            // An action that finds nothing to do must not keep others from theirs.
                            tokio::task::yield_now().await;
                        } else {
                            sleep(think).await;
                        }
                    }
                });
            }
        }
        tokio::select! {
            () = stop => {}
            () = tokio::time::sleep_until(end) => {}
        }
    }
    let _ = over.set(());
    let patience = Instant::now() + Duration::from_millis(stage.plan.settle_ms);
    let mut ended_badly = 0;
    while let Ok(Some(done)) = timeout_at(patience, tasks.join_next()).await {
        ended_badly += u64::from(done.is_err());
    }
    let unresolved = tasks.len() as u64 + ended_badly;
    tasks.abort_all();
    unresolved
}

async fn open_loop(stage: &Arc<Stage>, players: &[Player], tasks: &mut JoinSet<()>) {
    let mut ticks = interval(Duration::from_millis(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let began = Instant::now();
    let mut work = Work::new(stage.plan.seed, u64::MAX, stage.plan.mix);
    for n in 0_u64.. {
        let due = began + Duration::from_secs_f64(n as f64 / stage.plan.rate);
        while Instant::now() < due {
            ticks.tick().await;
            while tasks.try_join_next().is_some() {}
        }
        while tasks.len() >= players.len() * OPEN_LOOP_EACH {
            tasks.join_next().await;
        }
        let player = players[work.dice.below(players.len() as u64) as usize].clone();
        let action = work.draw();
        let mut dice = laisee_client::device::Jitter::new(work.dice.next_u64());
        tasks.spawn(async move { player.play(action, due, &mut dice).await });
    }
}

/// Waits until every member has everything; adds what is missing to the findings.
async fn settle(stage: &Arc<Stage>, players: &[Player]) -> u64 {
    let patience = Instant::now() + Duration::from_millis(stage.plan.settle_ms);
    loop {
        let behind = lock(&stage.audit).rooms.behind();
        if behind.is_empty() {
            break;
        }
        if Instant::now() >= patience {
            let findings = &mut lock(&stage.audit).findings;
            for (user, conversation, position, head) in behind {
                let what = format!("user {user} saw {position} of {head} in conversation {conversation}");
                findings.add("S1", what);
            }
            break;
        }
        sleep(Duration::from_millis(50)).await;
    }
    // One answer more from each connection: whatever was told before it has been taken in.
    let mut silent = 0;
    for player in players {
        let until = patience.max(Instant::now() + Duration::from_secs(10));
        silent += u64::from(ask(&player.link, laisee_wire::v1::GetWallet {}, until).await.is_err());
    }
    silent
}

async fn progress(stage: Arc<Stage>, began: Instant) {
    let mut ticks = interval(Duration::from_secs(1));
    ticks.tick().await;
    loop {
        ticks.tick().await;
        let flushed = lock(&stage.ledger).flush();
        let resident_mib = stage.plan.watch.and_then(resident_mib);
        let second = lock(&stage.measure).next_second(resident_mib);
        let per_s: u64 = second.done.iter().filter(|(kind, _)| *kind != "deliver").map(|(_, count)| count).sum();
        let delivered = second.done.get("deliver").copied().unwrap_or(0);
        let (reconnects, wrong) = (lock(&stage.counts).reconnects, lock(&stage.audit).findings.count);
        say(
            &stage.plan,
            format_args!(
                "{:>4.0} s  {per_s:>6}/s  delivered {delivered:>6}/s  p50 {:>7.2} ms  p99 {:>8.2} ms  errors {:>4}  \
                 reconnects {reconnects:>4}  violations {wrong}",
                began.elapsed().as_secs_f64(),
                second.p50_ms,
                second.p99_ms,
                second.errors,
            ),
        );
        if let Err(error) = flushed {
            say(&stage.plan, format_args!("the ledger cannot be written: {error}"));
            lock(&stage.audit).findings.add("ledger", error.to_string());
        }
    }
}

/// The resident memory of a process, where the system tells it.
fn resident_mib(pid: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let kib = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.split_whitespace().next()?;
    kib.parse::<f64>().ok().map(|kib| kib / 1024.0)
}

fn report(stage: &Stage, seconds: f64, unresolved: u64, verification: crate::Verification) -> Report {
    let (audit, measure, counts) = (lock(&stage.audit), lock(&stage.measure), *lock(&stage.counts));
    Report {
        plan: stage.plan.clone(),
        seconds,
        operations: measure.operations(Duration::from_secs_f64(seconds)),
        errors: measure.errors().clone(),
        reconnects: counts.reconnects,
        reloads: counts.reloads,
        unresolved,
        violation_count: audit.findings.count,
        violations: audit.findings.kept.clone(),
        verification,
        series: measure.seconds(),
    }
}
