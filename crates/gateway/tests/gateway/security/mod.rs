//! Everything that can be asked, asked by everybody who may not, with everything that cannot be meant.
//!
//! One row for each request stands in [`rows`]; the tests here run over the router's own tables and over the frames of the
//! protocol, so what comes to them without a row fails [`rows::every_request_has_a_row`].

mod amounts;
mod bytes;
mod callers;
mod ledger;
mod replays;
mod roads;
mod rows;
mod scene;
mod strangers;
mod webhook;
