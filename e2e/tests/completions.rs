//! What zsh and fish offer at a TAB. bash is asked in the product's own tests.

use gpu_machineset_e2e::{Run, bin};

/// The answer of a shell in which our program is on the path.
fn shell(name: &str, args: &[&str]) -> String {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut programs = std::env::split_paths(&path).map(|folder| folder.join(name));
    let program = programs.find(|program| program.is_file());
    let program = program.unwrap_or_else(|| {
        panic!("{name} is not on PATH: apt-get install --no-install-recommends zsh fish")
    });
    let folder = bin().parent().expect("a program has a folder").to_owned();
    let run = Run::new(program).args(args).path_first(folder);
    run.env("TERM", "dumb").ok()
}

#[test]
fn fish_offers_options_values_and_their_meaning() {
    let offered = |line: &str| {
        let script = format!(
            "gpu-machineset completions fish | source; complete -C 'gpu-machineset {line}'"
        );
        shell("fish", &["--no-config", "-c", &script])
    };
    let rules = offered("explain zone-outside-r");
    let row = rules.split_once('\t').expect("a value and its meaning");
    assert_eq!(row.0, "zone-outside-region");
    assert!(row.1.contains("region"), "{rules}");
    assert!(offered("render --fo").starts_with("--force\t"));
    assert!(offered("schema Gpu").contains("GpuPlatform"));
    assert!(offered("catalog g6.4x").starts_with("g6.4xlarge\t1 x nvidia l4"));
}

/// What zsh hands to its menu, without a terminal to draw it on: `_describe` is told to print.
const ZSH: &str = r#"
compdef() { FUNCTION=$1 }
_describe() { print -rl -- "${(P@)argv[-1]}" "${(P@)argv[3]}" }
source <(gpu-machineset completions zsh)
words=(gpu-machineset "$@"); CURRENT=$#words
$FUNCTION
"#;

#[test]
fn zsh_offers_options_values_and_their_meaning() {
    let offered = |words: &[&str]| {
        let args = [&["-f", "-c", ZSH, "zsh"], words].concat();
        shell("zsh", &args)
    };
    let rules = offered(&["explain", "zone-outside-r"]);
    assert!(rules.starts_with("zone-outside-region:"), "{rules}");
    assert!(offered(&["render", "--fo"]).contains("--force:"));
    assert!(offered(&["schema", "GpuP"]).contains("GpuPlatform"));
}
