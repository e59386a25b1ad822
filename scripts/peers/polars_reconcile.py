"""The first half of `iinrec reconcile` in Polars: the twin of reconcile.sql and reports.sql, rule by rule.

    polars_reconcile.py REGISTRY DOCUMENTS ACTIVITY AS_OF OUT

What is left out is said at the top of reconcile.sql. The number of threads is POLARS_MAX_THREADS.
"""

import datetime
import pathlib
import sys

import polars as pl
from polars import col

REGISTRY = [
    "iin", "surname", "given_name", "patronymic", "birth_date", "sex", "citizenship", "document_type",
    "document_country", "document_number", "document_issue_date", "document_expiry_date", "assigned_on",
    "channel", "representative_iin", "office", "phone", "address", "status",
]
DOCUMENTS = [
    "document_country", "document_type", "document_number", "surname", "given_name", "patronymic",
    "birth_date", "sex", "nationality", "issue_date", "expiry_date", "status", "status_date", "iin",
    "personal_number", "previous_number", "mrz",
]
ACTIVITY = ["iin", "kind", "occurred_on"]
DAYS = {"assigned_on", "occurred_on"}

INVALID = ["lost", "stolen", "cancelled"]
ENDED = ["replaced", *INVALID]
NO_DAY = datetime.date(1, 1, 1)


def scan(path, columns):
    schema = {name: pl.Date if name.endswith("_date") or name in DAYS else pl.String for name in columns}
    return pl.scan_csv(path, schema=schema)


# Numbers ------------------------------------------------------------------------------------------------


def normalised(frame, names):
    """Replaces columns by their normal forms: upper case, Latin look-alikes, letters and digits only; null for
    a number without a digit but zeros. Nearly all are normal as they stand; only the others pay."""
    for name in names:
        is_normal = col(name).str.contains(r"^[A-Z0-9]*[1-9][A-Z0-9]*$")
        odd = frame.select(name).filter(~is_normal).unique()
        forms = odd.with_columns(
            pl.when(col(name).str.contains("[1-9]") & ~col(name).str.contains(r"[?*]")).then(
                col(name)
                .str.to_uppercase()
                .str.replace_many(list("АВЕКМНОРСТУХ"), list("ABEKMHOPCTYX"))
                .str.replace_all(r"[^\p{L}\p{N}]", "")
            ).alias("form")
        )
        frame = frame.with_columns(col(name).replace(forms[name], forms["form"]))
    return frame


def twelve(text):
    """Twelve digits as a number, so that joins compare numbers; null for anything else."""
    return pl.when(text.str.contains(r"^[0-9]{12}$")).then(text).cast(pl.Int64)


def shown(name):
    return col(name).cast(pl.String).str.zfill(12)


def problems(iin):
    """What is wrong with twelve digits, as (check, expression)."""
    n = col(iin)
    digits = [n // 10**power % 10 for power in range(11, -1, -1)]

    def rest(weights):
        return pl.sum_horizontal(digit * weight for digit, weight in zip(digits, weights)) % 11

    first, second = rest(range(1, 12)), rest([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2])
    digit = pl.when(first < 10).then(first).otherwise(second)
    month, day, century = n // 10**8 % 100, n // 10**6 % 100, digits[6]
    year = n // 10**10 + pl.when(century.is_between(1, 2)).then(1800).when(century.is_between(3, 4)).then(
        1900
    ).otherwise(2000)
    is_leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    length = (
        pl.when(month == 2).then(28 + is_leap.cast(pl.Int64))
        .when(month.is_in([4, 6, 9, 11])).then(30)
        .when(month.is_between(1, 12)).then(31)
        .otherwise(0)
    )
    is_bin = digits[4].is_between(4, 6)
    return [
        ("iin_check_digit", (digit < 10) & (digit != n % 10)),
        ("iin_never_issued", digit == 10),
        ("iin_is_bin", is_bin),
        ("iin_century", ~is_bin & (century > 6)),
        ("iin_birth_date", ~is_bin & ~day.is_between(1, length)),
    ]


def any_of(found):
    return pl.any_horizontal([is_wrong for _, is_wrong in found])


# Machine readable zones (ICAO 9303) ---------------------------------------------------------------------


def weigh(field, length):
    """Weights 7, 3, 1 modulo 10 over a text of digits; in n // 10^k only the last digit counts."""
    total = pl.lit(0, pl.Int64)
    for start in range(0, length, 15):
        n = field.str.slice(start, 15).cast(pl.Int64)
        size = min(15, length - start)
        total = total + pl.sum_horizontal(n // 10 ** (size - 1 - i) * (7, 3, 1)[i % 3] for i in range(size))
    return total % 10


def broken_zones(documents):
    """Rows whose zone fails, with the check. Each step is a projection, so that nothing is done twice."""
    zones = documents.select("id", "mrz").filter(col("mrz").is_not_null())
    mrz = col("mrz")
    shapes = {
        88: r"^[A-Z0-9<]{2}[A-Z<]{42}[A-Z0-9<]{10}[A-Z<]{3}[0-9<]{7}[MFX<][0-9<]{7}[A-Z0-9<]{16}$",
        90: r"^[A-Z0-9<]{2}[A-Z<]{3}[A-Z0-9<]{25}[0-9<]{7}[MFX<][0-9<]{7}[A-Z<]{3}[A-Z0-9<]{12}[A-Z<]{30}$",
    }
    # Fields as the composite digit takes them: number, optional data, dates, optional data.
    fields = {
        88: [(44, 10), (57, 7), (65, 7), (72, 15)],
        90: [(5, 10), (15, 15), (30, 7), (38, 7), (48, 11)],
    }
    letters = {chr(ord("A") + i): str(i % 10) for i in range(26)} | {"<": "0"}
    found = [
        zones.filter(~mrz.str.len_bytes().is_in(list(shapes))).select("id", pl.lit("mrz_length").alias("check"))
    ]
    for length, shape in shapes.items():
        of_length = zones.filter(mrz.str.len_bytes() == length).with_columns(mrz.str.contains(shape).alias("fits"))
        found.append(of_length.filter(~col("fits")).select("id", pl.lit("mrz_character").alias("check")))
        parts = [mrz.str.slice(start, size) for start, size in fields[length]]
        total = sum(size for _, size in fields[length])
        at = total - 15 if length == 88 else 25  # where dates (TD1) or the personal number (TD3) start
        dates = 10 if length == 88 else 25
        text, digits = col("text"), col("digits")
        checks = [
            is_digit(text.str.slice(dates + 6, 1), weigh(digits.str.slice(dates, 6), 6)),
            is_digit(text.str.slice(dates + 13, 1), weigh(digits.str.slice(dates + 7, 6), 6)),
            is_digit(mrz.str.slice(length - 1 if length == 88 else 59, 1), weigh(digits, total)),
        ]
        number = is_digit(text.str.slice(9, 1), weigh(digits.str.slice(0, 9), 9))
        if length == 88:
            personal = is_digit(text.str.slice(38, 1), weigh(digits.str.slice(24, 14), 14))
            checks += [number, personal | (text.str.slice(24, 15) == "<" * 15)]
        else:
            # A number of more than nine characters goes on in the optional data, up to its check digit.
            is_long = (text.str.slice(9, 1) == "<") & (text.str.slice(10, 1) != "<")
            size = text.str.slice(10, 15).str.find("<", literal=True).fill_null(15).cast(pl.Int64)
            rest = digits.str.slice(10, size - 1).str.pad_end(15, "0")
            long = is_digit(
                text.str.slice(9 + size, 1), (weigh(digits.str.slice(0, 9), 9) + weigh(rest, 15)) % 10
            )
            checks.append(pl.when(is_long).then(long).otherwise(number))
        found.append(
            of_length.filter("fits")
            .with_columns(pl.concat_str(parts).alias("text"))
            .with_columns(text.str.replace_many(letters).alias("digits"))
            .filter(~pl.all_horizontal(checks))
            .select("id", pl.lit("mrz_check_digit").alias("check"))
        )
    return pl.concat(found)


def is_digit(text, value):
    return text == value.cast(pl.String)


# Rows ---------------------------------------------------------------------------------------------------


def read_registry(path):
    rows = scan(path, REGISTRY).select(
        twelve(col("iin")).alias("iin"),
        (col("iin").is_not_null() & twelve(col("iin")).is_null()).alias("is_malformed"),
        twelve(col("representative_iin")).alias("representative"),
        "birth_date", "sex", "citizenship",
        col("document_type").alias("kind"),
        pl.coalesce(
            "document_country",
            pl.when(col("document_type").is_in(["residence_permit", "stateless", "refugee"]))
            .then(pl.lit("KAZ")).otherwise("citizenship"),
        ).alias("country"),
        col("document_number").alias("number"),
        col("document_issue_date").alias("issue_date"),
        col("document_expiry_date").alias("expiry_date"),
        "assigned_on",
        (~col("status").is_in(["deceased", "annulled"])).fill_null(True).alias("is_current"),
    )
    return normalised(rows.with_row_index("id").collect(engine="streaming"), ["number"])


def read_documents(path):
    """The documents, and those whose zone fails; the zones themselves are needed for nothing else."""
    rows = scan(path, DOCUMENTS).with_row_index("id")
    iin = pl.coalesce(
        "iin", pl.when(col("document_country") == "KAZ").then("personal_number")
    )  # Kazakhstan's documents print the holder's IIN as their personal number.
    documents = rows.select(
        "id",
        twelve(iin).alias("iin"),
        col("iin").is_not_null().alias("bears_iin"),
        (col("iin").is_not_null() & twelve(col("iin")).is_null()).alias("is_malformed"),
        col("document_country").alias("country"),
        col("document_type").alias("kind"),
        col("document_number").alias("number"),
        "birth_date", "sex", "nationality", "issue_date", "expiry_date", "status", "status_date",
        "personal_number", "previous_number",
    )
    documents, zones = pl.collect_all([documents, broken_zones(rows)], engine="streaming")
    return normalised(documents, ["number", "personal_number", "previous_number"]), zones


def repeated(frame, keys):
    """Keys of several rows, with these rows in order."""
    return (
        frame.lazy().filter(pl.all_horizontal(col(key).is_not_null() for key in keys))
        .group_by(keys).agg("id").filter(col("id").list.len() > 1)
        .with_columns(col("id").list.sort())
        .collect(engine="streaming")
    )


def firsts(frame, keys, repeats):
    """One row a key, so that joins do not multiply."""
    later = repeats.select(col("id").list.slice(1)).explode("id")
    return frame.filter(col(keys[-1]).is_not_null()).join(later, on="id", how="anti")


# Ties ---------------------------------------------------------------------------------------------------

KEY = ["country", "number"]


def tie(registry, documents, shared, twice):
    """Who owns each document, by its IIN and by the number that the registry holds. Where the two disagree
    the birth date decides, and the IIN where it does not."""
    people = firsts(registry.select("id", "iin", "birth_date", "kind", *KEY), ["iin"], repeated(registry, ["iin"]))
    # A number may be that of two kinds within a country: then the row holds the one of its own kind.
    of_kind = documents.join(twice, on=KEY, how="semi").select(*KEY, "kind", only_kind="kind").unique()
    holders = (
        firsts(registry.select("id", "iin", "birth_date", "kind", *KEY), KEY, shared)
        .join(of_kind, on=[*KEY, "kind"], how="left").drop("kind")
    )
    named, holder = col("named"), col("holder")
    # Held by several rows, that of its own IIN among them: a shared document, no disagreement.
    is_shared = (
        (col("country") == col("country_named")) & (col("number") == col("number_named"))
    ).fill_null(False) & (col("kind") == col("kind_named")).fill_null(True)
    is_contested = (col("iin_named") != col("iin_holder")).fill_null(False) & ~is_shared
    of_holder = is_contested & (
        (col("birth_date") != col("birth_date_named"))
        & (col("birth_date").eq_missing(col("birth_date_holder")))
    ).fill_null(False)
    tied = (
        documents.lazy()
        .join(
            people.lazy().select(
                "iin", col("id").alias("named"), col("iin").alias("iin_named"),
                *(col(name).alias(f"{name}_named") for name in ["birth_date", "kind", *KEY]),
            ),
            on="iin", how="left",
        )
        .join(
            holders.lazy().select(
                *KEY, "only_kind", col("id").alias("holder"), col("iin").alias("iin_holder"),
                col("birth_date").alias("birth_date_holder"),
            ),
            on=KEY, how="left",
        )
        .with_columns(
            pl.when((col("only_kind") == col("kind")).fill_null(True)).then(name).alias(name)
            for name in ["holder", "iin_holder", "birth_date_holder"]
        )
        .with_columns(
            pl.when(named.is_null()).then(holder)
            .when(holder.is_null() | (holder == named) | is_shared).then(named)
            .when(~is_contested | of_holder).then(holder)
            .otherwise(named).alias("owner"),
            pl.when(named.is_null() | of_holder).then(pl.lit("document_number")).otherwise(pl.lit("iin"))
            .alias("basis"),
            (col("iin").is_not_null() & named.is_null()).alias("is_unknown"),
            pl.when(is_contested).then(holder).alias("contested_by"),
        )
        .drop("named", "iin_named", "birth_date_named", "kind_named", "country_named", "number_named", "holder",
              "iin_holder", "birth_date_holder", "only_kind")
        .collect(engine="streaming")
    )
    return tied, holders


def follow(found, untied):
    """Gives documents the owner of the one that they replaced, to the fix point."""
    steps = [found]
    while steps[-1].height:
        untied = untied.join(steps[-1], on="id", how="anti")
        steps.append(
            untied.join(steps[-1].select(col("id").alias("previous"), "owner"), on="previous")
            .select("id", "owner")
        )
    return pl.concat(steps)


def tie_the_rest(tied, holders, twice):
    """Ties by the document that was replaced, and by the personal number: `(id, owner, basis)`."""
    issued = firsts(tied.select("id", "owner", *KEY), KEY, twice)
    untied = tied.filter(col("owner").is_null()).select(
        "id", "country", "personal_number", "previous_number", "birth_date"
    )
    replacing = untied.filter(col("previous_number").is_not_null())
    on = {"left_on": ["country", "previous_number"], "right_on": KEY, "how": "left"}
    replacing = replacing.join(
        issued.select(*KEY, col("id").alias("previous"), col("owner").alias("previous_owner")), **on
    ).join(holders.select(*KEY, col("id").alias("previous_holder")), **on)
    is_itself = (col("previous") == col("id")).fill_null(False)
    replacing = replacing.with_columns(
        pl.when(~is_itself).then("previous").alias("previous"),
        pl.when(~is_itself).then("previous_owner").alias("previous_owner"),
    )
    # Who changes citizenship brings the old state's number. Without a country it must be the only one of that
    # number and birth date.
    by_birth = ["number", "birth_date"]
    is_lost = col("previous").is_null() & col("previous_holder").is_null() & col("birth_date").is_not_null()
    lost = replacing.filter(is_lost).select("id", "birth_date", col("previous_number").alias("number"))

    def only(frame):
        return frame.join(lost, on=by_birth, how="semi").filter(pl.len().over(by_birth) == 1)

    abroad = (
        lost.join(only(tied).select(*by_birth, previous_abroad="id", owner_abroad="owner"), on=by_birth, how="left")
        .join(only(holders).select(*by_birth, holder_abroad="id"), on=by_birth, how="left")
        .filter((col("previous_abroad") != col("id")).fill_null(True))
        .drop(by_birth)
    )
    replacing = replacing.join(abroad, on="id", how="left").with_columns(
        pl.coalesce("previous", "previous_abroad").alias("previous"),
        pl.coalesce("previous_owner", "owner_abroad").alias("previous_owner"),
        pl.coalesce("previous_holder", "holder_abroad").alias("previous_holder"),
    ).with_columns(
        pl.coalesce("previous_owner", pl.when(col("previous").is_null()).then("previous_holder")).alias("owner")
    )
    links = replacing.select("id", "previous")
    chained = follow(replacing.filter(col("owner").is_not_null()).select("id", "owner"), links)

    personal_key = ["country", "personal_number"]
    seekers = untied.filter(col("personal_number").is_not_null()).join(chained, on="id", how="anti")
    givers = (
        tied.select("id", "owner", *personal_key)
        .join(seekers, on=personal_key, how="semi")
        .join(chained, on="id", how="left", suffix="_chained")
        .group_by(personal_key)
        .agg(pl.coalesce("owner", "owner_chained").drop_nulls().unique().alias("owners"))
        .filter(col("owners").list.len() == 1)
        .select(*personal_key, col("owners").list.first().alias("owner"))
    )
    personal = seekers.join(givers, on=personal_key).select("id", "owner")
    on_from_there = follow(personal, links.join(chained, on="id", how="anti")).join(personal, on="id", how="anti")
    return pl.concat(
        frame.with_columns(pl.lit(basis).alias("basis_further"))
        for frame, basis in [
            (chained, "previous_number"), (personal, "personal_number"), (on_from_there, "personal_number")
        ]
    ).rename({"owner": "owner_further"})


# People -------------------------------------------------------------------------------------------------


def people_of(registry, tied, further, twice, as_of):
    """Of each row in force: its registered document as the issuer knows it, the successor, the newest view."""
    current = registry.lazy().filter("is_current")
    owned = (
        tied.lazy().drop("iin", "bears_iin", "is_malformed", "personal_number", "previous_number",
                         "is_unknown", "contested_by")
        .join(further.lazy(), on="id", how="left")
        .with_columns(
            pl.coalesce("owner", "owner_further").alias("row"), pl.coalesce("basis_further", "basis").alias("basis")
        )
        .drop("owner", "owner_further", "basis_further")
        .join(
            current.select(
                col("id").alias("row"), col("country").alias("r_country"), col("number").alias("r_number"),
                col("kind").alias("r_kind"), col("citizenship").alias("r_citizenship"),
                col("issue_date").alias("r_issue_date"), col("expiry_date").alias("r_expiry_date"),
            ),
            on="row",
        )
        .with_columns(
            ((col("country") == col("r_country")) & col("number").eq_missing(col("r_number")))
            .fill_null(False).alias("is_registered"),
            (
                (col("status") == "valid").fill_null(True)
                & (col("expiry_date") >= as_of).fill_null(True)
                & (col("issue_date") <= as_of).fill_null(True)
                & col("number").is_not_null()
            ).alias("is_live"),
            col("issue_date").fill_null(NO_DAY).alias("issued"),
        )
        .collect(engine="streaming")
    )
    shape = ["row", "id", "country", "number", "kind", "birth_date", "sex", "nationality", "issue_date",
             "expiry_date", "status", "status_date", "basis", "is_live", "issued"]
    # A number may be that of two kinds within a country, or be reported twice: then the row's own kind
    # counts, then the first.
    registered = owned.filter(col("is_registered") & col("number").is_not_null())
    several = registered.join(twice, on=KEY, how="semi")
    passed_over = several.sort((col("kind") != col("r_kind")).fill_null(False), "id").filter(
        pl.int_range(pl.len()).over("row") > 0
    )
    own = registered.join(passed_over, on="id", how="anti").select(shape)

    own_issue_date = pl.coalesce("own_issue_date", "r_issue_date")
    own_expiry_date = pl.coalesce("own_expiry_date", "r_expiry_date")
    own_status = col("own_status").fill_null("")
    is_elsewhere = col("country").ne_missing(col("r_country"))
    is_naturalised = (col("nationality") != col("r_citizenship")).fill_null(False)
    is_chained = col("basis") == "previous_number"
    is_ended = own_status.is_in(ENDED)
    judged = (
        owned.join(own, on="id", how="anti").lazy()
        .join(
            own.lazy().select("row", own_kind="kind", own_issue_date="issue_date", own_expiry_date="expiry_date",
                              own_status="status"),
            on="row", how="left",
        )
        .with_columns(
            (
                col("is_live") & ~col("is_registered") & col("r_number").is_not_null()
                & (
                    (col("kind") == pl.coalesce("r_kind", "own_kind")).fill_null(True)
                    | (is_naturalised & (own_status != "valid"))
                )
                & (~is_elsewhere | is_naturalised)
                & pl.when(col("issue_date").is_null() | own_issue_date.is_null())
                .then(is_chained | (is_ended & own_issue_date.is_null()))
                .when(col("issue_date") <= own_issue_date).then(False)
                # What the issuer calls valid, and is, stays: the newer one is a second document.
                .otherwise(
                    is_chained | is_ended | is_elsewhere | (own_status != "valid")
                    | (own_expiry_date < as_of).fill_null(False)
                )
            ).alias("succeeds"),
            (
                col("is_registered") | own_issue_date.is_null()
                | (col("issue_date") >= own_issue_date).fill_null(False)
            ).alias("is_recent"),
        )
        .collect(engine="streaming")
    )
    successor = (
        judged.filter("succeeds").sort("row", "issued", "id", descending=[False, True, False])
        .unique("row", keep="first", maintain_order=True).select(shape)
    )
    # For nearly all rows the registered document is the only one, and so the newest view.
    recent = judged.filter("is_recent").select(shape)
    rivals = pl.concat([recent, own.join(recent, on="row", how="semi")])
    latest = pl.concat([
        own.join(recent, on="row", how="anti"),
        rivals.sort("row", "is_live", "issued", "id", descending=[False, True, True, False])
        .unique("row", keep="first", maintain_order=True),
    ])
    return own, successor, latest


# Findings -----------------------------------------------------------------------------------------------


def corrections(registry, tied, own, successor, latest, as_of):
    text = pl.String
    rows = registry.lazy().select(
        col("id").alias("row"), shown("iin").alias("iin"), col("number").alias("r_number"),
        col("country").alias("r_country"), col("birth_date").alias("r_birth_date"), col("sex").alias("r_sex"),
        "citizenship", col("issue_date").alias("r_issue_date"), col("expiry_date").alias("r_expiry_date"),
        "assigned_on", "is_current",
    )

    def correction(frame, kind, registered, value, basis=col("basis"), since=None, row=col("row"), iin=col("iin")):
        return frame.select(
            iin.alias("iin"), (kind if isinstance(kind, pl.Expr) else pl.lit(kind)).alias("kind"),
            registered.cast(text).alias("registered_value"), value.cast(text).alias("current_value"),
            col("country").alias("document_country"), col("number").alias("document_number"),
            col("issue_date").alias("document_issue_date"), basis.alias("basis"),
            (pl.max_horizontal("issue_date", "assigned_on") if since is None else since).alias("since"),
            (row + 1).cast(pl.UInt32).alias("registry_row"), (col("id") + 1).cast(pl.UInt32).alias("document_row"),
        )

    replaced = successor.lazy().join(rows, on="row")
    newest = latest.lazy().join(rows, on="row")
    is_invalid = col("status").is_in(INVALID).fill_null(False)
    last_day = pl.coalesce("expiry_date", "r_expiry_date")
    ended = (
        rows.filter(col("is_current") & col("r_number").is_not_null())
        .join(successor.lazy(), on="row", how="anti")
        .join(own.lazy(), on="row", how="left")
        .filter(is_invalid | (last_day < as_of))
        .with_columns(
            pl.coalesce("country", "r_country").alias("country"), col("r_number").alias("number"),
            pl.coalesce("issue_date", "r_issue_date").alias("issue_date"),
        )
    )
    unknown = (
        tied.lazy().filter("is_unknown").filter(~any_of(problems("iin")))
        .with_columns(pl.lit(None, pl.Date).alias("assigned_on"))
    )
    contested = (
        tied.lazy().filter(col("contested_by").is_not_null())
        .with_columns(shown("iin").alias("borne")).drop("iin")
        .join(rows.filter("is_current"), left_on="contested_by", right_on="row")
    )
    return pl.concat([
        correction(replaced, "document_replaced", col("r_number"), col("number")),
        correction(
            ended,
            pl.when(is_invalid).then(pl.lit("document_invalidated")).otherwise(pl.lit("document_expired")),
            pl.when(is_invalid).then("number").otherwise(last_day.cast(text)),
            pl.when(is_invalid).then("status"),
            since=pl.when(is_invalid).then(pl.max_horizontal("status_date", "assigned_on")).otherwise(last_day),
        ),
        *(
            correction(newest.filter(col(a) != col(b)), kind, col(a), col(b))
            for kind, a, b in [
                ("birth_date_differs", "r_birth_date", "birth_date"), ("sex_differs", "r_sex", "sex"),
                ("citizenship_changed", "citizenship", "nationality"),
            ]
        ),
        correction(
            unknown, "iin_unknown", pl.lit(None), shown("iin"), pl.lit("iin"),
            pl.when(col("issue_date") <= as_of).then("issue_date"), pl.lit(None, pl.UInt32), shown("iin"),
        ),
        correction(
            contested, "iin_mismatch", col("iin"), col("borne"), pl.lit("document_number"),
            row=col("contested_by"),
        ),
    ]).sort("kind", "iin", "document_row")


def defects(registry, documents, zones, as_of):
    found = []

    def report(frame, dataset, field, check, is_wrong):
        found.append(
            frame.lazy().filter(is_wrong).select(
                pl.lit(dataset).alias("dataset"), (col("id") + 1).alias("row"), pl.lit(field).alias("field"),
                (pl.lit(check) if isinstance(check, str) else check).alias("check"),
            )
        )

    def numbers(frame, dataset, field, column, but=()):
        # One sweep finds the few rows with a problem.
        wrong = frame.lazy().filter(any_of(problems(column))).collect(engine="streaming")
        for check, is_wrong in problems(column):
            if check not in but:
                report(wrong, dataset, field, check, is_wrong)

    numbers(registry, "registry", "iin", "iin")
    numbers(registry, "registry", "representative_iin", "representative", but=["iin_is_bin"])
    numbers(documents.filter("bears_iin"), "documents", "iin", "iin")
    report(registry, "registry", "iin", "iin_length", col("is_malformed"))
    report(documents, "documents", "iin", "iin_length", col("is_malformed"))
    report(zones, "documents", "mrz", col("check"), pl.lit(True))
    prefix = {"registry": "document_", "documents": ""}
    for frame, dataset, dates, orders in [
        (registry, "registry", ["birth_date", "issue_date", "assigned_on"],
         [("issue_date", "expiry_date"), ("birth_date", "issue_date"), ("birth_date", "assigned_on")]),
        (documents, "documents", ["birth_date", "issue_date", "status_date"],
         [("issue_date", "expiry_date"), ("birth_date", "issue_date")]),
    ]:
        def field(name):
            return prefix[dataset] + name if name in ("issue_date", "expiry_date") else name
        for name in dates:
            report(frame, dataset, field(name), "date_future", col(name) > as_of)
        for earlier, later in orders:
            report(frame, dataset, field(later), "date_order", col(earlier) > col(later))
    return pl.concat(found).sort(pl.all())


def without_activity(path, registry):
    """What events say of every row; written for those with none since the assignment, who are few."""
    events = (
        scan(path, ACTIVITY).select(twelve(col("iin")).alias("iin"), "occurred_on")
        .group_by("iin").agg(col("occurred_on").max().alias("last"), pl.len().alias("events"))
    )
    return (
        registry.lazy().select("id", "iin", "assigned_on").join(events, on="iin", how="left")
        .filter(col("last").is_null() | (col("last") < col("assigned_on")))
        .sort("id")
        .select(shown("iin").alias("iin"), (col("id") + 1).alias("registry_row"), "assigned_on", "last",
                col("events").fill_null(0))
    )


def main():
    registry_path, documents_path, activity_path, as_of, out = sys.argv[1:]
    as_of, out = datetime.date.fromisoformat(as_of), pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)

    def write(frame, name):
        frame.lazy().collect(engine="streaming").write_parquet(out / name)

    registry = read_registry(registry_path)
    documents, zones = read_documents(documents_path)
    write(defects(registry, documents, zones, as_of), "defects.parquet")
    shared, twice = repeated(registry, KEY), repeated(documents, KEY)
    rows_from_1 = col("id").list.eval(pl.element() + 1).alias("registry_rows")
    write(shared.sort(KEY).select(*KEY, rows_from_1), "shared_documents.parquet")
    tied, holders = tie(registry, documents, shared, twice)
    del documents
    further = tie_the_rest(tied, holders, twice)
    own, successor, latest = people_of(registry, tied, further, twice, as_of)
    write(corrections(registry, tied, own, successor, latest, as_of), "corrections.parquet")
    write(without_activity(activity_path, registry), "no_activity.parquet")


if __name__ == "__main__":
    main()
