"""Slack's side of installing an app: codes of people who agreed, for tokens of workspaces."""

from typing import Any

from aiohttp import encode_basic_auth, web

CLIENT_ID, CLIENT_SECRET = "1234.5678", "loopback-client-secret"


class SlackDirectory:
    """`teams` by the tokens of the app's bots in them; good ones are in `tokens` as well."""

    def __init__(self, teams: dict[str, str], tokens: set[str]) -> None:
        self.teams = teams
        self.enterprises: dict[str, str] = {}
        self._tokens = tokens
        self._codes: dict[str, str] = {}

    def agree(self, team: str) -> str:
        """Somebody lets the app into their workspace; the code that their browser brings back."""
        code = f"code-{team}-{len(self.teams)}"
        self._codes[code] = team
        return code

    def exchange(self, request: web.Request, arguments: dict[str, Any]) -> dict[str, Any]:
        """A code, once, for a token."""
        known = encode_basic_auth(CLIENT_ID, CLIENT_SECRET)
        if request.headers.get("Authorization") != known:
            return {"ok": False, "error": "bad_client_secret"}
        team = self._codes.pop(arguments.get("code", ""), None)
        if team is None:
            return {"ok": False, "error": "invalid_code"}
        token = f"xoxb-{team}-{len(self.teams)}"
        self.teams[token] = team
        self._tokens.add(token)
        enterprise = self.enterprises.get(team)
        return {
            "ok": True,
            "app_id": "A0APP",
            "access_token": token,
            "token_type": "bot",
            "scope": "commands",
            "bot_user_id": "U0BOT",
            "team": {"id": team, "name": f"The workspace {team}"},
            "enterprise": {"id": enterprise, "name": "All of it"} if enterprise else None,
            "is_enterprise_install": False,
            "authed_user": {"id": "U1"},
        }

    def revoke(self, team: str) -> None:
        """A workspace removes the app: its tokens are good no more."""
        for token, known in self.teams.items():
            if known == team:
                self._tokens.discard(token)
