"""ledgerctl: what operators and auditors do from a shell."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import psycopg

from ledger.cli.trouble import DATABASE, Trouble

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of `ledgerctl`. Troubles that a user can mend end in one sentence, not a trace."""
    from ledger.cli.app import app

    try:
        app(args=None if arguments is None else list(arguments), prog_name="ledgerctl")
    except Trouble as trouble:
        sys.stderr.write(f"ledgerctl: {trouble}\n")
        raise SystemExit(trouble.status) from None
    except psycopg.OperationalError as error:
        sys.stderr.write(f"ledgerctl: the database cannot be used: {str(error).strip()}\n")
        raise SystemExit(DATABASE) from None
    except psycopg.errors.InsufficientPrivilege as error:
        sys.stderr.write(
            f"ledgerctl: this login may not do that: {error.diag.message_primary}; "
            "grant it ledger_auditor (to read) or ledger_owner (to create)\n"
        )
        raise SystemExit(DATABASE) from None
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except BrokenPipeError:
        # Whoever read the output has seen enough; nothing may complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
