"""What people do with the bot's messages, the same in every chat.

They press buttons (`actions`), put reactions (`reactions`), reply (`replies`) and fill in a form
(`forms`, `form_answer`); `commands` tells what is asked for by that.
"""
