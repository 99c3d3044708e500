//! Lengths with what lies on them, as signs in a row and as places in a picture.

/// Several strips with what their marks mean.
pub(in crate::view) struct Strips {
    /// What they show.
    pub(in crate::view) title: String,
    /// One below the other.
    pub(in crate::view) all: Vec<Strip>,
    /// What is where nothing lies.
    pub(in crate::view) free: String,
    /// What is true of all.
    pub(in crate::view) about: String,
}

/// One length.
pub(in crate::view) struct Strip {
    /// Its name.
    pub(in crate::view) name: String,
    /// From where to where.
    pub(in crate::view) about: String,
    /// How many places it has: a power of two.
    pub(in crate::view) length: u64,
    /// What lies on it.
    pub(in crate::view) spans: Vec<Span>,
}

/// What lies on some places.
pub(in crate::view) struct Span {
    /// The first place.
    pub(in crate::view) first: u64,
    /// The last one.
    pub(in crate::view) last: u64,
    /// Where two are drawn in one place, the lower one is seen.
    pub(in crate::view) rank: usize,
    /// How it is drawn.
    pub(in crate::view) mark: Mark,
    /// What it is, with its places.
    pub(in crate::view) label: String,
}

/// How something is drawn.
#[derive(Clone, Copy)]
pub(in crate::view) struct Mark {
    /// As a sign.
    pub(in crate::view) sign: char,
    /// In words.
    pub(in crate::view) about: &'static str,
    /// As a colour of the page.
    pub(in crate::view) colour: usize,
}

impl Strips {
    /// Marks that are used, each once.
    pub(in crate::view) fn marks(&self) -> Vec<Mark> {
        let spans = || self.all.iter().flat_map(|strip| &strip.spans);
        let mut ranks: Vec<usize> = spans().map(|span| span.rank).collect();
        ranks.sort_unstable();
        ranks.dedup();
        let mark = |rank: usize| spans().find(|span| span.rank == rank).map(|span| span.mark);
        ranks.into_iter().filter_map(mark).collect()
    }

    /// `G gateway, N node, . free`
    pub(in crate::view) fn legend_in_signs(&self) -> String {
        let marks = self.marks().into_iter();
        let marks = marks.map(|mark| format!("{} {}", mark.sign, mark.about));
        let all: Vec<String> = marks.chain([format!(". {}", self.free)]).collect();
        all.join("; ")
    }
}

impl Strip {
    /// Places of a picture.
    pub(in crate::view) const WIDTH: u64 = 1024;
    /// Places of a picture that can be seen.
    const SEEN: u64 = 5;

    /// Places as signs: one for so many of them, that of the lowest rank.
    pub(in crate::view) fn signs(&self, cells: usize) -> String {
        let (each, cells) = (self.each(cells), self.length.min(cells as u64));
        let sign = |cell: u64| {
            let first = cell * each;
            let is_end = cell + 1 == cells;
            let last = if is_end {
                self.length
            } else {
                first + (each - 1)
            };
            let lies = |span: &&Span| span.first <= last && first <= span.last;
            let here = self.spans.iter().filter(lies);
            here.min_by_key(|span| span.rank)
                .map_or('.', |span| span.mark.sign)
        };
        (0..cells).map(sign).collect()
    }

    /// `a sign is 4 addresses`
    pub(in crate::view) fn scale(&self, cells: usize) -> String {
        let each = self.each(cells);
        let addresses = super::super::words::count(each, "address", "addresses");
        format!("a sign is {addresses}")
    }

    fn each(&self, cells: usize) -> u64 {
        (self.length / (cells as u64).max(1)).max(1)
    }

    /// Spans in the order in which they are drawn over each other.
    pub(in crate::view) fn drawn(&self) -> Vec<&Span> {
        let mut spans: Vec<&Span> = self.spans.iter().collect();
        spans.sort_by_key(|span| std::cmp::Reverse(span.rank));
        spans
    }

    /// Where a span is in a picture, and how wide.
    pub(in crate::view) fn place(&self, span: &Span) -> (u64, u64) {
        let at = |place: u64| {
            let place =
                u128::from(place) * u128::from(Self::WIDTH) / u128::from(self.length.max(1));
            u64::try_from(place).unwrap_or(Self::WIDTH).min(Self::WIDTH)
        };
        let (start, end) = (at(span.first), at(span.last.saturating_add(1)));
        let width = end.saturating_sub(start).max(Self::SEEN);
        (start.min(Self::WIDTH - width.min(Self::WIDTH)), width)
    }

    /// The strip for those who do not see it.
    pub(in crate::view) fn in_words(&self) -> String {
        let spans: Vec<&str> = self.spans.iter().map(|span| span.label.as_str()).collect();
        format!("{}: {}", self.name, spans.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip(length: u64, spans: &[(u64, u64, usize)]) -> Strip {
        let span = |(first, last, rank): &(u64, u64, usize)| Span {
            first: *first,
            last: *last,
            rank: *rank,
            mark: Mark {
                sign: ['A', 'b'][*rank],
                about: "",
                colour: 0,
            },
            label: String::new(),
        };
        Strip {
            name: String::new(),
            about: String::new(),
            length,
            spans: spans.iter().map(span).collect(),
        }
    }

    #[test]
    fn one_address_is_not_lost_beside_a_range() {
        let strip = strip(64, &[(1, 1, 0), (2, 31, 1), (63, 63, 0)]);
        assert_eq!(strip.signs(16), "Abbbbbbb.......A");
        assert_eq!(strip.place(&strip.spans[0]), (16, 16));
        assert_eq!(strip.place(&strip.spans[2]), (1008, 16));
        let wide = self::strip(u64::MAX, &[(0, 0, 0), (u64::MAX, u64::MAX, 0)]);
        assert_eq!(wide.signs(4), "A..A");
        assert_eq!(wide.place(&wide.spans[0]), (0, 5));
        assert_eq!(wide.place(&wide.spans[1]), (1019, 5));
    }
}
