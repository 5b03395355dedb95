//! Stories told over real sockets: an open lobby, and scripted clients of both dialects.

mod games;
mod harness;
mod inquiries;
mod keeping;
mod limits;
mod logins;
mod order;
mod restraints;
mod rooms;
