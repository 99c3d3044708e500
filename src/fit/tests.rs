//! Models whose fit people found by hand, and what helps where they do not fit.

use super::*;
use crate::catalog;

fn ask(model: &str, card: &str, gpus: u32, max_len: u32) -> Ask {
    Ask {
        model: catalog::served_model(model).unwrap(),
        card: catalog::card(card).unwrap(),
        gpus,
        slices: 1,
        vllm: Version(0, 13),
        max_len: (max_len > 0).then_some(max_len),
        max_num_seqs: None,
        utilization: None,
        fp8_cache: false,
    }
}

#[test]
fn models_that_people_serve_fit_where_they_serve_them() {
    for (model, card, gpus, tokens, margin) in [
        ("granite-3.3-8b-instruct", "a10g", 1, 6144, 14.0),
        ("granite-3.3-8b-instruct", "a10g", 1, 0, -72.0),
        ("llama-3.2-3b-instruct", "l4", 1, 120_000, -1.2),
        ("mistral-small-3.1-24b-w8a8", "l40s", 1, 90_000, 1.9),
        ("llama-3.1-8b-instruct", "t4", 1, 4096, -25.0),
    ] {
        let fit = fit(&ask(model, card, gpus, tokens));
        let off = fit.margin_percent.unwrap() - margin;
        assert!(off.abs() <= 1.0, "{model} on {card}: {fit:?}");
    }
    let granite = fit(&ask("granite-3.3-8b-instruct", "a10g", 1, 6144));
    assert_eq!(granite.verdict, Verdict::Fits);
    assert!(
        granite
            .longest
            .is_some_and(|tokens| (26_400..26_700).contains(&tokens))
    );
    // found by hand: 120,000 started
    let llama = fit(&ask("llama-3.2-3b-instruct", "l4", 1, 120_000));
    assert_eq!(llama.verdict, Verdict::Tight);
    assert!(
        llama
            .longest
            .is_some_and(|tokens| (117_300..117_700).contains(&tokens))
    );
}

#[test]
fn a_remedy_that_is_named_helps() {
    let too_long = ask("granite-3.3-8b-instruct", "a10g", 1, 0);
    let found = remedies(&too_long, Some(4));
    let changes: Vec<&str> = found.iter().map(|one| one.change.as_str()).collect();
    assert_eq!(changes, ["--max-model-len=19200", "2 GPUs"]);
    assert!(found.iter().all(|one| one.verdict == Verdict::Fits));
    assert!(remedies(&ask("phi-4", "l40s", 1, 0), None).is_empty());
}

#[test]
fn what_vllm_refuses_is_said_before_memory() {
    let reasons = |ask: Ask| (fit(&ask).verdict, fit(&ask).reasons.join("; "));
    let (verdict, said) = reasons(ask("llama-3.1-8b-instruct-w4a16", "t4", 1, 2048));
    assert_eq!(verdict, Verdict::Refused);
    assert_eq!(
        said,
        "w4a16 needs compute capability 8.0 with vLLM 0.13; t4 has 7.5"
    );
    let newer = Ask {
        vllm: Version(0, 18),
        ..ask("llama-3.1-8b-instruct-w4a16", "t4", 1, 2048)
    };
    assert_eq!(reasons(newer), (Verdict::Fits, String::new()));
    let (_, said) = reasons(ask("llama-4-scout", "h100-80gb", 16, 8192));
    assert!(
        said.contains("40 attention heads cannot be divided among 16 GPUs"),
        "{said}"
    );
    let (_, said) = reasons(ask("phi-4", "l40s", 1, 131_072));
    assert!(said.contains("at most 16384 tokens, not 131072"), "{said}");
    let (verdict, said) = reasons(ask("qwen3.6-27b", "h200", 1, 0));
    assert_eq!(verdict, Verdict::Unknown, "{said}");
}

/// Longer never needs less, and what is said to be the longest fits.
#[test]
fn the_longest_request_is_the_longest() {
    for model in catalog::served_models() {
        for card in ["t4", "l4", "h100-80gb"] {
            let asked = ask(model.id, card, 1, 0);
            let (Ok(memory), Some(own)) = (memory::of(&asked), model.max_len) else {
                continue;
            };
            let Some(tokens) = memory::longest(&asked, memory.cache) else {
                assert!(memory::needed(&asked, 1) > memory.cache, "{}", model.id);
                continue;
            };
            assert!(
                memory::needed(&asked, tokens) <= memory.cache,
                "{}",
                model.id
            );
            let next = memory::needed(&asked, tokens + 1);
            assert!(tokens == own || next > memory.cache, "{}", model.id);
        }
    }
}

/// What vLLM makes of a model by its version and by the card.
#[test]
fn a_version_and_a_card_decide_with_the_model() {
    // LongRoPE
    let of = |vllm: u32, len: u32| {
        let asked = Ask {
            vllm: Version(0, vllm),
            ..ask("phi-4-mini-instruct", "t4", 1, len)
        };
        let found = fit(&asked);
        (found.max_model_len, found.verdict)
    };
    assert_eq!(of(10, 0), (Some(131_072), Verdict::DoesNotFit));
    assert_eq!(of(13, 0), (Some(4096), Verdict::Fits));
    assert_eq!(of(13, 131_072), (Some(131_072), Verdict::DoesNotFit));
    assert_eq!(of(13, 131_073).1, Verdict::Refused);
    // Gemma 3 on a card without bfloat16
    let gemma = fit(&ask("gemma-3-4b-it", "t4", 1, 4096));
    let memory = gemma.memory.unwrap();
    assert_eq!(gemma.verdict, Verdict::DoesNotFit, "{memory:?}");
    assert!((memory.weights - 16.02).abs() < 0.01, "{memory:?}");
    let wide = memory.needed.unwrap();
    let half = fit(&ask("gemma-3-4b-it", "l4", 1, 4096));
    let half = half.memory.unwrap().needed.unwrap();
    assert!((wide - 2.0 * half).abs() < 0.011, "{wide} {half}");
    let quantised = Ask {
        model: catalog::ServedModel {
            quant: Some("awq"),
            ..catalog::served_model("gemma-3-4b-it").unwrap()
        },
        ..ask("gemma-3-4b-it", "t4", 1, 4096)
    };
    assert!(fit(&quantised).reasons[0].contains("awq is computed in 16 bit"));
    // 4 bit floats, as far as weights
    let nvfp4 = |card: &str, vllm: u32| {
        let model = catalog::ServedModel {
            quant: Some("nvfp4"),
            ..catalog::served_model("llama-3.2-1b-instruct").unwrap()
        };
        let asked = Ask {
            model,
            vllm: Version(0, vllm),
            ..ask("phi-4", card, 1, 1024)
        };
        fit(&asked).verdict
    };
    assert_eq!(nvfp4("t4", 13), Verdict::Refused);
    assert_eq!(nvfp4("t4", 18), Verdict::Fits);
    assert_eq!(nvfp4("a10g", 13), Verdict::Fits);
    // chunks of Llama 4
    let needed = |vllm: u32| {
        let asked = Ask {
            vllm: Version(0, vllm),
            ..ask("llama-4-scout", "h200", 8, 131_072)
        };
        fit(&asked).memory.unwrap().needed.unwrap()
    };
    assert!((needed(13) - 3.0).abs() < 0.01, "{}", needed(13));
    assert!(needed(18) < 1.1, "{}", needed(18));
}
