//! Words: what the columns of a report mean, in a sentence each.
//!
//! In: a table and a column. Out: its sentence, for the comments of a database and the sheet `Columns` of a workbook. The
//! law: a sentence says what a value is and what an unknown one means; the README says more.

/// A table in a sentence.
#[must_use]
pub fn of_table(table: &str) -> Option<&'static str> {
    Some(match table {
        "corrections" => "Registry records that should be corrected, one row a field, with what shows it",
        "suspects" => "Numbers behind which there may be nobody; each is a question for a human being",
        "rings" => "Suspects who seem to have been made up together, one row a ring",
        "duplicates" => "IINs that look like one person, one row an IIN of a cluster",
        "defects" => "Checks of the data that failed, one row a check and record",
        "rejects" => "Records that could not be read as records",
        "changes" => "What became of each case since the night before",
        "dismissed" => "Suspects that a person dismissed and whose evidence is what it was",
        "dismissed_corrections" => "Corrections that a person dismissed",
        _ => return None,
    })
}

/// A column in a sentence.
#[must_use]
pub fn of_column(table: &str, column: &str) -> Option<&'static str> {
    let special = match (table, column) {
        ("defects" | "rejects", "row") => "The record in its dataset, from 1",
        ("defects", "field") => "The field that the check looks at",
        ("defects", "value") => "The value as it stood; empty where it is missing",
        ("rings", "members") => "Suspects in the ring",
        ("changes", "kind") => "The kind of the correction or the band of the suspect; empty for duplicates",
        _ => "",
    };
    if !special.is_empty() {
        return Some(special);
    }
    Some(match column {
        "case_id" => "The id of the case, the same every night while the finding is the same",
        "iin" => "The IIN, twelve digits as text; empty where the record has none that can be read",
        "kind" => "What kind of correction it is",
        "field" => "The field of the registry that should be looked at",
        "registered_value" => "What the registry says; empty where it says nothing",
        "current_value" => "What the document says",
        "document_country" => "The state that issued the document, in three letters",
        "document_number" => "The number of the document",
        "document_issue_date" => "The day on which the document was issued",
        "basis" => "What ties document and registry record to one another",
        "confidence" => "The probability that both are of one person, 0 to 1",
        "ambiguous" => "Whether another record fits as well, so that a person must choose",
        "since" => "The day on which the mismatch began; empty where it is unknown",
        "age_days" => "Days from then to the day of the run",
        "registry_row" => "The record in the registry, from 1",
        "document_row" => "The record in the documents, from 1",
        "score" => "The probability that there is nobody behind the number, 0 to 1",
        "band" => "high, medium or low, by the score",
        "ring_id" => "The ring of suspects to which it belongs; empty when alone",
        "signals" => "What speaks against it: code, what it adds to the odds in bits, and what was seen",
        "prior_bits" => "The odds in bits before anything was seen",
        "exculpations" => "What speaks for the person: code, and what it takes off the odds in bits",
        "evidence_id" => "Names the evidence; a decision that repeats it holds until the evidence changes",
        "members" => "How many share it",
        "high" | "medium" | "low" => "Members of the ring in this band",
        "mean_score" => "The mean of the members' scores",
        "expected_invented" => "How many members do not exist, by the sum of their scores",
        "binds" => "What the members share and hardly anybody else has",
        "first_assigned" => "The first day on which a member got its number",
        "last_assigned" => "The last day on which a member got its number",
        "iins" => "The members' IINs",
        "cluster_id" => "The cluster of IINs that look like one person",
        "cluster_size" => "IINs in the cluster",
        "match_probability" => "The probability to be one person with its best partner, 0 to 1",
        "best_partner" => "The IIN of the cluster that is most like it",
        "dataset" => "registry, documents or activity",
        "check" => "The check that failed",
        "severity" => "error or warning",
        "message" => "What is wrong, in a sentence",
        "file" => "The file",
        "byte_offset" => "Where the record begins in the file, in bytes from its start",
        "reason" => "Why it is no record",
        "raw" => "The record as it stood",
        "state" => {
            "new, reopened, changed, resolved, persisting or dismissed, against the night before; empty where none was named"
        }
        "first_seen" => {
            "The first night that is known to have had the case; empty where no night before was named"
        }
        "last_seen" => "The last night that had the case",
        "resolved_on" => "The night on which the case was gone; empty while it stands",
        "changed" => "Which columns differ from the night before",
        "as_of" => "The day of the night",
        "previous_as_of" => "The day of the night before",
        "table" => "The table in which the case stands",
        "office" => "The office that assigned the number; empty where the registry does not say",
        _ => return None,
    })
}
