//! The lobby that classic game clients log on to: listeners, connections, rooms.
