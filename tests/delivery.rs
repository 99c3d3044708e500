//! What others call us by in their CI, and what releases us: the files are what their readers take, name one address,
//! and their steps do what they say. GitHub itself is stood in for by a `gh` of ours.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize as _;
use serde_json::Value;

use crate::support::{Answer, Folder, OTHER, PROGRAM, Run};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

fn documents(path: &str) -> Vec<Value> {
    let text = read(path);
    let all = serde_yaml::Deserializer::from_str(&text).map(Value::deserialize);
    all.map(|one| one.unwrap_or_else(|error| panic!("{path}: {error}")))
        .collect()
}

const WORKFLOWS: [&str; 3] = ["ci", "release", "scorecard"];

/// Every job of our workflows, with its name.
fn jobs() -> Vec<(String, Value)> {
    let jobs = WORKFLOWS.iter().flat_map(|name| {
        let path = format!(".github/workflows/{name}.yml");
        let workflow = documents(&path).remove(0);
        assert_eq!(workflow["permissions"], serde_json::json!({}), "{path}");
        let jobs = workflow["jobs"].as_object().unwrap().clone();
        jobs.into_iter()
            .map(move |(job, value)| (format!("{path}: {job}"), value))
    });
    jobs.collect()
}

fn steps(job: &Value) -> Vec<Value> {
    job["steps"].as_array().unwrap().clone()
}

#[test]
fn workflows_end_ask_for_little_and_pin_what_they_call() {
    for (name, job) in jobs() {
        assert!(job["timeout-minutes"].is_u64(), "{name} may run for ever");
        assert!(
            job["permissions"].is_object(),
            "{name} does not say what it may do"
        );
        for step in steps(&job) {
            let Some(uses) = step["uses"].as_str() else {
                continue;
            };
            let commit = uses.split_once('@').unwrap().1;
            let is_commit = commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit());
            assert!(is_commit, "{name}: {uses} may change under us");
            let keeps = &step["with"]["persist-credentials"];
            let is_checkout = uses.starts_with("actions/checkout@");
            assert!(
                !is_checkout || keeps == false,
                "{name}: the token is left in .git"
            );
        }
    }
}

/// A workflow cannot be tried on a desk, a script can.
#[test]
fn workflows_call_scripts_that_are_there() {
    let mut called = 0;
    for (name, job) in jobs() {
        for step in steps(&job) {
            let run = step["run"].as_str().unwrap_or_default();
            // a value of an event in a script is a way to run one's own
            assert!(!run.contains("${{"), "{name}: {run}");
            for word in run
                .split_whitespace()
                .filter(|word| word.starts_with("packaging/"))
            {
                let mode = fs::metadata(root().join(word))
                    .unwrap()
                    .permissions()
                    .mode();
                assert!(mode & 0o111 != 0, "{word} cannot be run");
                called += 1;
            }
        }
    }
    assert!(called >= 5, "{called}");
}

#[test]
fn scripts_are_bash() {
    for folder in ["packaging", "packaging/action"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() && path.extension().is_none_or(|end| end == "sh") {
                let parsed = Command::new("bash").arg("-n").arg(&path).output().unwrap();
                assert!(parsed.status.success(), "{parsed:?}");
            }
        }
    }
}

/// What an archive of ours holds of an image, for both architectures.
fn archives(folder: &Path) {
    let version = env!("CARGO_PKG_VERSION");
    for arch in ["amd64", "arm64"] {
        let name = format!("gpu-machineset-v{version}-linux-{arch}");
        let whole = folder.join(&name);
        fs::create_dir_all(&whole).unwrap();
        for file in ["gpu-machineset", "plugin.yaml", "LICENSE-MIT"] {
            fs::write(whole.join(file), format!("{file} of {arch}")).unwrap();
        }
        let mut tar = Command::new("tar");
        tar.current_dir(folder);
        tar.args(["-czf", &format!("{name}.tar.gz"), &name]);
        assert!(tar.status().unwrap().success());
    }
}

/// The image of both architectures, out of two archives whose files stand for binaries: the same bytes twice, and every
/// blob is called as its sum.
#[test]
fn the_image_is_the_same_twice_and_whole() {
    let version = env!("CARGO_PKG_VERSION");
    let folder = Folder::new("image");
    let pack = |out: &str| {
        archives(&folder.0.join(out));
        let packed = Command::new("bash")
            .arg(root().join("packaging/image"))
            .arg(folder.0.join(out))
            .env("SOURCE_DATE_EPOCH", "1764547200")
            .output()
            .unwrap();
        assert!(packed.status.success(), "{packed:?}");
        let archive = format!("gpu-machineset-v{version}-image.tar");
        let said = String::from_utf8(packed.stdout).unwrap();
        (said, folder.0.join(out).join(archive))
    };
    let ((said, one), (_, other)) = (pack("a"), pack("b"));
    assert_eq!(fs::read(&one).unwrap(), fs::read(&other).unwrap());
    let layout = folder.0.join("layout");
    fs::create_dir(&layout).unwrap();
    let mut tar = Command::new("tar");
    tar.arg("-xf").arg(&one).arg("-C").arg(&layout);
    assert!(tar.status().unwrap().success());
    let json = |path: &Path| -> Value { serde_json::from_slice(&fs::read(path).unwrap()).unwrap() };
    let blob = |of: &Value| {
        let digest = of["digest"]
            .as_str()
            .unwrap()
            .strip_prefix("sha256:")
            .unwrap();
        let path = layout.join("blobs/sha256").join(digest);
        let sum = Command::new("sha256sum").arg(&path).output().unwrap();
        assert!(sum.stdout.starts_with(digest.as_bytes()), "{digest}");
        assert_eq!(
            fs::metadata(&path).unwrap().len(),
            of["size"].as_u64().unwrap()
        );
        path
    };
    let top = json(&layout.join("index.json"));
    assert!(
        said.contains(top["manifests"][0]["digest"].as_str().unwrap()),
        "{said}"
    );
    let index = json(&blob(&top["manifests"][0]));
    let mut architectures = Vec::new();
    for image in index["manifests"].as_array().unwrap() {
        let manifest = json(&blob(image));
        let config = json(&blob(&manifest["config"]));
        blob(&manifest["layers"][0]);
        assert_eq!(config["config"]["User"], "65534:65534");
        assert_eq!(config["architecture"], image["platform"]["architecture"]);
        architectures.push(config["architecture"].as_str().unwrap().to_owned());
    }
    assert_eq!(architectures, ["amd64", "arm64"]);
}

/// An image onto a base has the base's layers below ours, of the same architecture; the base here is our own image.
#[test]
fn the_image_goes_onto_a_base() {
    let version = env!("CARGO_PKG_VERSION");
    let folder = Folder::new("image-base");
    archives(&folder.0);
    let pack = |base: &[&Path]| {
        Command::new("bash")
            .arg(root().join("packaging/image"))
            .arg(&folder.0)
            .args(base)
            .env("SOURCE_DATE_EPOCH", "1764547200")
            .output()
            .unwrap()
    };
    assert!(pack(&[]).status.success());
    let base = folder.0.join("ubi9.tar");
    fs::rename(
        folder
            .0
            .join(format!("gpu-machineset-v{version}-image.tar")),
        &base,
    )
    .unwrap();
    let packed = pack(&[&base]);
    assert!(packed.status.success(), "{packed:?}");
    two_layers_each(&folder.0);
    // a base that is none, and one that is not there
    fs::write(&base, "no archive").unwrap();
    assert!(!pack(&[&base]).status.success());
    let missing = pack(&[&folder.0.join("none.tar")]);
    let said = String::from_utf8(missing.stderr).unwrap();
    assert!(said.contains("skopeo copy --all"), "{said}");
}

/// The image on the base: named after it, and for each architecture the base's layer below ours.
fn two_layers_each(folder: &Path) {
    let version = env!("CARGO_PKG_VERSION");
    let layout = folder.join("layout");
    fs::create_dir(&layout).unwrap();
    let mut tar = Command::new("tar");
    tar.arg("-xf")
        .arg(folder.join(format!("gpu-machineset-v{version}-image-ubi9.tar")));
    assert!(tar.arg("-C").arg(&layout).status().unwrap().success());
    let json =
        |path: PathBuf| -> Value { serde_json::from_slice(&fs::read(path).unwrap()).unwrap() };
    let blob = |of: &Value| {
        let digest = of["digest"].as_str().unwrap().replace(':', "/");
        json(layout.join("blobs").join(digest))
    };
    let top = json(layout.join("index.json"));
    let name = &top["manifests"][0]["annotations"]["org.opencontainers.image.ref.name"];
    assert_eq!(name, &format!("gpu-machineset:v{version}-ubi9"));
    let mut looked_at = 0;
    for image in blob(&top["manifests"][0])["manifests"].as_array().unwrap() {
        let manifest = blob(image);
        let config = blob(&manifest["config"]);
        let layers = manifest["layers"].as_array().unwrap();
        assert_eq!(layers.len(), 2);
        for layer in layers {
            let digest = layer["digest"].as_str().unwrap().replace(':', "/");
            let held = fs::metadata(layout.join("blobs").join(digest)).unwrap();
            assert_eq!(held.len(), layer["size"].as_u64().unwrap());
        }
        assert_eq!(config["rootfs"]["diff_ids"].as_array().unwrap().len(), 2);
        assert_eq!(config["history"].as_array().unwrap().len(), 2);
        assert_eq!(config["architecture"], image["platform"]["architecture"]);
        assert_eq!(config["config"]["Entrypoint"][0], "/usr/bin/gpu-machineset");
        looked_at += 1;
    }
    assert_eq!(looked_at, 2);
}

/// `packaging/owner` changes all of them at once, and none by hand.
#[test]
fn all_that_names_the_address_names_one() {
    let repository = env!("CARGO_PKG_REPOSITORY");
    let owner = repository.strip_prefix("https://github.com/").unwrap();
    let owner = owner.strip_suffix("/gpu-machineset").unwrap();
    let files = [
        ".pre-commit-hooks.yaml",
        "default.json",
        "docs/how-to/install.md",
        "docs/how-to/ci.md",
        "docs/how-to/release.md",
        "templates/check.yml",
        "tekton/task.yaml",
    ];
    let address = r"(?:github\.com/|ghcr\\*\.io/|uses: |github>|--repo )([\w.-]+)/gpu-machineset";
    let address = regex::Regex::new(address).unwrap();
    let mut named = 0;
    for file in files {
        for found in address.captures_iter(&read(file)) {
            assert!(
                found[1].eq_ignore_ascii_case(owner),
                "{file}: {}",
                &found[0]
            );
            named += 1;
        }
    }
    assert!(named >= 8, "{named}");
    let version = concat!("v", env!("CARGO_PKG_VERSION"));
    for file in [
        ".pre-commit-hooks.yaml",
        "templates/check.yml",
        "tekton/task.yaml",
    ] {
        assert!(read(file).contains(version), "{file} is not of {version}");
    }
}

#[test]
fn a_release_without_an_owner_is_refused() {
    let script = root().join("packaging/check-release");
    let run = Run::of(script, &["v9.9.9"]).env("PATH", std::env::var("PATH").unwrap());
    let answer = run.env("SOURCE_DATE_EPOCH", "0").stdin("");
    assert_eq!(answer.code, Some(1), "{}", answer.err);
    let version = env!("CARGO_PKG_VERSION");
    let told = format!("the tag is `v9.9.9`, and Cargo.toml says v{version}");
    assert!(answer.err.contains(&told), "{}", answer.err);
    let is_set = !env!("CARGO_PKG_REPOSITORY").contains("/owner_not_set/");
    assert_eq!(answer.err.contains("nobody owns it yet"), !is_set);
}

#[test]
fn other_files_are_what_their_readers_take() {
    let task = documents("tekton/task.yaml").remove(0);
    assert_eq!(
        (&task["apiVersion"], &task["kind"]),
        (&"tekton.dev/v1".into(), &"Task".into())
    );
    // GitLab wants what is asked for in a document of its own
    let component = documents("templates/check.yml");
    assert_eq!(component.len(), 2);
    let inputs = component[0]["spec"]["inputs"].as_object().unwrap();
    for input in inputs.keys() {
        let used = format!("$[[ inputs.{input} ]]");
        assert!(
            read("templates/check.yml").contains(&used),
            "{input} is not used"
        );
    }
    documents(".github/dependabot.yml");
    let preset: Value = serde_json::from_str(&read("default.json")).unwrap();
    let pattern = preset["customManagers"][0]["matchStrings"][0]
        .as_str()
        .unwrap();
    let pattern = regex::Regex::new(pattern).unwrap();
    assert!(
        pattern.is_match(&read("tekton/task.yaml")),
        "Renovate would not see the Task"
    );
}

/// What a hook calls says what it needs when `args` is forgotten.
#[test]
fn hooks_of_pre_commit_call_the_program() {
    let hooks = documents(".pre-commit-hooks.yaml").remove(0);
    for hook in hooks.as_array().unwrap() {
        assert_eq!(
            hook["pass_filenames"], false,
            "a pool without its facts is always wrong"
        );
        assert!(hook["entry"].as_str().unwrap().ends_with(" check"));
    }
    let said = Run::new(&["check"]).stdin("").misused();
    assert!(
        said.contains("nothing to check") && said.contains("gpu.yaml facts/"),
        "{said}"
    );
}

/// A step of the action, run as GitHub runs it.
struct Step {
    folder: Folder,
    path: PathBuf,
}

impl Step {
    /// `gh` answers by this script.
    fn new(test: &str, gh: &str) -> Self {
        let facts = read("functions/ClusterFacts/example.yaml");
        let folder = Folder::new(test)
            .file("good.yaml", OTHER)
            .file("bad.yaml", "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {name: a}\nspec: {instanceTyp: g6.xlarge}\n")
            .file("facts/a.yaml", facts)
            .file("tools/gh", format!("#!/usr/bin/env bash\nset -eu\necho \"$@\" >> \"$CALLS\"\n{gh}\n"))
            .file("output", "")
            .file("calls", "");
        let path = folder.0.clone();
        fs::set_permissions(path.join("tools/gh"), PermissionsExt::from_mode(0o755)).unwrap();
        Self { folder, path }
    }

    fn run(&self, step: &str, variables: &[(&str, &str)]) -> Answer {
        let tools = self.path.join("tools");
        let path = format!("{}:{}", tools.display(), std::env::var("PATH").unwrap());
        let script = root().join("packaging/action").join(step);
        let mut run = Run::of(script, &[] as &[&str])
            .within(&self.folder.0)
            .env("PATH", path);
        for (name, file) in [
            ("GITHUB_OUTPUT", "output"),
            ("GITHUB_STEP_SUMMARY", "summary"),
            ("CALLS", "calls"),
            ("RUNNER_TEMP", ""),
            ("GITHUB_ACTION_PATH", ""),
        ] {
            run = run.env(name, self.path.join(file));
        }
        run = run.env("GITHUB_REPOSITORY", "they/infra");
        for (name, value) in variables {
            run = run.env(name, value);
        }
        run.stdin("")
    }

    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.path.join(name)).unwrap()
    }
}

#[test]
fn the_action_names_every_step_and_input() {
    let action = documents("action.yml").remove(0);
    let text = read("action.yml");
    for input in action["inputs"].as_object().unwrap().keys() {
        assert!(
            text.contains(&format!("inputs.{input}")),
            "{input} is not used"
        );
    }
    let steps = action["runs"]["steps"].as_array().unwrap();
    for name in ["install", "check", "comment"] {
        let call = format!("\"$GITHUB_ACTION_PATH/packaging/action/{name}\"");
        assert!(
            steps.iter().any(|step| step["run"] == call.as_str()),
            "{name}"
        );
    }
    assert!(
        steps
            .iter()
            .all(|step| !step["run"].as_str().unwrap().contains("${{"))
    );
}

#[test]
fn the_action_checks_annotates_and_plans() {
    let step = Step::new("action-check", "exit 9");
    let program = ("PROGRAM", PROGRAM);
    let clean = step.run(
        "check",
        &[program, ("PATHS", "good.yaml\n"), ("FACTS", "facts")],
    );
    assert_eq!(clean.code, Some(0), "{}{}", clean.out, clean.err);
    assert!(step.file("output").contains("code=0\n"));
    let wrong = step.run(
        "check",
        &[
            program,
            ("PATHS", "good.yaml\nbad.yaml"),
            ("FACTS", "facts"),
        ],
    );
    // a later step fails, behind the uploads
    assert_eq!(wrong.code, Some(0), "{}", wrong.err);
    assert!(
        wrong.out.contains("::error file=bad.yaml,line=4"),
        "{}",
        wrong.out
    );
    assert!(step.file("output").contains("code=1\n"));
    assert!(step.file("gpu-machineset.sarif").contains("\"ruleId\""));
    let plan = step.file("gpu-machineset-plan.md");
    assert!(
        plan.contains("Nothing is planned before the errors are mended"),
        "{plan}"
    );
    for (paths, told) in [
        ("", "`paths` is empty"),
        ("elsewhere.yaml", "there is no `elsewhere.yaml`"),
        ("--force", "`--force` is no path"),
    ] {
        let answer = step.run("check", &[program, ("PATHS", paths)]);
        assert_eq!(answer.code, Some(1));
        assert!(answer.out.contains(told), "{}", answer.out);
    }
}

/// The comment shows what a request changes, and still what it plans when the base branch is broken.
#[test]
fn the_action_compares_with_what_was_before() {
    let step = Step::new("action-against", "exit 9");
    let good = read("functions/GpuMachineSet/example.yaml");
    fs::write(step.path.join("good.yaml"), &good).unwrap();
    let all = |against: &'static str| {
        [
            ("PROGRAM", PROGRAM),
            ("PATHS", "good.yaml"),
            ("FACTS", "facts"),
            ("AGAINST", against),
        ]
    };
    for (folder, text) in [
        ("same", good.clone()),
        ("other", good.replace("g6.4xlarge", "g6.8xlarge")),
        ("broken", good.replace("instanceType", "instanceTyp")),
    ] {
        fs::create_dir(step.path.join(folder)).unwrap();
        fs::write(step.path.join(folder).join("gpu.yaml"), text).unwrap();
    }
    for (folder, told) in [
        ("same", "## Changes against the earlier plan\n\nNone."),
        ("other", "vCPU"),
        // a file, where the folder has more than these pools
        ("other/gpu.yaml", "vCPU"),
        ("broken", "Nothing is compared: `broken` has errors"),
    ] {
        let answer = step.run("check", &all(folder));
        assert_eq!(answer.code, Some(0), "{}{}", answer.out, answer.err);
        let plan = step.file("gpu-machineset-plan.md");
        assert!(
            plan.contains(told) && plan.contains("## GPU pools of"),
            "{folder}: {plan}"
        );
    }
    let answer = step.run("check", &all("nowhere"));
    assert_eq!(answer.code, Some(1));
    assert!(
        answer.out.contains("there is no `nowhere`"),
        "{}",
        answer.out
    );
}

#[test]
fn the_action_writes_one_comment_and_writes_it_anew() {
    let variables = [("PLAN", "plan.md"), ("PULL_REQUEST", "7")];
    for (gh, method) in [
        ("", "POST repos/they/infra/issues/7/comments"),
        (
            "case $* in *paginate*) echo 41;; esac",
            "PATCH repos/they/infra/issues/comments/41",
        ),
    ] {
        let step = Step::new("action-comment", gh);
        fs::write(step.path.join("plan.md"), "x".repeat(70_000)).unwrap();
        let answer = step.run("comment", &variables);
        assert_eq!(answer.code, Some(0), "{}{}", answer.out, answer.err);
        assert!(
            step.file("calls").contains(method),
            "{}",
            step.file("calls")
        );
        let body = step.file("gpu-machineset-comment.md");
        assert!(body.starts_with("<!-- gpu-machineset: plan -->\nxxx") && body.len() < 65_536);
        assert!(body.contains("longer than a comment may be"));
    }
    // of a fork
    let step = Step::new("action-comment", "exit 1");
    fs::write(step.path.join("plan.md"), "plan").unwrap();
    let answer = step.run("comment", &variables);
    assert!(
        answer.code == Some(0) && answer.out.starts_with("::warning"),
        "{}",
        answer.out
    );
}

#[test]
fn the_action_installs_what_its_sums_name() {
    let download = r#"
case $1 in release) dir=$(pwd)/gpu-machineset; name=gpu-machineset-v1.2.3-linux-amd64
  mkdir -p "$dir/$name" && echo program > "$dir/$name/gpu-machineset"
  tar -czf "$dir/$name.tar.gz" -C "$dir" "$name" && rm -r "${dir:?}/$name"
  (cd "$dir" && sha256sum "$name.tar.gz" > SHA256SUMS)
esac
"#;
    let manifest =
        "version = \"1.2.3\"\nrepository = \"https://github.com/somebody/gpu-machineset\"\n";
    let machine = [("RUNNER_OS", "Linux"), ("RUNNER_ARCH", "X64")];
    let install = |gh: &str, machine: &[(&str, &str)]| {
        let step = Step::new("action-install", gh);
        fs::write(step.path.join("Cargo.toml"), manifest).unwrap();
        let answer = step.run("install", machine);
        (answer, step)
    };
    let (answer, step) = install(download, &machine);
    assert_eq!(answer.code, Some(0), "{}{}", answer.out, answer.err);
    let output = step.file("output");
    let program = output.trim().strip_prefix("program=").unwrap();
    assert_eq!(fs::read_to_string(program).unwrap(), "program\n");
    assert!(
        step.file("calls").contains(
            "attestation verify gpu-machineset-v1.2.3-linux-amd64.tar.gz --repo somebody/"
        )
    );
    drop(step);

    let spoilt = download.replace(
        "> SHA256SUMS)",
        "> SHA256SUMS; echo more >> \"$name.tar.gz\")",
    );
    let unsigned = format!("[[ $1 != attestation ]] || exit 1\n{download}");
    let windows = [("RUNNER_OS", "Windows"), ("RUNNER_ARCH", "X64")];
    for (gh, machine, told) in [
        (spoilt.as_str(), &machine, "is not what SHA256SUMS says"),
        (&unsigned, &machine, "was not made by the release workflow"),
        (
            "exit 1",
            &machine,
            "release v1.2.3 of somebody/gpu-machineset has no",
        ),
        (download, &windows, "there is no release for Windows"),
    ] {
        let (answer, step) = install(gh, machine);
        assert_eq!(answer.code, Some(1), "{told}");
        assert!(answer.out.contains(told), "{}", answer.out);
        assert_eq!(step.file("output"), "", "{told}");
    }
    let here = [("PROGRAM", PROGRAM)];
    let (answer, step) = install("exit 9", &here);
    assert_eq!((answer.code, step.file("calls").as_str()), (Some(0), ""));
}

/// The page that tells people what to write names inputs that are there.
#[test]
fn the_page_on_ci_is_right() {
    let page = read("docs/how-to/ci.md");
    let blocks = page.split("```yaml\n").skip(1);
    let blocks: Vec<Vec<Value>> = (blocks.map(|rest| rest.split("```").next().unwrap()))
        .map(|text| {
            let all = serde_yaml::Deserializer::from_str(text).map(Value::deserialize);
            all.map(Result::unwrap).collect()
        })
        .collect();
    let action = documents("action.yml").remove(0);
    let inputs = documents("templates/check.yml").remove(0);
    let hooks = documents(".pre-commit-hooks.yaml").remove(0);
    let mut looked_at = 0;
    for block in blocks.iter().flatten() {
        let jobs = block["jobs"].as_object().into_iter().flatten();
        for step in jobs.flat_map(|(_, job)| steps(job)) {
            if step["uses"]
                .as_str()
                .is_some_and(|uses| uses.contains("/gpu-machineset@"))
            {
                for name in step["with"].as_object().unwrap().keys() {
                    assert!(
                        action["inputs"][name].is_object(),
                        "the action has no `{name}`"
                    );
                    looked_at += 1;
                }
            }
        }
        for include in block["include"].as_array().into_iter().flatten() {
            for name in include["inputs"].as_object().unwrap().keys() {
                assert!(
                    inputs["spec"]["inputs"].get(name).is_some(),
                    "the component has no `{name}`"
                );
                looked_at += 1;
            }
        }
        let repos = block["repos"].as_array().into_iter().flatten();
        for hook in repos.flat_map(|repo| repo["hooks"].as_array().unwrap()) {
            let known = hooks.as_array().unwrap();
            assert!(known.iter().any(|one| one["id"] == hook["id"]), "{hook}");
            looked_at += 1;
        }
    }
    assert!(looked_at >= 6, "{looked_at}");
}
