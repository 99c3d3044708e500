//! The product under the real programs that call it and read what it writes. One binary: peers are built once.

mod access;
mod admission;
mod apiserver;
mod argocd;
mod completions;
mod container;
mod delivery;
mod fleet;
mod gates;
mod html;
mod inputs;
mod kserve;
mod kustomize;
mod legacy_plugin;
mod models;
mod openstack;
mod operators;
mod outputs;
mod provider_specs;
mod readme_peers;
mod shared_files;
mod yaml_readers;
