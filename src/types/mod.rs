//! Names and numbers that were checked once and are right from then on.
