//! Tests of the product itself: they need this repository alone.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests read files and run programs"
)]

mod access;
mod answers;
mod argocd;
mod book;
mod cases;
mod cli;
mod clouds;
mod completions;
mod cures;
mod delivery;
mod deploy;
mod expand_properties;
mod fit;
mod fleet;
mod folder;
mod hostile;
mod messages;
mod migrate;
mod model_properties;
mod olm;
mod openstack;
mod pages;
mod plan;
mod platform;
mod pool;
mod readers;
mod readme;
mod rules_page;
mod support;
mod testdata;
mod tidy;
mod ways;
mod wire;
mod wire_properties;
