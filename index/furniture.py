"""Which lines of an article's text are not the article: navigation, adverts, sign-ups, comment boxes, photo credits.

Patterns and shapes of lines, no knowledge of sites. When in doubt a line is kept: a menu line too many costs a little
precision, a lost sentence costs an answer. Headlines, bylines, dates and captions are part of the article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.types import Span

_MAX_WORDS = 60  # longer lines are running text, whatever they begin with


def _pattern(verbose: str) -> re.Pattern[str]:
    return re.compile(verbose, re.VERBOSE | re.IGNORECASE)


# Whole lines that only a page's frame says, without the marks at their ends.
_LABEL = _pattern(r"""
    skip\ to\ (?:main\ )?content | (?:main\ |site\ )?(?:menu|navigation) | search | close | open | home | breadcrumbs?
    | log\ ?in | sign\ ?(?:in|up|out) | register | subscribe(?:\ now|\ today)? | my\ account | donate(?:\ now)?
    | back\ to\ top | next | previous | (?:next|previous)\ (?:article|story|post|page) | up\ next
    | (?:read|show|load|see|view)\ (?:more|all|less) | keep\ reading | replay | play\ (?:video|audio) | must\ watch
    | share | tweet | pin | e-?mail | print | copy\ link | copied | save | bookmark | whatsapp | facebook | twitter
    | telegram | linkedin | reddit | pinterest | flipboard | share\ (?:this|on|via|with)\b.{0,40}
    | comments?(?:\ ?\(?\d+\)?)? | \d+\ comments? | reply | report | like | dislike | sort\ by.{0,30}
    | (?:add|leave|post|write|view|show|join|see)\ (?:(?:a|the|all|your)\ )?(?:comments?|reply|conversation|discussion)
    | (?:there\ are\ )?no\ comments(?:\ yet)?\b.{0,60} | be\ the\ first\ to\ comment\b.{0,40}
    | loading | please\ wait | ads? | advert(?:ise?ment)? | sponsored(?:\ (?:content|by\ .{1,40}))? | promot(?:ed|ion)
    | (?:story|article)\ continues\ below.{0,30} | continue\ reading.{0,40} | scroll\ (?:down\ )?(?:to|for)\ .{1,30}
    | click\ here\b.{0,60} | listen(?:\ to\ this\ (?:article|story))? | watch\ (?:live|video|now|more)
    | replay\ more\ videos.{0,40} | (?:\d+\ )?min(?:ute)?s?\ read | how\ does\ this\ make\ you\ feel
    | (?:summari[sz]e|translate|explain)\ this\ (?:article|story)\b.{0,30} | was\ this\ (?:article|page)\ helpful
    | (?:install|get|download|try)\ (?:our|the)\ .{0,30}\bapp\b.{0,40} | newsletters? | all\ rights\ reserved
    | (?:accept|reject|manage)\ (?:all\ )?(?:cookies|preferences) | cookie\ (?:policy|settings|preferences)
    | privacy(?:\ (?:policy|notice|settings))? | terms(?:\ (?:of\ (?:use|service)|(?:and|&)\ conditions))?
    | (?:contact|about)\ us | advertise\ with\ us | (?:tags|topics|filed\ under|categories)\s*:.{0,80}
""")
# Headings of a list of other articles; what follows one at the foot is that list.
_LIST_HEADING = _pattern(r"""
    (?: related(?:\ (?:articles?|stor(?:y|ies)|news|topics|posts|content|coverage|links|reading))?
    | (?:read\ )?more(?:\ (?:from|on|in)\ .{1,40} | (?:\ top)?\ (?:stories|news|articles|coverage))?
    | most\ (?:read|popular|viewed) | trending(?:\ now)? | latest\ (?:news|stories|headlines) | up\ next
    | recommended(?:\ for\ you|\ stories|\ reading)? | editor['’]?s\ picks | you\ (?:may|might)\ also\ like
    | also\ read | read\ also | see\ also | don['’]t\ miss )\s*:?
""")
# A pointer to another article: the label, a colon, its headline.
_POINTER = _pattern(r"""
    (?: related(?:\ (?:articles?|stor(?:y|ies)|news|coverage|content|video|links?))? | read\ (?:also|more|next|too)
    | also\ read | see\ also | more(?:\ (?:on|about|from)\ [^:]{2,40})? | don['’]t\ miss
    | you\ (?:may|might)\ also\ like | recommended | click\ here | for\ subscribers
    | (?:watch|listen)\ (?:also|more|next|now|here) )\s*[:>»]+\s*\S
""")
# Addresses, sign-ups, channels and apps: whole lines.
_PROMOTION = _pattern(r"""
    (?: (?: (?:original|source|full|short)\ )?(?:url|link|address) | source | permalink | via )?
        \s*:?\s*<?(?:https?://|www\.)[^\s<>]+>?
    | (?:original|source|full)\ (?:url|link|address)\s*:? | permalink\s*:? | url\s*:
    | (?: (?:please\ |want\ more\?\ )?(?:sign[ -]?up|subscribe|register)\b | never\ miss\b
        | stay\ (?:up\ to\ date|informed|in\ the)\b | get\ (?:our|the|your|[\w’'‘ ]{2,40}(?:free|daily|weekly|in))\b )
        .{0,250}\b(?: newsletters? | inbox | e-?mail\ (?:alerts?|updates) | text\ alerts? | daily\ briefing
        | push\ notifications | our\ (?:journalism|app) | account\ today )\b.*
    | subscribe\ (?:to|now|today|here|for)\b.{0,300}
    | (?:join|follow|like|find|add)\ (?:us|our|the\ .{2,40}|[\w .'’&-]{2,60})\ (?:on|at|via|in)\ (?:our\ )?
        (?: twitter | x | facebook | instagram | telegram | whatsapp | youtube | threads | bluesky | tiktok | linkedin
        | mastodon | google\ news )\b.{0,120}
    | (?:join|follow|check\ out)\ our\b.{0,60}
        \b(?:telegram|whatsapp|facebook|youtube|instagram|discord|channel|group|community)\b.{0,100}
    | (?:follow|reach|contact|e-?mail|tweet)\b.{0,120}@\w.{0,120} | (?:e-?mail|twitter|instagram|facebook)\s*:\s*@?\S+
    | (?:download|install|get)\ (?:the|our)\b.{0,60}\bapps?\b.{0,60}
    | (?:also\ )?available\ (?:on|in)\ (?:the\ )?(?:app\ store|google\ play).{0,60}
    | (?:support|help)\ (?:local|independent|our|quality)\ (?:local\ |independent\ )?
        (?:journalism|reporting|newsroom).{0,150}
    | thank\ you\ for\ supporting\ our\ journalism\b.*
""")
# Notes about the page and its rights, not the news: whole lines.
_NOTICE = _pattern(r"""
    [\W_]*(?:a\ version\ of\ )?this\ (?:article|story|post|piece|report|column|content|analysis)\b
        (?:\ has\ been|\ was|\ is|\ had\ been)?(?:\ also)?\ (?: (?:originally|first)\ (?:published|appeared|posted|ran)
        | (?:re)?published\ (?:with|under|from|by\ permission|here) | reprinted | republished | syndicated )\b.{0,250}
    | [\W_]*this\ story\ has\ been\ updated(?:\ (?:with|to)\ .{2,60})?[\W_]*
    | this\ is\ (?:an\ )?ai[- ]generated.* | for\ context,\ always\ refer\ to\ the\ full\ article\.?
    | .{0,30}\b(?:summary|summari[sz]ation|translation)\ (?:was|is)\ (?:ai|machine)[- ](?:generated|made).*
    | (?:we|this\ (?:web)?site|our\ (?:web)?sites?)(?:\ and\ our\ partners)?\ uses?\b.{0,80}\bcookies\b.{0,250}
    | by\ (?:continuing|using|clicking|browsing)\b.{0,100}\b(?:agree|accept|consent)\b.{0,250}
    | (?:[©℗]|\(c\)|copyright\ (?:©|\(c\)|\d{4})).* | .{0,120}\ball\ rights\ reserved\b.{0,120}
    | (?:please\ )?(?:enable|turn\ on)\ javascript\b.* | your\ browser\ (?:does\ not|doesn['’]t)\ support\b.*
    | if\ you\ (?:make\ a\ purchase|buy|click)\b.{0,120}\bcommission\b.*
    | !\[[^\]]{0,200}\]\([^)]*\) | \[!\[.* | image\ sources?,\s.{1,80}
""")
_WHOLE_LINE = (_PROMOTION, _NOTICE)
# "originally published by The Harbor Echo": who had it first is a fact about the news, like a byline, and stays.
_NAMED_PUBLISHER = re.compile(
    r"\b(?:published|appeared|ran|posted) (?:by|in|on|at|from) (?:the )?[A-Z](?!.*newsletter)"
)

_MENU_WORDS = frozenset(
    "home news world politics business sport sports opinion culture tech technology science health weather video "
    "videos photos menu login subscribe contact about entertainment lifestyle local national podcasts more".split()
)
_MENU_SEPARATOR = re.compile(r"\s+[|•·>›»/]+\s+|\s*[›»•·]\s*|\s*\|\s*")

# Who photos are bought from, and what such houses are called.
_AGENCY = re.compile(
    r"\b(?:AP|AFP|AAP|Reuters|REUTERS|Getty|EPA|EFE|TASS|Tass|Sputnik|Bloomberg|Xinhua|ANI|PTI|Shutterstock|Alamy"
    r"|iStock|Kyodo|Anadolu|Zuma|ZUMA|DPA|dpa|ANP|UPI|TNS|NurPhoto|Abaca|SIPA|Sipa|Magnum|Imago|IMAGO|Redux|Newscom"
    r"|Unsplash|RIA|Rex|REX|CNP|Polaris|Ukrinform|Yonhap|USA TODAY|Handout|HANDOUT|Pool|POOL|Press Association"
    r"|Associated Press|[Nn]ews [Aa]gency|Press Service|Press Office|Photo Agency|Images|Photo|Wire)\b"
)
_PICTURE_DESK = re.compile(
    r"(?:\w+ (?:via|/) )?(?:Getty Images|Shutterstock|iStock(?:photo)?|Alamy|EPA-EFE|NurPhoto|Unsplash)"
)
_NAME_WORD = re.compile(
    r"(?:[A-Z]\w{0,2}\.)+|[A-ZÀ-Þ][\w'’&-]*(?:\.\w+)?"
    r"|via|by|for|of|the|and|de|del|der|von|van|bin|al|el|la|le|di|da|dpa|pool|file|\d+"
)
_CREDIT_LABEL = _pattern(r"""
    (?:photos?|pictures?|images?|photograph)(?:\ credits?|\ by|\ courtesy(?:\ of)?)?\s*[:/]\s*
    | photos?\ by\s+ | credits?:\s+
""")
_CREDIT_START = re.compile(r"(?<=[.!?\"”’)])\s+(?=[\[(*_]*[A-ZÀ-Þ])|\s+(?=[\[(*_]+[A-ZÀ-Þ])")
_EMPHASIS_WITHIN = re.compile(r"\w\s+(?:\*\*|__|\()")  # a caption, and its credit set apart
_MARKS = " \t\u00a0\ufeff*_#>•-–—►▶·|…"
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_ENDS = re.compile(r"[.!?。！？][\"'”’»)\]*_]*$")
_FRONT_MATTER = re.compile(
    r"\ufeff?---[ \t]*\r?\n(?:[\w -]+:.*\r?\n|[ \t]+\S.*\r?\n|-\s.*\r?\n){1,60}---[ \t]*(?:\r?\n|$)"
)


def furniture_spans(text: str) -> list[Span]:
    """Return what is not the article: whole lines, or the photo credit at the end of one; in order, apart."""
    front = front_matter(text)
    lines = [line for line in line_spans(text) if not (front and line in front)]
    bare = [plain(line.of(text)) for line in lines]
    flags = [_is_furniture(line.of(text), words) for line, words in zip(lines, bare, strict=True)]
    _flag_breadcrumb(bare, flags)
    _flag_foot_list(bare, flags)
    _flag_islands(bare, flags)
    spans = [front] if front else []
    for line, flagged in zip(lines, flags, strict=True):
        credit = line if flagged else _trailing_credit(text, line)
        if credit:
            spans.append(credit)
    return spans


def line_spans(text: str) -> list[Span]:
    """Return the lines of `text` that aren't blank, without the white space around them."""
    return [Span(m.start(), m.end()) for m in re.finditer(r"[^\s](?:[^\r\n]*[^\s])?", text)]


def plain(line: str) -> str:
    """Return a line without Markdown: links by their label, no emphasis, no bullet or heading mark."""
    return _LINK.sub(r"\1", line).replace("**", "").replace("__", "").strip(_MARKS)


def front_matter(text: str) -> Span | None:
    """Return the block of `key: value` lines between `---` and `---` at the very top, None where there is none."""
    match = _FRONT_MATTER.match(text)
    return Span(0, match.end()) if match else None


def is_furniture_line(line: str) -> bool:
    """Say whether a line is furniture wherever it stands."""
    return _is_furniture(line, plain(line))


def _is_furniture(line: str, bare: str) -> bool:
    if not any(c.isalnum() for c in bare):
        return True
    if len(bare) > 12 * _MAX_WORDS or len(bare.split()) > _MAX_WORDS:
        return False
    if _NAMED_PUBLISHER.search(bare):
        return False
    if _LABEL.fullmatch(bare.strip(" .!?:…[]()<>")) or any(p.fullmatch(bare) for p in _WHOLE_LINE):
        return True
    if len(bare.split()) <= 3 and _LIST_HEADING.fullmatch(bare):
        return True
    if _POINTER.match(bare) and (not _ENDS.search(bare) or "](" in line):
        return True
    return _is_menu(line, bare) or is_credit(line)


def _is_menu(line: str, bare: str) -> bool:
    items = [item.strip() for item in _MENU_SEPARATOR.split(bare) if item.strip()]
    if len(items) < 3 or line.lstrip().startswith("|") or _ENDS.search(bare):  # "|" at the start: a row of a table
        return False
    short = all(len(item.split()) <= 4 and not any(c.isdigit() for c in item) for item in items)
    return short and sum(item.lower() in _MENU_WORDS for item in items) >= 2


def is_credit(line: str) -> bool:
    """Say whether a line is the credit of a photo: "Jane Roe / AFP", "(Jane Roe/Pool via Reuters)", "Getty Images"."""
    if _EMPHASIS_WITHIN.search(line):
        return False
    bare = plain(line).strip("()[] ")
    if _ENDS.search(bare) or len(bare.split()) > 12:
        return False
    if _PICTURE_DESK.fullmatch(bare):
        return True
    label = _CREDIT_LABEL.match(bare)
    names = re.split(r"\s*/\s*|\s+via\s+", bare[label.end() :] if label else bare)
    if not label and (len(names) < 2 or not _AGENCY.search(bare)):
        return False
    return all(_NAME_WORD.fullmatch(word) for name in names for word in name.split())


def _trailing_credit(text: str, line: Span) -> Span | None:
    """Return the credit that ends a caption, None where none does."""
    tail_start = max(line.start, line.end - 140)
    for start in _CREDIT_START.finditer(text, tail_start, line.end):
        if is_credit(text[start.end() : line.end]):
            return Span(start.end(), line.end)
    return None


def _flag_breadcrumb(bare: Sequence[str], flags: list[bool]) -> None:
    """Flag "Home Politics <headline>" above the line that is the headline alone."""
    for i, line in enumerate(bare[:5]):
        if line.lower().startswith("home ") and any(
            len(other.split()) >= 3 and line != other and line.endswith(other) for other in bare[i + 1 : i + 8]
        ):
            flags[i] = True


def _flag_foot_list(bare: Sequence[str], flags: list[bool]) -> None:
    """Flag the headlines of other articles that follow "Related:" or the like at the very end."""
    for i in range(max(1, len(bare) - 12), len(bare)):
        rest = bare[i + 1 :]
        if _LIST_HEADING.fullmatch(bare[i]) and all(len(r.split()) <= 20 and not _ENDS.search(r) for r in rest):
            flags[i:] = [True] * len(flags[i:])
            return


def _flag_islands(bare: Sequence[str], flags: list[bool]) -> None:
    """Flag "Facebook", "Politics" between two lines of furniture, or between one and the end."""
    for i in range(1, len(bare)):
        small = len(bare[i].split()) <= 3 and not _ENDS.search(bare[i]) and not any(c.isdigit() for c in bare[i])
        if small and flags[i - 1] and (i + 1 == len(bare) or flags[i + 1]):
            flags[i] = True
