"""Why an operation order is not read, and what its owner can do instead."""

from lessons.domain.text import N_

EMPTY = N_("This file is empty. Choose another one, or paste the text of the order.")
NO_WORDS = N_(
    "There are no words in this document: it may hold only pictures of pages. Paste the text of the order instead."
)
PICTURE = N_(
    "This file is a picture, whatever its name says. Send the order as a Word document (.docx), or paste its text."
)
PDF = N_(
    "This file is a PDF, which is not read here. Save the order as a Word document (.docx), or paste its text."
)
OLD = N_(
    "This file is in an old Word format. Open it in Word and save it as .docx, or paste its text."
)
LOCKED = N_(
    "This document is locked with a password. Save a copy without the password, or paste its text."
)
MACROS = N_(
    "This document holds macros, so it was not opened. Save a copy as .docx without macros, or paste its text."
)
NOT_WORD = N_(
    "This file is not a Word document. Save the order as a Word document (.docx), or paste its text."
)
BOMB = N_(
    "This document unpacks to far more than an order holds, so it was not opened. Paste the text of the order instead."
)
ENTITIES = N_(
    "This document holds instructions that Word does not write, so it was not opened. Save it again in Word as .docx, "
    "or paste its text."
)
DAMAGED = N_(
    "This document is damaged and cannot be opened. Save it again as .docx, or paste its text."
)
TOO_LARGE = N_(
    "This file is larger than %(most)s megabytes. Take the pictures out of the order, or paste its text."
)
UNKNOWN = N_(
    "This file cannot be read as text. Send a Word document (.docx) or plain text, or paste the text."
)
