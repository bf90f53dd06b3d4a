"""Who may ask, from where, how much: checked once when the server is started."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from qa.errors import ConfigError

_LEAST_TOKEN = 16
_TOKEN = re.compile(r"[!-~]+")
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST = re.compile(r"[A-Za-z0-9._-]+(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d{1,5})?")
_KEY_CHARACTERS = 32


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of one server. Without a token it answers only to this machine, by its local names.

    `origins` are the websites whose pages may ask; `public_url` is where browsers find the server, for links.
    """

    host: str = "127.0.0.1"
    token: str | None = None
    origins: tuple[str, ...] = ()
    public_url: str | None = None
    is_read_only: bool = False
    requests_per_minute: int = 600
    n_gathered: int = 4  # questions read in one go: more save nothing more, and each of them waits for all
    n_workers: int = 8  # one group is read while the next one gathers
    n_waiting: int = 32
    answer_limit_s: float = 30.0
    add_limit_s: float = 300.0
    body_limit_s: float = 10.0
    most_bytes: int = 1 << 20
    most_bytes_of_articles: int = 2 << 20  # what is embedded well within `add_limit_s`

    def __post_init__(self) -> None:
        if self.token is None and not is_loopback(self.host):
            raise ConfigError(
                f"On '{self.host}' others can reach the server: it needs a token. Give one in QA_TOKEN, or with "
                '--token, such as the output of: python -c "import secrets; print(secrets.token_urlsafe())"'
            )
        if self.token is not None and (len(self.token) < _LEAST_TOKEN or not _TOKEN.fullmatch(self.token)):
            raise ConfigError(f"The token must have {_LEAST_TOKEN} or more letters, digits or signs, and no space.")
        for origin in self.origins:
            if not _is_origin(origin):
                raise ConfigError(f"'{origin}' is no origin of a website. Write it like https://news.example")
        if self.public_url is not None and not _is_public_url(self.public_url):
            raise ConfigError(f"'{self.public_url}' is no address of a server. Write it like https://news.example/ask")
        for name in ("n_gathered", "n_workers", "answer_limit_s", "add_limit_s", "body_limit_s", "most_bytes"):
            if getattr(self, name) <= 0:
                raise ConfigError(f"{name} is {getattr(self, name)}; it must be more than 0.")
        if self.requests_per_minute < 0 or self.n_waiting < 0:
            raise ConfigError("The requests a minute and the places in line can't be fewer than 0.")

    def knows_token(self, authorization: bytes) -> bool:
        """Say whether an Authorization header holds the token; takes as long whether it is nearly right or not."""
        scheme, _, given = authorization.partition(b" ")
        right = secrets.compare_digest(given.strip(), (self.token or "").encode())
        return right and scheme.lower() == b"bearer" and self.token is not None

    def key_of(self, article_id: str) -> str | None:
        """Return what opens the page of this one article without the token, for links; None where none is needed."""
        if self.token is None:
            return None
        message = b"article\0" + article_id.encode("utf-8", "replace")
        return hmac.new(self.token.encode(), message, hashlib.sha256).hexdigest()[:_KEY_CHARACTERS]

    def opens(self, key: str, article_id: str) -> bool:
        """Say whether `key` is that article's."""
        right = self.key_of(article_id)
        return right is not None and secrets.compare_digest(key.encode("utf-8", "replace"), right.encode())

    def allows_host(self, host: str) -> bool:
        """Say whether a request may name the server so: without a token, a foreign name is a rebound one (DNS)."""
        if not _HOST.fullmatch(host):
            return False
        name = host.rpartition(":")[0] if re.search(r":\d+$", host) else host
        return self.token is not None or name.strip("[]").lower() in _LOCAL_NAMES

    def allows_origin(self, origin: str, host: str) -> bool:
        """Say whether a page of `origin` may ask: the server's own pages, and those of the named origins."""
        own = _site(self.public_url) if self.public_url else None
        return origin in self.origins or origin == own or (_is_origin(origin) and origin.partition("://")[2] == host)


def is_loopback(host: str) -> bool:
    """Say whether an address is reached from this machine only."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(_HOST.fullmatch(parts.netloc)) and text == _site(text)


def _is_public_url(text: str) -> bool:
    return _is_origin(_site(text)) and re.fullmatch(r"[!-~]+", text) is not None and not re.search(r"[?#()<>\"]", text)


def _site(text: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"
