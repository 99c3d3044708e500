//! Which board a GPU is, by its model or by its ids.

use crate::api::Placeholder;
use crate::api::open_stack_gpu::{Gpu, OpenStackGpuSpec};
use crate::catalog::pci_devices::{self, NVIDIA, NoDevice, PciDevice};
use crate::problem::rules::openstack_gpu as rule;
use crate::problem::{Problem, Problems};

/// A board.
pub(super) struct Board<'a> {
    pub(super) vendor_id: &'a str,
    pub(super) product_id: &'a str,
    /// What the table of cards says of it.
    pub(super) known: Option<PciDevice>,
}

/// The board of a GPU; `None` after a problem.
pub(super) fn of<'a>(
    placeholder: &Placeholder<'_, OpenStackGpuSpec>,
    index: usize,
    gpu: &'a Gpu,
    problems: &mut Problems,
) -> Option<Board<'a>> {
    let place = |field: &str| placeholder.place(&format!("spec.gpus[{index}]{field}"));
    let known = match &gpu.model {
        Some(model) => match pci_devices::device(model) {
            Ok(device) => Some(device),
            Err(_) if gpu.product_id.is_some() => None,
            Err(why) => {
                problems.push(unknown(model, why, place(".model")));
                return None;
            }
        },
        None => None,
    };
    let vendor_id = gpu.vendor_id.as_deref().unwrap_or(NVIDIA);
    let product_id = gpu
        .product_id
        .as_deref()
        .or(known.map(|one| one.product_id));
    let Some(product_id) = product_id else {
        let message = format!(
            "neither `model` nor `productId` says which card `{}` is",
            gpu.alias
        );
        let problem = Problem::new(&rule::UNKNOWN_GPU, place(""), message);
        problems.push(
            problem.help("`model: l4` says it, or `productId` as `lspci -nn -d 10de:` shows it"),
        );
        return None;
    };
    if let Some(known) = known.filter(|known| known.product_id != product_id || vendor_id != NVIDIA)
    {
        let message = format!(
            "`{vendor_id}:{product_id}` is not `{}`, which is {NVIDIA}:{}",
            known.board, known.product_id
        );
        let problem = Problem::new(&rule::UNKNOWN_GPU, place(".model"), message);
        problems.push(problem.help("keep one of `model` and `productId`"));
        return None;
    }
    let of_id = || {
        pci_devices::of_id(product_id)
            .next()
            .filter(|_| vendor_id == NVIDIA)
    };
    let known = known.or_else(of_id);
    Some(Board {
        vendor_id,
        product_id,
        known,
    })
}

fn unknown(model: &str, why: NoDevice, place: crate::problem::Place) -> Problem {
    match why {
        NoDevice::Several(boards) => {
            let boards = boards
                .iter()
                .map(|one| format!("`{}` (10de:{})", one.board, one.product_id));
            let boards: Vec<String> = boards.collect();
            let message =
                format!("`{model}` is made as several boards, each with an id of its own");
            Problem::new(&rule::UNKNOWN_GPU, place, message)
                .help(format!("write one of {}", boards.join(", ")))
                .help("`lspci -nn -d 10de:` on a host shows which it is")
        }
        NoDevice::Unknown(near) => {
            let message = format!("the PCI id of `{model}` is not known");
            let problem = Problem::new(&rule::UNKNOWN_GPU, place, message);
            let problem = problem.values(model, near.map(str::to_owned));
            let problem = match near {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem,
            };
            problem.help("else write `productId`, as `lspci -nn -d 10de:` on a host shows it, with `deviceType`")
        }
    }
}
