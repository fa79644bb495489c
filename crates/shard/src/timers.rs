//! Which of the commands that fall due one day are in memory: those of the next minutes. Later ones wait in the views.

use laisee_core::{
    State,
    ids::{Millis, Position},
};
use laisee_store::{ReadTables, StoreError, views};

/// How far ahead timers are kept in memory, in ms.
const AHEAD_MS: i64 = 15 * 60 * 1000;
/// Timers taken into memory at most at once.
const TIMERS_MAX: usize = 100_000;

/// Moves the end of what is in memory along with the time. Sans-IO: production and the simulator drive the same code.
#[derive(Debug)]
pub struct TimerWindow {
    ahead_ms: i64,
    /// Timers due before the moment are loaded once the views have the position.
    refill: Option<(Position, Millis)>,
}

impl Default for TimerWindow {
    fn default() -> Self {
        Self::new(AHEAD_MS)
    }
}

impl TimerWindow {
    /// A window of so many ms.
    #[must_use]
    pub fn new(ahead_ms: i64) -> Self {
        Self { ahead_ms, refill: None }
    }

    /// To be called between two batches. `viewed`: how far the views are.
    ///
    /// # Errors
    /// The store's.
    pub fn keep<R: ReadTables>(
        &mut self,
        state: &mut State,
        reader: &mut R,
        now: Millis,
        viewed: Position,
    ) -> Result<(), StoreError> {
        match self.refill {
            None if state.timers_until < now.plus(self.ahead_ms / 3) => {
                let until = now.plus(self.ahead_ms);
                // New packets due before then enter memory from here on; those before come from the views.
                state.timers_until = until;
                self.refill = Some((state.position, until));
                Ok(())
            }
            Some((position, until)) if viewed >= position => {
                self.refill = None;
                load(state, reader, until)
            }
            _ => Ok(()),
        }
    }

    /// Takes in the timers that the views have, at the start.
    pub(crate) fn begin<R: ReadTables>(state: &mut State, reader: &mut R, now: Millis) -> Result<(), StoreError> {
        load(state, reader, now.plus(AHEAD_MS))
    }
}

/// Takes the timers due before `until` into memory. From then on the state takes new ones in by itself.
fn load<R: ReadTables>(state: &mut State, reader: &mut R, until: Millis) -> Result<(), StoreError> {
    let timers = reader.snapshot(|views| views::timers(views, until, TIMERS_MAX))?;
    // When there are more than fit, the window ends at the last one taken.
    state.timers_until = if timers.len() == TIMERS_MAX { timers[TIMERS_MAX - 1].0 } else { until };
    state.timers.extend(timers);
    Ok(())
}
