-- The first half of `iinrec reconcile` in DuckDB's SQL: ties by exact keys, and the corrections they lead to.
--
-- In: $registry, $documents (CSV, dates as YYYY-MM-DD), $as_of. Out: tables; reports.sql writes what is known
-- by then, signals.sql goes on to the whole job. Lines after $$whole are for the latter: else they are comments.
-- The law: the rules are those of src/link and src/rules/corrections, as far as they are equality joins.
--
-- Left to signals.sql: names and `name_changed`, ties by identity, signals and scores, duplicates, shapes of
-- numbers, evidence in words. Left out of both, though iinrec does it in the same run: the part that names and
-- likeness play in telling two people apart (here the birth date alone does), confidence and ambiguity, zones
-- against columns, encodings and headers to be found out, records that are no records, digests, the report.

-- Numbers -----------------------------------------------------------------------------------------------

-- Upper case, Latin look-alikes, letters and digits only; NULL for a number that has no digit but zeros.
-- Nearly all are normal as they stand, and the test is cheaper than the work.
CREATE MACRO normal(number) AS CASE
    WHEN regexp_full_match(number, '[A-Z0-9]*[1-9][A-Z0-9]*') THEN number
    WHEN regexp_matches(number, '[1-9]') AND NOT regexp_matches(number, '[?*]') THEN
        regexp_replace(translate(upper(number), 'АВЕКМНОРСТУХ', 'ABEKMHOPCTYX'), '[^\p{L}\p{N}]', '', 'g')
END;

-- Twelve digits as a number, so that joins compare numbers; NULL for anything else.
CREATE MACRO twelve(text) AS CASE WHEN regexp_full_match(text, '[0-9]{12}') THEN text::BIGINT END;
CREATE MACRO shown(iin) AS printf('%012d', iin);

CREATE MACRO sum_1(n) AS
    n // 100000000000 % 10 * 1 + n // 10000000000 % 10 * 2 + n // 1000000000 % 10 * 3
    + n // 100000000 % 10 * 4 + n // 10000000 % 10 * 5 + n // 1000000 % 10 * 6 + n // 100000 % 10 * 7
    + n // 10000 % 10 * 8 + n // 1000 % 10 * 9 + n // 100 % 10 * 10 + n // 10 % 10 * 11;
CREATE MACRO sum_2(n) AS
    n // 100000000000 % 10 * 3 + n // 10000000000 % 10 * 4 + n // 1000000000 % 10 * 5
    + n // 100000000 % 10 * 6 + n // 10000000 % 10 * 7 + n // 1000000 % 10 * 8 + n // 100000 % 10 * 9
    + n // 10000 % 10 * 10 + n // 1000 % 10 * 11 + n // 100 % 10 * 1 + n // 10 % 10 * 2;
-- The check digit; 10 where none exists.
CREATE MACRO check_digit(n) AS CASE WHEN sum_1(n) % 11 < 10 THEN sum_1(n) % 11 ELSE sum_2(n) % 11 END;

CREATE MACRO century(digit) AS CASE WHEN digit IN (1, 2) THEN 1800 WHEN digit IN (3, 4) THEN 1900 ELSE 2000 END;
CREATE MACRO days_in_month(year, month) AS CASE
    WHEN month = 2 AND year % 4 = 0 AND (year % 100 <> 0 OR year % 400 = 0) THEN 29
    WHEN month = 2 THEN 28
    WHEN month IN (4, 6, 9, 11) THEN 30
    WHEN month BETWEEN 1 AND 12 THEN 31 -- a longer IN would become a join, and joins lose the order of rows
    ELSE 0
END;

-- What is wrong with twelve digits: 1 check digit, 2 never issued, 4 birth date, 8 century, 16 a BIN.
CREATE MACRO problems(n, digit) AS
    CASE WHEN digit = n % 10 THEN 0 WHEN digit < 10 THEN 1 ELSE 2 END
    + CASE
        WHEN n // 10000000 % 10 IN (4, 5, 6) THEN 16
        WHEN n // 100000 % 10 > 6 THEN 8 ELSE 0
    END
    + CASE
        WHEN n // 10000000 % 10 IN (4, 5, 6) THEN 0
        WHEN n // 1000000 % 100 BETWEEN 1 AND 28 AND n // 100000000 % 100 BETWEEN 1 AND 12 THEN 0
        WHEN n // 1000000 % 100 BETWEEN 1
            AND days_in_month(century(n // 100000 % 10) + n // 10000000000, n // 100000000 % 100) THEN 0
        ELSE 4
    END;

-- And its words.
CREATE MACRO named(bits) AS list_filter([
    CASE WHEN bits & 1 > 0 THEN 'iin_check_digit' END, CASE WHEN bits & 2 > 0 THEN 'iin_never_issued' END,
    CASE WHEN bits & 4 > 0 THEN 'iin_birth_date' END, CASE WHEN bits & 8 > 0 THEN 'iin_century' END,
    CASE WHEN bits & 16 > 0 THEN 'iin_is_bin' END, CASE WHEN bits & 32 > 0 THEN 'iin_length' END
], lambda name: name IS NOT NULL);

-- Machine readable zones (ICAO 9303) --------------------------------------------------------------------

-- Characters as their values modulo 10; most fields hold digits and filler only.
CREATE MACRO digits(field) AS CASE
    WHEN regexp_full_match(field, '[0-9<]*') THEN replace(field, '<', '0')
    ELSE translate(field, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ<', '012345678901234567890123450')
END;
-- Weights 7, 3, 1 modulo 10: in n // 10^k only the last digit counts.
CREATE MACRO weigh_6(n) AS
    7 * (n // 100000) + 3 * (n // 10000) + n // 1000 + 7 * (n // 100) + 3 * (n // 10) + n;
CREATE MACRO weigh_9(n) AS
    7 * (n // 100000000) + 3 * (n // 10000000) + n // 1000000 + 7 * (n // 100000) + 3 * (n // 10000)
    + n // 1000 + 7 * (n // 100) + 3 * (n // 10) + n;
CREATE MACRO is_digit(digit, sum) AS ascii(digit) - 48 = sum % 10;

-- A row's zone in steps, each a projection, so that nothing is computed twice: its fields, as the composite
-- digit takes them ...
CREATE MACRO fields_of(mrz) AS CASE
    WHEN length(mrz) = 88 AND regexp_full_match(mrz,
        '[A-Z0-9<]{2}[A-Z<]{42}[A-Z0-9<]{10}[A-Z<]{3}[0-9<]{7}[MFX<][0-9<]{7}[A-Z0-9<]{16}')
    THEN {number: mrz[45:54], more: '', dates: mrz[58:64] || mrz[66:72], optional: mrz[73:87], last: mrz[88]}
    WHEN length(mrz) = 90 AND regexp_full_match(mrz,
        '[A-Z0-9<]{2}[A-Z<]{3}[A-Z0-9<]{25}[0-9<]{7}[MFX<][0-9<]{7}[A-Z<]{3}[A-Z0-9<]{12}[A-Z<]{30}')
    THEN {number: mrz[6:15], more: mrz[16:30], dates: mrz[31:37] || mrz[39:45], optional: mrz[49:59], last: mrz[60]}
END;
-- ... the digits of all of them ...
CREATE MACRO digits_of(f) AS
    rpad(digits(f.number) || digits(f.more) || replace(f.dates, '<', '0') || digits(f.optional), 54, '0');
-- ... as numbers of nine digits, the first of them the document's number, and dates and personal number. A
-- number of more than nine characters goes on in the optional data, up to its check digit.
CREATE MACRO numbers_of(f, d) AS {
    a: d[1:9]::INTEGER, b: d[10:18]::INTEGER, c: d[19:27]::INTEGER,
    d: d[28:36]::INTEGER, e: d[37:45]::INTEGER, f: d[46:54]::INTEGER,
    more: CASE WHEN f.number[10] = '<' AND f.more[1] NOT IN ('', '<')
        THEN {
            digit: f.more[strpos(f.more || '<', '<') - 1],
            digits: rpad(d[11:9 + strpos(f.more || '<', '<') - 1], 18, '0')
        } END,
    birth: replace(f.dates[1:6], '<', '0')::INTEGER,
    expiry: replace(f.dates[8:13], '<', '0')::INTEGER,
    personal: CASE WHEN f.more = '' AND f.optional <> '<<<<<<<<<<<<<<<' THEN rpad(d[25:38], 18, '0') END
};
CREATE MACRO weigh_18(digits) AS
    weigh_9(digits[1:9]::INTEGER) % 10 + weigh_9(digits[10:18]::INTEGER) % 10;
-- ... their sums, outside of CASE and AND, within which nothing is shared ...
CREATE MACRO sums_of(n) AS {
    a: weigh_9(n.a), birth: weigh_6(n.birth), expiry: weigh_6(n.expiry),
    others: weigh_9(n.b) % 10 + weigh_9(n.c) % 10 + weigh_9(n.d) % 10 + weigh_9(n.e) % 10 + weigh_9(n.f) % 10
};
-- ... and the answer.
CREATE MACRO holds(f, n, s) AS
    CASE
        WHEN n.more IS NULL THEN is_digit(f.number[10], s.a)
        ELSE is_digit(n.more.digit, s.a % 10 + weigh_18(n.more.digits))
    END
    AND is_digit(f.dates[7], s.birth)
    AND is_digit(f.dates[14], s.expiry)
    AND CASE WHEN n.personal IS NULL THEN true ELSE is_digit(f.optional[15], weigh_18(n.personal)) END
    AND is_digit(f.last, s.a % 10 + s.others);
CREATE MACRO mrz_problem(mrz, f, is_right) AS CASE
    WHEN mrz IS NULL THEN NULL
    WHEN f IS NULL THEN CASE WHEN length(mrz) IN (88, 90) THEN 'mrz_character' ELSE 'mrz_length' END
    WHEN NOT is_right THEN 'mrz_check_digit'
END;

-- Rows --------------------------------------------------------------------------------------------------

-- `rowid` is the record's number: the loads keep the order of the file, nothing later needs it.
SET preserve_insertion_order = true;

CREATE TABLE registry AS
SELECT
    iin,
    CASE WHEN iin IS NOT NULL THEN problems(iin, digit) WHEN is_malformed THEN 32 ELSE 0 END AS problems,
    CASE WHEN representative IS NULL THEN 0 ELSE problems(representative, check_digit(representative)) & 15 END
        AS representative_problems,
    $whole surname, given_name, phone, address, channel, representative, typed_iin,
    $whole CASE WHEN typed_number IS DISTINCT FROM number THEN typed_number END AS typed_number,
    birth_date, sex, citizenship, kind, country, number, issue_date, expiry_date, assigned_on, is_current
FROM (
    SELECT *, check_digit(iin) AS digit
    FROM (
        SELECT
            twelve(iin) AS iin,
            iin IS NOT NULL AND twelve(iin) IS NULL AS is_malformed,
            twelve(representative_iin) AS representative, -- an organisation may be one
            $whole surname, given_name, phone, address, channel, document_number AS typed_number,
            $whole CASE WHEN twelve(iin) IS NULL THEN iin END AS typed_iin,
            birth_date, sex, citizenship,
            document_type AS kind,
            coalesce(document_country, CASE
                WHEN document_type IN ('residence_permit', 'stateless', 'refugee') THEN 'KAZ' ELSE citizenship
            END) AS country,
            normal(document_number) AS number,
            document_issue_date AS issue_date,
            document_expiry_date AS expiry_date,
            assigned_on,
            status IS NULL OR status NOT IN ('deceased', 'annulled') AS is_current
        FROM read_csv('$registry', header = true, auto_detect = false, columns = {
            iin: 'VARCHAR', surname: 'VARCHAR', given_name: 'VARCHAR', patronymic: 'VARCHAR',
            birth_date: 'DATE', sex: 'VARCHAR', citizenship: 'VARCHAR', document_type: 'VARCHAR',
            document_country: 'VARCHAR', document_number: 'VARCHAR', document_issue_date: 'DATE',
            document_expiry_date: 'DATE', assigned_on: 'DATE', channel: 'VARCHAR',
            representative_iin: 'VARCHAR', office: 'VARCHAR', phone: 'VARCHAR', address: 'VARCHAR',
            status: 'VARCHAR'})
    )
);

CREATE TABLE documents AS
SELECT
    iin,
    CASE WHEN iin IS NOT NULL THEN problems(iin, digit) WHEN is_malformed THEN 32 ELSE 0 END AS problems,
    bears_iin, country, kind, number, birth_date, sex, nationality, issue_date, expiry_date, status,
    status_date, personal_number, previous_number,
    $whole surname, given_name, typed_iin,
    $whole CASE WHEN typed_number IS DISTINCT FROM number THEN typed_number END AS typed_number,
    $whole CASE WHEN mrz_problem IS NOT NULL THEN mrz END AS bad_mrz,
    mrz_problem
FROM (
    SELECT
        *, check_digit(iin) AS digit,
        mrz_problem(mrz, fields, holds(fields, numbers, sums)) AS mrz_problem
    FROM (
        SELECT *, sums_of(numbers) AS sums
        FROM (
            SELECT *, numbers_of(fields, digits_of(fields)) AS numbers
            FROM (
                SELECT
                    -- Kazakhstan's documents print the holder's IIN as their personal number.
                    twelve(coalesce(iin, CASE WHEN document_country = 'KAZ' THEN personal_number END)) AS iin,
                    iin IS NOT NULL AS bears_iin,
                    iin IS NOT NULL AND twelve(iin) IS NULL AS is_malformed,
                    $whole surname, given_name, document_number AS typed_number,
                    $whole CASE WHEN twelve(iin) IS NULL THEN iin END AS typed_iin,
                    document_country AS country,
                    document_type AS kind,
                    normal(document_number) AS number,
                    birth_date, sex, nationality, issue_date, expiry_date, status, status_date,
                    normal(personal_number) AS personal_number,
                    normal(previous_number) AS previous_number,
                    mrz, fields_of(mrz) AS fields
                FROM read_csv('$documents', header = true, auto_detect = false, columns = {
                    document_country: 'VARCHAR', document_type: 'VARCHAR', document_number: 'VARCHAR',
                    surname: 'VARCHAR', given_name: 'VARCHAR', patronymic: 'VARCHAR', birth_date: 'DATE',
                    sex: 'VARCHAR', nationality: 'VARCHAR', issue_date: 'DATE', expiry_date: 'DATE',
                    status: 'VARCHAR', status_date: 'DATE', iin: 'VARCHAR', personal_number: 'VARCHAR',
                    previous_number: 'VARCHAR', mrz: 'VARCHAR'})
            )
        )
    )
);

SET preserve_insertion_order = false;

-- Ties --------------------------------------------------------------------------------------------------

CREATE TABLE repeated_iins AS
SELECT iin, min(rowid) AS first_row, list(rowid ORDER BY rowid) AS registry_rows
FROM registry WHERE iin IS NOT NULL GROUP BY iin HAVING count(*) > 1;

CREATE TABLE shared_documents AS
SELECT country, number, min(rowid) AS first_row, list(rowid ORDER BY rowid) AS registry_rows
FROM registry WHERE number IS NOT NULL GROUP BY country, number HAVING count(*) > 1;

CREATE TABLE repeated_documents AS
SELECT country, number, min(rowid) AS first_row, list(kind) AS kinds
FROM documents WHERE number IS NOT NULL GROUP BY country, number HAVING count(*) > 1;

-- One row a key, so that joins do not multiply.
CREATE VIEW people AS
SELECT r.rowid AS id, r.iin, r.birth_date, r.country, r.number, r.kind FROM registry r
LEFT JOIN repeated_iins f USING (iin)
WHERE r.iin IS NOT NULL AND (f.first_row IS NULL OR f.first_row = r.rowid);

CREATE VIEW holders AS
SELECT
    r.rowid AS id, r.iin, r.country, r.number, r.birth_date,
    -- A number may be that of two kinds within a country: then the row holds the one of its own kind.
    CASE WHEN list_contains(d.kinds, r.kind) THEN r.kind END AS only_kind
FROM registry r
LEFT JOIN shared_documents f USING (country, number)
LEFT JOIN repeated_documents d USING (country, number)
WHERE r.number IS NOT NULL AND (f.first_row IS NULL OR f.first_row = r.rowid);

-- Who owns each document, by its IIN and by the number that the registry holds. Where the two disagree the
-- birth date decides, and the IIN where it does not.
CREATE TABLE tied AS
SELECT
    d.rowid AS id,
    d.* EXCLUDE (
        $whole surname, given_name, typed_iin, typed_number, bad_mrz,
        bears_iin, mrz_problem
    ),
    -- Held by several rows, that of its own IIN among them.
    coalesce(n.country = d.country AND n.number = d.number AND coalesce(n.kind = d.kind, true), false)
        AS is_shared,
    CASE
        WHEN n.id IS NULL THEN h.id
        WHEN h.id IS NULL OR h.id = n.id THEN n.id
        WHEN is_shared THEN n.id
        WHEN h.iin = n.iin THEN h.id
        WHEN d.birth_date <> n.birth_date AND d.birth_date IS NOT DISTINCT FROM h.birth_date THEN h.id
        ELSE n.id
    END AS owner,
    CASE WHEN n.id IS NULL OR (h.iin <> n.iin AND owner = h.id) THEN 'document_number' ELSE 'iin' END AS basis,
    d.iin IS NOT NULL AND n.id IS NULL AS is_unknown,
    CASE WHEN h.iin <> n.iin AND NOT is_shared THEN h.id END AS contested_by
FROM documents d
LEFT JOIN people n ON d.iin = n.iin
LEFT JOIN holders h ON d.country = h.country AND d.number = h.number AND coalesce(d.kind = h.only_kind, true);

-- What is left, with the document that each one replaced and the row that holds that number.
CREATE TABLE untied AS
SELECT u.id, u.country, u.personal_number, u.previous_number, u.birth_date,
    p.id AS previous, p.owner AS previous_owner, h.id AS previous_holder
FROM tied u
LEFT JOIN (
    SELECT t.id, t.owner, t.country, t.number FROM tied t LEFT JOIN repeated_documents f USING (country, number)
    WHERE f.first_row IS NULL OR f.first_row = t.id
) p ON p.country = u.country AND p.number = u.previous_number AND p.id <> u.id
LEFT JOIN holders h ON h.country = u.country AND h.number = u.previous_number
WHERE u.owner IS NULL;

-- Who changes citizenship brings the old state's number. Without a country it must be the only one of that
-- number and birth date.
CREATE TABLE abroad AS
WITH seekers AS (
    SELECT id, previous_number AS number, birth_date FROM untied
    WHERE previous IS NULL AND previous_holder IS NULL AND previous_number IS NOT NULL AND birth_date IS NOT NULL
), issued AS (
    SELECT number, birth_date, min(id) AS id, min(owner) AS owner
    FROM tied SEMI JOIN seekers USING (number, birth_date)
    GROUP BY ALL HAVING count(*) = 1
), held AS (
    SELECT number, birth_date, min(rowid) AS id FROM registry SEMI JOIN seekers USING (number, birth_date)
    GROUP BY ALL HAVING count(*) = 1
)
SELECT s.id, i.id AS previous, i.owner AS previous_owner, h.id AS previous_holder
FROM seekers s
LEFT JOIN issued i ON i.number = s.number AND i.birth_date = s.birth_date AND i.id <> s.id
LEFT JOIN held h ON h.number = s.number AND h.birth_date = s.birth_date
WHERE i.id IS NOT NULL OR h.id IS NOT NULL;
UPDATE untied u SET previous = a.previous, previous_owner = a.previous_owner, previous_holder = a.previous_holder
FROM abroad a WHERE a.id = u.id;

-- Chains of renewals, to the fix point.
CREATE TABLE chained AS
WITH RECURSIVE chain(id, owner) AS (
    SELECT id, coalesce(previous_owner, CASE WHEN previous IS NULL THEN previous_holder END) AS owner
    FROM untied WHERE owner IS NOT NULL
    UNION ALL
    SELECT u.id, c.owner FROM chain c JOIN untied u ON u.previous = c.id
    WHERE u.previous_owner IS NULL
)
SELECT id, owner, 'previous_number' AS basis FROM chain;

-- The personal number of the issuing state, where all documents that bear it have one owner.
CREATE TABLE personal AS
WITH seekers AS (
    SELECT id, country, personal_number FROM untied ANTI JOIN chained USING (id)
    WHERE personal_number IS NOT NULL
), givers AS (
    SELECT t.country, t.personal_number, min(coalesce(t.owner, c.owner)) AS owner
    FROM tied t
    SEMI JOIN seekers USING (country, personal_number)
    LEFT JOIN chained c USING (id)
    GROUP BY t.country, t.personal_number
    HAVING count(DISTINCT coalesce(t.owner, c.owner)) = 1
)
SELECT s.id, g.owner, 'personal_number' AS basis FROM seekers s JOIN givers g USING (country, personal_number);

-- And what replaced those: a chain is as strong as its weakest link.
CREATE TABLE chained_on AS
WITH RECURSIVE chain(id, owner) AS (
    SELECT id, owner FROM personal
    UNION ALL
    SELECT u.id, c.owner FROM chain c JOIN untied u ON u.previous = c.id
    WHERE u.id NOT IN (SELECT id FROM personal)
)
SELECT id, owner, 'personal_number' AS basis FROM chain ANTI JOIN personal USING (id);

-- People ------------------------------------------------------------------------------------------------

-- Documents beside the registry rows that own them; the dead and the annulled need no corrections.
CREATE TABLE owned AS
SELECT
    r.rowid AS registry_row,
    t.id, t.country, t.number, t.kind, t.birth_date, t.sex, t.nationality, t.issue_date, t.expiry_date,
    t.status, t.status_date,
    coalesce(l.basis, t.basis) AS basis,
    t.country = r.country AND t.number IS NOT DISTINCT FROM r.number AS is_registered,
    coalesce(t.status, 'valid') = 'valid' AND coalesce(t.expiry_date >= DATE '$as_of', true)
        AND coalesce(t.issue_date <= DATE '$as_of', true) AND t.number IS NOT NULL AS is_live
FROM tied t
LEFT JOIN (FROM chained UNION ALL FROM personal UNION ALL FROM chained_on) l USING (id)
JOIN registry r ON r.rowid = coalesce(t.owner, l.owner)
WHERE r.is_current;

-- The registered document as its issuer knows it. A number may be that of two kinds within a country, or be
-- reported twice: then the row's own kind counts, then the first.
CREATE TABLE own AS
SELECT * EXCLUDE (is_registered) FROM owned
ANTI JOIN (
    SELECT unnest(list(o.id ORDER BY o.kind <> r.kind, o.id)[2:]) AS id
    FROM owned o
    SEMI JOIN repeated_documents USING (country, number)
    JOIN registry r ON r.rowid = o.registry_row
    WHERE o.is_registered
    GROUP BY o.registry_row
) USING (id)
WHERE is_registered AND number IS NOT NULL;

-- Of the other documents of each row: the newest that took the registered one's place, and the newest view
-- of the person.
CREATE TABLE newer AS
WITH other AS (
    SELECT
        o.*,
        r.number AS registered_number,
        o.country IS DISTINCT FROM r.country AS is_elsewhere,
        o.nationality <> r.citizenship AS is_naturalised,
        o.kind <> coalesce(r.kind, w.kind) AS is_other_kind,
        o.basis = 'previous_number' AS is_chained,
        coalesce(w.issue_date, r.issue_date) AS own_issue_date,
        coalesce(w.expiry_date, r.expiry_date) AS own_expiry_date,
        coalesce(w.status, '') AS own_status,
        own_status IN ('replaced', 'lost', 'stolen', 'cancelled') AS is_ended
    FROM (FROM owned ANTI JOIN own USING (id)) o
    JOIN registry r ON r.rowid = o.registry_row
    LEFT JOIN own w ON w.registry_row = o.registry_row
), judged AS (
    SELECT
        registry_row, is_live, issue_date, id,
        is_live AND NOT is_registered AND registered_number IS NOT NULL
            -- A new citizen's passport takes the place of any document that is not explicitly valid.
            AND (NOT coalesce(is_other_kind, false)
                OR (coalesce(is_naturalised, false) AND own_status <> 'valid'))
            AND (NOT is_elsewhere OR coalesce(is_naturalised, false))
            AND CASE
                WHEN issue_date IS NULL OR own_issue_date IS NULL
                    THEN is_chained OR (is_ended AND own_issue_date IS NULL)
                WHEN issue_date <= own_issue_date THEN false
                -- What the issuer calls valid, and is, stays: the newer one is a second document.
                ELSE is_chained OR is_ended OR is_elsewhere OR own_status <> 'valid'
                    OR coalesce(own_expiry_date < DATE '$as_of', false)
            END AS succeeds,
        is_registered OR own_issue_date IS NULL OR coalesce(issue_date >= own_issue_date, false) AS is_recent
    FROM other
)
SELECT
    registry_row,
    max((coalesce(issue_date, DATE '0001-01-01'), -id)) FILTER (succeeds) AS successor,
    max((is_live, coalesce(issue_date, DATE '0001-01-01'), -id)) FILTER (is_recent) AS latest
FROM judged
WHERE succeeds OR is_recent
GROUP BY registry_row;

-- Where the registered document is the newest view of a person it is the only one for nearly all rows.
CREATE VIEW latest AS
SELECT w.* FROM own w
LEFT JOIN newer n USING (registry_row)
WHERE n.latest IS NULL OR (w.is_live, coalesce(w.issue_date, DATE '0001-01-01'), -w.id) > n.latest
UNION ALL
SELECT o.* EXCLUDE (is_registered) FROM owned o
JOIN newer n USING (registry_row)
LEFT JOIN own w USING (registry_row)
WHERE o.id = -n.latest[3]
    AND (w.id IS NULL OR n.latest > (w.is_live, coalesce(w.issue_date, DATE '0001-01-01'), -w.id));

-- Corrections -------------------------------------------------------------------------------------------

CREATE TABLE corrections AS
WITH replaced AS (
    SELECT o.* FROM newer n JOIN owned o ON o.id = -n.successor[2]
    WHERE n.successor IS NOT NULL
), ended AS (
    SELECT
        r.rowid AS registry_row, r.iin, r.assigned_on,
        coalesce(w.country, r.country) AS country, r.number,
        coalesce(w.issue_date, r.issue_date) AS issue_date,
        w.id, w.basis, w.status, w.status_date,
        coalesce(w.expiry_date, r.expiry_date) AS last_day
    FROM registry r
    LEFT JOIN own w ON w.registry_row = r.rowid
    ANTI JOIN replaced p ON p.registry_row = r.rowid
    WHERE r.is_current AND r.number IS NOT NULL
        AND (w.status IN ('lost', 'stolen', 'cancelled')
             OR coalesce(w.expiry_date, r.expiry_date) < DATE '$as_of')
), differing AS (
    SELECT
        l.registry_row, r.iin, l.id, l.country, l.number, l.issue_date, l.basis,
        greatest(l.issue_date, r.assigned_on) AS since,
        unnest([
            CASE WHEN l.birth_date <> r.birth_date
                THEN ('birth_date_differs', r.birth_date::VARCHAR, l.birth_date::VARCHAR) END,
            CASE WHEN l.sex <> r.sex THEN ('sex_differs', r.sex, l.sex) END,
            CASE WHEN l.nationality <> r.citizenship
                THEN ('citizenship_changed', r.citizenship, l.nationality) END
        ]) AS what
    FROM latest l
    JOIN registry r ON r.rowid = l.registry_row
    WHERE l.birth_date <> r.birth_date OR l.sex <> r.sex OR l.nationality <> r.citizenship
)
SELECT
    shown(r.iin) AS iin, 'document_replaced' AS kind, r.number AS registered_value, p.number AS current_value,
    p.country AS document_country, p.number AS document_number, p.issue_date AS document_issue_date, p.basis,
    greatest(p.issue_date, r.assigned_on) AS since, r.rowid + 1 AS registry_row, p.id + 1 AS document_row
FROM replaced p JOIN registry r ON r.rowid = p.registry_row
UNION ALL
SELECT
    shown(iin), CASE WHEN status IN ('lost', 'stolen', 'cancelled') THEN 'document_invalidated' ELSE 'document_expired' END,
    CASE WHEN status IN ('lost', 'stolen', 'cancelled') THEN number ELSE last_day::VARCHAR END,
    CASE WHEN status IN ('lost', 'stolen', 'cancelled') THEN status END,
    country, number, issue_date, basis,
    CASE WHEN status IN ('lost', 'stolen', 'cancelled') THEN greatest(status_date, assigned_on) ELSE last_day END,
    registry_row + 1, id + 1
FROM ended
UNION ALL
SELECT
    shown(iin), what[1], what[2], what[3], country, number, issue_date, basis, since, registry_row + 1, id + 1
FROM differing WHERE what IS NOT NULL
UNION ALL
SELECT
    shown(iin), 'iin_unknown', NULL, shown(iin), country, number, issue_date, 'iin',
    CASE WHEN issue_date <= DATE '$as_of' THEN issue_date END, NULL, id + 1
FROM tied WHERE is_unknown AND problems = 0
UNION ALL
SELECT
    shown(r.iin), 'iin_mismatch', shown(r.iin), shown(t.iin), t.country, t.number, t.issue_date, 'document_number',
    greatest(t.issue_date, r.assigned_on), r.rowid + 1, t.id + 1
FROM tied t JOIN registry r ON r.rowid = t.contested_by
WHERE r.is_current;
