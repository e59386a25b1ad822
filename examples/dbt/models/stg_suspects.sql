-- One row a suspect. Evidence stays in the report, where only its owner reads it.
select case_id, iin, score, band, ring_id
from {{ source('report', 'suspects') }}
