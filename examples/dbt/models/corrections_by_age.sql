-- What a dashboard shows: corrections by kind and age, without a person in it.
{{ config(materialized='table') }}
select kind, age_band, count(*) as corrections, max(age_days) as oldest_days
from {{ ref('stg_corrections') }}
group by kind, age_band
order by kind, age_band
