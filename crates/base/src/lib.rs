//! Ids, time, chance, who is acting: the words every crate shares.
