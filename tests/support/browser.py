"""A real browser for tests: Debian's headless chromium, and the web chat as its user sees it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

CHROMIUM = Path("/usr/bin/chromium")
DRIVER = Path("/usr/bin/chromedriver")

needs_browser = pytest.mark.skipif(
    not (CHROMIUM.exists() and DRIVER.exists()),
    reason="Debian's packages chromium and chromium-driver are not installed",
)

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def open_browser(
    profile: Path,
    *,
    width: int = 1280,
    height: int = 800,
    dark: bool = False,
    reduced_motion: bool = False,
) -> Iterator[webdriver.Chrome]:
    """A headless chromium with its own profile folder, `width` by `height` CSS pixels inside."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*_FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(executable_path=str(DRIVER)))
    try:
        driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600},
        )
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {
                "name": "prefers-reduced-motion",
                "value": "reduce" if reduced_motion else "no-preference",
            },
        ]
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        yield driver
    finally:
        driver.quit()


class ChatPage:
    """The web chat at `address`, driven and read through what its user drives and reads."""

    def __init__(self, driver: webdriver.Chrome, address: str, patience: float = 20.0) -> None:
        self.driver = driver
        self._address = address
        self._wait = WebDriverWait(driver, patience, poll_frequency=0.05)

    def open(self) -> None:
        """Load the chat and wait until it follows its conversation."""
        self.driver.get(self._address)
        self._wait.until(lambda _: self.text_box.is_displayed())

    @property
    def text_box(self) -> WebElement:
        """Where messages are typed."""
        return self.driver.find_element(By.ID, "text")

    def send(self, text: str) -> None:
        """Type a message, line breaks with Shift+Enter, and send it with Enter."""
        self.text_box.send_keys(text.replace("\n", Keys.SHIFT + Keys.ENTER + Keys.NULL), Keys.ENTER)

    def card(self) -> WebElement:
        """The newest answer."""
        return self.driver.find_elements(By.CSS_SELECTOR, ".card")[-1]

    def card_text(self) -> str:
        """What the newest answer says; empty while there is none."""
        cards = self.driver.find_elements(By.CSS_SELECTOR, ".card")
        return cards[-1].text if cards else ""

    def wait_for_text(self, words: str) -> None:
        """Wait until the newest answer says `words`."""
        self._wait.until(lambda _: words in self.card_text(), f"the answer never said {words!r}")

    def wait_for(self, selector: str) -> WebElement:
        """Wait for an element of the page by CSS selector; returns the last one that matches."""
        found = self._wait.until(lambda driver: driver.find_elements(By.CSS_SELECTOR, selector))
        return found[-1]

    def press(self, label: str) -> None:
        """Press the newest answer's button or link that says `label`."""
        matching = f".//*[self::button or self::a][normalize-space()='{label}']"
        self.card().find_element(By.XPATH, matching).click()

    def wait_until_video_plays(self) -> dict[str, float]:
        """Wait until the newest video moves on by itself; returns its state and size in pixels."""
        video = self.wait_for("video")
        self._wait.until(
            lambda driver: driver.execute_script(
                "return arguments[0].readyState >= 3 && arguments[0].currentTime > 0.2", video
            ),
            "the video never played",
        )
        state: dict[str, float] = self.driver.execute_script(
            "const v = arguments[0]; return {currentTime: v.currentTime, duration: v.duration,"
            " width: v.videoWidth, height: v.videoHeight}",
            video,
        )
        return state

    def wait_until_picture_shows(self, selector: str) -> str:
        """Wait until a picture has loaded; returns its address."""
        self._wait.until(
            lambda driver: driver.execute_script(
                "const p = document.querySelector(arguments[0]);"
                "return p && p.complete && p.naturalWidth > 0",
                selector,
            ),
            f"no picture at {selector}",
        )
        return self.address_of(selector)

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds."""
        self._wait.until(lambda _: holds())

    def typed(self) -> str:
        """What stands in the message box."""
        return str(self.text_box.get_property("value"))

    def text_of(self, selector: str) -> str:
        """The visible text of an element; empty where it is hidden."""
        return self.driver.find_element(By.CSS_SELECTOR, selector).text

    def address_of(self, selector: str) -> str:
        """The address that the last matching link or picture leads to."""
        found = self.driver.find_elements(By.CSS_SELECTOR, selector)[-1]
        return str(found.get_attribute("href") or found.get_attribute("src"))

    def scrolls_sideways(self) -> bool:
        """Whether the page is wider than the window."""
        wider: bool = self.driver.execute_script(
            "return document.documentElement.scrollWidth > innerWidth"
        )
        return wider

    def complaints(self) -> list[str]:
        """What the browser's console holds against the page since the last call."""
        return [
            str(entry["message"])
            for entry in self.driver.get_log("browser")  # type: ignore[no-untyped-call]
            if entry["level"] in ("SEVERE", "WARNING")
        ]

    def screenshot(self, path: Path) -> None:
        """Save what the window shows."""
        self.driver.save_screenshot(str(path))
