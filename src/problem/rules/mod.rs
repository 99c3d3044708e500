//! The registry of rules: one table per family, all of them in [`all`]. Adding a rule is one row here, its check in
//! the room that decides, and a case in `testdata/`.

pub mod access;
pub mod api;
pub mod argocd;
pub mod autoscaling;
pub mod aws;
pub mod azure;
pub mod cloud;
pub mod delivery;
pub mod facts;
pub mod gcp;
pub mod ibmcloud;
pub mod input;
pub mod krm;
pub mod migrate;
pub mod model;
pub mod nutanix;
pub mod openstack;
pub mod openstack_gpu;
pub mod platform;
pub mod pool;
pub mod serving;
pub mod vsphere;

use super::Rule;

/// Declares a family of rules: `NAME: severity "slug" "summary" "explanation";`
macro_rules! rules {
    ($($name:ident: $severity:ident $slug:literal $summary:literal $explanation:literal;)*) => {
        $(
            #[doc = $summary]
            pub static $name: $crate::problem::Rule = $crate::problem::Rule {
                slug: $slug,
                severity: $crate::problem::Severity::$severity,
                summary: $summary,
                explanation: $explanation,
            };
        )*
        /// All rules of this family.
        pub(super) static ALL: &[&$crate::problem::Rule] = &[$(&$name),*];
    };
}
pub(crate) use rules;

/// Every rule, sorted by slug.
pub fn all() -> Vec<&'static Rule> {
    // a line each, so that two new families do not touch
    #[rustfmt::skip]
    let families = [
        access::ALL,
        api::ALL,
        argocd::ALL,
        autoscaling::ALL,
        aws::ALL,
        azure::ALL,
        cloud::ALL,
        delivery::ALL,
        facts::ALL,
        gcp::ALL,
        ibmcloud::ALL,
        input::ALL,
        krm::ALL,
        migrate::ALL,
        nutanix::ALL,
        openstack::ALL,
        openstack_gpu::ALL,
        model::ALL,
        platform::ALL,
        pool::ALL,
        serving::ALL,
        vsphere::ALL,
    ];
    let mut all: Vec<&Rule> = families.concat();
    all.sort_by_key(|rule| rule.slug);
    all
}

/// The rule of a slug.
pub fn find(slug: &str) -> Option<&'static Rule> {
    all().into_iter().find(|rule| rule.slug == slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_unique_and_texts_are_complete() {
        let all = all();
        for pair in all.windows(2) {
            assert_ne!(pair[0].slug, pair[1].slug);
        }
        for rule in all {
            let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(rule.slug.chars().all(kebab), "{}", rule.slug);
            assert!(
                rule.explanation.len() > 40,
                "{} explains too little",
                rule.slug
            );
            assert!(!rule.summary.ends_with('.'), "{}", rule.slug);
        }
    }
}
