-- The other half of `iinrec reconcile` in DuckDB's SQL: names, ties by identity, signals, scores, duplicates,
-- and defects in words.
--
-- In: the tables of reconcile.sql with its lines after $$whole, in the same connection; $activity, $as_of. Out:
-- Parquet files in $out. The law: the rules, weights and sentences are those of src/rules, as far as exact keys
-- and dates decide. It stands in place of reports.sql.
--
-- Left out, though iinrec does it: confidence and ambiguity, families of spellings (Muhammad, Mehmet),
-- patronymics, words such as street in addresses, documents that fit several rows, zones against columns and
-- which of a zone's digits is wrong, `field` and case_id of corrections, digests.

-- Activity ----------------------------------------------------------------------------------------------

CREATE TABLE activity AS
SELECT
    twelve(iin) AS iin, max(occurred_on) AS last, count(*) AS events, min(kind) <> max(kind) AS several_kinds
FROM read_csv('$activity', header = true, auto_detect = false,
    columns = {iin: 'VARCHAR', kind: 'VARCHAR', occurred_on: 'DATE'})
WHERE iin IS NOT NULL
GROUP BY 1;

-- Names -------------------------------------------------------------------------------------------------

-- Letters of one sound to one letter, near ICAO 9303: Ш stands for what is SH or TS, Ч for what is CH.
CREATE MACRO latin(name) AS translate(
    strip_accents(replace(replace(replace(upper(name), 'Ў', 'O'), 'Ю', 'IU'), 'Я', 'IA')),
    'АӘƏБВГҒДЕЄЭЖЗИІЫКҚЛМНҢОӨØПРСТУҰҮФХҺҲЦЩҶĐ''’‘ʻʼ`ЪЬ',
    'AAABVGXDEEEJZIIIKKLMNNOOOPRSTUUUFXXXШШЧD');
-- What states spell in several ways, in the order in which letters meet.
CREATE MACRO spelled(latin) AS
    regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace(latin,
        'OU', 'U'),
        'SHCH|SCH|SHH|SH', 'Ш', 'g'),
        'TCH|TЧ|CH|CZ|DZH|DJ|DZ|DЧ|ZH|J', 'Ч', 'g'),
        'T[SZC]', 'Ш', 'g'),
        'KH|GH|KS|QS', 'X', 'g'),
        '[IY]+[EO]', 'E', 'g'),
        '[IY]+', 'I', 'g');
CREATE MACRO reduced(spelled) AS
    translate(replace(replace(spelled, 'CK', 'K'), 'PH', 'F'), 'QWCXGШЧ', 'KVJHHSJ');
-- Doubled letters are one.
CREATE MACRO undoubled(text) AS
    list_aggregate(list_filter(string_split(text, ''), lambda c, i: i = 1 OR c <> text[i - 1]), 'string_agg', '');
-- Surnames lose their feminine ending.
CREATE MACRO masculine(fold) AS
    regexp_replace(regexp_replace(fold, '(.{2}(?:OV|EV|IN))A\z', '\1'), '(.{3})AIA\z', '\1I');

-- Some ten thousand names make millions of rows, so each is folded once. The key does not mind the order of
-- tokens; a lost letter gives none.
CREATE TABLE names AS
SELECT
    name, fold, masculine(fold) AS root, length(fold) - length(replace(fold, '?', '')) AS lost, tokens,
    CASE WHEN NOT contains(fold, '?')
        THEN coalesce(list_sum(list_transform(tokens, lambda token: hash(token) >> 8)), 0)::BIGINT END AS key
FROM (
    SELECT name, tokens, array_to_string(list_sort(tokens), '') AS fold
    FROM (
        SELECT name, list_filter(regexp_split_to_array(undoubled(text), '[^A-Z?]+'),
            lambda token: token <> '') AS tokens
        FROM (
            SELECT name, reduced(spelled(latin(name))) AS text
            FROM (
                SELECT surname AS name FROM registry UNION SELECT given_name FROM registry
                UNION SELECT surname FROM documents UNION SELECT given_name FROM documents
            )
            WHERE name NOT IN ('-', '--', 'N/A', 'NULL', 'НЕТ', 'ЖОҚ', 'ЖОК', 'НЕ УКАЗАНО', 'XXX')
        )
    )
);
CREATE MACRO name_key(surname, surname_key, given_name, given_key) AS nullif(
    CASE WHEN surname IS NULL THEN 0 ELSE surname_key END
    + CASE WHEN given_name IS NULL THEN 0 ELSE given_key END, 0);
CREATE TABLE registry_names AS
SELECT r.rowid AS id, name_key(r.surname, s.key, r.given_name, g.key) AS name
FROM registry r LEFT JOIN names s ON s.name = r.surname LEFT JOIN names g ON g.name = r.given_name;
CREATE TABLE document_names AS
SELECT d.rowid AS id, name_key(d.surname, s.key, d.given_name, g.key) AS name
FROM documents d LEFT JOIN names s ON s.name = d.surname LEFT JOIN names g ON g.name = d.given_name;

-- The registered document -------------------------------------------------------------------------------

-- The document with the number that a row holds, whoever owns it; of several that of the row's kind.
CREATE TABLE registered AS
SELECT r.rowid AS id, t.id AS document
FROM registry r
JOIN tied t ON t.country = r.country AND t.number = r.number
ANTI JOIN repeated_documents f ON f.country = r.country AND f.number = r.number
UNION ALL
SELECT r.rowid, arg_min(t.id, (coalesce(t.kind <> r.kind, false), t.id))
FROM registry r
SEMI JOIN repeated_documents f ON f.country = r.country AND f.number = r.number
JOIN tied t ON t.country = r.country AND t.number = r.number
GROUP BY r.rowid;

-- Ties by identity --------------------------------------------------------------------------------------

-- Names, birth date and country, where one row fits: not of another sex, and without a document of the same
-- kind that was live for long when this one was issued.
CREATE TABLE identity AS
WITH seekers AS (
    SELECT t.id, n.name, t.birth_date, t.country, t.sex, t.kind, t.issue_date
    FROM tied t
    ANTI JOIN (FROM chained UNION ALL FROM personal UNION ALL FROM chained_on) l ON l.id = t.id
    JOIN document_names n ON n.id = t.id
    WHERE t.owner IS NULL
)
SELECT s.id, min(r.rowid) AS owner, 'identity' AS basis
FROM seekers s
JOIN registry r ON r.birth_date = s.birth_date AND r.country = s.country
JOIN registry_names n ON n.id = r.rowid AND n.name = s.name
LEFT JOIN registered h ON h.id = r.rowid
LEFT JOIN tied w ON w.id = h.document
WHERE (r.sex = s.sex) IS NOT false
    AND NOT coalesce(coalesce(w.kind = s.kind, true) AND w.status = 'valid'
        AND w.expiry_date - s.issue_date > 1825 AND s.issue_date - w.issue_date > -1825, false)
GROUP BY s.id
HAVING count(*) = 1;

-- Who changes citizenship gets a document of another country: names, birth date and sex, where one row fits
-- whose registered document has ended.
INSERT INTO identity BY NAME
SELECT t.id, min(r.rowid) AS owner, 'identity' AS basis
FROM tied t
ANTI JOIN (SELECT id FROM chained UNION ALL SELECT id FROM personal UNION ALL SELECT id FROM chained_on
    UNION ALL SELECT id FROM identity) l ON l.id = t.id
JOIN document_names d ON d.id = t.id
JOIN registry r ON r.birth_date = t.birth_date AND r.sex = t.sex
JOIN registry_names n ON n.id = r.rowid AND n.name = d.name
JOIN registered h ON h.id = r.rowid
JOIN tied w ON w.id = h.document
WHERE t.owner IS NULL AND coalesce(t.status, 'valid') = 'valid' AND t.nationality = t.country
    AND t.nationality <> r.citizenship AND t.country IS DISTINCT FROM r.country
    AND (w.status IN ('replaced', 'lost', 'stolen', 'cancelled') OR w.expiry_date < DATE '$as_of')
    AND t.issue_date > w.issue_date
GROUP BY t.id
HAVING count(*) = 1;

-- And what replaced those: a chain is as strong as its weakest link.
INSERT INTO identity BY NAME
WITH RECURSIVE chain(id, owner) AS (
    SELECT id, owner FROM identity
    UNION ALL
    SELECT u.id, c.owner FROM chain c JOIN untied u ON u.previous = c.id
    WHERE u.id NOT IN (SELECT id FROM identity)
)
SELECT id, owner, 'identity' AS basis FROM chain ANTI JOIN identity USING (id);

INSERT INTO owned BY NAME
SELECT
    r.rowid AS registry_row, t.id, t.country, t.number, t.kind, t.birth_date, t.sex, t.nationality,
    t.issue_date, t.expiry_date, t.status, t.status_date, i.basis, false AS is_registered,
    coalesce(t.status, 'valid') = 'valid' AND coalesce(t.expiry_date >= DATE '$as_of', true)
        AND coalesce(t.issue_date <= DATE '$as_of', true) AND t.number IS NOT NULL AS is_live
FROM identity i JOIN tied t USING (id) JOIN registry r ON r.rowid = i.owner
WHERE r.is_current;

-- What they change in corrections: the rules of `newer`, for these rows alone.
CREATE TABLE found AS
WITH other AS (
    SELECT
        o.*,
        r.number AS registered_number,
        o.country IS DISTINCT FROM r.country AS is_elsewhere,
        coalesce(o.nationality <> r.citizenship, false) AS is_naturalised,
        coalesce(o.kind <> coalesce(r.kind, w.kind), false) AS is_other_kind,
        o.basis = 'previous_number' AS is_chained,
        coalesce(w.issue_date, r.issue_date) AS own_issue_date,
        coalesce(w.expiry_date, r.expiry_date) AS own_expiry_date,
        coalesce(w.status, '') AS own_status,
        own_status IN ('replaced', 'lost', 'stolen', 'cancelled') AS is_ended
    FROM identity i
    JOIN owned o ON o.id = i.id
    JOIN registry r ON r.rowid = o.registry_row
    LEFT JOIN own w ON w.registry_row = o.registry_row
), judged AS (
    SELECT
        registry_row, is_live, issue_date, id,
        is_live AND registered_number IS NOT NULL AND (NOT is_elsewhere OR is_naturalised)
            AND (NOT is_other_kind OR (is_naturalised AND own_status <> 'valid'))
            AND CASE
                WHEN issue_date IS NULL OR own_issue_date IS NULL
                    THEN is_chained OR (is_ended AND own_issue_date IS NULL)
                WHEN issue_date <= own_issue_date THEN false
                ELSE is_chained OR is_ended OR is_elsewhere OR own_status <> 'valid'
                    OR coalesce(own_expiry_date < DATE '$as_of', false)
            END AS succeeds,
        own_issue_date IS NULL OR coalesce(issue_date >= own_issue_date, false) AS is_recent
    FROM other
)
SELECT
    registry_row,
    max((coalesce(issue_date, DATE '0001-01-01'), -id)) FILTER (succeeds) AS successor,
    max((is_live, coalesce(issue_date, DATE '0001-01-01'), -id)) FILTER (is_recent) AS latest
FROM judged WHERE succeeds OR is_recent GROUP BY registry_row;

CREATE TABLE changed AS
SELECT
    f.registry_row,
    n.successor IS NULL OR f.successor > n.successor AS is_replaced,
    CASE WHEN n.successor IS NULL OR f.successor > n.successor THEN f.successor ELSE n.successor END AS successor,
    CASE WHEN n.latest IS NULL OR f.latest > n.latest THEN f.latest ELSE n.latest END AS latest
FROM found f LEFT JOIN newer n USING (registry_row);
DELETE FROM newer WHERE registry_row IN (SELECT registry_row FROM changed);
INSERT INTO newer BY NAME SELECT registry_row, successor, latest FROM changed;

DELETE FROM corrections WHERE kind IN ('document_replaced', 'document_expired', 'document_invalidated')
    AND registry_row IN (SELECT registry_row + 1 FROM changed WHERE is_replaced AND successor IS NOT NULL);
DELETE FROM corrections WHERE kind IN ('birth_date_differs', 'sex_differs', 'citizenship_changed')
    AND registry_row IN (SELECT registry_row + 1 FROM changed);
INSERT INTO corrections BY NAME
SELECT
    shown(r.iin) AS iin, 'document_replaced' AS kind, r.number AS registered_value, o.number AS current_value,
    o.country AS document_country, o.number AS document_number, o.issue_date AS document_issue_date, o.basis,
    greatest(o.issue_date, r.assigned_on) AS since, r.rowid + 1 AS registry_row, o.id + 1 AS document_row
FROM changed c
JOIN owned o ON o.id = -c.successor[2]
JOIN registry r ON r.rowid = c.registry_row
WHERE c.is_replaced;
INSERT INTO corrections BY NAME
SELECT
    shown(iin) AS iin, what[1] AS kind, what[2] AS registered_value, what[3] AS current_value,
    country AS document_country, number AS document_number, issue_date AS document_issue_date, basis, since,
    registry_row + 1 AS registry_row, id + 1 AS document_row
FROM (
    SELECT
        l.*, r.iin, greatest(l.issue_date, r.assigned_on) AS since,
        unnest([
            CASE WHEN l.birth_date <> r.birth_date
                THEN ('birth_date_differs', r.birth_date::VARCHAR, l.birth_date::VARCHAR) END,
            CASE WHEN l.sex <> r.sex THEN ('sex_differs', r.sex, l.sex) END,
            CASE WHEN l.nationality <> r.citizenship
                THEN ('citizenship_changed', r.citizenship, l.nationality) END
        ]) AS what
    FROM latest l SEMI JOIN changed USING (registry_row) JOIN registry r ON r.rowid = l.registry_row
) WHERE what IS NOT NULL;

-- Names that changed ------------------------------------------------------------------------------------

-- One name in two spellings: few edits for its length, where a lost letter may be any. Part of a longer name
-- counts as the name, and so does nothing at all.
CREATE MACRO is_near(a, b) AS CASE
    WHEN a.fold = b.fold THEN true
    WHEN a.fold = '' OR b.fold = '' OR a.fold IS NULL OR b.fold IS NULL THEN true
    WHEN least(length(a.fold), length(b.fold)) >= 12 AND (starts_with(a.fold, b.fold) OR starts_with(b.fold,
        a.fold))
        THEN true
    WHEN len(a.tokens) <> len(b.tokens) AND (list_has_all(a.tokens, b.tokens) OR list_has_all(b.tokens, a.tokens))
        THEN true
    WHEN damerau_levenshtein(a.root, b.root) <= a.lost + b.lost + CASE
        WHEN least(length(a.root), length(b.root)) <= 3 THEN 0
        WHEN least(length(a.root), length(b.root)) <= 6 THEN 1 ELSE 2 END THEN true
    ELSE false
END;

-- Across scripts, where no table lists every scheme, half of the letters make one name.
CREATE MACRO is_across(a, b) AS coalesce(regexp_matches(a.name, '[\x{400}-\x{52f}]'), false)
    <> coalesce(regexp_matches(b.name, '[\x{400}-\x{52f}]'), false);
CREATE MACRO stem(fold) AS regexp_replace(fold, '\A(.{3,}?)(?:OVA|EVA|INA|OV|EV|IN|SKI|SKA)\z', '\1');
CREATE MACRO may_be_transliterated(a, b) AS is_across(a, b) AND coalesce(
    2 * damerau_levenshtein(stem(a.fold), stem(b.fold)) <= greatest(length(stem(a.fold)), length(stem(b.fold))),
    false);

-- Nearly all pairs have equal keys; the few others are worth a table, so that joins know they are few.
CREATE TABLE differing AS
SELECT l.registry_row, l.id, l.country, l.number, l.issue_date, l.basis
FROM latest l
JOIN registry_names a ON a.id = l.registry_row
JOIN document_names b ON b.id = l.id
WHERE (a.name = b.name) IS NOT true;

INSERT INTO corrections BY NAME
WITH compared AS (
    SELECT
        l.*, r.iin, greatest(l.issue_date, r.assigned_on) AS since,
        r.surname, r.given_name, d.surname AS current_surname, d.given_name AS current_given_name,
        rs, rg, ds, dg, is_near(rs, ds) AS is_surname_same, is_near(rg, dg) AS is_given_name_same
    FROM differing l
    JOIN registry r ON r.rowid = l.registry_row
    JOIN documents d ON d.rowid = l.id
    LEFT JOIN names rs ON rs.name = r.surname
    LEFT JOIN names rg ON rg.name = r.given_name
    LEFT JOIN names ds ON ds.name = d.surname
    LEFT JOIN names dg ON dg.name = d.given_name
)
SELECT
    shown(iin) AS iin, 'name_changed' AS kind,
    CASE WHEN is_surname_same THEN given_name ELSE surname END AS registered_value,
    CASE WHEN is_surname_same THEN current_given_name ELSE current_surname END AS current_value,
    country AS document_country, number AS document_number, issue_date AS document_issue_date, basis, since,
    registry_row + 1 AS registry_row, id + 1 AS document_row
FROM compared
WHERE CASE
    WHEN is_surname_same AND is_given_name_same THEN false
    WHEN is_near(rs, dg) AND is_near(rg, ds) THEN false
    WHEN is_surname_same THEN NOT may_be_transliterated(rg, dg)
    WHEN is_given_name_same THEN NOT may_be_transliterated(rs, ds)
    ELSE NOT is_across(rs, ds)
END;

COPY (FROM corrections ORDER BY kind, iin, document_row) TO '$out/corrections.parquet';

-- Numbers of the wrong shape ----------------------------------------------------------------------------

-- Whether a number has not the shape that its state uses; NULL where none is known.
CREATE MACRO is_misshapen(country, kind, number) AS NOT CASE
    WHEN country = 'KAZ' THEN CASE kind
        WHEN 'passport' THEN regexp_full_match(number, '[A-Z][0-9]{8}')
        WHEN 'id_card' THEN regexp_full_match(number, '[0-9]{9}')
        WHEN 'refugee' THEN regexp_full_match(number, '[A-Z]{2}[0-9]{8}')
        ELSE CASE WHEN kind IS NULL THEN regexp_full_match(number, '[A-Z]{0,2}[0-9]{8}|[0-9]{9}') END
    END
    WHEN country = 'RUS' AND kind = 'id_card' THEN regexp_full_match(number, '[0-9]{10}')
    WHEN kind <> 'passport' THEN NULL
    WHEN country = 'RUS' THEN regexp_full_match(number, '[0-9]{9,10}')
    WHEN country = 'TJK' THEN regexp_full_match(number, '[0-9]{9}')
    WHEN country = 'UZB' OR country = 'KGZ' OR country = 'BLR' OR country = 'ARM' OR country = 'PAK'
        THEN regexp_full_match(number, '[A-Z]{2}[0-9]{7}')
    WHEN country = 'TUR' OR country = 'AZE' OR country = 'IRN' THEN regexp_full_match(number, '[A-Z][0-9]{8}')
    WHEN country = 'CHN' THEN regexp_full_match(number, '[EG][A-Z0-9]{8}')
    WHEN country = 'KOR' THEN regexp_full_match(number, '[MS][A-Z0-9]{8}')
    WHEN country = 'IND' THEN regexp_full_match(number, '[A-Z][0-9]{7}')
    WHEN country = 'UKR' THEN regexp_full_match(number, '[A-Z]{2}[0-9]{6}')
END;

CREATE TABLE misshapen_rows AS
SELECT rowid AS id FROM registry WHERE number IS NOT NULL AND is_misshapen(country, kind, number);
CREATE TABLE malformed_documents AS
SELECT rowid AS id, coalesce(is_misshapen(country, kind, number), false) AS is_misshapen, mrz_problem
FROM documents WHERE mrz_problem IS NOT NULL OR (number IS NOT NULL AND is_misshapen(country, kind, number));

-- The look ----------------------------------------------------------------------------------------------

-- What signals must know of each row. The dead and the annulled are not judged.

-- Rows whose person the documents register knows: some document of theirs agrees in name or birth date.
-- Nearly all agree in the birth date, so names are asked of few.
CREATE TABLE known AS
WITH pairs AS (
    SELECT o.registry_row AS id, o.id AS document, o.is_registered, coalesce(o.birth_date = r.birth_date,
        false) AS agrees
    FROM owned o JOIN registry r ON r.rowid = o.registry_row
), agreeing AS (
    SELECT id, document FROM pairs WHERE agrees
    UNION ALL
    SELECT p.id, p.document FROM pairs p
    JOIN registry_names a ON a.id = p.id JOIN document_names b ON b.id = p.document
    WHERE NOT p.agrees AND a.name = b.name
)
SELECT a.id, bool_or(a.document = h.document) AS is_genuine
FROM agreeing a LEFT JOIN registered h ON h.id = a.id GROUP BY a.id;

-- Digits as a number, with 7 before Kazakh and Russian ones; most stand so, behind a plus that a cast reads.
CREATE MACRO phone_of(phone) AS CASE
    WHEN starts_with(phone, '+7') AND strlen(phone) = 12 THEN try_cast(phone AS BIGINT)
    ELSE try_cast(regexp_replace(regexp_replace(phone, '[^0-9]', '', 'g'), '^8?([0-9]{10})\z', '7\1') AS BIGINT)
END;
CREATE TABLE look AS
SELECT
    r.rowid AS id, r.iin, r.problems, r.birth_date, r.sex, r.citizenship, r.kind, r.country, r.number,
        r.issue_date,
    r.expiry_date, r.assigned_on, r.channel, r.representative, phone_of(r.phone) AS phone, h.document,
    k.id IS NOT NULL AS is_known, coalesce(k.is_genuine, false) AS is_genuine, a.last, a.events,
    coalesce(a.several_kinds AND a.last >= r.assigned_on, false) AS is_active,
    r.assigned_on <= DATE '$as_of' - 365 AS is_older,
    is_older AND coalesce(a.last < r.assigned_on, true) AS is_silent
FROM registry r
LEFT JOIN registered h ON h.id = r.rowid
LEFT JOIN known k ON k.id = r.rowid
LEFT JOIN activity a ON a.iin = r.iin
WHERE r.is_current;

-- How much of each country's registered documents the documents register has, where that says something.
CREATE TABLE coverage AS
SELECT country, count(*) AS held, count(document) AS found
FROM look WHERE number IS NOT NULL AND country IS NOT NULL
GROUP BY country HAVING held >= 50 AND found * 100 >= held * 60;
-- Whether activity is known of so many that its absence says something.
CREATE TABLE activity_speaks AS
SELECT coalesce(count(*) FILTER (events > 0) * 100 >= count(*) * 30, false) AS speaks FROM look WHERE is_older;

-- Signals -----------------------------------------------------------------------------------------------

CREATE MACRO document_of(country, number) AS
    CASE WHEN country IS NULL THEN format('document {} of an unknown country', number)
    ELSE format('document {} of {}', number, country) END;
CREATE MACRO percent(part, whole) AS format('{}.{}', part * 1000 // whole // 10, part * 1000 // whole % 10);
CREATE MACRO is_trusted(problems) AS problems & 35 = 0;
CREATE MACRO stated_birth(iin) AS
    make_date(century(iin // 100000 % 10) + iin // 10000000000, iin // 100000000 % 100, iin // 1000000 % 100);
CREATE MACRO birth_contradicts(iin, problems, birth_date) AS problems & 52 = 0 AND CASE
    WHEN iin // 100000 % 10 = 0
        THEN iin // 1000000 <> year(birth_date) % 100 * 10000 + month(birth_date) * 100 + day(birth_date)
    WHEN iin // 100000 % 10 BETWEEN 1 AND 6
        THEN iin // 1000000 <> year(birth_date) % 100 * 10000 + month(birth_date) * 100 + day(birth_date)
            OR century(iin // 100000 % 10) <> year(birth_date) // 100 * 100
END;
CREATE MACRO sex_contradicts(iin, problems, sex) AS problems & 48 = 0 AND iin // 100000 % 10 BETWEEN 1 AND 6
    AND sex <> CASE WHEN iin // 100000 % 10 % 2 = 1 THEN 'M' ELSE 'F' END;

-- Shared documents: every row of a shared number against the others.
CREATE TABLE sharing AS
WITH holding AS (
    SELECT s.first_row, count(*) OVER (PARTITION BY s.first_row) AS rows_held, l.*, n.name
    FROM (SELECT first_row, unnest(registry_rows) AS id FROM shared_documents) s
    JOIN look l USING (id) JOIN registry_names n USING (id)
)
SELECT
    m.id, any_value(m.country) AS country, any_value(m.number) AS number, any_value(m.rows_held) AS rows_held,
    max(CASE
        WHEN m.name = o.name AND m.birth_date = o.birth_date THEN 0
        WHEN m.name = o.name OR m.birth_date = o.birth_date THEN 1 ELSE 2
    END) AS likeness,
    list(coalesce(shown(o.iin), '(no readable IIN)') ORDER BY o.id) AS others
FROM holding m
JOIN holding o ON o.first_row = m.first_row AND o.iin IS DISTINCT FROM m.iin AND coalesce(o.kind = m.kind, true)
GROUP BY m.id;

-- Bursts: stretches of which every day lies in three days with ten numbers.
CREATE TABLE bursts AS
WITH frequent AS (
    SELECT representative FROM look WHERE representative IS NOT NULL AND assigned_on IS NOT NULL
    GROUP BY representative HAVING count(*) >= 10
), counted AS (
    SELECT
        id, representative, assigned_on,
        count(*) OVER (PARTITION BY representative ORDER BY assigned_on
            RANGE BETWEEN INTERVAL 2 DAYS PRECEDING AND CURRENT ROW) AS until_here
    FROM look SEMI JOIN frequent USING (representative) WHERE assigned_on IS NOT NULL
), windowed AS (
    SELECT *, max(until_here) OVER (PARTITION BY representative ORDER BY assigned_on
        RANGE BETWEEN CURRENT ROW AND INTERVAL 2 DAYS FOLLOWING) >= 10 AS is_burst
    FROM counted
), parted AS (
    SELECT *, count(*) FILTER (NOT is_burst) OVER (PARTITION BY representative ORDER BY assigned_on, id
        ROWS UNBOUNDED PRECEDING) AS island
    FROM windowed
), doubted AS (
    SELECT
        b.representative, b.island, b.assigned_on, l.id,
        CASE
            WHEN l.is_known THEN 0
            WHEN l.document IS NOT NULL OR (l.number IS NOT NULL AND c.country IS NOT NULL) THEN 2
            WHEN NOT s.speaks THEN 1
            WHEN l.last >= l.assigned_on THEN 0
            WHEN l.is_silent THEN 2 ELSE 1
        END AS doubt
    FROM parted b JOIN look l USING (id) LEFT JOIN coverage c USING (country) CROSS JOIN activity_speaks s
    WHERE b.is_burst
)
SELECT
    representative, min(assigned_on) AS first_day, max(assigned_on) AS last_day, count(*) AS size,
    sum(doubt)::BIGINT AS doubts, list(id) AS ids
FROM doubted GROUP BY representative, island HAVING doubts * 100 >= 2 * size * 20;

-- Runs of document numbers that the documents register does not know as these persons'.
CREATE TABLE runs AS
WITH numbered AS (
    SELECT
        id, country, regexp_replace(number, '[0-9]+\z', '') AS prefix, length(number) AS length,
        regexp_extract(number, '[0-9]+\z')::BIGINT AS n,
        unnest([
            CASE WHEN representative IS NOT NULL THEN (1, representative) END,
            CASE WHEN phone IS NOT NULL THEN (2, phone) END,
            CASE WHEN assigned_on IS NOT NULL THEN (3, (assigned_on - DATE '1900-01-01')::BIGINT) END
        ]) AS tie
    FROM look
    WHERE NOT is_genuine AND regexp_full_match(number, '[A-Z0-9]{0,9}[0-9]') AND length(number) <= 10
), stepped AS (
    SELECT *, n - lag(n) OVER ties AS step, count(*) OVER (PARTITION BY tie, country, prefix, length) AS together
    FROM numbered WHERE tie IS NOT NULL
    WINDOW ties AS (PARTITION BY tie, country, prefix, length ORDER BY n)
), parted AS (
    SELECT *, count(*) FILTER (step IS NULL OR step > CASE WHEN tie[1] = 3 THEN 1 ELSE 2 END)
        OVER (PARTITION BY tie, country, prefix, length ORDER BY n ROWS UNBOUNDED PRECEDING) AS island
    FROM stepped
    WHERE together >= CASE WHEN tie[1] = 3 THEN 5 ELSE 4 END AND (tie[1] < 3 OR together <= 1000)
)
SELECT
    tie[1] AS tie, tie[2] AS tied_by, country, count(DISTINCT n) AS size, list(id) AS ids,
    prefix || lpad(min(n)::VARCHAR, (length - length(prefix))::INTEGER, '0') AS first_number,
    prefix || lpad(max(n)::VARCHAR, (length - length(prefix))::INTEGER, '0') AS last_number
FROM parted GROUP BY tie, country, prefix, length, island
HAVING size >= CASE WHEN tie[1] = 3 THEN 5 ELSE 4 END;

-- Crowds under a phone or an address.
-- Some replacements are half the price of one by a regular expression.
CREATE MACRO address_of(address) AS replace(replace(replace(replace(replace(replace(
    upper(address), ' ', ''), '.', ''), ',', ''), '-', ''), '/', ''), '№', '');
CREATE TABLE crowds AS
WITH contacts AS (
    SELECT 'phone' AS what, phone::VARCHAR AS contact, list(id) AS ids, 6 AS persons_max
    FROM look WHERE phone BETWEEN 1000000 AND 999999999999999 AND phone % 10000000 <> 0
    GROUP BY phone HAVING count(*) > 6
    UNION ALL
    SELECT 'address', address_of(address), list(rowid), 15
    FROM registry WHERE is_current AND length(address) >= 6
    GROUP BY address_of(address) HAVING count(*) > 15
), members AS (
    SELECT what, contact, persons_max, unnest(ids) AS id FROM contacts
)
SELECT
    what, contact, any_value(persons_max) AS persons_max, count(*) AS size,
    count(DISTINCT (n.name, l.birth_date)) AS persons, count(*) FILTER (l.is_known) AS known, list(l.id) AS ids
FROM members m JOIN look l USING (id) JOIN registry_names n USING (id)
GROUP BY what, contact
HAVING persons > any_value(persons_max) AND known * 100 < size * 80;

-- Codes stand in the order of the report; families are views of one fact.
CREATE TABLE codes AS FROM (VALUES
    (1, 'invalid_iin', 1, false), (2, 'birth_contradicts_iin', 3, true), (3, 'sex_contradicts_iin', 3, true),
    (4, 'shared_document', 2, false), (5, 'unknown_document', 2, false), (6, 'malformed_document', 2, true),
    (7, 'impossible_time', 3, false), (8, 'presence_missing', 4, false), (9, 'remote_channel', 4, true),
    (10, 'representative_burst', 5, false), (11, 'consecutive_documents', 5, false),
    (12, 'shared_contact', 5, true), (13, 'document_invalid_at_assignment', 2, false), (14, 'no_activity', 6,
        true)
) t(place, code, family, is_weak);

CREATE TABLE signals AS
SELECT id, 1 AS place, CASE WHEN iin IS NULL OR problems & 16 > 0 THEN 250 WHEN problems & 14 > 0 THEN 350
    ELSE 300 END AS weight,
    CASE
        WHEN iin IS NULL THEN 'the row has no readable IIN'
        WHEN problems & 16 > 0 THEN shown(iin) || ' is an organisation''s number'
        WHEN problems & 2 > 0
            THEN shown(iin) || ' was never issued: no check digit exists for its first eleven digits'
        WHEN problems & 8 > 0 THEN shown(iin) || ' has an unassigned digit 7'
        WHEN problems & 4 > 0 THEN shown(iin) || ' begins with digits that are no date'
        ELSE shown(iin) || ' has a wrong check digit'
    END AS evidence
FROM look WHERE iin IS NULL OR problems > 0
UNION ALL
SELECT id, 2, 120, format('the number says {}, the record {}',
    CASE WHEN iin // 100000 % 10 = 0 THEN shown(iin)[1:6] ELSE stated_birth(iin)::VARCHAR END,
        birth_date::VARCHAR)
FROM look WHERE is_trusted(problems) AND birth_contradicts(iin, problems, birth_date)
UNION ALL
SELECT id, 3, 80, format('the number says {} (digit 7 is {}), the record {}',
    CASE sex WHEN 'M' THEN 'female' ELSE 'male' END, iin // 100000 % 10, CASE sex WHEN 'M' THEN 'male'
        ELSE 'female' END)
FROM look WHERE is_trusted(problems) AND sex_contradicts(iin, problems, sex)
UNION ALL
SELECT id, 4, CASE WHEN rows_held > 50 THEN 150 ELSE [250, 400, 650][likeness + 1] END
        // CASE WHEN country IS NULL THEN 2 ELSE 1 END,
    CASE
        WHEN rows_held > 50
            THEN format('{} is held by {:,} rows: probably a placeholder', document_of(country, number),
                rows_held)
        ELSE format('{} is also registered under {}{} ({})', document_of(country, number),
            array_to_string(others[1:3], ', '),
            CASE WHEN len(others) > 3 THEN format(' and {} more', len(others) - 3) ELSE '' END,
            ['same name and birth date: probably one person with several numbers',
                'name or birth date is the same',
             'with another name and birth date'][likeness + 1])
    END
FROM sharing
UNION ALL
SELECT l.id, 5, 150 + 300 * (50 - least(greatest(((c.held - c.found) * 1000 + c.held - 1) // c.held, 10), 50)) // 40,
    format('{} % of {:,} registered documents of {} are in the register; {} is not',
        percent(c.found, c.held), c.held, l.country, document_of(l.country, l.number))
FROM look l JOIN coverage c USING (country)
WHERE l.number IS NOT NULL AND l.document IS NULL AND l.id NOT IN (SELECT registry_row FROM owned)
UNION ALL
SELECT l.id, 6, 200,
    document_of(l.country, l.number) || ' has a malformed number or machine readable zone in the register'
FROM look l JOIN malformed_documents m ON m.id = l.document WHERE m.mrz_problem IS NOT NULL
UNION ALL
SELECT l.id, 6, 150, document_of(l.country, l.number) || ' has not the shape of that country''s numbers'
FROM look l JOIN misshapen_rows m USING (id) WHERE l.document IS NULL AND length(l.number) <= 10
UNION ALL
SELECT l.id, 7,
    CASE
        WHEN l.assigned_on < l.birth_date OR l.issue_date < l.birth_date THEN 400
        WHEN l.expiry_date < l.assigned_on THEN 350
        ELSE 120
    END,
    CASE
        WHEN l.assigned_on < l.birth_date
            THEN format('assigned on {}, before the birth on {}', l.assigned_on::VARCHAR, l.birth_date::VARCHAR)
        WHEN l.issue_date < l.birth_date
            THEN format('the document was issued on {}, before the birth on {}', l.issue_date::VARCHAR,
                l.birth_date::VARCHAR)
        WHEN l.expiry_date < l.assigned_on
            THEN format('the document expired on {}, before the assignment on {}', l.expiry_date::VARCHAR,
                l.assigned_on::VARCHAR)
        ELSE format('assigned on {}, before the issue of its document, which no register ties to this person, on {}',
            l.assigned_on::VARCHAR, l.issue_date::VARCHAR)
    END
FROM look l
WHERE l.assigned_on < l.birth_date OR l.issue_date < l.birth_date OR l.expiry_date < l.assigned_on
    OR (l.assigned_on < l.issue_date AND l.id NOT IN (SELECT registry_row FROM owned))
UNION ALL
SELECT id, 8, 550, format('assigned on {} {} at the age of {}; personal presence is asked for since 2024-01-01',
    assigned_on::VARCHAR, CASE channel WHEN 'online' THEN 'online' ELSE 'to a representative' END,
    date_sub('year', birth_date, assigned_on))
FROM look
WHERE (channel = 'online' OR channel = 'representative') AND assigned_on >= DATE '2024-01-01'
    AND citizenship <> 'KAZ' AND birth_date <= assigned_on AND date_sub('year', birth_date, assigned_on) >= 16
UNION ALL
SELECT id, 9, 120, format('assigned online on {}, before that way was closed', assigned_on::VARCHAR)
FROM look
WHERE channel = 'online' AND assigned_on >= DATE '2022-01-26' AND assigned_on < DATE '2024-01-01'
    AND citizenship <> 'KAZ'
UNION ALL
SELECT unnest(ids), 10, 650 * doubts // (2 * size),
    format('{:,} numbers from {} to {} through the representative {}, {} % of the people in doubt '
        || '(document not to be found or another''s, or no activity)',
        size, first_day::VARCHAR, last_day::VARCHAR, shown(representative), percent(doubts, 2 * size))
FROM bursts
UNION ALL
-- Of several runs or crowds of a row the heaviest counts.
SELECT * FROM (
    SELECT DISTINCT ON (id)
        id, 11,
        least(350 + 40 * (size - CASE tie WHEN 3 THEN 5 ELSE 4 END), 550) - CASE tie WHEN 3 THEN 100
            ELSE 0 END AS weight,
        format('{} to {}: {:,} neighbouring numbers {}, unknown to the documents register as these persons''',
            document_of(country, first_number), document_of(country, last_number), size,
            CASE tie
                WHEN 1 THEN 'through the representative ' || shown(tied_by)
                WHEN 2 THEN 'under one phone'
                ELSE 'assigned on ' || (DATE '1900-01-01' + tied_by::INTEGER)::VARCHAR
            END)
    FROM (SELECT *, unnest(ids) AS id FROM runs)
    ORDER BY id, weight DESC, tie
)
UNION ALL
SELECT * FROM (
    SELECT DISTINCT ON (id)
        id, 12, CASE WHEN persons < 3 * persons_max THEN 140 ELSE 190 END AS weight,
        format('{:,} persons under one {}; the documents register knows {:,} of the {:,} rows', persons, what,
            known, size)
    FROM (SELECT *, unnest(ids) AS id FROM crowds)
    ORDER BY id, weight DESC, what DESC
)
UNION ALL
SELECT l.id, 13, CASE d.status WHEN 'stolen' THEN 790 WHEN 'lost' THEN 600 WHEN 'cancelled' THEN 550 ELSE 300 END,
    format('{} was {} on {}, the IIN assigned on it on {}', document_of(l.country, l.number),
        CASE WHEN d.status IN ('stolen', 'lost') THEN 'reported ' || d.status ELSE d.status END,
        d.status_date::VARCHAR, l.assigned_on::VARCHAR)
FROM look l JOIN documents d ON d.rowid = l.document
WHERE d.status <> 'valid' AND d.status_date <= l.assigned_on - CASE d.status WHEN 'replaced' THEN 1 ELSE 0 END;

-- Silence is asked only of rows with another sign.
INSERT INTO signals
SELECT id, 14, 150, format('no activity since the assignment on {}, {:,} days ago',
    assigned_on::VARCHAR, DATE '$as_of' - assigned_on)
FROM look SEMI JOIN signals USING (id) WHERE is_silent AND (SELECT speaks FROM activity_speaks);

-- Scores ------------------------------------------------------------------------------------------------

-- What speaks for the person eases every weight; within a family the heaviest counts in full and the others
-- as a quarter; families are independent.
COPY (
    WITH eased AS (
        SELECT
            s.*, c.code, c.family, c.is_weak,
            s.weight / 1000 * CASE WHEN l.is_known AND s.place <> 4 AND s.place <> 13 THEN 0.4 ELSE 1 END
                * CASE WHEN l.is_active THEN 0.5 ELSE 1 END AS counted
        FROM signals s JOIN look l USING (id) JOIN codes c USING (place)
    ), ranked AS (
        SELECT *, row_number() OVER (PARTITION BY id, family ORDER BY counted DESC) AS nth FROM eased
    ), scored AS (
        SELECT
            id,
            least(round(1 - product(1 - CASE WHEN nth = 1 THEN counted ELSE counted / 4 END), 3),
                CASE WHEN bool_and(is_weak) THEN 0.499 ELSE 1 END) AS score,
            list({code: code, weight: weight / 1000, evidence: evidence} ORDER BY place) AS signals
        FROM ranked GROUP BY id
    )
    SELECT
        'S-' || upper(md5(coalesce(shown(l.iin), l.id::VARCHAR))[1:12]) AS case_id, shown(l.iin) AS iin, s.score,
        CASE WHEN s.score >= 0.8 THEN 'high' WHEN s.score >= 0.5 THEN 'medium' ELSE 'low' END AS band,
        NULL::VARCHAR AS ring_id, s.signals, (l.id + 1)::UINTEGER AS registry_row
    FROM scored s JOIN look l USING (id)
    WHERE s.score >= 0.2
    ORDER BY score DESC, iin, registry_row
) TO '$out/suspects.parquet';

-- Duplicates --------------------------------------------------------------------------------------------

-- Rows of one person with two numbers: one document, or documents that contest each other.
CREATE TABLE pairs AS
SELECT a.id AS one, b.id AS other, p.probability
FROM (
    SELECT first_row AS one, unnest(registry_rows[2:]) AS other, 985 AS probability FROM shared_documents
    UNION
    SELECT least(owner, contested_by), greatest(owner, contested_by), 975 FROM tied
    WHERE owner <> contested_by
) p
JOIN registry_names a ON a.id = p.one
JOIN registry_names b ON b.id = p.other
JOIN registry r ON r.rowid = p.one
JOIN registry s ON s.rowid = p.other
WHERE a.name = b.name AND r.birth_date = s.birth_date AND r.iin <> s.iin;

COPY (
    WITH RECURSIVE links AS (
        SELECT one, other, probability FROM pairs UNION ALL SELECT other, one, probability FROM pairs
    ), reach(id, root) AS (
        SELECT one, one FROM links
        UNION
        SELECT l.other, reach.root FROM reach JOIN links l ON l.one = reach.id WHERE l.other > reach.root
    ), rooted AS (
        SELECT id, min(root) AS root FROM reach GROUP BY id
    ), best AS (
        SELECT one AS id, max((probability, -other)) AS best FROM links GROUP BY one
    )
    SELECT
        'D-' || upper(md5(min(shown(r.iin)) OVER clusters)[1:12]) AS cluster_id, shown(r.iin) AS iin,
        count(*) OVER clusters AS cluster_size, best[1] / 1000 AS match_probability,
        shown(p.iin) AS best_partner, r.rowid + 1 AS registry_row
    FROM rooted t JOIN best USING (id) JOIN registry r ON r.rowid = t.id JOIN registry p ON p.rowid = -best[2]
    WINDOW clusters AS (PARTITION BY t.root)
    ORDER BY t.root, r.rowid
) TO '$out/duplicates.parquet';

-- Defects -----------------------------------------------------------------------------------------------

CREATE MACRO longest(country, kind) AS CASE
    WHEN kind = 'residence_permit' OR (kind = 'id_card' AND country = 'KAZ') THEN 3684
    WHEN kind = 'passport' AND country IN ('KAZ', 'RUS', 'UZB', 'KGZ', 'BLR', 'ARM', 'PAK', 'TJK', 'TUR', 'AZE',
        'IRN', 'CHN', 'IND', 'UKR', 'KOR') THEN 3684
    WHEN kind = 'passport' THEN 5510
END;
CREATE MACRO birth_said(iin) AS CASE WHEN iin // 100000 % 10 = 0 THEN shown(iin)[1:6] || ' (year, month, day)'
    ELSE stated_birth(iin)::VARCHAR END;

-- Both sides with the same columns; rows that have nothing wrong are left out before anything is unnested.
CREATE TABLE defects AS
WITH sides AS (
    SELECT
        'registry' AS dataset, rowid AS id, iin, typed_iin, problems,
        birth_date, sex, issue_date, expiry_date, assigned_on AS later_date, 'assigned_on' AS later_field,
        'document_' AS prefix, country, kind, assigned_on < birth_date AS is_early
    FROM registry
    UNION ALL
    SELECT
        'documents', rowid, CASE WHEN bears_iin THEN iin END, typed_iin, CASE WHEN bears_iin THEN problems
            ELSE 0 END,
        birth_date, sex, issue_date, expiry_date, status_date, 'status_date', '', country, kind, false
    FROM documents
), wrong AS (
    SELECT
        *,
        birth_contradicts(iin, problems & 52, birth_date) AS is_other_birth, sex_contradicts(iin,
            problems & 48, sex) AS is_other_sex,
        expiry_date - issue_date > 3653 AND expiry_date - issue_date > longest(country, kind) AS is_too_long
    FROM sides
    WHERE problems > 0 OR is_other_birth OR is_other_sex OR is_too_long OR is_early OR birth_date > DATE '$as_of'
        OR issue_date > DATE '$as_of' OR later_date > DATE '$as_of' OR issue_date > expiry_date
            OR birth_date > issue_date
)
SELECT dataset, id + 1 AS "row", d[1] AS field, d[2] AS "check", d[3] AS value, d[4] AS message
FROM (
    SELECT dataset, id, unnest([
        CASE WHEN problems & 32 > 0 THEN ('iin', 'iin_length', typed_iin,
            format('has {} characters, a number has 12', length(typed_iin))) END,
        CASE WHEN problems & 1 > 0 THEN ('iin', 'iin_check_digit', shown(iin),
            format('check digit is {} by the rule, the number ends in {}', check_digit(iin), iin % 10)) END,
        CASE WHEN problems & 2 > 0 THEN ('iin', 'iin_never_issued', shown(iin),
            'both passes of the check digit give 10; such a number is never issued') END,
        CASE WHEN problems & 4 > 0 THEN ('iin', 'iin_birth_date', shown(iin), CASE
            WHEN iin // 100000000 % 100 BETWEEN 1 AND 12
                THEN format('digits 1-7 are no date: month {:02d} of that year {:02d} has no day {:02d}',
                    iin // 100000000 % 100, iin // 10000000000, iin // 1000000 % 100)
            ELSE format('digits 1-6 are no date: there is no month {:02d}', iin // 100000000 % 100) END) END,
        CASE WHEN problems & 8 > 0 THEN ('iin', 'iin_century', shown(iin),
            format('digit 7 is {}; only 0 to 6 are in use', iin // 100000 % 10)) END,
        CASE WHEN problems & 16 > 0 THEN ('iin', 'iin_is_bin', shown(iin),
            format('an organisation''s number (BIN), not a person''s: digit 5 is {}', iin // 10000000 % 10)) END,
        CASE WHEN is_other_birth THEN ('birth_date', 'iin_birth_differs', format('{} / {}',
            birth_date::VARCHAR, shown(iin)),
            format('birth date is {}, the number says {}; the digits do not bind, look at both',
                birth_date::VARCHAR, birth_said(iin))) END,
        CASE WHEN is_other_sex THEN ('sex', 'iin_sex_differs', format('{} / {}', sex, CASE sex WHEN 'M'
            THEN 'F' ELSE 'M' END),
            format('sex is {}, digit 7 says {}; the digit does not bind, look at both', sex,
                CASE sex WHEN 'M' THEN 'F' ELSE 'M' END)) END,
        CASE WHEN birth_date > DATE '$as_of' THEN ('birth_date', 'date_future', format('{} / $as_of',
            birth_date::VARCHAR),
            format('birth date {} is later than $as_of, the day of this run', birth_date::VARCHAR)) END,
        CASE WHEN issue_date > DATE '$as_of' THEN (prefix || 'issue_date', 'date_future',
            format('{} / $as_of', issue_date::VARCHAR),
            format('{} {} is later than $as_of, the day of this run', replace(prefix, '_',
                ' ') || 'issue date', issue_date::VARCHAR)) END,
        CASE WHEN later_date > DATE '$as_of' THEN (later_field, 'date_future', format('{} / $as_of',
            later_date::VARCHAR),
            format('{} {} is later than $as_of, the day of this run', replace(later_field, '_', ' '),
                later_date::VARCHAR)) END,
        CASE WHEN issue_date > expiry_date THEN (prefix || 'expiry_date', 'date_order',
            format('{} / {}', expiry_date::VARCHAR, issue_date::VARCHAR),
            format('{} {} is earlier than {}, which it must follow', replace(prefix, '_', ' ') || 'expiry date',
                expiry_date::VARCHAR, issue_date::VARCHAR)) END,
        CASE WHEN birth_date > issue_date THEN (prefix || 'issue_date', 'date_order',
            format('{} / {}', issue_date::VARCHAR, birth_date::VARCHAR),
            format('{} {} is earlier than {}, which it must follow', replace(prefix, '_', ' ') || 'issue date',
                issue_date::VARCHAR, birth_date::VARCHAR)) END,
        CASE WHEN is_early THEN ('assigned_on', 'date_order',
            format('{} / {}', later_date::VARCHAR, birth_date::VARCHAR),
            format('assigned on {} is earlier than {}, which it must follow', later_date::VARCHAR,
                birth_date::VARCHAR)) END,
        CASE WHEN is_too_long THEN (prefix || 'expiry_date', 'validity_too_long',
            format('{} / {}', expiry_date::VARCHAR, issue_date::VARCHAR),
            format('valid for {:.1f} years, from {} to {}; this kind is issued for less',
                ((expiry_date - issue_date) / 365.2425)::DOUBLE, issue_date::VARCHAR, expiry_date::VARCHAR)) END
    ]) AS d
    FROM wrong
) WHERE d IS NOT NULL
UNION ALL
SELECT 'registry', rowid + 1, 'representative_iin', p, shown(representative), CASE p
        WHEN 'iin_check_digit'
            THEN format('check digit is {} by the rule, the number ends in {}', check_digit(representative),
                representative % 10)
        WHEN 'iin_never_issued' THEN 'both passes of the check digit give 10; such a number is never issued'
        WHEN 'iin_century' THEN format('digit 7 is {}; only 0 to 6 are in use', representative // 100000 % 10)
        ELSE 'digits 1-7 are no date'
    END
FROM (SELECT rowid, representative, unnest(named(representative_problems)) AS p FROM registry
    WHERE representative_problems > 0)
UNION ALL
SELECT 'registry', r.rowid + 1, 'document_number', 'document_format', coalesce(r.typed_number, r.number),
    'not a shape that this state is known to use; shapes change, so look at the document'
FROM registry r JOIN misshapen_rows m ON m.id = r.rowid
UNION ALL
SELECT 'documents', d.rowid + 1, 'document_number', 'document_format', coalesce(d.typed_number, d.number),
    'not a shape that this state is known to use; shapes change, so look at the document'
FROM documents d JOIN malformed_documents m ON m.id = d.rowid WHERE m.is_misshapen
UNION ALL
SELECT 'documents', rowid + 1, 'mrz', mrz_problem, bad_mrz, CASE mrz_problem
        WHEN 'mrz_length' THEN format('has {} characters; a zone has 2 lines of 44, 2 of 36 or 3 of 30',
            length(bad_mrz))
        WHEN 'mrz_character' THEN 'a character stands where the zone cannot have it'
        ELSE 'a check digit is wrong'
    END
FROM documents WHERE mrz_problem IS NOT NULL
UNION ALL
SELECT 'registry', unnest(registry_rows[2:]) + 1, 'iin', 'duplicate_iin', shown(iin),
    'the same number stands in an earlier row'
FROM repeated_iins
UNION ALL
SELECT 'documents', d.rowid + 1, 'document_number', 'duplicate_document', d.number,
    'the same document stands in an earlier row'
FROM documents d SEMI JOIN repeated_documents USING (country, number)
QUALIFY row_number() OVER (PARTITION BY d.country, d.number, d.kind ORDER BY d.rowid) > 1
UNION ALL
SELECT 'documents', w.id + 1, 'status', 'successor_missing', 'replaced',
    'marked as replaced, and no newer document of this person is on file'
FROM own w JOIN registry r ON r.rowid = w.registry_row LEFT JOIN newer n USING (registry_row)
WHERE w.status = 'replaced' AND n.successor IS NULL
    AND (coalesce(w.expiry_date, r.expiry_date) < DATE '$as_of') IS NOT true;

COPY (
    SELECT dataset, "row", field, "check", CASE
        WHEN "check" IN ('iin_birth_differs', 'iin_sex_differs', 'duplicate_document', 'document_format',
            'validity_too_long', 'successor_missing') THEN 'warning' ELSE 'error'
    END AS severity, value, message
    FROM defects ORDER BY dataset DESC, "row", field, "check"
) TO '$out/defects.parquet';
