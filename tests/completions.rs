//! What a shell offers at a TAB. bash is asked itself, without a terminal; zsh and fish are asked in `e2e`.

use std::path::Path;

use crate::support::{Folder, PROGRAM, Run};

/// Calls what bash calls at a TAB behind these words, and prints what it would offer, one a line.
const TAB: &str = r#"
source <(gpu-machineset completions bash) || exit 3
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_TYPE=9
[[ $(complete -p gpu-machineset) =~ -F\ ([^\ ]+) ]] || exit 4
"${BASH_REMATCH[1]}" gpu-machineset "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}" 2>/dev/null
printf '%s\n' "${COMPREPLY[@]}"
"#;

fn bash(folder: &Folder, words: &[&str]) -> Vec<String> {
    let bin = Path::new(PROGRAM).parent().unwrap().display();
    let path = format!("{bin}:{}", std::env::var("PATH").unwrap());
    let args = [&["--norc", "-c", TAB, "bash", "gpu-machineset"], words].concat();
    let run = Run::of("bash", &args).within(&folder.0).env("PATH", path);
    let answer = run.stdin("");
    assert_eq!(answer.code, Some(0), "{words:?}: {}", answer.err);
    answer.out.lines().map(str::to_owned).collect()
}

#[test]
fn bash_offers_options_values_and_files() {
    let folder = Folder::new("completions")
        .file("gpu.yaml", "")
        .file("facts/a.yaml", "");
    let offered = |words: &[&str]| bash(&folder, words);
    assert_eq!(offered(&["exp"]), ["explain"]);
    assert_eq!(offered(&["render", "--fo"]), ["--force", "--format"]);
    assert_eq!(
        offered(&["check", "--format", ""]),
        ["text", "json", "github", "sarif", "gitlab", "junit"]
    );
    assert_eq!(offered(&["explain", "zone-o"]), ["zone-outside-region"]);
    assert_eq!(offered(&["schema", "GpuMa"]), ["GpuMachineSet"]);
    assert_eq!(offered(&["catalog", "g6.4x"]), ["g6.4xlarge"]);
    assert_eq!(offered(&["catalog", "opera"]), ["operators"]);
    assert_eq!(offered(&["catalog", "--platform", "A"]), ["AWS", "Azure"]);
    assert_eq!(
        offered(&["catalog", "operators", "--openshift", "4.20"]),
        ["4.20"]
    );
    assert_eq!(offered(&["render", "gp"]), ["gpu.yaml"]);
    assert_eq!(offered(&["render", "gpu.yaml", "--facts", "f"]), ["facts/"]);
    assert_eq!(offered(&["argocd", "gen"]), ["generate"]);
}

#[test]
fn every_shell_gets_a_script_that_asks_the_program() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = Run::new(&["completions", shell]).stdin("").clean();
        assert!(script.contains("GPU_MACHINESET_COMPLETE"), "{shell}");
    }
}

/// Who sets the variable for a shell gets the same bytes through a pipe.
#[test]
fn the_variable_alone_changes_nothing() {
    let run = |args: &[&str]| Run::new(args).env("GPU_MACHINESET_COMPLETE", "bash");
    let other = crate::support::OTHER;
    assert_eq!(run(&[]).stdin(other).clean(), other);
    assert!(
        run(&["explain"])
            .stdin("")
            .clean()
            .contains("zone-outside-region")
    );
    let unknown = Run::new(&["--", "gpu-machineset", "ex"]).env("GPU_MACHINESET_COMPLETE", "csh");
    let said = unknown.stdin("").misused();
    assert!(
        said.contains("no completions are known of the shell `csh`"),
        "{said}"
    );
}
