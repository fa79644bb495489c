//! Reconciles each day when it is over, those that were missed while the server was down, and one that an operator asks for.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::mpsc::Sender,
    thread,
    time::{Duration, Instant},
};

use laisee_bus::Bus;
use laisee_core::{
    command::{Command, RecordRun},
    ids::{Millis, OrderId},
    query::{Answer, Query},
    reconciliation::{DayNumber, RECONCILIATION_SHARD, Ran, Run},
};
use laisee_reconcile::{
    day::{Day, Scope, first_day_since, reconcile},
    reckoner::{Finding, Standing},
};
use laisee_store::StoreError;
use tracing::{error, info, warn};

use super::{continuous::Surroundings, keep, now, orders};

/// How often is looked whether there is something to do.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Between small steps of a run, so that the server has the disk and the processor.
const BREATH: Duration = Duration::from_millis(1);
/// How long a day whose run failed is left alone, and one whose orders nobody answered for.
const AGAIN_AFTER: Duration = Duration::from_secs(60);
const ASK_AFTER: Duration = Duration::from_secs(600);
/// Runs looked at: those of about a year.
const RUNS_MAX: usize = 400;

/// Orders of days that were reconciled but for them, because their provider gave no answer.
#[derive(Default)]
struct Unanswered {
    days: BTreeMap<Day, BTreeSet<OrderId>>,
    next: Option<Instant>,
}

pub(super) fn run(surroundings: &Surroundings, found: &Sender<Finding>) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_time().build() else {
        error!("no runtime for reconciliation");
        return;
    };
    let mut done = loop {
        match begin(surroundings) {
            Ok(done) => break done,
            Err(failure) => error!(error = %failure, "it is not known which days were reconciled"),
        }
        surroundings.sleep(AGAIN_AFTER);
        if surroundings.stopping() {
            return;
        }
    };
    let mut unanswered = Unanswered::default();
    while !surroundings.stopping() {
        if let Err(failure) = ask_again(surroundings, &mut unanswered, found) {
            warn!(error = %failure, "orders of a day cannot be compared now");
        }
        let answer = runtime.block_on(surroundings.bus.query(RECONCILIATION_SHARD, Query::Runs { limit: RUNS_MAX }));
        let day = match answer {
            Ok(Answer::Runs(runs)) => due(&runs, done, now(), surroundings.config.nightly_after_s),
            // The shard is not up yet, or busy.
            _ => None,
        };
        let Some((day, asked)) = day else {
            surroundings.sleep(LOOK_EVERY);
            continue;
        };
        match reconcile_day(surroundings, day, asked, found) {
            Ok(Some(Done { through, ran, silent })) => {
                if let Some(ran) = ran {
                    info!(%day, differences = ran.differences, "reconciled");
                    let record = Command::RecordRun(RecordRun { day: day.0, ran });
                    if let Err(failure) = runtime.block_on(surroundings.bus.call(record, None)) {
                        warn!(%day, error = %failure, "the run was not taken down, and will be repeated");
                        surroundings.sleep(AGAIN_AFTER);
                        continue;
                    }
                }
                unanswered.days.remove(&day);
                if !silent.is_empty() {
                    unanswered.days.insert(day, silent);
                    unanswered.next.get_or_insert_with(|| Instant::now() + ASK_AFTER);
                }
                if !asked {
                    done = done.max(through);
                }
                keep_done(surroundings, done, &unanswered);
            }
            Ok(None) => return,
            Err(failure) => {
                error!(%day, error = %failure, "a day cannot be reconciled");
                surroundings.sleep(AGAIN_AFTER);
            }
        }
    }
}

/// The last day that needs nothing any more. Without one that was kept, everything is reconciled from the first day on.
fn begin(surroundings: &Surroundings) -> Result<Day, StoreError> {
    if let Some(done) = keep::days_done(&surroundings.data) {
        return Ok(done);
    }
    let first = first_day_since(&surroundings.store, Day(0), &Standing::default())?;
    let first = first.unwrap_or_else(|| Day::of(now()));
    Ok(Day(first.0 - 1))
}

/// Keeps how far days are done; those that wait for an answer are done again after a restart.
fn keep_done(surroundings: &Surroundings, done: Day, unanswered: &Unanswered) {
    let waits = unanswered.days.first_key_value().map(|(day, _)| Day(day.0 - 1));
    if let Err(failure) = keep::keep_days_done(&surroundings.data, waits.unwrap_or(done).min(done)) {
        warn!(error = %failure, "it was not kept which days were reconciled; some will be once more");
    }
}

/// Asks providers about orders that they did not answer for.
fn ask_again(
    surroundings: &Surroundings,
    unanswered: &mut Unanswered,
    found: &Sender<Finding>,
) -> Result<(), StoreError> {
    if unanswered.next.is_none_or(|next| Instant::now() < next) {
        return Ok(());
    }
    unanswered.next = Some(Instant::now() + ASK_AFTER);
    for (day, waiting) in std::mem::take(&mut unanswered.days) {
        let breathe = || !surroundings.stopping();
        let span = orders::span(Some(day));
        let Some(compared) = orders::compare(&surroundings.store, &surroundings.providers, span, &waiting, breathe)?
        else {
            return Ok(());
        };
        for difference in compared.differences {
            // Nobody hears it where the continuous comparison is switched off.
            let _ = found.send(Finding::Differs(difference));
        }
        if !compared.unanswered.is_empty() {
            unanswered.days.insert(day, compared.unanswered);
        }
    }
    if unanswered.days.is_empty() {
        unanswered.next = None;
    }
    Ok(())
}

/// The next day to be reconciled: one that was asked for (`true`), or the first that is over and not `done`.
fn due(runs: &[(DayNumber, Run)], done: Day, now: Millis, after_s: u32) -> Option<(Day, bool)> {
    let asked = runs.iter().find(|(_, run)| run.waits()).map(|(day, _)| (Day(*day), true));
    let yesterday = Day(Day::of(now.plus(-i64::from(after_s) * 1_000)).0 - 1);
    let next = Day(done.0 + 1);
    asked.or((next <= yesterday).then_some((next, false)))
}

/// What was done.
struct Done {
    /// The day, or the last of those that no log has anything of.
    through: Day,
    ran: Option<Ran>,
    /// The orders that no provider answered for.
    silent: BTreeSet<OrderId>,
}

fn reconcile_day(
    surroundings: &Surroundings,
    day: Day,
    asked: bool,
    found: &Sender<Finding>,
) -> Result<Option<Done>, StoreError> {
    let began = now();
    let overdue_since = began.plus(-i64::from(surroundings.config.overdue_ms));
    let opening = keep::opening(&surroundings.data, day).unwrap_or_default();
    if !asked {
        let next = first_day_since(&surroundings.store, day, &opening)?;
        // Today may yet have facts, so no further than the day before.
        let over = Day::of(now().plus(-i64::from(surroundings.config.nightly_after_s) * 1_000));
        let next = next.unwrap_or(over).min(over);
        if next > day {
            return Ok(Some(Done { through: Day(next.0 - 1), ran: None, silent: BTreeSet::new() }));
        }
    }
    let scope = Scope { day: Some(day), opening, overdue_since };
    let breathe = || {
        thread::sleep(BREATH);
        !surroundings.stopping()
    };
    let Some(mut report) = reconcile(&surroundings.store, &scope, breathe)? else { return Ok(None) };
    let (providers, moved) = (&surroundings.providers, &report.orders_moved);
    let compared = orders::compare(&surroundings.store, providers, orders::span(Some(day)), moved, breathe)?;
    let Some(compared) = compared else { return Ok(None) };
    report.add_orders(compared.orders, compared.unanswered.len() as u64, compared.differences);
    let ended = now();
    // The facts that say what was found are kept even where the report cannot be.
    if let Err(failure) = keep::report(&surroundings.data, &report, ended) {
        warn!(%day, error = %failure, "the report was not kept");
    }
    for difference in report.differences {
        // Nobody hears it where the continuous comparison is switched off; the report has it.
        let _ = found.send(Finding::Differs(difference));
    }
    let (facts, rows, differences) = (report.facts, report.rows, report.difference_count);
    let ran = Some(Ran { began, ended, facts, rows, differences });
    Ok(Some(Done { through: day, ran, silent: compared.unanswered }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: i64 = 86_400_000;

    fn ran(began: i64) -> Run {
        let (began, ended) = (Millis(began), Millis(began + 1));
        Run { asked: None, ran: Some(Ran { began, ended, facts: 0, rows: 0, differences: 0 }) }
    }

    #[test]
    fn days_are_due_one_after_another_and_what_is_asked_for_comes_first() {
        let now = Millis(10 * DAY_MS + 700_000);
        assert_eq!(due(&[], Day(8), now, 600), Some((Day(9), false)));
        assert_eq!(
            due(&[], Day(3), now, 600),
            Some((Day(4), false)),
            "what was missed is made good from its beginning"
        );
        assert_eq!(due(&[], Day(8), Millis(10 * DAY_MS + 500_000), 600), None, "the day has just ended");
        assert_eq!(due(&[(9, ran(now.0))], Day(9), now, 600), None);
        let operator = laisee_core::ids::OperatorId(5);
        let asked = |at| Run { asked: Some((Millis(at), operator, "again".into())), ..ran(now.0) };
        assert_eq!(due(&[(9, ran(now.0)), (3, asked(now.0 + 1))], Day(8), now, 600), Some((Day(3), true)));
        assert_eq!(due(&[(9, ran(now.0)), (3, asked(now.0 - 1))], Day(9), now, 600), None, "it ran since");
    }
}
