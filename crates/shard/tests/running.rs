//! Shards with their threads, over a store that waits or fails when told to.

mod running {
    mod durability;
    mod failures;
    mod limits;
    mod moody_store;
    mod world;
}
