//! The shape of a stage that reads batches: it starts once a piece, absorbs the piece's batches in order,
//! and its states are merged in the order of the pieces by whoever finishes.

use crate::batch::{Batch, Role};
use crate::error::Result;

/// A stage that turns the batches of a piece into a state of its own.
pub trait Stage: Sync {
    /// What one piece leaves behind.
    type State: Send;

    /// Whether the stage reads a column; others are not converted, and batches look as if the file lacked
    /// them.
    fn wants(&self, _role: Role) -> bool {
        true
    }

    /// A fresh state; called once a piece, on any thread.
    fn start(&self) -> Self::State;

    /// Takes in one batch; called by one thread at a time for each state, in record order.
    fn absorb(&self, state: &mut Self::State, batch: &Batch);

    /// Lets go of what only absorbing needed; called once a piece, after its last batch.
    ///
    /// # Errors
    /// When the state is to be laid down on a disk that is full.
    fn close(&self, _state: &mut Self::State) -> Result<()> {
        Ok(())
    }
}
