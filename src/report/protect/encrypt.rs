//! Encrypt: tables that only a key opens, by the modular encryption of Parquet (AES-GCM), which other readers know too.
//!
//! In: a key, and which columns. Out: how the writer encrypts a file, and how readers open it. The law: with whole files
//! nothing but sizes can be read without the key, not even the names of columns; with single columns the footer is
//! plain and signed with the key, and whatever is no column of that list can be read by everybody.
//!
//! Whole files are encrypted with the key itself, which DuckDB and pyarrow take as it is. Single columns are too, but
//! readers ask for the key of each, so that each says, in the form that key tools of Parquet read (PKMT1), which
//! key it was. Nonces are random: two runs write different bytes, which hold the same.

use std::fmt;
use std::sync::Arc;

use arrow_schema::Schema;
use parquet::encryption::decrypt::{FileDecryptionProperties, KeyRetriever};
use parquet::encryption::encrypt::FileEncryptionProperties;
use parquet::errors::ParquetError;

use super::ProtectionReport;
use super::columns::{Treatment, leaves, treatment};
use super::keys::Secret;

/// How tables are encrypted.
#[derive(Clone, Debug)]
pub struct Encryption {
    key: Secret,
    columns: Scope,
}

/// What is encrypted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Whole files.
    #[default]
    Files,
    /// The columns that a mask would change: identifiers, values, evidence.
    Sensitive,
    /// These columns.
    Named(Vec<String>),
}

impl Scope {
    /// Reads `all`, `sensitive`, or names of columns with commas between them.
    ///
    /// # Errors
    /// When a name is no column of any table.
    pub fn parse(text: &str) -> std::result::Result<Self, String> {
        match text {
            "all" => Ok(Scope::Files),
            "sensitive" => Ok(Scope::Sensitive),
            names => {
                let names: Vec<String> = names.split(',').map(|name| name.trim().to_owned()).collect();
                let is_column =
                    |wanted: &str| super::columns::COLUMNS.iter().any(|(name, _)| is_part(name, wanted));
                match names.iter().find(|name| !is_column(name)) {
                    Some(name) => Err(format!(
                        "`{name}` is no column of a report; write all, sensitive, or columns as in iin,registered_value"
                    )),
                    None => Ok(Scope::Named(names)),
                }
            }
        }
    }
}

/// Whether a column is the one that was named, or a part of it.
fn is_part(column: &str, wanted: &str) -> bool {
    column == wanted || column.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('.'))
}

impl Encryption {
    /// Encryption with a key.
    #[must_use]
    pub fn new(key: Secret, columns: Scope) -> Self {
        Encryption { key, columns }
    }

    /// What tells the key from others and does not lead to it.
    #[must_use]
    pub fn mark(&self) -> String {
        self.key.mark()
    }

    /// Which columns, for `run.json`; nothing where whole files are encrypted.
    #[must_use]
    pub fn columns_in_words(&self) -> Option<String> {
        match &self.columns {
            Scope::Files => None,
            Scope::Sensitive => Some("sensitive".to_owned()),
            Scope::Named(names) => Some(names.join(",")),
        }
    }

    /// What opens what this has encrypted.
    #[must_use]
    pub fn key(&self) -> &Secret {
        &self.key
    }

    /// How a table of this schema is written; `None` where none of its columns is encrypted.
    ///
    /// # Panics
    /// When a column has no place in [`super::columns::COLUMNS`].
    #[must_use]
    pub fn of(&self, schema: &Schema) -> Option<Arc<FileEncryptionProperties>> {
        let is_encrypted = |name: &str| match &self.columns {
            Scope::Files => true,
            Scope::Sensitive => {
                treatment(name).expect("every column of a report has a place in COLUMNS") != Treatment::Plain
            }
            Scope::Named(names) => names.iter().any(|wanted| is_part(name, wanted)),
        };
        let bytes = || self.key.bytes().to_vec();
        let builder =
            FileEncryptionProperties::builder(bytes()).with_footer_key_metadata(self.key_material(true));
        let builder = if self.columns == Scope::Files {
            builder
        } else {
            let paths = leaves(schema).into_iter().filter(|(_, name)| is_encrypted(name));
            let paths: Vec<String> = paths.map(|(path, _)| path).collect();
            if paths.is_empty() {
                return None;
            }
            paths.iter().fold(builder.with_plaintext_footer(true), |builder, path| {
                builder.with_column_key_and_metadata(path, bytes(), self.key_material(false))
            })
        };
        Some(builder.build().expect("the key has a length that AES has"))
    }

    /// What a file says of its key. `wrappedDEK` would be a key of the file's own, encrypted with the master key; here
    /// the master key is that of the file, and the mark stands for it.
    fn key_material(&self, is_footer: bool) -> Vec<u8> {
        let mark = self.mark();
        let instance =
            if is_footer { r#""kmsInstanceID":"DEFAULT","kmsInstanceURL":"DEFAULT","# } else { "" };
        format!(
            r#"{{"keyMaterialType":"PKMT1","internalStorage":true,"isFooterKey":{is_footer},{instance}"doubleWrapping":false,"masterKeyID":"{mark}","wrappedDEK":"{mark}"}}"#
        )
        .into_bytes()
    }
}

/// Keys that open tables: that of this night, and those of earlier ones.
#[derive(Clone, Default)]
pub struct Openers(Vec<Secret>);

impl fmt::Debug for Openers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Openers({} keys)", self.0.len())
    }
}

impl Openers {
    /// These keys.
    #[must_use]
    pub fn new(keys: Vec<Secret>) -> Self {
        Openers(keys)
    }

    /// These keys, and one more.
    #[must_use]
    pub fn and(&self, key: Option<&Secret>) -> Self {
        Openers(self.0.iter().chain(key).cloned().collect())
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How a report was encrypted, where one of these keys is that of the report.
    #[must_use]
    pub fn encryption(&self, how: &ProtectionReport) -> Option<Encryption> {
        let key = self.0.iter().find(|key| Some(key.mark()) == how.encrypted)?;
        let columns = how.encrypted_columns.as_deref().and_then(|columns| Scope::parse(columns).ok());
        Some(Encryption::new(key.clone(), columns.unwrap_or_default()))
    }

    /// How a table is opened; `None` where there is no key.
    pub(crate) fn properties(&self) -> Option<Arc<FileDecryptionProperties>> {
        if self.0.is_empty() {
            return None;
        }
        let retriever: Arc<dyn KeyRetriever> = Arc::new(self.clone());
        Some(
            FileDecryptionProperties::with_key_retriever(retriever)
                .build()
                .expect("a way to the keys is enough"),
        )
    }
}

impl KeyRetriever for Openers {
    fn retrieve_key(&self, material: &[u8]) -> parquet::errors::Result<Vec<u8>> {
        let named = |key: &&Secret| {
            let mark = key.mark();
            material.windows(mark.len()).any(|part| part == mark.as_bytes())
        };
        // A file that another program wrote says nothing of ours; then the first key is tried.
        let is_ours = material.starts_with(br#"{"keyMaterialType":"PKMT1""#);
        let key = self.0.iter().find(named).or_else(|| self.0.first().filter(|_| !is_ours));
        key.map(|key| key.bytes().to_vec())
            .ok_or_else(|| ParquetError::General("none of the keys is that of the table".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_schema::{DataType, Field};

    fn key(first: u8) -> Secret {
        Secret::parse(&(first..first + 32).collect::<Vec<u8>>()).expect("a key")
    }

    fn schema() -> Schema {
        let parts =
            vec![Field::new("code", DataType::Utf8, false), Field::new("evidence", DataType::Utf8, false)];
        let item = Field::new("item", DataType::Struct(parts.into()), false);
        Schema::new(vec![
            Field::new("iin", DataType::Utf8, true),
            Field::new("band", DataType::Utf8, false),
            Field::new("signals", DataType::List(Arc::new(item)), false),
        ])
    }

    #[test]
    fn sensitive_columns_are_those_that_a_mask_changes() {
        let of = |columns: &str| {
            let encryption = Encryption::new(key(128), Scope::parse(columns).expect("columns"));
            encryption.of(&schema()).map(|properties| {
                let mut names = properties.column_keys().0;
                names.sort();
                (properties.encrypt_footer(), names)
            })
        };
        assert_eq!(of("all"), Some((true, vec![])));
        assert_eq!(
            of("sensitive"),
            Some((false, vec!["iin".into(), "signals.list.element.evidence".into()]))
        );
        let parts = vec!["signals.list.element.code".to_owned(), "signals.list.element.evidence".into()];
        assert_eq!(of("signals"), Some((false, parts)));
        assert_eq!(of("registered_value"), None, "a column of another table");
        assert!(Scope::parse("iin,names").expect_err("no column").contains("`names`"));
    }

    #[test]
    fn a_file_says_which_key_opens_it() {
        let material = Encryption::new(key(128), Scope::Files).key_material(true);
        let json: serde_json::Value = serde_json::from_slice(&material).expect("JSON");
        assert_eq!(json["masterKeyID"], key(128).mark());
        let openers = Openers::new(vec![key(129)]).and(Some(&key(128)));
        assert_eq!(openers.retrieve_key(&material).expect("the key"), key(128).bytes());
        assert!(Openers::new(vec![key(129)]).retrieve_key(&material).is_err());
        assert_eq!(openers.retrieve_key(b"").expect("a try"), key(129).bytes());
        assert_eq!(format!("{openers:?}"), "Openers(2 keys)");
    }
}
