"""`make translations`: gives every language's file the messages that are in the code now."""

import sys

from bot.language import FOLDER
from tests.translations.files import update
from tests.translations.messages import catalogue_of_code


def main(new: list[str]) -> None:
    """Write the files of all languages and of those that are `new`, as `de` or `pt_BR`."""
    code = catalogue_of_code()
    for file in sorted({*FOLDER.glob("*.po"), *(FOLDER / f"{locale}.po" for locale in new)}):
        missing = update(file, code)
        sys.stdout.write(f"{file.name}: {missing} of {len(code)} messages have no translation\n")


if __name__ == "__main__":
    main(sys.argv[1:])
