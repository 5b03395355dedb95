//! Pages and server functions, compiled for both sides.
