//! Containers without a daemon, a registry or a network: buildah builds, podman runs.

use std::path::PathBuf;

use crate::{Project, Run, bin, root};

/// A container store of its own, which goes away with the test.
#[derive(Debug)]
pub struct Podman {
    dir: Project,
}

impl Podman {
    /// Where an image of ours gets its name.
    pub const IMAGE: &str = "localhost/gpu-machineset:e2e";

    /// An empty store.
    pub fn new() -> Self {
        for program in ["podman", "buildah", "runc"] {
            let path = std::env::var_os("PATH").unwrap_or_default();
            assert!(
                std::env::split_paths(&path).any(|dir| dir.join(program).is_file()),
                "{program} is not on PATH: apt-get install --no-install-recommends podman buildah runc"
            );
        }
        let dir = Project::new();
        let at = dir.path().display().to_string();
        // vfs and cgroupfs need no kernel module and no systemd.
        let storage = format!(
            "[storage]\ndriver = \"vfs\"\ngraphroot = \"{at}/graph\"\nrunroot = \"{at}/run\"\n"
        );
        // The limits: podman's own are higher than an unprivileged machine may set.
        let containers = "[containers]\ndefault_ulimits = [\"nofile=1024:1024\", \"nproc=1024:1024\"]\n\
             [engine]\nruntime = \"runc\"\ncgroup_manager = \"cgroupfs\"\nevents_logger = \"none\"\n";
        // kustomize runs a program named `docker`. podman takes the same arguments.
        let docker = format!(
            "#!/bin/sh\nexport CONTAINERS_STORAGE_CONF={at}/storage.conf CONTAINERS_CONF={at}/containers.conf\n\
             exec podman \"$@\"\n"
        );
        let dir = dir
            .file("storage.conf", storage)
            .file("containers.conf", containers)
            .file("bin/docker", docker);
        Run::new("chmod")
            .arg("755")
            .arg(dir.join("bin/docker"))
            .ok();
        Self { dir }
    }

    /// The folder that holds a `docker` for `PATH`.
    pub fn docker_dir(&self) -> PathBuf {
        self.dir.join("bin")
    }

    /// A run of podman on this store.
    pub fn podman<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Run {
        Run::new(self.dir.join("bin/docker")).args(args)
    }

    /// Builds the final stage of `Containerfile`, with our binary where its build stage would have put it, and
    /// returns the image's id.
    pub fn build_image(&self) -> String {
        let stage = self.dir.join("stage");
        let copy = |from: PathBuf, to: &str| {
            let to = stage.join(to);
            Run::new("install").arg("-D").arg(from).arg(to).ok();
        };
        copy(bin().to_path_buf(), "usr/bin/gpu-machineset");
        let plugin = "home/argocd/cmp-server/config/plugin.yaml";
        copy(root().join("plugin.yaml"), plugin);
        // The stage's base is a Debian, as is wherever these tests run.
        copy("/etc/passwd".into(), "etc/passwd");
        copy("/etc/group".into(), "etc/group");

        let mut context = std::ffi::OsString::from("build=");
        context.push(&stage);
        Run::new("buildah")
            .args(["bud", "--quiet", "--isolation", "chroot"])
            // Same bytes in, same image out.
            .args(["--timestamp", "0", "--tag", Self::IMAGE, "--build-context"])
            .arg(context)
            .arg("--file")
            .arg(root().join("Containerfile"))
            .arg(&stage)
            .env("CONTAINERS_STORAGE_CONF", self.dir.join("storage.conf"))
            .env("CONTAINERS_CONF", self.dir.join("containers.conf"))
            .ok()
            .trim()
            .to_owned()
    }
}

impl Default for Podman {
    fn default() -> Self {
        Self::new()
    }
}
