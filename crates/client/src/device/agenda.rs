use std::collections::BTreeSet;

/// What a device does by itself when its time comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Task {
    /// The answer to this request is late.
    Late(u32),
    /// Look whether messages of the outbox are to be sent.
    Outbox,
    /// This message of the outbox, by its rank, has waited long enough.
    GiveUp(u64),
    Acknowledge(u64),
    MarkRead(u64),
    /// Fetch what is missing of this conversation.
    Pull(u64),
    /// Ask how this conversation stands.
    Look(u64),
    Heartbeat,
    Silence,
    Sync,
}

/// Tasks by the time they are due. A task may stand there more than once; whoever runs it looks whether it is
/// still wanted, so nothing needs to be taken back.
#[derive(Clone, Debug, Default)]
pub(super) struct Agenda(BTreeSet<(i64, Task)>);

impl Agenda {
    pub(super) fn at(&mut self, due_ms: i64, task: Task) {
        self.0.insert((due_ms, task));
    }

    /// Takes a task back, to keep the agenda short; not needed for correctness.
    pub(super) fn drop_at(&mut self, due_ms: i64, task: Task) {
        self.0.remove(&(due_ms, task));
    }

    pub(super) fn next(&self) -> Option<i64> {
        self.0.first().map(|&(due, _)| due)
    }

    /// The first task that is due, in order of time.
    pub(super) fn take(&mut self, now_ms: i64) -> Option<Task> {
        let &(due, task) = self.0.first()?;
        if due > now_ms {
            return None;
        }
        self.0.pop_first();
        Some(task)
    }
}
