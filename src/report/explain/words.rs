//! Words: what codes mean, what explains them innocently, and what would settle them, a sentence each.
//!
//! In: codes of signals, exculpations, kinds of corrections and bases. Out: sentences for a person. They say what the
//! comment of the rule's file says, shorter; the compiler asks for those of a new code. The law: no sentence says
//! that somebody did anything.

use crate::link::Basis;
use crate::rules::corrections::Kind;
use crate::rules::evidence::Exculpation;
use crate::rules::signals::Code;

/// What is said of a signal or a kind of correction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// What it means.
    pub meaning: &'static str,
    /// What explains it although all is well.
    pub cause: &'static str,
    /// Whom to ask for what.
    pub settles: &'static str,
}

/// What is said of a signal.
#[must_use]
pub fn of_signal(code: Code) -> Words {
    let (meaning, cause, settles) = match code {
        Code::InvalidIin => (
            "The number cannot be an IIN: its digits contradict the rule.",
            "Typing, a number of another kind in the column, or zeros that a spreadsheet took.",
            "the form on which the number was given, to see which digit was meant",
        ),
        Code::BirthContradictsIin => (
            "The digits of the number give another birth date than the record.",
            "The digits do not bind since 2013: birth dates are corrected while the number stays, and days and months \
             change places.",
            "the birth date in the identity document",
        ),
        Code::SexContradictsIin => (
            "The number gives another sex than the record.",
            "The digit does not bind since 2013; a clerk's slip, or an export that codes the sexes the other way round.",
            "the sex in the identity document",
        ),
        Code::SharedDocument => (
            "The same document stands under another number too, and a document belongs to one person.",
            "One person with two numbers, a child on a parent's passport, a mistyped digit, a placeholder.",
            "the document itself, or a copy from the file of each application: whose it is",
        ),
        Code::UnknownDocument => (
            "The register, which holds most documents of this country, does not hold this one.",
            "A mistyped number, a passport from before the register began, or a part that the export lacks.",
            "the issuing state, or whoever made the export: is there such a document, and whose is it",
        ),
        Code::MalformedDocument => (
            "The number or the machine readable zone is not as this state prints them.",
            "Shapes are known from practice only and change; letters and digits are mistaken for each other.",
            "a copy of the document, to read its number again",
        ),
        Code::ImpossibleTime => (
            "Two dates of the row cannot follow each other.",
            "A mistyped date, or the day that an export writes where it knows none.",
            "the dates in the document and in the application",
        ),
        Code::PresenceMissing => (
            "The number was given without the personal presence that was asked for on that day.",
            "The rule began on disputed days, consulates issued numbers, a channel was entered wrongly, a citizenship \
             came later.",
            "the office that gave the number: was somebody at the counter, and what is in the file",
        ),
        Code::RemoteChannel => (
            "The number was had on the portal while that was allowed.",
            "It was the ordinary way: nearly all of these people exist.",
            "nothing by itself; it only adds to other signs",
        ),
        Code::RepresentativeBurst => (
            "Many numbers came through one representative within days, and more of these people than usual cannot be \
             found.",
            "Employers file for hundreds of workers, and offices have busy seasons.",
            "the representative: for whom the applications were filed, with contracts or lists of workers",
        ),
        Code::ConsecutiveDocuments => (
            "The document is one of a run of neighbouring numbers under one representative, phone or day.",
            "Families and groups who applied for their passports together; a series that the export lacks.",
            "the issuing state: were these numbers issued, and to whom",
        ),
        Code::SharedContact => (
            "The phone or address is under more people than a household explains, and many of them cannot be found.",
            "Dormitories, employers, a village with one phone, a helper's own number.",
            "whoever answers that phone or keeps that address: who lives there",
        ),
        Code::DocumentInvalidAtAssignment => (
            "The document was lost, stolen, cancelled or replaced when the number was given on it.",
            "The replaced passport was still at hand, a loss was reported by mistake, or its day was entered late.",
            "the issuing state: on which day it was reported, and who showed it afterwards",
        ),
        Code::DuplicateIdentity => (
            "The person of this number seems to have another one.",
            "Adoption or a wrong check digit give a second number lawfully; an office did not find the first; twins \
             and namesakes.",
            "both files, or the person: is it one, and which number is in use",
        ),
        Code::UnknownClients => (
            "Far more clients of this representative than of others cannot be found, this one among them.",
            "Clients of one place or company whose passports the export lacks; tourists through an agency.",
            "the representative: who the clients were, and how they were met",
        ),
        Code::NoActivity => (
            "Nobody has used the number since it was given, though there was time.",
            "People leave the country, children have no accounts, and an activity export covers some sources only.",
            "tax, pension and banks: has anybody used the number",
        ),
    };
    Words { meaning, cause, settles }
}

/// What is said of a kind of correction.
#[must_use]
pub fn of_kind(kind: Kind) -> Words {
    let (meaning, cause, settles) = match kind {
        Kind::DocumentReplaced => (
            "A newer valid document is on file; the registry holds the old one.",
            "A second valid passport, or a registry that was corrected after its export.",
            "the document that the person shows now",
        ),
        Kind::DocumentExpired => (
            "The registered document is past its last day, and no newer one is on file.",
            "The person left the country, or the new document lies in a register that was not part of the run.",
            "the person's present document, or that they left",
        ),
        Kind::DocumentInvalidated => (
            "The registered document was lost, stolen or cancelled, and no newer one is on file.",
            "It was found again, or its state retired a whole series.",
            "the person's present document",
        ),
        Kind::NameChanged => (
            "The newest document bears another name, beyond spelling and script.",
            "Marriage, divorce, a name taken on naturalisation, or a clerk's mixture of fields.",
            "the paper of the change: a certificate of marriage or of the new name",
        ),
        Kind::CitizenshipChanged => (
            "The newest document gives another nationality.",
            "Two citizenships; zone and page of one passport may differ.",
            "the page of the passport with the nationality",
        ),
        Kind::BirthDateDiffers => (
            "Registry and newest document give two birth dates.",
            "A slip on either side, or only the year is known and was written as 1 January.",
            "the birth certificate, or the page of the document",
        ),
        Kind::SexDiffers => (
            "Registry and newest document give two sexes.",
            "A slip, an export that codes 1 as female, or a lawful change.",
            "the page of the document",
        ),
        Kind::IinUnknown => (
            "A document bears this number, and the registry has no such row.",
            "A number younger than the registry's export, or a typing error that keeps the check digit right.",
            "the registry itself, today: was the number given, and to whom",
        ),
        Kind::IinMismatch => (
            "Document and registry disagree whose document it is.",
            "A clerk copied the line above, or a parent's number stands on a child's document.",
            "the document itself: whose name and birth date are in it",
        ),
    };
    Words { meaning, cause, settles }
}

/// What an exculpation means.
#[must_use]
pub fn of_exculpation(exculpation: Exculpation) -> &'static str {
    match exculpation {
        Exculpation::GenuineDocument => "the register of documents knows the document as this person's",
        Exculpation::Alive => "somebody was seen with the number in two ways since it was given",
        Exculpation::AliveForLong => {
            "somebody was seen with the number in two ways, the last a year or more after it was given"
        }
        Exculpation::Present => "somebody stood at the counter when the number was given",
    }
}

/// How a document was tied, in words.
#[must_use]
pub fn of_basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Iin => "it bears this IIN",
        Basis::DocumentNumber => "the registry row holds its number",
        Basis::PreviousNumber => "it replaced a document of this person",
        Basis::PersonalNumber => "it has the personal number of a document of this person",
        Basis::Identity => "names, birth date and state agree so nearly that it is hardly anybody else's",
        Basis::None => "only the registry's own dates speak",
    }
}

/// The signal of a code; none for one of another version.
#[must_use]
pub fn signal(code: &str) -> Option<Code> {
    Code::ALL.into_iter().find(|known| known.name() == code)
}

/// The kind of a word.
#[must_use]
pub fn kind(word: &str) -> Option<Kind> {
    Kind::ALL.into_iter().find(|known| known.name() == word)
}

/// The exculpation of a code.
#[must_use]
pub fn exculpation(code: &str) -> Option<Exculpation> {
    Exculpation::ALL.into_iter().find(|known| known.name() == code)
}

/// The basis of a word.
#[must_use]
pub fn basis(word: &str) -> Option<Basis> {
    const ALL: [Basis; 5] =
        [Basis::Iin, Basis::DocumentNumber, Basis::PreviousNumber, Basis::PersonalNumber, Basis::Identity];
    ALL.into_iter().find(|known| known.name() == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_sentences_and_they_accuse_nobody() {
        let signals = Code::ALL.map(|code| (code.name(), of_signal(code)));
        let kinds = Kind::ALL.map(|kind| (kind.name(), of_kind(kind)));
        for (code, words) in signals.into_iter().chain(kinds) {
            for sentence in [words.meaning, words.cause] {
                assert!(sentence.ends_with('.') && sentence.len() > 30, "{code}: {sentence}");
            }
            assert!(!words.settles.ends_with('.') && !words.settles.is_empty(), "{code}");
            let all = [words.meaning, words.cause, words.settles].concat().to_lowercase();
            for word in ["fraud", "fake", "crime", "guilty", "criminal", "forge"] {
                assert!(!all.contains(word), "{code} says {word}");
            }
        }
    }

    #[test]
    fn words_lead_back_to_codes() {
        assert!(Code::ALL.iter().all(|&code| signal(code.name()) == Some(code)));
        assert!(Kind::ALL.iter().all(|&of| kind(of.name()) == Some(of)));
        assert!(Exculpation::ALL.iter().all(|&of| exculpation(of.name()) == Some(of)));
        assert_eq!((signal("sunspots"), basis("")), (None, None));
    }
}
