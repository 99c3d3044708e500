//! Whether pods go onto the machines of a pool together: three pods of three GPUs do not go onto two machines of four,
//! whatever the sum says.

use crate::plan::{Machines, Model};

/// What one pod takes of a machine: GPUs, thousandths of a core, MiB of memory.
type Pod = [u64; 3];

/// More pods than that are reckoned by the sum of their GPUs alone.
const MOST: u64 = 4096;

/// How many pods of these models do not go onto the machines of their pool. The largest go first, each onto the first
/// machine that has room, which is what a scheduler can hope for.
pub(super) fn left_over(models: &[&Model], of: &Machines) -> u64 {
    pack(models.iter().map(|model| pods(model)).collect(), of)
}

/// Whether one more copy of a model goes onto them besides.
pub(super) fn has_room(model: &Model, models: &[&Model], of: &Machines) -> bool {
    let (pod, count) = pods(model);
    let copy = count.checked_div(u64::from(model.replicas.1)).unwrap_or(0);
    let mut all: Vec<(Pod, u64)> = models.iter().map(|model| pods(model)).collect();
    all.push((pod, copy));
    pack(all, of) == 0
}

fn pack(mut pods: Vec<(Pod, u64)>, of: &Machines) -> u64 {
    let offer = of.offer.map_or([u64::MAX; 2], |offer| {
        [u64::from(offer.cores) * 1000, u64::from(offer.gib) * 1024]
    });
    let [cores, memory] = offer;
    let whole: Pod = [u64::from(of.units), cores, memory];
    let count: u64 = pods.iter().map(|(_, count)| count).sum();
    if count > MOST {
        let asked: u64 = pods.iter().map(|([gpus, ..], count)| gpus * count).sum();
        return asked.saturating_sub(u64::from(of.capacity()));
    }
    pods.sort_by(|(one, _), (other, _)| other.cmp(one));
    for (asked, _) in &mut pods {
        // what no machine offers was reported by itself
        for (asked, whole) in asked.iter_mut().zip(whole) {
            *asked = whole.min(*asked);
        }
    }
    let mut machines: Vec<Pod> = Vec::new();
    let mut left = 0;
    for (pod, count) in pods {
        for _ in 0..count {
            let has_room =
                |free: &&mut Pod| free.iter().zip(pod).all(|(free, asked)| *free >= asked);
            let place = |free: &mut Pod| {
                for (free, asked) in free.iter_mut().zip(pod) {
                    *free -= asked;
                }
            };
            let mut fresh = whole;
            let opens = machines.len() < usize::try_from(of.count).unwrap_or(usize::MAX);
            if let Some(free) = machines.iter_mut().find(has_room) {
                place(free);
            } else if opens && has_room(&&mut fresh) {
                place(&mut fresh);
                machines.push(fresh);
            } else {
                left += 1;
            }
        }
    }
    left
}

/// One pod of a model, and how many it has at the most.
fn pods(model: &Model) -> (Pod, u64) {
    let gpus = u64::from(model.gpus);
    let count = u64::from(model.demand()).checked_div(gpus).unwrap_or(0);
    ([gpus, model.asks.0, model.asks.1], count)
}
