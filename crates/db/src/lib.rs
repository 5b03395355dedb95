//! Our database: SQLite or PostgreSQL behind one door.
