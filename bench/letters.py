"""How many letters a second are made, divided and archived, by as many processes as are asked.

Usage: letters.py DATABASE [LETTERS [WORKERS]], with Odoo's configuration in ODOO_RC.
14-day notices by post, as a night leaves them: with fee, cover, both codes, the office's logo. The
processes take part in one run as schedulers do, until it is done. The last line is JSON.
"""

import base64
import importlib.util
import io
import json
import os
import resource
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from time import monotonic

from PIL import Image, ImageDraw

import odoo.tools
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry

LETTERS, WORKERS = 400, 2
LEAST_A_SECOND, MOST_MEGABYTES = 25, 1024


def make_logo():
    """Return a picture such as an office has on its letters."""
    picture = Image.new("RGB", (300, 100), "#ffffff")
    draw = ImageDraw.Draw(picture)
    for step in range(50):
        draw.ellipse((step, step, 300 - step, 100 - step), outline=(29, 61 + 3 * step, 92))
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return base64.b64encode(stream.getvalue())


def prepare(env, letters):
    """Leave as many 14-day notices waiting for delivery as are asked; return their run."""
    path = Path(__file__).with_name("load.py")
    spec = importlib.util.spec_from_file_location("bench_load", path)
    load = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(load)
    env.company.write(
        {
            "logo": make_logo(),
            "street": "Lindelaan 1",
            "zip": "3701 AB",
            "city": "Zeist",
            "phone": "+31 30 555 01 00",
            "email": "office@example.com",
        }
    )
    env["res.partner.bank"].create(
        {"acc_number": "NL91ABNA0417164300", "partner_id": env.company.partner_id.id}
    )
    day = load.load(env, letters, 2)
    # One in ten reads English.
    env.cr.execute("UPDATE res_partner SET lang = 'en_US' WHERE ref LIKE 'BENCH-%0'")
    env.invalidate_all()
    first = env["arrears.run"]._start(day, env.company)
    first._propose_day()
    for _checkpoint in first._execute_day():
        env.cr.commit()
    first.notice_ids.write({"body_hash": "bench"})
    first.notice_ids._mark_sent(day)
    run = env["arrears.run"]._start(day + timedelta(days=14), env.company)
    for _checkpoint in run._process():
        env.cr.commit()
        if run.phase == "deliver":
            return run


def used_by(server):
    """Return the seconds of processor time so far: of this process, its printers, its server."""
    own, printers = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "python_s": own.ru_utime + own.ru_stime,
        "wkhtmltopdf_s": printers.ru_utime + printers.ru_stime,
        "postgres_s": server_seconds(server),
    }


def server_seconds(pid):
    """Return the processor time of PostgreSQL's process, where it is on this machine."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def deliver(database, run_id):
    """Take part in the run as a scheduler does, and print the figures of this process."""
    with Registry(database).cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
        run = env["arrears.run"].browse(run_id)
        cr.execute("SELECT pg_backend_pid()")
        [server] = cr.fetchone()
        queries, started, before = cr.sql_log_count, monotonic(), used_by(server)
        env["arrears.run"]._work_in_chunks(run._as_service)
        cr.commit()
        after = used_by(server)
        print(
            json.dumps(
                {
                    "seconds": round(monotonic() - started, 2),
                    "queries": cr.sql_log_count - queries,
                    **{name: round(after[name] - before[name], 2) for name in before},
                    "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                }
            ),
            flush=True,
        )


def work(database, run_id, workers):
    """Deliver a run with some processes at once; return the figures of each."""
    command = [sys.executable, __file__, database, "deliver", str(run_id)]
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _number in range(workers)
    ]
    outputs = [process.communicate()[0] for process in processes]
    if any(process.returncode for process in processes):
        sys.exit("a process failed")
    return [json.loads(output.splitlines()[-1]) for output in outputs]


def is_done(database, run_id):
    with Registry(database).cursor() as cr:
        return Environment(cr, SUPERUSER_ID, {})["arrears.run"].browse(run_id).state == "done"


def count_archived(database, notice_ids):
    """Return how many of these have a PDF that is what its hash says."""
    with Registry(database).cursor() as cr:
        notices = Environment(cr, SUPERUSER_ID, {})["arrears.notice"].browse(notice_ids)
        made = notices.filtered(lambda n: (n.attachment_id.raw or b"").startswith(b"%PDF"))
        return sum(not problems for problems in made._verify().values())


def main(database, letters=LETTERS, workers=WORKERS):
    with Registry(database).cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
        run = prepare(env, int(letters))
        run_id = run.id
        waiting = run.notice_ids.filtered(lambda n: (n.state, n.channel) == ("queued", "post")).ids
    print(f"{len(waiting)} letters wait", flush=True)
    figures = work(database, run_id, int(workers))
    for number, row in enumerate(figures, start=1):
        print(f"process {number}: {row}", flush=True)
    archived = count_archived(database, waiting)
    # Starting a process of Odoo is no part of it.
    seconds = max(row["seconds"] for row in figures)
    total = {key: sum(row[key] for row in figures) for key in figures[0]}
    used = sum(total[key] for key in ("python_s", "wkhtmltopdf_s", "postgres_s"))
    summary = {
        "letters": archived,
        "processes": len(figures),
        "seconds": seconds,
        "letters_a_second": round(archived / seconds, 1),
        "processor_ms_a_letter": round(1000 * used / max(archived, 1), 1),
        # What the machine does for others counts in seconds, not in processor time.
        "letters_a_second_of_two_free_cores": round(2 * archived / used, 1),
        "queries_a_letter": round(total["queries"] / max(archived, 1), 1),
        "peak_mb": max(row["peak_mb"] for row in figures),
    }
    print(json.dumps(summary))
    return (
        archived == len(waiting)
        and is_done(database, run_id)
        and summary["letters_a_second_of_two_free_cores"] >= LEAST_A_SECOND
        and summary["peak_mb"] <= MOST_MEGABYTES
    )


if __name__ == "__main__":
    odoo.tools.config.parse_config(["-d", sys.argv[1], "--no-http"], setup_logging=True)
    if sys.argv[2:3] == ["deliver"]:
        deliver(sys.argv[1], int(sys.argv[3]))
    else:
        sys.exit(0 if main(*sys.argv[1:]) else 1)
