-- Writes what reconcile.sql alone finds, where signals.sql does not follow.
--
-- In: the tables of reconcile.sql, in the same connection; $activity, $as_of. Out: Parquet files in $out.

COPY (FROM corrections ORDER BY kind, iin, document_row) TO '$out/corrections.parquet';
COPY (
    SELECT country, number, list_transform(registry_rows, lambda id: id + 1) AS registry_rows
    FROM shared_documents ORDER BY country, number
) TO '$out/shared_documents.parquet';

-- Defects -----------------------------------------------------------------------------------------------

COPY (
    SELECT 'registry' AS dataset, rowid + 1 AS "row", 'iin' AS field, unnest(named(problems)) AS "check"
    FROM registry WHERE problems > 0
    UNION ALL
    SELECT 'registry', rowid + 1, 'representative_iin', unnest(named(representative_problems))
    FROM registry WHERE representative_problems > 0
    UNION ALL
    SELECT 'documents', rowid + 1, 'iin', unnest(named(problems))
    FROM documents WHERE bears_iin AND problems > 0
    UNION ALL
    SELECT 'documents', rowid + 1, 'mrz', mrz_problem FROM documents WHERE mrz_problem IS NOT NULL
    UNION ALL
    SELECT 'registry', id, field, "check" FROM (
        SELECT rowid + 1 AS id, unnest([
            CASE WHEN birth_date > DATE '$as_of' THEN ('birth_date', 'date_future') END,
            CASE WHEN issue_date > DATE '$as_of' THEN ('document_issue_date', 'date_future') END,
            CASE WHEN assigned_on > DATE '$as_of' THEN ('assigned_on', 'date_future') END,
            CASE WHEN issue_date > expiry_date THEN ('document_expiry_date', 'date_order') END,
            CASE WHEN birth_date > issue_date THEN ('document_issue_date', 'date_order') END,
            CASE WHEN birth_date > assigned_on THEN ('assigned_on', 'date_order') END
        ]) AS found, found[1] AS field, found[2] AS "check"
        FROM registry
        WHERE birth_date > DATE '$as_of' OR issue_date > DATE '$as_of' OR assigned_on > DATE '$as_of'
            OR issue_date > expiry_date OR birth_date > issue_date OR birth_date > assigned_on
    ) WHERE found IS NOT NULL
    UNION ALL
    SELECT 'documents', id, field, "check" FROM (
        SELECT rowid + 1 AS id, unnest([
            CASE WHEN birth_date > DATE '$as_of' THEN ('birth_date', 'date_future') END,
            CASE WHEN issue_date > DATE '$as_of' THEN ('issue_date', 'date_future') END,
            CASE WHEN status_date > DATE '$as_of' THEN ('status_date', 'date_future') END,
            CASE WHEN issue_date > expiry_date THEN ('expiry_date', 'date_order') END,
            CASE WHEN birth_date > issue_date THEN ('issue_date', 'date_order') END
        ]) AS found, found[1] AS field, found[2] AS "check"
        FROM documents
        WHERE birth_date > DATE '$as_of' OR issue_date > DATE '$as_of' OR status_date > DATE '$as_of'
            OR issue_date > expiry_date OR birth_date > issue_date
    ) WHERE found IS NOT NULL
    ORDER BY ALL
) TO '$out/defects.parquet';

-- Activity ----------------------------------------------------------------------------------------------

-- What events say of every row; written for those with none since the assignment, who are few.
COPY (
    SELECT shown(r.iin) AS iin, r.rowid + 1 AS registry_row, r.assigned_on, a.last, coalesce(a.events, 0) AS events
    FROM registry r
    LEFT JOIN (
        SELECT twelve(iin) AS iin, max(occurred_on) AS last, count(*) AS events
        FROM read_csv('$activity', header = true, auto_detect = false,
            columns = {iin: 'VARCHAR', kind: 'VARCHAR', occurred_on: 'DATE'})
        GROUP BY 1
    ) a USING (iin)
    WHERE a.last IS NULL OR a.last < r.assigned_on
    ORDER BY registry_row
) TO '$out/no_activity.parquet';
