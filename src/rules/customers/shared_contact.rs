//! `shared_contact`: a phone, e-mail or address under more persons than a household explains.
//!
//! ## What it finds
//! Records whose phone or e-mail is under more than six persons, or whose address under more than fifteen (settings),
//! and under more than twice as many as is usual in this very file. Where a crowd has twenty persons or more of whom
//! no more are doubtful than of everybody, it is an office or a dormitory, and nothing is said.
//!
//! ## Why it matters
//! Made-up customers need a phone that answers, and have the one of their maker.
//!
//! ## Evidence
//! How many persons, and how many of them bear a strong sign of their own. Where those are more than chance explains,
//! its weight in a score is the share of the others who should not be who they say.
//!
//! ## Innocent causes
//! Employers that open accounts for their people, dormitories, agents and branches that gave their own phone, parents
//! and children. So it is weak. Dormitories (`rules.known_addresses`) and phones (`dedupe.known_phones`) that the
//! configuration knows are left out.
//!
//! ## Example
//! 23 persons under one phone, where 1 or 2 are usual; 9 bear another strong sign.

use super::crowd::{self, Doubt};
use super::look::Contact;
use super::{Code, Look, Signal};
use crate::figure::grouped;

/// A crowd is a strong sign from so many times the limit.
const LARGE_TIMES: usize = 2;

/// Finds the records under crowded contacts.
pub(super) fn find(look: &Look<'_>, doubt: &Doubt) -> Vec<Signal> {
    let mut signals = Vec::new();
    for (contact, least) in [
        (Contact::Phone, look.terms.phone_persons_max),
        (Contact::Email, look.terms.phone_persons_max),
        (Contact::Address, look.terms.address_persons_max),
    ] {
        let (crowds, limit) = crowd::crowds(look, contact, least);
        for crowd in crowds {
            let persons = crowd.persons.len();
            let evidence = format!(
                "{} persons under one {}, where {} are the most that is usual; {} of them bear another strong sign",
                grouped(persons as u64),
                contact.in_words(),
                grouped(limit as u64),
                grouped(doubt.count(&crowd.persons)),
            );
            let strong = persons > LARGE_TIMES * limit;
            signals.extend(crowd::signals(look, doubt, &crowd, Code::SharedContact, strong, &evidence));
        }
    }
    signals
}

#[cfg(test)]
mod tests {
    use super::super::testing::Case;
    use super::*;
    use crate::normalise::contact::{address_key, phone_key};

    /// `persons` people under one phone, of whom the first `doubtful` have a broken number, among nine hundred others.
    fn file(persons: usize, doubtful: usize) -> Case {
        let mut rows: Vec<String> = (0..persons)
            .map(|n| {
                let number = if n < doubtful { "000101699998" } else { "" };
                format!("{number},+7 701 123 45 67,Алматы,Абая {n}")
            })
            .collect();
        rows.extend((0..900).map(|n| format!(",+7 702 222 {:04},Алматы,Ленина {n}", n + 1)));
        Case::new("iin,phone,city,address", &rows)
    }

    #[test]
    fn crowds_under_a_phone() {
        for (persons, doubtful, expected, why) in [
            (6, 0, None, "a family"),
            (7, 0, Some(false), "more than a household"),
            (13, 0, Some(true), "twice as many"),
            (20, 0, None, "an office: nobody is doubtful"),
            (30, 12, Some(true), "a third of them have a broken number"),
        ] {
            let case = file(persons, doubtful);
            assert_eq!(case.sign(0, Code::SharedContact), expected, "{persons}, {doubtful}: {why}");
            assert_eq!(case.sign(persons as u32, Code::SharedContact), None, "somebody else's phone");
        }
        let case = file(20, 8);
        let crowd = |record: u32| {
            let found = case.find();
            found.iter().find(|s| s.record == record && s.code == Code::SharedContact).unwrap().crowd
        };
        assert!(crowd(19) > crowd(0), "nobody is judged by their own number: the others of 19 are worse");
    }

    #[test]
    fn what_the_configuration_knows_is_no_crowd() {
        let mut case = file(20, 8);
        case.terms.known_phones = vec![phone_key("87011234567")];
        assert_eq!(case.sign(0, Code::SharedContact), None, "an employer's phone");
        let mut case = file(20, 8);
        case.terms.known_addresses = vec![address_key("г. Алматы, ул. Абая, д. 0")];
        assert_eq!(case.sign(0, Code::SharedContact), None, "who lives in a dormitory leaves the crowd");
        assert!(case.sign(1, Code::SharedContact).is_some(), "and does not hide the others");
    }

    #[test]
    fn where_crowds_are_usual_none_is_remarkable() {
        let rows: Vec<String> = (0..800).map(|n| format!("+7 701 123 45 {:02}", n / 40)).collect();
        assert_eq!(Case::new("phone", &rows).sign(0, Code::SharedContact), None);
    }
}
