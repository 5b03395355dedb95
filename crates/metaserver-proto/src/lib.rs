//! The metaserver's bytes: both dialects to messages and back, without a socket.
