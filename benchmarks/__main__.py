"""Run the benchmarks: `python -m benchmarks [--small]`."""

import os
import sys

from django.core.management import execute_from_command_line

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
execute_from_command_line(["benchmarks", "measure", *sys.argv[1:]])
