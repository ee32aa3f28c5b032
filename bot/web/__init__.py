"""The web chat's parts; `bot.web_adapter` composes them."""
