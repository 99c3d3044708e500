//! The real peers, end to end.
