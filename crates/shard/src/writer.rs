//! The writer: queue, load, apply, and on to the appender; between two batches, cuts for the viewer.

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use laisee_bus::Request;
use laisee_core::ids::{Millis, Position};
use laisee_store::{ReadTables, StoreError, views};
use tokio::sync::{
    Notify,
    mpsc::{self, error::SendError},
};

use crate::{
    appender::DOWN,
    engine::{Applied, Engine, FactBatch, Replying},
    options::ShardOptions,
    progress::Progress,
    timers::TimerWindow,
    viewer::ViewWork,
};

/// Commands that fall due are taken in at most so many at a time.
const DUE_MAX: usize = 1_024;
/// How long a batch that is much smaller than the last one waits for company. When many clients wait for their
/// replies, most of their next requests are microseconds away, and a commit that took only the first of them would make
/// the rest wait for the next.
const GATHER: Duration = Duration::from_micros(60);

pub(crate) struct Writer<'a, R> {
    pub engine: Engine,
    pub reader: R,
    pub options: &'a ShardOptions,
    pub requests: &'a mut mpsc::Receiver<Request>,
    pub applied: mpsc::Sender<Applied>,
    pub view: mpsc::Sender<ViewWork>,
    pub progress: &'a Progress,
    pub stop: &'a Notify,
    /// Facts that no cut has brought yet.
    pub uncut: Vec<Arc<FactBatch>>,
    /// Where requests go that were taken in and that nobody answers any more when it ends.
    pub left: &'a mut Vec<Replying>,
}

/// Where the writer stands besides its state.
struct Pace {
    last_batch: usize,
    last_cut: Position,
    cut_at: Instant,
    timers: TimerWindow,
}

impl<R: ReadTables> Writer<'_, R> {
    /// Runs until the bus is gone, `stop` is called, or something failed.
    pub async fn run(mut self) -> Result<(), StoreError> {
        let mut requests = Vec::new();
        let ended = self.take_turns(&mut requests).await;
        self.left.extend(requests.into_iter().map(|request| Replying::failed(request, DOWN)));
        ended
    }

    async fn take_turns(&mut self, requests: &mut Vec<Request>) -> Result<(), StoreError> {
        let timers = TimerWindow::default();
        let mut pace = Pace { last_batch: 0, last_cut: self.progress.viewed(), cut_at: Instant::now(), timers };
        loop {
            let pause = self.pause(&pace);
            let stopping = tokio::select! {
                biased;
                taken = self.requests.recv_many(requests, self.options.batch_max) => taken == 0,
                () = self.progress.writer.notified() => false,
                () = self.stop.notified() => true,
                () = tokio::time::sleep(pause) => false,
            };
            if self.progress.failed() {
                return Ok(());
            }
            self.gather(requests, pace.last_batch);
            requests.extend(self.engine.due(now(), DUE_MAX));
            if !requests.is_empty() {
                pace.last_batch = requests.len();
                self.load(requests)?;
                let applied = self.engine.apply(now(), requests);
                self.uncut.extend(applied.batch.clone());
                if let Err(SendError(applied)) = self.applied.send(applied).await {
                    self.left.extend(applied.replies);
                    return Ok(());
                }
            }
            pace.timers.keep(&mut self.engine.state, &mut self.reader, now(), self.progress.viewed())?;
            self.cut(&mut pace, stopping).await;
            self.slow_down().await;
            if stopping {
                return Ok(());
            }
        }
    }

    /// How long to sleep when nothing comes in.
    fn pause(&self, pace: &Pace) -> Duration {
        let due = self.engine.next_due().map(|due| due.0.saturating_sub(now().0).clamp(1, 60_000) as u64);
        let mut pause = Duration::from_millis(due.unwrap_or(60_000));
        if !self.uncut.is_empty() && self.viewer_idle(pace) {
            let interval = Duration::from_millis(self.options.cut_interval_ms);
            pause = pause.min(interval.saturating_sub(pace.cut_at.elapsed()));
        }
        pause
    }

    fn gather(&mut self, requests: &mut Vec<Request>, last_batch: usize) {
        let hoped = last_batch / 2;
        if requests.is_empty() || requests.len() >= hoped {
            return;
        }
        let begun = Instant::now();
        while requests.len() < hoped && begun.elapsed() < GATHER {
            match self.requests.try_recv() {
                Ok(request) => requests.push(request),
                Err(_) => std::thread::yield_now(),
            }
        }
    }

    fn load(&mut self, requests: &[Request]) -> Result<(), StoreError> {
        loop {
            let lacking = self.engine.lacking(requests);
            if lacking.is_empty() {
                return Ok(());
            }
            let loaded = self.reader.snapshot(|views| views::load(views, &lacking))?;
            self.engine.install(loaded);
        }
    }

    fn viewer_idle(&self, pace: &Pace) -> bool {
        self.progress.viewed() >= pace.last_cut
    }

    /// Hands the viewer a cut, if it is free and it is time.
    async fn cut(&mut self, pace: &mut Pace, stopping: bool) {
        let facts = self.engine.state.position.0 - pace.last_cut.0;
        if facts == 0 || (!stopping && !self.viewer_idle(pace)) {
            return;
        }
        let waited = pace.cut_at.elapsed() >= Duration::from_millis(self.options.cut_interval_ms);
        if !(stopping || waited || facts >= self.options.cut_facts || self.progress.view_wanted()) {
            return;
        }
        let saved = self.progress.viewed();
        let work = ViewWork { cut: self.engine.cut(), batches: std::mem::take(&mut self.uncut) };
        pace.last_cut = work.cut.position;
        pace.cut_at = Instant::now();
        // A viewer that is gone has failed, which the next turn of the loop sees.
        let _ = self.view.send(work).await;
        self.engine.state.evict(saved, self.options.entities_max);
    }

    /// Lets the views catch up, in small steps: one long wait would stall every commit behind it.
    async fn slow_down(&self) {
        let lag = self.engine.state.position.0 - self.progress.viewed().0;
        if lag > self.options.view_lag_max {
            let over = (lag - self.options.view_lag_max) * 10 / self.options.view_lag_max;
            tokio::time::sleep(Duration::from_millis(1 + over.min(9))).await;
        }
    }
}

pub(crate) fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis(since.as_millis() as i64)
}
