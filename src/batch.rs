//! The batch: some thousand records of one dataset as Arrow columns, the shape that every stage reads.
//!
//! A batch holds canonical columns only, one per [`Role`] that the file has; what a column is called in
//! the file is settled before the first record (`ingest::header`). Each role has one physical type
//! ([`Kind`]): numbers of twelve digits packed into a `u64`, days as `Date32`, codes as small integers,
//! everything else as text views that point into the map. Absent values hold the sentinel of their type
//! ([`NO_IIN`], [`NO_DAY`](crate::day::NO_DAY), code 0, empty text), so that loops need no validity mask.
//!
//! The law: a batch owns nothing that outlives its chunk, and carries no finding beyond those about the
//! reading of single values.

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, UInt16Type, UInt64Type};
use arrow_array::{Array, RecordBatch, StringViewArray};

use crate::validate::defect::Defect;

/// "No number here" in columns of packed twelve-digit numbers; no packed number has this value.
pub const NO_IIN: u64 = u64::MAX;

/// One of the inputs of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dataset {
    /// One row an IIN.
    Registry,
    /// One row a passport, ID card or permit.
    Documents,
    /// One row an event that shows a living person.
    Activity,
    /// One row a customer of a bank, for `dedupe`: every column is text, whatever its role.
    Customers,
}

impl Dataset {
    /// The contract's word, used in reports and errors.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Dataset::Registry => "registry",
            Dataset::Documents => "documents",
            Dataset::Activity => "activity",
            Dataset::Customers => "customers",
        }
    }

    /// The columns a dataset may have, required ones first, in the contract's order.
    #[must_use]
    pub fn roles(self) -> &'static [Role] {
        use Role::*;
        match self {
            Dataset::Registry => &[
                Iin,
                Surname,
                GivenName,
                BirthDate,
                Patronymic,
                Sex,
                Citizenship,
                DocumentType,
                DocumentCountry,
                DocumentNumber,
                DocumentIssueDate,
                DocumentExpiryDate,
                AssignedOn,
                Channel,
                RepresentativeIin,
                Office,
                Phone,
                Address,
                Status,
                FullName,
                DocumentSeries,
            ],
            Dataset::Documents => &[
                DocumentCountry,
                DocumentNumber,
                DocumentType,
                Surname,
                GivenName,
                Patronymic,
                BirthDate,
                Sex,
                Nationality,
                IssueDate,
                ExpiryDate,
                Status,
                StatusDate,
                Iin,
                PersonalNumber,
                PreviousNumber,
                Mrz,
                FullName,
                DocumentSeries,
            ],
            Dataset::Activity => &[Iin, Kind, OccurredOn],
            Dataset::Customers => &[
                RecordId,
                Iin,
                Surname,
                GivenName,
                Patronymic,
                FullName,
                BirthDate,
                Sex,
                Citizenship,
                DocumentType,
                DocumentCountry,
                DocumentNumber,
                DocumentIssueDate,
                DocumentExpiryDate,
                PersonalNumber,
                Phone,
                Email,
                Address,
                City,
                Postcode,
                OpenedOn,
                Text,
                Code,
                Other,
            ],
        }
    }

    /// The columns without which a dataset cannot be read.
    #[must_use]
    pub fn required(self) -> &'static [Role] {
        match self {
            Dataset::Registry => &self.roles()[..4],
            Dataset::Documents => &self.roles()[..2],
            Dataset::Activity => &self.roles()[..1],
            Dataset::Customers => &[],
        }
    }
}

/// What a column means. The names are the contract's column names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each variant is the contract's column of that name")]
#[repr(u8)]
pub enum Role {
    Iin,
    Surname,
    GivenName,
    Patronymic,
    BirthDate,
    Sex,
    Citizenship,
    DocumentType,
    DocumentCountry,
    DocumentNumber,
    DocumentIssueDate,
    DocumentExpiryDate,
    AssignedOn,
    Channel,
    RepresentativeIin,
    Office,
    Phone,
    Address,
    Status,
    Nationality,
    IssueDate,
    ExpiryDate,
    StatusDate,
    PersonalNumber,
    PreviousNumber,
    Mrz,
    Kind,
    OccurredOn,
    /// Surname, given name and patronymic in one column; split where the file lacks their own columns.
    FullName,
    /// The series of a document in a column of its own; joined with the number.
    DocumentSeries,
    RecordId,
    Email,
    City,
    Postcode,
    /// Free text, of which words are compared.
    Text,
    /// A code or number, of which characters are compared.
    Code,
    /// A column without a known name in a customer file: its values say how it is compared.
    Other,
    /// The day on which a customer's record was opened: it says nothing of who somebody is.
    OpenedOn,
}

/// The physical type of a role's column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `UInt64`: twelve digits packed as BCD, or [`NO_IIN`].
    Iin,
    /// `Date32`, or [`NO_DAY`](crate::day::NO_DAY).
    Day,
    /// `UInt16` code of `normalise::codes` or `normalise::country`, or 0.
    Code,
    /// `Utf8View`, trimmed; empty when absent or a placeholder.
    Text,
}

impl Role {
    /// How many roles there are.
    pub const COUNT: usize = Role::OpenedOn as usize + 1;

    /// Every role, in declaration order.
    pub const ALL: [Role; Role::COUNT] = {
        use Role::*;
        [
            Iin,
            Surname,
            GivenName,
            Patronymic,
            BirthDate,
            Sex,
            Citizenship,
            DocumentType,
            DocumentCountry,
            DocumentNumber,
            DocumentIssueDate,
            DocumentExpiryDate,
            AssignedOn,
            Channel,
            RepresentativeIin,
            Office,
            Phone,
            Address,
            Status,
            Nationality,
            IssueDate,
            ExpiryDate,
            StatusDate,
            PersonalNumber,
            PreviousNumber,
            Mrz,
            Kind,
            OccurredOn,
            FullName,
            DocumentSeries,
            RecordId,
            Email,
            City,
            Postcode,
            Text,
            Code,
            Other,
            OpenedOn,
        ]
    };

    /// The contract's column name.
    #[must_use]
    pub fn name(self) -> &'static str {
        use Role::*;
        match self {
            Iin => "iin",
            Surname => "surname",
            GivenName => "given_name",
            Patronymic => "patronymic",
            BirthDate => "birth_date",
            Sex => "sex",
            Citizenship => "citizenship",
            DocumentType => "document_type",
            DocumentCountry => "document_country",
            DocumentNumber => "document_number",
            DocumentIssueDate => "document_issue_date",
            DocumentExpiryDate => "document_expiry_date",
            AssignedOn => "assigned_on",
            Channel => "channel",
            RepresentativeIin => "representative_iin",
            Office => "office",
            Phone => "phone",
            Address => "address",
            Status => "status",
            Nationality => "nationality",
            IssueDate => "issue_date",
            ExpiryDate => "expiry_date",
            StatusDate => "status_date",
            PersonalNumber => "personal_number",
            PreviousNumber => "previous_number",
            Mrz => "mrz",
            Kind => "kind",
            OccurredOn => "occurred_on",
            FullName => "full_name",
            DocumentSeries => "document_series",
            RecordId => "record_id",
            Email => "email",
            City => "city",
            Postcode => "postcode",
            Text => "text",
            Code => "code",
            Other => "other",
            OpenedOn => "opened_on",
        }
    }

    /// The role of a contract column name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }

    /// The physical type of this role's column in a dataset: customer files keep every value as text, since
    /// `1801-01-81` still resembles a date.
    #[must_use]
    pub fn kind_in(self, dataset: Dataset) -> Kind {
        if dataset == Dataset::Customers { self::Kind::Text } else { self.kind() }
    }

    /// The physical type of this role's column.
    #[must_use]
    pub fn kind(self) -> Kind {
        use Role::*;
        match self {
            Iin | RepresentativeIin => self::Kind::Iin,
            BirthDate | DocumentIssueDate | DocumentExpiryDate | AssignedOn | IssueDate | ExpiryDate
            | StatusDate | OccurredOn | OpenedOn => self::Kind::Day,
            Sex | Citizenship | DocumentType | DocumentCountry | Channel | Status | Nationality => {
                self::Kind::Code
            }
            Surname | GivenName | Patronymic | DocumentNumber | Office | Phone | Address | PersonalNumber
            | PreviousNumber | Mrz | Kind | FullName | DocumentSeries | RecordId | Email | City
            | Postcode | Text | Code | Other => self::Kind::Text,
        }
    }
}

/// Some thousand records of one dataset as canonical Arrow columns.
#[derive(Debug)]
pub struct Batch {
    /// Whose records these are.
    pub dataset: Dataset,
    /// The columns, one a role that the file has.
    pub columns: RecordBatch,
    /// The column of each role in `columns`, or `None` where the file lacks it.
    pub slots: [Option<u8>; Role::COUNT],
    /// For each row the 0-based number of its record within its chunk; rejected records leave gaps.
    pub ordinals: Vec<u32>,
    /// For each row where its record starts: a byte offset in the file (CSV) or a record number (Parquet).
    pub offsets: Vec<u64>,
    /// Values that could not be read as what their column holds; `row` is an ordinal.
    pub unread: Vec<Defect>,
    /// Every column of the file as text, whatever it means; empty unless the reading asked for it.
    pub cells: Vec<TextColumn>,
}

/// The cells of one column of a file as text: unquoted, in UTF-8.
#[derive(Clone, Debug, Default)]
pub struct TextColumn {
    /// The text of all cells.
    pub arena: Vec<u8>,
    /// Start and end of each cell.
    pub spans: Vec<(u32, u32)>,
}

impl TextColumn {
    /// One cell, trimmed; what is no UTF-8 is empty.
    #[must_use]
    pub fn get(&self, row: usize) -> &str {
        let (start, end) = self.spans[row];
        std::str::from_utf8(&self.arena[start as usize..end as usize]).unwrap_or_default().trim()
    }
}

impl Batch {
    /// Number of accepted rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ordinals.len()
    }

    /// Whether the batch has no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ordinals.is_empty()
    }

    /// Whether the file has a column of this role.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.slots[role as usize].is_some()
    }

    fn column(&self, role: Role) -> Option<&dyn Array> {
        self.slots[role as usize].map(|slot| self.columns.column(slot as usize).as_ref())
    }

    /// A column of packed twelve-digit numbers.
    ///
    /// # Panics
    /// When the role is not of [`Kind::Iin`].
    #[must_use]
    pub fn iins(&self, role: Role) -> Option<&[u64]> {
        assert_eq!(role.kind(), Kind::Iin);
        self.column(role).map(|column| column.as_primitive::<UInt64Type>().values().as_ref())
    }

    /// A column of days.
    ///
    /// # Panics
    /// When the role is not of [`Kind::Day`].
    #[must_use]
    pub fn days(&self, role: Role) -> Option<&[i32]> {
        assert_eq!(role.kind(), Kind::Day);
        self.column(role).map(|column| column.as_primitive::<Date32Type>().values().as_ref())
    }

    /// A column of codes.
    ///
    /// # Panics
    /// When the role is not of [`Kind::Code`].
    #[must_use]
    pub fn codes(&self, role: Role) -> Option<&[u16]> {
        assert_eq!(role.kind(), Kind::Code);
        self.column(role).map(|column| column.as_primitive::<UInt16Type>().values().as_ref())
    }

    /// A column of text.
    ///
    /// # Panics
    /// When the role is not of [`Kind::Text`].
    #[must_use]
    pub fn texts(&self, role: Role) -> Option<&StringViewArray> {
        assert_eq!(role.kind(), Kind::Text);
        self.column(role).map(|column| column.as_string_view())
    }
}
