//! Settings: the dates and thresholds of the rules, each with its reason.

use crate::day;

/// Dates and thresholds of the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// First day on which a foreigner of 16 or older must appear in person. The founding text says
    /// 2024-01-01, the amending order is dated 2024-02-29: so a setting.
    pub presence_from: i32,
    /// First day on which a number could be had online (2022-01-26).
    pub online_from: i32,
    /// Days after the assignment within which no activity is expected of anybody.
    pub activity_grace_days: i32,
}

impl Default for Settings {
    fn default() -> Self {
        let date = |year, month, day| day::from_civil(year, month, day).expect("a date of the law exists");
        Settings {
            presence_from: date(2024, 1, 1),
            online_from: date(2022, 1, 26),
            activity_grace_days: 365,
        }
    }
}
