//! The command line, from outside: every command, every exit code.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::Path;

use gpu_machineset::problem::rules;
use insta::assert_snapshot;
use serde_json::Value;

use crate::support::{Folder, OTHER, PROGRAM, Run};
use crate::testdata::{cases, cluster};

/// Needs facts.
const POOL: &str = "\
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata: {name: l4}
spec: {instanceType: g6.4xlarge, replicas: 1}
";

#[test]
fn files_a_folder_and_standard_input_give_the_same_bytes() {
    let folder = Folder::new("same-bytes").file("in/a.yaml", OTHER);
    assert_eq!(folder.run(&["render", "in/a.yaml"]).clean(), OTHER);
    assert_eq!(folder.run(&["render", "in"]).clean(), OTHER);
    let dash = Run::new(&["render", "-"]).stdin(OTHER);
    assert_eq!(dash.clean(), OTHER);
    assert_eq!(Run::new::<&str>(&[]).stdin(OTHER).clean(), OTHER);
}

#[test]
fn a_file_that_is_reached_twice_is_read_once() {
    let folder = Folder::new("read-once").file("in/a.yaml", OTHER);
    symlink("a.yaml", folder.0.join("in/b.yaml")).unwrap();
    symlink(".", folder.0.join("in/again")).unwrap();
    let out = folder.run(&["render", "in", "in/a.yaml", "./in"]).clean();
    assert_eq!(out, OTHER);
}

#[test]
fn folders_are_read_in_the_order_of_names_without_hidden_files() {
    let config_map =
        |name: &str| format!("kind: ConfigMap\napiVersion: v1\nmetadata: {{name: {name}}}\n");
    let folder = Folder::new("order")
        .file("in/b.yml", config_map("b"))
        .file(
            "in/a/z.json",
            r#"{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"z"}}"#,
        )
        .file("in/c.yaml", config_map("c"))
        .file("in/.hidden.yaml", "not: [yaml")
        .file("in/.git/x.yaml", "not: [yaml")
        .file("in/README.md", "not: [yaml");
    let out = folder.run(&["render", "in"]).clean();
    let places = ["\"z\"", "name: b", "name: c"].map(|name| out.find(name).unwrap());
    assert!(places.is_sorted(), "{out}");
}

#[test]
fn a_kustomization_is_skipped_and_said_to_be() {
    let folder = Folder::new("kustomization")
        .file("kustomization.yaml", "resources: [a.yaml]\n")
        .file("a.yaml", OTHER);
    let answer = folder.run(&["render", "."]);
    assert_eq!((answer.code, answer.out.as_str()), (Some(0), OTHER));
    assert_snapshot!(answer.err, @r#"
    info[kustomization-skipped]: `kustomization.yaml` was not read: kustomize is not run
     --> kustomization.yaml
      = help: to apply it first: `kustomize build . | gpu-machineset`, with placeholders that are not marked local-config

    1 info
    "#);
}

#[test]
fn everything_that_cannot_be_read_is_said_at_once() {
    let folder = Folder::new("unreadable")
        .file("empty/README.md", "")
        .file("latin1.yaml", b"name: caf\xe9\n")
        .file("good.yaml", OTHER);
    symlink("nowhere.yaml", folder.0.join("empty/dangling.yaml")).unwrap();
    fs::create_dir(folder.0.join("bare")).unwrap();
    let paths = [
        "render",
        "missing.yaml",
        "empty",
        "bare",
        "latin1.yaml",
        "good.yaml",
    ];
    assert_snapshot!(folder.run(&paths).failed(), @r#"
    error[no-manifests]: no manifest in folder `bare`
     --> bare
      = help: files that end in .yaml, .yml or .json are read; name others one by one

    error[unreadable-input]: cannot read `empty/dangling.yaml`: no such file or directory
     --> empty/dangling.yaml

    error[not-utf8]: byte 0xE9 is not UTF-8
     --> latin1.yaml:1:10
      |
    1 | name: caf�
      |          ^
      = help: in Latin-1 it is `é`: if that is meant, save the file as UTF-8

    error[unreadable-input]: cannot read `missing.yaml`: no such file or directory
     --> missing.yaml

    4 errors
    "#);
}

/// What follows from a file that is not there is not said: it goes when the file comes.
#[test]
fn a_mistyped_path_is_one_problem_with_the_right_name() {
    let folder = Folder::new("mistyped").file("gpu.yaml", POOL);
    let folder = folder.file("facts/prod.yaml", "");
    for args in [
        &["render", "gpu.yaml", "fact"][..],
        &["render", "gpu.yaml", "--facts", "fact"],
        &["plan", "gpu.yaml", "fact"],
        &["check", "gpu.yaml", "fact"],
    ] {
        let said = folder.run(args).failed();
        let (first, rest) = said.split_once('\n').unwrap();
        assert_eq!(
            first,
            "error[unreadable-input]: cannot read `fact`: no such file or directory"
        );
        assert!(rest.contains("= help: did you mean `facts`?"), "{said}");
        assert!(rest.ends_with("\n1 error\n"), "{said}");
    }
    let said = folder
        .run(&["render", "gpu.yml", "facts/prd.yaml"])
        .failed();
    assert!(said.contains("did you mean `gpu.yaml`?"), "{said}");
    assert!(said.contains("did you mean `facts/prod.yaml`?"), "{said}");
    for args in [&["facts", "cluster.yml"][..], &["adopt", "cluster.yml"]] {
        assert!(folder.run(args).failed().ends_with("\n1 error\n"));
    }
}

#[test]
fn what_oc_prints_for_people_is_known() {
    let table = "NAME       DESIRED   CURRENT   AGE\nworker-a   1         1         22d\n";
    for text in [table, "machineset.machine.openshift.io/worker-a\n"] {
        let folder = Folder::new("oc-table").file("machinesets.yaml", text);
        let said = folder.run(&["check", "machinesets.yaml"]).failed();
        assert!(said.contains("add `-o yaml`"), "{said}");
    }
    let folder = Folder::new("no-table").file("notes.yaml", "see https://example.com/a\n");
    let said = folder.run(&["check", "notes.yaml"]).failed();
    assert!(said.contains("every document is a mapping"), "{said}");
}

#[test]
fn a_broken_file_does_not_hide_what_is_wrong_in_others() {
    let folder = Folder::new("broken-and-wrong")
        .file("a.yaml", "spec:\n  a: 1\n   b: 2\n")
        .file("b.yaml", POOL.replace("replicas", "replica"));
    let said = folder.run(&["check", "."]).failed();
    assert!(said.contains("error[invalid-yaml]"), "{said}");
    assert!(
        said.contains("error[unknown-field]: unknown field `replica`"),
        "{said}"
    );
    // the facts may be in the broken file
    assert!(said.ends_with("\n2 errors\n"), "{said}");
}

#[test]
fn names_that_are_not_utf8_are_read() {
    let folder = Folder::new("names");
    let name = OsStr::from_bytes(b"caf\xe9.yaml");
    let folder = folder.file(name, OTHER);
    assert_eq!(folder.run(&[OsStr::new("render"), name]).clean(), OTHER);
    assert_eq!(folder.run(&["render", "."]).clean(), OTHER);
    let missing = folder.run(&[OsStr::new("render"), OsStr::from_bytes(b"\xff.yaml")]);
    assert!(missing.failed().starts_with("error[unreadable-input]: "));
}

#[test]
fn an_empty_input_fails_in_every_way_in() {
    let folder = Folder::new("empty")
        .file("empty.yaml", "")
        .file("blank.yaml", "\n---\n# x\n");
    let stdin = Run::new::<&str>(&[]).stdin("").failed();
    let render = folder.run(&["render", "empty.yaml"]).failed();
    let blank = folder.run(&["render", "blank.yaml"]).failed();
    for err in [stdin, render, blank] {
        assert!(err.starts_with("error[empty-"), "{err}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let long = OTHER.replace("other", &"long".repeat(100_000));
    for args in [&[][..], &["render", "-"]] {
        let answer = Run::new(args).into_closed_pipe(&long);
        assert_eq!((answer.code, answer.err.as_str()), (Some(0), ""));
    }
    let answer = Run::new(&["--help"]).into_closed_pipe("");
    assert_eq!((answer.code, answer.err.as_str()), (Some(0), ""));
}

/// A shell runs the program with its output on a device that is always full.
#[test]
fn an_output_that_cannot_be_written_fails() {
    let script = format!("'{PROGRAM}' > /dev/full");
    let answer = Run::of("/bin/sh", &["-c", &script]).stdin(OTHER);
    assert_eq!(answer.code, Some(1));
    assert_snapshot!(answer.err, @"error[unwritable-output]: cannot write to standard output: no space left on device");
}

#[test]
fn wrong_usage_is_code_2_and_says_what_to_write() {
    let folder = Folder::new("usage").file("gpu.yaml", OTHER);
    assert_snapshot!(folder.run(&["gpu.yaml"]).misused(), @r#"
    error: `gpu.yaml` is a path, not a command

      tip: gpu-machineset render gpu.yaml
    "#);
    assert_snapshot!(folder.run(&["rendr", "gpu.yaml"]).misused(), @r#"
    error: unrecognized subcommand 'rendr'

      tip: a similar subcommand exists: 'render'

    Usage: gpu-machineset <COMMAND>

    For more information, try '--help'.
    "#);
    assert_snapshot!(folder.run(&["missing.yaml", "facts/", "-o", "out"]).misused(), @r#"
    error: `missing.yaml` is a path, not a command

      tip: gpu-machineset render missing.yaml facts/ -o out
    "#);
    assert_snapshot!(folder.run(&["render"]).misused(), @r#"
    error: nothing to render

      tip: gpu-machineset render gpu.yaml facts/
      tip: ... | gpu-machineset render -
    "#);
    let flag = folder.run(&["-f", "gpu.yaml"]).misused();
    assert_eq!(folder.run(&["render", "-f", "gpu.yaml"]).misused(), flag);
    assert_snapshot!(flag, @r#"
    error: there is no `-f`: paths need no flag

      tip: gpu-machineset render gpu.yaml facts/
    "#);
    for out in ["out.yaml", "gpu.yaml"] {
        let said = folder.run(&["render", "gpu.yaml", "-o", out]).misused();
        assert!(
            said.contains(&format!("gpu-machineset render ... > {out}")),
            "{said}"
        );
    }
    assert_snapshot!(folder.run(&["render", "gpu.yaml", "--force"]).misused(), @r#"
    error: the following required arguments were not provided:
      --output <DIR>

    Usage: gpu-machineset render --output <DIR> --force <PATH>...

    For more information, try '--help'.
    "#);
    assert_snapshot!(folder.run(&["explain", "zone-outside-regoin"]).misused(), @r#"
    error: no rule has the name `zone-outside-regoin`

      tip: did you mean `zone-outside-region`?
    "#);
    assert_snapshot!(folder.run(&["schema", "GpuMachineset2"]).misused(), @r#"
    error: no kind has the name `GpuMachineset2`

      tip: did you mean `GpuMachineSet`?
    "#);
}

#[test]
fn help_leads_a_new_user_to_a_rendered_pool() {
    let help = Run::new(&["--help"]).stdin("").clean();
    assert!(
        help.contains("gpu-machineset render gpu.yaml facts/"),
        "{help}"
    );
    for command in [
        "init",
        "render",
        "check",
        "explain",
        "catalog",
        "fit",
        "schema",
        "install",
        "completions",
    ] {
        let text = Run::new(&[command, "--help"]).stdin("").clean();
        assert!(
            help.contains(&format!("\n  {command} ")),
            "{command} is not in --help"
        );
        let too_wide = help
            .lines()
            .chain(text.lines())
            .find(|line| line.chars().count() > 110);
        assert_eq!(too_wide, None, "{command} --help");
    }
}

#[test]
fn version_is_the_packages() {
    let said = |flag: &str| Run::new(&[flag]).stdin("").clean();
    let short = concat!("gpu-machineset ", env!("CARGO_PKG_VERSION"));
    // for scripts
    assert_eq!(said("-V"), format!("{short}\n"));
    let long = said("--version");
    let lines: Vec<&str> = long.lines().collect();
    let build = option_env!("GPU_MACHINESET_BUILD").unwrap_or("built from source");
    assert_eq!(lines[0], format!("{short} ({build})"));
    let is_day = |text: &str| text.len() == 10 && text.split('-').count() == 3;
    let tables: Vec<&str> = lines[1].split(", ").collect();
    let days: Vec<&str> = tables
        .iter()
        .filter_map(|text| text.rsplit(' ').next())
        .collect();
    assert!(
        days.len() == 13 && days.iter().all(|text| is_day(text)),
        "{long}"
    );
    assert!(tables[0].starts_with("channels of") && tables[1].starts_with("instance types of"));
}

#[test]
fn every_rule_is_explained() {
    let list = Run::new(&["explain"]).stdin("").clean();
    assert_eq!(list.lines().count(), rules::all().len(), "{list}");
    for line in list.lines() {
        let slug = line.split(' ').next().unwrap();
        let text = Run::new(&["explain", &format!("error[{slug}]")])
            .stdin("")
            .clean();
        assert!(text.starts_with(slug) && text.lines().count() > 3, "{text}");
    }
}

#[test]
fn catalog_shows_types_by_name_and_by_gpu() {
    let run = |args: &[&str]| Run::new(&[&["catalog"], args].concat()).stdin("");
    assert!(run(&[]).clean().lines().count() > 150);
    assert_snapshot!(run(&["g6.4xlarge"]).clean(), @r#"
    g6.4xlarge
      platform      AWS
      GPUs          1
      GPU model     nvidia l4
      accelerator   nvidia-l4 (node label cluster-api/accelerator)
      vCPU          16
      memory        64 GiB
      architecture  amd64
      source        sizes: openshift/kubernetes-autoscaler@70920d3c aws/ec2_instance_types.go; model: aws/karpenter-provider-aws@1d927085
      as of         2026-11-28
    "#);
    assert_snapshot!(run(&["L40s", "--platform", "aws"]).clean(), @r#"
    PLATFORM  TYPE          GPUS  ACCELERATOR  VCPU  MEMORY    ARCH
    AWS       g6e.12xlarge  4     nvidia-l40s  48    384 GiB   amd64
    AWS       g6e.16xlarge  1     nvidia-l40s  64    512 GiB   amd64
    AWS       g6e.24xlarge  4     nvidia-l40s  96    768 GiB   amd64
    AWS       g6e.2xlarge   1     nvidia-l40s  8     64 GiB    amd64
    AWS       g6e.48xlarge  8     nvidia-l40s  192   1536 GiB  amd64
    AWS       g6e.4xlarge   1     nvidia-l40s  16    128 GiB   amd64
    AWS       g6e.8xlarge   1     nvidia-l40s  32    256 GiB   amd64
    AWS       g6e.xlarge    1     nvidia-l40s  4     32 GiB    amd64
    # instance types of 2026-11-28
    "#);
    assert_snapshot!(run(&["g6.4xlarg3"]).misused(), @r#"
    error: `g6.4xlarg3` is not in the catalogue

      tip: did you mean `g6.4xlarge`?
    "#);
    assert_snapshot!(run(&["m5.xlarge"]).misused(), @r#"
    error: `m5.xlarge` has no GPU: it is of the family `m5`

      tip: `gpu-machineset catalog` lists all types with GPUs
    "#);
    assert_snapshot!(run(&["--platform", "vSphere"]).misused(), @r#"
    error: no platform has the name `vSphere`

      tip: the platforms are AWS, Azure, GCP, IBMCloud
    "#);
}

#[test]
fn flags_of_the_catalog_go_with_what_they_are_of() {
    for (args, tip) in [
        (
            &["operators", "--openshift", "4.2"][..],
            "`gpu-machineset catalog operators` lists",
        ),
        (
            &["--openshift", "4.20"],
            "catalog operators --openshift 4.20",
        ),
        (
            &["operators", "--platform", "AWS"],
            "gpu-machineset catalog operators\n",
        ),
        (&["nfd"], "gpu-machineset catalog operators\n"),
    ] {
        let said = Run::new(&[&["catalog"], args].concat()).stdin("").misused();
        assert!(said.contains(tip), "{args:?}: {said}");
    }
}

#[test]
fn schemas_are_json() {
    let kinds = Run::new(&["schema"]).stdin("").clean();
    assert!(kinds.lines().any(|kind| kind == "GpuMachineSet"), "{kinds}");
    for kind in kinds.lines() {
        let schema = Run::new(&["schema", &kind.to_lowercase()])
            .stdin("")
            .clean();
        let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
        assert_eq!(schema["properties"]["kind"]["const"], kind);
    }
}

#[test]
fn check_prints_text_on_standard_error_and_reports_on_standard_output() {
    let folder = Folder::new("check").file("good.yaml", OTHER);
    assert_eq!(folder.run(&["check", "good.yaml"]).clean(), "");
    assert_eq!(
        folder
            .run(&["check", "good.yaml", "--format", "json"])
            .clean(),
        "[]\n"
    );
    let text = folder.run(&["check", "missing.yaml"]).failed();
    assert!(text.starts_with("error[unreadable-input]"), "{text}");
    for format in ["json", "github", "sarif", "gitlab", "junit"] {
        let answer = folder.run(&["check", "missing.yaml", "--format", format]);
        assert_eq!(
            (answer.code, answer.err.as_str()),
            (Some(1), ""),
            "{format}"
        );
        assert!(answer.out.contains("unreadable-input"), "{format}");
    }
}

#[test]
fn render_prints_reports_on_standard_error() {
    let folder = Folder::new("render-format");
    for format in ["text", "json", "github", "sarif", "gitlab", "junit"] {
        let err = folder
            .run(&["render", "missing.yaml", "--format", format])
            .failed();
        assert!(err.contains("unreadable-input"), "{format}");
    }
}

#[test]
fn colours_are_for_terminals_and_for_who_asks() {
    let folder = Folder::new("colour");
    let plain = folder.run(&["check", "missing.yaml"]).err;
    assert!(!plain.contains('\u{1b}'), "{plain}");
    let coloured = folder
        .run(&["check", "missing.yaml", "--color", "always"])
        .err;
    assert!(coloured.contains('\u{1b}'), "{coloured}");
}

#[test]
fn output_folder_is_written_whole_or_not_at_all() {
    let folder = Folder::new("output")
        .file("a.yaml", OTHER)
        .file("bad.yaml", b"\xff");
    folder
        .run(&["render", "a.yaml", "bad.yaml", "-o", "out"])
        .failed();
    assert!(!folder.0.join("out").exists());
    let listed = folder.run(&["render", "a.yaml", "-o", "out"]).clean();
    assert_eq!(listed, "out/configmap-other.yaml\n");
    let written = folder.0.join("out/configmap-other.yaml");
    assert_eq!(fs::read_to_string(&written).unwrap(), OTHER);
    folder
        .run(&["render", "a.yaml", "bad.yaml", "-o", "out"])
        .failed();
    assert_eq!(fs::read_to_string(&written).unwrap(), OTHER);
    // what we wrote is input again
    assert_eq!(folder.run(&["render", "out"]).clean(), OTHER);
}

/// A limit on the size of files stands in for a full disk.
#[test]
fn a_full_disk_leaves_the_folder_as_it_was() {
    let folder = Folder::new("full").file("a.yaml", OTHER);
    folder.run(&["render", "a.yaml", "-o", "out"]).clean();
    let big = OTHER.replace("0755", &"x".repeat(8192));
    let folder = folder.file("a.yaml", big);
    let script = format!("trap '' XFSZ; ulimit -f 1; exec '{PROGRAM}' render a.yaml -o out");
    let answer = Run::of("/bin/sh", &["-c", &script])
        .within(&folder.0)
        .stdin("");
    assert_snapshot!(answer.failed(), @r#"
    error[unwritable-output]: cannot write `out/configmap-other.yaml`: file too large
     --> out/configmap-other.yaml

    1 error
    "#);
    let names = fs::read_dir(folder.0.join("out")).unwrap().count();
    let text = fs::read_to_string(folder.0.join("out/configmap-other.yaml")).unwrap();
    assert_eq!((names, text.as_str()), (2, OTHER));
}

/// A first pool that is right as it is written, and a script that a shell takes.
#[test]
fn init_writes_a_first_pool_and_never_over_a_file() {
    let folder = Folder::new("init");
    let said = folder
        .run(&["init", "gpus", "--type", "g6e.2xlarge"])
        .clean();
    assert_eq!(
        said,
        "gpus/gpu.yaml\ngpus/save-facts.sh\nnext, logged in to the cluster:\n  cd gpus\n  sh save-facts.sh\n  gpu-machineset plan .\n  gpu-machineset render . | oc apply -f -\n"
    );
    let script = fs::read_to_string(folder.0.join("gpus/save-facts.sh")).unwrap();
    assert_eq!(script.matches("\noc get ").count(), 4, "{script}");
    let facts = cluster("frankfurt").display().to_string();
    let answer = folder.run(&["check", "gpus", "--facts", &facts]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    let pool = fs::read_to_string(folder.0.join("gpus/gpu.yaml")).unwrap();
    assert!(pool.contains("  instanceType: g6e.2xlarge\n"), "{pool}");
    fs::remove_file(folder.0.join("gpus/save-facts.sh")).unwrap();
    let err = folder.run(&["init", "gpus"]).failed();
    assert!(
        err.starts_with("error[foreign-output-files]: `gpus/gpu.yaml` is there already"),
        "{err}"
    );
    assert_eq!(
        fs::read_to_string(folder.0.join("gpus/gpu.yaml")).unwrap(),
        pool
    );
    assert!(
        !folder.0.join("gpus/save-facts.sh").exists(),
        "all or nothing"
    );
}

/// A folder as people have it: beside the pool lie a schema for the editor, values of a chart, a patch of kustomize and
/// what an earlier run wrote. None of it leaves; what only lacks its `kind`, or is named itself, is told.
#[test]
fn what_is_no_manifest_is_left_out_of_a_folder() {
    let pool = "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuMachineSet\nmetadata: {name: l4}\nspec: {instanceType: g6.4xlarge, zones: [ZONE], replicas: 1, rootVolume: {sizeGiB: 200}}\n";
    let schema = Run::new(&["schema", "GpuMachineSet"]).stdin("").clean();
    let folder = Folder::new("left-out")
        .file("gpu.yaml", pool.replace("ZONE", "eu-central-1a"))
        .file("gpumachineset.json", schema)
        .file("values.yaml", "replicas: 2\n")
        .file(
            "Chart.yaml",
            "apiVersion: v2\nname: chart\nversion: 0.1.0\n",
        )
        .file("patch.yaml", "- op: remove\n  path: /spec/replicas\n");
    let facts = cluster("frankfurt").display().to_string();
    let render = |folder: &Folder, more: &[&str]| {
        let mut args = vec!["render", ".", "--facts", &facts];
        args.extend(more);
        folder.run(&args)
    };
    let answer = render(&folder, &["-o", "rendered"]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    let left_out = "info[files-left-out]: left out, since no manifest is in there: `Chart.yaml`, `gpumachineset.json`, `patch.yaml`, `values.yaml`\n --> Chart.yaml\n";
    assert!(answer.err.contains(left_out), "{}", answer.err);
    let sets = |folder: &Folder| {
        let names = fs::read_dir(folder.0.join("rendered")).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names
            .filter(|name| name.starts_with("machineset-"))
            .collect::<Vec<_>>()
    };
    assert!(sets(&folder)[0].ends_with("-eu-central-1a.yaml"));
    let folder = folder.file("gpu.yaml", pool.replace("ZONE", "eu-central-1b"));
    let answer = render(&folder, &["-o", "rendered"]);
    assert!(
        answer
            .err
            .contains("left out, since `-o` wrote it: `rendered`"),
        "{}",
        answer.err
    );
    let sets = sets(&folder);
    assert!(
        sets.len() == 1 && sets[0].ends_with("-eu-central-1b.yaml"),
        "{sets:?}"
    );
    let named = folder.run(&["render", "gpu.yaml", "values.yaml", "--facts", &facts]);
    assert!(named.err.contains("warning[no-object]"), "{}", named.err);
    let folder = folder.file("lacks.yaml", "apiVersion: v1\nmetadata: {name: a}\n");
    let answer = render(&folder, &[]);
    assert!(answer.err.contains("warning[no-object]"), "{}", answer.err);
}

/// Facts and objects of others in JSON make no JSON of what a YAML pool makes, and the other way round.
#[test]
fn what_is_made_looks_like_its_placeholder() {
    let pool = serde_json::json!({
        "apiVersion": "gpu-machineset.dev/v1alpha1",
        "kind": "GpuMachineSet",
        "metadata": {"name": "l4"},
        "spec": {"instanceType": "g6.4xlarge", "replicas": 3, "rootVolume": {"sizeGiB": 200}},
    });
    let other = r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "zz"}}"#;
    let facts = cluster("frankfurt").display().to_string();
    let made = |name: &str, pool: String, other: &str| {
        let folder = Folder::new("style").file(name, pool).file("zz.json", other);
        let answer = folder.run(&["render", name, "zz.json", "--facts", &facts]);
        assert_eq!(answer.code, Some(0), "{}", answer.err);
        let json = answer.out.matches("\n{\"apiVersion\":\"machine.").count();
        (json, answer.out.matches("\nkind: MachineSet\n").count())
    };
    let yaml = serde_yaml::to_string(&pool).unwrap();
    assert_eq!(made("gpu.yaml", yaml.clone(), other), (0, 3));
    assert_eq!(made("gpu.json", pool.to_string(), other), (3, 0));
    let other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: zz}\n";
    assert_eq!(made("gpu.json", pool.to_string(), other), (3, 0));
    assert_eq!(made("gpu.yaml", yaml, other), (0, 3));
}

/// The rows of a table as JSON, and a part of it.
#[test]
fn catalog_is_json_for_programs_and_can_be_narrowed() {
    let rows = |args: &[&str]| {
        let mut all = vec!["catalog"];
        all.extend(args);
        all.extend(["--format", "json"]);
        let out = Run::new(&all).stdin("").clean();
        let json: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        json["rows"].as_array().expect("rows").clone()
    };
    let types = rows(&["g6.4xlarge"]);
    assert_eq!(types.len(), 1);
    assert_eq!(types[0]["type"], "g6.4xlarge");
    let operators = rows(&["operators", "kueue"]);
    assert!(!operators.is_empty());
    assert!(
        operators.iter().all(|row| row["operator"] == "kueue"),
        "{operators:?}"
    );
    assert!(
        rows(&["models"])
            .iter()
            .all(|row| row.get("huggingFace").is_some())
    );
    let err = Run::new(&["catalog", "operators", "keue"])
        .stdin("")
        .misused();
    assert!(err.contains("did you mean `kueue`?"), "{err}");
}

/// kustomize's legacy plugin call: execplugin.go of kustomize 5.8.
#[test]
fn an_installed_plugin_answers_kustomize() {
    let folder = Folder::new("plugin home").file("config", OTHER);
    let line = folder.run(&["install", "home"]).clean();
    let home = folder.0.join("home");
    assert_eq!(
        line,
        format!("export KUSTOMIZE_PLUGIN_HOME='{}'\n", home.display())
    );
    let plugin = home.join("gpu-machineset.dev/v1alpha1/gpumachineset/GpuMachineSet");
    let call = |stdin: &str| {
        let config = folder.0.join("config");
        let args = [
            config.as_os_str(),
            OsStr::new("extra"),
            OsStr::new("--flag"),
        ];
        let run = Run::of(&plugin, &args).within(&folder.0);
        run.env("KUSTOMIZE_PLUGIN_CONFIG_ROOT", &folder.0)
            .stdin(stdin)
    };
    assert_eq!(call("").clean(), OTHER, "a generator gets no resources");
    let other = OTHER.replace("other", "second");
    let out = call(&other).clean();
    assert!(
        out.contains("name: other") && out.contains("name: second"),
        "{out}"
    );
    // again, over a plugin that is there
    folder.run(&["install", "home"]).clean();
    let leftovers = fs::read_dir(plugin.parent().unwrap()).unwrap().count();
    assert_eq!(leftovers, 1);
}

/// The files that the message would have people save are no use to who cannot see them.
#[test]
fn a_build_is_told_how_it_shows_facts_to_a_placeholder() {
    let folder = Folder::new("plugin-facts").file("config", POOL);
    let config = folder.0.join("config");
    let plugin = |stdin: &str| {
        let run = Run::new(&[config.as_os_str()]).within(&folder.0);
        run.env("KUSTOMIZE_PLUGIN_CONFIG_ROOT", &folder.0)
            .stdin(stdin)
            .failed()
    };
    let cure = "kustomize shows a generator no other object";
    let generator = plugin("");
    assert!(
        generator.contains(cure) && !generator.contains("oc get"),
        "{generator}"
    );
    let config = POOL.replace('\n', "\n  ");
    let list = format!(
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\nfunctionConfig:\n  {config}"
    );
    let function = Run::new::<&str>(&[]).stdin(list);
    assert!(
        function.err.contains(cure) && function.out.contains(cure),
        "{function:?}"
    );

    let made = OTHER.replace(
        "metadata:",
        "metadata:\n  annotations: {gpu-machineset.dev/from: GpuMachineSet/a}",
    );
    let second = plugin(&made);
    assert!(
        second.contains("an earlier placeholder of the build took them"),
        "{second}"
    );
    assert!(plugin(OTHER).contains("oc get infrastructure"));
}

#[test]
fn a_platform_without_facts_lacks_facts() {
    let platform = "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata: {name: a}\nspec: {operators: {kueue: {}}}\n";
    let folder = Folder::new("platform-facts").file("platform.yaml", platform);
    let said = folder.run(&["check", "platform.yaml"]).failed();
    assert!(
        said.starts_with("error[missing-fact]: the input holds no facts of a cluster\n"),
        "{said}"
    );
}

#[test]
fn the_plugin_call_needs_both_its_signs() {
    let folder = Folder::new("no-plugin").file("config", OTHER);
    let config = folder.0.join("config");
    // without the variable it is a path where a command is expected
    folder.run(&[config.as_os_str()]).misused();
    // with the variable, commands still work
    let run = Run::new(&["--version"]).within(&folder.0);
    run.env("KUSTOMIZE_PLUGIN_CONFIG_ROOT", "/")
        .stdin("")
        .clean();
}

#[test]
fn install_says_what_is_in_the_way() {
    let folder = Folder::new("install").file("home", "");
    let err = folder.run(&["install", "home"]).failed();
    assert!(
        err.starts_with("error[unwritable-output]: cannot write `home/"),
        "{err}"
    );
    assert!(Path::new(&folder.0).join("home").is_file());
}

/// What SARIF 2.1.0 requires of a log, and GitHub of what it shows, for every case of bad input. The schema itself was
/// held against the same logs by hand.
#[test]
fn every_report_is_sarif() {
    let mut results = 0;
    for case in cases() {
        let is_option = |one: &String| one.starts_with("--");
        if case.args.first().is_none_or(|one| one != "render") || case.args.iter().any(is_option) {
            continue;
        }
        let more = ["--format", "sarif"].map(str::to_owned);
        let arguments: Vec<String> = ["check".to_owned()]
            .into_iter()
            .chain(case.args[1..].iter().cloned())
            .chain(more)
            .collect();
        let answer = case.run_with(&arguments);
        let log: Value = serde_json::from_str(&answer.out).unwrap();
        let case = case.name;
        assert_eq!(log["version"], "2.1.0", "{case}");
        let runs = log["runs"].as_array().unwrap();
        let driver = &runs[0]["tool"]["driver"];
        assert_eq!(
            (runs.len(), &driver["name"]),
            (1, &Value::from("gpu-machineset")),
            "{case}"
        );
        let rules: Vec<&Value> = driver["rules"]
            .as_array()
            .unwrap()
            .iter()
            .map(|rule| &rule["id"])
            .collect();
        for result in runs[0]["results"].as_array().unwrap() {
            results += 1;
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index], &result["ruleId"], "{case}");
            assert!(
                ["error", "warning", "note"].contains(&result["level"].as_str().unwrap()),
                "{case}"
            );
            assert!(
                !result["message"]["text"].as_str().unwrap().is_empty(),
                "{case}"
            );
            assert_places(result, &case);
        }
    }
    assert!(results >= 400, "{results} results");
}

/// Paths are URI references, lines and columns count from one.
fn assert_places(result: &Value, case: &str) {
    for location in result["locations"].as_array().unwrap() {
        let place = &location["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        let is_plain = |c: char| c.is_ascii_graphic() && !"<>\"{}|\\^`".contains(c);
        assert!(
            !uri.is_empty() && uri.chars().all(is_plain),
            "{case}: {uri}"
        );
        for (name, number) in place["region"].as_object().into_iter().flatten() {
            assert!(
                number.as_u64().is_some_and(|number| number >= 1),
                "{case}: {name} {number}"
            );
        }
    }
}

/// The archives of a release have a page for each command.
#[test]
fn man_pages_are_complete() {
    let folder = Folder::new("man");
    clap_mangen::generate_to(gpu_machineset::edge::command_line(), &folder.0).unwrap();
    let page = |name: &str| std::fs::read_to_string(folder.0.join(name)).unwrap();
    let program = page("gpu-machineset.1");
    assert!(program.contains("First pool"), "{program}");
    let mut commands = 0;
    for command in gpu_machineset::edge::command_line().get_subcommands() {
        let name = command.get_name();
        let text = page(&format!("gpu-machineset-{name}.1"));
        assert!(text.contains(".SH SYNOPSIS"), "{name}: {text}");
        commands += 1;
    }
    assert!(commands > 10, "{commands}");
    assert!(page("gpu-machineset-argocd-generate.1").contains("ARGOCD_APP_PARAMETERS"));
}
