"""How gunicorn serves the project: `gunicorn -c python:config.gunicorn -b HOST:PORT`.

One process with threads by default; WEB_CONCURRENCY sets the processes.
"""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured
from django.urls import get_resolver

from config.env import read_dotenv, read_environment, refuse_unshared_cache
from config.heap import settle

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
# The project logs each request itself.
accesslog = None
control_socket_disable = True


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
