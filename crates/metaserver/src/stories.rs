//! Stories told over real sockets: an open lobby, and scripted clients of both dialects.

mod games;
mod harness;
mod limits;
mod logins;
mod order;
mod rooms;
