//! No secret in a message, and no command in a report.

use std::fs;

use crate::support::{Answer, Folder, OTHER, Run};
use crate::testdata::{Case, cases};

/// What no message may say.
const CANARY: &str = "hunter2canary";

/// Secrets, and what looks like one, with something wrong in each.
const BROKEN: [&str; 27] = [
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  password: hunter2canary: x\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  password: x: hunter2canary\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n\tpassword: hunter2canary\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: \"hunter2canary}\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  password: \"a\" hunter2canary\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  password: @hunter2canary\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  password: {x}hunter2canary\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n    a: b\n  password: hunter2canary\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  a: b\n    hunter2canary: x\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  password:hunter2canary\n  x: y\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  -hunter2canary\n  x: y\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  hunter2canary\n  x: y\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  key: |\n      a\n    hunter2canary: 1\n  b: c\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  key: |\n    -----BEGIN RSA\nhunter2canary\n  b: c\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: hunter2canary, a: hunter2canary}\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: *hunter2canary}\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: [hunter2canary\nb: c\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: hunter2canary, b: \"\\q\"}\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  a: {{ hunter2canary }}: x\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata:\n  a: b\n<<<<<<< hunter2canary\n",
    "apiVersion: v1\nstringData:\n  a: hunter2canary: x\n",
    "stringData:\n  a: hunter2canary: x\nkind: Secret\n",
    "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: s}\nspec:\n  template: {data: {a: hunter2canary: x}\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s}\ndata:\n  adminPassword: hunter2canary: x\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s}\ndata:\n  url: https://me:hunter2canary@host/: x\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s}\ndata:\n  a: ENC[AES256_GCM,data:hunter2canary]: x\n",
    "{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"metadata\": {\"name\": \"s\"}, \"stringData\": {\"a\": \"hunter2canary\", \"a\": \"b\"}, }",
];

const POOL: &str = "\
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata: {name: l4, annotations: {config.kubernetes.io/local-config: \"true\"}}
spec: {instanceType: g6.4xlarge, replicas: 1, zonen: [a]}
";

/// As an element of a list.
fn element(text: &str) -> String {
    let mut out = String::new();
    for (index, line) in text.lines().enumerate() {
        out += if index == 0 { "- " } else { "  " };
        out += line;
        out += "\n";
    }
    out
}

/// The ways in which a broken text is one of others.
fn inputs(broken: &str) -> Vec<String> {
    let list = "apiVersion: v1\nkind: List\nitems:\n";
    vec![
        broken.to_owned(),
        format!("{POOL}---\n{broken}---\n{OTHER}"),
        format!(
            "{list}{}{}{}",
            element(POOL),
            element(broken),
            element(OTHER)
        ),
        // what was one line left of its list, or joined without `---`
        format!(
            "{list}{}- {}",
            element(POOL),
            broken.replacen('\n', "\n  ", 1)
        ),
        format!("{OTHER}{broken}"),
    ]
}

fn formats(folder: &Folder, file: &str) -> Vec<(String, Answer)> {
    let format = |format: &str| {
        (
            format.to_owned(),
            folder.run(&["check", file, "--format", format]),
        )
    };
    ["text", "json", "github", "sarif", "gitlab", "junit"]
        .map(format)
        .into()
}

#[test]
fn no_line_of_a_secret_is_told() {
    let folder = Folder::new("canary");
    let mut problems = 0;
    for broken in BROKEN {
        assert!(broken.contains(CANARY));
        for input in inputs(broken) {
            fs::write(folder.0.join("in.yaml"), &input).unwrap();
            for (format, answer) in formats(&folder, "in.yaml") {
                let said = answer.out + &answer.err;
                assert!(
                    !said.contains(CANARY),
                    "--format {format} of\n{input}\n{said}"
                );
                problems += said.matches("\"rule\":").count();
            }
        }
        // as a function: the items come back, the results and standard error say nothing
        let list = format!(
            "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{}{}",
            element(POOL),
            element(broken)
        );
        let answer = Run::new::<&str>(&[]).stdin(&list);
        let results = answer
            .out
            .split_once("\nresults:")
            .map_or("", |(_, results)| results);
        assert!(
            !answer.err.contains(CANARY) && !results.contains(CANARY),
            "{list}\n{}{results}",
            answer.err
        );
        // what is no UTF-8
        let latin1: Vec<u8> = broken
            .replace(CANARY, "hunter2canary\u{1}")
            .bytes()
            .map(|byte| if byte == 1 { 0xe9 } else { byte })
            .collect();
        fs::write(folder.0.join("in.yaml"), latin1).unwrap();
        for (format, answer) in formats(&folder, "in.yaml") {
            assert!(
                !(answer.out + &answer.err).contains(CANARY),
                "--format {format} of Latin-1 {broken}"
            );
        }
        // under Argo CD, which keeps what it is told in the status of the Application
        fs::write(
            folder.0.join("in.yaml"),
            format!(
                "{}\n---\n{broken}",
                broken
                    .replace(": x", "")
                    .replace("password:", "tls: on\n  password:")
            ),
        )
        .unwrap();
        let answer = Run::new(&["argocd", "generate"])
            .within(&folder.0)
            .env("ARGOCD_APP_NAME", "x")
            .stdin("");
        assert!(!answer.err.contains(CANARY), "{broken}\n{}", answer.err);
    }
    assert!(problems >= 120, "only {problems} problems were seen");
}

/// A secret beside the input of every case, whatever else is wrong there.
#[test]
fn no_case_tells_a_secret_that_stands_beside_it() {
    let folder = Folder::new("canary-cases");
    let mut seen = 0;
    let inputs = cases()
        .into_iter()
        .filter_map(|case| Some((case.text("input.yaml")?, case.name)));
    for (index, (text, case)) in inputs.enumerate() {
        let broken = BROKEN[index % BROKEN.len()];
        fs::write(
            folder.0.join("in.yaml"),
            format!("{broken}\n---\n{text}\n---\n{broken}"),
        )
        .unwrap();
        let answer = folder.run(&["check", "in.yaml", "--format", "sarif"]);
        assert!(
            !answer.out.contains(CANARY) && !answer.err.contains(CANARY),
            "{case}: {}",
            answer.out
        );
        seen += usize::from(answer.code == Some(1));
    }
    assert!(seen >= 60, "only {seen} cases had a problem");
}

#[test]
fn a_line_beside_a_secret_is_shown() {
    let good = BROKEN[0].replace(": x", "");
    let folder = Folder::new("beside").file("in.yaml", format!("{good}---\n{POOL}"));
    let said = folder.run(&["check", "in.yaml"]).err;
    assert!(said.contains("zonen: [a]"), "{said}");
}

#[test]
fn no_fact_is_taken_out_of_a_secret() {
    let facts = |path: &str| {
        format!(
            "\
apiVersion: v1
kind: Secret
metadata: {{name: s, labels: {{region: us-east-2}}}}
stringData: {{region: {CANARY}}}
---
apiVersion: gpu-machineset.dev/v1alpha1
kind: ClusterFacts
metadata: {{name: c, annotations: {{config.kubernetes.io/local-config: \"true\"}}}}
spec: {{from: {{region: {{kind: Secret, name: s, path: {path}}}}}}}
---
{POOL}"
        )
    };
    let folder = Folder::new("fact-from-secret").file("in.yaml", facts("$.stringData.region"));
    let said = folder.run(&["check", "in.yaml"]).err;
    assert!(
        said.contains("error[fact-from-secret]") && !said.contains(CANARY),
        "{said}"
    );
    let folder = folder.file("in.yaml", facts("$.metadata.labels.region"));
    let said = folder.run(&["check", "in.yaml"]).err;
    assert!(!said.contains("fact-from-secret"), "{said}");
}

/// In double quotes: escapes, a direction, line breaks of three kinds, and commands of two runners.
const PAYLOAD: &str = r#""x\e[31m\u202e\u0085\u2028\u200b\r\n::error file=a::b\n \u00a0::stop-commands::c\n##[error]d ##vso[task.e]""#;

/// What is wrong with a report, if anything.
fn obeyed(format: &str, said: &str) -> Option<String> {
    let control = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if said.contains(control) {
        return Some("a control character".to_owned());
    }
    let is_command = |line: &&str| {
        let is_ours = ["::error ", "::warning ", "::notice "]
            .iter()
            .any(|start| line.starts_with(start));
        let starts = line.trim_start().starts_with("::");
        let starts = if format == "github" { !is_ours } else { starts };
        starts || (format != "github" && (line.contains("##[") || line.contains("##vso[")))
    };
    said.lines().find(is_command).map(str::to_owned)
}

#[test]
fn no_report_gives_a_command_that_stands_in_its_input() {
    let folder = Folder::new("commands");
    let (mut reports, mut shown) = (0, 0);
    for case in [
        "render/pool/three-zones",
        "render/platform/two-pools",
        "render/facts/managed-cluster-facts",
        "render/facts/from-json-path",
    ] {
        let text = Case::named(case).text("input.yaml").unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            let Some((key, value)) = line.split_once(':').filter(|(key, _)| !key.contains('#'))
            else {
                continue;
            };
            let indentation = key.len() - key.trim_start_matches([' ', '-']).len();
            let replaced = match (index % 3, value.trim()) {
                (0, "") | (1, _) => format!("{}{PAYLOAD}:{value}", &key[..indentation]),
                _ => format!("{key}: {PAYLOAD}"),
            };
            let mut mutated = lines.clone();
            mutated[index] = &replaced;
            fs::write(folder.0.join("in.yaml"), mutated.join("\n")).unwrap();
            let format = ["text", "github", "text", "json", "text", "sarif"][index % 6];
            let answer = folder.run(&["check", "in.yaml", "--format", format]);
            let said = answer.out + &answer.err;
            assert_eq!(
                obeyed(format, &said),
                None,
                "--format {format}, {replaced}\n{said}"
            );
            reports += usize::from(answer.code == Some(1));
            shown += usize::from(said.contains('\u{fffd}'));
            let plan = ["table", "markdown", "html", "json"][index % 4];
            let answer = folder.run(&["plan", "in.yaml", "--format", plan]);
            let said = answer.out + &answer.err;
            assert_eq!(
                obeyed("plan", &said),
                None,
                "plan --format {plan}, {replaced}\n{said}"
            );
        }
    }
    assert!(
        reports >= 40 && shown >= 20,
        "{reports} reports, {shown} with something replaced"
    );
}

#[test]
fn names_of_files_and_wrong_arguments_give_no_command() {
    let name = "a\u{1b}[31m\u{202e}\n::error::b ##[error]c";
    let folder = Folder::new("named").file(format!("{name}.yaml"), "a: b: c\n");
    for format in ["text", "github", "json", "sarif", "gitlab", "junit"] {
        let answer = folder.run(&["check", ".", "--format", format]);
        let said = answer.out + &answer.err;
        assert_eq!(answer.code, Some(1));
        assert_eq!(obeyed(format, &said), None, "{said}");
    }
    for args in [
        vec!["check", "--format", name],
        vec![name],
        vec!["render", name, "-f"],
    ] {
        let said = folder.run(&args).err;
        assert_eq!(obeyed("usage", &said), None, "{said}");
    }
}
