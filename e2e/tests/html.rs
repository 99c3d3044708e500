//! The page of `plan --format html` in a real browser: it fits, nothing overlaps, every text can be told from what is
//! behind it, and nothing is loaded. Screenshots are left in `target/pages/` for people to look at.

use std::fs;
use std::path::{Path, PathBuf};

use gpu_machineset_e2e::{Project, Run, bin, root};
use serde_json::Value;

/// Every part of the picture: three pools, long names, three taints, operators that need others, networks of an OpenStack.
const INPUT: &str = "\
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuPlatform
metadata: {name: rhoai}
spec: {operators: {nfd: {}, nvidia-gpu: {}, openshift-ai: {}, kueue: {}, connectivity-link: {}}}
---
apiVersion: gpu-machineset.dev/v1alpha1
kind: ClusterFacts
metadata: {name: zpqdx}
spec: {infrastructureName: cluster-zpqdx-xxm9n, openshiftVersion: 4.20.8}
---
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata: {name: notebooks-of-every-team-with-a-long-name}
spec: {instanceType: g6.4xlarge, autoscaling: {min: 0, max: 7}, rootVolume: {sizeGiB: 200}, sharing: {timeSlicing: 4}}
---
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata: {name: training}
spec:
  instanceType: p5.48xlarge
  zones: [us-east-2b]
  replicas: 2
  market: Spot
  rootVolume: {sizeGiB: 500}
  taints:
  - {key: a-long-name-of-a-team.example.com/dedicated, value: research-and-development, effect: NoSchedule}
  - {key: nvidia.com/gpu, effect: NoSchedule}
---
apiVersion: gpu-machineset.dev/v1alpha1
kind: GpuMachineSet
metadata: {name: new}
spec: {instanceType: g9.4xlarge, zones: [us-east-2a], replicas: 1, taints: [], rootVolume: {sizeGiB: 200}}
---
apiVersion: gpu-machineset.dev/v1alpha1
kind: OpenStackGpu
metadata: {name: openstack}
spec:
  release: 18.0-fr6
  gpus: [{alias: nvidia, model: l40s, deviceType: type-PF}]
  services: {swift: true}
  storage: {class: lvms-vg1}
  network:
    ctlplane: {gateway: 192.168.122.1}
    isolated:
      nodes:
        worker-0: {interface: enp7s0, ctlplane: 192.168.122.10, internalapi: 172.17.0.5, storage: 172.18.0.5, tenant: 172.19.0.5}
  dataPlane:
    cpuVendor: intel
    nodes:
      edpm-compute-with-a-long-name-0: {address: 192.168.122.91, gpus: {nvidia: [\"0000:04:00.0\", \"0000:84:00.0\"]}}
  flavors: [{name: worker_gpu, vcpus: 16, ramMiB: 65536, diskGiB: 100, gpus: {nvidia: 1}}]
";

/// Looks at the page and writes what is wrong with it into the page. The product's page has no script; this one is ours.
const LOOK: &str = r#"<script>
addEventListener('load', () => {
  const shown = [], wrong = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest('title, desc, style, script, thead')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects())
      if (box.width > 1 && box.height > 1) shown.push({ text: node.data.trim(), box, parent });
  }
  const edge = 1.5;
  shown.forEach((a, i) => shown.slice(i + 1).forEach((b) => {
    const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
    const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
    if (wide > edge && high > edge + 2) wrong.push(`"${a.text}" overlaps "${b.text}"`);
  }));
  const number = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  for (const { text, box, parent } of shown) {
    if (box.left < -0.5 || box.right > innerWidth + 0.5) wrong.push(`"${text}" leaves the page`);
    const svg = parent.closest('svg');
    const ink = number(getComputedStyle(parent)[svg ? 'fill' : 'color']);
    const below = document.elementsFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
    if (svg) {
      const frame = below.find((one) => one.tagName === 'rect')?.getBoundingClientRect();
      if (frame && box.right > frame.right + 0.5) wrong.push(`"${text}" leaves its box`);
    }
    let paper = [255, 255, 255];
    for (const one of below) {
      const style = getComputedStyle(one);
      const colour = one.tagName === 'rect' ? style.fill : one.closest('svg') ? 'none' : style.backgroundColor;
      const found = colour.match(/[\d.]+/g)?.map(Number);
      if (found && (found[3] ?? 1) > 0) { paper = found; break; }
    }
    const [high, low] = [light(ink), light(paper)].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) wrong.push(`"${text}" has a contrast of ${ratio.toFixed(2)}`);
  }
  parent.postMessage(JSON.stringify({
    wrong, texts: shown.length, width: innerWidth, scroll: document.documentElement.scrollWidth,
    pictures: [...document.querySelectorAll('svg.wide, svg.narrow')].filter((svg) => svg.getBoundingClientRect().width > 0).length,
    strips: [...document.querySelectorAll('svg.strip')].filter((svg) => svg.getBoundingClientRect().width > 250).length,
    loaded: performance.getEntriesByType('resource').map((one) => one.name),
    dark: matchMedia('(prefers-color-scheme: dark)').matches,
  }), '*');
});
</script>"#;

/// The window of a browser is never narrower than 500 pixels; a frame is as narrow as one likes. `WIDTH` is replaced.
const FRAME: &str = r#"<!doctype html><body style="margin: 0">
<script>
addEventListener('message', (event) => {
  const report = document.createElement('pre');
  report.id = 'report';
  report.textContent = event.data;
  document.body.append(report);
});
</script>
<iframe src="look.html" style="display: block; border: 0; width: WIDTHpx; height: 12000px"></iframe>"#;

fn page() -> String {
    let project = Project::new().file("gpu.yaml", INPUT);
    let clusters = root().join("testdata/clusters/aws/zpqdx");
    let run = Run::new(bin()).args(["plan", "gpu.yaml", "--format", "html", "--facts"]);
    let out = run.arg(clusters).dir(project.path()).out();
    out.succeeded().stdout.clone()
}

fn chromium(profile: &Path) -> Run {
    let profile = format!("--user-data-dir={}", profile.display());
    Run::new("chromium").args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        &profile,
    ])
}

/// The report of [`LOOK`] at one width. All of the page is in the window: only there it can be asked what is where.
fn looked_at(project: &Project, width: u32, dark: bool) -> Value {
    let name = format!("{width}-{}", if dark { "dark" } else { "light" });
    let frame = project.join(format!("{name}.html"));
    fs::write(&frame, FRAME.replace("WIDTH", &width.to_string())).expect("a file can be written");
    let url = format!("file://{}", frame.display());
    let colours = format!("--blink-settings=preferredColorScheme={}", u8::from(!dark));
    // the report comes after the page
    let args = [
        "--window-size=1300,12100",
        &colours,
        "--virtual-time-budget=3000",
        "--dump-dom",
        &url,
    ];
    let look = chromium(&project.join(&name)).args(args);
    let dom = look.out().succeeded().stdout.clone();
    let report = dom
        .split("<pre id=\"report\">")
        .nth(1)
        .expect("the script ran");
    let report = report.split("</pre>").next().unwrap_or_default();
    let report = report
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    serde_json::from_str(&report).expect("the report is JSON")
}

#[test]
fn the_page_is_readable_on_wide_and_narrow_screens() {
    let page = page();
    // the copy that is looked at may run our script, the page itself none
    let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">";
    assert!(page.contains(policy) && !page.contains("<script"));
    let look = page
        .replace(policy, "")
        .replace("</body>", &format!("{LOOK}</body>"));
    let project = Project::new()
        .file("plan.html", &page)
        .file("look.html", look);
    for (width, dark) in [(1280, false), (1280, true), (400, false), (400, true)] {
        let report = looked_at(&project, width, dark);
        let case = format!("{width} px, dark: {dark}: {report:#}");
        assert_eq!(report["width"], width, "{case}");
        assert_eq!(report["dark"], dark, "{case}");
        assert!(report["scroll"].as_u64() <= Some(width.into()), "{case}");
        assert!(report["texts"].as_u64() > Some(100), "{case}");
        assert_eq!(report["pictures"], 1, "{case}");
        assert_eq!(report["strips"], 4, "{case}");
        assert_eq!(report["loaded"], Value::Array(Vec::new()), "{case}");
        assert_eq!(report["wrong"], Value::Array(Vec::new()), "{case}");
    }
    screenshots(&project);
}

fn screenshots(project: &Project) {
    let folder: PathBuf = root().join("target/pages");
    fs::create_dir_all(&folder).expect("the folder of pictures can be made");
    let url = format!("file://{}", project.join("plan.html").display());
    for (width, height) in [(1280, 3400), (400, 8000)] {
        let window = format!("--window-size={width},{height}");
        let picture = folder.join(format!("plan-{width}.png"));
        let shot = format!("--screenshot={}", picture.display());
        let run = chromium(&project.join(format!("shot-{width}")));
        run.args([&window, &shot, &url]).out().succeeded();
        assert!(fs::metadata(&picture).is_ok_and(|file| file.len() > 10_000));
    }
}

/// The browser itself talks to its maker, so it is asked what the page loaded, and the page what it names.
#[test]
fn the_page_names_no_address() {
    let page = page();
    for word in ["://", "src=", "url(", "@import", "<link", "<script"] {
        assert!(!page.contains(word), "{word}");
    }
}
