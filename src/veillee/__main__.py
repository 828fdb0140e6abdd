"""`python -m veillee`."""

from __future__ import annotations

import sys

from veillee.cli.app import main

sys.exit(main())
