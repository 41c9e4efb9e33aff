"""What only the machine needs: accounts, sessions, the audit log, people's drafts.

SQLite in one file; the statements are portable SQL, kept so for PostgreSQL. Nothing else of ours
imports SQLAlchemy, Alembic or argon2. Words that people keep as records are never here: those are
files.
"""

from lessons.adapters.database.accounts import DatabaseAccounts
from lessons.adapters.database.audit import DatabaseAudit
from lessons.adapters.database.engine import Database, open_database
from lessons.adapters.database.notebook import DatabaseNotebook
from lessons.adapters.database.outbox import DatabaseOutbox
from lessons.adapters.database.passwords import Cost
from lessons.adapters.database.tally import DatabaseTally

__all__ = [
    "Cost",
    "Database",
    "DatabaseAccounts",
    "DatabaseAudit",
    "DatabaseNotebook",
    "DatabaseOutbox",
    "DatabaseTally",
    "open_database",
]
