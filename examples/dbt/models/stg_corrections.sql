-- One row a correction, with the band of its age that people plan by.
select
    case_id,
    iin,
    kind,
    age_days,
    case
        when age_days is null then 'unknown'
        when age_days <= 30 then 'to 30 days'
        when age_days <= 365 then 'to a year'
        else 'over a year'
    end as age_band
from {{ source('report', 'corrections') }}
