//! The picture of a cluster: pools by zone, taints to what tolerates them, operators to what they need. SVG twice, since
//! its text does not flow: side by side for wide screens, one below the other for narrow ones. Letters have one width,
//! so that boxes are as large as their text.

mod canvas;
mod in_words;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::access::whose;
use super::html::escape;
use super::words::{self, wrapped};
use super::{Cluster, Operator, Pool};
use canvas::{Area, COLOURS, Canvas, GAP, LINE, PAD, chips, letters};
use in_words::in_words;

/// Side by side.
pub(super) fn wide(index: usize, cluster: &Cluster, page: &mut String) {
    let mut canvas = Canvas::default();
    let mut y = 0;
    if !cluster.pools.is_empty() {
        let taints = taints(cluster);
        let pools = canvas.pools(cluster, 0, 520);
        let taint_boxes = canvas.taints(&taints, 590, 250);
        let tolerating = canvas.tolerating(cluster, 920, 0, 260);
        for (pool, area) in cluster.pools.iter().zip(&pools) {
            for (at, _) in taints
                .iter()
                .enumerate()
                .filter(|(_, taint)| pool.taints.contains(taint))
            {
                if let Some(taint) = taint_boxes.get(at) {
                    canvas.curve(*area, *taint, at);
                }
            }
        }
        for (object, area) in cluster.tolerating.iter().zip(&tolerating) {
            for (at, _) in taints
                .iter()
                .enumerate()
                .filter(|(_, taint)| object.taints.contains(taint))
            {
                if let Some(taint) = taint_boxes.get(at) {
                    canvas.curve(*taint, *area, at);
                }
            }
        }
        let all = pools.iter().chain(&taint_boxes).chain(&tolerating);
        y = all.map(|area| area.bottom()).max().unwrap_or(0) + 2 * GAP;
    }
    if !cluster.operators.is_empty() {
        y = canvas.operators_in_columns(&cluster.operators, y);
    }
    canvas.finish("wide", index, 1180, y.saturating_sub(GAP), cluster, page);
}

/// One below the other, with lines at the sides.
pub(super) fn narrow(index: usize, cluster: &Cluster, page: &mut String) {
    const LEFT: usize = 34;
    const WIDTH: usize = 292;
    let mut canvas = Canvas::default();
    let mut y = 0;
    if !cluster.pools.is_empty() {
        let taints = taints(cluster);
        let pools = canvas.pools(cluster, LEFT, WIDTH);
        y = pools.last().map_or(0, |area| area.bottom()) + GAP;
        let taint_boxes = canvas.stack("Taints", &taints, LEFT, y, WIDTH);
        y = taint_boxes.last().map_or(y, |area| area.bottom() + GAP);
        let tolerating = canvas.tolerating(cluster, LEFT, y, WIDTH);
        y = tolerating.last().map_or(y, |area| area.bottom() + GAP);
        for (at, (name, taint)) in taints.iter().zip(&taint_boxes).enumerate() {
            let lane = at % 3;
            for (pool, area) in cluster.pools.iter().zip(&pools) {
                if pool.taints.contains(name) {
                    canvas.lane(*area, *taint, LEFT - 8 * (lane + 1), at);
                }
            }
            for (object, area) in cluster.tolerating.iter().zip(&tolerating) {
                if object.taints.contains(name) {
                    canvas.lane(*taint, *area, LEFT + WIDTH + 8 * (lane + 1), at);
                }
            }
        }
    }
    if !cluster.operators.is_empty() {
        y = canvas.operators_in_a_row(&cluster.operators, LEFT, y, WIDTH);
    }
    canvas.finish("narrow", index, 360, y.saturating_sub(GAP), cluster, page);
}

/// Every taint once, in the order of the pools.
fn taints(cluster: &Cluster) -> Vec<String> {
    let mut taints: Vec<String> = Vec::new();
    for taint in cluster.pools.iter().flat_map(|pool| &pool.taints) {
        if !taints.contains(taint) {
            taints.push(taint.clone());
        }
    }
    taints
}

impl Canvas {
    /// Where there is room, every zone of the cluster has its column.
    fn pools(&mut self, cluster: &Cluster, x: usize, width: usize) -> Vec<Area> {
        let zones_of = |pools: &[Pool]| {
            let sets = pools.iter().flat_map(|pool| &pool.sets);
            let zones: BTreeSet<String> = sets.map(|set| words::zone(set).to_owned()).collect();
            zones.into_iter().collect::<Vec<String>>()
        };
        let all = zones_of(&cluster.pools);
        let has_columns = chips(&all, width - 2 * PAD).1 >= all.len();
        self.head("Pools by zone, with their machines", x, 0);
        let mut y = LINE + 8;
        let mut areas = Vec::new();
        for pool in &cluster.pools {
            let own = zones_of(std::slice::from_ref(pool));
            let zones = if has_columns { &all } else { &own };
            let area = self.pool(
                pool,
                &whose(&cluster.access, &pool.name),
                zones,
                (x, y),
                width,
            );
            y = area.bottom() + GAP;
            areas.push(area);
        }
        areas
    }

    fn pool(
        &mut self,
        pool: &Pool,
        whose: &str,
        zones: &[String],
        (x, y): (usize, usize),
        width: usize,
    ) -> Area {
        let room = width - 2 * PAD;
        let about = format!("{}, {}", pool.instance_type, words::gpus_of(pool));
        let about = match pool.market {
            "OnDemand" => format!("{about}{whose}"),
            market => format!("{about}, {market}{whose}"),
        };
        let names = wrapped(&pool.name, letters(room));
        let lines = wrapped(&about, letters(room));
        let (chip, in_row) = chips(zones, room);
        let rows = zones.len().div_ceil(in_row);
        let top = y + PAD + (names.len() + lines.len()) * LINE + 6;
        let height = top - y + rows * 48 + PAD - 8;
        let area = Area {
            x,
            y,
            width,
            height,
        };
        self.rect(area, "box");
        self.lines_of(&names, x + PAD, y + PAD, "strong");
        self.lines_of(&lines, x + PAD, y + PAD + names.len() * LINE, "soft");
        for (at, zone) in zones.iter().enumerate() {
            let slot = Area {
                x: x + PAD + at % in_row * (chip + 8),
                y: top + at / in_row * 48,
                width: chip,
                height: 40,
            };
            match pool.sets.iter().find(|set| words::zone(set) == zone) {
                Some(set) => {
                    self.rect(slot, "chip");
                    self.text(zone, slot.x + 8, slot.y + 4, "chip-text");
                    self.text(
                        &words::machines(set),
                        slot.x + 8,
                        slot.y + 4 + LINE,
                        "chip-text strong",
                    );
                }
                None => self.rect(slot, "gap"),
            }
        }
        area
    }

    fn taints(&mut self, taints: &[String], x: usize, width: usize) -> Vec<Area> {
        self.stack("Taints", taints, x, 0, width)
    }

    /// Boxes of taints, one below the other.
    fn stack(
        &mut self,
        head: &str,
        taints: &[String],
        x: usize,
        y: usize,
        width: usize,
    ) -> Vec<Area> {
        self.head(head, x, y);
        if taints.is_empty() {
            self.text("none", x, y + LINE + 8, "soft");
            return vec![Area {
                x,
                y: y + LINE + 8,
                width: 0,
                height: LINE,
            }];
        }
        let mut y = y + LINE + 8;
        let mut areas = Vec::new();
        for (at, taint) in taints.iter().enumerate() {
            let class = format!("taint t{}", at % COLOURS);
            let area = self.labelled(&[("", taint)], x, y, width, &class);
            y = area.bottom() + GAP;
            areas.push(area);
        }
        areas
    }

    fn tolerating(&mut self, cluster: &Cluster, x: usize, y: usize, width: usize) -> Vec<Area> {
        self.head("Tolerated by", x, y);
        let mut y = y + LINE + 8;
        if cluster.tolerating.is_empty() {
            let lines = wrapped("nothing that is made here", letters(width));
            self.lines_of(&lines, x, y, "soft");
            return vec![Area {
                x,
                y,
                width: 0,
                height: lines.len() * LINE,
            }];
        }
        let mut areas = Vec::new();
        for object in &cluster.tolerating {
            let (kind, name) = object
                .object
                .split_once('/')
                .unwrap_or(("", &object.object));
            let area = self.labelled(&[("strong", kind), ("soft", name)], x, y, width, "box");
            y = area.bottom() + GAP;
            areas.push(area);
        }
        areas
    }

    /// Columns by how many others must be there first.
    fn operators_in_columns(&mut self, operators: &[Operator], y: usize) -> usize {
        const COLUMNS: usize = 4;
        const WIDTH: usize = 240;
        self.head("Operators, each after what it needs", 0, y);
        let top = y + LINE + 8;
        let depths = depths(operators);
        let mut bottoms = [top; COLUMNS];
        let mut areas = BTreeMap::new();
        for (operator, depth) in operators.iter().zip(depths) {
            let column = depth.min(COLUMNS - 1);
            let Some(bottom) = bottoms.get_mut(column) else {
                continue;
            };
            let area = self.operator(operator, column * (WIDTH + 73), *bottom, WIDTH);
            *bottom = area.bottom() + GAP;
            areas.insert(operator.package.as_str(), area);
        }
        for operator in operators {
            for need in &operator.needs {
                let ends = (
                    areas.get(need.as_str()),
                    areas.get(operator.package.as_str()),
                );
                if let (Some(from), Some(to)) = ends {
                    self.arrow(*from, *to);
                }
            }
        }
        bottoms.into_iter().max().unwrap_or(top)
    }

    /// One below the other, what is needed first.
    fn operators_in_a_row(
        &mut self,
        operators: &[Operator],
        x: usize,
        y: usize,
        width: usize,
    ) -> usize {
        self.head("Operators, after what they need", x, y);
        let mut y = y + LINE + 8;
        let mut order: Vec<(usize, &Operator)> =
            depths(operators).into_iter().zip(operators).collect();
        order.sort_by_key(|(depth, _)| *depth);
        let mut areas: BTreeMap<&str, Area> = BTreeMap::new();
        let mut lanes: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, operator) in order {
            let area = self.operator(operator, x, y, width);
            y = area.bottom() + GAP;
            areas.insert(&operator.package, area);
            for need in &operator.needs {
                let Some(from) = areas.get(need.as_str()) else {
                    continue;
                };
                let next = lanes.len() % 3;
                let lane = *lanes.entry(need).or_insert(next);
                let (side, end) = (x + width + 8 * (lane + 1), x + width);
                let (start, stop) = (from.middle(), area.middle());
                let _ = writeln!(
                    self.lines,
                    "<path class=\"needs\" d=\"M{end} {start}H{side}V{stop}H{}\"/>",
                    end + 6
                );
                let _ = writeln!(
                    self.lines,
                    "<path class=\"tip\" d=\"M{end} {stop}l7 -4v8z\"/>"
                );
            }
        }
        y
    }

    fn operator(&mut self, operator: &Operator, x: usize, y: usize, width: usize) -> Area {
        let channel = format!("channel {}", operator.channel);
        let parts = [
            ("strong", operator.package.as_str()),
            ("soft", &channel),
            ("soft", &operator.namespace),
        ];
        self.labelled(&parts, x, y, width, "box")
    }

    fn finish(
        self,
        class: &str,
        index: usize,
        width: usize,
        height: usize,
        cluster: &Cluster,
        page: &mut String,
    ) {
        // one more pixel on each side for the strokes
        let (id, width, height) = (format!("{class}{index}"), width + 2, height + 2);
        let _ = write!(
            page,
            "<svg class=\"{class}\" viewBox=\"-1 -1 {width} {height}\" role=\"img\" aria-labelledby=\"{id}-title {id}-text\">\n\
             <title id=\"{id}-title\">Picture of {}</title>\n<desc id=\"{id}-text\">{}</desc>\n{}{}</svg>\n",
            escape(&cluster.name),
            escape(&in_words(cluster)),
            self.lines,
            self.boxes,
        );
    }
}

/// How many operators must be there before each, one after the other. Needs that lead in a circle count once.
fn depths(operators: &[Operator]) -> Vec<usize> {
    let mut depths: BTreeMap<&str, usize> = operators
        .iter()
        .map(|operator| (operator.package.as_str(), 0))
        .collect();
    for _ in operators {
        for operator in operators {
            let needs = operator
                .needs
                .iter()
                .filter_map(|need| depths.get(need.as_str()));
            let depth = needs
                .max()
                .map_or(0, |depth| depth + 1)
                .min(operators.len());
            depths.insert(&operator.package, depth);
        }
    }
    operators
        .iter()
        .map(|operator| depths.get(operator.package.as_str()).copied().unwrap_or(0))
        .collect()
}
