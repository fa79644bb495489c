use laisee_bus::Bus;
use laisee_wire::v1;

use super::Acting;
use crate::handle::Desk;

impl<B: Bus> Desk<B> {
    pub(crate) async fn live_figures(&self, _: Acting, _: v1::GetFigures) -> Result<v1::LiveFigures, v1::Error> {
        Ok(self.live_figures.shown((self.clock)()))
    }
}
