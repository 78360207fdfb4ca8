"""Import services from a spreadsheet: the whole of `import.md` but the terminal.

    report = import_services(file, Options(source="libraries"), tell=print)

One transaction: the caller commits, and until then nothing of the file is in the register; a crash leaves nothing half
done. Rows are read and checked in batches into temporary tables, put together by service, compared with the register,
and what differs is written by a handful of statements for each batch. Memory does not grow with the file.
"""

from assetreg.actions.import_services.encodings import UnreadableFile
from assetreg.actions.import_services.importing import AnotherImport, Options, Report, Said, import_services
from assetreg.actions.import_services.rejecting import RejectedFile

__all__ = ["AnotherImport", "Options", "RejectedFile", "Report", "Said", "UnreadableFile", "import_services"]
