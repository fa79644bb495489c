//! Reconciles each day when it is over, and a day that an operator asks for.

use std::{sync::mpsc::Sender, thread, time::Duration};

use laisee_bus::Bus;
use laisee_core::{
    command::{Command, RecordRun},
    ids::Millis,
    query::{Answer, Query},
    reconciliation::{DayNumber, Difference, RECONCILIATION_SHARD, Ran, Run},
};
use laisee_reconcile::day::{Day, Scope, reconcile};
use laisee_store::StoreError;
use tracing::{error, info, warn};

use super::{continuous::Surroundings, keep, now};

/// How often is looked whether there is something to do.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Between small steps of a run, so that the server has the disk and the processor.
const BREATH: Duration = Duration::from_millis(1);
/// How long a day whose run failed is left alone.
const AGAIN_AFTER: Duration = Duration::from_secs(60);
/// Runs looked at: those of about a year.
const RUNS_MAX: usize = 400;

pub(super) fn run(surroundings: &Surroundings, found: &Sender<Difference>) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_time().build() else {
        error!("no runtime for reconciliation");
        return;
    };
    // A day without facts is not worth one.
    let mut empty = None;
    while !surroundings.stopping() {
        let answer = runtime.block_on(surroundings.bus.query(RECONCILIATION_SHARD, Query::Runs { limit: RUNS_MAX }));
        let day = match answer {
            Ok(Answer::Runs(runs)) => due(&runs, now(), surroundings.config.nightly_after_s),
            // The shard is not up yet, or busy.
            _ => None,
        };
        let Some((day, asked)) = day.filter(|(day, asked)| *asked || empty != Some(*day)) else {
            surroundings.sleep(LOOK_EVERY);
            continue;
        };
        match reconcile_day(surroundings, day, found) {
            Ok(Some(ran)) if ran.facts == 0 && ran.differences == 0 && !asked => empty = Some(day),
            Ok(Some(ran)) => {
                info!(%day, differences = ran.differences, "reconciled");
                let record = Command::RecordRun(RecordRun { day: day.0, ran });
                if let Err(failure) = runtime.block_on(surroundings.bus.call(record, None)) {
                    warn!(%day, error = %failure, "the run was not taken down, and will be repeated");
                    surroundings.sleep(AGAIN_AFTER);
                }
            }
            Ok(None) => return,
            Err(failure) => {
                error!(%day, error = %failure, "a day cannot be reconciled");
                surroundings.sleep(AGAIN_AFTER);
            }
        }
    }
}

/// The next day to be reconciled: one that was asked for (`true`), or yesterday.
fn due(runs: &[(DayNumber, Run)], now: Millis, after_s: u32) -> Option<(Day, bool)> {
    let asked = runs.iter().find(|(_, run)| run.waits()).map(|(day, _)| (Day(*day), true));
    let yesterday = Day(Day::of(now.plus(-i64::from(after_s) * 1_000)).0 - 1);
    let ran = runs.iter().any(|(day, run)| Day(*day) == yesterday && run.ran.is_some());
    asked.or((!ran).then_some((yesterday, false)))
}

fn reconcile_day(surroundings: &Surroundings, day: Day, found: &Sender<Difference>) -> Result<Option<Ran>, StoreError> {
    let began = now();
    let overdue_since = began.plus(-i64::from(surroundings.config.overdue_ms));
    let opening = keep::opening(&surroundings.data, day).unwrap_or_default();
    let scope = Scope { day: Some(day), opening, overdue_since };
    let breathe = || {
        thread::sleep(BREATH);
        !surroundings.stopping()
    };
    let Some(report) = reconcile(&surroundings.store, &scope, breathe)? else { return Ok(None) };
    let ended = now();
    // The facts that say what was found are kept even where the report cannot be.
    if let Err(failure) = keep::report(&surroundings.data, &report, ended) {
        warn!(%day, error = %failure, "the report was not kept");
    }
    for difference in report.differences {
        // Nobody hears it where the continuous comparison is switched off; the report has it.
        let _ = found.send(difference);
    }
    let (facts, rows, differences) = (report.facts, report.rows, report.difference_count);
    Ok(Some(Ran { began, ended, facts, rows, differences }))
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
    fn yesterday_is_due_once_and_what_is_asked_for_comes_first() {
        let now = Millis(10 * DAY_MS + 700_000);
        assert_eq!(due(&[], now, 600), Some((Day(9), false)));
        assert_eq!(due(&[], Millis(10 * DAY_MS + 500_000), 600), Some((Day(8), false)), "the day has just ended");
        assert_eq!(due(&[(9, ran(now.0))], now, 600), None);
        let operator = laisee_core::ids::OperatorId(5);
        let asked = |at| Run { asked: Some((Millis(at), operator, "again".into())), ..ran(now.0) };
        assert_eq!(due(&[(9, ran(now.0)), (3, asked(now.0 + 1))], now, 600), Some((Day(3), true)));
        assert_eq!(due(&[(9, ran(now.0)), (3, asked(now.0 - 1))], now, 600), None, "it ran since");
    }
}
