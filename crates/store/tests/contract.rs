//! What a store promises, on every store; then what only files can suffer.

#![allow(clippy::unwrap_used)]

mod contract {
    pub mod damage;
    pub mod days;
    pub mod isolation;
    pub mod log;
    pub mod places;
    pub mod scans;
    pub mod views;
}

/// Each case on each store.
macro_rules! on_every_store {
    ($($module:ident::$case:ident),* $(,)?) => {
        mod in_memory {
            $(#[test] fn $case() { crate::contract::$module::$case(&crate::contract::places::Memory::new()); })*
        }
        mod on_sqlite {
            $(#[test] fn $case() { crate::contract::$module::$case(&crate::contract::places::Folder::new()); })*
        }
    };
}

on_every_store! {
    log::an_empty_log_ends_at_zero,
    log::batches_come_back_in_order,
    log::reading_begins_with_the_batch_that_holds_the_wanted_fact,
    log::a_read_stops_after_bytes_max_but_gives_one_batch,
    log::pages_put_together_are_the_whole_log,
    log::a_batch_that_does_not_follow_is_refused_with_all_its_call,
    log::appending_nothing_changes_nothing,
    log::a_claim_fences_the_former_writer,
    log::a_fence_is_for_one_shard,
    log::readers_see_what_was_appended_after_they_were_made,
    log::another_opening_finds_the_log,
    views::changes_and_position_come_together,
    views::a_put_replaces_and_a_delete_needs_nothing_there,
    views::changes_are_made_in_their_order,
    views::a_snapshot_that_fails_hurts_nobody,
    views::shards_are_apart,
    views::another_opening_finds_the_views,
    scans::integers_sort_by_size,
    scans::text_sorts_bytewise,
    scans::bytes_sort_bytewise,
    scans::the_second_column_sorts_within_the_first,
    scans::bounds_are_exclusive,
    scans::limits_count_from_the_side_that_is_asked_for,
    scans::scans_agree_with_a_plain_filter,
}
