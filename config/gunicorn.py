"""How gunicorn serves the project: `gunicorn -c python:config.gunicorn -b HOST:PORT`.

One process with threads by default; WEB_CONCURRENCY sets the processes.
"""

import os
import shutil
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured
from django.urls import get_resolver

from config.env import read_dotenv, read_environment, refuse_unshared_cache
from config.heap import settle
from config.logging import json_lines

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter

FOLDER = Path(__file__).resolve().parent.parent

read_dotenv(FOLDER)
ENVIRONMENT = read_environment(FOLDER, os.environ)

wsgi_app = "config.wsgi"
workers = ENVIRONMENT.web_concurrency
worker_class = "gthread"
threads = 4
# Workers share the memory of what is loaded before they start.
preload_app = True
limit_request_line = 8190
# The project logs each request itself, and what gunicorn says as it does.
accesslog = None
logconfig_dict = json_lines(
    ENVIRONMENT.log_level,
    {
        "gunicorn.error": {"level": ENVIRONMENT.log_level, "propagate": True},
        # Says at each start that there is no `.env`, which there need not be.
        "environ": {"level": "WARNING"},
    },
)
control_socket_disable = True
# Where several processes add up what they count for /metrics; read when the library of
# metrics is loaded, which is after this page.
COUNTS = "PROMETHEUS_MULTIPROC_DIR"
if workers > 1 and not os.environ.get(COUNTS):
    os.environ[COUNTS] = mkdtemp(prefix="consist-metrics-")


def on_starting(server: "Arbiter") -> None:
    """Refuse processes asked for on the command line that share no cache."""
    try:
        refuse_unshared_cache(ENVIRONMENT.cache, server.cfg.workers)
    except ImproperlyConfigured as error:
        sys.exit(str(error))


def when_ready(server: "Arbiter") -> None:
    """Load every view, then keep the garbage collector off all that is loaded."""
    get_resolver().url_patterns  # noqa: B018 - the attribute imports the views
    settle()


def on_exit(server: "Arbiter") -> None:
    """Forget the counts; the next start begins at zero."""
    shutil.rmtree(os.environ.get(COUNTS, ""), ignore_errors=True)
