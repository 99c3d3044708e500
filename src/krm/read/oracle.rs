//! The scanner against the parser: whatever the scanner accepts, the parser cuts the same way. For tests and for
//! fuzzing only.

use super::document::Document;
use super::outline::{Identity, Outline};
use super::parse::{self, Limit};
use super::split::{Split, cut};
use super::{plain, scan, walk};
use crate::problem::Problem;
use crate::source::Source;

/// What came of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Both cut alike.
    Agrees,
    /// The scanner leaves the text to the parser, and says why.
    Bails(&'static str),
}

/// Compares the two on one text; a difference is an error.
pub(crate) fn compare(text: &str) -> Result<Verdict, String> {
    let scanned = match scan::scan(text) {
        Ok(outline) => outline,
        Err(bail) => return Ok(Verdict::Bails(bail.0)),
    };
    // what one takes and the other refuses would be valid or not by what else stands in the stream
    let walked = walk::walk(text)
        .map_err(|errors| format!("the scanner takes what the parser refuses: {errors:?}"))?;
    same_outline(&scanned, &walked)?;
    let source = Source::new("x", text);
    match (cut(&source, Ok(scanned)), cut(&source, Ok(walked))) {
        (Ok(a), Ok(b)) => same_split(&a, &b)?,
        (Err(a), Err(b)) if messages(&a) == messages(&b) => {}
        (a, b) => return Err(format!("problems differ: {:?} / {:?}", a.err(), b.err())),
    }
    Ok(Verdict::Agrees)
}

/// Compares the tree of a document that the fast reader makes, with all places, with the parser's.
pub(crate) fn compare_trees(text: &str) -> Result<Verdict, String> {
    const BASE: usize = 7;
    let limit = Limit::INTERPRETED;
    let Some(read) = plain::read(text, BASE, limit.values) else {
        return Ok(Verdict::Bails("it is not plain"));
    };
    let parsed = parse::by_events(text, BASE..BASE + text.len(), limit);
    let (read, parsed) = (format!("{:#?}", Ok::<_, ()>(read)), format!("{parsed:#?}"));
    let differs = read.lines().zip(parsed.lines()).find(|(a, b)| a != b);
    differs.map_or(Ok(Verdict::Agrees), |lines| {
        Err(format!("trees differ: {lines:?}"))
    })
}

fn messages(problems: &[Problem]) -> Vec<&str> {
    problems
        .iter()
        .map(|problem| problem.message.as_str())
        .collect()
}

/// Names are compared after splitting, when what is unsure has been settled.
fn anonymous(outline: &Outline<'_>) -> String {
    let mut outline = outline.clone();
    for part in &mut outline.parts {
        part.identity = Identity::default();
        if let Some(envelope) = &mut part.envelope {
            if let Some((_, identity)) = &mut envelope.config {
                *identity = Identity::default();
            }
            for element in envelope
                .items
                .iter_mut()
                .flat_map(|(_, list)| &mut list.elements)
            {
                element.identity = Identity::default();
            }
        }
    }
    format!("{outline:#?}")
}

fn same_outline(a: &Outline<'_>, b: &Outline<'_>) -> Result<(), String> {
    let (a, b) = (anonymous(a), anonymous(b));
    let differs = a.lines().zip(b.lines()).find(|(a, b)| a != b);
    if a == b {
        Ok(())
    } else {
        Err(format!("outlines differ: {differs:?}"))
    }
}

fn same_split(a: &Split<'_>, b: &Split<'_>) -> Result<(), String> {
    let show = |split: &Split<'_>| {
        let documents = split.documents.iter().chain(&split.function_config);
        let line = |document: &Document<'_>| {
            format!(
                "{:?} {:?} {:?}\n",
                document.form,
                document.range,
                document.object()
            )
        };
        documents.map(line).collect::<String>()
    };
    if show(a) == show(b) {
        Ok(())
    } else {
        Err(format!("splits differ:\n{}{}", show(a), show(b)))
    }
}
