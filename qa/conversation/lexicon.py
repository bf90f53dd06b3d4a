"""The words that reading follow-ups rests on: closed classes in full, open ones by their commonest members.

Lower case throughout. What is missing from an open class (a verb, a first name, a place) makes a guess worse, never
wrong by itself: shape and position of a word count too.
"""

from __future__ import annotations

HE = frozenset("he him his himself he's he'd he'll".split())
SHE = frozenset("she her hers herself she's she'd she'll".split())
IT = frozenset("it its itself it's it'd it'll".split())
THEY = frozenset("they them their theirs themselves they're they'd they've they'll".split())
POSSESSIVE = frozenset("his her its their theirs hers".split())
OBJECTS = frozenset("him them".split())
PERSONAL = HE | SHE | IT | THEY
DEMONSTRATIVES = frozenset("this that these those such".split())
FIRST_AND_SECOND = frozenset(
    "i me my mine we us our ours you your yours myself yourself i'm i'd i've i'll you're".split()
)

WH = frozenset("who whom whose what which when where why how".split())
AUXILIARIES = frozenset(
    """
    is are was were am be been being do does did has have had can could will would shall should may might must
    isn't aren't wasn't weren't don't doesn't didn't hasn't haven't hadn't can't couldn't won't wouldn't
    shouldn't
    """.split()
)
DO = frozenset("do does did don't doesn't didn't".split())
MODALS = frozenset("can could will would shall should may might must can't couldn't won't wouldn't shouldn't".split())
COPULAS = frozenset("is are was were isn't aren't wasn't weren't".split())
ARTICLES = frozenset("a an the".split())
DETERMINERS = (
    ARTICLES
    | DEMONSTRATIVES
    | frozenset("some any each every no both all either neither another other my your our his her its their".split())
)
PREPOSITIONS = frozenset(
    """
    about above across after against along among around as at before behind below between beyond by despite down
    during except for from in inside into like near of off on onto out outside over per regarding since than
    through throughout to toward towards under until up upon versus via with within without
    """.split()
)
CONJUNCTIONS = frozenset("and or but nor so yet because if unless while although though whether once".split())
ADVERBS = frozenset(
    """
    also again already always ago away actually currently else enough even ever far finally first here instead
    just last later likely long many maybe more most much never not now n't often once only originally perhaps
    quite rather really recently right same soon still then there together too typically usually very well yes
    yesterday today tomorrow few less least several lot lots off together apart one ones okay ok please mean
    besides own
    """.split()
)
FUNCTION_WORDS = (
    PERSONAL
    | DEMONSTRATIVES
    | FIRST_AND_SECOND
    | WH
    | AUXILIARIES
    | DETERMINERS
    | PREPOSITIONS
    | CONJUNCTIONS
    | ADVERBS
)

# What a person says before the question proper; it is dropped from what the reader sees.
INTERJECTIONS = frozenset(
    """
    ah alright awesome cool fine good great hi hello hey hm hmm huh indeed interesting nah nice no nope oh ok
    okay really right sure thanks uh um wait well whoa woah wow yeah yep yes
    """.split()
)
OPENERS = frozenset("and but so then or also now".split())

# Nouns that need no antecedent although "the" stands before them.
UNIQUE_NOUNS = frozenset(
    """
    air best beginning cold country day end environment future government highest history internet largest law
    least main market media moon most ocean past police president press public rest sea second sky sun third u.s
    us usa war weather web week west whole world worst year
    """.split()
)

# Verbs in their base form that are seldom nouns, and those that as often are.
VERBS = frozenset(
    """
    accept accuse achieve acquire act adapt add admit adopt afford agree allow announce appear apply appoint
    approve argue arrest arrive ask assume attend attract avoid ban become begin behave believe belong blame
    boost bring build buy call cancel capture carry catch celebrate choose cite claim come compare complain
    confirm congratulate consider consist contain continue contribute convince cook cost create criticize cut
    damage deal decide declare decline defeat define deliver demand deny describe destroy develop die differ
    disappear discover discuss divide divorce earn eat elect eliminate emerge employ encourage enjoy enter
    establish exist expand expect expire explain explore express extend face fail fall fear feel fight find
    finish fire fix fly follow force forget form found gain get give go govern grow hack happen harm hear help
    hire hit hold hurt improve include increase influence inform inherit injure inspire intend invent invest
    investigate invite involve join keep kill know launch lead learn leave let lie live lose love make manage
    marry measure meet mention miss move name need negotiate note obtain occur offer open operate oppose order
    originate own participate pass pay perform persuade pick plan play pledge prefer prepare prevent produce
    promise promote propose protect prove provide publish purchase put raise reach react read receive recognize
    recommend record recover reduce refer refuse regain reject relate release remain remember remove replace
    report represent require resign resolve respond restore result retire return reveal rise rule run save say
    see seem sell send serve show sign sing spend spread stall stand start stay stop study succeed suffer
    suggest support suspect survive take talk teach tell think threaten treat try turn understand urge use visit
    vote wait want warn wear win withdraw work write wonder won ate beat beaten bit bled blew blown bought broke
    broken brought built burnt caught dealt drank drawn drew driven drove dug eaten fled flew flown forbidden
    forgot forgotten froze frozen hid hidden hung laid lent lit ridden risen rode rose sank shook shown shut
    slept slid spun stolen stole stuck sued swam swept swung thrown tore torn woke woven accused born began
    became came chose did died done fell felt fought found gave gone got grew heard held kept knew known led
    left lost made meant met paid ran read said sang sat saw sent shot sold spent spoke spoken spread stood
    struck swore taken taught told thought threw took understood went won worn wrote written
    """.split()
)
ALSO_NOUNS = frozenset(
    """
    act attack ban blame boost call cause challenge change claim cost cut damage deal decline demand divorce
    face fear fight fire force form hack harm help hit hold hurt increase influence launch lead lie love measure
    mention move name need note offer open order own pass pay pick plan play pledge promise purchase raise
    record report result return rise rule run sign spread stall stand start stay stop study support suspect talk
    treat turn use visit vote wait work answer effect
    """.split()
)
# What only people do: the subject is a person, or a body of persons.
HUMAN_VERBS = frozenset(
    """
    accuse admit announce argue believe born call complain congratulate decide declare deny die divorce intend
    live marry meet pledge promise resign say speak study suggest talk tell think want warn write accused
    admitted announced argued believed called complained decided declared denied died divorced lived married met
    pledged promised resigned said spoke suggested talked told thought wanted warned wrote
    """.split()
)

PERSON_TITLES = frozenset(
    """
    actor actress ambassador author captain chairman chancellor coach colonel congressman congresswoman director
    doctor dr emperor general gen gov governor judge justice king lady leader lord major mayor minister miss mr
    mrs ms officer painter player pope premier president prince princess professor prof queen rapper rep
    secretary sen senator sergeant singer sir spokesman spokesperson spokeswoman sultan writer
    """.split()
)
PERSON_NOUNS = PERSON_TITLES | frozenset(
    """
    activist adviser agent analyst artist attorney billionaire boss boy brother candidate challenger champion
    chief child critic dad daughter diplomat driver economist executive expert father founder friend girl
    guitarist head historian hunter husband investor journalist killer lawmaker lawyer man mother musician
    nominee official opponent owner partner patient pilot politician president-elect prosecutor reporter rival
    runner scientist shooter sister soldier son star student successor suspect teacher victim wife winner woman
    worker
    """.split()
)
GROUP_NOUNS = frozenset(
    """
    administration agency airline alliance army association authorities band bank board brigade brothers bureau
    cabinet club commission committee community company congress corporation council court crew department
    family federation firm forces foundation gang government group guard house institute kremlin league majority
    military ministry minority movement navy network office opposition orchestra organisation organization panel
    parliament party pentagon people police press republicans democrats school senate service squad staff team
    trust union university
    """.split()
)
# What only a body of people, or a place where they live, has.
OF_BODIES = frozenset(
    """
    army chairman chief citizens employees government headquarters inhabitants leader leaders leadership lawmakers
    mayor member members membership minister ministers officials parliament people population president ranks
    spokesman spokesperson spokeswoman staff troops voters workers
    """.split()
)
PLACE_NOUNS = frozenset(
    "area bay capital city coast country county district island islands lake mountain mountains park place province "
    "region river state stadium street town valley village".split()
)

MALE = frozenset(
    """
    aaron abdul abraham adam ahmed alan albert alejandro alex alexander alexei alexey alfred ali andre andrew
    andy angelo anthony antonio antony arthur barack ben benjamin bernie bill bob bobby boris brad brian bruce
    carl carlos charles charlie chris christian christopher daniel dave david dennis dmitri dmitry don donald
    doug dwight eddie edward edwin elon emmanuel eric ethan eugene francis francisco frank franz fred frederick
    gary george gerald giovanni glenn gordon graham greg hans harold harry hassan henry herbert howard hugh hugo
    ian igor isaac ivan jack jacob jair james jamie jason jay jean jeff jeffrey jeremy jerry jesse jim jimmy joe
    joel john johnny jon jonathan jorge jose joseph josh joshua juan julian julius justin karl keith ken kenneth
    kevin khalid kim kyle larry lee leo leon leonard lewis louis luis luke malcolm marco mario mark martin
    marvin matt matthew max michael miguel mike mikhail mitch mohamed mohammed muhammad narendra nathan neil
    nelson nicholas nick nicolas nikita noah oliver oscar oswald owen patrick paul pedro pete peter phil philip
    pierre rafael ralph randy ray raymond recep ricardo richard rob robert roberto rodrigo roger ron ronald roy
    rudy russell ryan salvador sam samuel scott sean sebastian sergei sergey shinzo simon stephen steve steven
    stuart terry theodore thomas tim timothy todd tom tommy tony travis trevor tyler vernon victor viktor
    vincent vladimir volodymyr walter warren wayne will william winston xi yuri zach
    """.split()
)
FEMALE = frozenset(
    """
    alexandra alice alicia alison amanda amy ana angela angelina anita ann anna anne annie barbara beth betty
    beyonce brenda britney camilla carla carol caroline catherine celine charlotte christina christine cindy
    claire clara condoleezza cynthia dana deborah diana diane dolly donna doris dorothy eleanor elena elizabeth
    ella ellen emily emma erin eva evelyn fiona florence frances gina gloria grace greta hannah heather helen
    hillary indira irene isabel jacinda jackie jane janet janis jennifer jenny jessica jill joan joanna joyce
    judith judy julia julie kamala karen kate katherine kathleen kathy katie kelly kim kimberly laura lauren
    leah lily linda lisa liz louise lucy lynn madonna margaret maria marie marilyn martha mary megan melania
    melissa michelle molly monica nancy naomi natalie nicole nina olga olivia pamela patricia paula rachel rania
    rebecca rita rosa rose ruth sally samantha sandra sara sarah serena sharon sheila shirley sofia sonia sophia
    sophie stella stephanie sue susan suzanne sylvia tanya taylor teresa theresa tina ursula vanessa venus
    victoria virginia wendy yulia
    """.split()
)
PLACES = frozenset(
    """
    afghanistan africa alabama alaska albania algeria america amsterdam angola antarctica argentina arizona
    arkansas armenia asia athens atlanta australia austria azerbaijan baghdad bahrain bangkok bangladesh
    barcelona beijing beirut belarus belgium berlin bolivia bosnia boston botswana brazil britain brussels
    bucharest budapest bulgaria cairo california cambodia cameroon canada caracas chicago chile china cleveland
    colombia colorado congo connecticut copenhagen crimea croatia cuba cyprus czechia damascus delaware delhi
    denmark denver detroit dubai dublin ecuador edinburgh egypt england estonia ethiopia europe finland florida
    france gaza geneva georgia germany ghana glasgow greece greenland guatemala haiti hamburg hawaii helsinki
    honduras houston hungary iceland idaho illinois india indiana indonesia iowa iran iraq ireland islamabad
    israel istanbul italy jakarta jamaica japan jerusalem jordan kabul kansas kazakhstan kentucky kenya kiev
    kosovo kuwait kyiv laos latvia lebanon libya lisbon lithuania liverpool london louisiana luxembourg madrid
    maine malaysia mali malta manchester maryland massachusetts mexico miami michigan milan minneapolis
    minnesota minsk mississippi missouri moldova mongolia montana montenegro morocco moscow mozambique mumbai
    munich myanmar namibia nebraska nepal netherlands nevada nicaragua nigeria norway ohio oklahoma oman oregon
    oslo pakistan palestine panama paraguay paris pennsylvania peru philadelphia philippines poland portugal
    prague qatar romania rome russia rwanda scandinavia scotland seattle seoul serbia shanghai siberia singapore
    slovakia slovenia somalia spain stockholm sudan sweden switzerland sydney syria taiwan tanzania tbilisi
    tehran tennessee texas thailand tokyo toronto tunisia turkey uganda ukraine uruguay utah uzbekistan
    vancouver venezuela vermont vienna vietnam virginia wales warsaw washington wisconsin wuhan wyoming yemen
    yugoslavia zambia zimbabwe zurich
    """.split()
) | frozenset(
    {
        "abu dhabi", "buenos aires", "cape town", "costa rica", "czech republic", "el salvador", "hong kong",
        "las vegas", "los angeles", "mexico city", "middle east", "new delhi", "new england", "new hampshire",
        "new jersey", "new mexico", "new orleans", "new york", "new york city", "new zealand", "north america",
        "north carolina", "north dakota", "north korea", "northern ireland", "puerto rico", "rhode island",
        "rio de janeiro", "salt lake city", "san diego", "san francisco", "saudi arabia", "sierra leone",
        "south africa", "south america", "south carolina", "south dakota", "south korea", "soviet union",
        "sri lanka", "st petersburg", "tel aviv", "the hague", "united arab emirates", "united kingdom",
        "united states", "u.s.", "u.k.", "us", "uk", "usa", "washington dc", "west bank", "west virginia",
    }
)  # fmt: skip
MONTHS = frozenset(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec".split()
)
WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
