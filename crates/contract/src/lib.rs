//! What crosses the wire: forms, read models, live messages, events.
