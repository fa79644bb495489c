//! The engine, recovery and courier without threads: what they do is then the same every time.

mod sans_io {
    mod engine;
    mod lone_shard;
    mod recovery;
}
