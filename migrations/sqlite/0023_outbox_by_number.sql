-- Old events are found by their numbers, which rise as time passes. An index by age cost every event a write, to help one statement a second.
drop index outbox_at_idx;
