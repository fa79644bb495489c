//! What a command may use besides the state: time, fresh ids and entropy, all given from outside.

use crate::ids::{Millis, Mint};

/// Lives as long as the shard's loop. The engine sets `now` for each batch, never backwards.
pub struct Context {
    pub now: Millis,
    pub mint: Mint,
    /// Fills 32 bytes that nobody can predict.
    pub entropy: Box<dyn FnMut() -> [u8; 32] + Send>,
}

impl Context {
    /// A fresh id, made from the batch's time.
    pub fn id<T: From<crate::ids::Minted>>(&mut self) -> T {
        self.mint.mint(self.now).into()
    }
}
