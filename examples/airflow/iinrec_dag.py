"""The night as a DAG of Apache Airflow (2.7 or newer, also 3).

The day of the night is that of the run, so that a backfill makes up for nights that were missed; `iinrec run` knows by
itself which earlier night each is compared with. A run that is tried again takes up where it ended. Exit code 3 means
published and held back by a gate: to try again would not help, so the task fails at once and a person looks.
"""

from datetime import datetime, timedelta

try:  # Airflow 3
    from airflow.providers.standard.operators.python import PythonOperator
    from airflow.sdk import DAG
    from airflow.sdk.exceptions import AirflowFailException
except ImportError:  # Airflow 2
    from airflow import DAG
    from airflow.exceptions import AirflowFailException
    from airflow.operators.python import PythonOperator

FOLDER = "/var/lib/iinrec"
COMMAND = ["iinrec", "run", f"{FOLDER}/nightly.toml", "--quiet"]


def reconcile(day: str) -> None:
    """Runs the night of a day; says what went wrong without any value of a record, as iinrec does."""
    import subprocess

    done = subprocess.run([*COMMAND, "--as-of", day], capture_output=True, text=True, check=False)
    if done.stderr:
        print(done.stderr)
    if done.returncode == 1:  # an input that is late, a full disk: another try may help
        raise RuntimeError(f"the night of {day} failed")
    if done.returncode != 0:  # 2: the command or the file is wrong; 3: held back by a gate
        raise AirflowFailException(f"the night of {day} needs a person: exit code {done.returncode}")


with DAG(
    dag_id="iinrec_night",
    description="Reconcile registry and documents",
    schedule="0 2 * * *",
    start_date=datetime(2026, 11, 1),
    catchup=False,
    # Two nights at once would refuse each other: the folder of the nights has one run at a time.
    max_active_runs=1,
    default_args={"retries": 3, "retry_delay": timedelta(minutes=15)},
    tags=["iinrec"],
) as dag:
    PythonOperator(
        task_id="reconcile",
        python_callable=reconcile,
        # The end of the interval is the night on which it runs; `ds` would be the day before.
        op_kwargs={"day": "{{ data_interval_end | ds }}"},
        execution_timeout=timedelta(hours=6),
    )
