//! Answers to queries, from the views of a running shard: who may see what, and where a page ends.

mod answers {
    mod history;
    mod offline;
    mod people;
    mod world;
}
