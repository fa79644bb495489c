//! A closed loop over the bus: keeps so many requests in flight and takes replies in batches, as a gateway does.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use hdrhistogram::Histogram;
use laisee_bus::{Delivery, GatewayId, GatewayInbox, LocalBus, ReplyTo, Request};
use laisee_core::command::Command;

use super::Figures;

/// Requests that take longer count as this long.
const LONGEST_NS: u64 = 60_000_000_000;

/// Runs until `time` is over or `next` has no more commands, and says how fast replies came.
///
/// # Errors
/// When a command is refused: a bench that measures refusals measures nothing.
pub fn closed_loop(
    bus: &LocalBus,
    gateway: GatewayId,
    inbox: &GatewayInbox,
    in_flight: usize,
    time: Duration,
    mut next: impl FnMut() -> Option<Command>,
) -> Result<Figures> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let mut latency = Histogram::<u64>::new_with_bounds(1, LONGEST_NS, 3)?;
    let mut begun_at = vec![Instant::now(); in_flight];
    let mut idle: Vec<u64> = (0..in_flight as u64).collect();
    let mut flying = 0;
    let mut done = 0_u64;
    let mut deliveries = Vec::new();
    let begun = Instant::now();
    let mut over = false;
    loop {
        over = over || begun.elapsed() >= time;
        while !over {
            let Some(ticket) = idle.pop() else { break };
            let Some(command) = next() else {
                over = true;
                break;
            };
            begun_at[ticket as usize] = Instant::now();
            bus.send(Request { command, origin: None, reply_to: ReplyTo::Gateway { gateway, ticket } })?;
            flying += 1;
        }
        if flying == 0 {
            break;
        }
        runtime.block_on(inbox.take(&mut deliveries));
        let now = Instant::now();
        for delivery in deliveries.drain(..) {
            if let Delivery::Reply { ticket, outcome } = delivery {
                if let Err(failure) = outcome {
                    bail!("a measured command failed: {failure}");
                }
                latency.saturating_record((now - begun_at[ticket as usize]).as_nanos() as u64);
                idle.push(ticket);
                flying -= 1;
                done += 1;
            }
        }
    }
    let ms = |quantile| Some(latency.value_at_quantile(quantile) as f64 / 1e6);
    Ok(Figures {
        per_s: done as f64 / begun.elapsed().as_secs_f64(),
        p50_ms: ms(0.5),
        p99_ms: ms(0.99),
        ..Figures::default()
    })
}

/// Several runs as one: rates by time weighted alike, the worst of the percentiles' middle.
#[must_use]
pub fn together(runs: &[Figures]) -> Figures {
    let middle = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    };
    Figures {
        per_s: middle(runs.iter().map(|run| run.per_s).collect()).unwrap_or(0.0),
        p50_ms: middle(runs.iter().filter_map(|run| run.p50_ms).collect()),
        p99_ms: middle(runs.iter().filter_map(|run| run.p99_ms).collect()),
        ..Figures::default()
    }
}
