"""Title, source, address and publication date of an article, and where each was read.

Nothing is guessed: a date counts only with its year, and only where a page puts its date (a line of its own, after
"Published", in the dateline, in the address), never in running text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

from index.furniture import front_matter, is_furniture_line, line_spans, plain

FIELDS = ("title", "source", "url", "published")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about an article; `origins` has an entry for each field that isn't None."""

    title: str | None = None
    source: str | None = None
    url: str | None = None
    published: date | None = None
    origins: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def given(
        cls,
        origin: str,
        *,
        title: str | None = None,
        source: str | None = None,
        url: str | None = None,
        published: date | None = None,
        inferred: bool = False,
    ) -> Metadata:
        """Return what one giver says; blank strings say nothing. `inferred`: the giver isn't certain of the date."""
        texts = {"title": title, "source": source, "url": url}
        known = {name: " ".join(value.split()) for name, value in texts.items() if value and value.strip()}
        origins = dict.fromkeys(known, origin)
        if published:
            origins["published"] = f"{origin}, inferred" if inferred else origin
        return cls(**known, published=published, origins=origins)


def combined(*layers: Metadata) -> Metadata:
    """Return each field from the first of `layers` that has it, with its origin."""
    values: dict[str, object] = {}
    origins: dict[str, str] = {}
    for name in FIELDS:
        layer = next((layer for layer in layers if getattr(layer, name) is not None), None)
        if layer:
            values[name] = getattr(layer, name)
            origins[name] = layer.origins[name]
    return Metadata(**values, origins=origins)  # type: ignore[arg-type]


def detect(text: str, *, url: str | None = None) -> Metadata:
    """Return what the head and foot of a plain text say, and what its address says where they are silent.

    :param url: the address, if known otherwise; else one that stands alone in the text is taken.
    """
    page = _Page.of(text)
    found = Metadata.given("text", title=_title_of(page), source=_source_of(page), url=_url_of(page))
    published, inferred = _date_of(page)
    dated = Metadata.given("text", published=published, inferred=inferred)
    address = url or found.url or ""
    from_address = Metadata.given("address", source=host_of(address), published=date_in_address(address))
    writer = Metadata.given("text, inferred", source=_writer(page))
    return combined(found, dated, from_address, writer)


def from_front_matter(text: str) -> Metadata:
    """Return what the `key: value` lines at the top of a Markdown file say; nothing where there are none."""
    block = front_matter(text)
    pairs = re.findall(r"^([\w -]+):[ \t]*(.*?)\s*$", block.of(text), re.MULTILINE) if block else []
    values = {key.strip().lower(): value.strip("\"'") for key, value in pairs}
    dates = (parse_date(values.get(key, "")) for key in ("published", "date", "pubdate"))
    return Metadata.given(
        "metadata",
        title=values.get("title"),
        source=values.get("source") or values.get("publisher") or values.get("author"),
        url=values.get("url") or values.get("link") or values.get("canonical"),
        published=next((d for d in dates if d), None),
    )


# --- the head and foot of a page -------------------------------------------------------------------------------------

_MAX_HEAD_LINES = 15
_MAX_FOOT_LINES = 8
_BODY_WORDS = 25  # a line of so many words, or one of more than 12 that ends a sentence, is running text
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]*_]*$")


@dataclass(frozen=True, slots=True)
class _Page:
    """The lines around the running text, without Markdown; `raw_head` is the head as written."""

    head: tuple[str, ...]
    raw_head: tuple[str, ...]
    foot: tuple[str, ...]
    first_body: str

    @classmethod
    def of(cls, text: str) -> _Page:
        front = front_matter(text)
        start = front.end if front else 0
        raw = [span.of(text) for span in line_spans(text) if span.start >= start]
        n_head = next((i for i, line in enumerate(raw[:_MAX_HEAD_LINES]) if _is_body(plain(line))), None)
        n_head = min(len(raw), _MAX_HEAD_LINES) if n_head is None else n_head
        foot = raw[max(n_head, len(raw) - _MAX_FOOT_LINES) :]
        return cls(
            head=tuple(plain(line) for line in raw[:n_head]),
            raw_head=tuple(raw[:n_head]),
            foot=tuple(plain(line) for line in foot),
            first_body=plain(raw[n_head]) if n_head < len(raw) else "",
        )


def _is_body(line: str) -> bool:
    if _dateline(line):
        return True
    if is_furniture_line(line) or _REPUBLISHED.match(line):
        return False
    n_words = len(line.split())
    return (n_words > _BODY_WORDS and not line.lower().startswith("home ")) or (
        n_words > 12 and bool(_SENTENCE_END.search(line))
    )


# --- title -----------------------------------------------------------------------------------------------------------


_DATELINE_DASH = re.compile(r"[–—−-]\s*$")  # "London CNN —"
_LIST_NUMBER = re.compile(r"\d{1,2}\.\s*[^\W\d]")
_NAME = r"[A-ZÀ-Þ][\w'’-]+\s(?:[A-ZÀ-Þ]\.?\s)?[A-ZÀ-Þ][\w'’-]+"
_NAMES = re.compile(rf"{_NAME}(?:,\s{_NAME})*,?\sand\s{_NAME}|{_NAME}(?:,\s{_NAME})+")
_WIRE_REPORTS = re.compile(
    r"^(?:from|compiled by|staff)\b.*\b(?:reports?|wires?|network)$|^special (?:to|for)\b", re.IGNORECASE
)


def _title_of(page: _Page) -> str | None:
    """Return the headline: a heading of Markdown, a line said twice, one above a byline, else the first that may be."""
    candidates = [
        (i, line)
        for i, line in enumerate(page.head)
        if _may_be_headline(line) and not _DATELINE_DASH.search(page.raw_head[i])
    ]
    for i, line in candidates:
        if re.match(r"#{1,2}\s", page.raw_head[i].lstrip("\ufeff")):
            return line
    for i, line in candidates:
        if any(j != i and other.endswith(line) for j, other in enumerate(page.head)):
            return line
    for i, line in candidates:
        if i + 1 < len(page.head) and _BYLINE.match(page.head[i + 1]):
            return line
    return next((line for _, line in candidates), None)


def _may_be_headline(line: str) -> bool:
    words = line.split()
    if not 3 <= len(words) <= 30 or line.endswith((".", ",", ";", ":")) or not re.search(r"[^\W\d_]{2}", line):
        return False
    if len(words) == 3 and not any(word[0].islower() for word in words):  # "The Associated Press", "Mary Ann Jones"
        return False
    if _LIST_NUMBER.match(line) or _NAMES.fullmatch(line) or _WIRE_REPORTS.search(line):
        return False
    if is_furniture_line(line) or _BYLINE.match(line) or _outlet(line) or _date_of_line(line)[0]:
        return False
    return not re.match(r"(?:updated|published|posted|last modified|\d{1,2}:\d\d)\b", line, re.IGNORECASE)


# --- source ----------------------------------------------------------------------------------------------------------

_BYLINE = re.compile(
    r"(?:(?:story|words|text|written|reporting|posted|published) )?by:?\s+(?P<who>\S.{1,80})", re.IGNORECASE
)
_OUTLETS = frozenset(
    "ap afp reuters tass upi dpa efe ani pti xinhua bloomberg bbc cnn cnbc npr pbs abc cbs nbc msnbc politico axios "
    "rfe/rl interfax sputnik kyodo yonhap anadolu usatoday rappler newsweek semafor".split()
)
# The last word of an outlet's name; the second group is too common to be trusted outside a byline.
_OUTLET_WORDS = frozenset(
    "Times Post News Press Agency Journal Herald Tribune Gazette Chronicle Observer Telegraph Guardian TODAY Radio "
    "Network Magazine Inquirer Novosti".split()
)
_BYLINE_WORDS = _OUTLET_WORDS | frozenset(
    "Media TV Television Daily Weekly Today Independent Standard Mail Mirror Express Wire Service Review Globe Monitor "
    "Register Courier Dispatch Broadcasting Staff Editors Newsroom Desk Liberty".split()
)
_AGENCY_DATELINE = re.compile(
    r"(?:[A-ZÀ-Þ][^()]{0,60}\s)?"
    r"\((?P<who>AP|AFP|Reuters|REUTERS|TASS|UPI|dpa|Xinhua|Bloomberg|ANI|PTI|CNBC|CNN(?=\)\s))\)(?:\s*[–—−-]|(?<=CNN\))\s)"
)
_PLACE_AND_AGENCY = re.compile(
    r"(?:[A-Z][\w./]+\s){0,5}(?P<who>AP|AFP|Reuters|CNN|CNBC|BBC|NPR)(?:\s[A-Z]\w+)?\s*[–—−-]+"
)
_REPUBLISHED = re.compile(
    r"this (?:article|story|post|piece|report)\b.{0,40}\b"
    r"(?:(?:originally|first) (?:published|appeared|posted) (?:by|at|on|in)|republished from)"
    r" (?P<who>(?:the )?(?-i:[A-Z]).{1,60}?)(?: and (?:is|was|has)\b| under\b| with\b|[.,;]|$)",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"(?:^|[.!?”\"’)]\s+)[–—-]{1,2}\s*(?P<who>[A-Z][\w-]*\.(?:com|org|net|ph|uk|ru|news)|[A-Z][\w./ ]{1,30})$"
)
_SOURCE_LINE = re.compile(r"source:\s*(?P<who>(?!https?:|www\.)(?-i:[A-Z]).{1,60}?)\.?", re.IGNORECASE)


def _source_of(page: _Page) -> str | None:
    """Return the outlet: in a byline, a line of its own, the dateline, a notice or signature at the foot."""
    return next(_sources(page), None)


def _sources(page: _Page) -> Iterator[str]:
    for line, raw in zip(page.head, page.raw_head, strict=True):
        if placed := _PLACE_AND_AGENCY.fullmatch(raw):
            yield placed["who"]
        byline = _BYLINE.match(line)
        if named := _outlet_of_byline(_before_date(byline["who"])) if byline else _outlet(line):
            yield named
    if dateline := _AGENCY_DATELINE.match(page.first_body):
        yield dateline["who"]
    for line in (*page.head, *page.foot):
        if match := _REPUBLISHED.match(line) or _SOURCE_LINE.fullmatch(line):
            yield match["who"]
    for line in reversed(page.foot):
        match = _SIGNATURE.search(line)
        if match and (_outlet(match["who"]) or re.fullmatch(r"[\w-]+\.[a-z]{2,4}", match["who"])):
            yield match["who"]


def _outlet(line: str) -> str | None:
    """Return the outlet that a line of its own names ("USA TODAY", "Jane Roe, Reuters"), None where it is none."""
    part = re.split(r",\s+|\s+\|\s+", line.strip(" .—–-"))[-1]
    words = part.split()
    if not words or len(words) > 4 or not all(w[0].isupper() or w[0].isdigit() or w in ("of", "the") for w in words):
        return None
    known = part.lower() in _OUTLETS or (len(words) == 2 and words[0].isupper() and words[0].lower() in _OUTLETS)
    return part if known or (len(words) > 1 and words[-1] in _OUTLET_WORDS) else None


def _outlet_of_byline(who: str) -> str | None:
    """Return the outlet in what follows "By", None where it names persons only."""
    for part in reversed(re.split(r",\s+|\s+\|\s+|\s+[-–—]\s+|\s+(?:of|for|at)\s+", who.strip(" .—–-"))):
        words = part.split()
        if not words or len(words) > 5:
            continue
        one_name = len(words) == 1 and re.fullmatch(r"[A-Z]{2,}\w*|[A-Z][a-z]+[A-Z]\w+|\w+\.(?:com|org|net)", part)
        if one_name or _outlet(part) or words[-1] in _BYLINE_WORDS or words[0].lower() in _OUTLETS:
            return part
    return None


def _writer(page: _Page) -> str | None:
    """Return the person of a byline: better than nothing where no outlet is named."""
    bylines = (_BYLINE.match(line) for line in page.head)
    names = (_before_date(match["who"]) for match in bylines if match)
    return next((name for name in names if 1 <= len(name.split()) <= 8 and name[0].isupper()), None)


def _before_date(byline: str) -> str:
    cut = re.split(r"\s*[|•·]\s*|\s+(?=on\s+\w+ \d)|[,\s]+(?=" + _DATE + ")", byline, maxsplit=1, flags=re.IGNORECASE)
    return cut[0].strip(" ,–—-")


# --- address ---------------------------------------------------------------------------------------------------------

_URL_LINE = re.compile(
    r"(?P<label>(?:(?:original|source|full) )?(?:url|link|address)|source|permalink|via)?\s*:?\s*"
    r"<?(?P<url>https?://[^\s<>\"]+)>?",
    re.IGNORECASE,
)


def _url_of(page: _Page) -> str | None:
    """Return the address that stands alone on a line of the head or foot; one that is labelled as the source first."""
    lines = (*page.head, *page.foot)
    matches = [(i, m) for i, line in enumerate(lines) if (m := _URL_LINE.fullmatch(line.strip("<> ")))]
    labelled = [
        m for i, m in matches if m["label"] or (i and re.search(r"(?:url|link|source)\s*:$", lines[i - 1], re.I))
    ]
    best = next(iter(labelled or [m for _, m in matches]), None)
    return best["url"].rstrip(".,;)") if best else None


def host_of(url: str) -> str | None:
    """Return the site of an address: "https://www.example.org/a" -> "example.org"."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return re.sub(r"^(?:www\d?|m|amp|edition|mobile)\.(?=[^.]+\.)", "", host) if host else None


# --- publication date ------------------------------------------------------------------------------------------------

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATE = (
    rf"(?:{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?[\s-]+{_MONTH},?[\s-]+\d{{4}}"
    r"|\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2}|\d{4}\.\d{2}\.\d{2}|\d{1,2}\.\d{1,2}\.\d{4}|\d{1,2}/\d{1,2}/\d{4})(?!\d)"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_TIME = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?\s*(?:[ap]\.?m\.?)?"
_ZONE = r"(?:Z|[+-]\d{2}:?\d{2}|\(?(?:[A-Z]{2,4})\)?(?:[+-]\d{1,2})?|(?:local|eastern|pacific|central|moscow) time)"
_CLOCK = rf"(?:(?:\s*[T,|•·@–—-]\s*|\s+(?:at\s+)?)?{_TIME}(?:\s*{_ZONE})?)"
_BEFORE_CLOCK = rf"(?:{_TIME}(?:\s*{_ZONE})?\s*[,|•·–—-]?\s*)?"
_LONE_DATE = re.compile(rf"\s*{_BEFORE_CLOCK}{_WEEKDAY}(?P<date>{_DATE}){_CLOCK}?\s*\.?", re.IGNORECASE)
_LABEL = (
    r"(?P<label>(?:(?:first|originally|date) )?(?:published|posted)|publication date|created|date|issued"
    r"|(?:last )?(?:updated|modified))"
)
_LABELLED_DATE = re.compile(
    rf"{_LABEL}(?:\s+on|\s+at)?\s*[:|]?\s*{_BEFORE_CLOCK}{_WEEKDAY}(?P<date>{_DATE})", re.IGNORECASE
)
_GAP = r"[\s|,•·–—-]+"
_BYLINE_DATE = re.compile(
    rf"(?:by\s+.{{2,60}}?{_GAP}{_WEEKDAY}(?P<after>{_DATE}){_CLOCK}?"
    rf"|{_WEEKDAY}(?P<before>{_DATE}){_CLOCK}?{_GAP}by\s+.{{2,60}})\.?",
    re.IGNORECASE,
)
_DATELINE = re.compile(
    rf"[A-ZÀ-Þ][A-ZÀ-Þ .,'’/-]{{2,40}},?\s+\(?(?P<date>(?i:{_DATE}))\)?,?\s*"
    r"(?:\([\w /.]{2,30}\)|/[\w ]{2,20}/|[–—-]+\s)"
)


def _date_of(page: _Page) -> tuple[date | None, bool]:
    """Return the publication date that the page states, and whether it is uncertain (only "Updated" was found)."""
    stated = [_date_of_line(line) for line in page.head] + [_labelled(line) for line in page.foot]
    certain = next((day for day, uncertain in stated if day and not uncertain), None)
    if certain:
        return certain, False
    if day := _dateline(page.first_body):
        return day, False
    return next((day for day, _ in stated if day), None), True


def parse_date(text: str) -> date | None:
    """Return the date that `text` is, with or without weekday and time; None where it is none, or an ambiguous one."""
    match = _LONE_DATE.fullmatch(text)
    return _date(match["date"]) if match else None


def date_in_address(url: str) -> date | None:
    """Return the date in an address: /2021/01/20/, /2021/jan/20/, 2021-01-20 or 20210120; None where there is none."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    for pattern in (
        r"(?<!\d)((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})(?!\d)",
        r"(?<!\d)((?:19|20)\d\d)[-_](\d{2})[-_](\d{2})(?!\d)",
        r"(?<!\d)((?:19|20)\d\d)/([a-z]{3})/(\d{1,2})(?!\d)",
        r"(?<![\d\w])((?:19|20)\d\d)(\d{2})(\d{2})(?![\d\w])",
    ):
        for year, month, day in re.findall(pattern, path, re.IGNORECASE):
            number = _MONTHS.get(month.lower(), 0) if month.isalpha() else int(month)
            if found := _checked(int(year), number, int(day)):
                return found
    return None


def _date_of_line(line: str) -> tuple[date | None, bool]:
    """Return the date that a line of the head states, and whether it says no more than when the page was updated."""
    labelled = _labelled(line)
    if labelled[0]:
        return labelled
    if len(line) > 120:
        return None, False
    if found := parse_date(line):
        return found, False
    byline = _BYLINE_DATE.fullmatch(line)
    return (_date(byline["after"] or byline["before"]) if byline else None), False


def _labelled(line: str) -> tuple[date | None, bool]:
    """Return the date after "Published" or the like; one after "Updated" is the uncertain second choice."""
    if len(line) > 160:
        return None, False
    found = [(m["label"].lower(), _date(m["date"])) for m in _LABELLED_DATE.finditer(line) if _opens(line, m.start())]
    published = next((day for label, day in found if day and "updated" not in label and "modified" not in label), None)
    if published:
        return published, False
    return next((day for _, day in found if day), None), True


def _opens(line: str, at: int) -> bool:
    """Say whether a label is one, not a word in a sentence: it opens the line, or follows a mark or another date."""
    before = line[:at].rstrip()
    return not before or before[-1] in "|•·,;:–—-()." or bool(re.search(r"\d(?:[ap]m|\s[A-Z]{2,4})?$", before))


def _dateline(line: str) -> date | None:
    match = _DATELINE.match(line)
    return _date(match["date"]) if match else None


def _date(text: str) -> date | None:
    """Return the date that one match of `_DATE` means."""
    if letters := re.search(r"(?!(?:st|nd|rd|th|of)\b)[a-z]{3,9}", text.lower()):
        first, last = re.findall(r"\d+", text)
        return _checked(int(last), _MONTHS[letters.group()], int(first))
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    if numbers[0] > 31:
        return _checked(*numbers)
    day, month, year = numbers
    if "." in text or day > 12 or day == month:
        return _checked(year, month, day)
    # 3/14/2021 can only be March; 3/4/2021 is April in London and March in New York: not decided here.
    return _checked(year, day, month) if month > 12 else None


def _checked(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1800 <= year <= 2200 else None
    except ValueError:
        return None
