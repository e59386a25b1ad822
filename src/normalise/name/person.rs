//! A name, parsed once: the text of its parts in, tokens in comparable form out.
//!
//! In: surname, given name and patronymic as columns, or a full name in any order. Out: [`PersonName`], which
//! holds no text, only folds, readings and hashes, so that comparing it with many others costs little.
//!
//! The law: parsing decides nothing that the text does not show. A word that ends as only patronymics do, and
//! is not needed as a surname, is taken for one; of the others a full name does not say which is the surname,
//! and [`compare`](super::compare) tries the orders.

use super::eastern::{self, Chain, Sounds};
use super::ending;
use super::family::{self, FamilyId, Shorts};
use super::scheme::{Readings, readings};
use crate::batch::Role;
use crate::normalise::fold::{Folded, folded, is_cyrillic};
use crate::normalise::full_name::{Parted, parted};
use crate::normalise::hash::hash;
use crate::normalise::placeholder::is_placeholder;
use crate::normalise::text::upper;

/// Tokens of a part that are compared; further ones are left out.
pub(super) const TOKENS_MAX: usize = 8;

/// One word of a name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) fold: Folded,
    /// Hash of the word as it stood.
    pub(super) text: u64,
    /// Of the fold.
    pub(super) hash: u64,
    /// Which letters the fold has, one bit each; a `?` has them all.
    pub(super) letters: u32,
    pub(super) readings: Readings,
    pub(super) family: FamilyId,
    /// The given names that it is or may be short for.
    pub(super) shorts: Shorts,
    pub(super) cyrillic: bool,
    /// A particle that comes and goes: AL, BIN, VAN.
    pub(super) particle: bool,
    /// Syllables, where the whole name is Chinese.
    pub(super) chinese: Chain,
    /// Sounds, where the whole name is Korean.
    pub(super) korean: Sounds,
}

impl Token {
    fn of(text: &str) -> Token {
        let (fold, text_hash) = (folded(text), hash(text.as_bytes()));
        let hash = hash(fold.as_bytes());
        Token {
            fold,
            text: text_hash,
            hash,
            letters: letters(fold.as_bytes()),
            readings: readings(text, hash),
            family: family::of(hash),
            shorts: family::shorts(hash),
            cyrillic: is_cyrillic(text),
            particle: is_particle(fold.as_bytes()),
            chinese: Chain::default(),
            korean: Default::default(),
        }
    }
}

/// The letters of a fold as bits.
pub(super) fn letters(fold: &[u8]) -> u32 {
    fold.iter().fold(0, |set, &byte| match byte {
        b'A'..=b'Z' => set | 1 << (byte - b'A'),
        b'?' => u32::MAX,
        _ => set | 1 << 31,
    })
}

fn is_particle(fold: &[u8]) -> bool {
    const PARTICLES: [&[u8]; 22] = [
        b"AL", b"EL", b"UL", b"AS", b"AR", b"AN", b"AT", b"AD", b"BIN", b"BINT", b"IBN", b"BEN", b"DE",
        b"DA", b"VAN", b"VON", b"MR", b"MRS", b"DR", b"SAIH", b"SEIH", b"HAJI",
    ];
    PARTICLES.contains(&fold)
}

/// One part of a name: a run of tokens, and the text as it stood, as hashes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Part {
    start: u8,
    end: u8,
    /// Hash of the trimmed text.
    pub(super) text: u64,
    /// Hash of its letters without case, diacritics and what stands between them.
    pub(super) letters: u64,
    /// Printed characters.
    pub(super) chars: u8,
}

impl Part {
    pub(super) fn of<'a>(&self, tokens: &'a [Token]) -> &'a [Token] {
        &tokens[self.start.into()..self.end.into()]
    }

    pub(super) fn is_empty(&self) -> bool {
        self.start == self.end
    }
}

/// The name of a person in comparable form.
///
/// ```
/// use iinrec::normalise::name::{PersonName, compare};
/// let registry = PersonName::new("Серікұлы", "Жасұлан", "");
/// let passport = PersonName::from_full("ZHASSULAN SERIKULY");
/// assert!(compare(&registry, &passport).is_match());
/// ```
#[derive(Clone, Debug, Default)]
pub struct PersonName {
    pub(super) tokens: Box<[Token]>,
    pub(super) surname: Part,
    pub(super) given: Part,
    pub(super) patronymic: Part,
    /// Whether `given` holds surname and given name in an order that nobody told.
    pub(super) whole: bool,
    /// Whether every token of surname and given name is a Chinese syllable or two, with a common surname.
    pub(super) chinese: bool,
    /// The same for Korean.
    pub(super) korean: bool,
}

impl PersonName {
    /// A name whose parts are known; empty or a placeholder where the record has none.
    #[must_use]
    pub fn new(surname: &str, given: &str, patronymic: &str) -> PersonName {
        let mut tokens = Vec::with_capacity(4);
        let mut texts = Vec::with_capacity(4);
        let surname = take_part(surname, &mut tokens, &mut texts);
        let given = take_part(given, &mut tokens, &mut texts);
        let patronymic = take_part(patronymic, &mut tokens, &mut texts);
        let mut name = PersonName { surname, given, patronymic, ..PersonName::default() };
        // A whole name in one of two columns is one whose order nobody told.
        name.whole = (surname.is_empty() && given.end - given.start > 1)
            || (given.is_empty() && surname.end - surname.start > 1);
        if given.is_empty() {
            (name.surname, name.given) = (name.given, name.surname);
            name.whole = true;
        }
        name.finish(tokens, &texts)
    }

    /// One part of a name by itself: a surname, a given name or a patronymic, for comparing columns one by one.
    #[must_use]
    pub fn only(part: Role, text: &str) -> PersonName {
        let (mut tokens, mut texts) = (Vec::with_capacity(2), Vec::with_capacity(2));
        let taken = take_part(text, &mut tokens, &mut texts);
        let mut name = PersonName::default();
        match part {
            Role::Surname => name.surname = taken,
            Role::Patronymic => name.patronymic = taken,
            _ => name.given = taken,
        }
        let mut name = name.finish(tokens, &texts);
        // Too many names can be cut into Korean sounds where no surname tells that they are such.
        if part != Role::Surname {
            name.korean = false;
            name.tokens.iter_mut().for_each(|token| token.korean = Sounds::default());
        }
        name
    }

    /// A name from one text in any order. A comma or the `<<` of an MRZ parts the surname from the rest, and so does a
    /// patronymic that stands between them.
    #[must_use]
    pub fn from_full(text: &str) -> PersonName {
        let Parted { surname, rest, patronymic } = parted(text);
        match surname {
            Some(surname) => PersonName::new(surname, rest, patronymic),
            None => PersonName { whole: true, ..PersonName::new("", rest, patronymic) },
        }
    }

    fn finish(mut self, mut tokens: Vec<Token>, texts: &[&str]) -> PersonName {
        let names = usize::from(self.surname.end.max(self.given.end));
        read_eastern(&mut tokens[..names], &texts[..names], self.surname.is_empty() && !self.whole);
        // Armenian surnames tell that a Latin H may be the Հ that Russian leaves out.
        if tokens[..names].iter().any(|token| token.fold.as_bytes().ends_with(b"IAN")) {
            for (token, text) in tokens[..names].iter_mut().zip(texts) {
                token.readings.add_armenian(text, token.hash);
            }
        }
        self.chinese = names > 0 && tokens[..names].iter().all(|token| !token.chinese.is_none());
        self.korean = names > 0 && tokens[..names].iter().all(|token| !token.korean.is_none());
        self.tokens = tokens.into_boxed_slice();
        self
    }

    /// Whether nothing is known of the name.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The folded tokens of surname, given name and patronymic, for showing how a name was understood.
    pub fn folds(&self) -> [Vec<&str>; 3] {
        [self.surname, self.given, self.patronymic]
            .map(|part| part.of(&self.tokens).iter().map(|token| token.fold.as_str()).collect())
    }

    /// Whether the order of surname and given name is unknown.
    #[must_use]
    pub fn is_unordered(&self) -> bool {
        self.whole
    }

    pub(super) fn part(&self, part: &Part) -> &[Token] {
        part.of(&self.tokens)
    }

    /// Printed characters of surname and given name.
    pub(super) fn chars(&self) -> usize {
        usize::from(self.surname.chars) + usize::from(self.given.chars)
    }
}

/// Words of a text: cut at spaces, hyphens, dots and MRZ fillers.
pub(in crate::normalise) fn words(text: &str) -> impl Iterator<Item = &str> {
    let cut = |letter: char| {
        letter.is_whitespace() || matches!(letter, '-' | '‐' | '–' | '—' | '<' | ',' | ';' | '/' | '_' | '.')
    };
    text.split(cut).filter(|word| !word.is_empty())
}

/// The words of a field, placeholders dropped.
pub(super) fn words_of(text: &str) -> impl Iterator<Item = &str> {
    words(if is_placeholder(text) { "" } else { text }).filter(|word| !is_placeholder(word))
}

/// Folds the words of a text, letterless ones dropped.
fn push_words<'a>(text: &'a str, tokens: &mut Vec<Token>, texts: &mut Vec<&'a str>) {
    for word in words_of(text) {
        let token = Token::of(word);
        if !token.fold.is_empty() {
            tokens.push(token);
            texts.push(word);
        }
    }
}

fn take_part<'a>(text: &'a str, tokens: &mut Vec<Token>, texts: &mut Vec<&'a str>) -> Part {
    let start = tokens.len();
    push_words(text, tokens, texts);
    // Words that only say "son of" are none of a name of several.
    let mut at = start;
    while at < tokens.len() && tokens.len() - start > 1 {
        if ending::is_marker(tokens[at].fold.as_bytes()) {
            tokens.remove(at);
            texts.remove(at);
        } else {
            at += 1;
        }
    }
    // Long names lose their particles before their words.
    while tokens.len() - start > TOKENS_MAX {
        let at = (start..tokens.len()).find(|&at| tokens[at].particle).unwrap_or(tokens.len() - 1);
        tokens.remove(at);
        texts.remove(at);
    }
    // A placeholder has no text to compare.
    let text = if tokens.len() > start { text.trim() } else { "" };
    Part {
        start: start as u8,
        end: tokens.len() as u8,
        text: hash(text.as_bytes()),
        letters: hash_letters(text),
        chars: text.chars().count().min(255) as u8,
    }
}

/// Reads the tokens as Chinese and as Korean where one of them is a common surname and all can be read so;
/// a given name by itself must have two syllables.
fn read_eastern(tokens: &mut [Token], texts: &[&str], given_alone: bool) {
    if tokens.is_empty() || tokens.len() > 4 {
        return;
    }
    if given_alone || texts.iter().any(|text| eastern::is_chinese_surname(text)) {
        let mut chains = [Chain::default(); 4];
        let mut all = true;
        for (chain, text) in chains.iter_mut().zip(texts) {
            *chain = eastern::chinese(text);
            all &= !chain.is_none();
        }
        let syllables: u8 = chains.iter().map(|chain| chain.len()).sum();
        // A surname column by itself has one syllable.
        if all && (syllables > 1 || !given_alone) {
            tokens.iter_mut().zip(chains).for_each(|(token, chain)| token.chinese = chain);
        }
    }
    if given_alone || texts.iter().any(|text| eastern::is_korean_surname(text)) {
        let mut chains = [Sounds::default(); 4];
        let mut all = true;
        for (chain, text) in chains.iter_mut().zip(texts) {
            *chain = eastern::korean(text);
            all &= !chain.is_none();
        }
        if all && (!given_alone || chains.iter().any(|chain| chain.len() > 4)) {
            tokens.iter_mut().zip(chains).for_each(|(token, chain)| token.korean = chain);
        }
    }
}

/// Hash of a text's letters: no case, no diacritics of Latin letters, nothing that stands between letters.
fn hash_letters(text: &str) -> u64 {
    let mut bytes = [0u8; 128];
    let mut len = 0;
    for letter in text.chars().map(|letter| base(upper(letter))).filter(|letter| letter.is_alphabetic()) {
        if len + letter.len_utf8() > bytes.len() {
            break;
        }
        len += letter.encode_utf8(&mut bytes[len..]).len();
    }
    if len == 0 { 0 } else { hash(&bytes[..len]) }
}

/// A Latin capital without its mark.
fn base(capital: char) -> char {
    match capital {
        'À'..='Å' | 'Ā' | 'Ă' | 'Ą' | 'Ə' => 'A',
        'Ç' | 'Ć' | 'Č' => 'C',
        'Ď' | 'Đ' => 'D',
        'È'..='Ë' | 'Ē' | 'Ė' | 'Ę' | 'Ě' => 'E',
        'Ğ' | 'Ģ' | 'Ǵ' => 'G',
        'Ì'..='Ï' | 'Ī' | 'Į' => 'I',
        'Ķ' => 'K',
        'Ļ' | 'Ľ' | 'Ł' => 'L',
        'Ñ' | 'Ń' | 'Ņ' | 'Ň' => 'N',
        'Ò'..='Ö' | 'Ø' | 'Ō' | 'Ŏ' | 'Ő' => 'O',
        'Ŕ' | 'Ř' => 'R',
        'Ś' | 'Ş' | 'Š' | 'Ș' => 'S',
        'Ţ' | 'Ť' | 'Ț' => 'T',
        'Ù'..='Ü' | 'Ū' | 'Ŭ' | 'Ů' | 'Ű' | 'Ų' => 'U',
        'Ý' | 'Ÿ' => 'Y',
        'Ź' | 'Ż' | 'Ž' => 'Z',
        other => other,
    }
}
