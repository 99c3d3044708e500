//! The plugin's own description, which argocd-cmp-server reads when it starts.

use super::PLUGIN;
use super::announce::{DENY_WARNINGS, FACTS, title};
use super::parameters::Known;

/// `plugin.yaml`, as it lies at the top of the repository and in the image.
///
/// No version: with one every Application would have to say `gpu-machineset-v1.2.3`, and be edited at each upgrade. No
/// `discover`: it would cost a second copy of the repository for each application, and be asked about all the others.
/// No shell and no `init`: the image needs neither.
pub(crate) fn plugin_yaml() -> String {
    let known = |known: Known| (known.name(), title(known));
    let ((name, title), (deny, deny_title)) = (known(Known::Facts), known(Known::DenyWarnings));
    format!(
        "# Written by `gpu-machineset argocd plugin`. Applications name it: `plugin: {{name: {PLUGIN}}}`.
apiVersion: argoproj.io/v1alpha1
kind: ConfigManagementPlugin
metadata:
  name: {PLUGIN}
spec:
  generate:
    command: [{PLUGIN}, argocd, generate]
  parameters:
    static:
    - name: {name}
      title: {title}
      tooltip: {FACTS}
      collectionType: array
    - name: {deny}
      title: {deny_title}
      tooltip: {DENY_WARNINGS}
      string: \"false\"
    dynamic:
      command: [{PLUGIN}, argocd, parameters]
  preserveFileMode: false
  provideGitCreds: false
"
    )
}
