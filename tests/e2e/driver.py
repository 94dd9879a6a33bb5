"""The product as a person uses it: a server in its own process, and the moves of somebody at the page."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Download, Page

ROOT = Path(__file__).parents[2]
LINES = {
    "client": {
        "en": [
            "I lead a team of six, and since the spring two of them no longer speak to each other in meetings. I saw each "
            "of them alone and it made things worse. I feel tired and a little ashamed, because I was chosen for this job "
            "to bring people together. They are both good at what they do and the others have begun to take sides, "
            "quietly, over lunch. What I expect from you is help to see what I do not see, because I have been turning "
            "this over for weeks on my own and I always come back to the same place.",
            "It began in March, after the budget was cut.",
            "I do not know what they want from me.",
            "In this session I would like you to help me to see what I could do differently in our meetings.",
            "I keep the idea of asking each of them what they need. I will do it on Monday.",
            "My first step is to write to Anna on Monday, and I will tell Paul how it went.",
            "I learnt that I had never asked them.",
        ],
        "fr": [
            "Je dirige une équipe de six personnes et, depuis le printemps, deux d'entre elles ne se parlent plus en "
            "réunion. Je les ai vues chacune de leur côté et cela a empiré. Je me sens fatigué et un peu honteux, car on "
            "m'a choisi pour rassembler les gens. Toutes deux travaillent bien et les autres commencent à prendre parti, "
            "sans bruit, au moment du repas. J'attends de vous de m'aider à voir ce que je ne vois pas, parce que j'y "
            "pense seul depuis des semaines et que je reviens toujours au même point.",
            "Cela a commencé en mars, après la coupe du budget.",
            "Je ne sais pas ce qu'elles attendent de moi.",
            "Dans cette séance, j'aimerais que vous m'aidiez à voir ce que je pourrais faire autrement en réunion.",
            "Je garde l'idée de demander à chacune ce dont elle a besoin. Je le ferai lundi.",
            "Mon premier pas : écrire à Anna lundi, et dire à Paul comment cela s'est passé.",
            "J'ai appris que je ne leur avais jamais posé la question.",
        ],
    },
    "consultant": {
        "en": ["What happened on the morning after?", "Have you thought of a rota?", "How long has this been so?"],
        "fr": ["Que s'est-il passé le lendemain matin ?", "Avez-vous pensé à un roulement ?", "Depuis quand ?"],
    },
}


class Server:
    """The app in a child process with a data directory of its own."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.data, self.settings, self.port = data, settings, _free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("COACH_", "OPENAI_", "LANGSMITH_"))}
        env = kept | {"COACH_DATA_DIR": str(self.data), "COACH_TYPING": "0", "LANG": "en_GB.UTF-8"} | self.settings
        command = [sys.executable, "app.py", "--port", str(self.port)]
        with (self.data.parent / "server.log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        for _ in range(600):
            if self.process.poll() is not None or self.healthy():
                break
            time.sleep(0.1)
        assert self.healthy(), (self.data.parent / "server.log").read_text()

    def healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return bool(json.load(answer)["ok"])
        except OSError:
            return False

    def kill(self) -> None:
        """End it without a word, as a power cut would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Visitor:
    """Somebody at the page."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page, self.server = page, server

    def visit(self, path: str) -> None:
        self.page.goto(f"{self.server.url}{path}")
        self.page.wait_for_selector(".page h1", state="attached")

    def begin(self, lang: str, seat: str, case: str = "night-ward", feedback: str = "live") -> None:
        """From the start page into the room."""
        self.visit(f"/{lang}/")
        # The card, as a person clicks it: the button in it is hidden.
        for name, value in (("case", case), ("seat", seat)):
            self.page.locator(f"label:has(input[name={name}][value={value}])").click()
            assert self.page.locator(f"input[name={name}][value={value}]").is_checked()
        self.page.fill("input[name=name]", "Zoé")
        self.page.select_option("select[name=pace]", "brisk")
        self.page.select_option("select[name=feedback]", feedback)
        self.page.click("form.setup button[type=submit]")
        self.page.wait_for_url("**/room?session=*")
        self.settled()

    def settled(self) -> None:
        """Wait until it is the user's turn, or the session is over."""
        self.page.wait_for_function(
            """() => document.querySelector('.room-page') && !document.querySelector('[data-going-on]') &&
            (document.querySelector('[data-act=wait]').disabled === false
             || !document.querySelector('[data-finished]').hidden)""",
            timeout=30_000,
        )

    @property
    def seen(self) -> int:
        return self.page.locator("[data-log] .entry").count()

    @property
    def transcript(self) -> str:
        return self.page.inner_text("[data-log]")

    @property
    def over(self) -> bool:
        return self.page.locator("[data-finished]").is_visible()

    def say(self, text: str) -> None:
        self.page.fill("#box", text)
        self.page.press("#box", "Enter")
        self._moved()

    def act(self, name: str) -> None:
        self.page.click(f"[data-act={name}]")
        self._moved()

    def _moved(self) -> None:
        self.page.wait_for_timeout(60)
        self.settled()

    def play(self, lang: str, seat: str) -> None:
        """Play on to the end as somebody in that seat would."""
        lines = iter(LINES.get(seat, {}).get(lang, []))
        for _ in range(80):
            if self.over:
                return
            if seat == "facilitator":
                self._facilitate()
                continue
            line = next(lines, None)
            self.say(line) if line else self.act("wait")
        raise AssertionError(f"the session did not end: {self.transcript[-500:]}")

    def _facilitate(self) -> None:
        if self.page.locator("[data-part=now] [data-fill]").count() and not self.enabled("next"):
            self.page.click("[data-part=now] [data-fill]")
            self.page.press("#box", "Enter")
            self._moved()
        else:
            self.act("next" if self.enabled("next") else "wait")

    def enabled(self, act: str) -> bool:
        return self.page.locator(f"[data-act={act}]").is_enabled()

    def debrief(self) -> None:
        self.page.click("[data-debrief]")
        self.page.wait_for_selector("[data-part=sheet] h1")

    def download(self, fmt: str) -> tuple[str, bytes]:
        with self.page.expect_download() as waiting:
            self.page.click(f"a[href$='.{fmt}']")
        found: Download = waiting.value
        return found.suggested_filename, Path(found.path()).read_bytes()
