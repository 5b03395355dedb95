//! Commands an operator types, called by the binary.
