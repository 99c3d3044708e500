//! `fit` and the page of it.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;

use crate::support::{Folder, Run};

fn fit(args: &[&str]) -> Run {
    Run::new(&[&["fit"], args].concat()).within(Path::new(env!("CARGO_MANIFEST_DIR")))
}

#[test]
fn a_pool_of_files_is_answered_for() {
    let files = [
        "functions/GpuMachineSet/example.yaml",
        "functions/ClusterFacts/example.yaml",
    ];
    let asked = [&["llama-3.2-3b-instruct"], &files[..], &["--pool", "l4"]].concat();
    let answer = fit(&[&asked[..], &["--max-model-len", "16384"]].concat())
        .stdin("")
        .clean();
    assert!(
        answer.contains("\npool l4 (g6.4xlarge): fits for 16384 tokens, +"),
        "{answer}"
    );
    let json = fit(&[&asked[..], &["--format", "json"]].concat()).stdin("");
    assert_eq!(json.code, Some(1));
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    let first = &json["answers"][0];
    assert_eq!(
        (&first["pool"], &first["verdict"]),
        (&"l4".into(), &"doesNotFit".into()),
        "{json}"
    );
    let asked = [&["phi-4"], &files[..], &["--pool", "l5"]].concat();
    assert_snapshot!(fit(&asked).stdin("").misused(), @r"
    error: no pool has the name `l5`

      tip: did you mean `l4`?
    ");
}

#[test]
fn what_is_not_known_is_said() {
    for (args, said) in [
        (&["phi-44"][..], "did you mean `phi-4`?"),
        (
            &["phi-4", "--type", "g6.4xlarg"],
            "did you mean `g6.4xlarge`?",
        ),
        (&["phi-4", "--openshift-ai", "2.9"], "the releases are 2.25"),
        (&["phi-4", "--gpus", "0"], "0"),
    ] {
        let answer = fit(args).stdin("").misused();
        assert!(answer.contains(said), "{args:?}: {answer}");
    }
    // nothing certain is no failure
    let hybrid = fit(&["qwen3.6-27b", "--type", "g6e.xlarge"])
        .stdin("")
        .clean();
    assert!(
        hybrid.contains("g6e.xlarge: unknown\n  it keeps a state of fixed size"),
        "{hybrid}"
    );
    let share = fit(&["phi-4", "--type", "g6f.large"]).stdin("").clean();
    assert!(share.contains("it has a share of a GPU"), "{share}");
    let few = fit(&["phi-4", "--type", "g6.4xlarge", "--gpus", "2"]).stdin("");
    assert_eq!(few.code, Some(1));
    assert!(
        few.out.contains("a machine has 1 of the 2 GPUs"),
        "{}",
        few.out
    );
}

/// Llama 3.1 8B, as its repository has it.
const CONFIG: &str = r#"{
  "model_type": "llama", "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
  "hidden_size": 4096, "intermediate_size": 14336, "vocab_size": 128256, "max_position_embeddings": 131072,
  "torch_dtype": "bfloat16", "router_jitter_noise": Infinity
}"#;

const PLATFORM: &str = "---\napiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuPlatform\nmetadata: {name: gpu}\nspec: {operators: {openshift-ai: {channel: stable-3.3, provided: true}}}\n";

/// What `fit` says of a file, and `plan` of a GpuModel with what `fit` printed for it, is one.
#[test]
fn a_config_is_answered_for_as_the_gpu_model_that_it_becomes() {
    let folder = Folder::new("fit-config");
    let write = |name: &str, text: &str| fs::write(folder.0.join(name), text).unwrap();
    write("config.json", CONFIG);
    for name in ["GpuMachineSet", "ClusterFacts"] {
        let example = format!(
            "{}/functions/{name}/example.yaml",
            env!("CARGO_MANIFEST_DIR")
        );
        fs::copy(example, folder.0.join(format!("{name}.yaml"))).unwrap();
    }
    let pools = ["GpuMachineSet.yaml", "ClusterFacts.yaml"];
    let mut verdicts = Vec::new();
    for (tokens, weights) in [
        ("1024", "15Gi"),
        ("24576", "14.96Gi"),
        ("131072", "16Gi"),
        ("4096", "19.2Gi"),
    ] {
        let asked = [&["fit", "config.json"], &pools[..], &["--pool", "l4"]].concat();
        let asked = [
            &asked[..],
            &["--weights", weights, "--max-model-len", tokens],
        ]
        .concat();
        let text = folder.run(&asked).out;
        let block = text.split("in a GpuModel\n  ").nth(1).unwrap();
        let block = block.lines().next().unwrap();
        write(
            "model.yaml",
            &format!(
                "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuModel\nmetadata: {{name: own, namespace: llm}}\nspec:\n  pool: l4\n  storage: {{uri: \"pvc://models/own\"}}\n  maxModelLen: {tokens}\n  fit: warn\n  {block}\n{PLATFORM}"
            ),
        );
        let json = |args: &[&str]| -> serde_json::Value {
            let run = folder.run(&[args, &["--format", "json"]].concat());
            serde_json::from_str(&run.out)
                .unwrap_or_else(|error| panic!("{error}: {} {}", run.out, run.err))
        };
        let fit = &json(&asked)["answers"][0];
        let plan = json(&[&["plan", "model.yaml"], &pools[..]].concat());
        let plan = &plan["clusters"][0]["models"][0];
        let verdict = plan["verdict"]
            .as_str()
            .unwrap()
            .replace("does not fit", "doesNotFit");
        assert_eq!(fit["verdict"], verdict.as_str(), "{fit} {plan}");
        for (part, mib) in [("cache", "cacheMiB"), ("needed", "neededMiB")] {
            let [gib, mib] =
                [&fit["memory"][part], &plan["memory"][mib]].map(|number| number.as_f64().unwrap());
            assert!((gib.max(0.0) - mib / 1024.0).abs() < 0.01, "{fit} {plan}");
        }
        verdicts.push(fit["verdict"].as_str().unwrap().to_owned());
    }
    assert_eq!(verdicts, ["fits", "tight", "doesNotFit", "doesNotFit"]);
}

#[test]
#[allow(clippy::too_many_lines, reason = "one folder, changed step by step")]
fn a_folder_says_how_large_its_model_is() {
    let folder = Folder::new("fit-folder");
    let write = |name: &str, text: &str| fs::write(folder.0.join(name), text).unwrap();
    let run = |args: &[&str]| folder.run(&[&["fit"], args].concat());
    write("config.json", &CONFIG.replace("llama", "mixtral"));
    let lacks = run(&["."]).misused();
    assert!(lacks.contains("add `--weights 15.2Gi`"), "{lacks}");
    assert!(
        run(&[".", "--weights", "87Gi"])
            .clean()
            .contains("weights: 87.00Gi, ")
    );
    // a pointer of Git LFS says how large its file is; anything else of that size is no model
    write(
        "model.safetensors",
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 93405585408\n",
    );
    assert!(
        run(&["./config.json"])
            .clean()
            .contains("weights: 87.00Gi, ")
    );
    write("model.safetensors", &"x".repeat(1 << 24));
    let small = run(&["./config.json"]).misused();
    assert!(
        small.contains("its files hold 0.02 GiB, and by its dimensions it takes"),
        "{small}"
    );
    write(
        "model.safetensors.index.json",
        r#"{"metadata": {"total_size": 93405585408}}"#,
    );
    let of_list = run(&["."]).clean();
    assert!(
        of_list.contains("weights: 87.00Gi, ") && of_list.contains("by the size of the files"),
        "{of_list}"
    );
    write(
        "hf_quant_config.json",
        r#"{"quantization": {"quant_algo": "FP8"}}"#,
    );
    assert!(
        run(&["."])
            .clean()
            .contains("weights: 87.00Gi, quantization: fp8, ")
    );
    for (name, text, said) in [
        (
            "model.safetensors.index.json",
            "{}",
            "it says no `metadata.total_size`",
        ),
        ("model.safetensors.index.json", "<html>", "is no JSON"),
        (
            "model.safetensors.index.json",
            r#"{"metadata": {"total_size": 123}}"#,
            "its files hold 0.00 GiB, and by its dimensions",
        ),
        ("hf_quant_config.json", "{", "hf_quant_config.json: "),
        ("config.json", "{}", "it says no `model_type`"),
        ("config.json", "\u{7f}ELF", "config.json: "),
        ("config.json", "{\"a\": ", "config.json: "),
    ] {
        let before = fs::read(folder.0.join(name)).unwrap();
        write(name, text);
        let answer = run(&["."]).misused();
        fs::write(folder.0.join(name), before).unwrap();
        assert!(answer.contains(said), "{name}: {answer}");
    }
    let before = fs::read(folder.0.join("config.json")).unwrap();
    fs::write(folder.0.join("config.json"), b"{\"model_type\": \"\xff\"}").unwrap();
    let no_text = run(&["."]).misused();
    assert!(no_text.contains("config.json"), "{no_text}");
    fs::remove_file(folder.0.join("config.json")).unwrap();
    fs::create_dir(folder.0.join("config.json")).unwrap();
    let no_file = run(&["."]).misused();
    assert!(no_file.contains("is no regular file"), "{no_file}");
    fs::remove_dir(folder.0.join("config.json")).unwrap();
    fs::write(folder.0.join("config.json"), before).unwrap();
    let known = run(&["phi-4", "--weights", "1Gi"]).misused();
    assert!(known.contains("leave it out"), "{known}");
    assert!(
        run(&["nothing.json"])
            .misused()
            .contains("name its `config.json`")
    );
}

/// What a GpuModel cannot know of the file is written beside its dimensions.
#[test]
fn a_gpu_model_is_told_what_vllm_makes_of_the_file() {
    let folder = Folder::new("fit-beside");
    let write = |text: &str| fs::write(folder.0.join("config.json"), text).unwrap();
    let run = |args: &[&str]| {
        let asked = [
            "fit",
            "config.json",
            "--weights",
            "8Gi",
            "--type",
            "g4dn.xlarge",
        ];
        folder.run(&[&asked[..], args].concat()).out
    };
    let block = |text: &str| {
        let rest = text.split("in a GpuModel\n").nth(1).unwrap();
        let own = rest.split("\n#").next().unwrap();
        own.lines()
            .skip(1)
            .map(str::trim)
            .collect::<Vec<_>>()
            .join("; ")
    };
    let long = CONFIG.replace("llama", "phi3").replace(
        "\"torch_dtype\"",
        "\"rope_scaling\": {\"type\": \"longrope\"}, \"torch_dtype\"",
    );
    write(&long);
    assert_eq!(block(&run(&[])), "maxModelLen: 4096");
    assert_eq!(
        block(&run(&["--max-model-len", "8192"])),
        "maxModelLen: 8192"
    );
    assert_eq!(
        block(&run(&["--openshift-ai", "2.25"])),
        "maxModelLen: 131072"
    );
    write(&CONFIG.replace("llama", "gemma2"));
    let gemma = run(&[]);
    assert_eq!(block(&gemma), "dtype: bfloat16");
    assert!(
        gemma.contains("16.00 GiB  in 32 bit: the GPU has no bfloat16"),
        "{gemma}"
    );
    let chunked = CONFIG.replace("llama", "llama4_text").replace(
        "\"torch_dtype\"",
        "\"attention_chunk_size\": 8192, \"torch_dtype\"",
    );
    write(&chunked);
    assert!(!run(&[]).contains("window: "));
    assert!(run(&["--openshift-ai", "3.4"]).contains("window: 8192, windowLayers: 24}"));
    let cache = CONFIG.replace(
        "\"torch_dtype\"",
        "\"quantization_config\": {\"quant_method\": \"modelopt\", \"quant_algo\": \"FP8\", \"kv_cache_quant_algo\": \"FP8\"}, \"torch_dtype\"",
    );
    write(&cache);
    assert!(run(&[]).contains("with `--kv-cache-dtype=fp8` only"));
    assert!(run(&["--openshift-ai", "3.4"]).contains("may take by itself"));
    assert!(!run(&["--fp8-cache"]).contains("its checkpoint is made"));
}

/// A GpuModel is not refused for what vLLM takes, and is for what it does not.
#[test]
fn a_gpu_model_is_judged_by_what_is_written_over_its_file() {
    let folder = Folder::new("fit-over");
    for name in ["GpuMachineSet", "ClusterFacts"] {
        let example = format!(
            "{}/functions/{name}/example.yaml",
            env!("CARGO_MANIFEST_DIR")
        );
        fs::copy(example, folder.0.join(format!("{name}.yaml"))).unwrap();
    }
    let said = |fields: &str| {
        let model = format!(
            "apiVersion: gpu-machineset.dev/v1alpha1\nkind: GpuModel\nmetadata: {{name: own, namespace: llm}}\nspec: {{pool: l4, storage: {{uri: \"pvc://models/own\"}}, fit: warn, {fields}}}\n{PLATFORM}"
        );
        fs::write(folder.0.join("model.yaml"), model).unwrap();
        let run = folder.run(&[
            "plan",
            "model.yaml",
            "GpuMachineSet.yaml",
            "ClusterFacts.yaml",
        ]);
        run.out + &run.err
    };
    let yarn = r#"{"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768}"#;
    let longer = "model: qwen3-8b, maxModelLen: 131072";
    for (fields, expected) in [
        (longer.to_owned(), "at most 40960 tokens, not 131072"),
        (
            format!("{longer}, args: ['--hf-overrides={{\"rope_scaling\": {yarn}}}']"),
            "",
        ),
        (
            format!(
                "model: qwen3-8b, maxModelLen: 131073, args: ['--hf-overrides={{\"rope_scaling\": {yarn}}}']"
            ),
            "at most 131072 tokens, not 131073",
        ),
        (
            format!("{longer}, args: [--hf-overrides.rope_scaling.factor=4]"),
            "",
        ),
        (
            format!("{longer}, env: {{VLLM_ALLOW_LONG_MAX_MODEL_LEN: \"1\"}}"),
            "",
        ),
        (
            "model: gemma-3-4b-it, maxModelLen: 4096, dtype: half".to_owned(),
            "the model does not compute in float16",
        ),
        (
            "model: gemma-3-4b-it, maxModelLen: 4096, dtype: bfloat16".to_owned(),
            "",
        ),
    ] {
        let text = said(&fields);
        let is_refused = text.contains("error[model-");
        assert!(
            is_refused != expected.is_empty() && text.contains(expected),
            "{fields}: {text}"
        );
    }
}
