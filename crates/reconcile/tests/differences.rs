//! Each kind of difference, made below the rules in logs or views, and found by name.

#![allow(clippy::unwrap_used)]

mod differences {
    mod books;
    mod days;
    mod debts;
    mod deliveries;
    mod packets;
    mod transfers;
    mod views;
    mod world;
}
