//! People, passwords, login sessions, game passwords.
