//! The table of operators.

use super::*;
use crate::operator::GLOBAL_NAMESPACE;

#[test]
fn an_operator_is_known_to_its_own_file_and_the_table_only() {
    let sources = [
        ("gpu_platform/mod.rs", include_str!("../mod.rs")),
        ("steps.rs", include_str!("../steps.rs")),
        ("wanted.rs", include_str!("../wanted.rs")),
        ("monitoring.rs", include_str!("../monitoring.rs")),
        ("conflicts.rs", include_str!("../conflicts.rs")),
        (
            "cluster_autoscaler.rs",
            include_str!("../cluster_autoscaler.rs"),
        ),
        ("operator/mod.rs", include_str!("../../../operator/mod.rs")),
        ("objects.rs", include_str!("../../../operator/objects.rs")),
        (
            "installed.rs",
            include_str!("../../../operator/installed.rs"),
        ),
        (
            "tolerations.rs",
            include_str!("../../../operator/tolerations.rs"),
        ),
        ("channels.rs", include_str!("../../../operator/channels.rs")),
    ];
    for operator in OPERATORS {
        // the namespace of all that need none of their own is nobody's
        let own = [operator.id, operator.package, operator.namespace].into_iter();
        for word in own.filter(|word| *word != GLOBAL_NAMESPACE) {
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
