//! The overview as text, for a terminal of any width, or for a pipe.

use std::fmt::Write as _;

use super::section::{Block, Strips};
use super::words::{self, wrapped};
use super::{Against, Cluster, Cost, Delivery, Note, Overview, Pool, cost, fleet, section};

/// How the text is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Columns of the terminal; `None` for a pipe, where no line is broken.
    pub width: Option<usize>,
    /// Whether headings are bold.
    pub bold: bool,
}

/// Narrowest a column gets.
const NARROWEST: usize = 8;
/// How many signs a strip has, by the room for it.
const CELLS: [usize; 3] = [64, 32, 16];
const GAP: &str = "  ";
const MARGIN: &str = "  ";

/// One section per cluster, with a line break at its end.
pub fn table(overview: &Overview, style: Style) -> String {
    let mut page = Page {
        text: String::new(),
        style,
    };
    let several = overview.clusters.len() > 1;
    if let Some(changes) = &overview.changes {
        page.changes(changes);
    }
    if several {
        page.fleet(overview);
    }
    for (index, cluster) in overview.clusters.iter().enumerate() {
        if index > 0 || several || overview.changes.is_some() {
            page.text.push('\n');
        }
        page.cluster(cluster);
    }
    for delivery in &overview.deliveries {
        if !page.text.is_empty() {
            page.text.push('\n');
        }
        page.delivery(delivery);
    }
    page.text
}

struct Page {
    text: String,
    style: Style,
}

impl Page {
    fn fleet(&mut self, overview: &Overview) {
        let sentences = fleet::sentences(overview);
        for (index, sentence) in sentences.iter().enumerate() {
            let line = if index == 0 {
                self.bold(sentence)
            } else {
                format!("{MARGIN}{sentence}")
            };
            let _ = writeln!(self.text, "{line}");
        }
        self.text.push('\n');
        let summary = fleet::summary(&overview.clusters);
        let head = summary.head.iter().map(|head| head.to_uppercase());
        let mut rows: Vec<Vec<String>> = vec![head.collect()];
        rows.extend(summary.rows);
        self.rows(&rows);
    }

    fn changes(&mut self, changes: &Against) {
        let heading = self.bold("Changes against the earlier plan");
        let _ = writeln!(self.text, "{heading}");
        if changes.clusters.is_empty() {
            let _ = writeln!(self.text, "{MARGIN}none");
        }
        for line in changes.totals() {
            let _ = writeln!(self.text, "{MARGIN}{line}");
        }
        for change in changes.alike() {
            let _ = writeln!(self.text, "{MARGIN}{}", change.heading);
            for sentence in change.sentences {
                self.item(&sentence);
            }
        }
    }

    fn cluster(&mut self, cluster: &Cluster) {
        let name = self.bold(&cluster.name);
        let about = match words::about(cluster).as_str() {
            "" => String::new(),
            about => format!(": {about}"),
        };
        let _ = writeln!(self.text, "{name}{about}");
        if !cluster.pools.is_empty() {
            self.heading("Pools");
            self.pools(cluster);
            self.costs(cluster);
            self.heading("MachineSets");
            self.sets(cluster);
            self.heading("Nodes");
            self.nodes(cluster);
        }
        if !cluster.operators.is_empty() {
            self.heading("Operators");
            self.operators(cluster);
        }
        for block in section::blocks(cluster) {
            self.block(block);
        }
        let notes = cluster
            .pools
            .iter()
            .flat_map(|pool| pool.notes.iter().map(|note| (pool.name.as_str(), note)));
        let notes: Vec<(&str, &Note)> = notes
            .chain(cluster.notes.iter().map(|note| ("", note)))
            .collect();
        if !notes.is_empty() {
            self.heading("Notes");
        }
        for (pool, note) in notes {
            self.note(pool, note);
        }
    }

    fn block(&mut self, block: Block) {
        match block {
            Block::Title { text, about } => {
                self.heading(&text);
                let _ = writeln!(self.text, "{MARGIN}{about}");
            }
            Block::Strips(strips) => self.strips(&strips),
            Block::Commands(commands) => {
                self.heading("Commands");
                for (what, command) in commands {
                    // a command that is broken cannot be copied
                    let _ = writeln!(self.text, "{MARGIN}# {what}\n{MARGIN}{command}");
                }
            }
            Block::Table(table) => {
                self.heading(&table.title);
                let heads = table.heads.iter().map(|head| head.to_uppercase()).collect();
                let rows: Vec<Vec<String>> = [heads].into_iter().chain(table.words()).collect();
                self.rows(&rows);
            }
        }
    }

    fn strips(&mut self, strips: &Strips) {
        self.heading(&strips.title);
        let room = self
            .style
            .width
            .map_or(usize::MAX, |width| width.saturating_sub(MARGIN.len() + 2));
        let cells = CELLS
            .into_iter()
            .find(|cells| *cells <= room)
            .unwrap_or(NARROWEST);
        for strip in &strips.all {
            let (name, about) = (&strip.name, &strip.about);
            let _ = writeln!(self.text, "{MARGIN}{name}: {about}, {}", strip.scale(cells));
            let _ = writeln!(self.text, "{MARGIN}|{}|", strip.signs(cells));
        }
        self.item(&strips.legend_in_signs());
        self.item(&strips.about);
    }

    fn delivery(&mut self, delivery: &Delivery) {
        let name = self.bold(&format!("Delivery {}", delivery.name));
        let _ = writeln!(self.text, "{name}: {}\n", delivery.about());
        let heads = Delivery::HEADS.map(str::to_uppercase).to_vec();
        let rows = delivery.rows().map(|row| row.to_vec());
        let rows: Vec<Vec<String>> = [heads].into_iter().chain(rows).collect();
        self.rows(&rows);
    }

    fn pools(&mut self, cluster: &Cluster) {
        let head = [
            "POOL", "TYPE", "GPUS", "VCPU", "MEMORY", "ZONES", "MACHINES", "AT FIRST",
        ];
        let mut rows: Vec<Vec<String>> = vec![head.map(str::to_owned).to_vec()];
        rows.extend(cluster.pools.iter().map(pool_row));
        self.rows(&rows);
        let totals = [
            ("at first", &cluster.totals.first),
            ("at the most", &cluster.totals.max),
        ];
        for (when, amount) in totals {
            let _ = writeln!(self.text, "{MARGIN}{when:<11}  {}", words::amount(amount));
        }
    }

    fn costs(&mut self, cluster: &Cluster) {
        let Some(costs) = &cluster.costs else { return };
        self.heading("Cost per hour");
        let priced = cost::rows(cluster).map(Vec::from);
        let heads = Cost::HEADS.map(str::to_uppercase).to_vec();
        let rows: Vec<Vec<String>> = [heads].into_iter().chain(priced).collect();
        if rows.len() > 1 {
            self.rows(&rows);
        }
        for sentence in costs.sentences() {
            self.item(&sentence);
        }
    }

    fn sets(&mut self, cluster: &Cluster) {
        let head = ["NAME", "ZONE", "MACHINES", "AT FIRST", "CLONED FROM"];
        let mut rows: Vec<Vec<String>> = vec![head.map(str::to_owned).to_vec()];
        for set in cluster.pools.iter().flat_map(|pool| &pool.sets) {
            let origin = set.cloned_from.as_deref().unwrap_or("facts alone");
            rows.push(vec![
                set.name.clone(),
                words::zone(set).to_owned(),
                words::machines(set),
                set.first.to_string(),
                origin.to_owned(),
            ]);
        }
        self.rows(&rows);
    }

    fn nodes(&mut self, cluster: &Cluster) {
        let head = ["POOL", "TAINTS", "LABELS"];
        let mut rows: Vec<Vec<String>> = vec![head.map(str::to_owned).to_vec()];
        for pool in &cluster.pools {
            let taints = match pool.taints.as_slice() {
                [] => "none".to_owned(),
                taints => taints.join(" "),
            };
            rows.push(vec![
                pool.name.clone(),
                taints,
                words::labels(pool).join(" "),
            ]);
        }
        self.rows(&rows);
    }

    fn operators(&mut self, cluster: &Cluster) {
        let head = ["OPERATOR", "CHANNEL", "CATALOGUE", "NAMESPACE", "NEEDS"];
        let mut rows: Vec<Vec<String>> = vec![head.map(str::to_owned).to_vec()];
        for operator in &cluster.operators {
            rows.push(vec![
                operator.package.clone(),
                operator.channel.clone(),
                operator.source.clone(),
                operator.namespace.clone(),
                operator.needs.join(" "),
            ]);
        }
        self.rows(&rows);
    }

    fn note(&mut self, pool: &str, note: &Note) {
        let text = match pool {
            "" => note.text.clone(),
            pool => format!("{pool}: {}", note.text),
        };
        self.item(&text);
    }

    fn item(&mut self, text: &str) {
        let room = self.style.width.map_or(usize::MAX, |width| {
            width.saturating_sub(MARGIN.len() + 2).max(NARROWEST)
        });
        for (index, line) in wrapped(text, room).iter().enumerate() {
            let mark = if index == 0 { "- " } else { "  " };
            let _ = writeln!(self.text, "{MARGIN}{mark}{line}");
        }
    }

    fn heading(&mut self, text: &str) {
        let text = self.bold(text);
        let _ = writeln!(self.text, "\n{text}");
    }

    fn bold(&self, text: &str) -> String {
        if self.style.bold {
            format!("\u{1b}[1m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    fn rows(&mut self, rows: &[Vec<String>]) {
        self.text.push_str(&columns(rows, MARGIN, self.style.width));
    }
}

/// Columns as wide as their widest cell; when that is too wide, cells of the widest columns go on in the next line.
pub fn columns(rows: &[Vec<String>], margin: &str, room: Option<usize>) -> String {
    let room = room.map(|room| room.saturating_sub(margin.len()));
    let widths = widths(rows, room);
    let mut text = String::new();
    for row in rows {
        let cells: Vec<Vec<String>> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| wrapped(cell, *width))
            .collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        for line in 0..height {
            let mut whole = margin.to_owned();
            for (cell, width) in cells.iter().zip(&widths) {
                let part = cell.get(line).map_or("", String::as_str);
                let _ = write!(whole, "{part:<width$}{GAP}");
            }
            text.push_str(whole.trim_end());
            text.push('\n');
        }
    }
    text
}

fn pool_row(pool: &Pool) -> Vec<String> {
    let [vcpu, memory] = words::size_of(pool);
    let market = match pool.market {
        "OnDemand" => String::new(),
        market => format!(" ({market})"),
    };
    vec![
        pool.name.clone(),
        format!("{}{market}", pool.instance_type),
        words::gpus_of(pool),
        vcpu,
        memory,
        words::zones(pool, " "),
        words::range(pool.totals.min.machines, pool.totals.max.machines),
        words::grouped(pool.totals.first.machines),
    ]
}

/// Widths that fit: the widest column gives way first, none below its longest word as long as another can give.
fn widths(rows: &[Vec<String>], room: Option<usize>) -> Vec<usize> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |column: usize, width: fn(&String) -> usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(width).max().unwrap_or(0)
    };
    let cell = |column| widest(column, |cell| cell.chars().count());
    let word = |column| {
        widest(column, |cell| {
            let words = cell.split(' ').map(|word| word.chars().count());
            words.max().unwrap_or(0)
        })
    };
    let mut widths: Vec<usize> = (0..columns).map(cell).collect();
    let Some(room) = room else { return widths };
    let room = room.saturating_sub(GAP.len() * columns.saturating_sub(1));
    let words: Vec<usize> = (0..columns).map(word).collect();
    shrink(&mut widths, &words, room);
    shrink(&mut widths, &vec![NARROWEST; columns], room);
    widths
}

fn shrink(widths: &mut [usize], floors: &[usize], room: usize) {
    while widths.iter().sum::<usize>() > room {
        let widest = (widths.iter_mut().zip(floors))
            .filter(|(width, floor)| **width > **floor)
            .max_by_key(|(width, _)| **width);
        match widest {
            Some((width, _)) => *width -= 1,
            None => break,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_column_gives_way_first() {
        let row = |cells: [usize; 3]| cells.map(|width| "x".repeat(width)).to_vec();
        assert_eq!(widths(&[row([4, 40, 20])], Some(48)), [4, 20, 20]);
        assert_eq!(widths(&[row([4, 40, 20])], None), [4, 40, 20]);
        assert_eq!(widths(&[row([40, 40, 40])], Some(10)), [8, 8, 8]);
        let words = ["a bc", "one two three four five", "a-long-single-word"].map(str::to_owned);
        assert_eq!(widths(&[words.to_vec()], Some(34)), [4, 8, 18]);
    }
}
