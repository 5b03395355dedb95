//! What happened, told after commit, in order.
