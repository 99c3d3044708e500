//! The table of operators.

use super::*;

#[test]
fn an_operator_is_known_to_its_own_file_and_the_table_only() {
    let sources = [
        ("mod.rs", include_str!("../mod.rs")),
        ("plan.rs", include_str!("../plan.rs")),
        ("wanted.rs", include_str!("../wanted.rs")),
        ("objects.rs", include_str!("../objects.rs")),
        ("installed.rs", include_str!("../installed.rs")),
        ("tolerations.rs", include_str!("../tolerations.rs")),
        ("channels.rs", include_str!("../channels.rs")),
        ("monitoring.rs", include_str!("../monitoring.rs")),
        ("autoscaler.rs", include_str!("../autoscaler.rs")),
    ];
    for operator in OPERATORS {
        for word in [operator.id, operator.package, operator.namespace] {
            let literal = format!("\"{word}\"");
            for (file, source) in sources {
                let code = source
                    .split("#[cfg(test)]\nmod tests")
                    .next()
                    .unwrap_or(source);
                assert!(!code.contains(&literal), "{file} names {literal}");
            }
        }
    }
}

#[test]
fn ids_are_sorted_and_every_default_is_right_for_its_crd() {
    let ids: Vec<&str> = OPERATORS.iter().map(|operator| operator.id).collect();
    assert!(ids.is_sorted());
    for operator in OPERATORS {
        assert!(!operator.about.is_empty() && !operator.title.is_empty());
    }
}
