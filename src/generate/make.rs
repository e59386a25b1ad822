//! Makes of worlds: how identities are made up together, and what honest crowds stand beside them.
//!
//! In: a [`Make`] and the dice of a block. Out: the plan of a ring, or the shares of honest crowds that
//! `company` casts. The law: `Make::Plain` draws nothing here, so that its worlds keep their bytes; and in
//! every make some rings leave no mark that an honest crowd does not leave too.

use super::dice::Dice;
use super::fraud::Style;

/// What kind of rings and crowds a world has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Make {
    /// Most invented identities alone, rings of up to 35.
    #[default]
    Plain,
    /// Few rings of dozens to hundreds.
    FewRings,
    /// Many rings of two to eight.
    ManySmall,
    /// Rings that work like honest agents, among many honest crowds that look like rings.
    LookAlikes,
}

/// A ring before its representative, day and numbers are drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct RingPlan {
    pub(super) style: Style,
    pub(super) size: u64,
    /// Days over which its numbers are filed.
    pub(super) span: u64,
    /// Share of its identities with events: whoever uses a number leaves some.
    pub(super) living: f64,
}

/// Shares of honest crowds and honest errors, of the foreigners who may become part of one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Crowds {
    /// Clients of agents who file for dozens over months.
    pub(super) agents: f64,
    /// Workers of companies that file for three hundred within days.
    pub(super) mass_filings: f64,
    /// One in so many of these companies has passports that the export of documents lacks; 0 for none.
    pub(super) uncovered_every: u64,
    /// People of villages with one phone.
    pub(super) villages: f64,
    /// Those who came once: no activity at all.
    pub(super) tourists: f64,
    /// Honest clients who went to a ring's representative, where there is one.
    pub(super) clients_of_rings: f64,
    /// Dates of issue typed before the birth.
    pub(super) date_typos: f64,
    /// Digits of document numbers mistyped in the registry.
    pub(super) number_typos: f64,
    /// Numbers given by consulates after presence became a duty.
    pub(super) consular: f64,
    /// Documents that were reported lost, found again and used.
    pub(super) found_again: f64,
}

/// Style, share of rings, least and most size, least and most days, share with events.
type Row = (Style, f64, [u64; 2], [u64; 2], f64);

const FEW_RINGS: [Row; 10] = [
    (Style::PortalMass, 0.24, [40, 200], [2, 6], 0.05),
    (Style::AgentMimic, 0.18, [30, 150], [40, 90], 0.3),
    (Style::DocumentPacket, 0.14, [20, 60], [60, 200], 0.15),
    (Style::SharedDocument, 0.10, [12, 40], [1, 1], 0.1),
    (Style::AddressFarm, 0.10, [30, 100], [30, 120], 0.1),
    (Style::PresenceMissing, 0.08, [20, 80], [1, 1], 0.1),
    (Style::ImpossibleTime, 0.04, [1, 3], [1, 1], 0.1),
    (Style::StolenDocument, 0.04, [2, 8], [1, 1], 0.1),
    (Style::BadIin, 0.04, [1, 3], [1, 1], 0.1),
    (Style::Malformed, 0.04, [1, 3], [1, 1], 0.1),
];

const MANY_SMALL: [Row; 10] = [
    (Style::PortalMass, 0.20, [3, 8], [1, 4], 0.05),
    (Style::SharedDocument, 0.14, [2, 4], [1, 1], 0.1),
    (Style::PresenceMissing, 0.14, [2, 4], [1, 1], 0.1),
    (Style::DocumentPacket, 0.10, [3, 6], [10, 40], 0.1),
    (Style::AgentMimic, 0.08, [4, 8], [10, 40], 0.2),
    (Style::ImpossibleTime, 0.08, [1, 2], [1, 1], 0.1),
    (Style::StolenDocument, 0.08, [1, 2], [1, 1], 0.1),
    (Style::Malformed, 0.06, [1, 2], [1, 1], 0.1),
    (Style::BadIin, 0.06, [1, 2], [1, 1], 0.1),
    (Style::Careful, 0.06, [1, 1], [1, 1], 0.05),
];

const LOOK_ALIKES: [Row; 7] = [
    (Style::AgentMimic, 0.38, [15, 60], [40, 120], 0.35),
    (Style::AddressFarm, 0.16, [10, 40], [30, 200], 0.25),
    (Style::DocumentPacket, 0.16, [8, 30], [60, 200], 0.25),
    (Style::SharedDocument, 0.10, [2, 6], [1, 1], 0.3),
    (Style::StolenDocument, 0.08, [1, 4], [1, 1], 0.3),
    (Style::PresenceMissing, 0.08, [1, 6], [1, 1], 0.2),
    (Style::Careful, 0.04, [1, 1], [1, 1], 0.05),
];

impl Make {
    fn table(self) -> &'static [Row] {
        match self {
            Make::Plain => &[],
            Make::FewRings => &FEW_RINGS,
            Make::ManySmall => &MANY_SMALL,
            Make::LookAlikes => &LOOK_ALIKES,
        }
    }

    /// Mean size of the rings; the rate of invented rows is divided by it. `None` for the plain make.
    pub(super) fn ring_mean(self) -> Option<f64> {
        let mean = |row: &Row| row.1 * (row.2[0] + row.2[1]) as f64 / 2.0;
        (self != Make::Plain).then(|| self.table().iter().map(mean).sum())
    }

    /// Draws a ring; `None` in the plain make, which has a table of its own.
    pub(super) fn draw(self, dice: &mut Dice) -> Option<RingPlan> {
        let last = self.table().last()?;
        let mut at = dice.fraction();
        let passes = |row: &&Row| {
            at -= row.1;
            at < 0.0
        };
        let &(style, _, size, span, living) = self.table().iter().find(passes).unwrap_or(last);
        let between = |dice: &mut Dice, [least, most]: [u64; 2]| least + dice.below(most - least + 1);
        Some(RingPlan { style, size: between(dice, size), span: between(dice, span), living })
    }

    /// The honest crowds and errors of a make.
    pub(super) fn crowds(self) -> Crowds {
        let some = Crowds {
            agents: 0.05,
            mass_filings: 0.03,
            uncovered_every: 0,
            villages: 0.02,
            tourists: 0.03,
            clients_of_rings: 0.1,
            date_typos: 0.0005,
            number_typos: 0.002,
            consular: 0.005,
            found_again: 0.0003,
        };
        match self {
            Make::Plain => Crowds::default(),
            Make::FewRings | Make::ManySmall => some,
            Make::LookAlikes => Crowds {
                agents: 0.2,
                mass_filings: 0.1,
                uncovered_every: 6,
                villages: 0.05,
                tourists: 0.06,
                clients_of_rings: 0.3,
                number_typos: 0.004,
                consular: 0.01,
                ..some
            },
        }
    }
}
