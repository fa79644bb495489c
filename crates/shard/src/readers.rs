//! Readers: answer queries from the views, over connections of their own. They never pass through the writer.

use std::time::Duration;

use laisee_bus::{Failure, Question};
use laisee_store::{ReadTables, answer::answer};
use parking_lot::Mutex;
use tokio::sync::mpsc;
use tracing::error;

use crate::progress::Progress;

/// Questions answered from one snapshot at most.
const TOGETHER_MAX: usize = 64;
/// How long the views may take to reach what was durable when a question came.
const FRESH_WITHIN: Duration = Duration::from_secs(5);
const RETRY_AFTER_MS: u32 = 500;

/// Runs until the queue is closed or the shard fails.
pub(crate) fn run<R: ReadTables>(
    mut reader: R,
    questions: &Mutex<&mut mpsc::Receiver<Question>>,
    progress: &Progress,
    runtime: &tokio::runtime::Runtime,
    stopped: &tokio::sync::Notify,
) {
    let mut waiting = Vec::new();
    loop {
        let taken = {
            let mut questions = questions.lock();
            runtime.block_on(async {
                tokio::select! {
                    biased;
                    taken = questions.recv_many(&mut waiting, TOGETHER_MAX) => taken,
                    () = stopped.notified() => 0,
                }
            })
        };
        if taken == 0 {
            stopped.notify_one();
            return;
        }
        answer_together(&mut reader, &mut waiting, progress);
    }
}

fn answer_together<R: ReadTables>(reader: &mut R, waiting: &mut Vec<Question>, progress: &Progress) {
    let unavailable = Failure::Unavailable { retry_after_ms: RETRY_AFTER_MS };
    let mut answers = Vec::with_capacity(waiting.len());
    if progress.wait_viewed(progress.durable(), FRESH_WITHIN) {
        let read = reader.snapshot(|views| {
            for question in waiting.iter() {
                answers.push(answer(views, &question.query)?.map_err(Failure::Refused));
            }
            Ok(())
        });
        if let Err(failure) = read {
            error!(error = %failure, "a query could not be answered");
        }
    }
    answers.resize_with(waiting.len(), || Err(unavailable));
    for (question, answer) in waiting.drain(..).zip(answers) {
        // Whoever no longer waits needs no answer.
        drop(question.reply_to.send(answer));
    }
}
